//! TLS016: a root file that is no root: an issuing CA's certificate, or the server's own.

use super::modes::{self, speaks_to_azure};
use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS016",
    name: "pinned-issuer",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("pinned_issuer.md"),
    check,
};

const ISSUER: &str = "this names an issuing CA, which changes without notice";
const LEAF: &str = "this names the server's own certificate, which changes without notice";
const HELP: &str = "Azure replaces servers' certificates and the CAs that issue them without announcing it, and the connection then fails with `certificate verify failed`; libpq does not take a certificate for a root to begin with that another one has signed. Trust the roots: DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017, both in one file.";

/// Parts of the names of the CAs that issue Azure's certificates.
const ISSUERS: [&str; 4] = [
    "azurersatlsissuingca",
    "azuretlsissuingca",
    "microsofttlsg2rsaca",
    "microsoftrsatlsca",
];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !speaks_to_azure(ctx) {
        return;
    }
    let Some(file) = ctx
        .get(Param::SslRootCert)
        .filter(|s| !ctx.has_variable(s.value.span))
    else {
        return;
    };
    let name = modes::letters_of_file(file.value.expose());
    let host: String = ctx
        .host()
        .map_or_else(String::new, |h| modes::letters_of_file(&h.text));
    let message = if ISSUERS.iter().any(|issuer| name.contains(issuer)) {
        ISSUER
    } else if !host.is_empty() && name.starts_with(&host) {
        LEAF
    } else {
        return;
    };
    out.push(Finding::new(file.value.span, message).help(HELP));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn issuing_cas_and_leaves_are_told_by_their_names() {
        carets(
            &RULE,
            &auto(),
            "
host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert='Microsoft Azure RSA TLS Issuing CA 04.pem'
                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this names an issuing CA, which changes without notice
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert=certs/shop.postgres.database.azure.com.crt
                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this names the server's own certificate, which changes without notice
",
        );
    }

    #[test]
    fn roots_and_other_servers_are_left_alone() {
        for text in [
            "host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert=DigiCertGlobalRootG2.crt.pem",
            "host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert=shop.pem",
            "host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert='Microsoft RSA Root Certificate Authority 2017.crt'",
            "host=db.example port=5432 sslmode=verify-full sslrootcert=db.example.crt",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

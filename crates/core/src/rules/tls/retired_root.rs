//! TLS015: a file of a root that Azure's certificates do not come from any more.

use super::modes::{self, speaks_to_azure};
use crate::detect::SwitchKind;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Param, Setting};
use crate::readings::Roots;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS015",
    name: "retired-root",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("retired_root.md"),
    check,
};

/// Roots that servers on Azure had, by the letters and digits of their files' names.
const ROOTS: [(&str, &str, &str); 3] = [
    (
        "baltimorecybertrust",
        "Baltimore CyberTrust Root",
        "It expired in May 2025, and Azure left it in 2022.",
    ),
    (
        "dtrustrootclass3",
        "D-TRUST Root Class 3 CA 2",
        "Only Azure Germany had it, which was shut down in 2021.",
    ),
    (
        "digicertglobalrootca",
        "DigiCert Global Root CA",
        "Azure has moved on to its successor G2; the names differ in the last letters only.",
    ),
];

fn message(root: &str) -> String {
    format!("`{root}` is no root of Azure's servers any more")
}

fn help(what: &str, checked: bool) -> String {
    let so = if checked {
        "If that is all the file holds, connecting fails with `certificate verify failed`."
    } else {
        "The driver does not look at the file in this mode, or cannot be told to have; where it does, connecting fails."
    };
    format!(
        "{what} {so} The roots are DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017: put both into one file, and keep it up to date."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !speaks_to_azure(ctx) {
        return;
    }
    if let Some(file) = file(ctx)
        && let Some((_, root, what)) = root_in(file.value.expose())
    {
        let checked =
            modes::effective(ctx).is_some_and(|tls| tls.chain && tls.roots == Some(Roots::File));
        let finding = Finding::new(file.value.span, message(root)).help(help(what, checked));
        // The successor has nearly the same name, and is often in the same file.
        out.push(match (*root, checked) {
            ("DigiCert Global Root CA", _) => finding.severity(Severity::Info),
            (_, true) => finding,
            _ => finding.severity(Severity::Warning),
        });
    }
    for switch in ctx.surroundings.switches {
        if switch.kind == SwitchKind::BaltimoreRoot
            && let Some((_, root, what)) = ROOTS.first()
        {
            out.push(Finding::beside(switch.span, message(root)).help(help(what, true)));
        }
    }
}

/// The setting that names the roots.
fn file<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    let setting = match ctx.driver {
        Driver::Prisma => ctx.settings().all.iter().rfind(|s| s.key == "sslcert"),
        _ => ctx.get(Param::SslRootCert),
    };
    setting.filter(|s| !ctx.has_variable(s.value.span))
}

/// The retired root that a path names.
pub(super) fn root_in(path: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    let name = modes::letters_of_file(path);
    ROOTS.iter().find(|(letters, ..)| name.contains(letters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn it_is_told_by_the_name_of_the_file() {
        carets(
            &RULE,
            &auto(),
            "
host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert=/etc/ssl/BaltimoreCyberTrustRoot.crt.pem
                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `Baltimore CyberTrust Root` is no root of Azure's servers any more
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;SSL Mode=VerifyCA;Root Certificate=C:\\certs\\Baltimore_CyberTrust_Root.pem
                                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `Baltimore CyberTrust Root` is no root of Azure's servers any more
",
        );
    }

    #[test]
    fn code_beside_the_string_is_looked_at() {
        let text = "new Pool({ connectionString: 'postgres://u:p@shop.postgres.database.azure.com/db', ssl: { ca: fs.readFileSync('BaltimoreCyberTrustRoot.crt.pem') } })";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            &text[found[0].span.start..found[0].span.end],
            "BaltimoreCyberTrustRoot"
        );
    }

    #[test]
    fn severity_says_whether_it_matters() {
        let severity = |text: &str| findings(&RULE, &auto(), text)[0].severity;
        let host = "host=shop.postgres.database.azure.com sslmode=require";
        assert_eq!(
            severity(&format!("{host} sslrootcert=BaltimoreCyberTrustRoot.crt")),
            Severity::Error
        );
        assert_eq!(
            severity(&format!("{host} sslrootcert=DigiCertGlobalRootCA.crt.pem")),
            Severity::Info
        );
        assert_eq!(
            severity(
                "jdbc:postgresql://shop.postgres.database.azure.com/db?sslmode=require&sslrootcert=BaltimoreCyberTrustRoot.crt"
            ),
            Severity::Warning
        );
    }

    #[test]
    fn other_roots_and_other_servers_are_left_alone() {
        for text in [
            "host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert=DigiCertGlobalRootG2.crt.pem",
            "host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert=root.crt",
            "host=shop.postgres.database.azure.com sslmode=verify-full sslrootcert=${BaltimoreCyberTrustRoot}",
            "host=db.example sslmode=verify-full sslrootcert=BaltimoreCyberTrustRoot.crt.pem",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

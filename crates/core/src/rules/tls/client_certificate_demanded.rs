//! TLS031: a client certificate is made a condition, and Azure's servers do not ask for one.

use super::modes::{self, speaks_to_azure};
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS031",
    name: "client-certificate-demanded",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("client_certificate_demanded.md"),
    check,
};

const MESSAGE: &str = "client certificates are demanded, which Azure's servers do not ask for";
const HELP: &str = "`sslcertmode=require` makes libpq break off unless the server asks for one: `server did not request an SSL certificate`. Azure Database for PostgreSQL does not support client certificates.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !speaks_to_azure(ctx) {
        return;
    }
    for setting in &ctx.settings().all {
        let demanded = setting.value.expose() == "require"
            && ["sslcertmode", "pgsslcertmode"]
                .iter()
                .any(|name| modes::spells(&setting.key, name))
            && !ctx.has_variable(setting.span());
        if !demanded {
            continue;
        }
        let mut finding = Finding::new(setting.span(), MESSAGE).help(HELP);
        if let Some(edit) = pairs::remove(ctx, setting) {
            finding = finding.fix("Take it out", Applicability::Unsafe, alloc::vec![edit]);
        }
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn the_condition_is_found_and_taken_out() {
        carets(
            &RULE,
            &auto(),
            "
host=shop.postgres.database.azure.com sslmode=require sslcertmode=require
                                                      ^^^^^^^^^^^^^^^^^^^ client certificates are demanded, which Azure's servers do not ask for
",
        );
        fixes(
            &RULE,
            &auto(),
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=require&sslcertmode=require",
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=require",
        );
    }

    #[test]
    fn other_values_and_servers_are_left_alone() {
        for text in [
            "host=shop.postgres.database.azure.com sslmode=require sslcertmode=disable",
            "host=shop.postgres.database.azure.com sslmode=require sslcertmode=$MODE",
            "host=db.example port=5432 sslmode=require sslcertmode=require",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

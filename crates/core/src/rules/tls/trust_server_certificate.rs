//! TLS006: Npgsql told to trust any server's certificate.

use super::modes::{self, Distance};
use crate::detect::SwitchKind;
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::{Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS006",
    name: "trust-server-certificate",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("trust_server_certificate.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("`{shown}` gives up checking the server's certificate")
}

const HELP: &str = "Up to Npgsql 7 it turns the check off, so that any server can pass itself off as yours; from 8 on it does nothing and is obsolete. `SSL Mode=VerifyFull` checks certificate and name, by default against the operating system's roots. Only Npgsql 6 and 7 need it beside `Require`, which they refuse without it.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let distance = modes::distance(ctx);
    if distance == Distance::Here {
        return;
    }
    let severity = modes::severity_at(distance);
    if ctx.grammar() == Grammar::AdoNet
        && let Some(setting) = ctx.get(Param::TrustServerCertificate)
        && !ctx.has_variable(setting.span())
        && setting.value.expose().trim().eq_ignore_ascii_case("true")
    {
        let mut finding = Finding::new(setting.span(), message(&ctx.show(setting.span())))
            .severity(severity)
            .help(HELP);
        if let Some(edit) = pairs::remove(ctx, setting) {
            finding = finding.fix("Take it out", Applicability::Unsafe, alloc::vec![edit]);
        }
        out.push(finding);
    }
    for switch in ctx.surroundings.switches {
        if switch.kind == SwitchKind::Npgsql {
            let finding = Finding::beside(switch.span, message("TrustServerCertificate = true"));
            out.push(finding.severity(severity).help(HELP));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn the_keyword_is_found_in_any_spelling() {
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;Username=app;SSL Mode=Require;Trust Server Certificate=true
                                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `Trust Server Certificate=true` gives up checking the server's certificate
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Username=app;TrustServerCertificate=True;Database=app
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ `TrustServerCertificate=True` gives up checking the server's certificate
",
        );
    }

    #[test]
    fn code_beside_the_string_is_found_too() {
        let text = "var b = new NpgsqlConnectionStringBuilder(\"Host=db.example;Username=app\");\nb.TrustServerCertificate = true;";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            &text[found[0].span.start..found[0].span.end],
            "TrustServerCertificate = true"
        );
    }

    #[test]
    fn the_fix_takes_the_pair_out() {
        for (text, expected) in [
            (
                "Host=db.example;Trust Server Certificate=true;Database=app",
                "Host=db.example;Database=app",
            ),
            (
                "Host=db.example;Database=app;Trust Server Certificate=true",
                "Host=db.example;Database=app",
            ),
            (
                "Host=db.example; Trust Server Certificate='true' ; Database=app",
                "Host=db.example; Database=app",
            ),
            (
                "Trust Server Certificate=true;Host=db.example;Database=app",
                "Host=db.example;Database=app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn near_servers_and_other_values_are_left_alone() {
        for text in [
            "Host=localhost;Trust Server Certificate=true;Database=app",
            "Host=127.0.0.1;Trust Server Certificate=true;Database=app",
            "Host=db.example;Trust Server Certificate=false;Database=app",
            "Host=db.example;Trust Server Certificate=${TRUST};Database=app",
            "Host=db.example;SSL Mode=VerifyFull;Database=app",
        ] {
            silent(&RULE, &auto(), text);
        }
        let inside = "Host=postgres;Trust Server Certificate=true;Database=app";
        assert_eq!(findings(&RULE, &auto(), inside)[0].severity, Severity::Info);
    }
}

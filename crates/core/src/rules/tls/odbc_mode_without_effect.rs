//! TLS011: a TLS mode for psqlODBC that does not begin with a small letter, so that nothing is encrypted.

use super::modes::{self, Distance, Reading, speaks_to_azure};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Driver;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS011",
    name: "odbc-mode-without-effect",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["TLS004", "TLS005"],
    docs: docs!("odbc_mode_without_effect.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("psqlODBC takes `{shown}` for no TLS")
}

fn help(azure: bool, better: Option<&str>) -> String {
    let end = if azure {
        "Azure refuses that: `no pg_hba.conf entry for host …, no encryption`."
    } else {
        "Nothing says so, and passwords and data cross the network in the clear."
    };
    let write = better.map_or_else(String::new, |better| format!(" Write `{better}`."));
    format!(
        "It compares the mode's first letter, and only with small ones: what begins otherwise is no mode, and without a mode it uses no TLS. {end}{write}"
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = modes::setting(ctx).filter(|_| ctx.driver == Driver::Psqlodbc) else {
        return;
    };
    let value = setting.value.expose();
    let distance = modes::distance(ctx);
    if value.is_empty()
        || distance == Distance::Here
        || modes::reading(ctx, value) != Reading::TakenFor("no TLS")
    {
        return;
    }
    let mode = modes::mode_spelled(value).or(match value {
        "true" | "1" | "on" | "yes" | "True" => Some("require"),
        _ => None,
    });
    // What was meant has no TLS either.
    if mode == Some("disable") {
        return;
    }
    let azure = speaks_to_azure(ctx);
    let span = setting.value.span;
    let mut finding = Finding::new(span, message(&ctx.show(span))).help(help(azure, mode));
    if !azure {
        finding = finding.severity(Severity::Warning);
    }
    if let Some(mode) = mode {
        finding = finding.fix(
            format!("Write `{mode}`"),
            Applicability::Unsafe,
            alloc::vec![Edit::replace(span, mode)],
        );
    }
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn a_capital_letter_is_found() {
        carets(
            &RULE,
            &auto(),
            "
Driver={PostgreSQL Unicode};Server=shop.postgres.database.azure.com;Uid=u;Pwd=p;SSLmode=Require
                                                                                        ^^^^^^^ psqlODBC takes `Require` for no TLS
",
        );
        let elsewhere = "Driver={PostgreSQL Unicode};Server=db.example;Uid=u;Pwd=p;SSLmode=Prefer";
        assert_eq!(
            findings(&RULE, &auto(), elsewhere)[0].severity,
            Severity::Warning
        );
    }

    #[test]
    fn the_fix_writes_small_letters() {
        for (value, expected) in [
            ("Require", "require"),
            ("VerifyFull", "verify-full"),
            ("true", "require"),
        ] {
            let text = |mode: &str| {
                format!(
                    "Driver={{PostgreSQL Unicode}};Server=db.example;Uid=u;Pwd=p;SSLmode={mode};"
                )
            };
            fixes(&RULE, &auto(), &text(value), &text(expected));
        }
    }

    #[test]
    fn it_is_the_only_one_to_speak() {
        let text = "Driver={PostgreSQL Unicode};Server=shop.postgres.database.azure.com;Database=app;Uid=u;Pwd=p;SSLmode=VerifyFull";
        let analysis = crate::lint::lint(text, &auto());
        assert!(
            analysis.diagnostics().all(|d| d.rule == &RULE),
            "{analysis:?}"
        );
    }

    #[test]
    fn what_psqlodbc_knows_is_left_alone() {
        for mode in [
            "require",
            "prefer",
            "required",
            "vf",
            "verify-full",
            "Disable",
            "",
            "${MODE}",
        ] {
            let text = format!(
                "Driver={{PostgreSQL Unicode}};Server=db.example;Uid=u;Pwd=p;SSLmode={mode};"
            );
            silent(&RULE, &auto(), &text);
        }
        silent(
            &RULE,
            &auto(),
            "Driver={PostgreSQL Unicode};Server=localhost;Uid=u;Pwd=p;SSLmode=Require",
        );
        silent(&RULE, &auto(), "Host=db.example;SSL Mode=Require");
    }
}

//! TLS005: a TLS mode in another driver's spelling.

use super::modes::{self, Reading};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS005",
    name: "sslmode-of-another-driver",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("sslmode_of_another_driver.md"),
    check,
};

fn message(shown: &str, owner: &str) -> String {
    format!("`{shown}` is what {owner} calls this TLS mode")
}

/// Whether `value`, which the string's driver does not know, is right in another driver.
pub(super) fn is_anothers(ctx: &Context<'_>, value: &str) -> bool {
    owner(ctx, value).is_some()
}

fn owner(ctx: &Context<'_>, value: &str) -> Option<&'static str> {
    let is = |names: [&str; 2]| names.iter().any(|name| name.eq_ignore_ascii_case(value));
    if value == "no-verify" {
        Some("node-postgres")
    } else if ctx.grammar() == Grammar::AdoNet {
        is(["verify-full", "verify-ca"]).then_some("libpq")
    } else {
        is(["VerifyFull", "VerifyCA"]).then_some("Npgsql")
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = modes::setting(ctx) else {
        return;
    };
    let value = setting.value.expose();
    let reading = modes::reading(ctx, value);
    let Some(owner) = owner(ctx, value).filter(|_| reading != Reading::Known) else {
        return;
    };
    let span = setting.value.span;
    let mode = modes::mode_spelled(value).unwrap_or("require");
    let better = modes::replacement(ctx, mode);
    // The same mode under another name; but not in drivers that lack it or took it for something weaker.
    let same = value != "no-verify"
        && better == modes::spelling(ctx, mode)
        && reading != Reading::TakenFor("`prefer`");
    let mut finding =
        Finding::new(span, message(&ctx.show(span), owner)).help(help(ctx, reading, better, same));
    if reading != Reading::Refused {
        finding = finding.severity(Severity::Warning);
    }
    let applicability = if same {
        Applicability::Safe
    } else {
        Applicability::Unsafe
    };
    out.push(finding.fix(
        format!("Write `{better}`"),
        applicability,
        alloc::vec![Edit::replace(span, better)],
    ));
}

fn help(ctx: &Context<'_>, reading: Reading, better: &str, same: bool) -> String {
    let driver = ctx.driver.label();
    let consequence = match reading {
        Reading::TakenFor(what) => format!("{driver} takes it for {what} without a word."),
        _ => format!("{driver} does not know it and refuses the whole string."),
    };
    let advice = if same {
        format!("Here the mode is called `{better}`.")
    } else {
        match ctx.driver {
            Driver::Prisma | Driver::TokioPostgres => {
                format!("It has no such mode: `{better}` comes nearest.")
            }
            _ => format!("`{better}` encrypts without checking the certificate, as was meant."),
        }
    };
    format!("{consequence} {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn anothers_spelling_is_recognised() {
        carets(
            &RULE,
            &auto(),
            "
host=shop.postgres.database.azure.com sslmode=VerifyFull user=u
                                              ^^^^^^^^^^ `VerifyFull` is what Npgsql calls this TLS mode
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;SSL Mode=verify-ca
                                               ^^^^^^^^^ `verify-ca` is what libpq calls this TLS mode
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@db.example/db?sslmode=no-verify
                                       ^^^^^^^^^ `no-verify` is what node-postgres calls this TLS mode
",
        );
    }

    #[test]
    fn the_right_spelling_is_put_there() {
        use Applicability::{Safe, Unsafe};
        for (d, text, expected, applicability) in [
            (
                Driver::Auto,
                "host=h sslmode=VerifyCA",
                "host=h sslmode=verify-ca",
                Safe,
            ),
            (
                Driver::Auto,
                "Host=h;SSL Mode=Verify-Full",
                "Host=h;SSL Mode=VerifyFull",
                Safe,
            ),
            (
                Driver::Auto,
                "jdbc:postgresql://h/db?sslmode=verifyFull",
                "jdbc:postgresql://h/db?sslmode=verify-full",
                Safe,
            ),
            (
                Driver::NodePostgres,
                "postgresql://h/db?sslmode=VerifyFull",
                "postgresql://h/db?sslmode=verify-full",
                Safe,
            ),
            (
                Driver::Prisma,
                "postgresql://h/db?sslmode=VerifyFull",
                "postgresql://h/db?sslmode=require&sslaccept=strict",
                Unsafe,
            ),
            (
                Driver::TokioPostgres,
                "postgresql://h/db?sslmode=VerifyFull",
                "postgresql://h/db?sslmode=require",
                Unsafe,
            ),
            (
                Driver::Auto,
                "postgresql://h/db?sslmode=no-verify",
                "postgresql://h/db?sslmode=require",
                Unsafe,
            ),
            (
                Driver::Auto,
                "Host=h;SSL Mode=no-verify;",
                "Host=h;SSL Mode=Require;",
                Unsafe,
            ),
        ] {
            fixes(&RULE, &driver(d), text, expected);
            let found = findings(&RULE, &driver(d), text);
            assert_eq!(found[0].fixes[0].applicability, applicability, "{text}");
        }
    }

    #[test]
    fn where_the_driver_takes_it_silently_it_is_a_warning() {
        let severity = |d, value: &str| {
            let text = format!("postgresql://h/db?sslmode={value}");
            findings(&RULE, &driver(d), &text)[0].severity
        };
        assert_eq!(severity(Driver::Libpq, "no-verify"), Severity::Error);
        assert_eq!(severity(Driver::PostgresJs, "no-verify"), Severity::Warning);
        assert_eq!(severity(Driver::Prisma, "VerifyFull"), Severity::Warning);
    }

    #[test]
    fn its_own_spelling_is_left_alone() {
        for text in [
            "host=h sslmode=verify-full",
            "postgresql://h/db?sslmode=require",
            "Host=h;SSL Mode=VerifyFull",
            "Host=h;SSL Mode=verifyca",
            "jdbc:postgresql://h/db?sslmode=VERIFY-FULL",
            "postgresql://h/db?sslmode=${VerifyFull}",
            "host=h sslmode=Require",
            "host=h sslmode=verify_full",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://h/db?sslmode=no-verify",
        );
        silent(
            &RULE,
            &driver(Driver::Sqlx),
            "postgresql://h/db?sslmode=VERIFY-CA",
        );
    }
}

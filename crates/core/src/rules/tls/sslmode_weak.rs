//! TLS002: a TLS mode that lets a connection to Azure go on without TLS.

use super::modes::{self, Reading, speaks_to_azure};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Param, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS002",
    name: "sslmode-weak",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("sslmode_weak.md"),
    check,
};

/// What is weak about a mode, from the way that the driver takes it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weakness {
    FallsBack,
    TriesWithoutFirst,
    NeverUsesIt,
    OnlyPrefers,
}

fn message(weakness: Weakness, shown: &str) -> String {
    match weakness {
        Weakness::FallsBack => format!("`{shown}` falls back to a connection without TLS"),
        Weakness::TriesWithoutFirst => format!("`{shown}` tries a connection without TLS first"),
        Weakness::NeverUsesIt => format!("`{shown}` means no TLS to this driver"),
        Weakness::OnlyPrefers => format!("`{shown}` means no more than `prefer`"),
    }
}

fn help(ctx: &Context<'_>, weakness: Weakness, better: &str) -> String {
    let why = match weakness {
        Weakness::FallsBack if ctx.driver == Driver::LibPq => {
            "When TLS fails, the driver tries again in the clear, and lib/pq up to version 1.11 refuses this mode altogether."
        }
        Weakness::FallsBack | Weakness::OnlyPrefers => {
            "When TLS fails for any reason, the driver tries again in the clear: Azure refuses that with `no pg_hba.conf entry … no encryption`, which hides the real cause, and somebody in between could read along."
        }
        Weakness::TriesWithoutFirst => {
            "The first try goes out in the clear, Azure refuses it, and only then comes TLS: slower, and the error of the wrong try may be the one that is shown."
        }
        Weakness::NeverUsesIt => {
            "SQLx has the mode but connects in the clear with it, and Azure refuses that with `no pg_hba.conf entry … no encryption`."
        }
    };
    format!("{why} Azure always offers TLS: `{better}` insists on it.")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !speaks_to_azure(ctx) {
        return;
    }
    let Some((setting, weakness)) = weak(ctx) else {
        return;
    };
    let (span, better) = if weakness == Weakness::OnlyPrefers {
        (setting.span(), "sslmode=require")
    } else {
        (setting.value.span, modes::spelling(ctx, "require"))
    };
    let mut finding = Finding::new(span, message(weakness, &ctx.show(span)))
        .help(help(ctx, weakness, better))
        .fix(
            format!("Write `{better}`"),
            Applicability::Safe,
            alloc::vec![Edit::replace(span, better)],
        );
    if weakness == Weakness::NeverUsesIt {
        finding = finding.severity(Severity::Error);
    }
    out.push(finding);
}

fn weak<'a>(ctx: &Context<'a>) -> Option<(&'a Setting, Weakness)> {
    if ctx.get(Param::SslMode).is_none() {
        // pgJDBC's `ssl=false` is not "off".
        let ssl = ctx.get(Param::Ssl)?;
        let plain = ssl.value.expose() == "false" && !ctx.has_variable(ssl.span());
        return (plain && ctx.driver == Driver::Pgjdbc).then_some((ssl, Weakness::OnlyPrefers));
    }
    let setting = modes::setting(ctx)?;
    let value = setting.value.expose();
    if value.is_empty() || modes::reading(ctx, value) != Reading::Known {
        return None;
    }
    let weakness = match (modes::mode(ctx, value)?, ctx.driver) {
        // To node-postgres every mode but `disable` and `no-verify` means TLS with a checked certificate.
        (_, Driver::NodePostgres | Driver::Ecto) => return None,
        // It never asks again without TLS.
        ("allow", Driver::PostgresJs) => return None,
        ("allow", Driver::Sqlx) => Weakness::NeverUsesIt,
        ("allow", _) => Weakness::TriesWithoutFirst,
        ("prefer", _) => Weakness::FallsBack,
        _ => return None,
    };
    Some((setting, weakness))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Target;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent, target};

    #[test]
    fn modes_that_go_on_without_tls_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@shop.postgres.database.azure.com/db?sslmode=prefer
                                                                ^^^^^^ `prefer` falls back to a connection without TLS
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;SSL Mode=Allow;Username=app
                                               ^^^^^ `Allow` tries a connection without TLS first
",
        );
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://shop.postgres.database.azure.com/db?ssl=false
                                                      ^^^^^^^^^ `ssl=false` means no more than `prefer`
",
        );
    }

    #[test]
    fn the_fix_keeps_the_spelling_of_the_dialect() {
        for (text, expected) in [
            (
                "host=shop.postgres.database.azure.com sslmode='allow'",
                "host=shop.postgres.database.azure.com sslmode='require'",
            ),
            (
                "Server=shop.postgres.database.azure.com;SSLMode=Prefer;",
                "Server=shop.postgres.database.azure.com;SSLMode=Require;",
            ),
            (
                "Server=shop.postgres.database.azure.com;SSL Mode=2;",
                "Server=shop.postgres.database.azure.com;SSL Mode=Require;",
            ),
            (
                "jdbc:postgresql://shop.postgres.database.azure.com/db?sslmode=PREFER",
                "jdbc:postgresql://shop.postgres.database.azure.com/db?sslmode=require",
            ),
            (
                "jdbc:postgresql://shop.postgres.database.azure.com/db?ssl=false&user=u",
                "jdbc:postgresql://shop.postgres.database.azure.com/db?sslmode=require&user=u",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn drivers_differ_in_what_they_make_of_it() {
        let severity = |d, mode: &str| {
            let text =
                format!("postgresql://u:p@shop.postgres.database.azure.com/db?sslmode={mode}");
            findings(&RULE, &driver(d), &text)
                .first()
                .map(|f| f.severity)
        };
        assert_eq!(severity(Driver::Libpq, "prefer"), Some(Severity::Warning));
        assert_eq!(severity(Driver::Prisma, "prefer"), Some(Severity::Warning));
        assert_eq!(severity(Driver::Sqlx, "allow"), Some(Severity::Error));
        assert_eq!(severity(Driver::NodePostgres, "prefer"), None);
        assert_eq!(
            severity(Driver::PostgresJs, "prefer"),
            Some(Severity::Warning)
        );
        assert_eq!(severity(Driver::PostgresJs, "allow"), None);
        // Not a mode of its own: another rule's.
        assert_eq!(severity(Driver::Prisma, "allow"), None);
        assert_eq!(severity(Driver::Libpq, "Prefer"), None);
    }

    #[test]
    fn elsewhere_and_with_strict_modes_nothing_is_said() {
        for text in [
            "postgresql://u:p@db.example/db?sslmode=prefer",
            "host=localhost sslmode=prefer",
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=require",
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=verify-full",
            "postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=${SSLMODE}",
            "postgresql://u:p@shop.postgres.database.azure.com/db?ssl=true",
            "Host=shop.postgres.database.azure.com;SSL Mode=VerifyFull",
            "Host=shop.postgres.database.azure.com;SSL Mode=3",
            "jdbc:postgresql://shop.postgres.database.azure.com/db?ssl=true",
            "jdbc:postgresql://shop.postgres.database.azure.com/db?ssl=false&sslmode=require",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &target(Target::AzureFlexible),
            "host=localhost port=15432 sslmode=prefer",
        );
    }
}

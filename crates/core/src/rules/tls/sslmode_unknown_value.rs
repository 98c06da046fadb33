//! TLS004: a TLS mode that the driver does not know.

use super::modes::{self, Reading, speaks_to_azure, squeeze};
use super::sslmode_of_another_driver::is_anothers;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Driver;
use crate::near::nearest;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS004",
    name: "sslmode-unknown-value",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("sslmode_unknown_value.md"),
    check,
};

fn message(reading: Reading, shown: &str) -> String {
    match (reading, shown.is_empty()) {
        (Reading::TakenFor(what), true) => format!("empty TLS mode is taken for {what}"),
        (Reading::TakenFor(what), false) => format!("`{shown}` is taken for {what}"),
        (_, true) => "the TLS mode is empty".into(),
        (_, false) => format!("`{shown}` is no TLS mode of this driver"),
    }
}

/// Words that people write for a mode, squeezed.
const WORDS: [(&str, &str); 19] = [
    ("required", "require"),
    ("true", "require"),
    ("1", "require"),
    ("on", "require"),
    ("yes", "require"),
    ("enable", "require"),
    ("enabled", "require"),
    ("ssl", "require"),
    ("preferred", "prefer"),
    ("disabled", "disable"),
    ("false", "disable"),
    ("off", "disable"),
    ("0", "disable"),
    ("no", "disable"),
    ("none", "disable"),
    // What some of Azure's pages call the best mode.
    ("verifyall", "verify-full"),
    ("verify", "verify-full"),
    // MySQL's name for it.
    ("verifyidentity", "verify-full"),
    ("strict", "verify-full"),
];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = modes::setting(ctx) else {
        return;
    };
    let value = setting.value.expose();
    let reading = modes::reading(ctx, value);
    if reading == Reading::Known || is_anothers(ctx, value) {
        return;
    }
    // An empty span could not be seen: the keyword and its `=` then.
    let span = if setting.value.span.is_empty() {
        setting.span()
    } else {
        setting.value.span
    };
    let shown = shown(ctx, setting.value.span);
    let mut finding = Finding::new(span, message(reading, &shown));
    if reading != Reading::Refused {
        finding = finding.severity(Severity::Warning);
    }
    finding = finding.help(help(ctx, reading, value));
    if let Some((mode, applicability)) = better(ctx, reading, value) {
        finding = finding.fix(
            format!("Write `{mode}`"),
            applicability,
            alloc::vec![Edit::replace(setting.value.span, mode)],
        );
    }
    out.push(finding);
}

/// The value up to where something else may begin that a missing separator has drawn in, a password perhaps.
fn shown(ctx: &Context<'_>, value: Span) -> String {
    let raw = ctx.raw(value);
    let stop = |c: char| c.is_whitespace() || "?;=&,".contains(c);
    let head = raw.find(stop).unwrap_or(raw.len());
    let rest = if head < raw.len() { "…" } else { "" };
    ctx.show(Span::new(value.start, value.start + head)) + rest
}

fn help(ctx: &Context<'_>, reading: Reading, value: &str) -> String {
    let driver = ctx.driver.label();
    let consequence = match reading {
        Reading::Refused => format!("{driver} refuses the whole string because of it."),
        _ => format!(
            "{driver} says nothing of it, and the connection is not the one that was asked for."
        ),
    };
    let azure = if squeeze(value) == "verifyall" {
        " Some of Azure's pages call it `verify-all`; the mode's name is `verify-full`."
    } else {
        ""
    };
    let choice = match ctx.driver {
        Driver::Prisma => {
            "Prisma knows `disable`, `prefer` and `require`; `sslaccept=strict` beside `require` checks the certificate."
        }
        Driver::TokioPostgres => {
            "It knows `disable`, `prefer` and `require`; whether the certificate is checked is set in the code, by the TLS connector."
        }
        Driver::Npgsql => {
            "It knows `Disable`, `Allow`, `Prefer`, `Require`, `VerifyCA` and `VerifyFull`."
        }
        Driver::Sqlx | Driver::Pgjdbc => {
            "It knows `disable`, `allow`, `prefer`, `require`, `verify-ca` and `verify-full`."
        }
        _ => {
            "It knows `disable`, `allow`, `prefer`, `require`, `verify-ca` and `verify-full`, in exactly this spelling."
        }
    };
    format!("{consequence}{azure} {choice}")
}

/// The mode that was probably meant, as the driver spells it, and how sure that is.
fn better(
    ctx: &Context<'_>,
    reading: Reading,
    value: &str,
) -> Option<(&'static str, Applicability)> {
    if let Some(mode) = modes::mode_spelled(value) {
        let written = modes::replacement(ctx, mode);
        // Where only the spelling differs and the string could not work as it is, nothing is guessed.
        let applicability = if reading == Reading::Refused && written == modes::spelling(ctx, mode)
        {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        return Some((written, applicability));
    }
    let squeezed = squeeze(value);
    let word = WORDS
        .iter()
        .find(|(word, _)| *word == squeezed)
        .map(|(_, mode)| *mode);
    let mode = match word {
        _ if squeezed.is_empty() => "require",
        Some("disable" | "prefer") if speaks_to_azure(ctx) => "require",
        Some(mode) => mode,
        None => {
            let mode = nearest(value, modes::names(), 2)?;
            modes::names().find(|name| *name == mode)?
        }
    };
    Some((modes::replacement(ctx, mode), Applicability::Unsafe))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn a_mode_that_the_driver_refuses_is_an_error() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@shop.postgres.database.azure.com/db?sslmode=verify-all
                                                             ^^^^^^^^^^ `verify-all` is no TLS mode of this driver
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgres://db-a.example:5432,db-b.example:5432/app?target_session_attrs=any&sslmode=
                                                                            ^^^^^^^^ the TLS mode is empty
",
        );
        carets(
            &RULE,
            &auto(),
            "
export PGHOST=db.example PGUSER=app PGSSLMODE=requir
                                              ^^^^^^ `requir` is no TLS mode of this driver
",
        );
        carets(
            &RULE,
            &driver(Driver::Prisma),
            "
postgresql://u:p@db.example/db?sslmode=verify-full
                                       ^^^^^^^^^^^ `verify-full` is taken for `prefer`
",
        );
    }

    #[test]
    fn spelling_is_put_right_and_meaning_is_offered() {
        use Applicability::{Safe, Unsafe};
        for (d, value, expected, applicability) in [
            (Driver::Libpq, "Require", "require", Safe),
            (Driver::Libpq, "verify_full", "verify-full", Safe),
            (Driver::Asyncpg, "VERIFY-CA", "verify-ca", Safe),
            (Driver::Libpq, "verify-all", "verify-full", Unsafe),
            (Driver::Libpq, "required", "require", Unsafe),
            (Driver::Libpq, "true", "require", Unsafe),
            (Driver::Libpq, "1", "require", Unsafe),
            (Driver::Libpq, "off", "disable", Unsafe),
            (Driver::Libpq, "requrie", "require", Unsafe),
            (Driver::Libpq, "", "require", Unsafe),
            (Driver::TokioPostgres, "verify-full", "require", Unsafe),
            (Driver::TokioPostgres, "allow", "prefer", Unsafe),
            (
                Driver::Prisma,
                "verify-full",
                "require&sslaccept=strict",
                Unsafe,
            ),
            (Driver::Prisma, "Require", "require", Unsafe),
            (Driver::NodePostgres, "Require", "require", Unsafe),
            (Driver::Sqlx, "verify_ca", "verify-ca", Safe),
        ] {
            let text = |value: &str| format!("postgresql://u:p@db.example/db?sslmode={value}");
            fixes(&RULE, &driver(d), &text(value), &text(expected));
            let found = findings(&RULE, &driver(d), &text(value));
            assert_eq!(
                found[0].fixes[0].applicability, applicability,
                "{d} {value}"
            );
        }
        for (text, expected) in [
            ("Host=h;SSL Mode=Required;", "Host=h;SSL Mode=Require;"),
            ("Host=h;SSL Mode=true;", "Host=h;SSL Mode=Require;"),
            (
                "Host=h;SSL Mode=verify_full;",
                "Host=h;SSL Mode=VerifyFull;",
            ),
            ("Host=h;SSL Mode=;", "Host=h;SSL Mode=Require;"),
            (
                "jdbc:postgresql://h/db?sslmode=required",
                "jdbc:postgresql://h/db?sslmode=require",
            ),
            ("host=h sslmode='Require'", "host=h sslmode='require'"),
            ("host=h sslmode=''", "host=h sslmode='require'"),
            // Azure wants TLS, whatever `false` was to mean.
            (
                "host=shop.postgres.database.azure.com sslmode=false",
                "host=shop.postgres.database.azure.com sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn what_cannot_be_guessed_gets_no_fix() {
        let found = findings(&RULE, &auto(), "host=h sslmode=whatever");
        assert_eq!(found.len(), 1);
        assert!(found[0].fixes.is_empty());
    }

    #[test]
    fn severity_follows_what_the_driver_does() {
        let severity = |d, value: &str| {
            let text = format!("postgresql://u:p@db.example/db?sslmode={value}");
            findings(&RULE, &driver(d), &text)
                .first()
                .map(|f| f.severity)
        };
        for d in [
            Driver::Libpq,
            Driver::Pgx,
            Driver::LibPq,
            Driver::Asyncpg,
            Driver::RubyPg,
        ] {
            assert_eq!(severity(d, "Require"), Some(Severity::Error), "{d}");
        }
        assert_eq!(
            severity(Driver::NodePostgres, "Require"),
            Some(Severity::Warning)
        );
        assert_eq!(
            severity(Driver::PostgresJs, "Require"),
            Some(Severity::Warning)
        );
        assert_eq!(
            severity(Driver::Prisma, "verify-ca"),
            Some(Severity::Warning)
        );
        assert_eq!(severity(Driver::Pgx, ""), Some(Severity::Warning));
        assert_eq!(severity(Driver::Sqlx, "REQUIRE"), None);
        assert_eq!(severity(Driver::Asyncpg, "verify_full"), None);
        assert_eq!(severity(Driver::Ecto, "whatever"), None);
    }

    #[test]
    fn what_the_driver_knows_is_left_alone() {
        for text in [
            "host=h sslmode=verify-full",
            "host=h sslmode=$SSLMODE",
            "postgresql://h/db?sslmode=${MODE}",
            "postgresql://h/db?sslmode={ssl_mode}",
            "postgresql://h/db?ssl=true",
            "host=h requiressl=1",
            "Host=h;SSL Mode=require;",
            "Host=h;SslMode=VERIFYFULL;",
            "Host=h;SSL Mode=3;",
            "jdbc:postgresql://h/db?sslmode=Require",
            // For the rule about other drivers' spellings.
            "host=h sslmode=VerifyFull",
            "Host=h;SSL Mode=verify-full",
            "host=h sslmode=no-verify",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://h/db?sslmode=no-verify",
        );
        // The dialect is what is wrong there.
        silent(
            &RULE,
            &driver(Driver::Npgsql),
            "postgresql://h/db?sslmode=Require",
        );
    }
}

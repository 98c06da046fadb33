//! TLS012: a mode that checks the certificate against a file which the string does not name.

use super::modes::{self, Distance, speaks_to_azure};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param, Setting};
use crate::readings::Roots;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS012",
    name: "root-file-needed",
    group: Group::Tls,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("root_file_needed.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("`{shown}` needs ~/.postgresql/root.crt, as no root file is named")
}

fn help(ctx: &Context<'_>) -> String {
    match ctx.driver {
        Driver::Pgjdbc => {
            "Without that file pgJDBC answers `Could not open SSL root certificate file`. `sslrootcert` names another one; `sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory` takes the roots that come with Java, which know Azure's.".into()
        }
        Driver::Asyncpg => {
            "Without that file asyncpg answers `root certificate file … does not exist or cannot be accessed`. `sslrootcert` names another one; in the code, `ssl=True` takes the system's roots.".into()
        }
        driver => format!(
            "Without that file {} answers `root certificate file … does not exist`. `sslrootcert` names another one; with libpq 16 or later, `sslrootcert=system` takes the system's roots, which know Azure's.",
            driver.label()
        ),
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if modes::distance(ctx) == Distance::Here || !modes::driver_is_evident(ctx) {
        return;
    }
    let default_file =
        modes::effective(ctx).is_some_and(|tls| tls.chain && tls.roots == Some(Roots::DefaultFile));
    // A service file, a driver's own options or code can name it.
    let elsewhere = ctx.surroundings.mention_roots
        || ctx.settings().all.iter().any(|s| {
            let key = s.key.to_ascii_lowercase();
            ["service", "sslfactoryarg", "pqopt"].contains(&key.as_str())
        });
    let Some(setting) = decisive(ctx).filter(|_| default_file && !elsewhere) else {
        return;
    };
    let mut finding =
        Finding::new(setting.span(), message(&ctx.show(setting.span()))).help(help(ctx));
    // Who writes `ssl=true` wants TLS, and hardly has made that file for it.
    if setting.param == Param::Ssl && speaks_to_azure(ctx) {
        finding = finding
            .severity(Severity::Warning)
            .certainty(Certainty::Likely);
    }
    if let Some((title, edit)) = addition(ctx, setting) {
        finding = finding.fix(title, Applicability::Unsafe, alloc::vec![edit]);
    }
    out.push(finding);
}

/// The setting that asks for the check.
fn decisive<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    ctx.get(Param::SslMode).or_else(|| ctx.get(Param::Ssl))
}

/// Roots that are there anyway, added behind the setting that asks for the check.
fn addition(ctx: &Context<'_>, setting: &Setting) -> Option<(&'static str, Edit)> {
    let at = setting.value.span.end + usize::from(setting.value.quote.is_some());
    let insert = |text: &str| Edit::insert(at, text);
    match (ctx.grammar(), ctx.driver) {
        (Grammar::Jdbc, _) => {
            let taken = ctx.get(Param::SslFactory).is_some();
            (!taken).then(|| {
                (
                    "Take the roots that come with Java",
                    insert("&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"),
                )
            })
        }
        (_, Driver::Asyncpg) => None,
        // Only the strictest mode goes with them.
        (Grammar::Uri | Grammar::KeyValue, Driver::Libpq | Driver::Psycopg)
            if setting.value.expose() == "verify-full" && stands_alone(ctx, at) =>
        {
            let separator = if ctx.grammar() == Grammar::Uri {
                '&'
            } else {
                ' '
            };
            Some((
                "Take the system's roots",
                insert(&format!("{separator}sslrootcert=system")),
            ))
        }
        _ => None,
    }
}

/// Whether something can be put there: at the end, or before a separator.
fn stands_alone(ctx: &Context<'_>, at: usize) -> bool {
    let rest = ctx.raw(Span::new(at, ctx.text.len()));
    rest.is_empty() || rest.starts_with(['&', ' ', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn the_mode_that_asks_for_it_is_pointed_at() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 sslmode=verify-full user=app
                          ^^^^^^^^^^^^^^^^^^^ `sslmode=verify-full` needs ~/.postgresql/root.crt, as no root file is named
",
        );
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?ssl=true
                                 ^^^^^^^^ `ssl=true` needs ~/.postgresql/root.crt, as no root file is named
",
        );
    }

    #[test]
    fn on_azure_the_switch_of_pgjdbc_is_a_warning() {
        let text = "jdbc:postgresql://shop.postgres.database.azure.com/app?ssl=true";
        assert_eq!(
            findings(&RULE, &auto(), text)[0].severity,
            Severity::Warning
        );
        let text = "jdbc:postgresql://shop.postgres.database.azure.com/app?sslmode=verify-full";
        assert_eq!(findings(&RULE, &auto(), text)[0].severity, Severity::Info);
    }

    #[test]
    fn the_fix_takes_roots_that_are_there() {
        for (options, text, expected) in [
            (
                auto(),
                "host=db.example port=5432 sslmode='verify-full' user=app",
                "host=db.example port=5432 sslmode='verify-full' sslrootcert=system user=app",
            ),
            (
                driver(Driver::Psycopg),
                "postgresql://u:p@db.example/app?sslmode=verify-full",
                "postgresql://u:p@db.example/app?sslmode=verify-full&sslrootcert=system",
            ),
            (
                auto(),
                "jdbc:postgresql://db.example/app?ssl=true&user=u",
                "jdbc:postgresql://db.example/app?ssl=true&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory&user=u",
            ),
        ] {
            fixes(&RULE, &options, text, expected);
        }
    }

    #[test]
    fn where_roots_are_named_or_not_needed_nothing_is_said() {
        for text in [
            "host=db.example port=5432 sslmode=verify-full sslrootcert=root.pem",
            "host=db.example port=5432 sslmode=verify-full sslrootcert=system",
            "host=db.example port=5432 sslmode=require",
            "host=localhost port=5432 sslmode=verify-full",
            "host=db.example port=5432 sslmode=verify-full service=shop",
            "Host=db.example;Database=app;SSL Mode=VerifyFull",
            "jdbc:postgresql://db.example/app?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
            "jdbc:postgresql://db.example/app?sslmode=require",
            // Anybody's: many drivers take the system's roots.
            "postgresql://u:p@db.example/app?sslmode=verify-full",
            "PGSSLROOTCERT=root.pem psql 'host=db.example port=5432 sslmode=verify-full'",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://u:p@db.example/app?sslmode=verify-full",
        );
    }
}

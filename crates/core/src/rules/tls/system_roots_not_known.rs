//! TLS025: `sslrootcert=system` for a driver that takes `system` for a file's name.

use super::modes::{self, Distance};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param, Setting};
use crate::readings::Roots;
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS025",
    name: "system-roots-not-known",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("system_roots_not_known.md"),
    check,
};

fn message(driver: Driver, opened: bool) -> String {
    let driver = driver.label();
    if opened {
        format!("for {driver}, `system` is the name of a file")
    } else {
        format!("here {driver} ignores `system` and checks nothing")
    }
}

fn help(driver: Driver) -> &'static str {
    match driver {
        Driver::NodePostgres => {
            "libpq 16 and later take the system's roots for it. node-postgres opens a file of that name and answers `ENOENT: no such file or directory, open 'system'`. Without `sslrootcert` it takes the roots that come with Node."
        }
        Driver::Pgjdbc => {
            "libpq 16 and later take the system's roots for it. pgJDBC looks for a file of that name in the modes that check, and answers `Could not open SSL root certificate file system`. `DefaultJavaSSLFactory` takes the roots that come with Java."
        }
        Driver::Sqlx => {
            "libpq 16 and later take the system's roots for it. SQLx opens a file of that name in the modes that check. Without `sslrootcert` it takes the system's roots or those that it comes with."
        }
        _ => {
            "libpq 16 and later take the system's roots for it. asyncpg opens a file of that name in the modes that check. In the code, `ssl=True` takes the system's roots."
        }
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let driver = ctx.driver;
    let mistaken = matches!(
        driver,
        Driver::NodePostgres | Driver::Pgjdbc | Driver::Sqlx | Driver::Asyncpg
    );
    if !mistaken || modes::distance(ctx) == Distance::Here {
        return;
    }
    let Some(roots) = ctx
        .get(Param::SslRootCert)
        .filter(|s| s.value.expose() == "system")
    else {
        return;
    };
    let mode = ctx
        .get(Param::SslMode)
        .filter(|s| !s.value.expose().is_empty());
    let Some(tls) = modes::effective(ctx) else {
        return;
    };
    let opened = match driver {
        Driver::NodePostgres => true,
        // Any mode that is given, but for those that never check.
        Driver::Asyncpg => mode
            .is_some_and(|m| matches!(m.value.expose(), "require" | "verify-ca" | "verify-full")),
        _ => tls.chain && tls.roots == Some(Roots::File),
    };
    let java = ctx.get(Param::SslFactory).is_some();
    if driver == Driver::Pgjdbc && java {
        return;
    }
    let mut finding = Finding::new(roots.span(), message(driver, opened)).help(help(driver));
    if !opened {
        finding = finding.severity(Severity::Warning);
    }
    if let Some((title, edit)) = instead(ctx, roots, mode) {
        finding = finding.fix(title, Applicability::Unsafe, alloc::vec![edit]);
    }
    out.push(finding);
}

/// What the driver has for it.
fn instead(ctx: &Context<'_>, roots: &Setting, mode: Option<&Setting>) -> Option<(String, Edit)> {
    let verifies =
        mode.is_some_and(|m| m.value.expose().to_ascii_lowercase().starts_with("verify-"));
    let text = match ctx.driver {
        Driver::Pgjdbc if ctx.grammar() == Grammar::Jdbc && verifies => {
            "sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"
        }
        Driver::NodePostgres | Driver::Sqlx if mode.is_none() => "sslmode=verify-full",
        Driver::NodePostgres => {
            return Some(("Take it out".into(), pairs::remove(ctx, roots)?));
        }
        Driver::Sqlx if verifies => {
            return Some(("Take it out".into(), pairs::remove(ctx, roots)?));
        }
        _ => return None,
    };
    let replaced = Edit::replace(roots.span(), text);
    Some((format!("Write `{text}`"), replaced))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn drivers_that_open_a_file_are_named() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?sslmode=verify-full&sslrootcert=system
                                                     ^^^^^^^^^^^^^^^^^^ for pgJDBC, `system` is the name of a file
",
        );
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?sslmode=require&sslrootcert=system
                                                 ^^^^^^^^^^^^^^^^^^ here pgJDBC ignores `system` and checks nothing
",
        );
    }

    #[test]
    fn each_has_something_for_it() {
        for (d, text, expected) in [
            (
                Driver::Pgjdbc,
                "jdbc:postgresql://db.example/app?sslmode=verify-full&sslrootcert=system",
                "jdbc:postgresql://db.example/app?sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
            ),
            (
                Driver::NodePostgres,
                "postgres://u:p@db.example/app?sslmode=verify-full&sslrootcert=system",
                "postgres://u:p@db.example/app?sslmode=verify-full",
            ),
            (
                Driver::NodePostgres,
                "postgres://u:p@db.example/app?sslrootcert=system",
                "postgres://u:p@db.example/app?sslmode=verify-full",
            ),
            (
                Driver::Sqlx,
                "postgres://u:p@db.example/app?sslrootcert=system&sslmode=verify-ca",
                "postgres://u:p@db.example/app?sslmode=verify-ca",
            ),
        ] {
            fixes(&RULE, &driver(d), text, expected);
        }
    }

    #[test]
    fn severity_says_whether_it_connects() {
        let severity = |d, query: &str| {
            let text = format!("postgresql://u:p@db.example/app?{query}");
            findings(&RULE, &driver(d), &text)[0].severity
        };
        let require = "sslmode=require&sslrootcert=system";
        assert_eq!(severity(Driver::Asyncpg, require), Severity::Error);
        assert_eq!(
            severity(Driver::Asyncpg, "sslrootcert=system"),
            Severity::Warning
        );
        assert_eq!(severity(Driver::Sqlx, require), Severity::Warning);
        assert_eq!(
            severity(Driver::NodePostgres, "sslrootcert=system"),
            Severity::Error
        );
    }

    #[test]
    fn drivers_that_know_it_are_left_alone() {
        for (d, text) in [
            (
                Driver::Libpq,
                "host=db.example port=5432 sslmode=verify-full sslrootcert=system",
            ),
            (
                Driver::Psycopg,
                "postgresql://u:p@db.example/app?sslrootcert=system",
            ),
            (
                Driver::Pgx,
                "postgresql://u:p@db.example/app?sslrootcert=system",
            ),
            (
                Driver::NodePostgres,
                "postgresql://u:p@db.example/app?sslrootcert=system.pem",
            ),
            (
                Driver::NodePostgres,
                "postgresql://u:p@localhost/app?sslrootcert=system",
            ),
        ] {
            silent(&RULE, &driver(d), text);
        }
    }
}

//! SYN014: `jdbc:` too many or too few, a doubled scheme, a driver's name that belongs to SQLAlchemy.

use super::evident::{Family, evident};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Dialect, Driver, Grammar};
use crate::parse::{ErrorKind, parse, scheme};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN014",
    name: "scheme-prefix",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "SYN002", "SYN004", "DRV001", "PAR001", "PRT001"],
    docs: docs!("scheme_prefix.md"),
    check,
};

const DOUBLED: &str = "the scheme stands here twice";
const LEFT: &str = "`jdbc:` is for Java, and this is not";
const MISSING: &str = "no `jdbc:` stands before this URL for Java";
const R2DBC_MISSING: &str = "no `r2dbc:` stands before this URL for R2DBC";

fn of_sqlalchemy(name: &str) -> String {
    format!("`{name}` is SQLAlchemy's way to name a driver")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let found = match ctx.grammar() {
        Grammar::Jdbc => doubled_jdbc(ctx).or_else(|| jdbc_left(ctx)),
        Grammar::Uri if ctx.parse.dialect != Dialect::R2dbcUrl => doubled(ctx)
            .or_else(|| java(ctx))
            .or_else(|| driver_named(ctx)),
        _ => None,
    };
    out.extend(found);
}

fn doubled(ctx: &Context<'_>) -> Option<Finding> {
    let end = scheme::end(ctx.text);
    let first = scheme::first(ctx.text);
    (first < end).then(|| twice(Span::new(0, first)))
}

fn doubled_jdbc(ctx: &Context<'_>) -> Option<Finding> {
    let rest = ctx.text.trim_start_matches("jdbc:");
    let prefixes = (ctx.text.len() - rest.len()) / "jdbc:".len();
    (prefixes > 1).then(|| twice(Span::new("jdbc:".len(), "jdbc:".len() * prefixes)))
}

fn twice(span: Span) -> Finding {
    Finding::new(span, DOUBLED)
        .help("The driver takes the second one for the name of a host or of a database, which is not found.")
        .fix("Take one of them out", Applicability::Safe, [Edit::delete(span)])
}

fn jdbc_left(ctx: &Context<'_>) -> Option<Finding> {
    let given = ctx.driver_given && ctx.driver != Driver::Pgjdbc && takes_uris(ctx.driver);
    let native = given || matches!(evident(ctx), Some(Family::Native(_) | Family::Sqlalchemy));
    if !native || !ctx.text.starts_with("jdbc:") {
        return None;
    }
    let span = Span::new(0, "jdbc:".len());
    Some(
        Finding::new(span, LEFT)
            .help("Other drivers do not know it: invalid connection option, invalid DSN, or, in Node, a host called `base`. User name and password stand before the host then: `postgresql://user:password@host/db`.")
            // What pgJDBC calls its parameters, others may not know.
            .fix("Take `jdbc:` out", Applicability::Unsafe, [Edit::delete(span)]),
    )
}

const fn takes_uris(driver: Driver) -> bool {
    !matches!(
        driver,
        Driver::Auto | Driver::Npgsql | Driver::R2dbc | Driver::Psqlodbc | Driver::PhpPdo
    )
}

fn java(ctx: &Context<'_>) -> Option<Finding> {
    let (message, prefix) = match (ctx.driver_given, ctx.driver, evident(ctx)) {
        (true, Driver::Pgjdbc, _) => (MISSING, "jdbc:"),
        (true, Driver::R2dbc, _) => (R2DBC_MISSING, "r2dbc:"),
        (false, _, Some(Family::Java)) => (MISSING, "jdbc:"),
        (false, _, Some(Family::R2dbc)) => (R2DBC_MISSING, "r2dbc:"),
        _ => return None,
    };
    let span = Span::new(0, scheme::end(ctx.text));
    if span.is_empty() {
        return None;
    }
    let name_end = ctx.raw(span).find([':', '+', '/']).unwrap_or(span.end);
    let edits = if ctx.text.starts_with("postgresql://") {
        [Edit::insert(0, prefix)]
    } else {
        let whole = Span::new(0, name_end);
        [Edit::replace(whole, format!("{prefix}postgresql"))]
    };
    Some(
        Finding::new(span, message)
            .help(if prefix == "jdbc:" {
                "Without it no driver feels addressed: No suitable driver found. A JDBC URL has no user name before the host either: `jdbc:postgresql://host/db?user=…`."
            } else {
                "Without it the URL is refused: URL does not start with the r2dbc scheme."
            })
            .fix(format!("Write `{prefix}` before it"), Applicability::Safe, edits),
    )
}

/// `postgresql+asyncpg://` for a driver that is not called through SQLAlchemy.
fn driver_named(ctx: &Context<'_>) -> Option<Finding> {
    if ctx.parse.dialect != Dialect::SqlalchemyUrl {
        return None;
    }
    let given = ctx.driver_given && !matches!(ctx.driver, Driver::Sqlalchemy | Driver::Auto);
    let driver = match evident(ctx) {
        _ if given => ctx.driver,
        Some(Family::Native(driver)) if !ctx.driver_given => driver,
        _ => return None,
    };
    let plus = ctx.text.find('+')?;
    let colon = ctx.text.find(':').filter(|colon| plus < *colon)?;
    // Some take any scheme.
    let refused = parse(ctx.text, Dialect::LibpqUri, driver)
        .errors
        .iter()
        .any(|e| e.kind == ErrorKind::WrongDialect);
    if !refused {
        return None;
    }
    let span = Span::new(plus, colon);
    Some(
        Finding::new(span, of_sqlalchemy(ctx.raw(span)))
            .help("A driver that is called directly knows the plain scheme only: invalid DSN: scheme is expected to be either \"postgresql\" or \"postgres\", or: missing \"=\" in connection info string.")
            .fix(
                format!("Take `{}` out", ctx.raw(span)),
                Applicability::Safe,
                [Edit::delete(span)],
            ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn a_scheme_stands_once() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://postgresql://app:pw@db.example/app
^^^^^^^^^^^^^ the scheme stands here twice
",
        );
        for (text, expected) in [
            (
                "postgres://postgresql://app:pw@db.example/app",
                "postgresql://app:pw@db.example/app",
            ),
            (
                "jdbc:jdbc:postgresql://db.example/app",
                "jdbc:postgresql://db.example/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn jdbc_is_java_s() {
        for (text, expected) in [
            (
                "conn = psycopg2.connect('jdbc:postgresql://db.example/app?user=app')",
                "conn = psycopg2.connect('postgresql://db.example/app?user=app')",
            ),
            (
                "spring.datasource.url=postgresql://db.example/app",
                "spring.datasource.url=jdbc:postgresql://db.example/app",
            ),
            (
                "DriverManager.getConnection(\"postgres://db.example/app\")",
                "DriverManager.getConnection(\"jdbc:postgresql://db.example/app\")",
            ),
            (
                "spring.r2dbc.url=postgresql://db.example/app",
                "spring.r2dbc.url=r2dbc:postgresql://db.example/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::Pgjdbc),
            "postgresql://db.example/app",
            "jdbc:postgresql://db.example/app",
        );
        fixes(
            &RULE,
            &driver(Driver::NodePostgres),
            "jdbc:postgresql://db.example/app",
            "postgresql://db.example/app",
        );
    }

    #[test]
    fn a_driver_is_named_for_sqlalchemy_only() {
        carets(
            &RULE,
            &auto(),
            "
await asyncpg.connect('postgresql+asyncpg://app@db.example/app')
                                 ^^^^^^^^ `+asyncpg` is SQLAlchemy's way to name a driver
",
        );
        fixes(
            &RULE,
            &driver(Driver::Psycopg),
            "postgresql+psycopg://app@db.example/app",
            "postgresql://app@db.example/app",
        );
    }

    #[test]
    fn what_fits_is_left_alone() {
        for text in [
            "DATABASE_URL=jdbc:postgresql://db.example/app",
            "DATABASE_URL=postgresql+asyncpg://app@db.example/app",
            "create_async_engine('postgresql+asyncpg://app@db.example/app')",
            "spring.datasource.url=jdbc:postgresql://db.example/app",
            "asyncpg.connect('postgresql://app@db.example/app')",
            "psql postgresql://app@db.example/app",
        ] {
            silent(&RULE, &auto(), text);
        }
        // It takes any scheme.
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql+psycopg2://app@db.example/app",
        );
    }
}

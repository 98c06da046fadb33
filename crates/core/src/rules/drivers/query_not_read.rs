//! DRV005: a host, user, password or database in a URI's query that the driver does not take from there.

use crate::detect::accepts;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar, Origin, Param};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DRV005",
    name: "query-not-read",
    group: Group::Drivers,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &["PAR001", "PAR003"],
    docs: docs!("query_not_read.md"),
    check,
};

fn message(key: &str, driver: Driver) -> String {
    format!("`{key}` in the query is not read by {}", driver.label())
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Uri || !accepts(ctx.driver, ctx.parse.dialect) || ctx.is_misread()
    {
        return;
    }
    if ctx.driver == Driver::R2dbc {
        return refused_by_r2dbc(ctx, out);
    }
    for setting in &ctx.settings().all {
        let (Some(key), Origin::Query) = (setting.key_span, setting.origin) else {
            continue;
        };
        let (about, what) = match &*setting.key {
            "host" => (Param::Host, "host"),
            "port" => (Param::Port, "port"),
            "user" => (Param::User, "user"),
            "password" => (Param::Password, "password"),
            "dbname" => (Param::Database, "database"),
            _ => continue,
        };
        // What counts has kept its meaning.
        if setting.param == about || !is_plain_uri_reader(ctx.driver) || ctx.has_variable(key) {
            continue;
        }
        // Whether the authority says it, for then that is used.
        let instead = ctx.settings().all.iter().find(|s| {
            s.param == about && s.origin == Origin::Authority && !s.value.expose().is_empty()
        });
        let same = instead.is_some_and(|s| s.value.expose() == setting.value.expose());
        if same {
            continue;
        }
        let finding = Finding::new(key, message(&ctx.show(key), ctx.driver));
        out.push(match instead {
            Some(other) => finding
                .severity(Severity::Warning)
                .help(format!("The {what} before the `?` counts. Keep the one that is meant, and write it there."))
                .related(other.value.span, "this one counts"),
            None => finding.help(format!(
                "It takes its default for the {what} then{}. Write it before the `?`: `postgresql://user:password@host:port/database`.",
                match about {
                    Param::User => ", which is the operating system's user",
                    Param::Host => ", which is this machine",
                    _ => "",
                }
            )),
        });
    }
}

/// r2dbc-spi (`ConnectionUrlParser`) refuses the URL for what the rest of it says.
fn refused_by_r2dbc(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for setting in &ctx.settings().all {
        let forbidden = matches!(
            &*setting.key,
            "driver" | "protocol" | "host" | "port" | "user" | "password" | "database"
        );
        let (Some(key), true) = (setting.key_span, forbidden) else {
            continue;
        };
        if setting.origin != Origin::Query || ctx.has_variable(key) {
            continue;
        }
        let shown = ctx.show(key);
        out.push(
            Finding::new(key, format!("`{shown}` must not stand in an R2DBC URL's query"))
                .help(format!("R2DBC answers: the URL must not declare option {shown} in the query string. The form is `r2dbc:postgresql://user:password@host:port/database`."))
                .certainty(Certainty::Certain),
        );
    }
}

/// Drivers whose readers take what they do not override for ordinary keywords.
const fn is_plain_uri_reader(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::NodePostgres
            | Driver::PostgresJs
            | Driver::Prisma
            | Driver::Asyncpg
            | Driver::Django
            | Driver::RubyPg
            | Driver::PhpPdo
            | Driver::Ecto
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, silent};

    #[test]
    fn what_the_query_cannot_say_is_named() {
        carets(
            &RULE,
            &driver(Driver::PostgresJs),
            "
postgresql://db.example/app?user=app&sslmode=require
                            ^^^^ `user` in the query is not read by postgres.js
",
        );
        for (given, text, severity) in [
            (
                Driver::NodePostgres,
                "postgresql://app@db.example/app?dbname=other",
                Severity::Warning,
            ),
            (
                Driver::Prisma,
                "postgresql://db.example/app?user=app",
                Severity::Error,
            ),
            (
                Driver::Asyncpg,
                "postgresql://app@db.example/app?user=other",
                Severity::Warning,
            ),
            (
                Driver::RubyPg,
                "postgresql://app@db.example/app?password=pw",
                Severity::Error,
            ),
        ] {
            let found = findings(&RULE, &driver(given), text);
            assert_eq!(found.len(), 1, "{given}");
            assert_eq!(found[0].severity, severity, "{given}");
        }
    }

    #[test]
    fn r2dbc_refuses_it() {
        carets(
            &RULE,
            &auto(),
            "
r2dbc:postgresql://db.example/app?user=app&sslMode=require
                                  ^^^^ `user` must not stand in an R2DBC URL's query
",
        );
    }

    #[test]
    fn what_counts_is_left_alone() {
        let text = "postgresql://db.example/app?user=app&password=pw";
        for given in [
            Driver::Libpq,
            Driver::NodePostgres,
            Driver::Pgx,
            Driver::Sqlx,
        ] {
            silent(&RULE, &driver(given), text);
        }
        silent(&RULE, &auto(), text);
        silent(
            &RULE,
            &driver(Driver::Prisma),
            "postgresql://app@localhost/app?host=/cloudsql/x",
        );
        silent(
            &RULE,
            &driver(Driver::Asyncpg),
            "postgresql:///app?host=db.example&user=app",
        );
    }
}

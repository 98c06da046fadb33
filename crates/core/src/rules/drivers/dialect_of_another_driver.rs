//! DRV001: the string is written in a dialect that the driver does not take.

use crate::detect::accepts;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Dialect, Driver};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DRV001",
    name: "dialect-of-another-driver",
    group: Group::Drivers,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("dialect_of_another_driver.md"),
    check,
};

fn message(dialect: Dialect, driver: Driver) -> String {
    let article = if matches!(dialect, Dialect::AdoNet | Dialect::Odbc | Dialect::R2dbcUrl) {
        "an"
    } else {
        "a"
    };
    format!(
        "{article} {} string does not work with {}",
        dialect.label(),
        driver.label()
    )
}

/// What the driver wants, and what it says of the rest.
fn help(driver: Driver) -> &'static str {
    match driver {
        Driver::Npgsql => {
            "Npgsql takes `Host=…;Port=…;Database=…;Username=…;Password=…` and answers otherwise: Format of the initialization string does not conform to specification, or: Couldn't set a keyword that shows the whole text."
        }
        Driver::Pgjdbc => {
            "Java takes `jdbc:postgresql://host:port/database?user=…` and answers otherwise: No suitable driver found."
        }
        Driver::R2dbc => "R2DBC takes `r2dbc:postgresql://user:password@host:port/database`.",
        Driver::Psqlodbc => {
            "ODBC takes `Driver={PostgreSQL Unicode};Server=…;Port=…;Database=…;Uid=…;Pwd=…`."
        }
        Driver::NodePostgres | Driver::PostgresJs => {
            "It takes `postgresql://user:password@host:port/database`. node-postgres does not complain about other texts: it takes them for a database name on a host called `base`, and answers: getaddrinfo ENOTFOUND base."
        }
        _ => {
            "It takes `postgresql://user:password@host:port/database`, and libpq's relatives also `host=… port=… dbname=… user=…`."
        }
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !ctx.driver_given || accepts(ctx.driver, ctx.parse.dialect) {
        return;
    }
    // The beginning says enough; a squiggle under everything would hide the rest.
    let end = ctx
        .text
        .find("://")
        .map(|at| at + 3)
        .or_else(|| ctx.text.find('=').map(|at| at + 1))
        .unwrap_or(ctx.text.len());
    out.push(
        Finding::new(Span::new(0, end), message(ctx.parse.dialect, ctx.driver))
            .help(help(ctx.driver)),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, silent};

    #[test]
    fn strings_of_other_drivers_are_told_by_their_beginning() {
        carets(
            &RULE,
            &driver(Driver::Npgsql),
            "
postgresql://app:pw@db.example/app
^^^^^^^^^^^^^ a URI string does not work with Npgsql
",
        );
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
host=db.example port=5432 user=app
^^^^^ a keyword/value string does not work with node-postgres
",
        );
        carets(
            &RULE,
            &driver(Driver::Libpq),
            "
Server=db.example;Database=app;User Id=app
^^^^^^^ an ADO.NET string does not work with libpq
",
        );
    }

    #[test]
    fn each_driver_takes_its_own() {
        silent(&RULE, &auto(), "Server=db.example;Database=app;User Id=app");
        for (d, text) in [
            (Driver::Npgsql, "Server=db.example;Database=app;User Id=app"),
            (Driver::Pgjdbc, "jdbc:postgresql://db.example/app"),
            (Driver::Psycopg, "host=db.example port=5432 user=app"),
            (Driver::Prisma, "postgresql://db.example/app"),
        ] {
            silent(&RULE, &driver(d), text);
        }
    }
}

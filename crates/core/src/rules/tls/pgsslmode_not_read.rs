//! TLS030: `PGSSLMODE` beside a string for a driver that does not look at it.

use super::modes::{self, Distance};
use crate::detect::SwitchKind;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS030",
    name: "pgsslmode-not-read",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("pgsslmode_not_read.md"),
    check,
};

fn message(driver: Driver) -> String {
    format!("`PGSSLMODE` has no effect on {}", driver.label())
}

fn help(driver: Driver) -> String {
    let instead = match driver {
        Driver::Npgsql => "`SSL Mode=…` in the string",
        Driver::Pgjdbc => "`sslmode=…` in the URL",
        Driver::R2dbc => "`sslMode=…` in the URL",
        Driver::PostgresJs => "`?sslmode=…` in the URL, or its `ssl` option",
        _ => "`?sslmode=…` in the URL",
    };
    format!(
        "It is libpq's variable, and that of drivers which follow libpq. Here it changes nothing, and the mode is the driver's own default. Write {instead}."
    )
}

/// Drivers that take nothing from it.
const fn reads_it(driver: Driver) -> bool {
    !matches!(
        driver,
        Driver::Npgsql
            | Driver::Pgjdbc
            | Driver::R2dbc
            | Driver::PostgresJs
            | Driver::TokioPostgres
            | Driver::Prisma
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if reads_it(ctx.driver) || modes::distance(ctx) == Distance::Here {
        return;
    }
    // Among variables, the rule about all of libpq's speaks.
    if ctx.grammar() == Grammar::Entries {
        return;
    }
    // Where the string says more, the variable does not matter.
    if ctx.get(Param::SslMode).is_some() || ctx.get(Param::Ssl).is_some() {
        return;
    }
    let variable = ctx
        .surroundings
        .switches
        .iter()
        .find(|s| s.kind == SwitchKind::Pgsslmode);
    if let Some(variable) = variable {
        out.push(Finding::beside(variable.span, message(ctx.driver)).help(help(ctx.driver)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, driver, findings, silent};

    #[test]
    fn the_variable_is_pointed_at() {
        let text = "PGSSLMODE=require\nConnectionStrings__Db=\"Host=shop.postgres.database.azure.com;Username=app;Database=app\"";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].span.start, 0);
    }

    #[test]
    fn drivers_that_read_it_are_left_alone() {
        for (d, text) in [
            (
                Driver::Auto,
                "PGHOST=shop.postgres.database.azure.com\nPGUSER=app\nPGSSLMODE=require",
            ),
            (
                Driver::Libpq,
                "PGHOST=shop.postgres.database.azure.com\nPGUSER=app\nPGSSLMODE=require",
            ),
            (
                Driver::NodePostgres,
                "PGHOST=db.example\nPGUSER=app\nPGSSLMODE=require",
            ),
            (
                Driver::Npgsql,
                "PGHOST=localhost\nPGUSER=app\nPGSSLMODE=require",
            ),
            (
                Driver::Auto,
                "PGSSLMODE=require\nDb=\"Host=db.example;Username=app;Database=app;SSL Mode=Require\"",
            ),
        ] {
            silent(&RULE, &driver(d), text);
        }
    }
}

//! RES007: prepared statements through Azure's PgBouncer, which hands the connection to somebody else in between.

use super::common::{azure_pooler, mentions, number, setting};
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES007",
    name: "prepared-statements-through-pooler",
    group: Group::Resilience,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("prepared_through_pooler.md"),
    check,
};

const MESSAGE: &str = "prepared statements do not outlive a transaction on this port";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(port) = azure_pooler(ctx) else {
        return;
    };
    let Some(advice) = advice(ctx) else { return };
    out.push(Finding::new(port, MESSAGE).help(format!(
        "Azure's PgBouncer gives each transaction any free connection and keeps no statements to begin with; the answers are: prepared statement does not exist, or already exists. {advice}"
    )));
}

/// How the driver is told to do without; `None` where it is, or does anyway.
fn advice(ctx: &Context<'_>) -> Option<&'static str> {
    let is = |key: &str, values: &[&str]| {
        setting(ctx, key).is_some_and(|s| {
            ctx.has_variable(s.value.span) || values.contains(&s.value.expose().trim())
        })
    };
    let (handled, advice) = match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => (
            number(ctx, "Max Auto Prepare").is_none_or(|n| n <= 0),
            "Take `Max Auto Prepare` out.",
        ),
        (Grammar::Jdbc, _) => (
            is("prepareThreshold", &["0"]) || is("preferQueryMode", &["simple"]),
            "Add `prepareThreshold=0`.",
        ),
        (Grammar::Uri, Driver::Prisma) => (is("pgbouncer", &["true"]), "Add `pgbouncer=true`."),
        (Grammar::Uri, Driver::PostgresJs) => (
            is("prepare", &["false"]) || mentions(ctx, &["prepare: false", "no_prepare"]),
            "Add `prepare=false`.",
        ),
        (Grammar::Uri | Grammar::KeyValue, Driver::Pgx) => (
            is(
                "default_query_exec_mode",
                &["exec", "simple_protocol", "cache_describe", "describe_exec"],
            ) || mentions(ctx, &["QueryExecMode", "PreferSimpleProtocol"]),
            "Add `default_query_exec_mode=exec`.",
        ),
        (Grammar::Uri, Driver::Sqlx) => (
            is("statement-cache-capacity", &["0"]),
            "Add `statement-cache-capacity=0`, and mark queries as not persistent.",
        ),
        (Grammar::Uri, Driver::R2dbc) => (
            is("preparedStatementCacheQueries", &["0"]),
            "Add `preparedStatementCacheQueries=0`.",
        ),
        (Grammar::Uri, Driver::Asyncpg) => (
            mentions(ctx, &["statement_cache_size"]),
            "Call `connect` with `statement_cache_size=0`.",
        ),
        (Grammar::Uri, Driver::Sqlalchemy) if ctx.text.contains("+asyncpg://") => (
            is("prepared_statement_cache_size", &["0"]) || mentions(ctx, &["statement_cache_size"]),
            "Give `connect_args={\"statement_cache_size\": 0}` and a `prepared_statement_name_func`.",
        ),
        _ => return None,
    };
    (!handled).then_some(advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, silent};

    #[test]
    fn drivers_that_prepare_by_themselves_are_told_how_not_to() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://shop.postgres.database.azure.com:6432/app?sslmode=require
                                                   ^^^^ prepared statements do not outlive a transaction on this port
",
        );
        for (given, text) in [
            (
                Driver::Npgsql,
                "Host=shop.postgres.database.azure.com;Port=6432;SSL Mode=Require;Max Auto Prepare=20",
            ),
            (
                Driver::Prisma,
                "postgresql://app@shop.postgres.database.azure.com:6432/app?sslmode=require",
            ),
            (
                Driver::Pgx,
                "postgresql://app@shop.postgres.database.azure.com:6432/app?sslmode=require",
            ),
        ] {
            assert_eq!(findings(&RULE, &driver(given), text).len(), 1, "{given}");
        }
    }

    #[test]
    fn what_does_without_is_left_alone() {
        for text in [
            "jdbc:postgresql://shop.postgres.database.azure.com:6432/app?sslmode=require&prepareThreshold=0",
            "jdbc:postgresql://shop.postgres.database.azure.com:5432/app?sslmode=require",
            "jdbc:postgresql://pool.example:6432/app?sslmode=require",
            "Host=shop.postgres.database.azure.com;Port=6432;SSL Mode=Require",
            "postgresql://app@shop.postgres.database.azure.com:6432/app?sslmode=require",
            "postgresql://app@shop.postgres.database.azure.com:6432/app?sslmode=require&pgbouncer=true",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

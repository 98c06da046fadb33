//! RES006: a pool that is larger than what many of Azure's servers take.

use super::common::{azure_pooler, setting};
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar, Setting, Target};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES006",
    name: "pool-larger-than-server",
    group: Group::Resilience,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("pool_larger_than_server.md"),
    check,
};

/// Connections left for users on Flexible Server by default, by memory (`max_connections` less 15 reserved ones).
const LIMITS: &[(i64, &str)] = &[
    (35, "B1ms (2 GiB)"),
    (414, "B2s (4 GiB)"),
    (844, "8 GiB"),
    (1703, "16 GiB"),
    (3422, "32 GiB"),
    (4985, "48 GiB and more"),
];

/// Npgsql's own largest size: below it nobody has thought of more.
const USUAL: i64 = 100;

fn message(size: i64, largest: &str) -> String {
    format!("{size} connections are more than {largest} allows")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let flexible = ctx.is_azure() && ctx.target == Target::AzureFlexible;
    if !flexible || azure_pooler(ctx).is_some() {
        return;
    }
    let Some(setting) = largest(ctx).filter(|s| !ctx.has_variable(s.value.span)) else {
        return;
    };
    let Ok(size) = setting.value.expose().trim().parse::<i64>() else {
        return;
    };
    let Some((limit, server)) = LIMITS.iter().rev().find(|(limit, _)| size > *limit) else {
        return;
    };
    if size <= USUAL {
        return;
    }
    out.push(
        Finding::new(setting.value.span, message(size, server)).help(format!(
            "A Flexible Server of {server} takes {limit} connections of users unless `max_connections` is changed, and answers beyond: remaining connection slots are reserved. Every instance of the program has a pool of its own. Two to five connections for each core are usual, with PgBouncer on 6432 for the rest."
        )),
    );
}

/// The largest size of the pool, as the driver calls it.
fn largest<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    let keys: &[&str] = match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => &["Maximum Pool Size", "Max Pool Size"],
        (Grammar::Uri, Driver::Prisma) => &["connection_limit"],
        (Grammar::Uri | Grammar::KeyValue, Driver::Pgx) => &["pool_max_conns"],
        (Grammar::Uri, Driver::PostgresJs) => &["max"],
        (Grammar::Uri, Driver::R2dbc) => &["maxSize"],
        (Grammar::Uri, Driver::Ecto) => &["pool_size"],
        (Grammar::Uri, Driver::RubyPg) => &["pool"],
        _ => return None,
    };
    keys.iter().find_map(|key| setting(ctx, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn pools_are_measured_by_what_servers_take() {
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;Username=app;SSL Mode=Require;Maximum Pool Size=500
                                                                                      ^^^ 500 connections are more than B2s (4 GiB) allows
",
        );
        let found = findings(
            &RULE,
            &auto(),
            "postgres://app@shop.postgres.database.azure.com/app?sslmode=require&connection_limit=200",
        );
        assert!(found[0].message.contains("B1ms"));
        assert_eq!(found[0].severity, Severity::Info);
    }

    #[test]
    fn usual_sizes_and_poolers_are_left_alone() {
        for text in [
            "Host=shop.postgres.database.azure.com;Username=app;SSL Mode=Require;Maximum Pool Size=100",
            "Host=shop.postgres.database.azure.com;Port=6432;Username=app;SSL Mode=Require;Maximum Pool Size=500",
            "Host=shop.example;Username=app;Maximum Pool Size=500",
            "postgres://app@shop.postgres.database.azure.com/app?sslmode=require&connection_limit=10",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! RES001: nothing ends the wait for a server that does not answer.

use super::common::{leads_elsewhere, mentions, number, on_libpq, remote_host, setting};
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::{Dialect, Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES001",
    name: "no-connect-timeout",
    group: Group::Resilience,
    severity: Severity::Info,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["RES004"],
    docs: docs!("no_connect_timeout.md"),
    check,
};

const MESSAGE: &str = "the wait for this server has no limit";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = remote_host(ctx).filter(|_| is_worth_a_word(ctx)) else {
        return;
    };
    let node_object = ctx.parse.dialect == Dialect::NodeObject;
    let in_string = match ctx.driver {
        // It looks at the object's `connectionTimeoutMillis` only.
        Driver::NodePostgres => false,
        Driver::Pgx if is_pooled(ctx) => return,
        Driver::Pgx | Driver::LibPq | Driver::TokioPostgres => true,
        // PDO gives libpq 30 seconds.
        Driver::PhpPdo => return,
        _ if on_libpq(ctx) => true,
        _ => return,
    };
    if (leads_elsewhere(ctx) && !node_object)
        || mentions(
            ctx,
            &[
                "connect_timeout",
                "CONNECT_TIMEOUT",
                "connectionTimeoutMillis",
                "ConnectTimeout",
                "connectTimeout",
            ],
        )
    {
        return;
    }
    let key = if in_string {
        "connect_timeout"
    } else {
        "connectionTimeoutMillis"
    };
    // Nothing and less is no limit.
    let given = setting(ctx, key);
    if given.is_some_and(|s| {
        ctx.has_variable(s.value.span) || number(ctx, key).is_none_or(|seconds| seconds > 0)
    }) {
        return;
    }
    let advice = if in_string {
        "With `connect_timeout=10` it gives up after ten seconds for each address, and the program can say why, or try again."
    } else {
        "`connectionTimeoutMillis: 10000` in the pool's options ends it after ten seconds; a URL cannot carry it."
    };
    let place = given.map_or(host, |s| s.value.span);
    let finding = Finding::new(place, MESSAGE).help(alloc::format!(
        "{} waits for as long as the operating system does, which is some minutes for each address where a firewall drops the packets. {advice}",
        ctx.driver.label()
    ));
    let edit = (in_string && given.is_none())
        .then(|| pairs::add(ctx, "connect_timeout=10"))
        .flatten();
    out.push(match edit {
        Some(edit) => finding.fix(
            "Add `connect_timeout=10`",
            Applicability::Unsafe,
            alloc::vec![edit],
        ),
        None => finding,
    });
}

/// A bare URI can be for a driver that has a limit; on Azure, and with several hosts, the limit matters all the same.
fn is_worth_a_word(ctx: &Context<'_>) -> bool {
    let bare = !ctx.driver_given && ctx.driver == Driver::Libpq && ctx.grammar() == Grammar::Uri;
    !bare || ctx.is_azure() || ctx.settings().hosts.len() > 1
}

/// pgxpool ends it after two minutes by itself.
fn is_pooled(ctx: &Context<'_>) -> bool {
    let mut all = ctx.settings().all.iter();
    all.any(|s| s.key.starts_with("pool_")) || mentions(ctx, &["pgxpool"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver as given, findings, fixes, silent};

    #[test]
    fn a_wait_without_end_is_named() {
        carets(
            &RULE,
            &given(Driver::Libpq),
            "
postgresql://app:pw@shop.example/orders?sslmode=require
                    ^^^^^^^^^^^^ the wait for this server has no limit
",
        );
        for (text, expected) in [
            (
                "postgresql://app:pw@shop.example/orders?sslmode=require",
                "postgresql://app:pw@shop.example/orders?sslmode=require&connect_timeout=10",
            ),
            (
                "postgresql://app:pw@shop.example/orders",
                "postgresql://app:pw@shop.example/orders?connect_timeout=10",
            ),
            (
                "host=shop.example port=5432 user=app",
                "host=shop.example port=5432 user=app connect_timeout=10",
            ),
        ] {
            fixes(&RULE, &given(Driver::Libpq), text, expected);
        }
        for text in [
            "postgresql://app:pw@shop.postgres.database.azure.com/orders?sslmode=require",
            "postgresql://app:pw@a.example,b.example/orders",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
        let found = findings(
            &RULE,
            &given(Driver::NodePostgres),
            "postgresql://app:pw@shop.example/orders?connect_timeout=10",
        );
        assert_eq!(found.len(), 1);
        assert!(found[0].fixes.is_empty());
        assert_eq!(
            findings(
                &RULE,
                &auto(),
                "host=shop.example port=5432 connect_timeout=0"
            )
            .len(),
            1
        );
    }

    #[test]
    fn what_has_a_limit_or_a_reader_is_left_alone() {
        for text in [
            "postgresql://app:pw@shop.example/orders?connect_timeout=5",
            "postgresql://app:pw@shop.example/orders",
            "postgresql://app:pw@localhost/orders",
            "postgresql://app:pw@127.0.0.1/orders",
            "postgresql:///orders?host=/var/run/postgresql",
            "postgresql://app:pw@${DB_HOST}/orders",
            "psql -h shop.example -U app orders",
            "shop.example:5432:orders:app:pw",
            "Host=shop.example;Database=orders;Username=app",
            "jdbc:postgresql://shop.example/orders",
            "pgsql:host=shop.example;dbname=orders",
            "pgxpool.New(ctx, \"postgres://app@shop.example/orders\")",
            "new Pool({connectionString: 'postgres://app@shop.example/orders', connectionTimeoutMillis: 5000})",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! RES003: nothing keeps an idle connection to Azure open, or notices that it is gone.

use super::common::{leads_elsewhere, mentions, number, on_libpq, remote_host, setting};
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES003",
    name: "no-keepalive",
    group: Group::Resilience,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("no_keepalive.md"),
    check,
};

const MESSAGE: &str = "idle connections can be cut after four minutes";

/// Azure's gateways and load balancers forget a connection after four minutes without a packet.
const IDLE: i64 = 240;

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = remote_host(ctx).filter(|_| ctx.is_azure()) else {
        return;
    };
    if leads_elsewhere(ctx) || mentions(ctx, &["eepalive", "eepAlive", "EEPALIVE"]) {
        return;
    }
    let Some(advice) = advice(ctx) else { return };
    out.push(Finding::new(host, MESSAGE).help(alloc::format!(
        "Where a gateway between the program and Azure forgets what has been idle for four minutes, the next query waits for an answer that never comes, or fails. {advice}"
    )));
}

/// What would keep it open; `None` where something does, or the string cannot say it.
fn advice(ctx: &Context<'_>) -> Option<&'static str> {
    let soon = |key| {
        setting(ctx, key).is_some_and(|s| {
            ctx.has_variable(s.value.span)
                || number(ctx, key).is_some_and(|seconds| (1..IDLE).contains(&seconds))
        })
    };
    match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => {
            // Without a smallest size, the pool lets go of what is idle for long enough.
            let lets_go = soon("Connection Idle Lifetime")
                && number(ctx, "Minimum Pool Size").is_none_or(|n| n <= 0);
            let kept = soon("Keepalive") || soon("TCP Keepalive Time") || lets_go;
            (!kept).then_some(
                "Npgsql sends nothing by itself: `Keepalive=30` makes it ask the server every 30 seconds.",
            )
        }
        (Grammar::Jdbc, _) => {
            let on = setting(ctx, "tcpKeepAlive")
                .is_some_and(|s| s.value.expose().eq_ignore_ascii_case("true"));
            let ends = setting(ctx, "socketTimeout").is_some_and(|s| {
                ctx.has_variable(s.value.span)
                    || number(ctx, "socketTimeout").is_some_and(|n| n > 0)
            });
            (!on && !ends).then_some(
                "pgJDBC sends nothing by itself and waits for ever: `tcpKeepAlive=true` or `socketTimeout` makes it notice, and a pool's own test, such as HikariCP's keepaliveTime, keeps it open.",
            )
        }
        (Grammar::Uri | Grammar::KeyValue | Grammar::Pdo, driver)
            if on_libpq(ctx) || driver == Driver::TokioPostgres =>
        {
            let kept = soon("keepalives_idle");
            (!kept).then_some(
                "By default the first probe comes after the operating system's two hours: `keepalives_idle=60` sends it after a minute.",
            )
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn a_connection_that_nothing_keeps_open_is_named() {
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;Username=app;SSL Mode=Require
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ idle connections can be cut after four minutes
",
        );
        for text in [
            "postgresql://app@shop.postgres.database.azure.com/orders?sslmode=require",
            "host=shop.postgres.database.azure.com user=app sslmode=require keepalives_idle=600",
            "jdbc:postgresql://shop.postgres.database.azure.com/orders?sslmode=require",
            "Host=shop.postgres.database.azure.com;Username=app;Keepalive=0;SSL Mode=Require",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_is_kept_open_or_is_not_on_azure_is_left_alone() {
        for text in [
            "postgresql://app@shop.postgres.database.azure.com/orders?sslmode=require&keepalives_idle=60",
            "postgresql://app@shop.example/orders?sslmode=require",
            "Host=shop.postgres.database.azure.com;Username=app;Keepalive=30;SSL Mode=Require",
            "Host=shop.postgres.database.azure.com;Username=app;Connection Idle Lifetime=120;SSL Mode=Require",
            "jdbc:postgresql://shop.postgres.database.azure.com/orders?sslmode=require&tcpKeepAlive=true",
            "psql \"host=shop.postgres.database.azure.com user=app sslmode=require\"",
            "PGHOST=shop.postgres.database.azure.com\nPGUSER=app\nPGSSLMODE=require",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! RES002: a limit on connecting that is too short to succeed, or too long to be of use.

use super::common::remote_host;
use crate::diagnostics::{Certainty, Severity};
use crate::parse::kinds::{Kind, Unit, kind};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES002",
    name: "connect-timeout-extreme",
    group: Group::Resilience,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("connect_timeout_extreme.md"),
    check,
};

const SHORT: &str = "little time for DNS, TCP, TLS and the login";
const LONG: &str = "longer than anybody waits for a connection";

/// Milliseconds below which connecting to another machine often fails, and above which waiting is of no use.
const LEAST: i64 = 3_000;
const MOST: i64 = 120_000;

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if remote_host(ctx).is_none() {
        return;
    }
    for setting in &ctx.settings().all {
        let factor = match kind(ctx.driver, ctx.grammar(), &setting.key) {
            Some(Kind::Number {
                unit: Unit::ConnectSeconds,
                ..
            }) => 1000,
            Some(Kind::Number {
                unit: Unit::ConnectMillis,
                ..
            }) => 1,
            _ => continue,
        };
        // How long data may stay unacknowledged, or one step of the handshake take, is something else.
        let whole = ["connect", "timeout"].contains(&&*setting.key.to_ascii_lowercase())
            || setting.key.to_ascii_lowercase().starts_with("connect");
        let span = setting.value.span;
        if !whole || setting.key_span.is_none() || ctx.has_variable(span) {
            continue;
        }
        let Some(millis) = setting
            .value
            .expose()
            .trim()
            .parse::<i64>()
            .ok()
            .and_then(|n| n.checked_mul(factor))
        else {
            continue;
        };
        // What looks like another unit is said elsewhere.
        let finding = if (601..LEAST).contains(&millis) {
            Finding::new(span, SHORT).help(format!(
                "A server that is busy, far away or just failing over needs longer; each try then fails before it can succeed. Five to fifteen seconds are usual, and {} of them for each host in a list.",
                if ctx.settings().hosts.len() > 1 { "as many" } else { "that many" }
            ))
        } else if millis > MOST && millis < 1_000_000 {
            Finding::new(span, LONG).help(
                "Whoever waits for the answer has gone by then, and the pool's other users wait behind it. Five to fifteen seconds and another try are usual.",
            )
        } else {
            continue;
        };
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn what_is_too_short_or_too_long_is_named() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@shop.example/orders?connect_timeout=1
                                                     ^ little time for DNS, TCP, TLS and the login
",
        );
        for text in [
            "Host=shop.example;Username=app;Timeout=1",
            "Host=shop.example;Username=app;Timeout=600",
            "jdbc:postgresql://shop.example/orders?connectTimeout=2",
            "host=shop.example user=app connect_timeout=300",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
    }

    #[test]
    fn usual_limits_are_left_alone() {
        for text in [
            "postgresql://app@shop.example/orders?connect_timeout=5",
            "postgresql://app@shop.example/orders?connect_timeout=0",
            "postgresql://app@localhost/orders?connect_timeout=1",
            "postgresql://app@shop.example/orders?connect_timeout=5000",
            "Host=shop.example;Username=app;Timeout=30;Command Timeout=1;Keepalive=1",
            "jdbc:postgresql://shop.example/orders?connectTimeout=10&sslResponseTimeout=1000",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

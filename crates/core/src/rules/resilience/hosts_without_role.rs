//! RES009: several hosts, of which any will do, also one that only reads.

use super::common::setting;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES009",
    name: "hosts-without-role",
    group: Group::Resilience,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("hosts_without_role.md"),
    check,
};

const MESSAGE: &str = "any of these hosts will do, also a read-only one";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // Of Azure's servers something else is said.
    if ctx.is_azure() || ctx.is_misread() {
        return;
    }
    let (key, word) = match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => ("Target Session Attributes", "primary"),
        (Grammar::Jdbc, _) => ("targetServerType", "primary"),
        (
            Grammar::Uri | Grammar::KeyValue,
            Driver::Libpq
            | Driver::Psycopg
            | Driver::PhpPgsql
            | Driver::Pgx
            | Driver::TokioPostgres
            | Driver::Asyncpg
            | Driver::PostgresJs,
        ) => ("target_session_attrs", "read-write"),
        _ => return,
    };
    let names = || {
        let hosts = ctx.settings().hosts.iter();
        hosts.filter_map(|h| h.host.as_ref())
    };
    let (Some(first), Some(last)) = (names().next(), names().next_back()) else {
        return;
    };
    let span = Span::new(first.span.start, last.span.end);
    let different = names().any(|host| !host.text.eq_ignore_ascii_case(&first.text));
    if names().count() < 2
        || !different
        || setting(ctx, key).is_some()
        || setting(ctx, "service").is_some()
        || ctx.redactor.hides(span)
        || ctx.has_variable(span)
    {
        return;
    }
    out.push(Finding::new(span, MESSAGE).help(format!(
        "{} stays with the first that answers. If that is a replica, writes fail: cannot execute INSERT in a read-only transaction. `{key}={word}` makes it go on to one that writes.",
        ctx.driver.label()
    )));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn a_list_without_a_role_is_named() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@a.example:5432,b.example:5432/orders
                 ^^^^^^^^^^^^^^^^^^^^^^^^ any of these hosts will do, also a read-only one
",
        );
        for text in [
            "Host=a.example,b.example;Username=app",
            "jdbc:postgresql://a.example,b.example/orders",
            "host=a.example,b.example user=app",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_role_or_a_single_host_is_left_alone() {
        for text in [
            "postgresql://app@a.example,b.example/orders?target_session_attrs=any",
            "jdbc:postgresql://a.example,b.example/orders?targetServerType=primary",
            "postgresql://app@a.example/orders",
            "postgresql://app@a.example:5432,a.example:5433/orders",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

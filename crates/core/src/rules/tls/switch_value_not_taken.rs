//! TLS027: a value of the `ssl` parameter that breaks the driver off.

use super::modes;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param};
use crate::near::nearest;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS027",
    name: "switch-value-not-taken",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("switch_value_not_taken.md"),
    check,
};

fn message(shown: &str, taker: Taker) -> String {
    match taker {
        Taker::NodePostgres => format!("node-postgres breaks off at `{shown}`"),
        Taker::Asyncpg => format!("asyncpg takes a mode for `ssl`, not `{shown}`"),
    }
}

const fn help(taker: Taker) -> &'static str {
    match taker {
        Taker::NodePostgres => {
            "It knows `true`, `1`, `0` and `no-verify`; at anything else it fails with `TypeError: Cannot use 'in' operator to search for 'key' in …`, which ends the process. `sslmode=require` is taken for TLS with a checked certificate."
        }
        Taker::Asyncpg => {
            "SQLAlchemy hands the value on, and asyncpg answers `sslmode parameter must be one of: disable, allow, prefer, require, verify-ca, verify-full`."
        }
    }
}

/// Who makes something of the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taker {
    NodePostgres,
    Asyncpg,
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(taker) = taker(ctx) else { return };
    let all = &ctx.settings().all;
    let Some(setting) = all
        .iter()
        .rfind(|s| s.key == "ssl" && !ctx.has_variable(s.span()) && !s.value.span.is_empty())
    else {
        return;
    };
    let value = setting.value.expose();
    let known = match taker {
        // The mode takes its place.
        Taker::NodePostgres if ctx.get(Param::SslMode).is_some() => true,
        Taker::NodePostgres => ["true", "1", "0", "no-verify"].contains(&value),
        Taker::Asyncpg => modes::names().any(|name| name == value),
    };
    if known || !crate::placeholder::find(ctx.raw(setting.value.span)).is_empty() {
        return;
    }
    let span = setting.value.span;
    // What a missing separator has drawn in could be anything.
    let shown = if value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    {
        ctx.show(span)
    } else {
        String::from("this")
    };
    let mut finding = Finding::new(span, message(&shown, taker)).help(help(taker));
    if let Some((title, edit)) = better(ctx, taker, value, setting.span(), span) {
        finding = finding.fix(title, Applicability::Unsafe, alloc::vec![edit]);
    }
    out.push(finding);
}

fn taker(ctx: &Context<'_>) -> Option<Taker> {
    if ctx.driver == Driver::NodePostgres && ctx.grammar() == Grammar::Uri {
        return Some(Taker::NodePostgres);
    }
    let asyncpg = ctx.driver == Driver::Sqlalchemy && ctx.text.contains("+asyncpg://");
    asyncpg.then_some(Taker::Asyncpg)
}

/// What was probably meant.
fn better(
    ctx: &Context<'_>,
    taker: Taker,
    value: &str,
    pair: crate::text::Span,
    span: crate::text::Span,
) -> Option<(String, Edit)> {
    let lower = value.to_ascii_lowercase();
    let mode = match lower.as_str() {
        "true" | "1" | "on" | "yes" | "required" | "enable" | "enabled" => "require",
        "false" | "0" | "off" | "no" | "disabled" | "none" if modes::speaks_to_azure(ctx) => {
            "require"
        }
        "false" | "0" | "off" | "no" | "disabled" | "none" => "disable",
        _ => modes::mode_spelled(value).or_else(|| {
            let near = nearest(&lower, modes::names(), 2)?;
            modes::names().find(|name| *name == near)
        })?,
    };
    match taker {
        Taker::Asyncpg => Some((format!("Write `{mode}`"), Edit::replace(span, mode))),
        Taker::NodePostgres => {
            let text = format!("sslmode={mode}");
            Some((format!("Write `{text}`"), Edit::replace(pair, text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn values_that_break_it_off_are_found() {
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
postgres://u:p@db.example/app?ssl=require
                                  ^^^^^^^ node-postgres breaks off at `require`
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql+asyncpg://u:p@db.example/app?ssl=true
                                            ^^^^ asyncpg takes a mode for `ssl`, not `true`
",
        );
    }

    #[test]
    fn the_fix_writes_what_it_takes() {
        for (d, text, expected) in [
            (
                Driver::NodePostgres,
                "postgres://u:p@db.example/app?ssl=require&a=b",
                "postgres://u:p@db.example/app?sslmode=require&a=b",
            ),
            (
                Driver::NodePostgres,
                "postgres://u:p@db.example/app?ssl=false",
                "postgres://u:p@db.example/app?sslmode=disable",
            ),
            (
                Driver::Auto,
                "postgresql+asyncpg://u:p@db.example/app?ssl=True",
                "postgresql+asyncpg://u:p@db.example/app?ssl=require",
            ),
        ] {
            fixes(&RULE, &driver(d), text, expected);
        }
    }

    #[test]
    fn what_it_takes_and_what_others_take_is_left_alone() {
        for (d, text) in [
            (
                Driver::NodePostgres,
                "postgres://u:p@db.example/app?ssl=true",
            ),
            (Driver::NodePostgres, "postgres://u:p@db.example/app?ssl=0"),
            (
                Driver::NodePostgres,
                "postgres://u:p@db.example/app?ssl=no-verify",
            ),
            (Driver::NodePostgres, "postgres://u:p@db.example/app?ssl="),
            (
                Driver::NodePostgres,
                "postgres://u:p@db.example/app?ssl=yes&sslmode=require",
            ),
            (
                Driver::NodePostgres,
                "postgres://u:p@db.example/app?ssl=${SSL}",
            ),
            (
                Driver::PostgresJs,
                "postgres://u:p@db.example/app?ssl=require",
            ),
            (
                Driver::Auto,
                "postgresql+asyncpg://u:p@db.example/app?ssl=require",
            ),
            (
                Driver::Auto,
                "postgresql+psycopg2://u:p@db.example/app?ssl=yes",
            ),
        ] {
            silent(&RULE, &driver(d), text);
        }
    }
}

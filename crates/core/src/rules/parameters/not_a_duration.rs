//! PAR008: a length of time that the driver cannot read as one.

use super::strange::driver;
use super::typed;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::parse::kinds::{Kind, go_duration, is_java_duration};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR008",
    name: "not-a-duration",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["PAR002"],
    docs: docs!("not_a_duration.md"),
    check,
};

fn message(value: &str, bare: bool) -> String {
    if bare {
        format!("`{value}` has no unit")
    } else {
        format!("`{value}` is not a length of time")
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for (setting, kind) in typed::all(ctx) {
        let value = setting.value.expose();
        let go = match kind {
            Kind::GoDuration if go_duration(value).is_none() => true,
            Kind::JavaDuration if !is_java_duration(value) => false,
            _ => continue,
        };
        let span = setting.value.span;
        let bare = value.trim().bytes().all(|b| b.is_ascii_digit());
        let key = ctx.show(setting.key_span.unwrap_or_default());
        let said = if go {
            format!(
                "pgxpool refuses the string: cannot parse {key} (time: {} duration). It takes numbers with a unit: `30s`, `15m`, `1h30m`.",
                if bare { "missing unit in" } else { "invalid" }
            )
        } else {
            format!(
                "{} refuses the option: not a valid duration. It takes `PT10S` or `10s`.",
                driver(ctx)
            )
        };
        let finding = Finding::new(span, message(&ctx.show(span), bare)).help(said);
        out.push(match repaired(value.trim(), bare) {
            Some(text) => finding.fix(
                format!("Write `{text}`"),
                Applicability::Unsafe,
                alloc::vec![Edit::replace(span, text)],
            ),
            None => finding,
        });
    }
}

/// Seconds are what people mean by a bare number; other spellings of a unit become the short one.
fn repaired(value: &str, bare: bool) -> Option<String> {
    if bare {
        return Some(format!("{value}s"));
    }
    let millis = typed::with_unit(value)?;
    Some(match millis {
        m if m.is_multiple_of(3_600_000) => format!("{}h", m / 3_600_000),
        m if m.is_multiple_of(60_000) => format!("{}m", m / 60_000),
        m if m.is_multiple_of(1_000) => format!("{}s", m / 1_000),
        m => format!("{m}ms"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn go_wants_a_unit() {
        carets(
            &RULE,
            &auto(),
            "
postgres://app@db.example/app?pool_max_conn_lifetime=3600&pool_max_conns=5
                                                     ^^^^ `3600` has no unit
",
        );
        for (text, expected) in [
            (
                "postgres://app@db.example/app?pool_max_conn_lifetime=3600&pool_max_conns=5",
                "postgres://app@db.example/app?pool_max_conn_lifetime=3600s&pool_max_conns=5",
            ),
            (
                "host=db.example user=app pool_max_conn_idle_time=30min pool_max_conns=5",
                "host=db.example user=app pool_max_conn_idle_time=30m pool_max_conns=5",
            ),
            (
                "r2dbc:postgresql://db.example/app?connectTimeout=10sec",
                "r2dbc:postgresql://db.example/app?connectTimeout=10s",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn what_can_be_read_is_left_alone() {
        for text in [
            "postgres://app@db.example/app?pool_max_conn_lifetime=1h30m&pool_max_conns=5",
            "r2dbc:postgresql://db.example/app?connectTimeout=PT10S",
            "r2dbc:postgresql://db.example/app?connectTimeout=10000",
            "Host=db.example;Connection Lifetime=300",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

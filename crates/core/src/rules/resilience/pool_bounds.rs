//! RES005: a pool whose smallest size is above its largest.

use super::common::{number, setting};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RES005",
    name: "pool-bounds-reversed",
    group: Group::Resilience,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("pool_bounds.md"),
    check,
};

fn message(least: i64, most: i64) -> alloc::string::String {
    format!("the pool's least size, {least}, is above its most, {most}")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let (least, most, default) = match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => (
            first(ctx, &["Minimum Pool Size", "Min Pool Size"]),
            first(ctx, &["Maximum Pool Size", "Max Pool Size"]),
            Some(100),
        ),
        (_, Driver::Pgx) => (
            first(ctx, &["pool_min_conns"]),
            first(ctx, &["pool_max_conns"]),
            None,
        ),
        (_, Driver::R2dbc) => (first(ctx, &["initialSize"]), first(ctx, &["maxSize"]), None),
        _ => return,
    };
    let of = |s: Option<&Setting>| -> Option<i64> { s?.value.expose().trim().parse().ok() };
    let known = |s: Option<&Setting>| s.is_none_or(|s| !ctx.has_variable(s.value.span));
    let limit = match most {
        Some(_) => of(most),
        None => default,
    };
    let (Some(setting), Some(lower), Some(upper)) = (least, of(least), limit) else {
        return;
    };
    let unpooled = ctx.grammar() == Grammar::AdoNet
        && super::common::setting(ctx, "Pooling")
            .is_some_and(|s| s.value.expose().trim().eq_ignore_ascii_case("false"));
    if lower <= upper || !known(least) || !known(most) || unpooled {
        return;
    }
    let finding = Finding::new(setting.value.span, message(lower, upper));
    let finding = if ctx.grammar() == Grammar::AdoNet {
        finding.severity(Severity::Error).help(format!(
            "Npgsql refuses it: Connection can't have 'Max Pool Size' {upper} under 'Min Pool Size' {lower}.{}",
            if most.is_none() { " Without a largest size it takes 100." } else { "" }
        ))
    } else {
        finding.help("The smallest size is never reached. Raise the one, or lower the other.")
    };
    let finding = match most {
        Some(most) => finding.related(most.value.span, "the largest size"),
        None => finding,
    };
    out.push(finding.fix(
        format!("Write `{upper}`"),
        Applicability::Unsafe,
        alloc::vec![Edit::replace(setting.value.span, upper.to_string())],
    ));
}

fn first<'a>(ctx: &Context<'a>, keys: &[&str]) -> Option<&'a Setting> {
    keys.iter()
        .find(|key| number(ctx, key).is_some())
        .and_then(|key| setting(ctx, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn bounds_that_contradict_are_named() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Minimum Pool Size=50;Maximum Pool Size=20
                                  ^^ the pool's least size, 50, is above its most, 20
",
        );
        for (text, expected) in [
            (
                "Host=db.example;Min Pool Size=150;Username=app",
                "Host=db.example;Min Pool Size=100;Username=app",
            ),
            (
                "postgres://app@db.example/app?pool_max_conns=5&pool_min_conns=10",
                "postgres://app@db.example/app?pool_max_conns=5&pool_min_conns=5",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn bounds_that_agree_are_left_alone() {
        for text in [
            "Host=db.example;Minimum Pool Size=5;Maximum Pool Size=20",
            "Host=db.example;Minimum Pool Size=20;Maximum Pool Size=20",
            "Host=db.example;Minimum Pool Size=150;Pooling=false",
            "Host=db.example;Minimum Pool Size=${MIN};Maximum Pool Size=1",
            "postgres://app@db.example/app?pool_min_conns=10",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

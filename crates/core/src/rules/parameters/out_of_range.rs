//! PAR009: a number that is larger or smaller than the driver takes.

use super::strange::driver;
use super::typed;
use crate::diagnostics::{Certainty, Severity};
use crate::parse::kinds::Kind;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR009",
    name: "number-out-of-range",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &["PAR002"],
    docs: docs!("out_of_range.md"),
    check,
};

fn message(key: &str, value: &str, least: i64, most: i64) -> String {
    if most == i64::from(i32::MAX) {
        format!("`{value}` is too small for `{key}`: {least} is the least")
    } else {
        format!("`{value}` is not between {least} and {most}, as `{key}` wants")
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for (setting, kind) in typed::all(ctx) {
        let Kind::Number { least, most, .. } = kind else {
            continue;
        };
        let Some(number) = typed::number(setting).filter(|n| !(least..=most).contains(n)) else {
            continue;
        };
        let span = setting.value.span;
        let key = ctx.show(setting.key_span.unwrap_or_default());
        let value = ctx.show(span);
        let said = if number > most && most == i64::from(i32::MAX) {
            format!("`{value}` is too large for a number here")
        } else {
            message(&key, &value, least, most)
        };
        let error = ctx.meant.errors.iter().find(|e| e.span.overlaps(span));
        let answer = error.map_or_else(
            || format!("{} refuses it.", driver(ctx)),
            |error| {
                let said = error.driver_text(ctx.text, ctx.redactor);
                format!("{} answers: {}.", driver(ctx), said.trim_end_matches('.'))
            },
        );
        out.push(Finding::new(span, said).help(format!(
            "{answer} Write a number that it takes, or leave `{key}` out for its default."
        )));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver as given, findings, silent};

    #[test]
    fn the_bounds_are_the_drivers() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Maximum Pool Size=-1;Database=app
                                  ^^ `-1` is too small for `Maximum Pool Size`: 0 is the least
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgres://app@db.example/app?pool_max_conns=0
                                             ^ `0` is too small for `pool_max_conns`: 1 is the least
",
        );
        for text in [
            "Host=db.example;Timeout=1025;Database=app",
            "host=db.example port=5432 keepalives_idle=99999999999",
            "jdbc:postgresql://db.example/app?socketTimeout=99999999999",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
        assert_eq!(
            findings(
                &RULE,
                &given(Driver::Pgx),
                "postgres://app@db.example/app?connect_timeout=-1"
            )
            .len(),
            1
        );
    }

    #[test]
    fn numbers_that_mean_something_are_left_alone() {
        for text in [
            "Host=db.example;Timeout=1024;Cancellation Timeout=-1;Maximum Pool Size=2000",
            "postgresql://db.example/app?connect_timeout=-1&keepalives_idle=0",
            "jdbc:postgresql://db.example/app?prepareThreshold=-1&connectTimeout=0",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! PAR007: something else where the driver wants a whole number.

use super::strange::driver;
use super::typed;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Setting};
use crate::parse::kinds::{Kind, Unit};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::is_float;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR007",
    name: "not-a-number",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["PAR002"],
    docs: docs!("not_a_number.md"),
    check,
};

fn message(ctx: &Context<'_>, setting: &Setting, unit: Unit) -> String {
    let what = match unit {
        Unit::None => "",
        unit if unit.is_millis() => " of milliseconds",
        _ => " of seconds",
    };
    format!(
        "`{}` is not a whole number{what}",
        ctx.show(setting.value.span)
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for (setting, kind) in typed::all(ctx) {
        let value = setting.value.expose().trim();
        match kind {
            Kind::Number { unit, .. } if value.parse::<i64>().is_err() => {
                // psycopg 3 takes fractions of a second.
                if ctx.driver == Driver::Psycopg && is_float(value) {
                    continue;
                }
                out.push(finding(ctx, setting, unit));
            }
            Kind::LeadingMillis if value.parse::<i64>().is_err() => {
                out.push(cut_short(ctx, setting));
            }
            _ => {}
        }
    }
}

fn finding(ctx: &Context<'_>, setting: &Setting, unit: Unit) -> Finding {
    let span = setting.value.span;
    let error = ctx.meant.errors.iter().find(|e| e.span.overlaps(span));
    let key = ctx.show(setting.key_span.unwrap_or_default());
    let mut finding = Finding::new(span, message(ctx, setting, unit));
    if ctx.driver == Driver::PostgresJs {
        // `+value` is not a number then, which it takes for no limit.
        finding = finding.severity(Severity::Warning).help(format!(
            "postgres.js then goes on as if `{key}` were not there. It takes digits only."
        ));
    } else {
        let said = error.map_or_else(
            || format!("{} refuses the value of `{key}`.", driver(ctx)),
            |error| {
                let said = error.driver_text(ctx.text, ctx.redactor);
                format!("{} answers: {}.", driver(ctx), said.trim_end_matches('.'))
            },
        );
        finding = finding.help(format!("{said} It takes digits only, without a unit."));
    }
    match typed::with_unit(setting.value.expose()).and_then(|millis| in_unit(millis, unit)) {
        Some(number) => finding.fix(
            format!("Write `{number}`"),
            Applicability::Unsafe,
            alloc::vec![Edit::replace(span, number)],
        ),
        None => finding,
    }
}

/// The number that stands for `millis`, where there is one.
fn in_unit(millis: u64, unit: Unit) -> Option<String> {
    match unit {
        Unit::None => None,
        unit if unit.is_millis() => Some(millis.to_string()),
        _ if millis.is_multiple_of(1000) => Some((millis / 1000).to_string()),
        _ => None,
    }
}

/// JavaScript's `parseInt` reads the digits, and takes no notice of the unit behind them.
fn cut_short(ctx: &Context<'_>, setting: &Setting) -> Finding {
    let span = setting.value.span;
    let value = setting.value.expose().trim();
    let digits = value
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(value.len());
    let read = value.get(..digits).unwrap_or("");
    let finding = Finding::new(span, message(ctx, setting, Unit::Millis));
    if read.is_empty() {
        return finding
            .help("node-postgres makes `NaN` of it, which the server refuses. It takes digits only, for milliseconds.");
    }
    let finding = finding.severity(Severity::Warning).help(format!(
        "node-postgres reads the digits and passes over the rest: {read} milliseconds."
    ));
    match typed::with_unit(value).filter(|millis| millis.to_string() != read) {
        Some(millis) => finding.fix(
            format!("Write `{millis}`"),
            Applicability::Unsafe,
            alloc::vec![Edit::replace(span, millis.to_string())],
        ),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver as given, findings, fixes, silent};

    #[test]
    fn units_behind_a_number_are_taken_off() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 tcp_user_timeout=30s
                                           ^^^ `30s` is not a whole number of milliseconds
",
        );
        for (text, expected) in [
            (
                "host=db.example port=5432 tcp_user_timeout=30s",
                "host=db.example port=5432 tcp_user_timeout=30000",
            ),
            (
                "postgresql://db.example/app?connect_timeout=10s",
                "postgresql://db.example/app?connect_timeout=10",
            ),
            (
                "postgresql://db.example/app?keepalives_idle=1min",
                "postgresql://db.example/app?keepalives_idle=60",
            ),
            (
                "Host=db.example;Timeout=30s;Database=app",
                "Host=db.example;Timeout=30;Database=app",
            ),
            (
                "jdbc:postgresql://db.example/app?socketTimeout=5m",
                "jdbc:postgresql://db.example/app?socketTimeout=300",
            ),
            (
                "postgresql://db.example/app?schema=public&connect_timeout=5s",
                "postgresql://db.example/app?schema=public&connect_timeout=5",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &given(Driver::NodePostgres),
            "postgresql://db.example/app?statement_timeout=30s",
            "postgresql://db.example/app?statement_timeout=30000",
        );
    }

    #[test]
    fn what_is_no_length_of_time_has_no_fix() {
        for text in [
            "Host=db.example;Maximum Pool Size=many",
            "host=db.example port=5432 connect_timeout=500ms",
            "jdbc:postgresql://db.example/app?prepareThreshold=none",
        ] {
            let found = findings(&RULE, &auto(), text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].fixes.is_empty(), "{text}");
        }
    }

    #[test]
    fn numbers_variables_and_words_are_left_alone() {
        for text in [
            "postgresql://db.example/app?connect_timeout=10&keepalives=1",
            "Host=db.example;Timeout=${TIMEOUT};Command Timeout=0;Cancellation Timeout=-1",
            "jdbc:postgresql://db.example/app?connectTimeout=10&ApplicationName=5s",
            "postgresql://db.example/app?pool_max_conn_lifetime=30m",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &given(Driver::Psycopg),
            "postgresql://db.example/app?connect_timeout=0.5",
        );
    }
}

//! SYN024: a parameter with nothing in it, or without a value, that the driver does not take.

use super::url_parts::UrlParts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Setting};
use crate::parse::{ErrorKind, keywords};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, until};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN024",
    name: "empty-parameter",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "PRT001", "HST006"],
    docs: include_str!("empty_parameter.md"),
    check,
};

const EMPTY: &str = "nothing stands beside this `&`";
const NO_VALUE: &str = "parameter without `=` and value";

fn swallows(setting: &Setting, next: &str) -> String {
    format!("`{}` takes `{next}…` for its value", setting.key)
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    match ctx.grammar() {
        Grammar::Uri => in_query(ctx, out),
        Grammar::KeyValue => in_pairs(ctx, out),
        _ => {}
    }
}

fn in_query(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(parts) = UrlParts::of(ctx) else {
        return;
    };
    let errors: BTreeMap<usize, String> = ctx
        .parse
        .errors
        .iter()
        .filter(|e| e.kind == ErrorKind::Syntax)
        .map(|e| (e.span.start, e.driver_text(ctx.text, ctx.redactor)))
        .collect();
    let mut found: Vec<(Span, &str)> = Vec::new();
    let mut said = None;
    for pair in parts.pairs.iter().filter(|pair| pair.value.is_none()) {
        // Only what the driver objects to.
        let Some((_, error)) = errors.range(pair.separator.start..=pair.key.end).next() else {
            continue;
        };
        if ctx.has_variable(pair.key) {
            continue;
        }
        said.get_or_insert(error);
        found.push(if pair.key.is_empty() {
            (pair.separator, EMPTY)
        } else {
            (pair.key, NO_VALUE)
        });
    }
    let (Some((first, message)), Some(said)) = (found.first().copied(), said) else {
        return;
    };
    let mut finding = Finding::new(first, message).help(format!(
        "{} answers: {}. Others take it for nothing, or for an empty value.",
        ctx.driver.label(),
        said.trim_end_matches('.')
    ));
    for (span, message) in found.iter().skip(1) {
        finding = finding.related(*span, *message);
    }
    // What value was meant nobody knows.
    if found.iter().all(|(_, message)| *message == EMPTY) {
        let edits: Vec<Edit> = found.iter().map(|(span, _)| Edit::delete(*span)).collect();
        finding = finding.fix("Take the `&` out", Applicability::Safe, edits);
    }
    out.push(finding);
}

/// `host= port=5432`: blanks behind the `=` count for nothing, so that the next pair is the value.
fn in_pairs(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let mut found: Vec<(Span, String, Edit)> = Vec::new();
    for setting in &ctx.settings().all {
        let Some(key) = setting.key_span else {
            continue;
        };
        let value = setting.value.span;
        let equals = until(ctx.text, key.end, |c| c == '=');
        let Some((next, _)) = ctx.raw(value).split_once('=') else {
            continue;
        };
        let apart = value.start > equals + 1 && setting.value.quote.is_none();
        if apart && keywords::libpq(next).is_some() && !ctx.has_variable(value) {
            let span = Span::new(value.start, value.start + next.len() + 1);
            let next = ctx.show(span);
            found.push((
                span,
                swallows(setting, &next),
                Edit::insert(equals + 1, "''"),
            ));
        }
    }
    let mut found = found.into_iter();
    let Some((span, message, edit)) = found.next() else {
        return;
    };
    let mut finding = Finding::new(span, message).help("libpq and its like skip the blanks behind `=` and take what comes next for the value, be it another pair: the second keyword is not read. An empty value is written as `''`.");
    let mut edits = alloc::vec![edit];
    for (span, message, edit) in found {
        finding = finding.related(span, message);
        edits.push(edit);
    }
    out.push(finding.fix(
        "Write the empty value as `''`",
        Applicability::Unsafe,
        edits,
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn parameters_with_nothing_in_them_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?sslmode=require&connect_timeout
                                            ^^^^^^^^^^^^^^^ parameter without `=` and value
",
        );
        fixes(
            &RULE,
            &auto(),
            "postgresql://db.example/app?sslmode=require&&connect_timeout=5",
            "postgresql://db.example/app?sslmode=require&connect_timeout=5",
        );
        fixes(
            &RULE,
            &driver(Driver::Asyncpg),
            "postgresql://app@db.example/app?sslmode=require&",
            "postgresql://app@db.example/app?sslmode=require",
        );
    }

    #[test]
    fn a_pair_that_is_taken_for_a_value_is_found() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example password= port=5432 dbname=app
                          ^^^^^ `password` takes `***…` for its value
",
        );
        fixes(
            &RULE,
            &auto(),
            "host=db.example user= port=5432 dbname=app",
            "host=db.example user='' port=5432 dbname=app",
        );
    }

    #[test]
    fn what_the_driver_takes_is_left_alone() {
        for text in [
            "postgresql://db.example/app?sslmode=require&",
            "jdbc:postgresql://db.example/app?ssl&user=app&&x=1",
            "host = db.example port = 5432 dbname=app password=",
            "host=db.example password='' port=5432",
            "host=db.example options= -cgeqo=off",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://db.example/app?sslmode=require&&connect_timeout",
        );
    }
}

//! SYN024: a parameter with nothing in it, or without a value, that the driver does not take.

use super::url_parts::UrlParts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::order::gathered;
use crate::parse::ErrorKind;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
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
    supersedes: &["SYN001"],
    docs: docs!("empty_parameter.md"),
    check,
};

const EMPTY: &str = "nothing stands beside this `&`";
const NO_VALUE: &str = "parameter without `=` and value";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Uri {
        return;
    }
    let Some(parts) = UrlParts::of(ctx) else {
        return;
    };
    let errors = ctx
        .parse
        .errors
        .iter()
        .filter(|e| e.kind == ErrorKind::Syntax)
        .map(|e| (e.span.start, e.driver_text(ctx.text, ctx.redactor)));
    let errors: BTreeMap<usize, String> = gathered(errors);
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
    fn what_the_driver_takes_is_left_alone() {
        for text in [
            "postgresql://db.example/app?sslmode=require&",
            "jdbc:postgresql://db.example/app?ssl&user=app&&x=1",
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

//! How rules are tested: carets drawn under the text, fixes applied and judged, documentation examples executed.

use super::Rule;
use crate::detect;
use crate::diagnostics::{Applicability, Diagnostic, apply};
use crate::lint::{Options, lint};
use crate::model::{Driver, Target};
use crate::parse::parse;
use crate::text::slice;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::format;

/// Nothing given.
pub(crate) fn auto() -> Options {
    Options::default()
}

/// The driver given.
pub(crate) fn driver(driver: Driver) -> Options {
    Options { driver, ..auto() }
}

/// The target given.
pub(crate) fn target(target: Target) -> Options {
    Options { target, ..auto() }
}

/// What `rule` says of `text`.
pub(crate) fn findings(rule: &Rule, options: &Options, text: &str) -> Vec<Diagnostic> {
    lint(text, options)
        .diagnostics()
        .filter(|d| d.rule == rule)
        .cloned()
        .collect()
}

/// `rule` says nothing of `text`.
#[track_caller]
pub(crate) fn silent(rule: &Rule, options: &Options, text: &str) {
    let found: Vec<String> = findings(rule, options, text)
        .into_iter()
        .map(|d| d.message)
        .collect();
    assert!(found.is_empty(), "{text}\n{found:?}");
}

/// The fixture is a text on one line and, below it, carets under what the rule must point at, with the message behind
/// them; one such line for each finding.
#[track_caller]
pub(crate) fn carets(rule: &Rule, options: &Options, fixture: &str) {
    let fixture = fixture.trim_start_matches('\n').trim_end();
    let (text, drawn) = fixture.split_once('\n').expect("carets below the text");
    let expected: Vec<String> = drawn.lines().map(|l| l.trim_end().to_string()).collect();
    let actual: Vec<String> = findings(rule, options, text)
        .iter()
        .map(|d| {
            let column = text[..d.span.start].chars().count();
            let width = slice(text, d.span).chars().count().max(1);
            format!("{}{} {}", " ".repeat(column), "^".repeat(width), d.message)
        })
        .collect();
    assert_eq!(actual.join("\n"), expected.join("\n"), "\n{text}");
}

/// The rule's first fix turns `text` into `expected`, and is sound.
#[track_caller]
pub(crate) fn fixes(rule: &Rule, options: &Options, text: &str, expected: &str) {
    let found = findings(rule, options, text);
    let finding = found
        .first()
        .unwrap_or_else(|| panic!("{} finds nothing in {text}", rule.code));
    let fix = finding
        .fixes
        .first()
        .unwrap_or_else(|| panic!("{} offers no fix for {text}", rule.code));
    let fixed = apply(text, &fix.edits).expect("edits fit the text");
    assert_eq!(fixed, expected, "{}", fix.title);
    sound(rule, options, text);
}

/// Every fix that `rule` offers for `text` is sound: after it the text parses without new errors, the rule is silent,
/// and nothing is left to apply.
#[track_caller]
pub(crate) fn sound(rule: &Rule, options: &Options, text: &str) {
    for finding in findings(rule, options, text) {
        for fix in &finding.fixes {
            if fix.applicability == Applicability::DisplayOnly {
                continue;
            }
            let fixed = apply(text, &fix.edits).expect("edits fit the text");
            assert_ne!(fixed, text, "{}: the fix changes nothing", fix.title);
            let errors = |text: &str| -> usize {
                lint(text, options)
                    .strings
                    .iter()
                    .zip(detect::find(text))
                    .map(|(s, found)| parse(&found.excerpt.text, s.dialect, s.driver).errors.len())
                    .sum()
            };
            assert!(
                errors(&fixed) <= errors(text),
                "{}: new errors in {fixed}",
                fix.title
            );
            assert_eq!(
                lint(&fixed, options).strings.len(),
                lint(text, options).strings.len(),
                "{}: a string is lost in {fixed}",
                fix.title
            );
            silent(rule, options, &fixed);
        }
    }
}

//! Tests over the list of rules: what holds for every one of them.

use super::testing::{findings, sound};
use super::{Example, Group, RULES, Rule};
use crate::diagnostics::{Severity, apply};
use alloc::string::String;
use alloc::vec::Vec;
use std::collections::BTreeSet;
use std::format;

const HEADINGS: [&str; 7] = [
    "## What it finds",
    "## Why it matters",
    "## Example",
    "## Use instead",
    "## Fix safety",
    "## When to ignore it",
    "## Sources",
];

fn examples(rule: &Rule) -> Vec<Example> {
    rule.examples()
        .unwrap_or_else(|word| panic!("{}: `{word}` means nothing", rule.code))
}

/// Every code that was ever given, in order. A line here is for good: a code that is dropped stays dropped.
const CODES: &str = include_str!("codes.txt");

#[test]
fn codes_and_names_are_unique_and_belong_to_their_group() {
    let mut codes = BTreeSet::new();
    let mut names = BTreeSet::new();
    for rule in RULES {
        assert!(codes.insert(rule.code), "{} is given twice", rule.code);
        assert!(names.insert(rule.name), "{} is given twice", rule.name);
        let (letters, digits) = rule.code.split_at(3);
        assert_eq!(letters, rule.group.letters(), "{}", rule.code);
        assert!(
            digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()),
            "{}",
            rule.code
        );
        assert!(
            rule.name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{}",
            rule.name
        );
    }
    let order: Vec<_> = RULES.iter().map(|r| (r.group, r.code)).collect();
    assert!(order.is_sorted(), "RULES is sorted by group and code");
}

#[test]
fn the_list_of_codes_is_the_one_on_record() {
    let now: Vec<String> = RULES
        .iter()
        .map(|r| format!("{} {}", r.code, r.name))
        .collect();
    let recorded: Vec<&str> = CODES.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(now, recorded, "add new rules to rules/codes.txt");
}

#[test]
fn every_document_has_its_headings_in_order() {
    for rule in RULES {
        let title = format!("# {}: {}", rule.code, rule.name);
        assert_eq!(
            rule.docs.lines().next(),
            Some(title.as_str()),
            "{}",
            rule.code
        );
        let found: Vec<&str> = rule.docs.lines().filter(|l| l.starts_with("## ")).collect();
        assert_eq!(found, HEADINGS, "{}", rule.code);
        for (index, heading) in HEADINGS.iter().enumerate() {
            let rest = rule.docs.split_once(heading).map_or("", |(_, rest)| rest);
            let end = HEADINGS
                .get(index + 1)
                .and_then(|next| rest.find(next))
                .unwrap_or(rest.len());
            assert!(
                rest[..end].trim().len() > 2,
                "{}: nothing below {heading}",
                rule.code
            );
        }
        let summary = rule.summary();
        assert!(
            summary.len() > 10 && summary.ends_with('.'),
            "{}: {summary}",
            rule.code
        );
        let sources = rule.docs.split_once("## Sources").map_or("", |(_, s)| s);
        assert!(sources.contains("- "), "{}: sources are a list", rule.code);
    }
}

#[test]
fn every_example_is_true() {
    for rule in RULES {
        let examples = examples(rule);
        let count = |kind: &str| examples.iter().filter(|e| e.kind == kind).count();
        assert!(
            count("bad") >= 1 && count("good") >= 1,
            "{}: a bad and a good example",
            rule.code
        );
        assert!(
            rule.fix.is_none() || count("fixed") >= 1,
            "{}: a fix needs a `conn,fixed` block",
            rule.code
        );

        let mut bad: Option<&Example> = None;
        for example in &examples {
            let found = findings(rule, &example.options, &example.text);
            match example.kind.as_str() {
                "bad" => {
                    assert!(
                        !found.is_empty(),
                        "{} finds nothing in {}",
                        rule.code,
                        example.text
                    );
                    sound(rule, &example.options, &example.text);
                    bad = Some(example);
                }
                "good" => assert!(
                    found.is_empty(),
                    "{} in {}: {found:?}",
                    rule.code,
                    example.text
                ),
                "fixed" => {
                    let bad = bad.expect("a bad example before its fix");
                    let fix = findings(rule, &bad.options, &bad.text)
                        .into_iter()
                        .find_map(|d| d.fixes.into_iter().next())
                        .expect("the bad example has a fix");
                    assert_eq!(
                        apply(&bad.text, &fix.edits).as_deref(),
                        Ok(example.text.as_str()),
                        "{}",
                        rule.code
                    );
                }
                other => panic!("{}: unknown example `{other}`", rule.code),
            }
        }
    }
}

#[test]
fn what_is_said_in_the_examples_is_said_well() {
    for rule in RULES {
        for example in examples(rule).iter().filter(|e| e.kind == "bad") {
            for finding in findings(rule, &example.options, &example.text) {
                let message = &finding.message;
                assert!(
                    message.split_whitespace().count() <= 12,
                    "{}: {message}",
                    rule.code
                );
                assert!(!message.ends_with('.'), "{}: {message}", rule.code);
                assert!(
                    !message.starts_with(|c: char| c.is_uppercase()),
                    "{}: {message}",
                    rule.code
                );
                assert!(
                    finding.help.ends_with('.'),
                    "{}: help `{}`",
                    rule.code,
                    finding.help
                );
                assert!(finding.help.len() <= 600, "{}: help is long", rule.code);
                for fix in &finding.fixes {
                    assert!(
                        fix.title.starts_with(|c: char| c.is_uppercase()),
                        "{}: {}",
                        rule.code,
                        fix.title
                    );
                    assert!(!fix.title.ends_with('.'), "{}: {}", rule.code, fix.title);
                    assert!(
                        rule.fix.is_some_and(|best| fix.applicability >= best),
                        "{}: {}",
                        rule.code,
                        fix.title
                    );
                }
            }
        }
    }
}

#[test]
fn severities_follow_the_policy_of_their_group() {
    for rule in RULES {
        let allowed: &[Severity] = match rule.group {
            Group::Syntax => &[Severity::Error, Severity::Warning],
            Group::Resilience => &[Severity::Warning, Severity::Info],
            _ => &[Severity::Error, Severity::Warning, Severity::Info],
        };
        assert!(allowed.contains(&rule.severity), "{}", rule.code);
    }
}

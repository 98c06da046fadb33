//! Tests over the catalogue: what holds for every failure in it.

use super::failures::FAILURES;
use super::{Catalogue, Category, Triage};
use crate::lint::{Options, lint};
use crate::rules::{Group, RULES, Rule};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::collections::BTreeSet;
use std::format;

const HEADINGS: [&str; 6] = [
    "## What it finds",
    "## What it means",
    "## Example",
    "## What to do",
    "## Not to be confused with",
    "## Sources",
];

const CODES: &str = include_str!("failures/codes.txt");

#[test]
fn codes_and_names_are_unique_and_on_record() {
    let mut names: BTreeSet<&str> = RULES.iter().map(|r| r.name).collect();
    for failure in FAILURES {
        assert!(names.insert(failure.rule.name), "{}", failure.rule.name);
        assert_eq!(failure.rule.group, Group::Errors);
        assert!(failure.rule.code.starts_with("ERR"));
        assert!(Rule::find(failure.rule.code) == Some(&failure.rule));
    }
    assert!(FAILURES.iter().map(|f| f.rule.code).is_sorted());
    let now: Vec<String> = FAILURES
        .iter()
        .map(|f| format!("{} {}", f.rule.code, f.rule.name))
        .collect();
    let recorded: Vec<&str> = CODES.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(now, recorded, "add new failures to failures/codes.txt");
}

#[test]
fn every_document_has_its_headings_in_order_and_is_short() {
    for failure in FAILURES {
        let rule = &failure.rule;
        let title = format!("# {}: {}", rule.code, rule.name);
        assert_eq!(rule.docs.lines().next(), Some(title.as_str()));
        let found: Vec<&str> = rule.docs.lines().filter(|l| l.starts_with("## ")).collect();
        assert_eq!(found, HEADINGS, "{}", rule.code);
        assert!(rule.docs.lines().count() <= 60, "{}", rule.code);
        assert!(failure.summary().ends_with('.'), "{}", rule.code);
        let sources = rule.docs.split_once("## Sources").map_or("", |(_, s)| s);
        assert!(sources.contains("- "), "{}", rule.code);
    }
}

#[test]
fn messages_are_facts_and_short() {
    for failure in FAILURES {
        let message = failure.message;
        assert!(message.split_whitespace().count() <= 12, "{message}");
        assert!(!message.ends_with('.'), "{message}");
        assert!(
            message.starts_with(char::is_lowercase)
                || message.starts_with("PgBouncer")
                || message.starts_with("Microsoft"),
            "{message}"
        );
    }
}

#[test]
fn no_wording_is_given_twice() {
    let mut all = BTreeSet::new();
    for failure in FAILURES {
        assert!(!failure.wordings.is_empty(), "{}", failure.rule.code);
        for wording in failure.wordings {
            assert!(
                all.insert(wording.text.to_lowercase()),
                "{}: `{}` is given twice",
                failure.rule.code,
                wording.text
            );
        }
    }
}

#[test]
fn every_sqlstate_stands_for_one_failure() {
    let mut all = BTreeSet::new();
    for state in FAILURES.iter().flat_map(|f| f.sqlstates) {
        assert!(all.insert(state), "{state}");
        assert!(super::sqlstate::is_state(state), "{state}");
    }
}

#[test]
fn every_category_but_the_catch_all_has_a_failure() {
    for category in Category::ALL {
        assert!(
            FAILURES.iter().any(|f| f.category == *category),
            "{}",
            category.name()
        );
    }
}

/// A fenced block of a document: ```` ```error,key=value,… ````.
struct Example {
    code: &'static str,
    expected: Vec<(String, String)>,
    text: String,
}

fn examples() -> Vec<Example> {
    let mut out = Vec::new();
    for failure in FAILURES {
        let mut lines = failure.rule.docs.lines();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```error") else {
                continue;
            };
            let expected = info
                .split(',')
                .filter(|part| !part.is_empty())
                .map(|part| part.split_once('=').expect(part))
                .map(|(key, value)| (key.to_string(), value.to_string()))
                .collect();
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|l| !l.starts_with("```"))
                .collect();
            out.push(Example {
                code: failure.rule.code,
                expected,
                text: body.join("\n"),
            });
        }
    }
    out
}

fn told(triage: &Triage, key: &str) -> Option<String> {
    let evidence = &triage.evidence;
    match key {
        "other" => triage.failure.map(|f| f.rule.code.into()),
        "category" => Some(triage.category().name().into()),
        "persistence" => Some(triage.persistence().name().into()),
        "points_at" => Some(triage.points_at().name().into()),
        "certainty" => Some(triage.certainty.name().into()),
        "sqlstate" => triage.sqlstate.clone(),
        "client" => triage.client.map(|c| c.name().into()),
        "client_ip" => evidence.client_ip.clone(),
        "server_ip" => evidence.server_ip.clone(),
        "host" => evidence.host.clone(),
        "port" => evidence.port.map(|p| p.to_string()),
        "user" => evidence.user.clone(),
        "database" => evidence.database.clone(),
        other => panic!("unknown `{other}`"),
    }
}

#[test]
fn every_example_is_true() {
    let catalogue = Catalogue::new();
    let mut wrong = Vec::new();
    for example in examples() {
        let options = Options::default();
        let triage = catalogue.read(&example.text, &options, &lint(&example.text, &options));
        let is_other = example.expected.iter().any(|(key, _)| key == "other");
        let code = triage.failure.map(|f| f.rule.code);
        if !is_other && code != Some(example.code) {
            wrong.push(format!("{}: {code:?} for\n{}", example.code, example.text));
        }
        for (key, value) in &example.expected {
            let told = told(&triage, key);
            if told.as_deref() != Some(value) {
                wrong.push(format!(
                    "{}: {key}={value}, but {told:?} for\n{}",
                    example.code, example.text
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_document_shows_the_failure_and_another_one() {
    let examples = examples();
    for failure in FAILURES {
        let of = |other: bool| {
            examples
                .iter()
                .filter(|e| e.code == failure.rule.code)
                .any(|e| e.expected.iter().any(|(key, _)| key == "other") == other)
        };
        assert!(of(false) && of(true), "{}", failure.rule.code);
    }
}

//! How the linter does on strings that were labelled before it was run on them: what it finds, what it leaves alone, what it
//! reads, and whether its fixes are the ones that a person would make.

#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use connlint_core::diagnostics::{Diagnostic, Severity, apply};
use connlint_core::{Driver, Found, Options, Target, lint};
use serde_json::Value;

const CASES: &str = include_str!("labelled/strings.jsonl");

struct Case {
    id: String,
    text: String,
    options: Options,
    findings: Vec<Label>,
    settings: Option<Value>,
}

struct Label {
    places: String,
    fix: Option<String>,
}

fn cases() -> Vec<Case> {
    let cases = CASES.lines().map(|line| {
        let case: Value = serde_json::from_str(line).expect("one JSON object a line");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        Case {
            id: text(&case["id"]),
            text: text(&case["text"]),
            options: Options {
                driver: Driver::from_name(&text(&case["driver"])).expect("a driver"),
                target: Target::from_name(&text(&case["target"])).expect("a target"),
                ..Options::default()
            },
            findings: case["findings"]
                .as_array()
                .expect("a list of findings")
                .iter()
                .map(|label| Label {
                    places: text(&label["where"]),
                    fix: label["fix"].as_str().map(str::to_string),
                })
                .collect(),
            settings: case.get("settings").cloned(),
        }
    });
    cases.collect()
}

/// The findings that would make a check fail.
fn hard(strings: &[Found]) -> Vec<&Diagnostic> {
    strings
        .iter()
        .flat_map(|found| &found.diagnostics)
        .filter(|d| d.severity != Severity::Info)
        .collect()
}

/// Whether `diagnostic` touches `part` somewhere in `text`.
fn at(diagnostic: &Diagnostic, text: &str, part: &str) -> bool {
    text.match_indices(part).any(|(start, _)| {
        diagnostic.span.start <= start + part.len() && start <= diagnostic.span.end
    })
}

/// Whether one of the fixes makes of `text` what replacing `part` by `fix` makes, up to percent-encoding.
fn mends(diagnostic: &Diagnostic, text: &str, part: &str, fix: &str) -> bool {
    let decoded = connlint_core::parse::percent::decode_lenient;
    let wanted = text.replacen(part, fix, 1);
    diagnostic.fixes.iter().any(|offered| {
        apply(text, &offered.edits).is_ok_and(|fixed| {
            fixed == wanted || fixed.contains(fix) && decoded(&fixed) == decoded(&wanted)
        })
    })
}

/// `done` of `all`, and that it is at least `percent`.
#[track_caller]
fn at_least(percent: usize, what: &str, all: usize, missed: &[String]) {
    let done = all - missed.len();
    assert!(
        done * 100 >= all * percent,
        "{what}: {done} of {all}, missed:\n{}",
        missed.join("\n")
    );
}

#[test]
fn what_is_wrong_is_found_on_the_right_characters() {
    let mut all = 0;
    let mut missed = Vec::new();
    for case in cases() {
        let strings = lint(&case.text, &case.options).strings;
        for label in &case.findings {
            all += 1;
            if !hard(&strings)
                .iter()
                .any(|d| at(d, &case.text, &label.places))
            {
                missed.push(format!("{}: {}", case.id, label.places));
            }
        }
    }
    at_least(95, "found", all, &missed);
}

#[test]
fn what_is_right_is_left_alone() {
    for case in cases().iter().filter(|case| case.findings.is_empty()) {
        let strings = lint(&case.text, &case.options).strings;
        let said: Vec<String> = hard(&strings)
            .iter()
            .map(|d| format!("{}: {}", d.code(), d.message))
            .collect();
        assert!(said.is_empty(), "{}: {}\n{said:?}", case.id, case.text);
    }
}

#[test]
fn fixes_are_those_of_a_person() {
    let mut all = 0;
    let mut missed = Vec::new();
    for case in cases() {
        let strings = lint(&case.text, &case.options).strings;
        for label in &case.findings {
            let Some(fix) = &label.fix else { continue };
            all += 1;
            let found = hard(&strings);
            if !found
                .iter()
                .any(|d| mends(d, &case.text, &label.places, fix))
            {
                missed.push(format!("{}: {} → {fix}", case.id, label.places));
            }
        }
    }
    at_least(90, "mended", all, &missed);
}

#[test]
fn settings_are_what_the_driver_sees() {
    let mut all = 0;
    let mut missed = Vec::new();
    for case in cases() {
        let Some(expected) = &case.settings else {
            continue;
        };
        all += 1;
        let strings = lint(&case.text, &case.options).strings;
        let seen = strings.iter().any(|found| {
            let hosts: Vec<Value> = found
                .settings
                .hosts
                .iter()
                .map(|h| serde_json::json!([h.host, h.port]))
                .collect();
            Value::from(hosts) == expected["hosts"]
                && found.settings.user.as_deref() == expected["user"].as_str()
                && found.settings.database.as_deref() == expected["database"].as_str()
        });
        if !seen {
            let views: Vec<_> = strings.iter().map(|found| &found.settings).collect();
            missed.push(format!("{}: {views:?}", case.id));
        }
    }
    at_least(95, "read", all, &missed);
}

#[test]
fn half_of_the_strings_are_right() {
    let cases = cases();
    let right = cases.iter().filter(|case| case.findings.is_empty()).count();
    assert!(
        cases.len() >= 100 && right * 5 >= cases.len() * 2,
        "{right} of {}",
        cases.len()
    );
}

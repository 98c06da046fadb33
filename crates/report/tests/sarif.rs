//! What the SARIF format writes is valid by the schema of the standard, whatever was found and wherever.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use connlint_core::{Analysis, Options, lint};
use connlint_report::human::Layout;
use connlint_report::{Input, LintFormat};
use jsonschema::Validator;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("sarif/sarif-schema-2.1.0.json");

/// Every dialect, many layers, with and without something wrong.
const STRINGS: &str = include_str!("../../core/benches/strings.txt");

fn validator() -> Validator {
    // In the pattern of a language, a bracket is closed that was not opened, which not every reader of patterns takes.
    let sound = SCHEMA.replace("{2}]?$", "{2}$");
    assert_ne!(sound, SCHEMA);
    let schema: Value = serde_json::from_str(&sound).unwrap();
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

fn log(files: &[(String, &str, Analysis)]) -> Value {
    let inputs: Vec<Input<'_>> = files
        .iter()
        .map(|(path, text, analysis)| Input {
            path,
            text,
            analysis,
        })
        .collect();
    let format = LintFormat::named("sarif").unwrap();
    serde_json::from_str(&format.whole(&inputs, Layout::default())).unwrap()
}

fn wrong(log: &Value) -> Vec<String> {
    let validator = validator();
    let errors = validator.iter_errors(log);
    errors
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect()
}

#[test]
fn every_report_is_valid() {
    let paths = [
        "-",
        "conf/prod one.env",
        "a\\b\\c.yaml",
        "é/#?%/[x].toml",
        "C:\\x.env",
        "../up.env",
        "/root.env",
    ];
    let files: Vec<_> = STRINGS
        .split("\n%%\n")
        .zip(paths.iter().cycle())
        .map(|(text, path)| ((*path).to_owned(), text, lint(text, &Options::default())))
        .collect();
    let log = log(&files);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > 50, "{}", results.len());
    let with = |field: &str| results.iter().any(|result| result.get(field).is_some());
    assert!(with("fixes") && with("relatedLocations") && with("partialFingerprints"));
    assert_eq!(wrong(&log), [""; 0]);
}

#[test]
fn a_report_about_nothing_is_valid() {
    assert_eq!(wrong(&log(&[])), [""; 0]);
    let text = "nothing in here";
    let clean = lint(text, &Options::default());
    assert_eq!(wrong(&log(&[("a".into(), text, clean)])), [""; 0]);
}

#[test]
fn what_is_not_valid_is_noticed() {
    let text = "postgresql://app:p@ss@db.example/shop";
    let whole = log(&[("a b".into(), text, lint(text, &Options::default()))]);
    for (pointer, value) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/results/0/level", json!("fatal")),
        ("/runs/0/results/0/message", json!({})),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            json!(0),
        ),
        (
            "/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri",
            json!("a b"),
        ),
    ] {
        let mut log = whole.clone();
        *log.pointer_mut(pointer).expect(pointer) = value;
        assert!(!wrong(&log).is_empty(), "{pointer}");
    }
}

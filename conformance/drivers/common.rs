//! What the Rust programs of this folder share: cases in, one line of JSON an answer out.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};

use serde_json::{Map, Value, json};

/// The version of a package in this project's lock file.
pub fn version(package: &str) -> String {
    let lock = include_str!("rust/Cargo.lock");
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let line = lines.next().unwrap_or_default();
    line.trim_start_matches("version = ").trim_matches('"').to_owned()
}

/// What an error says, and what those under it say.
pub fn said(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = cause.source();
    }
    text
}

/// A refusal, with what was read before it.
pub struct Refused(pub String, pub Value);

/// Answers every case on standard input with what `read` makes of it.
pub fn run(driver: &str, through: &str, read: impl Fn(&str) -> Result<Value, Refused>) {
    let mut out = stdout().lock();
    let header = json!({"driver": driver, "version": version(driver), "through": through});
    writeln!(out, "{header}").unwrap();
    for line in stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let mut answer = Map::new();
        answer.insert("id".into(), case["id"].clone());
        let reading = match read(case["input"].as_str().unwrap()) {
            Ok(reading) => {
                answer.insert("outcome".into(), "accepted".into());
                reading
            }
            Err(Refused(error, reading)) => {
                answer.insert("outcome".into(), "refused".into());
                answer.insert("error".into(), error.into());
                reading
            }
        };
        if let Value::Object(fields) = reading {
            answer.extend(fields);
        }
        writeln!(out, "{}", Value::Object(answer)).unwrap();
    }
}

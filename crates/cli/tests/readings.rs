//! `connlint readings` from outside.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The `@` in the user name is raw, so drivers part on what the host is.
const TEXT: &str = "postgresql://app@shop:hunter77@db.example/shop?sslmode=require\n";

fn readings(args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_connlint"))
        .arg("readings")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(stdin.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn the_table_has_a_row_for_each_driver_and_no_password() {
    let output = readings(&[], TEXT);
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        out.contains("refused by libpq 15-18: invalid integer value \"***@db.example\""),
        "{out}"
    );
    assert!(
        out.lines()
            .any(|l| l.contains("node-postgres 8") && l.contains("db.example")),
        "{out}"
    );
    assert!(!out.contains("hunter"), "{out}");
}

#[test]
fn json_has_the_rows_of_the_driver_asked_for() {
    let output = readings(
        &["--format", "json", "--driver", "npgsql"],
        "Host=db.example;SSL Mode=Require\n",
    );
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = report["readings"].as_array().unwrap();
    let outcomes: Vec<&str> = rows.iter().filter_map(|r| r["outcome"].as_str()).collect();
    // Versions 6 and 7 want to be told to trust the server.
    assert_eq!(outcomes, ["accepted", "refused", "accepted"]);
}

#[test]
fn batch_answers_line_by_line() {
    let output = readings(
        &["--batch"],
        "{\"id\":1,\"text\":\"host=h port=1\"}\n{\"id\":2,\"text\":\"\"}\n",
    );
    let lines: Vec<Value> = output
        .stdout
        .split(|b| *b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["id"], 1);
    assert_eq!(lines[0]["readings"][0]["hosts"][0]["port"], 1);
    assert_eq!(lines[1]["readings"], Value::Array(Vec::new()));
}

#[test]
fn nothing_to_read_is_said() {
    let output = readings(&[], "hello\n");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("No connection string found")
    );
}

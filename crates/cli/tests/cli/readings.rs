//! `connlint readings` from outside.

use crate::common::{Run, feed};
use serde_json::Value;

/// The `@` in the user name is raw, so drivers part on what the host is.
const TEXT: &str = "postgresql://app@shop:hunter77@db.example/shop?sslmode=require\n";

fn readings(args: &[&str], stdin: &str) -> Run {
    feed(&[&["readings"], args].concat(), stdin)
}

#[test]
fn the_table_has_a_row_for_each_driver_and_no_password() {
    let run = readings(&[], TEXT);
    assert_eq!(run.code, Some(0));
    assert!(
        run.out
            .contains("refused by libpq 15-18: invalid integer value \"***@db.example\""),
        "{}",
        run.out
    );
    assert!(
        run.out
            .lines()
            .any(|l| l.contains("node-postgres 8") && l.contains("db.example")),
        "{}",
        run.out
    );
    assert!(!run.out.contains("hunter"), "{}", run.out);
}

#[test]
fn json_has_the_rows_of_the_driver_asked_for() {
    let run = readings(
        &["--format", "json", "--driver", "npgsql"],
        "Host=db.example;SSL Mode=Require\n",
    );
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let rows = report["readings"].as_array().unwrap();
    let outcomes: Vec<&str> = rows.iter().filter_map(|r| r["outcome"].as_str()).collect();
    // Versions 6 and 7 want to be told to trust the server.
    assert_eq!(outcomes, ["accepted", "refused", "accepted"]);
}

#[test]
fn batch_answers_line_by_line() {
    let run = readings(
        &["--batch"],
        "{\"id\":1,\"text\":\"host=h port=1\"}\n{\"id\":2,\"text\":\"\"}\n",
    );
    let lines: Vec<Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["id"], 1);
    assert_eq!(lines[0]["readings"][0]["hosts"][0]["port"], 1);
    assert_eq!(lines[1]["readings"], Value::Array(Vec::new()));
}

#[test]
fn nothing_to_read_is_said() {
    let run = readings(&[], "hello\n");
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("No connection string found"));
}

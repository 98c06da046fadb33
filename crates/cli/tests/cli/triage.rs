//! `connlint triage` from outside.

use crate::common::feed;
use serde_json::Value;

const ERROR: &str = "psql: error: connection to server at \"shop.postgres.database.azure.com\" (192.0.2.4), port 5432 failed: FATAL:  no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"shop\", SSL on\n";

#[test]
fn an_error_is_answered_with_what_to_do() {
    let run = feed(&["triage"], ERROR);
    assert_eq!(run.code, Some(1));
    let text = run.out;
    assert!(text.contains("firewall-rule create"), "{text}");
    assert!(text.contains("--start-ip-address 203.0.113.7"), "{text}");
    assert!(text.contains("connlint explain ERR011"), "{text}");
}

#[test]
fn json_is_the_report_itself() {
    let run = feed(&["triage", "--format", "json"], ERROR);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["category"], "server-firewall");
    assert_eq!(report["evidence"]["client_ip"], "203.0.113.7");
}

#[test]
fn batch_answers_line_by_line_and_takes_the_user_s_word_for_the_driver() {
    let questions = concat!(
        "{\"id\": 1, \"text\": \"FATAL: the database system is starting up\", \"driver\": \"npgsql\"}\n",
        "{\"id\": \"two\", \"text\": \"nothing wrong here\"}\n"
    );
    let run = feed(&["triage", "--batch"], questions);
    assert_eq!(run.code, Some(1));
    let lines: Vec<Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["id"], 1);
    assert_eq!(lines[0]["triage"]["client"], "npgsql");
    assert_eq!(lines[0]["triage"]["retry"]["code"]["language"], "csharp");
    assert_eq!(lines[1]["triage"]["code"], Value::Null);
}

#[test]
fn a_text_without_an_error_of_the_connection_is_clean() {
    for text in [
        "nothing wrong here\n",
        "ERROR:  relation \"orders\" does not exist\n",
        "",
    ] {
        let run = feed(&["triage"], text);
        assert_eq!(run.code, Some(0), "{text}");
    }
}

#[test]
fn a_support_bundle_is_markdown_with_the_probe_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let probe = folder.path().join("probe.json");
    std::fs::write(
        &probe,
        r#"[{"seq": 0, "t_us": 1500, "stage": "tcp", "address": "192.0.2.4:5432", "state": "ok", "code": "tcp.ok",
            "persistence": null, "category": null, "detail": {"text": "The port takes connections."}}]"#,
    )
    .unwrap();
    let text = format!("postgresql://app:hunter2@shop.postgres.database.azure.com/shop\n{ERROR}");
    let run = feed(
        &["triage", "--report", "--probe", probe.to_str().unwrap()],
        &text,
    );
    let report = run.out;
    assert!(report.starts_with("# The server is there"), "{report}");
    assert!(report.contains(" UTC. Passwords are masked"), "{report}");
    assert!(
        report.contains("| 0.001 s | TCP | 192.0.2.4:5432 | ok |"),
        "{report}"
    );
    assert!(report.contains("app:***@shop"), "{report}");
    assert!(!report.contains("hunter2"), "{report}");

    std::fs::write(&probe, "{}").unwrap();
    let run = feed(
        &["triage", "--report", "--probe", probe.to_str().unwrap()],
        ERROR,
    );
    assert_eq!(run.code, Some(2));
}

#[test]
fn lint_of_a_paste_puts_the_failure_on_the_string() {
    let text = "FATAL:  database \"shop\" does not exist\npostgresql://app:hunter2@db.example/shop?sslmode=require\n";
    let run = feed(&["lint", "--format", "json"], text);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let findings = report["inputs"][0]["strings"][0]["diagnostics"]
        .as_array()
        .unwrap();
    let failure = findings.iter().find(|d| d["code"] == "ERR034").unwrap();
    let at = |key: &str| usize::try_from(failure["span"][key].as_u64().unwrap()).unwrap();
    assert_eq!(&text[at("start")..at("end")], "shop");
    let ignored = feed(&["lint", "--format", "json", "--ignore", "ERR"], text);
    assert!(!ignored.out.contains("ERR034"));
}

#[test]
fn failures_are_explained_and_listed() {
    let explained = feed(&["explain", "err022"], "").out;
    assert!(
        explained.starts_with("ERR022: password-rejected"),
        "{explained}"
    );
    let listed = feed(&["rules"], "").out;
    assert!(listed.contains("ERR022"), "{listed}");
}

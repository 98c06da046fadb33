//! `connlint probe --authenticate`, against a real PostgreSQL.

use crate::common::{Run, connlint, feed, run};
use connlint_testkit::{Postgres, PostgresBuilder};
use serde_json::Value;

fn server() -> Postgres {
    Postgres::with_user("app", "not-a-secret").unwrap()
}

/// The answer to a string that comes over standard input.
fn login(text: &str, more: &[&str]) -> Run {
    feed(&[&["probe", "-", "--authenticate"], more].concat(), text)
}

fn report(output: &Run) -> Value {
    let last = output.out.lines().last().unwrap_or_default().to_owned();
    serde_json::from_str::<Value>(&last).unwrap()["login"].clone()
}

#[test]
fn the_right_password_logs_in_and_is_nowhere_in_the_output() {
    let server = server();
    let text = format!(
        "postgresql://app:not-a-secret@127.0.0.1:{}/app?sslmode=require",
        server.port()
    );
    let output = login(&text, &[]);
    let said = &output.out;
    assert_eq!(output.code, Some(0), "{said}{}", output.err);
    assert!(said.contains("Logged in: "), "{said}");
    assert!(
        said.contains("as app in app, reading and writing"),
        "{said}"
    );
    assert!(output.err.contains("Then it logs in from this computer"));
    let json = login(&text, &["--format", "ndjson"]);
    assert_eq!(report(&json)["ok"], true);
    assert!(report(&json)["server_version"].is_string());
    for output in [output, json] {
        assert!(!output.out.contains("not-a-secret") && !output.err.contains("not-a-secret"));
    }
    assert!(!server.log().unwrap().contains("FATAL"));
}

#[test]
fn a_wrong_password_and_a_missing_database_are_told_apart() {
    let server = Postgres::builder()
        .hba("hostssl all app 127.0.0.1/32 scram-sha-256")
        .start()
        .unwrap();
    server
        .sql("CREATE ROLE app LOGIN PASSWORD 'not-a-secret'")
        .unwrap();
    server.sql("CREATE DATABASE app OWNER app").unwrap();
    for (password, database, category, state) in [
        ("wrong-secret", "app", "password-wrong", "28P01"),
        ("not-a-secret", "shop", "database-missing", "3D000"),
    ] {
        let text = format!(
            "postgresql://app:{password}@127.0.0.1:{}/{database}?sslmode=require",
            server.port()
        );
        let output = login(&text, &["--format", "ndjson"]);
        assert_eq!(output.code, Some(1));
        let report = report(&output);
        assert_eq!(
            (&report["category"], &report["sqlstate"]),
            (&category.into(), &state.into())
        );
        assert!(!output.out.contains(password) && !output.err.contains(password));
    }
}

#[test]
fn channel_binding_and_the_users_roots_are_honoured() {
    let server = server();
    let roots = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(roots.path(), server.ca().pem()).unwrap();
    let text = |host: &str| {
        format!(
            "host={host} port={} user=app password=not-a-secret dbname=app sslmode=verify-full channel_binding=require sslrootcert={}",
            server.port(),
            roots.path().display()
        )
    };
    let output = login(&text("127.0.0.1"), &[]);
    assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
    let other = PostgresBuilder::default()
        .certificate_for(&["db.example.invalid"])
        .hba("hostssl all all 127.0.0.1/32 scram-sha-256")
        .start()
        .unwrap();
    std::fs::write(roots.path(), other.ca().pem()).unwrap();
    let text = text("127.0.0.1").replace(&server.port().to_string(), &other.port().to_string());
    let output = login(&text, &["--format", "ndjson"]);
    assert_eq!(output.code, Some(1));
    assert_eq!(report(&output)["ok"], false);
    assert!(
        !other.log().unwrap().contains("password"),
        "no login was tried"
    );
}

#[test]
fn the_password_may_come_from_the_environment_and_has_to_come_from_somewhere() {
    let server = server();
    let target = format!("127.0.0.1:{}", server.port());
    let ask = |command: &mut std::process::Command| Run::from(command.output().unwrap());
    let arguments = [
        "probe",
        target.as_str(),
        "--user",
        "app",
        "--sslmode",
        "require",
        "--authenticate",
    ];
    let output = ask(connlint(&arguments).env("PGPASSWORD", "not-a-secret"));
    assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
    let output = ask(&mut connlint(&arguments));
    assert_eq!(output.code, Some(2));
    assert!(output.err.contains("needs a password"), "{}", output.err);
}

#[test]
fn no_login_is_made_for_a_probe_elsewhere() {
    let output = run(&[
        "probe",
        "db.example.invalid",
        "--user",
        "app",
        "--authenticate",
        "--via",
        "http://127.0.0.1:9",
    ]);
    assert_eq!(output.code, Some(2));
    assert!(output.err.contains("--via local"));
}

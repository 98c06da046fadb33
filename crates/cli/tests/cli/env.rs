//! `connlint env` from outside.

use crate::common::{Run, connlint};
use serde_json::{Value, json};

fn env(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = connlint(&[&["env"], arguments].concat());
    command
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap()
        .into()
}

#[test]
fn findings_name_the_variable_and_show_no_value() {
    let variables = [
        (
            "DATABASE_URL",
            "postgresql://app:hunter@two77@db.example/shop",
        ),
        ("PGHOST", "db.example"),
        ("PGUSER", "app"),
        ("PGPASSWORD", "two77"),
        ("PATH", "/bin"),
    ];
    let run = env(&[], &variables);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.out.starts_with("DATABASE_URL\n"), "{}", run.out);
    assert!(
        run.out.contains("  DATABASE_URL: error[SYN003]: "),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("PGHOST, PGPASSWORD, PGUSER\n"),
        "{}",
        run.out
    );
    for value in ["two77", "hunter", "db.example"] {
        assert!(!run.out.contains(value), "{value}: {}", run.out);
    }
    let run = env(&["--format", "json", "--select", "SYN003"], &variables);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["schema"], 1);
    assert_eq!(
        report["connections"][0]["variables"],
        json!(["DATABASE_URL"])
    );
    assert_eq!(report["connections"][0]["findings"][0]["code"], "SYN003");
    assert_eq!(report["connections"][1]["password"], "present");
}

#[test]
fn sound_settings_and_none_at_all_are_clean() {
    let url = "postgresql://app@db.example/shop?sslmode=verify-full&sslrootcert=system";
    let run = env(&[], &[("DATABASE_URL", url)]);
    assert_eq!(run.code, Some(0), "{}", run.out);
    assert!(run.out.contains("Nothing is wrong with it."), "{}", run.out);
    let run = env(&[], &[("HOME", "/root"), ("TIMEOUT", "5;")]);
    assert_eq!(run.code, Some(0));
    assert_eq!(
        run.out,
        "No connection settings found among the variables.\n"
    );
}

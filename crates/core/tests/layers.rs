//! Pastes of every layer and dialect: what is found in them, the way back into them, and what else is made of them.
//!
//! `layers.txt` holds the pastes. A line `=== name` begins one, and each `---` behind it says what is found:
//! layer and dialect, hosts, user, database, what there is of a password.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

use connlint_core::convert::convert_one;
use connlint_core::diagnostics::apply;
use connlint_core::readings::readings_of;
use connlint_core::{Dialect, Found, Options, lint};

const TABLE: &str = include_str!("layers.txt");

/// The pastes: name, text, and the lines that say what is found.
fn pastes() -> impl Iterator<Item = (&'static str, String, Vec<&'static str>)> {
    TABLE.split("=== ").skip(1).map(|paste| {
        let (name, body) = paste.split_once('\n').expect("a name");
        let (expected, text): (Vec<&str>, Vec<&str>) =
            body.lines().partition(|line| line.starts_with("--- "));
        (name, text.join("\n"), expected)
    })
}

fn described(found: &Found) -> String {
    let hosts: Vec<String> = found
        .settings
        .hosts
        .iter()
        .map(|h| {
            let host = h.host.clone().unwrap_or_default();
            h.port
                .map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
        })
        .collect();
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    format!(
        "--- {} {} | {} | {} | {} | {}",
        found.layer,
        found.dialect,
        hosts.join(","),
        or(&found.settings.user),
        or(&found.settings.database),
        found.settings.password.name()
    )
}

#[test]
fn strings_are_found_through_all_their_layers() {
    let mut count = 0;
    for (name, text, expected) in pastes() {
        let found: Vec<String> = lint(&text, &Options::default())
            .strings
            .iter()
            .map(described)
            .collect();
        assert_eq!(found, expected, "{name}\n{text}");
        count += 1;
    }
    assert!(count >= 80, "only {count} pastes");
}

#[test]
fn every_fix_is_written_so_that_its_finding_goes() {
    for (name, text, _) in pastes() {
        let before = lint(&text, &Options::default());
        for diagnostic in before.diagnostics() {
            for fix in &diagnostic.fixes {
                let fixed = apply(&text, &fix.edits).expect("edits fit the paste");
                let after = lint(&fixed, &Options::default());
                assert_eq!(after.strings.len(), before.strings.len(), "{name}\n{fixed}");
                let count = |of: &connlint_core::Analysis| {
                    of.diagnostics()
                        .filter(|d| d.code() == diagnostic.code())
                        .count()
                };
                assert!(
                    count(&after) < count(&before),
                    "{name}: {} {}\n{fixed}",
                    diagnostic.code(),
                    fix.title
                );
            }
        }
    }
}

#[test]
fn readings_and_conversions_see_what_lint_sees() {
    for (name, text, expected) in pastes() {
        for (index, _) in expected.iter().enumerate() {
            let options = Options::default();
            assert!(
                !readings_of(&text, index, &options).is_empty(),
                "{name}: no readings of string {index}"
            );
            let again = convert_one(&text, index, &options, Dialect::LibpqUri);
            if let Ok(converted) = again {
                assert!(converted.is_some(), "{name}: string {index} is lost");
            }
        }
    }
}

#[test]
fn a_password_in_base64_is_not_said_in_base64_either() {
    // postgresql://app:Zq7xKw@LmPdVb9m@db.example/app⏎, and PGPASSWORD=Zq7xKwLmPdVb9m⏎ beside PGHOST.
    for (text, secret) in [
        (
            "kind: Secret\ndata:\n  url: cG9zdGdyZXNxbDovL2FwcDpacTd4S3dATG1QZFZiOW1AZGIuZXhhbXBsZS9hcHAK\n",
            ["cTd4S3", "TG1QZF"],
        ),
        (
            "kind: Secret\ndata:\n  PGHOST: ZGIuZXhhbXBsZQ==\n  PGPASSWORD: WnE3eEt3TG1QZFZiOW0K\n",
            ["E3eEt3", "1QZFZi"],
        ),
    ] {
        let analysis = lint(text, &Options::default());
        let said = format!("{analysis:?}");
        assert!(analysis.diagnostics().count() > 0);
        for piece in secret {
            assert!(text.contains(piece), "the test is about {piece}");
            assert!(!said.contains(piece), "{piece} in {said}");
            assert!(!analysis.redactor().mask(text).contains(piece), "{piece}");
        }
    }
}

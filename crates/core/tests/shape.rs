//! The shape of a text: for the labelled strings and for strings in every dialect, the same findings without the words.

#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use connlint_core::rules::documents::joined;
use connlint_core::shape::{PublicWords, shape};
use connlint_core::{Diagnostic, Options, lint};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

const LABELLED: &str = include_str!("labelled/strings.jsonl");

static PUBLIC: LazyLock<PublicWords> = LazyLock::new(|| PublicWords::of(&joined()));

fn codes(text: &str) -> Vec<&'static str> {
    let analysis = lint(text, &Options::default());
    analysis.diagnostics().map(Diagnostic::code).collect()
}

/// Strings with a server, a user, a database and a password in their places.
const TEMPLATES: &[&str] = &[
    "postgresql://USER:PASSWORD@HOST.postgres.database.azure.com:5432/DATABASE?sslmode=require",
    "postgres://USER@HOST:PASSWORD@HOST.postgres.database.azure.com/DATABASE",
    "host=HOST.example user=USER password=PASSWORD dbname=DATABASE sslmode=disable",
    "Host=HOST.example;Username=USER;Password=PASSWORD;Database=DATABASE;SSL Mode=Require",
    "jdbc:postgresql://HOST.example:5432/DATABASE?user=USER&password=PASSWORD&ssl=true",
    "DATABASE_URL=\"postgresql://USER:PASSWORD@HOST.example/DATABASE\"",
    "PGHOST=HOST.postgres.database.azure.com\nPGUSER=USER@HOST\nPGPASSWORD=PASSWORD\nPGDATABASE=DATABASE",
    "psycopg2.connect(host='HOST.example', user='USER', password='PASSWORD', dbname='DATABASE')",
    "services:\n  web:\n    environment:\n      PGHOST: HOST.example\n      PGPASSWORD: PASSWORD\n      PGUSER: USER",
    "psql -h HOST.example -U USER -p 99999 DATABASE",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn a_shape_has_the_findings_of_the_text_and_none_of_its_words(
        template in 0..TEMPLATES.len(),
        host in "[a-z]{2}qx[a-z]{1,9}", user in "[a-z]{2}wz[a-z0-9]{1,9}", database in "[a-z]{2}kj[a-z]{1,9}",
        password in "[A-Za-z0-9]{3}Vq[!-~é]{0,4}Xw[A-Za-z0-9]{2,9}",
    ) {
        let text = TEMPLATES[template]
            .replace("HOST", &host)
            .replace("USER", &user)
            .replace("DATABASE", &database)
            .replace("PASSWORD", &password);
        if let Some(shape) = shape(&text, &Options::default(), &PUBLIC) {
            prop_assert_eq!(codes(&shape), codes(&text), "{}\n{}", text, shape);
            for own in [&host, &user, &database] {
                prop_assert!(!shape.contains(own.as_str()), "{} in {}", own, shape);
            }
            for half in ["Vq", "Xw"] {
                prop_assert!(!shape.contains(half), "{}\n{}", text, shape);
            }
        }
    }
}

#[test]
fn five_in_six_labelled_strings_have_a_shape_with_the_same_findings() {
    let (mut all, mut without) = (0, Vec::new());
    for line in LABELLED.lines() {
        let case: Value = serde_json::from_str(line).expect("one JSON object a line");
        let text = case["text"].as_str().expect("a text");
        if lint(text, &Options::default()).strings.is_empty() {
            continue;
        }
        all += 1;
        match shape(text, &Options::default(), &PUBLIC) {
            Some(shape) => assert_eq!(codes(&shape), codes(text), "{text}\n{shape}"),
            None => without.push(case["id"].as_str().unwrap_or_default().to_owned()),
        }
    }
    assert!(
        without.len() * 6 < all,
        "{} of {all}: {without:?}",
        without.len()
    );
}

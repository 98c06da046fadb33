//! No piece of a password in anything that is said of an error, although drivers repeat what they could not read.

use connlint_core::Options;
use connlint_core::triage::Catalogue;
use connlint_report::human::{self, Layout};
use connlint_report::{Bundle, Input, LintFormat, bundle, json};
use proptest::prelude::*;

/// The letters and digits that secrets are made of. Nothing else in the texts below has six of them in a row.
const MARKS: [&str; 3] = ["Zq7xKwLmPd", "Vb9mTrHsGy", "Jd4nFcUwQe"];

/// What people have between the letters of a password.
const BETWEEN: &str = "[@:/?#&=;%'\"\\\\ +!$(){}\\[\\]<>|,.~^*é-]{0,3}";

/// Errors with `{}` where a driver repeats the password or its end, as it does where the string falls apart.
const ERRORS: &[&str] = &[
    "psql: error: invalid integer value \"{}@db.example:5432\" for connection option \"port\"",
    "psql: error: invalid port number: \"{}\"",
    "psql: error: could not translate host name \"{}@db.example\" to address: Name or service not known",
    "psycopg.OperationalError: failed to resolve host '{}@db.example': [Errno -2] Name or service not known",
    "psql: error: missing \"=\" after \"{}\" in connection info string",
    "psql: error: invalid percent-encoded token: \"{}\"",
    "psql: error: invalid connection option \"{}\"",
    "psql: error: invalid URI query parameter: \"{}\"",
    "psql: error: invalid sslmode value: \"{}\"",
    "psql: error: connection to server at \"db.example\" (192.0.2.4), port 5432 failed: FATAL:  database \"{}@db.example/shop\" does not exist",
    "FATAL:  unrecognized configuration parameter \"{}\"",
    "parse \"postgres://app:{}@db.example:5432/shop\": invalid port \":{}\" after host",
    "cannot parse `postgres://app:{}@db.example:5432/shop`: failed to parse as URL (parse \"postgres://app:{}@db.example:5432/shop\": net/url: invalid userinfo)",
    "failed to connect to `host={}@db.example user=app database=shop`: hostname resolving error (lookup {}@db.example: no such host)",
    "dial tcp: lookup {}@db.example: no such host",
    "ValueError: invalid literal for int() with base 10: '{}@db.example'",
    "ValueError: Port could not be cast to integer value as '{}@db.example'",
    "sqlalchemy.exc.ArgumentError: Could not parse SQLAlchemy URL from string 'postgresql//app:{}@db.example/shop'",
    "org.postgresql.util.PSQLException: The connection attempt failed.\nCaused by: java.net.UnknownHostException: app:{}@db.example",
    "org.postgresql.util.PSQLException: Connection to app:{}:5432 refused. Check that the hostname and port are correct.",
    "Error: getaddrinfo ENOTFOUND {}@db.example",
    "System.ArgumentException: Keyword not supported: '{}@db.example/shop?sslmode' (Parameter 'keyword')",
    "System.ArgumentException: Couldn't set {} (Parameter '{}')",
    "Error: P1013: The provided database string is invalid. invalid port number in database URL: {}",
    "Failed to select your database ('{}'): invalid database name",
    "Can't reach database server at `{}@db.example:5432`",
    "TypeError: Invalid URL: postgres://app:{}@db.example/shop",
    "JDBC URL invalid port number: {}",
];

/// What stands round an error in a log or a ticket.
const AROUND: &[&str] = &[
    "{}",
    "PGPASSWORD={s} psql -h db.example\n{}",
    "the password is {s}: {}",
    "{}\npassword={s}",
    "2024-07-24 14:29:20 UTC [{s}] {}\n2024-07-24 14:29:30 UTC [{s}] {}",
    "token {s}\n\n{}\n    at connect ({s}.js:1:2)\n",
];

/// Everything that is printed about a text.
fn said(text: &str) -> Vec<(&'static str, String)> {
    let catalogue = Catalogue::new();
    let options = Options::default();
    let paste = catalogue.paste(text, &options);
    let shown = catalogue.shown_parts(text, &paste.analysis);
    let layout = |width| Layout {
        colour: false,
        width,
    };
    let input = Input {
        path: "-",
        text,
        analysis: &paste.analysis,
    };
    vec![
        ("human", human::triage(text, &paste, &shown, layout(100))),
        ("narrow", human::triage(text, &paste, &shown, layout(40))),
        (
            "json",
            json::compact(&json::triage(&paste.triage)).unwrap_or_default(),
        ),
        (
            "bundle",
            bundle(&Bundle {
                text,
                paste: &paste,
                options: &options,
                shown: &shown,
                probes: &[],
                made: None,
            }),
        ),
        ("lint", LintFormat::ALL[0].whole(&[input], layout(100))),
        (
            "lint, json",
            json::compact(&json::lint(&[input])).unwrap_or_default(),
        ),
    ]
}

/// The longest piece of a mark that `said` holds.
fn leak(said: &str) -> Option<&'static str> {
    MARKS.iter().find_map(|mark| {
        (0..=mark.len() - 6)
            .map(|at| &mark[at..at + 6])
            .find(|piece| said.contains(piece))
    })
}

/// What real clients said, with the passwords that they were given and the pieces that some of them repeat.
#[test]
fn no_password_that_a_real_client_repeated_is_printed() {
    let recorded = include_str!("../../../conformance/errors/recorded.jsonl");
    for line in recorded.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let text = row["text"].as_str().unwrap_or_default();
        for (kind, output) in said(text) {
            for secret in ["trel7", "Kes@", "\"Kes\"", "'Kes'", "Sparrow8"] {
                assert!(!output.contains(secret), "{}: {kind}\n{output}", row["id"]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_password_that_an_error_repeats_is_printed(
        error in 0..ERRORS.len(),
        around in 0..AROUND.len(),
        first in BETWEEN,
        second in BETWEEN,
    ) {
        let secret = format!("{}{first}{}{second}{}", MARKS[0], MARKS[1], MARKS[2]);
        let text = AROUND[around].replace("{}", &ERRORS[error].replace("{}", &secret)).replace("{s}", MARKS[2]);
        for (kind, output) in said(&text) {
            prop_assert_eq!(leak(&output), None, "{}: {}\n{}", kind, text, output);
        }
    }

    #[test]
    fn whatever_is_pasted_is_answered(text in "(?s).{0,400}") {
        let _ = said(&text);
    }
}

//! What connlint says of a string is what the real drivers make of it: compared with the answers that they gave.
//!
//! The answers stand in `conformance/golden/`, one file for each driver and version; `cargo xtask conformance` asks the
//! drivers again. Where connlint and a driver part on purpose, `conformance/known-differences.md` says why.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

mod golden;
mod keywords;
mod known;
mod reading;
mod tls;
mod words;

use connlint_core::model::{Dialect, Driver};
use connlint_core::parse::{Version, fills_in_port, parse_as};
use connlint_core::redact::Redactor;
use golden::Golden;
use known::{Aspect, Ledger};
use std::collections::BTreeMap;

#[test]
fn every_driver_reads_what_connlint_says_it_reads() {
    let mut ledger = Ledger::of(Aspect::Reading);
    for golden in Golden::all() {
        for answer in golden.answers() {
            let (accepted, ours) = reading::ours(&golden, &answer);
            let theirs = reading::theirs(&golden, &answer);
            let same = accepted == answer.accepted && (!accepted || ours == theirs);
            ledger.settle(&golden.name, &answer.case.id, same, || {
                let driver = if answer.accepted {
                    format!("accepted {theirs}")
                } else {
                    format!("refused {}", answer.said)
                };
                let outcome = if accepted { "accepted" } else { "refused" };
                format!(
                    "{:?}\n    driver: {driver}\n    ours:   {outcome} {ours}",
                    answer.case.input
                )
            });
        }
    }
    ledger.close(15_000);
}

#[test]
fn what_a_driver_refuses_is_said_in_its_own_words() {
    let mut ledger = Ledger::of(Aspect::Words);
    for golden in Golden::all() {
        for answer in golden.answers().filter(|answer| !answer.accepted) {
            let Some(ours) = words::ours(&golden, &answer) else {
                continue;
            };
            let theirs = words::unwrapped(&answer.said);
            let same = words::agree(&ours, &theirs);
            ledger.settle(&golden.name, &answer.case.id, same, || {
                format!(
                    "{:?}\n    driver: {theirs}\n    ours:   {ours}",
                    answer.case.input
                )
            });
        }
    }
    ledger.close(3_500);
}

#[test]
fn what_has_no_effect_and_what_goes_to_the_server_is_known() {
    let mut ledger = Ledger::of(Aspect::Keywords);
    for golden in Golden::all() {
        for answer in golden.answers().filter(|answer| answer.accepted) {
            let Some(theirs) = keywords::theirs(&golden, &answer) else {
                continue;
            };
            let ours = keywords::ours(&golden, &answer);
            let same = keywords::agree(&ours, &theirs);
            ledger.settle(&golden.name, &answer.case.id, same, || {
                format!(
                    "{:?}\n    driver: {theirs:?}\n    ours:   {ours:?}",
                    answer.case.input
                )
            });
        }
    }
    ledger.close(4_000);
}

#[test]
fn every_driver_ends_up_with_the_tls_that_connlint_predicts() {
    let mut ledger = Ledger::of(Aspect::Tls);
    for run in tls::runs() {
        let ours = run.predicted();
        ledger.settle(&run.golden, &run.id, ours == run.seen, || {
            format!(
                "{:?}{}\n    driver: {:?} {}\n    ours:   {ours:?}",
                run.query,
                if run.root_in_home {
                    " with a root.crt at home"
                } else {
                    ""
                },
                run.seen,
                run.errors
            )
        });
    }
    ledger.close(500);
}

/// The drivers that most programs use. What works with them is read as they read it, without exception.
const MOST_USED: [&str; 10] = [
    "libpq",
    "psycopg",
    "npgsql",
    "pgjdbc",
    "node-postgres",
    "pgx",
    "sqlalchemy",
    "django",
    "asyncpg",
    "lib/pq",
];

#[test]
fn the_most_used_drivers_have_no_known_difference_in_a_plain_string() {
    let rows = known::rows();
    let mut plain: BTreeMap<String, usize> = BTreeMap::new();
    for golden in Golden::all() {
        if !MOST_USED.contains(&&*golden.reading) {
            continue;
        }
        for answer in golden.answers() {
            if !(answer.accepted && answer.case.is_plain()) {
                continue;
            }
            *plain.entry(golden.reading.clone()).or_default() += 1;
            let listed = rows
                .iter()
                .find(|row| row.covers(&golden.name, &answer.case.id));
            assert!(
                listed.is_none(),
                "{} {}: {:?}",
                golden.name,
                answer.case.id,
                answer.case.input
            );
        }
    }
    for driver in MOST_USED {
        let count = plain.get(driver).copied().unwrap_or_default();
        assert!(count >= 20, "{driver}: only {count} plain strings");
    }
}

#[test]
fn which_drivers_fill_in_the_port_is_known() {
    let mut asked = 0;
    // A server sees a port whoever filled it in, and tokio-postgres does so only as it connects.
    let shows = |golden: &Golden| !golden.wire && golden.driver != Driver::TokioPostgres;
    for golden in Golden::all().into_iter().filter(shows) {
        for answer in golden.answers() {
            if answer.accepted && answer.case.id.ends_with("/part-no-port") {
                let filled = answer.value["hosts"][0]["port"] == 5432;
                assert_eq!(filled, fills_in_port(golden.driver), "{}", golden.name);
                asked += 1;
            }
        }
    }
    assert!(asked >= 15, "only {asked} answers");
}

/// The pieces that the passwords of the cases fall into where a character is put into them.
const PIECES: [&str; 3] = ["Kestrel7", "trel7", "Osprey8"];

#[test]
fn no_error_of_any_driver_holds_a_password() {
    for case in golden::cases().values() {
        let Some(dialect) = Dialect::from_name(&case.dialect) else {
            continue;
        };
        for &driver in Driver::ALL {
            for version in [Version::NEWEST, Version::OLDEST] {
                let parse = parse_as(&case.input, dialect, driver, version);
                let redactor = Redactor::new(parse.secrets(&case.input));
                for error in &parse.errors {
                    let said = error.driver_text(&case.input, &redactor);
                    let held = PIECES.iter().find(|piece| said.contains(**piece));
                    assert_eq!(held, None, "{} {driver}: {said}", case.id);
                }
            }
        }
    }
}

//! Holds triage to what real clients said when they failed, see `conformance/errors/`.
//!
//! Each line says what its text can tell at best: category, persistence, and the part of the string to point at.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use connlint_core::triage::{Catalogue, Triage};
use connlint_core::{Driver, Options};
use serde_json::Value;
use std::collections::BTreeMap;

const RECORDED: &str = include_str!("../../../conformance/errors/recorded.jsonl");

fn rows() -> Vec<Value> {
    RECORDED
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn read(catalogue: &Catalogue, row: &Value) -> Triage {
    catalogue
        .paste(row["text"].as_str().unwrap(), &Options::default())
        .triage
}

/// The share of `yes` in percent.
fn percent(yes: usize, all: usize) -> f64 {
    100.0 * yes as f64 / all as f64
}

#[test]
fn what_clients_said_is_read_as_what_happened() {
    let catalogue = Catalogue::new();
    let rows = rows();
    let mut right = [0; 3];
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let triage = read(&catalogue, row);
        let told = [
            triage.category().name(),
            triage.persistence().name(),
            triage.points_at().name(),
        ];
        let labels = [&row["category"], &row["persistence"], &row["points_at"]];
        for (index, (told, label)) in told.iter().zip(labels).enumerate() {
            right[index] += usize::from(*label == *told);
        }
        if labels.iter().zip(told).any(|(label, told)| **label != told) {
            let client = row["client"].as_str().unwrap().to_owned();
            wrong
                .entry(client)
                .or_default()
                .push(format!("{} read as {told:?}", row["id"]));
        }
    }
    let [category, persistence, points_at] = right.map(|yes| percent(yes, rows.len()));
    let report = format!(
        "{} texts: category {category:.1} %, persistence {persistence:.1} %, points_at {points_at:.1} %\n{wrong:#?}",
        rows.len()
    );
    assert!(rows.len() >= 1000, "{report}");
    assert!(
        category >= 97.0 && persistence >= 97.0 && points_at >= 97.0,
        "{report}"
    );
}

/// What stands in the text decides, so a client may look like the one below it, but never like a stranger.
#[test]
fn the_client_is_known_by_its_words() {
    let catalogue = Catalogue::new();
    let mut known = 0;
    let rows = rows();
    for row in &rows {
        let client = read(&catalogue, row).client.map(Driver::name);
        let reading = row["reading"].as_str().unwrap();
        known += usize::from(client == Some(reading));
        let kin: &[&str] = match reading {
            "sqlalchemy" => &["psycopg", "asyncpg", "libpq"],
            "django" => &["psycopg", "libpq"],
            "psycopg" | "ruby-pg" | "php-pgsql" | "php-pdo" | "psqlodbc" => &["libpq"],
            "postgres.js" => &["node-postgres"],
            "lib/pq" => &["pgx"],
            "pgx" => &["lib/pq"],
            _ => &[],
        };
        assert!(
            client.is_none_or(|client| client == reading || kin.contains(&client)),
            "{}: {client:?}\n{}",
            row["id"],
            row["text"].as_str().unwrap()
        );
    }
    assert!(
        percent(known, rows.len()) > 85.0,
        "{known} of {}",
        rows.len()
    );
}

#[test]
fn what_the_texts_name_is_what_was_connected_to() {
    let catalogue = Catalogue::new();
    for row in rows() {
        let evidence = read(&catalogue, &row).evidence;
        let ours = |address: &str| {
            address.starts_with("192.0.2.")
                || address.starts_with("198.51.100.")
                || address.starts_with("127.")
                || address == "::1"
        };
        for address in [&evidence.server_ip, &evidence.client_ip]
            .into_iter()
            .flatten()
        {
            assert!(
                ours(address) || address == "203.0.113.7",
                "{}: {address}",
                row["id"]
            );
        }
        if let Some(user) = &evidence.user {
            let users = [
                "ann",
                "one",
                "trusty",
                "ghost",
                "nologin",
                "banned",
                "certified",
                "outsider",
                "ann@shop",
                "ann@flex",
                "ann@contoso.onmicrosoft.com",
                "osuser",
                "root",
            ];
            assert!(users.contains(&user.as_str()), "{}: {user}", row["id"]);
        }
    }
}

//! What connlint reads in a string is what the real drivers read: compared with the answers that they gave.
//!
//! The answers stand in `conformance/golden/`, one file for each driver and version; `cargo xtask conformance` asks the
//! drivers again. Where connlint and a driver part on purpose, `conformance/known-differences.md` says why.

#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use connlint_core::detect::accepts;
use connlint_core::model::{Dialect, Driver, Param, Piece};
use connlint_core::parse::{ErrorKind, Version, parse_as};
use connlint_core::redact::Redactor;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance")
}

/// The inputs: identifier → dialect and text.
fn cases() -> BTreeMap<String, (String, String)> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(folder().join("cases")).expect("conformance/cases") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a readable file");
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).expect("one JSON object a line");
            let field = |name: &str| case[name].as_str().unwrap_or_default().to_string();
            out.insert(field("id"), (field("dialect"), field("input")));
        }
    }
    out
}

/// A case of a line `| reading | cases | reason |` of the table; `*` at its end stands for several.
struct Known {
    reading: String,
    case: String,
}

impl Known {
    fn covers(&self, reading: &str, id: &str) -> bool {
        self.reading == reading
            && match self.case.strip_suffix('*') {
                Some(start) => id.starts_with(start),
                None => id == self.case,
            }
    }
}

fn known_differences() -> Vec<Known> {
    let text = fs::read_to_string(folder().join("known-differences.md")).expect("the table");
    text.lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells.len() == 5 && cells[1].starts_with('`'))
        .flat_map(|cells| {
            assert!(!cells[3].is_empty(), "{}: no reason", cells[1]);
            let reading = cells[1].trim_matches('`').to_string();
            let cases: Vec<&str> = cells[2].split_whitespace().collect();
            cases
                .into_iter()
                .map(|case| Known {
                    reading: reading.clone(),
                    case: case.trim_matches('`').into(),
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Refusals that say something of the machine that asked, not of the text: files that are not there, names that nobody looks
/// up. What the driver reads in such a text is not known, so it is not compared.
const OF_THE_MACHINE: [&str; 8] = [
    "o such file or directory",
    "does not exist or cannot be accessed",
    "ENOENT",
    "definition of service",
    "failed to read service",
    "failed to configure TLS (both",
    "java.net.UnknownHostException",
    "java.net.SocketException",
];

/// What somebody read: hosts with their ports, user, database, password.
#[derive(PartialEq)]
struct Reading {
    hosts: Vec<(String, String)>,
    user: String,
    database: String,
    password: String,
}

impl std::fmt::Display for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hosts: Vec<String> = self
            .hosts
            .iter()
            .map(|(host, port)| {
                if port.is_empty() {
                    host.clone()
                } else {
                    format!("{host}:{port}")
                }
            })
            .collect();
        let Self {
            user,
            database,
            password,
            ..
        } = self;
        write!(
            f,
            "h={} u={user} d={database} p={password}",
            hosts.join(",")
        )
    }
}

/// A port as a number: `05432` and ` 5432 ` are 5432, which is nothing said.
fn number(port: &str) -> String {
    let text = port.trim();
    let number = match (text.parse::<i64>(), text.parse::<f64>()) {
        (Ok(number), _) => number.to_string(),
        // More than JSON's numbers hold.
        (_, Ok(number))
            if text
                .bytes()
                .all(|b| b.is_ascii_digit() || b"e+".contains(&b)) =>
        {
            number.to_string()
        }
        _ => port.into(),
    };
    if number == "5432" {
        String::new()
    } else {
        number
    }
}

/// A reading with what drivers fill in by themselves taken out: the port 5432, the host `localhost`, a database named after
/// the user, hosts without anything in them.
fn reading(hosts: &[(String, String)], user: &str, database: &str, password: &str) -> Reading {
    let hosts = hosts
        .iter()
        .map(|(host, port)| {
            let host = if host == "localhost" { "" } else { host };
            (host.to_string(), number(port))
        })
        .filter(|(host, port)| !(host.is_empty() && port.is_empty()))
        .collect();
    Reading {
        hosts,
        user: user.into(),
        database: if database == user { "" } else { database }.into(),
        password: password.into(),
    }
}

/// Bytes that are no UTF-8, which the answers write `\xNN` and connlint U+FFFD.
fn text_of(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => return String::new(),
        other => other.to_string(),
    };
    let mut parts = text.split("\\x");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        match part
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        {
            Some(128..) => {
                out.push('\u{fffd}');
                out.push_str(&part[2..]);
            }
            _ => {
                out.push_str("\\x");
                out.push_str(part);
            }
        }
    }
    out
}

/// The directories of sockets that drivers try when no host is given.
const DEFAULT_SOCKETS: [&str; 4] = [
    "/run/postgresql",
    "/var/run/postgresql",
    "/tmp",
    "/private/tmp",
];

/// Django and .NET's tokenizer give lists as one text, which libpq and Npgsql split afterwards.
fn split_list(hosts: &mut Vec<(String, String)>) {
    let [(names, ports)] = hosts.as_slice() else {
        return;
    };
    let ports: Vec<&str> = ports.split(',').collect();
    *hosts = names
        .split(',')
        .enumerate()
        .map(|(index, name)| {
            let port = if ports.len() == 1 {
                ports.first()
            } else {
                ports.get(index)
            };
            (
                name.to_string(),
                port.copied().unwrap_or_default().to_string(),
            )
        })
        .collect();
}

fn theirs(answer: &Value, is_list: bool, host_is_given: bool) -> Reading {
    let mut hosts: Vec<(String, String)> = answer["hosts"]
        .as_array()
        .map(|hosts| {
            hosts
                .iter()
                .map(|h| (text_of(&h["host"]), text_of(&h["port"])))
                .collect()
        })
        .unwrap_or_default();
    if is_list {
        split_list(&mut hosts);
    }
    for (host, port) in &mut hosts {
        // asyncpg writes a socket's directory with the file in it, whose ending is the port.
        if let Some((directory, number)) = host.clone().split_once("/.s.PGSQL.") {
            *host = directory.into();
            *port = number.into();
        }
        if !host_is_given && DEFAULT_SOCKETS.contains(&host.as_str()) {
            host.clear();
        }
    }
    reading(
        &hosts,
        &text_of(&answer["user"]),
        &text_of(&answer["database"]),
        &text_of(&answer["password"]),
    )
}

/// What is left of connlint's reading where the answer is what a server saw: one host, at its address; and where the client
/// left before it said who it is, or was not asked for a password, nothing more.
fn as_seen_by_the_server(ours: &mut Reading, theirs: &Reading) {
    for (ours, theirs) in [
        (&mut ours.user, &theirs.user),
        (&mut ours.database, &theirs.database),
        (&mut ours.password, &theirs.password),
    ] {
        if theirs.is_empty() {
            ours.clear();
        }
    }
}

/// Whether connlint says that the text is taken, what it reads, and whether the text names a host.
fn ours(
    text: &str,
    dialect: Dialect,
    driver: Driver,
    version: Version,
    seen_by_server: bool,
) -> (bool, Reading, bool) {
    // Asked is .NET's tokenizer alone: what Npgsql says of keywords and values comes behind it.
    let counts = |kind| driver != Driver::Npgsql || kind == ErrorKind::Syntax;
    let parse = parse_as(text, dialect, driver, version);
    let get = |param| parse.settings.get(param).map_or("", |s| s.value.expose());
    let address = parse
        .settings
        .get(Param::HostAddr)
        .filter(|_| seen_by_server);
    let part = |p: &Option<Piece>| p.as_ref().map(|p| p.text.clone()).unwrap_or_default();
    let hosts: Vec<(String, String)> = parse
        .settings
        .hosts
        .iter()
        .map(|h| {
            let host = address.map_or_else(|| part(&h.host), |a| a.value.expose().into());
            (host, part(&h.port))
        })
        .take(if seen_by_server { 1 } else { usize::MAX })
        .collect();
    let read = reading(
        &hosts,
        get(Param::User),
        get(Param::Database),
        get(Param::Password),
    );
    let given = hosts.iter().any(|(host, _)| !host.is_empty());
    (!parse.errors.iter().any(|e| counts(e.kind)), read, given)
}

/// The version that a golden file speaks of: libpq's, where the driver is built on it and says which.
fn version(head: &Value) -> Version {
    let through = head["through"].as_str().unwrap_or_default();
    let libpq = through
        .split_once("libpq ")
        .and_then(|(_, number)| Version::from_text(number));
    libpq
        .or_else(|| Version::from_text(head["version"].as_str()?))
        .unwrap_or(Version::NEWEST)
}

#[test]
fn every_driver_reads_what_connlint_says_it_reads() {
    let cases = cases();
    let known = known_differences();
    let (mut compared, mut skipped) = (0, 0);
    let mut used = BTreeSet::new();
    let mut agreeing = Vec::new();
    let mut differences = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(folder().join("golden"))
        .expect("conformance/golden")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    for path in files {
        let text = fs::read_to_string(&path).expect("a readable file");
        let mut lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let Some(head) = lines.next() else { continue };
        let version = version(&head);
        let wire = head["through"]
            .as_str()
            .is_some_and(|through| through.contains("as its server sees it"));
        let reading = head["reading"].as_str().unwrap_or_default();
        let name = path
            .file_stem()
            .map(|s| s.to_string_lossy().into_owned())
            .unwrap_or_default();
        let Some(driver) = Driver::from_name(match reading {
            // The gem hands a URI to libpq; Rails takes it apart itself.
            "ruby-pg" => "libpq",
            "rails" => "ruby-pg",
            "laravel" => "php-pdo",
            name => name,
        }) else {
            continue;
        };
        for answer in lines {
            let id = answer["id"].as_str().unwrap_or_default();
            let Some((dialect, input)) = cases.get(id) else {
                continue;
            };
            let Some(dialect) = Dialect::from_name(dialect) else {
                continue;
            };
            // A text in another driver's dialect is for rule DRV001, whatever this one makes of it.
            if !accepts(driver, dialect) {
                continue;
            }
            let (accepted, mut read, host_is_given) = ours(input, dialect, driver, version, wire);
            let accepts = answer["outcome"] == "accepted";
            let said = answer["error"].as_str().unwrap_or_default();
            if !accepts && OF_THE_MACHINE.iter().any(|part| said.contains(part)) {
                skipped += 1;
                continue;
            }
            compared += 1;
            let is_list = matches!(driver, Driver::Django | Driver::Npgsql);
            let theirs = theirs(&answer, is_list, host_is_given);
            if wire {
                as_seen_by_the_server(&mut read, &theirs);
            }
            let same = accepted == accepts && (!accepted || read == theirs);
            let line = known.iter().position(|k| k.covers(&name, id));
            match (same, line) {
                (true, None) => {}
                // A line that is too wide would hide the next mistake.
                (true, Some(line)) => {
                    agreeing.push(format!("{name} {id}: {}", known[line].case));
                }
                (false, Some(line)) => {
                    used.insert(line);
                }
                (false, None) => differences.push(format!(
                    "{name} {id}\n    {input:?}\n    driver: {} {}\n    ours:   {} {read}",
                    answer["outcome"].as_str().unwrap_or_default(),
                    if accepts {
                        theirs.to_string()
                    } else {
                        answer["error"].to_string()
                    },
                    if accepted { "accepted" } else { "refused" },
                )),
            }
        }
    }
    assert!(compared > 15_000, "only {compared} answers compared");
    assert!(skipped < 150, "{skipped} answers of the machine");
    assert!(
        differences.is_empty(),
        "{} of {compared} differ:\n{}",
        differences.len(),
        differences.join("\n")
    );
    assert!(
        agreeing.is_empty(),
        "listed, and no difference: {agreeing:#?}"
    );
    let unused: Vec<String> = known
        .iter()
        .enumerate()
        .filter(|(line, _)| !used.contains(line))
        .map(|(_, k)| format!("{} {}", k.reading, k.case))
        .collect();
    assert!(unused.is_empty(), "no difference any more: {unused:?}");
}

/// The pieces that the passwords of the cases fall into where a character is put into them.
const PIECES: [&str; 3] = ["Kestrel7", "trel7", "Osprey8"];

#[test]
fn no_error_of_any_driver_holds_a_password() {
    for (id, (dialect, text)) in cases() {
        let Some(dialect) = Dialect::from_name(&dialect) else {
            continue;
        };
        for &driver in Driver::ALL {
            let parse = parse_as(&text, dialect, driver, Version::NEWEST);
            let redactor = Redactor::new(&parse.secrets);
            for error in &parse.errors {
                let said = error.driver_text(&text, &redactor);
                let held = PIECES.iter().find(|piece| said.contains(**piece));
                assert_eq!(held, None, "{id} {driver}: {said}");
            }
        }
    }
}

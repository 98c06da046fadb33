//! Whether a text is taken, and which hosts, user, database and password are read in it.

use crate::golden::{Answer, Golden};
use connlint_core::model::{Driver, Param, Piece};
use connlint_core::parse::{ErrorKind, parse_as};
use serde_json::Value;
use std::fmt;

/// What somebody read, with what drivers fill in by themselves taken out: the port 5432, the host `localhost`, a database
/// named after the user, hosts without anything in them.
#[derive(PartialEq)]
pub(crate) struct Reading {
    hosts: Vec<(String, String)>,
    user: String,
    database: String,
    password: String,
}

impl Reading {
    fn new(hosts: &[(String, String)], user: &str, database: &str, password: &str) -> Self {
        let hosts = hosts
            .iter()
            .map(|(host, port)| {
                let host = if host == "localhost" { "" } else { host };
                (host.to_string(), number(port))
            })
            .filter(|(host, port)| !(host.is_empty() && port.is_empty()))
            .collect();
        Self {
            hosts,
            user: user.into(),
            database: if database == user { "" } else { database }.into(),
            password: password.into(),
        }
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

/// A text of an answer: bytes that are no UTF-8, which the answers write `\xNN`, are U+FFFD to connlint.
pub(crate) fn text_of(value: &Value) -> String {
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

/// What the driver read.
pub(crate) fn theirs(golden: &Golden, answer: &Answer<'_>) -> Reading {
    let mut hosts: Vec<(String, String)> = answer.value["hosts"]
        .as_array()
        .map(|hosts| {
            hosts
                .iter()
                .map(|h| (text_of(&h["host"]), text_of(&h["port"])))
                .collect()
        })
        .unwrap_or_default();
    if matches!(golden.driver, Driver::Django | Driver::Npgsql) {
        split_list(&mut hosts);
    }
    let host_is_given = hosts_of(golden, answer)
        .iter()
        .any(|(host, _)| !host.is_empty());
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
    let part = |name: &str| text_of(&answer.value[name]);
    Reading::new(&hosts, &part("user"), &part("database"), &part("password"))
}

/// The hosts that connlint reads; of several, a server sees one, at its address.
fn hosts_of(golden: &Golden, answer: &Answer<'_>) -> Vec<(String, String)> {
    let parse = parse_as(
        &answer.case.input,
        answer.dialect,
        golden.driver,
        golden.version,
    );
    let address = parse
        .settings
        .get(Param::HostAddr)
        .filter(|_| golden.wire)
        .map(|a| a.value.expose());
    let part = |p: &Option<Piece>| p.as_ref().map(|p| p.text.clone()).unwrap_or_default();
    parse
        .settings
        .hosts
        .iter()
        .map(|h| {
            (
                address.map_or_else(|| part(&h.host), Into::into),
                part(&h.port),
            )
        })
        .take(if golden.wire { 1 } else { usize::MAX })
        .collect()
}

/// Whether connlint says that the text is taken, and what it reads.
pub(crate) fn ours(golden: &Golden, answer: &Answer<'_>) -> (bool, Reading) {
    let parse = parse_as(
        &answer.case.input,
        answer.dialect,
        golden.driver,
        golden.version,
    );
    let get = |param| {
        let setting = parse.settings.get(param);
        setting.map_or("", |s| s.value.expose())
    };
    let mut read = Reading::new(
        &hosts_of(golden, answer),
        get(Param::User),
        get(Param::Database),
        get(Param::Password),
    );
    if golden.wire {
        as_seen_by_the_server(&mut read, &theirs(golden, answer));
    }
    let accepted = !parse.errors.iter().any(|e| counts(golden.driver, e.kind));
    (accepted, read)
}

/// Asked is .NET's tokenizer alone: what Npgsql says of keywords and values comes behind it.
pub(crate) fn counts(driver: Driver, kind: ErrorKind) -> bool {
    driver != Driver::Npgsql || kind == ErrorKind::Syntax
}

/// What is left of connlint's reading where the client left before it said who it is, or was not asked for a password.
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

//! The first inputs: the conformance cases, each with the bytes that choose before it.

use crate::strings::{BASELINE_NAME, BASELINE_TEXT};
use connlint_core::{Options, lint};
use connlint_report::fingerprints;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Where the first inputs of a target come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The cases, as they are and in what strings are wrapped in.
    Pastes,
    /// The cases.
    Strings,
    /// What clients say when they fail, with the cases beside it.
    Errors,
    /// A team's settings.
    Settings,
    /// Findings that are accepted for now.
    Baselines,
    /// What the probe is asked.
    Requests,
    /// Messages of a server.
    Messages,
    /// Hosts.
    Hosts,
    /// Certificates of a server.
    Certificates,
}

/// What a string is wrapped in; `{}` is the string.
const WRAPPINGS: [&str; 8] = [
    "{}",
    "DATABASE_URL={}\n",
    "{\"db\": \"{}\"}",
    "url: '{}'\n",
    "<add connectionString=\"{}\" />",
    "psql \"{}\"",
    "create_engine('{}')",
    "# connlint: ignore SYN001\n{}",
];

const SETTINGS: [&str; 4] = [
    "target = \"azure-flexible\"\ndriver = \"npgsql\"\nselect = [\"SYN\"]\nignore = [\"RES\"]\n",
    "[severity]\nTLS001 = \"error\"\nSEC = \"off\"\n",
    "[policy]\nhosts = [\".postgres.database.azure.com\", \"localhost\"]\ntls = \"verify-full\"\nkeywords = [\"x\"]\n",
    "[[paths]]\nmatch = \"tests/**\"\nignore = [\"SEC\"]\n\n[[paths]]\nmatch = \"*.cs\"\ndriver = \"npgsql\"\n",
];

/// The first names a finding that `strings::baseline` has; its fingerprint is put in.
const BASELINES: [&str; 4] = [
    "{\"schema\": 1, \"findings\": [{\"path\": \"a.env\", \"code\": \"SYN003\", \"fingerprint\": \"{}\"}]}",
    "{\n  \"schema\": 1,\n  \"findings\": [\n    {\n      \"path\": \"é/b.yaml\",\n      \"code\": \"TLS001\",\n      \"fingerprint\": \"00\"\n    }\n  ]\n}\n",
    "{\"schema\": 1, \"findings\": []}",
    "{\"schema\": 2, \"findings\": [], \"x\": null}",
];

const REQUESTS: [&str; 4] = [
    "{\"hosts\": [{\"host\": \"db.example\", \"port\": 5432}]}",
    "{\"hosts\": [{\"host\": \"::1\", \"port\": 1}, {\"host\": \"192.0.2.7\", \"port\": 65535}], \"sslmode\": \"verify-full\"}",
    "{\"hosts\": [{\"host\": \"h\", \"port\": 6432}], \"user\": \"app\", \"database\": \"shop\", \"sslnegotiation\": \"direct\"}",
    "{\"hosts\": [], \"watch\": {\"seconds\": 30}, \"password\": \"x\"}",
];

const MESSAGES: [&[u8]; 6] = [
    b"\0R\0\0\0\x08\0\0\0\x05",
    b"\0R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0",
    b"\0E\0\0\0\x20SFATAL\0C28P01\0Mno\0\0",
    b"\x01S\0\0\0\x0ea\0b\0",
    b"\x01Z\0\0\0\x05I",
    b"\0v\0\0\0\x0c\0\x03\0\0\0\0\0\0",
];

/// A server's certificate that is an authority's as well, one of version 1, and the authority that
/// signed both. Each in DER.
pub(crate) const CERTIFICATES: [&[u8]; 3] = [
    include_bytes!("certificates/server.der"),
    include_bytes!("certificates/version_1.der"),
    include_bytes!("certificates/authority.der"),
];

/// The identifiers and texts of the conformance cases.
///
/// # Panics
/// Where they cannot be read.
#[must_use]
pub fn cases() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../conformance/cases");
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("conformance/cases") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a readable file");
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).expect("one JSON object a line");
            let field = |name: &str| case[name].as_str().unwrap_or_default().to_string();
            out.push((field("id"), field("input")));
        }
    }
    out.sort();
    out
}

/// What real clients have said when they failed.
///
/// # Panics
/// Where it cannot be read.
#[must_use]
pub fn errors() -> Vec<String> {
    let file = "../conformance/errors/recorded.jsonl";
    let text = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file));
    let text = text.expect("conformance/errors/recorded.jsonl");
    text.lines()
        .map(|line| {
            let error: Value = serde_json::from_str(line).expect("one JSON object a line");
            error["text"].as_str().unwrap_or_default().to_owned()
        })
        .collect()
}

/// The first inputs, in a fixed order.
#[must_use]
pub fn of(source: Source) -> Vec<Vec<u8>> {
    let cases = cases();
    match source {
        Source::Settings => SETTINGS.iter().map(|text| (*text).into()).collect(),
        Source::Baselines => {
            let known = fingerprints(BASELINE_NAME, &lint(BASELINE_TEXT, &Options::default()));
            let known = known.first().expect("a finding");
            let fill = |text: &&str| text.replace("{}", known).into();
            BASELINES.iter().map(fill).collect()
        }
        Source::Requests => REQUESTS.iter().map(|text| (*text).into()).collect(),
        Source::Errors => errors()
            .iter()
            .zip(cases.iter().cycle())
            .enumerate()
            .map(|(index, (error, (_, case)))| {
                let choices = [index, index / 7].map(low);
                let beside = if index % 2 == 0 { case } else { "" };
                [&choices[..], beside.as_bytes(), b"\n", error.as_bytes()].concat()
            })
            .collect(),
        Source::Messages => MESSAGES.iter().map(|message| message.to_vec()).collect(),
        Source::Certificates => CERTIFICATES
            .iter()
            .flat_map(|certificate| {
                (0..4).map(|choice| [&[choice % 2, choice / 2], *certificate].concat())
            })
            .collect(),
        Source::Hosts => cases
            .iter()
            .filter(|(id, _)| id.contains("/host"))
            .map(|(_, text)| host_of(text).into())
            .collect(),
        Source::Pastes => cases
            .iter()
            .enumerate()
            .map(|(index, (_, text))| {
                let wrapping = WRAPPINGS[index % WRAPPINGS.len()];
                let choices = [index, index / 7].map(low);
                [&choices[..], wrapping.replace("{}", text).as_bytes()].concat()
            })
            .collect(),
        Source::Strings => cases
            .iter()
            .enumerate()
            .map(|(index, (_, text))| {
                let choices = [index / 3, index, index / 11].map(low);
                [&choices[..], text.as_bytes()].concat()
            })
            .collect(),
    }
}

fn low(number: usize) -> u8 {
    u8::try_from(number % 251).unwrap_or_default()
}

/// What stands where a URI has its host.
fn host_of(text: &str) -> &str {
    let behind = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = behind.split(['/', '?']).next().unwrap_or(behind);
    authority.rsplit('@').next().unwrap_or(authority)
}

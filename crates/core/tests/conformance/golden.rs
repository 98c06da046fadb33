//! The files of `conformance/`: the cases, and what each driver answered.

use connlint_core::detect::accepts;
use connlint_core::model::{Dialect, Driver};
use connlint_core::parse::Version;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

/// The folder that everything lies in.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance")
}

/// An input.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) dialect: String,
    pub(crate) input: String,
}

impl Case {
    /// Whether nothing in it is out of the ordinary: one host with a name, plain words between the separators of its
    /// dialect, and keywords that everybody has.
    pub(crate) fn is_plain(&self) -> bool {
        // Each line has the names of one thing.
        const KEYWORDS: [&[&str]; 7] = [
            &["host", "server"],
            &["port"],
            &["user", "username", "user id"],
            &["password"],
            &["dbname", "database"],
            &["sslmode", "ssl mode"],
            &["application_name", "applicationname", "application name"],
        ];
        let (separators, rest) = match self.dialect.as_str() {
            "libpq-uri" | "sqlalchemy-url" => {
                let schemes = ["postgresql://", "postgres://", "postgresql+psycopg2://"];
                let known = if self.dialect == "sqlalchemy-url" {
                    3
                } else {
                    2
                };
                let rest = schemes
                    .iter()
                    .take(known)
                    .find_map(|scheme| self.input.strip_prefix(scheme));
                (":/@?&=", rest)
            }
            "jdbc-url" => (":/?&=", self.input.strip_prefix("jdbc:postgresql://")),
            "libpq-kv" => (" =", Some(self.input.as_str())),
            "ado.net" => ("; =", Some(self.input.as_str())),
            _ => return false,
        };
        let Some(rest) = rest else { return false };
        let plain =
            |c: char| c.is_ascii_alphanumeric() || "-._".contains(c) || separators.contains(c);
        let pairs = rest.split_once('?').map_or(rest, |(_, query)| query);
        let has_pairs = rest.contains('?') || !self.input.contains("://");
        let separator = match self.dialect.as_str() {
            "ado.net" => ';',
            "libpq-kv" => ' ',
            _ => '&',
        };
        let meaning = |pair: &str| {
            let (key, value) = pair.split_once('=')?;
            let key = key.to_ascii_lowercase();
            let line = KEYWORDS.iter().position(|names| names.contains(&&*key));
            line.filter(|_| !value.is_empty())
        };
        // What a URL says before its query, the query does not say again.
        let mut seen: BTreeSet<usize> = match self.dialect.as_str() {
            "libpq-uri" | "sqlalchemy-url" => (0..=4).collect(),
            "jdbc-url" => [0, 1, 4].into(),
            _ => BTreeSet::new(),
        };
        let mut once = |pair: &str| meaning(pair).is_some_and(|line| seen.insert(line));
        rest.chars().all(plain)
            && !rest.contains("//")
            && (!has_pairs || pairs.trim_end_matches(';').split(separator).all(&mut once))
    }
}

static CASES: LazyLock<BTreeMap<String, Case>> = LazyLock::new(|| {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(folder().join("cases")).expect("conformance/cases") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a readable file");
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).expect("one JSON object a line");
            let field = |name: &str| case[name].as_str().unwrap_or_default().to_string();
            let case = Case {
                id: field("id"),
                dialect: field("dialect"),
                input: field("input"),
            };
            out.insert(case.id.clone(), case);
        }
    }
    out
});

/// The inputs by their identifiers.
pub(crate) fn cases() -> &'static BTreeMap<String, Case> {
    &CASES
}

/// A driver in a version, and what it answered.
pub(crate) struct Golden {
    /// The name of the file, such as `asyncpg-0.32.0`.
    pub(crate) name: String,
    /// The name under which `connlint readings` speaks of it.
    pub(crate) reading: String,
    pub(crate) driver: Driver,
    /// libpq's version, where the driver is built on it and says which.
    pub(crate) version: Version,
    /// Whether the answers are what a server saw of it.
    pub(crate) wire: bool,
    lines: Vec<Value>,
}

/// What a driver made of a case that is in a dialect of its own.
pub(crate) struct Answer<'a> {
    pub(crate) case: &'static Case,
    pub(crate) dialect: Dialect,
    pub(crate) accepted: bool,
    /// Its words, where it refuses.
    pub(crate) said: String,
    pub(crate) value: &'a Value,
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

impl Golden {
    /// Every file, but for the one about TLS.
    pub(crate) fn all() -> Vec<Self> {
        let entries = fs::read_dir(folder().join("golden")).expect("conformance/golden");
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        files.iter().filter_map(Self::read).collect()
    }

    fn read(path: &PathBuf) -> Option<Self> {
        let text = fs::read_to_string(path).expect("a readable file");
        let mut lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let head = lines.next()?;
        let through = head["through"].as_str()?;
        let reading = head["reading"].as_str()?;
        let version = through
            .split_once("libpq ")
            .and_then(|(_, number)| Version::from_text(number))
            .or_else(|| Version::from_text(head["version"].as_str()?));
        Some(Self {
            name: path.file_stem()?.to_string_lossy().into_owned(),
            driver: driver(reading)?,
            reading: reading.into(),
            version: version.unwrap_or(Version::NEWEST),
            wire: through.contains("as its server sees it"),
            lines: lines.collect(),
        })
    }

    /// The answers about the text. Those about the machine are left out, and those to a text in another driver's dialect: that
    /// is for rule DRV001, whatever this one makes of it.
    pub(crate) fn answers(&self) -> impl Iterator<Item = Answer<'_>> {
        self.lines.iter().filter_map(|value| {
            let case = cases().get(value["id"].as_str()?)?;
            let dialect = Dialect::from_name(&case.dialect)?;
            let accepted = value["outcome"] == "accepted";
            let said = value["error"].as_str().unwrap_or_default().to_string();
            let of_the_machine = !accepted && OF_THE_MACHINE.iter().any(|part| said.contains(part));
            (accepts(self.driver, dialect) && !of_the_machine).then_some(Answer {
                case,
                dialect,
                accepted,
                said,
                value,
            })
        })
    }
}

/// The driver as which connlint reads for that reading.
pub(crate) fn driver(reading: &str) -> Option<Driver> {
    Driver::from_name(match reading {
        // The gem hands a URI to libpq; Rails takes it apart itself.
        "ruby-pg" => "libpq",
        "rails" => "ruby-pg",
        "laravel" => "php-pdo",
        name => name,
    })
}

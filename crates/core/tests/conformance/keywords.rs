//! Which keywords have no effect, and which the driver hands to the server, where the answers show it; for libpq and those who
//! leave all keywords to it, what every keyword was set to.

use crate::golden::{Answer, Golden};
use crate::reading::text_of;
use crate::words::agree as agree_words;
use connlint_core::model::{Driver, Origin, Param, Setting};
use connlint_core::parse::parse_as;
use connlint_core::readings::{PROFILES, reading_of};
use serde_json::Value;
use std::collections::BTreeMap;

/// Keyword → what it was set to, or what becomes of it.
type Fates = BTreeMap<String, String>;

const IGNORED: &str = "ignored";
const SENT: &str = "sent to the server";

/// What PostgreSQL knows, and connlint has no reason to speak of.
const SETTINGS_OF_THE_SERVER: [&str; 4] = [
    "application_name",
    "options",
    "client_encoding",
    "search_path",
];

/// How a file of answers shows the keywords that are not the driver's own.
enum Shown {
    /// The answer has every keyword.
    All,
    /// They are sent, and stand in the answer behind this prefix; those behind the other are the driver's.
    Sent(&'static str, &'static str),
    /// They are ignored, and stand behind this prefix.
    Ignored(&'static str),
}

fn shown(golden: &Golden) -> Option<Shown> {
    // A server sees the start-up packet only.
    if golden.wire {
        return None;
    }
    Some(match golden.driver {
        Driver::Libpq | Driver::Psycopg => Shown::All,
        Driver::Asyncpg => Shown::Sent("", "asyncpg:"),
        Driver::Pgx => Shown::Sent("", "pgx:"),
        Driver::PostgresJs => Shown::Sent("connection:", ""),
        Driver::Pgjdbc => Shown::Ignored("ignored:"),
        _ => return None,
    })
}

/// What the answer shows.
pub(crate) fn theirs(golden: &Golden, answer: &Answer<'_>) -> Option<Fates> {
    let shown = shown(golden)?;
    let settings = answer.value["settings"].as_object()?;
    let fate = |(key, value): (&String, &Value)| match shown {
        Shown::All => Some((key.clone(), text_of(value))),
        Shown::Sent(_, own) if !own.is_empty() && key.starts_with(own) => None,
        Shown::Sent(prefix, _) => Some((key.strip_prefix(prefix)?.into(), SENT.into())),
        Shown::Ignored(prefix) => Some((key.strip_prefix(prefix)?.into(), IGNORED.into())),
    };
    Some(settings.iter().filter_map(fate).collect())
}

/// What connlint says.
pub(crate) fn ours(golden: &Golden, answer: &Answer<'_>) -> Fates {
    let text = &answer.case.input;
    match shown(golden) {
        Some(Shown::All) => {
            let parse = parse_as(text, answer.dialect, golden.driver, golden.version);
            let elsewhere = |param| {
                matches!(
                    param,
                    Param::Host | Param::Port | Param::User | Param::Password | Param::Database
                )
            };
            let name = |s: &Setting| match s.param {
                // What libpq turns into it.
                Param::SslMode => "sslmode".into(),
                _ => s.key.clone(),
            };
            let all = parse.settings.all.iter();
            all.filter(|s| s.origin != Origin::Authority && !elsewhere(s.param))
                .map(|s| (name(s), s.value.expose().into()))
                .collect()
        }
        fate => {
            let mut profiles = PROFILES.iter().filter(|p| p.driver == golden.driver);
            let profile = profiles.next().expect("a profile for every driver");
            let row = reading_of(text, answer.dialect, profile);
            let (names, fate) = match fate {
                Some(Shown::Ignored(_)) => (row.ignored, IGNORED),
                _ => (row.sent_to_server, SENT),
            };
            names.into_iter().map(|name| (name, fate.into())).collect()
        }
    }
}

/// Whether both say the same; a name that connlint masks stands for any.
pub(crate) fn agree(ours: &Fates, theirs: &Fates) -> bool {
    let found = |(name, fate): (&String, &String)| {
        theirs
            .iter()
            .any(|(other, same)| agree_words(name, other) && same == fate)
    };
    let said = |(other, fate): (&String, &String)| {
        let of_the_server = fate == SENT && SETTINGS_OF_THE_SERVER.contains(&other.as_str());
        of_the_server || ours.keys().any(|name| agree_words(name, other))
    };
    ours.iter().all(found) && theirs.iter().all(said)
}

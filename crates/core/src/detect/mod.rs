//! Finds the connection strings in a paste, and says what they are: dialect, driver, target.

mod azure_facts;
mod beside;
mod blocks;
mod clues;
mod containers;
mod evidence;
mod find;
mod node_options;
mod parents;
mod shared_file;
mod switches;
mod traces;
mod wrap;

use crate::layer::Excerpt;
use crate::model::{Dialect, Target};
use crate::parse::{Parse, keywords, pdo, scheme};
use crate::text::{first, is_invisible};
use alloc::string::String;

pub use azure_facts::{Fact, FactKind};
pub(crate) use azure_facts::{WANTED as AZURE_WORDS, azure_facts};
pub(crate) use beside::{Beside, Credentials};
pub(crate) use blocks::PRODUCT_WORDS;
pub(crate) use clues::WORDS as CLUE_WORDS;
pub use clues::{Clues, accepts};
pub use containers::{Containers, Service};
pub(crate) use evidence::{Topics, is_evident};
pub use find::find;
pub use shared_file::SharedFile;
pub(crate) use shared_file::WORDS as SHARED_FILE_WORDS;
pub use switches::{Switch, SwitchKind};
pub(crate) use switches::{WORDS as SWITCH_WORDS, switches};
pub use traces::{BEHIND_SCHEME, TRACES, has_trace, is_slip_before};

/// A connection string in a paste.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The string and where it stands.
    pub excerpt: Excerpt,
    /// The grammar that it is written in.
    pub dialect: Dialect,
}

/// The dialect that `text` begins in, if it looks like a connection string at all.
#[must_use]
pub fn dialect(text: &str) -> Option<Dialect> {
    let text = text.trim_start();
    if let Some(dialect) = uri_dialect(text) {
        return Some(dialect);
    }
    let first_key = text
        .split('=')
        .next()
        .unwrap_or("")
        .trim_matches(is_nothing);
    let first_known = keywords::known_anywhere(first_key);
    // ODBC looks like ADO.NET and begins with the driver.
    let is_odbc = ["driver", "dsn"]
        .iter()
        .any(|key| first_key.eq_ignore_ascii_case(key));
    if is_odbc {
        return (text.contains(';') && !text.contains('\n')).then_some(Dialect::Odbc);
    }
    if text.starts_with(pdo::PREFIX) && text.contains('=') {
        return Some(Dialect::PdoDsn);
    }
    if !first_known {
        // Pairs are counted only where the first one may be one of them: most lines of a paste begin otherwise.
        return scheme::is_missing(text).then_some(Dialect::LibpqUri);
    }
    let ado = text
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| keywords::npgsql(key.trim_matches(is_nothing)).is_some())
        .count();
    let kv = keyword_starts(text).count();
    if text.contains(';') && ado > kv.max(1) {
        return Some(if is_webapp(text) {
            Dialect::Webapp
        } else {
            Dialect::AdoNet
        });
    }
    if kv >= 2 && keywords::libpq(first_key).is_some() {
        return Some(Dialect::LibpqKv);
    }
    if scheme::is_missing(text) {
        return Some(Dialect::LibpqUri);
    }
    if pairs_without_semicolon(text) >= 3 {
        return Some(Dialect::AdoNet);
    }
    // `Host=db1`, `host=db1`: too short to be sure unless it is what a string begins with.
    (ado >= 1 && kv == 0 && text.contains(';')).then_some(Dialect::AdoNet)
}

/// Whether the server is called `Data Source`, as only the old format of App Service does.
fn is_webapp(text: &str) -> bool {
    let mut keys = text
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, _)| key.trim());
    let named = |key: &str, names: &[&str]| names.iter().any(|n| key.eq_ignore_ascii_case(n));
    keys.clone().any(|key| named(key, &["data source"]))
        && !keys.any(|key| named(key, &["host", "server"]))
}

/// How many of Npgsql's pairs stand in a text that separates them by commas, blanks or line ends.
fn pairs_without_semicolon(text: &str) -> usize {
    if text.contains(';') {
        return 0;
    }
    text.split([',', ' ', '\n', '&'])
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| {
            key.starts_with(|c: char| c.is_ascii_uppercase()) && keywords::npgsql(key).is_some()
        })
        .count()
}

/// A blank, or something that is not even seen.
fn is_nothing(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// The dialect that a scheme stands for, in any case: a wrong spelling is for the rules to say.
pub(crate) fn uri_dialect(text: &str) -> Option<Dialect> {
    let end = scheme::end(text);
    if end > 0 {
        return Some(if text.get(..end)?.contains('+') {
            Dialect::SqlalchemyUrl
        } else {
            Dialect::LibpqUri
        });
    }
    // Most texts tell by their first character that there is none of the others, or by the one before their first colon.
    let first_byte = text.bytes().next().unwrap_or(0);
    if first_byte.is_ascii() && !matches!(first_byte, b'j' | b'J' | b'r' | b'R') {
        return None;
    }
    let before = first(text, 256).split_once(':')?.0;
    if !before
        .trim_end_matches(is_invisible)
        .ends_with(['c', 'C', 's', 'S'])
    {
        return None;
    }
    // What cannot be seen is looked through; no scheme is longer than this.
    let head: String = text
        .chars()
        .take(64)
        .filter(|c| !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .collect();
    let begins = |rest: &str, names: &[&str]| names.iter().any(|name| rest.starts_with(name));
    let (scheme, rest) = head.split_once(':')?;
    match scheme {
        "r2dbc" | "r2dbcs" => {
            let rest = ["pool:", "proxy:"]
                .iter()
                .find_map(|outer| rest.strip_prefix(outer))
                .unwrap_or(rest);
            begins(rest, &["postgresql:", "postgres:"]).then_some(Dialect::R2dbcUrl)
        }
        "jdbc" => {
            let rest = rest.trim_start_matches("jdbc:");
            let known = [
                "postgresql:",
                "postgres:",
                "pgsql:",
                "postgresql//",
                "postgres//",
            ];
            (begins(rest, &known) || scheme::is_one(rest)).then_some(Dialect::JdbcUrl)
        }
        _ => None,
    }
}

/// Where each `keyword=` of libpq begins that stands at the beginning or behind a blank.
pub(crate) fn keyword_starts(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('=').filter_map(|(at, _)| {
        let before = text.get(..at)?.trim_end();
        let start = before
            .rfind(|c: char| !(c.is_ascii_lowercase() || c == '_'))
            .map_or(0, |p| {
                p + before
                    .get(p..)
                    .and_then(|r| r.chars().next())
                    .map_or(1, char::len_utf8)
            });
        let head = before.get(..start)?;
        let boundary = head.is_empty()
            || head.ends_with(|c: char| {
                c.is_whitespace() || is_invisible(c) || matches!(c, '\'' | ';' | '>')
            });
        (boundary && keywords::libpq(before.get(start..)?).is_some()).then_some(start)
    })
}

/// The product that the string is for, as far as its text tells.
///
/// Single Server and Flexible Server share one host zone, so the host alone does not tell them apart; what cannot be known
/// is taken to be Flexible Server, because Single Server was retired on 2025-03-28.
#[must_use]
pub fn target(parse: &Parse) -> Target {
    use crate::azure::{AzureHost, Service};
    let Some(host) = parse.settings.first_host() else {
        return Target::Postgres;
    };
    match AzureHost::parse(&host.text).map(|h| h.zone.service) {
        Some(Service::Postgres) => Target::AzureFlexible,
        Some(Service::Cosmos) => Target::AzureCosmos,
        Some(Service::Horizon) => Target::AzureHorizon,
        None => Target::Postgres,
    }
}

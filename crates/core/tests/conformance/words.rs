//! The words with which a driver refuses a text.

use crate::golden::{Answer, Golden};
use crate::reading::{counts, text_of};
use connlint_core::Secret;
use connlint_core::parse::{is_exact, parse_as};
use connlint_core::redact::Redactor;
use serde_json::Value;

/// What connlint says that the driver says; `None` where it takes the text, or does not know the driver's words.
pub(crate) fn ours(golden: &Golden, answer: &Answer<'_>) -> Option<String> {
    let text = &answer.case.input;
    let parse = parse_as(text, answer.dialect, golden.driver, golden.version);
    let error = parse
        .errors
        .iter()
        .find(|e| counts(golden.driver, e.kind))?;
    let exact = is_exact(golden.driver, answer.dialect);
    exact.then(|| unwrapped(&error.driver_text(text, &Redactor::new(parse.secrets(text)))))
}

/// What the layers above put before the words that matter: the class of an exception, a language's own name for the call that
/// failed, the address of the server.
const BEFORE: [&str; 12] = [
    "ProgrammingError: ",
    "OperationalError: ",
    "ArgumentError: ",
    "TypeError: ",
    "ValueError: ",
    "NoSuchModuleError: ",
    "ImproperlyConfigured: ",
    "connection is bad: ",
    "invalid dsn: ",
    "pg_connect(): Unable to connect to PostgreSQL server: ",
    "SQLSTATE[08006] [7] ",
    "error with configuration: ",
];

/// What they put behind.
const BEHIND: [&str; 4] = [
    "\nMultiple connection attempts failed.",
    " (java.lang.NumberFormatException:",
    // Names of other databases.
    " Following schemes have registered backends:",
    "\n[SQL",
];

/// The words without what stands round them and without the copy of the whole text in them, in which connlint masks more than
/// the driver does.
pub(crate) fn unwrapped(said: &str) -> String {
    let said = text_of(&Value::from(said));
    let mut rest = said.as_str();
    loop {
        let before = rest;
        for prefix in BEFORE {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
        for end in BEHIND {
            rest = rest.split(end).next().unwrap_or(rest);
        }
        if let Some((_, behind)) = rest
            .strip_prefix("connection to server at ")
            .and_then(|rest| rest.split_once(" failed: "))
        {
            rest = behind;
        }
        // pgx and Go's net/url.
        if let Some((_, behind)) = rest
            .strip_prefix("cannot parse `")
            .and_then(|rest| rest.split_once("`: "))
        {
            rest = behind;
        }
        if rest == before {
            break;
        }
    }
    without_parse(rest).trim().replace('\0', "\\x00")
}

/// `parse "…": `, wherever it stands.
fn without_parse(text: &str) -> String {
    let Some((before, rest)) = text.split_once("parse \"") else {
        return text.into();
    };
    let mut escaped = false;
    let end = rest.char_indices().find(|(_, c)| {
        let end = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        end
    });
    let behind = end.and_then(|(at, _)| rest.get(at..)?.strip_prefix("\": "));
    behind.map_or_else(|| text.into(), |behind| format!("{before}{behind}"))
}

/// Whether both say the same: what is masked in one stands for any text in the other.
pub(crate) fn agree(ours: &str, theirs: &str) -> bool {
    let parts: Vec<&str> = ours.split(Secret::MASK).collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        return ours == theirs;
    };
    let Some(mut rest) = theirs.strip_prefix(first) else {
        return false;
    };
    for part in middle {
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

//! The words without one of which a file is not about PostgreSQL, and schemes that are nearly one of its. They are what whoever
//! goes through many files looks for first: a file without a trace need not be read any further.

use crate::parse::scheme;
use crate::text::{Wanted, Words, count};

const fn inside(word: &'static str) -> Wanted {
    Wanted::in_any_case(word)
}

const fn beginning(word: &'static str) -> Wanted {
    inside(word).beginning()
}

const fn whole(word: &'static str) -> Wanted {
    beginning(word).ending()
}

/// Letters of base64 count in their case only.
const fn base64(word: &'static str) -> Wanted {
    Wanted::exactly(word)
}

/// Every trace: a word that tells that a text is about PostgreSQL.
pub const TRACES: &[Wanted] = &[
    // `postgres`, `postgresql`, also where the end is misspelt.
    inside("postgre"),
    inside("pgsql"),
    inside("psql"),
    inside("psycopg"),
    inside("sslmode"),
    inside("dbname"),
    inside("pghost"),
    inside("pgpass"),
    beginning("pg_"),
    beginning("pg."),
    beginning("pg::"),
    beginning("pg://"),
    inside("'pg'"),
    inside("\"pg\""),
    whole("5432"),
    whole("6432"),
    // Npgsql's name for the user, and hardly anybody else's.
    inside(";username="),
    // `postgres` wherever it begins in what is encoded, as in a Kubernetes secret; `5432` on its own.
    base64("cG9zdGdyZX"),
    base64("Bvc3RncmVz"),
    base64("wb3N0Z3Jlc"),
    base64("NTQzMg=="),
    base64("NTQzMgo="),
];

/// Stands behind the scheme of a URI.
pub const BEHIND_SCHEME: &str = "://";

/// Whether a scheme that is misspelt ends at `end` of `text`, where [`BEHIND_SCHEME`] was found: `postgesql`, say.
///
/// One that has a trace in it may be told of or not.
#[must_use]
pub fn is_slip_before(text: &[u8], end: usize) -> bool {
    /// Longer than any slip with a driver's name behind it.
    const LONGEST: usize = 40;
    let start = end.saturating_sub(LONGEST);
    let Some(before) = text.get(start..end) else {
        return false;
    };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-_".contains(byte);
    let len = before.iter().rev().take_while(|b| is_part(b)).count();
    let name = before
        .get(before.len() - len..)
        .and_then(|name| name.split(|byte| *byte == b'+').next());
    // Most schemes are shorter.
    name.filter(|name| name.len() >= scheme::SHORTEST_SLIP)
        .and_then(|name| core::str::from_utf8(name).ok())
        .is_some_and(scheme::is_slip)
}

const LISTS: &[&[Wanted]] = &[TRACES, &[Wanted::exactly(BEHIND_SCHEME)]];

static WORDS: Words<{ count(LISTS) }> = Words::new(LISTS);

/// Whether a text is about PostgreSQL at all: one pass, whatever is looked for.
#[must_use]
pub fn has_trace(text: &[u8]) -> bool {
    let mut hits = WORDS.table().hits(text);
    hits.any(|(at, number)| number < TRACES.len() || is_slip_before(text, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned as _;
    use alloc::format;

    #[test]
    fn one_pass_finds_what_one_for_each_word_finds() {
        for trace in TRACES {
            for (before, behind) in [("", ""), ("x", ""), ("", "x"), (" ", "\n"), ("po", "stg")] {
                for word in [trace.word.to_owned(), trace.word.to_ascii_uppercase()] {
                    let text = format!("{before}{word}{behind}");
                    let found = TRACES
                        .iter()
                        .any(|trace| (0..text.len()).any(|at| trace.is_at(text.as_bytes(), at)));
                    assert_eq!(has_trace(text.as_bytes()), found, "{text}");
                }
            }
        }
    }

    #[test]
    fn what_is_about_postgresql_leaves_a_trace() {
        for text in [
            "DATABASE_URL=PostgreSQL://h/d",
            "import pg from 'pg'",
            "pg_connect()",
            "new pg.Client()",
            "port: 5432",
            "PGHOST=h",
            "Host=h;Username=u",
            "url: cG9zdGdyZXM6Ly9oL2Q=",
            "url: amRiYzpwb3N0Z3Jlc3FsOi8vaC9k",
            "url: IHBvc3RncmVzOi8vaC9k",
        ] {
            assert!(has_trace(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "jpg_quality = 3",
            "a.jpg.png",
            "sha512-a5432f",
            "154321",
            "host=h port=1",
            "https://h postfix://h mysql://h",
            "://",
            "CG9ZDGDYZX",
        ] {
            assert!(!has_trace(text.as_bytes()), "{text}");
        }
    }
}

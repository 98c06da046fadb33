//! The words without one of which a file is not about PostgreSQL, and schemes that are nearly one of its. They are what whoever
//! goes through many files looks for first: a file without a trace need not be read any further.

use crate::parse::scheme;

/// A word that tells that a text is about PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The word.
    pub word: &'static str,
    /// Whether it counts in this case only, as letters of base64 do.
    pub cased: bool,
    /// Whether no letter or digit may stand right before it.
    pub begins: bool,
    /// Whether no letter or digit may stand right behind it.
    pub ends: bool,
}

const fn inside(word: &'static str) -> Trace {
    Trace {
        word,
        cased: false,
        begins: false,
        ends: false,
    }
}

const fn beginning(word: &'static str) -> Trace {
    Trace {
        begins: true,
        ..inside(word)
    }
}

const fn whole(word: &'static str) -> Trace {
    Trace {
        ends: true,
        ..beginning(word)
    }
}

const fn base64(word: &'static str) -> Trace {
    Trace {
        cased: true,
        ..inside(word)
    }
}

/// Every trace.
pub const TRACES: &[Trace] = &[
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

impl Trace {
    /// Whether the word stands at `start` of `text`, and counts there.
    #[must_use]
    pub fn is_at(&self, text: &[u8], start: usize) -> bool {
        let word = self.word.as_bytes();
        let Some(end) = start.checked_add(word.len()) else {
            return false;
        };
        let same = text
            .get(start..end)
            .is_some_and(|here| here == word || (!self.cased && here.eq_ignore_ascii_case(word)));
        let is_word = |at: Option<usize>| {
            at.and_then(|at| text.get(at))
                .is_some_and(u8::is_ascii_alphanumeric)
        };
        same && !(self.begins && is_word(start.checked_sub(1)))
            && !(self.ends && is_word(Some(end)))
    }
}

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

/// Whether a text is about PostgreSQL at all: one pass, whatever is looked for.
#[must_use]
pub fn has_trace(text: &[u8]) -> bool {
    let bytes = text
        .iter()
        .zip(text.iter().skip(1))
        .zip(text.iter().skip(2));
    bytes.enumerate().any(|(at, ((first, second), third))| {
        let mut set = starts(0, *first) & starts(1, *second) & starts(2, *third);
        while set != 0 {
            let found = match TRACES.get(set.trailing_zeros() as usize) {
                Some(trace) => trace.is_at(text, at),
                None => is_slip_before(text, at),
            };
            if found {
                return true;
            }
            set &= set - 1;
        }
        false
    })
}

/// How many bytes are looked at before a word is compared.
const HEAD: usize = 3;

/// For each of the first bytes of a word and each value of it, which words have it there: the bit of a word is its place in
/// [`TRACES`], and the one behind them stands for [`BEHIND_SCHEME`].
#[allow(
    clippy::indexing_slicing,
    reason = "made by the compiler, which refuses a wrong index"
)]
static STARTS: [[u32; 256]; HEAD] = {
    let mut out = [[0; 256]; HEAD];
    let mut number = 0;
    while number <= TRACES.len() {
        let (word, cased) = if number < TRACES.len() {
            (TRACES[number].word.as_bytes(), TRACES[number].cased)
        } else {
            (BEHIND_SCHEME.as_bytes(), true)
        };
        let mut at = 0;
        while at < HEAD {
            let byte = word[at];
            out[at][byte as usize] |= 1 << number;
            if !cased {
                out[at][byte.to_ascii_lowercase() as usize] |= 1 << number;
                out[at][byte.to_ascii_uppercase() as usize] |= 1 << number;
            }
            at += 1;
        }
        number += 1;
    }
    out
};

fn starts(at: usize, byte: u8) -> u32 {
    let of_byte = STARTS.get(at).and_then(|of| of.get(usize::from(byte)));
    of_byte.copied().unwrap_or_default()
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

//! The words without one of which a file is not about PostgreSQL. They are what whoever goes through many files looks for
//! first: a file without a trace need not be read any further.

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
    /// Whether the word may stand at `start` of `text`, where it was found.
    #[must_use]
    pub fn fits(&self, text: &[u8], start: usize) -> bool {
        let is_word = |at: Option<usize>| {
            at.and_then(|at| text.get(at))
                .is_some_and(u8::is_ascii_alphanumeric)
        };
        let joined = (self.begins && is_word(start.checked_sub(1)))
            || (self.ends && is_word(start.checked_add(self.word.len())));
        !joined
    }

    fn is_in(&self, text: &[u8]) -> bool {
        let word = self.word.as_bytes();
        text.windows(word.len()).enumerate().any(|(at, here)| {
            let same = if self.cased {
                here == word
            } else {
                here.eq_ignore_ascii_case(word)
            };
            same && self.fits(text, at)
        })
    }
}

/// Whether a text is about PostgreSQL at all.
#[must_use]
pub fn has_trace(text: &[u8]) -> bool {
    TRACES.iter().any(|trace| trace.is_in(text))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "CG9ZDGDYZX",
        ] {
            assert!(!has_trace(text.as_bytes()), "{text}");
        }
    }
}

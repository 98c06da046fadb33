//! Whether what looks like a connection string in a file is one, and for PostgreSQL.
//!
//! Whoever pastes a text has a string in it, so every reading that is possible is worth telling. In a file of a repository
//! `Timeout = 5;` is a line of code and `Server=…;Database=…` most often another product's string: there, a string has to show
//! whose it is.

use super::Candidate;
use crate::model::{Driver, Grammar, Layer, Param, Settings};
use crate::parse::parse;

/// What a file speaks of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Topics {
    /// Npgsql, or PostgreSQL by its name.
    postgres: bool,
    /// Files with passwords for libpq.
    pgpass: bool,
}

impl Topics {
    pub(crate) fn of(text: &str) -> Self {
        Self {
            postgres: contains(text, "postgre") || contains(text, "pgsql"),
            pgpass: contains(text, "pgpass"),
        }
    }
}

/// Whether the string shows that it is one of PostgreSQL's.
pub(crate) fn is_evident(candidate: &Candidate, topics: Topics) -> bool {
    let text = &*candidate.excerpt.text;
    let read = || parse(text, candidate.dialect, Driver::Libpq).settings;
    match candidate.dialect.grammar() {
        // Their scheme says it.
        Grammar::Uri | Grammar::Jdbc | Grammar::Pdo => true,
        Grammar::Command => ["psql", "pg", "createdb", "dropdb"]
            .iter()
            .any(|word| contains(text, word)),
        Grammar::Odbc => {
            contains(text, "postgre") || contains(text, "psqlodbc") || is_at_home(&read())
        }
        Grammar::Pgpass => topics.pgpass || is_at_home(&read()),
        Grammar::AdoNet => {
            let settings = read();
            let of_npgsql = topics.postgres || is_named(&settings, "host");
            has(&settings, Param::Host)
                && (is_at_home(&settings)
                    || (of_npgsql && names(&settings) >= 2 && is_data(&settings)))
        }
        Grammar::KeyValue => {
            let settings = read();
            let of_libpq = settings.all.iter().any(|s| TELLING.contains(&&*s.key));
            (has(&settings, Param::Host) || of_libpq)
                && (of_libpq || topics.postgres || is_at_home(&settings))
                && (of_libpq || !has(&settings, Param::Unknown))
                && is_data(&settings)
        }
        // The names, and what stands round them, have said whose they are; a type or a call is no host.
        Grammar::Entries => {
            // In JSON, too, what stands without quotes is no name but an expression, as in a dict of Python's.
            let in_code = matches!(candidate.excerpt.layer, Layer::SourceCode | Layer::Json);
            let settings = read();
            let mut hosts = settings.every(Param::Host).peekable();
            hosts.peek().is_none()
                || hosts.any(|host| {
                    let value = host.value.expose();
                    host.value.quote.is_some()
                        || !(in_code || value.contains(['<', '>', '(', '[', '&', '!']))
                })
        }
    }
}

/// Keywords of libpq that hardly anything else is called.
const TELLING: &[&str] = &[
    "dbname",
    "hostaddr",
    "sslmode",
    "sslrootcert",
    "application_name",
    "fallback_application_name",
    "connect_timeout",
    "target_session_attrs",
    "channel_binding",
    "gssencmode",
    "client_encoding",
];

fn contains(text: &str, word: &str) -> bool {
    text.as_bytes()
        .windows(word.len())
        .any(|here| here.eq_ignore_ascii_case(word.as_bytes()))
}

fn has(settings: &Settings, param: Param) -> bool {
    settings.all.iter().any(|s| s.param == param)
}

fn is_named(settings: &Settings, key: &str) -> bool {
    settings.all.iter().any(|s| s.key.eq_ignore_ascii_case(key))
}

/// How many of user, password and database there are, and the host.
fn names(settings: &Settings) -> usize {
    [Param::Host, Param::User, Param::Password, Param::Database]
        .into_iter()
        .filter(|param| has(settings, *param))
        .count()
}

/// Whether a port or a host is one of PostgreSQL's.
fn is_at_home(settings: &Settings) -> bool {
    settings.hosts.iter().any(|h| {
        h.port_number()
            .is_some_and(|port| matches!(port, 5432 | 6432))
            || h.host
                .as_ref()
                .is_some_and(|host| contains(&host.text, "postgre"))
    })
}

/// Whether the values are data, and not the code of an assignment: `host = config.host(1), port = x;`.
fn is_data(settings: &Settings) -> bool {
    settings.all.iter().all(|s| {
        let value = s.value.expose();
        s.value.quote.is_some() || !(value.contains(['(', '[']) || value.ends_with([',', ';', '{']))
    })
}

#[cfg(test)]
mod tests {
    use crate::{Options, lint, lint_file};

    fn number(text: &str) -> usize {
        lint_file(text, &Options::default()).strings.len()
    }

    #[test]
    fn what_shows_whose_it_is_is_found_in_a_file() {
        for text in [
            "url = \"postgresql://app@db.example/shop\"",
            "DATABASE_URL=postgres://app@db.example/shop",
            "jdbc:postgresql://db.example/shop",
            "sql.Open(\"postgres\", \"host=db.example user=app\")",
            "dsn: host=db.example dbname=shop user=app",
            "psql -h db.example -U app",
            "postgres: {\"host\": \"db.example\", \"user\": \"app\"}",
            "\"Shop\": \"Host=db.example;Username=app;Password=pw\"",
            "\"Shop\": \"Server=shop.postgres.database.azure.com;Database=shop\"",
            "\"Shop\": \"Server=db.example;Port=5432;Database=shop\"",
            "Driver={PostgreSQL Unicode};Server=db.example;Uid=app",
            "db.example:5432:shop:app:pw",
            "PGHOST=db.example\nPGUSER=app",
            "import psycopg2\npsycopg2.connect(host='db.example', user='app')",
            "new pg.Pool({ connectionString: process.env.DATABASE_URL, ssl: { rejectUnauthorized: false } })",
            "kind: Secret\napiVersion: v1\ndata:\n  url: cG9zdGdyZXM6Ly9hcHBAZGIuZXhhbXBsZS9zaG9w\n",
        ] {
            assert_eq!(number(text), 1, "{text}");
        }
    }

    #[test]
    fn what_only_could_be_one_is_left_alone() {
        for text in [
            // postgres
            "// about postgres\nTimeout = 5;",
            "// about postgres\nServer=x;",
            "-- postgres\nconst host = a; const port = b;",
            "postgres\nuser = foo(), host = bar",
            "\"Server=db.example;Database=shop;User Id=sa;Password=pw\"",
            "host=h port=1",
            "// 5432\na.b:34:c:d:e",
            "struct Config {\n  host: Option<String>,\n  port: u16,\n  user: Postgres,\n}",
            "postgres\nx = {\n  \"ServerName\": self.server_name,\n  \"user\": self.user,\n}",
            "connect(host = config.host(), user = config.user(), postgres = 1)",
        ] {
            assert_eq!(number(text), 0, "{text}");
        }
    }

    #[test]
    fn a_file_has_nothing_that_a_paste_has_not() {
        for text in [
            "A=postgresql://h/d\nTimeout = 5;\nB=host=h dbname=d",
            "x\n[pg]\nhost=h\nuser=u\npg_ = 1",
        ] {
            let all = lint(text, &Options::default()).strings;
            for found in lint_file(text, &Options::default()).strings {
                assert!(all.iter().any(|one| one.span == found.span), "{text}");
            }
        }
    }
}

//! What each driver makes of a reserved character that stands raw in a URI's user name or password.
//!
//! Source: runs of the drivers over one text per character, November 2026: libpq 15 to 18, asyncpg 0.32, SQLAlchemy 2.1,
//! dj-database-url 3.1, pg 8.23, postgres.js 3.4, SQLx 0.9, the `url` crate (Prisma), tokio-postgres 0.7, pgx 5.10, lib/pq
//! 1.12, Active Record 6.1, PHP 8.2 `parse_url`, Elixir 1.14 `URI`.

use crate::model::Driver;

/// What comes of a raw character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The driver reads what was meant.
    Fine,
    /// The driver refuses the text, or silently reads something else.
    Broken,
}

/// What `driver` makes of `c` in the user name or, if `in_password`, in the password.
///
/// For `%` the question is about one that no two hexadecimal digits follow.
#[must_use]
pub const fn outcome(driver: Driver, c: char, in_password: bool) -> Outcome {
    use Driver as D;
    let lenient = matches!(driver, D::Sqlalchemy | D::TokioPostgres);
    let libpq = matches!(driver, D::Auto | D::Libpq | D::Psycopg | D::PhpPgsql);
    let strict = matches!(driver, D::Pgx | D::LibPq | D::RubyPg);
    // java.net.URI, run: it refuses most, and finds no host where there is a second `@`.
    let java = matches!(driver, D::R2dbc);
    let broken = match c {
        '@' if matches!(driver, D::Sqlalchemy) => in_password,
        '@' => libpq || java || matches!(driver, D::Asyncpg | D::TokioPostgres | D::RubyPg),
        '/' => !lenient,
        '?' | '#' => !(lenient || libpq),
        '%' => libpq || strict || java || matches!(driver, D::PostgresJs),
        '[' | ']' => strict || java || matches!(driver, D::Asyncpg | D::Django),
        ' ' => libpq || strict || java,
        '^' | '{' | '}' | '<' | '>' | '"' | '\\' | '`' | '|' => strict || java,
        c => !c.is_ascii() && strict,
    };
    if broken {
        Outcome::Broken
    } else {
        Outcome::Fine
    }
}

/// Whether some driver stumbles over `c`, so that it had better be encoded.
#[must_use]
pub fn is_reserved(c: char) -> bool {
    "@/?#%[] ^{}<>\"\\`|".contains(c) || !c.is_ascii()
}

//! Which driver a string is for: what it is written in, and what stands round it.

use crate::model::{Dialect, Driver, Grammar};
use crate::text::{Sought, Wanted, firsts};
use crate::words;
use alloc::vec::Vec;

/// Words that point at a driver, most telling first.
const CLUES: &[(&str, Driver)] = &[
    ("create_engine", Driver::Sqlalchemy),
    ("create_async_engine", Driver::Sqlalchemy),
    ("SQLALCHEMY", Driver::Sqlalchemy),
    ("sqlalchemy", Driver::Sqlalchemy),
    ("psycopg", Driver::Psycopg),
    ("asyncpg", Driver::Asyncpg),
    ("dj_database_url", Driver::Django),
    ("django", Driver::Django),
    ("DATABASES", Driver::Django),
    ("datasource db", Driver::Prisma),
    ("prisma", Driver::Prisma),
    ("NpgsqlConnection", Driver::Npgsql),
    ("UseNpgsql", Driver::Npgsql),
    ("from 'postgres'", Driver::PostgresJs),
    ("require('postgres')", Driver::PostgresJs),
    ("new Pool(", Driver::NodePostgres),
    ("new Client(", Driver::NodePostgres),
    ("pg.Client", Driver::NodePostgres),
    ("pg.Pool", Driver::NodePostgres),
    ("client: 'pg'", Driver::NodePostgres),
    ("client: \"pg\"", Driver::NodePostgres),
    ("connectionString", Driver::NodePostgres),
    ("process.env", Driver::NodePostgres),
    ("pgx.", Driver::Pgx),
    ("pgxpool", Driver::Pgx),
    ("pool_max_conns", Driver::Pgx),
    ("gorm", Driver::Pgx),
    ("sql.Open(\"postgres\"", Driver::LibPq),
    ("tokio_postgres", Driver::TokioPostgres),
    ("NoTls", Driver::TokioPostgres),
    ("sqlx", Driver::Sqlx),
    ("PgPool", Driver::Sqlx),
    ("pg_connect", Driver::PhpPgsql),
    ("new PDO", Driver::PhpPdo),
    ("DB_CONNECTION=pgsql", Driver::PhpPdo),
    ("PG.connect", Driver::RubyPg),
    ("PG::Connection", Driver::RubyPg),
    ("adapter: postgresql", Driver::RubyPg),
    ("Ecto", Driver::Ecto),
    // Keywords of a URI's query that only one driver has.
    ("connection_limit=", Driver::Prisma),
    ("?schema=", Driver::Prisma),
    ("&schema=", Driver::Prisma),
    ("pool_timeout=", Driver::Prisma),
    ("pgbouncer=true", Driver::Prisma),
    ("sslaccept=", Driver::Prisma),
    ("uselibpqcompat=", Driver::NodePostgres),
    // Active Record's.
    ("?pool=", Driver::RubyPg),
    ("&pool=", Driver::RubyPg),
    ("encoding=unicode", Driver::RubyPg),
    // Doctrine's.
    ("serverVersion=", Driver::PhpPdo),
    ("pool_min_conns", Driver::Pgx),
    ("pool_max_conn_", Driver::Pgx),
    ("statement-cache-capacity=", Driver::Sqlx),
    // GORM's, of the pairs that libpq does not know.
    (" TimeZone=", Driver::Pgx),
];

/// What to look for in a text whose clues are asked for.
pub(crate) const WORDS: &[Wanted] = &firsts::<_, { CLUES.len() }>(CLUES);

/// What a paste says of the drivers that read its strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clues {
    /// The drivers that its words point at, most telling first.
    drivers: Vec<Driver>,
}

impl Clues {
    /// Looks through `source`: once for all of its strings, because it may have many.
    #[must_use]
    pub fn of(source: &str) -> Self {
        Self::among(&words::look(source))
    }

    /// The clues among what was looked for.
    pub(crate) fn among(sought: &Sought) -> Self {
        let drivers = CLUES
            .iter()
            .filter(|(word, _)| sought.has(word))
            .map(|(_, driver)| *driver)
            .collect();
        Self { drivers }
    }

    /// The driver that the paste points at for a string in `dialect`.
    #[must_use]
    pub fn driver(&self, dialect: Dialect) -> Driver {
        let own = match dialect {
            Dialect::R2dbcUrl => return Driver::R2dbc,
            Dialect::SqlalchemyUrl => return Driver::Sqlalchemy,
            Dialect::DjangoDict => return Driver::Django,
            Dialect::RubyHash | Dialect::ActiverecordYaml => return Driver::RubyPg,
            Dialect::SpringProperties => return Driver::Pgjdbc,
            Dialect::PsqlCommand | Dialect::ServiceFile | Dialect::Pgpass => return Driver::Libpq,
            Dialect::NodeObject => Driver::NodePostgres,
            Dialect::PythonKwargs => Driver::Psycopg,
            _ => match dialect.grammar() {
                Grammar::AdoNet => return Driver::Npgsql,
                Grammar::Jdbc => return Driver::Pgjdbc,
                Grammar::Odbc => return Driver::Psqlodbc,
                Grammar::Pdo => return Driver::PhpPdo,
                _ => Driver::Libpq,
            },
        };
        self.drivers
            .iter()
            .copied()
            .find(|&driver| accepts(driver, dialect))
            .unwrap_or(own)
    }
}

/// Whether `driver` takes strings in `dialect` at all.
#[must_use]
pub const fn accepts(driver: Driver, dialect: Dialect) -> bool {
    match dialect {
        Dialect::R2dbcUrl => matches!(driver, Driver::Auto | Driver::R2dbc),
        // `postgresql+driver://` is SQLAlchemy's alone.
        Dialect::SqlalchemyUrl => matches!(driver, Driver::Auto | Driver::Sqlalchemy),
        _ => match dialect.grammar() {
            Grammar::Uri => !matches!(
                driver,
                Driver::Npgsql | Driver::Pgjdbc | Driver::R2dbc | Driver::Psqlodbc
            ),
            Grammar::KeyValue => matches!(
                driver,
                Driver::Auto
                    | Driver::Libpq
                    | Driver::Psycopg
                    | Driver::Pgx
                    | Driver::LibPq
                    | Driver::TokioPostgres
                    | Driver::RubyPg
                    | Driver::PhpPgsql
            ),
            Grammar::AdoNet => matches!(driver, Driver::Auto | Driver::Npgsql),
            Grammar::Jdbc => matches!(driver, Driver::Auto | Driver::Pgjdbc),
            Grammar::Odbc => matches!(driver, Driver::Auto | Driver::Psqlodbc),
            Grammar::Pdo => matches!(driver, Driver::Auto | Driver::PhpPdo),
            // Settings that stand apart are handed over by the program, whatever its driver.
            Grammar::Command | Grammar::Pgpass | Grammar::Entries => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_round_a_uri_names_its_driver() {
        let at = |source| Clues::of(source).driver(Dialect::LibpqUri);
        assert_eq!(at("postgresql://h/db"), Driver::Libpq);
        assert_eq!(at("create_engine('postgresql://h/db')"), Driver::Sqlalchemy);
        assert_eq!(
            at("var client = new pg.Client('postgres://h/db');"),
            Driver::NodePostgres
        );
        assert_eq!(at("postgres://h/db?connection_limit=1"), Driver::Prisma);
        assert_eq!(
            Clues::of("UseNpgsql").driver(Dialect::LibpqKv),
            Driver::Libpq
        );
    }
}

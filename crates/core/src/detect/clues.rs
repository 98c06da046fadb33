//! Which driver a string is for: what it is written in, and what stands round it.

use crate::model::{Dialect, Driver};

/// Words that point at a driver, most telling first.
const CLUES: &[(&str, Driver)] = &[
    ("create_engine", Driver::Sqlalchemy),
    ("create_async_engine", Driver::Sqlalchemy),
    ("SQLALCHEMY", Driver::Sqlalchemy),
    ("sqlalchemy", Driver::Sqlalchemy),
    ("psycopg", Driver::Psycopg),
    ("asyncpg", Driver::Asyncpg),
    ("django", Driver::Django),
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
    ("connectionString", Driver::NodePostgres),
    ("process.env", Driver::NodePostgres),
    ("pgx.", Driver::Pgx),
    ("pgxpool", Driver::Pgx),
    ("sql.Open(\"postgres\"", Driver::LibPq),
    ("tokio_postgres", Driver::TokioPostgres),
    ("sqlx", Driver::Sqlx),
    ("PgPool", Driver::Sqlx),
    ("pg_connect", Driver::PhpPgsql),
    ("new PDO", Driver::PhpPdo),
    ("PG.connect", Driver::RubyPg),
    ("PG::Connection", Driver::RubyPg),
    ("Ecto", Driver::Ecto),
];

/// The driver that `source`, the whole paste, points at for a string in `dialect`.
#[must_use]
pub fn driver_for(source: &str, dialect: Dialect) -> Driver {
    let own = match dialect {
        Dialect::LibpqUri | Dialect::LibpqKv => Driver::Libpq,
        Dialect::AdoNet => return Driver::Npgsql,
        Dialect::JdbcUrl => return Driver::Pgjdbc,
    };
    CLUES
        .iter()
        .filter(|(_, driver)| accepts(*driver, dialect))
        .find(|(word, _)| source.contains(word))
        .map_or(own, |(_, driver)| *driver)
}

/// Whether `driver` takes strings in `dialect` at all.
#[must_use]
pub const fn accepts(driver: Driver, dialect: Dialect) -> bool {
    match dialect {
        Dialect::LibpqUri => !matches!(
            driver,
            Driver::Npgsql | Driver::Pgjdbc | Driver::R2dbc | Driver::Psqlodbc | Driver::PhpPdo
        ),
        Dialect::LibpqKv => matches!(
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
        Dialect::AdoNet => matches!(driver, Driver::Auto | Driver::Npgsql),
        Dialect::JdbcUrl => matches!(driver, Driver::Auto | Driver::Pgjdbc),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_round_a_uri_names_its_driver() {
        let at = |source| driver_for(source, Dialect::LibpqUri);
        assert_eq!(at("postgresql://h/db"), Driver::Libpq);
        assert_eq!(at("create_engine('postgresql://h/db')"), Driver::Sqlalchemy);
        assert_eq!(
            at("var client = new pg.Client('postgres://h/db');"),
            Driver::NodePostgres
        );
        assert_eq!(driver_for("UseNpgsql", Dialect::LibpqKv), Driver::Libpq);
    }
}

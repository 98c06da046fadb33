//! What kind of driver a string is handed to, where the line before it leaves no doubt.

use crate::model::Driver;
use crate::rules::Context;

/// Drivers that take the same kind of URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// JDBC.
    Java,
    /// R2DBC.
    R2dbc,
    /// SQLAlchemy.
    Sqlalchemy,
    /// A driver that takes a plain URI.
    Native(Driver),
}

/// Calls and names of settings that stand right before a string.
const WORDS: [(&str, Family); 24] = [
    ("DriverManager.getConnection(", Family::Java),
    ("setJdbcUrl(", Family::Java),
    ("jdbcUrl", Family::Java),
    ("jdbc-url", Family::Java),
    ("jdbc.url", Family::Java),
    ("JDBC_URL", Family::Java),
    ("JDBC_DATABASE_URL", Family::Java),
    ("spring.datasource.url", Family::Java),
    ("SPRING_DATASOURCE_URL", Family::Java),
    ("flyway.url", Family::Java),
    ("spring.r2dbc.url", Family::R2dbc),
    ("SPRING_R2DBC_URL", Family::R2dbc),
    ("create_engine(", Family::Sqlalchemy),
    ("create_async_engine(", Family::Sqlalchemy),
    ("SQLALCHEMY_DATABASE_UR", Family::Sqlalchemy),
    ("sqlalchemy.url", Family::Sqlalchemy),
    ("psycopg.connect(", Family::Native(Driver::Psycopg)),
    ("psycopg2.connect(", Family::Native(Driver::Psycopg)),
    ("asyncpg.connect(", Family::Native(Driver::Asyncpg)),
    ("asyncpg.create_pool(", Family::Native(Driver::Asyncpg)),
    ("dj_database_url.parse(", Family::Native(Driver::Django)),
    ("psql ", Family::Native(Driver::Libpq)),
    ("pg_dump ", Family::Native(Driver::Libpq)),
    ("new Client(", Family::Native(Driver::NodePostgres)),
];

/// The family that the line before the string names last.
pub(super) fn evident(ctx: &Context<'_>) -> Option<Family> {
    let before = ctx.surroundings.before;
    let line = before.rsplit('\n').next().unwrap_or("");
    if line.is_empty() {
        return None;
    }
    WORDS
        .iter()
        .filter_map(|(word, family)| Some((line.rfind(word)?, *family)))
        .max_by_key(|(at, _)| *at)
        .map(|(_, family)| family)
}

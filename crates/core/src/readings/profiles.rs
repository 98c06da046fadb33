//! The drivers, version by version: one row of the table each.

use super::tls::{self, Tls};
use crate::model::{Driver, Param, Setting, Settings};
use crate::parse::keywords;
use alloc::vec::Vec;

/// What becomes of a keyword that the driver does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// It has no effect.
    Ignored,
    /// The server gets it as a setting.
    Sent,
    /// The driver refuses the text.
    Refused,
}

/// A driver in a range of versions.
pub struct Profile {
    /// The driver.
    pub driver: Driver,
    /// The versions.
    pub versions: &'static str,
    /// What becomes of unknown keywords.
    pub unknown: Unknown,
    /// What the row was checked against.
    pub source: &'static str,
    pub(super) tls: fn(&Settings) -> Tls,
    pub(super) default_file: fn(&Settings) -> bool,
    pub(super) refuses: fn(&Settings) -> Option<&'static str>,
    /// The keywords of its URIs; empty where the reader of the dialect knows them.
    pub(super) keywords: &'static [&'static str],
    pub(super) notes: fn(&Settings) -> Vec<&'static str>,
}

impl Profile {
    /// Whether the driver knows the keyword of `setting`.
    pub(super) fn knows(&self, setting: &Setting) -> bool {
        let Self { keywords, .. } = self;
        if !keywords.is_empty() {
            return keywords.contains(&&*setting.key);
        }
        match setting.param {
            Param::Unknown => false,
            // What only sounds like a secret is kept as one.
            Param::OtherSecret => match self.driver {
                Driver::Npgsql => keywords::npgsql(&setting.key).is_some(),
                Driver::Pgjdbc => keywords::pgjdbc(&setting.key).is_some(),
                Driver::R2dbc => true,
                _ => keywords::libpq(&setting.key).is_some(),
            },
            _ => true,
        }
    }
}

impl core::fmt::Debug for Profile {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} {}", self.driver, self.versions)
    }
}

fn takes_all(_: &Settings) -> Option<&'static str> {
    None
}

/// A row like libpq's, to be changed where the driver differs.
const LIBPQ: Profile = Profile {
    driver: Driver::Libpq,
    versions: "15-18",
    unknown: Unknown::Refused,
    source: "libpq 15.18, 17.11 and 18.6, run",
    tls: tls::libpq,
    default_file: tls::libpq_default_file,
    refuses: takes_all,
    keywords: &[],
    notes: libpq_notes,
};

fn libpq_notes(settings: &Settings) -> Vec<&'static str> {
    let mut out = Vec::new();
    let mode = settings.get(Param::SslMode).map(|s| s.value.expose());
    if matches!(mode, None | Some("prefer")) {
        out.push(
            "If TLS fails for any reason, it tries again in the clear and shows the second error.",
        );
    }
    if matches!(mode, Some("verify-ca" | "verify-full"))
        && settings.get(Param::SslRootCert).is_none()
    {
        out.push("Fails unless ~/.postgresql/root.crt exists; with libpq 16 or later, sslrootcert=system takes the system's roots.");
    }
    if settings
        .get(Param::SslRootCert)
        .is_some_and(|s| s.value.expose() == "system")
    {
        out.push("libpq 15 and older take `system` for a file name.");
    }
    out
}

fn no_notes(_: &Settings) -> Vec<&'static str> {
    Vec::new()
}

fn node_notes(settings: &Settings) -> Vec<&'static str> {
    let mode = settings.get(Param::SslMode).map(|s| s.value.expose());
    let ssl = settings.get(Param::Ssl).map(|s| s.value.expose());
    match mode {
        None if ssl.is_some_and(|ssl| !matches!(ssl, "" | "0" | "1" | "true" | "no-verify")) => {
            alloc::vec![
                "It takes `ssl` for a text and stops: Cannot use 'in' operator to search for 'key'."
            ]
        }
        None if ssl.is_none() && settings.get(Param::SslRootCert).is_none() => {
            alloc::vec![
                "Without sslmode it uses no TLS, unless PGSSLMODE or the `ssl` option says otherwise."
            ]
        }
        Some("prefer" | "require" | "verify-ca") => alloc::vec![
            "Checks the certificate in full; version 9 of pg is announced to do as libpq does.",
            "A `ssl` object beside the connection string is replaced by what the string says."
        ],
        _ => Vec::new(),
    }
}

fn tokio_notes(_: &Settings) -> Vec<&'static str> {
    alloc::vec![
        "The TLS connector in the code decides what is checked; the usual ones check everything."
    ]
}

fn pgjdbc_notes(settings: &Settings) -> Vec<&'static str> {
    let full = settings.get(Param::Ssl).is_some() && settings.get(Param::SslMode).is_none();
    if full {
        alloc::vec![
            "`ssl` without `sslmode` checks everything and needs ~/.postgresql/root.crt or sslrootcert."
        ]
    } else {
        Vec::new()
    }
}

fn npgsql_notes(settings: &Settings) -> Vec<&'static str> {
    if settings.get(Param::TrustServerCertificate).is_some() {
        alloc::vec!["Trust Server Certificate has no effect any more."]
    } else {
        Vec::new()
    }
}

fn odbc_notes(settings: &Settings) -> Vec<&'static str> {
    let upper = settings.get(Param::SslMode).is_some_and(|s| {
        s.value
            .expose()
            .starts_with(|c: char| c.is_ascii_uppercase())
    });
    if upper {
        alloc::vec![
            "The mode is not in lower case, so it counts for nothing, and the connection is not encrypted."
        ]
    } else {
        Vec::new()
    }
}

const KNOWN_TO_SQLX: &[&str] = &[
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "application_name",
    "options",
    "statement-cache-capacity",
];

const KNOWN_TO_PRISMA: &[&str] = &[
    "schema",
    "connection_limit",
    "pool_timeout",
    "connect_timeout",
    "socket_timeout",
    "max_connection_lifetime",
    "max_idle_connection_lifetime",
    "pgbouncer",
    "statement_cache_size",
    "application_name",
    "options",
    "host",
    "channel_binding",
    "sslmode",
    "sslaccept",
    "sslcert",
    "sslidentity",
    "sslpassword",
];

const KNOWN_TO_POSTGRES_JS: &[&str] = &[
    "sslnegotiation",
    "max_pipeline",
    "backoff",
    "keep_alive",
    "debug",
    "publications",
    "sslmode",
    "ssl",
    "application_name",
    "max",
    "idle_timeout",
    "connect_timeout",
    "max_lifetime",
    "prepare",
    "target_session_attrs",
    "fetch_types",
    "options",
    "search_path",
];

const KNOWN_TO_ASYNCPG: &[&str] = &[
    "host",
    "port",
    "user",
    "password",
    "dbname",
    "database",
    "passfile",
    "sslmode",
    "sslcert",
    "sslkey",
    "sslrootcert",
    "sslcrl",
    "sslpassword",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "sslnegotiation",
    "target_session_attrs",
    "service",
    "servicefile",
    "krbsrvname",
    "gsslib",
];

const KNOWN_TO_PGX: &[&str] = &[
    "host",
    "port",
    "database",
    "dbname",
    "user",
    "password",
    "passfile",
    "connect_timeout",
    "sslmode",
    "sslkey",
    "sslcert",
    "sslrootcert",
    "sslnegotiation",
    "sslpassword",
    "sslsni",
    "krbspn",
    "krbsrvname",
    "target_session_attrs",
    "service",
    "servicefile",
    "min_protocol_version",
    "max_protocol_version",
    "channel_binding",
    "default_query_exec_mode",
    "statement_cache_capacity",
    "description_cache_capacity",
    "application_name",
    "options",
    "client_encoding",
    "search_path",
];

/// lib/pq 1.10 (`isDriverSetting` in conn.go) and what 1.12 has besides.
const KNOWN_TO_LIB_PQ: &[&str] = &[
    "host",
    "hostaddr",
    "port",
    "database",
    "dbname",
    "user",
    "password",
    "passfile",
    "service",
    "servicefile",
    "connect_timeout",
    "sslmode",
    "sslcert",
    "sslkey",
    "sslrootcert",
    "sslpassword",
    "sslinline",
    "sslsni",
    "sslnegotiation",
    "target_session_attrs",
    "load_balance_hosts",
    "krbspn",
    "krbsrvname",
    "min_protocol_version",
    "max_protocol_version",
    "binary_parameters",
    "disable_prepared_binary_result",
    "fallback_application_name",
    "application_name",
    "options",
    "client_encoding",
    "search_path",
];

/// What pg-connection-string 2.14 and pg 8.23 (connection-parameters.js) look at; the rest of a URL's query is copied and
/// never read.
const KNOWN_TO_NODE_POSTGRES: &[&str] = &[
    "host",
    "port",
    "user",
    "password",
    "ssl",
    "sslmode",
    "sslcert",
    "sslkey",
    "sslrootcert",
    "sslnegotiation",
    "uselibpqcompat",
    "application_name",
    "fallback_application_name",
    "client_encoding",
    "options",
    "replication",
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "query_timeout",
    "binary",
    "encoding",
    "db",
];

const KNOWN_TO_ECTO: &[&str] = &["ssl", "pool_size", "timeout", "hostname", "port"];

/// The table's rows, in its order.
pub static PROFILES: &[Profile] = &[
    LIBPQ,
    Profile {
        driver: Driver::Psycopg,
        versions: "2.9, 3.3",
        source: "psycopg2 2.9.13 and psycopg 3.3.9, run",
        ..LIBPQ
    },
    Profile {
        driver: Driver::Asyncpg,
        versions: "0.29-0.32",
        unknown: Unknown::Sent,
        source: "asyncpg 0.29.0 and 0.32.0, run",
        tls: tls::asyncpg,
        default_file: tls::asyncpg_default_file,
        keywords: KNOWN_TO_ASYNCPG,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::Sqlalchemy,
        versions: "1.4-2.1",
        source: "SQLAlchemy 1.3.24, 1.4.54, 2.0.58 and 2.1.9 with psycopg, run",
        ..LIBPQ
    },
    Profile {
        driver: Driver::Django,
        versions: "dj-database-url 3",
        source: "dj-database-url 3.1.2 with psycopg, run",
        ..LIBPQ
    },
    Profile {
        driver: Driver::Npgsql,
        versions: "8-10",
        source: "Npgsql 8.0 to 10.0, source; .NET's tokenizer, run",
        tls: tls::npgsql,
        default_file: tls::no_default_file,
        notes: npgsql_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::Npgsql,
        versions: "6-7",
        source: "Npgsql 6.0 and 7.0, source",
        tls: tls::npgsql,
        default_file: tls::no_default_file,
        refuses: tls::npgsql_6_refuses,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::Npgsql,
        versions: "3-5",
        source: "Npgsql 5.0, source",
        tls: tls::npgsql_5,
        default_file: tls::no_default_file,
        refuses: tls::npgsql_5_refuses,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::Pgjdbc,
        versions: "42.5-42.7",
        unknown: Unknown::Ignored,
        source: "pgJDBC 42.5.5, run; 42.7, source",
        tls: tls::pgjdbc,
        default_file: tls::no_default_file,
        notes: pgjdbc_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::R2dbc,
        versions: "1.0",
        unknown: Unknown::Ignored,
        source: "r2dbc-spi 1.0 and r2dbc-postgresql 1.0, source",
        tls: tls::r2dbc,
        default_file: tls::no_default_file,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::NodePostgres,
        versions: "8",
        unknown: Unknown::Ignored,
        source: "pg 8.8.0, 8.11.3 and 8.23.1, run",
        tls: tls::node_postgres,
        default_file: tls::no_default_file,
        keywords: KNOWN_TO_NODE_POSTGRES,
        notes: node_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::PostgresJs,
        versions: "3.4",
        unknown: Unknown::Sent,
        source: "postgres.js 3.4.9, run",
        tls: tls::postgres_js,
        default_file: tls::no_default_file,
        keywords: KNOWN_TO_POSTGRES_JS,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::Prisma,
        versions: "up to 6",
        unknown: Unknown::Ignored,
        source: "the url crate 2.5.8, run; Prisma's engine, source",
        tls: tls::prisma,
        default_file: tls::no_default_file,
        keywords: KNOWN_TO_PRISMA,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::Pgx,
        versions: "4.15-5.10",
        unknown: Unknown::Sent,
        source: "pgx 4.15 and 5.10, run",
        tls: tls::pgx,
        default_file: tls::no_default_file,
        keywords: KNOWN_TO_PGX,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::LibPq,
        versions: "1.10-1.12",
        unknown: Unknown::Sent,
        source: "lib/pq 1.10.7 and 1.12.3, run",
        tls: tls::lib_pq,
        default_file: tls::no_default_file,
        keywords: KNOWN_TO_LIB_PQ,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::TokioPostgres,
        versions: "0.7",
        source: "tokio-postgres 0.7.18 with native-tls, run",
        tls: tls::tokio_postgres,
        default_file: tls::no_default_file,
        keywords: crate::parse::TOKIO_POSTGRES_KEYWORDS,
        notes: tokio_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::Sqlx,
        versions: "0.9",
        unknown: Unknown::Ignored,
        source: "SQLx 0.9.0, run",
        tls: tls::sqlx,
        default_file: tls::no_default_file,
        keywords: KNOWN_TO_SQLX,
        notes: no_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::RubyPg,
        versions: "Rails 6.1-8",
        unknown: Unknown::Ignored,
        source: "Active Record 6.1.7 and pg 1.4.5, run",
        ..LIBPQ
    },
    Profile {
        driver: Driver::PhpPgsql,
        versions: "8",
        source: "PHP 8.2 with libpq 15, run",
        ..LIBPQ
    },
    Profile {
        driver: Driver::PhpPdo,
        versions: "8",
        source: "PHP 8.2 with libpq 15, and parse_url as Laravel uses it, run",
        ..LIBPQ
    },
    Profile {
        driver: Driver::Psqlodbc,
        versions: "13",
        unknown: Unknown::Ignored,
        source: "psqlODBC 13.02, run",
        tls: tls::psqlodbc,
        default_file: tls::psqlodbc_default_file,
        notes: odbc_notes,
        ..LIBPQ
    },
    Profile {
        driver: Driver::Ecto,
        versions: "3",
        unknown: Unknown::Ignored,
        source: "Ecto 3, source; Elixir 1.14's URI, run",
        tls: tls::ecto,
        default_file: tls::no_default_file,
        keywords: KNOWN_TO_ECTO,
        notes: no_notes,
        ..LIBPQ
    },
];

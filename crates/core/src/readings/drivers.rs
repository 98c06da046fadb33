//! What to know of each driver besides what it does with one string: the facts that its page in `docs/drivers/` is made of,
//! together with what the readings compute.
//!
//! Facts come from running the drivers and from their sources at the versions that the rows of
//! [`PROFILES`](super::PROFILES) name; what a row computes (TLS, raw characters, unknown keywords) is not said here again.

use crate::model::{Dialect, Driver};

/// What a driver takes where the text says nothing.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// Host.
    pub host: &'static str,
    /// User.
    pub user: &'static str,
    /// Database.
    pub database: &'static str,
    /// How long it waits for a connection.
    pub timeout: &'static str,
}

/// A driver.
#[derive(Clone, Copy, Debug)]
pub struct DriverProfile {
    /// Whose.
    pub driver: Driver,
    /// What it is, in a sentence.
    pub what: &'static str,
    /// The dialect that most of its users write.
    pub dialect: Dialect,
    /// How it takes a text apart.
    pub grammar: &'static str,
    /// What it takes where the text says nothing.
    pub defaults: Defaults,
    /// What a string can say of TLS, in the driver's own words, where it is worth a row of the table.
    pub tls: &'static [&'static str],
    /// What people stumble over.
    pub pitfalls: &'static [&'static str],
}

const LIBPQ_DEFAULTS: Defaults = Defaults {
    host: "a socket directory, or `localhost` where there is none",
    user: "the operating system's user",
    database: "the user's name",
    timeout: "none",
};

const LIBPQ_TLS: &[&str] = &[
    "",
    "sslmode=disable",
    "sslmode=allow",
    "sslmode=prefer",
    "sslmode=require",
    "sslmode=verify-ca",
    "sslmode=verify-full",
    "sslmode=require&sslrootcert=ca.pem",
    "sslmode=verify-full&sslrootcert=ca.pem",
    "sslrootcert=system",
    "ssl=true",
];

const LIBPQ_GRAMMAR: &str = "A text that begins with `postgresql://` or `postgres://` is a URI; any other is keyword/value pairs. In a URI user and password end at the first `@`, unless a `/` comes before it; nothing else stops them, and `#` begins no fragment. What the query says beats what stands before it, and the last of several pairs counts.";

const LIBPQ: DriverProfile = DriverProfile {
    driver: Driver::Libpq,
    what: "The C library of PostgreSQL: psql, pg_dump and everything that is built on it.",
    dialect: Dialect::LibpqUri,
    grammar: LIBPQ_GRAMMAR,
    defaults: LIBPQ_DEFAULTS,
    tls: LIBPQ_TLS,
    pitfalls: &[
        "An upper-case scheme, a blank before it or quotes round it make the whole text keyword/value pairs.",
        "A blank behind `=` does not end a value: `host= port=5432` sets the host to `port=5432`.",
        "`prefer`, which is what it does unasked, tries again in the clear where TLS fails.",
        "`channel_binding=require` fails behind a proxy that ends TLS.",
    ],
};

/// The drivers in the order of [`Driver::ALL`].
pub static DRIVERS: &[DriverProfile] = &[
    LIBPQ,
    DriverProfile {
        driver: Driver::Psycopg,
        what: "psycopg 2 and 3, Python's drivers on libpq.",
        pitfalls: &[
            "psycopg 3 looks at `connect_timeout` itself and takes a fraction; psycopg 2 leaves it to libpq, which does not.",
            "Bytes that are no UTF-8 (`%FF`) are refused, because Python's strings hold none.",
            "psycopg 3.3 looks the host up before libpq does, so that a bad port becomes `failed to resolve host`.",
            "Keyword arguments beat the string; `database` is a name for `dbname` in psycopg 2's arguments only.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::Asyncpg,
        what: "asyncpg, a Python driver with its own protocol code.",
        grammar: "A URI only, split by Python's `urllib.parse`; user and password end at the first `@`. What stands before the query beats the query, the other way round than in libpq. Every field of the query needs a `=`; a `+` is a blank, and an empty value is dropped.",
        defaults: Defaults {
            host: "the usual socket directories, then `localhost`",
            timeout: "60 s",
            ..LIBPQ_DEFAULTS
        },
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=allow",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "sslmode=prefer&sslrootcert=ca.pem",
            "sslmode=require&sslrootcert=ca.pem",
            "sslmode=verify-full&sslrootcert=ca.pem",
            "ssl=true",
        ],
        pitfalls: &[
            "A keyword that it does not know becomes a setting of the server, which refuses `ssl`, `schema`, `pgbouncer` and `connect_timeout`.",
            "A `&` at the end of the query, or two of them, is a `bad query field`.",
            "`sslrootcert=system` is the name of a file.",
            "`postgresql+asyncpg://` is SQLAlchemy's, not asyncpg's.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::Sqlalchemy,
        what: "SQLAlchemy with a driver behind it, which the scheme names: `postgresql+psycopg`, `+psycopg2`, `+asyncpg`, `+pg8000`.",
        dialect: Dialect::SqlalchemyUrl,
        grammar: "A regular expression, no URL library: the user ends at a `:` or `/` and may hold an `@`, the password ends at the first `@` and may hold anything else. The query goes to the driver as keyword arguments.",
        pitfalls: &[
            "`postgres://` has been refused since 1.4.",
            "Without a driver in the scheme it takes psycopg2 up to 2.0, and psycopg from 2.1 on.",
            "With asyncpg it is `ssl=require`, not `sslmode=require`; with pg8000 TLS is set in code.",
            "Several hosts stand in the query: `?host=a:5432&host=b:5432`.",
            "In alembic.ini every `%` is doubled.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::Django,
        what: "Django with psycopg, its settings made of a URL by dj-database-url.",
        grammar: "A URI, split by Python's `urlsplit` at the last `@`; the host becomes lower case. The query becomes OPTIONS, which psycopg gets, with numbers and truth values made of what looks like them.",
        defaults: Defaults {
            database: "none: Django wants a NAME or a service",
            ..LIBPQ_DEFAULTS
        },
        pitfalls: &[
            "An option that libpq does not know is refused only at the first connection.",
            "`ssl_require=True` in code adds `sslmode=require`.",
            "django-environ reads otherwise in places: it tolerates `#`, and takes the first of several pairs.",
            "An empty HOST is a socket, not `localhost`.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::Npgsql,
        what: "Npgsql, the driver for .NET, also behind Entity Framework and Power BI's gateway.",
        dialect: Dialect::AdoNet,
        grammar: "`Keyword=value;` pairs as in all of ADO.NET: case and blanks in keywords do not matter, the last of several counts, a value with `;` or with blanks at its ends stands in quotes. A keyword runs to the next `=`, so a raw `;` in a password swallows the keyword behind it.",
        defaults: Defaults {
            host: "none: it has to be there",
            user: "the operating system's user",
            database: "the user's name",
            timeout: "15 s",
        },
        tls: &[
            "",
            "SSL Mode=Disable",
            "SSL Mode=Allow",
            "SSL Mode=Prefer",
            "SSL Mode=Require",
            "SSL Mode=Require;Trust Server Certificate=true",
            "SSL Mode=VerifyCA",
            "SSL Mode=VerifyFull",
            "SSL Mode=VerifyFull;Root Certificate=ca.pem",
        ],
        pitfalls: &[
            "It takes no URI: `Format of the initialization string does not conform to specification`.",
            "What `Require` checks changed twice: everything up to 5, refused without Trust Server Certificate in 6 and 7, nothing from 8 on.",
            "`Data Source` of SQL Server's strings is no keyword of Npgsql.",
            "`Keepalive` is not TCP's; that is `TCP Keepalive`.",
        ],
    },
    DriverProfile {
        driver: Driver::Pgjdbc,
        what: "The PostgreSQL JDBC driver.",
        dialect: Dialect::JdbcUrl,
        grammar: "`jdbc:postgresql://host:port/database?key=value`. There is no userinfo: user and password are parameters, or stand beside the URL. Values are percent-decoded; hosts are not.",
        defaults: Defaults {
            host: "`localhost`",
            timeout: "10 s",
            ..LIBPQ_DEFAULTS
        },
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=allow",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "sslmode=require&sslrootcert=ca.pem",
            "sslmode=verify-full&sslrootcert=ca.pem",
            "ssl=true",
            "sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
            "sslmode=verify-full&sslfactory=org.postgresql.ssl.NonValidatingFactory",
        ],
        pitfalls: &[
            "Keywords are case-sensitive, and an unknown one is ignored without a word: `SSLMode=require` does nothing.",
            "`user:password@host` makes `user:password@host` the name of the host.",
            "`ssl=true` alone checks everything, and fails without ~/.postgresql/root.crt.",
            "`require` checks nothing, even with `sslrootcert`.",
        ],
    },
    DriverProfile {
        driver: Driver::R2dbc,
        what: "r2dbc-postgresql, the reactive driver for Java.",
        dialect: Dialect::R2dbcUrl,
        grammar: "`r2dbc:postgresql://user:password@host:port/database?key=value`, read with `java.net.URI`; several `@` make it fall back to the last one.",
        defaults: Defaults {
            host: "none: it has to be there",
            user: "none: it has to be there",
            database: "the user's name",
            timeout: "its network library's",
        },
        tls: &[
            "",
            "sslMode=disable",
            "sslMode=allow",
            "sslMode=prefer",
            "sslMode=require",
            "sslMode=verify-ca",
            "sslMode=verify-full",
            "sslMode=verify-full&sslRootCert=ca.pem",
            "ssl=true",
        ],
        pitfalls: &[
            "It uses no TLS unless asked.",
            "Times are durations: `PT10S`, not `10`.",
            "An option that it does not know is ignored.",
        ],
    },
    DriverProfile {
        driver: Driver::NodePostgres,
        what: "node-postgres (`pg`), also behind Knex, Sequelize, TypeORM and Drizzle.",
        dialect: Dialect::NodeUrl,
        grammar: "A URI by the WHATWG standard: user and password end at the last `@` before a `/`, `?` or `#`. A text that the standard cannot decode is encoded whole first. The query overrides host, port, user and password, and not the database.",
        defaults: Defaults {
            host: "`localhost`",
            ..LIBPQ_DEFAULTS
        },
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=allow",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "sslmode=no-verify",
            "sslmode=require&sslrootcert=ca.pem",
            "sslrootcert=ca.pem",
            "ssl=true",
            "uselibpqcompat=true&sslmode=require",
            "uselibpqcompat=true&sslmode=verify-ca&sslrootcert=ca.pem",
        ],
        pitfalls: &[
            "Without `sslmode` it uses no TLS; with almost any, it checks everything.",
            "`sslmode` in the string replaces a `ssl` object in code.",
            "`ssl=false` stays a text and makes it stop; leave it out.",
            "A text without a scheme is taken for a path: the host becomes `base`.",
            "Several hosts are one host with a comma in its name.",
        ],
    },
    DriverProfile {
        driver: Driver::PostgresJs,
        what: "postgres.js, a driver for Node, Deno and Bun.",
        dialect: Dialect::NodeUrl,
        grammar: "A URI by the WHATWG standard, with a list of hosts. The query overrides nothing; a percent sequence in the name of the database stays.",
        defaults: Defaults {
            host: "`localhost`",
            timeout: "30 s",
            ..LIBPQ_DEFAULTS
        },
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=allow",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "ssl=true",
        ],
        pitfalls: &[
            "A keyword that it does not know goes to the server, `user` and `password` in the query as well.",
            "`sslrootcert` is not read: a private authority is given in code.",
            "An IPv6 address in brackets is cut at its first colon.",
            "Any word that is no mode of its own checks everything.",
        ],
    },
    DriverProfile {
        driver: Driver::Prisma,
        what: "Prisma's engines up to version 6; from 7 on a driver adapter such as `pg` reads the string.",
        dialect: Dialect::PrismaUrl,
        grammar: "A URI by the WHATWG standard, as Rust's `url` crate has it. The host must be there; `schema` names the schema.",
        defaults: Defaults {
            host: "none: it has to be there",
            user: "none",
            database: "`postgres`",
            timeout: "5 s",
        },
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=require&sslaccept=strict",
            "sslmode=require&sslaccept=strict&sslcert=ca.pem",
        ],
        pitfalls: &[
            "`sslmode=require` encrypts and checks nothing; `sslaccept=strict` is what checks.",
            "`sslcert` is the file of the authority, not of the client.",
            "`verify-full` is no mode of it, and counts as `prefer`.",
            "An unknown keyword is ignored.",
        ],
    },
    DriverProfile {
        driver: Driver::Pgx,
        what: "pgx, Go's driver, also behind GORM.",
        dialect: Dialect::GoUrl,
        grammar: "A text that begins with `postgresql://` or `postgres://` is a URI for Go's `net/url`, up to 5.10; any other is pairs for a scanner of its own. The first of several pairs counts in a query, the last in pairs.",
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=allow",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "sslmode=require&sslrootcert=ca.pem",
            "sslmode=verify-full&sslrootcert=ca.pem",
            "sslrootcert=system",
        ],
        pitfalls: &[
            "A pair of the query with a raw `;` or a bad `%` is dropped without a word: `sslmode=require;x=y` loses the mode.",
            "A keyword that it does not know goes to the server, which refuses it.",
            "`h1,h2:5433` is port 5433 for both.",
            "After 5.10 URIs are read as libpq reads them.",
            "In pairs only `\\\\` and `\\'` are escapes.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::LibPq,
        what: "lib/pq, the older driver for Go, also behind Terraform's provider.",
        dialect: Dialect::GoUrl,
        grammar: "A URI for Go's `net/url`, or pairs, which any Unicode blank separates. The first of several pairs counts in a query, the last in pairs.",
        defaults: Defaults {
            host: "`localhost`",
            ..LIBPQ_DEFAULTS
        },
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "sslmode=require&sslrootcert=ca.pem",
            "sslrootcert=system",
        ],
        pitfalls: &[
            "Unasked it insists on TLS: a server without TLS is an error.",
            "`allow` and `prefer` are known from 1.11 on.",
            "`sslrootcert=system` is known from 1.12 on; before, it is a file that is not there, and nothing is checked.",
            "Its errors repeat the whole URL, the password included.",
        ],
    },
    DriverProfile {
        driver: Driver::TokioPostgres,
        what: "tokio-postgres and postgres, drivers for Rust, also behind Diesel's asynchronous side.",
        grammar: "A URI or pairs, with a scanner of its own. In a URI user and password end at the first `@` of the whole text, be it in the query. Hosts of the query are added to those before it.",
        defaults: Defaults {
            host: "none: one has to be there",
            ..LIBPQ_DEFAULTS
        },
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-full",
        ],
        pitfalls: &[
            "`postgresql://h/db?user=me@srv` is a user `h/db?user=me` and a host `srv`.",
            "It has three modes; `verify-full` is refused.",
            "`sslrootcert` and `sslcert` are refused: certificates are set in code.",
            "An unquoted empty value is refused.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::Sqlx,
        what: "SQLx for Rust, also behind SeaORM.",
        grammar: "A URI by the WHATWG standard, as Rust's `url` crate has it. The query overrides everything before it; the case of a mode does not matter.",
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=allow",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
            "sslmode=require&sslrootcert=ca.pem",
            "sslmode=verify-full&sslrootcert=ca.pem",
        ],
        pitfalls: &[
            "An unknown keyword is only logged: `ssl=true` and `SSLMode=require` do nothing.",
            "`allow` never encrypts.",
            "`require` takes no notice of `sslrootcert`.",
            "An IPv6 address keeps its brackets, and a host its percent sequences.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::RubyPg,
        what: "Active Record of Rails with the pg gem. The gem itself hands a string to libpq, and reads as that does.",
        grammar: "A URI by RFC 2396, Ruby's default parser: it refuses raw `^ { } < > \" \\ [ |`, blanks, letters beyond ASCII and an underscore in the host. The query does not override what stands before it.",
        defaults: Defaults {
            host: "a socket directory",
            ..LIBPQ_DEFAULTS
        },
        pitfalls: &[
            "A second `@` is refused: `the scheme postgresql does not accept registry part`.",
            "Keywords that libpq does not know are dropped.",
            "In database.yml a value with `:`, `@`, `{` or ` #` stands in quotes.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::PhpPgsql,
        what: "PHP's pgsql extension: `pg_connect` hands the text to libpq.",
        pitfalls: &[
            "`username` and `database` are MySQL's; it is `user` and `dbname`.",
            "`sslmode=Require` is refused: libpq's words are in lower case.",
        ],
        ..LIBPQ
    },
    DriverProfile {
        driver: Driver::PhpPdo,
        what: "PHP's PDO with `pgsql:`, and what Laravel and Doctrine make of a URL.",
        dialect: Dialect::PdoDsn,
        grammar: "`pgsql:` and pairs; every `;` becomes a blank before libpq reads them, also one in quotes. A URL is split by `parse_url` at the last `@`.",
        defaults: Defaults {
            timeout: "30 s",
            ..LIBPQ_DEFAULTS
        },
        tls: &[
            "",
            "sslmode=disable",
            "sslmode=prefer",
            "sslmode=require",
            "sslmode=verify-ca",
            "sslmode=verify-full",
        ],
        pitfalls: &[
            "A password with `;` cannot stand in the DSN, quoted or not; give it beside it.",
            "A URI behind `pgsql:` gets PDO's own settings attached to the name of the database.",
            "`charset` and `username` are refused.",
            "Laravel turns a password of digits into a number.",
        ],
    },
    DriverProfile {
        driver: Driver::Psqlodbc,
        what: "psqlODBC, the driver for ODBC.",
        dialect: Dialect::Odbc,
        grammar: "`Driver={PostgreSQL Unicode};Server=…;Uid=…;Pwd=…` pairs; case does not matter in keywords, and the last counts. Braces quote `Pwd`, `ConnSettings` and `pqopt` only; a password without braces is percent-decoded.",
        defaults: Defaults {
            host: "a local socket",
            ..LIBPQ_DEFAULTS
        },
        tls: &[
            "",
            "SSLmode=disable",
            "SSLmode=prefer",
            "SSLmode=require",
            "SSLmode=Require",
            "SSLmode=verify-ca",
            "SSLmode=verify-full",
        ],
        pitfalls: &[
            "It uses no TLS unless asked, and `Require` with a capital is not asking.",
            "`Host`, `Data Source` and `User Id` are ignored: it is `Server` and `Uid`.",
            "`Ssl Mode` of Npgsql is ignored.",
            "A `%` in a password without braces begins a percent sequence.",
        ],
    },
    DriverProfile {
        driver: Driver::Ecto,
        what: "Ecto with Postgrex, for Elixir.",
        grammar: "A URI, split by Elixir's `URI`. The host must be there, and the path is one segment. There is no `sslmode`.",
        defaults: Defaults {
            host: "none: it has to be there",
            user: "the operating system's user",
            database: "none: it has to be there",
            timeout: "15 s",
        },
        tls: &["", "ssl=true", "ssl=false", "sslmode=require"],
        pitfalls: &[
            "`sslmode` is ignored; TLS is `ssl=true` or set in code.",
            "What `ssl: true` checks depends on the version of Postgrex: older ones checked nothing.",
            "A path of more than one segment is `path should be a database name`.",
        ],
        ..LIBPQ
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn every_driver_has_its_page() {
        let documented: Vec<Driver> = DRIVERS.iter().map(|d| d.driver).collect();
        let all: Vec<Driver> = Driver::ALL
            .iter()
            .copied()
            .filter(|driver| *driver != Driver::Auto)
            .collect();
        assert_eq!(documented, all);
        for profile in DRIVERS {
            assert!(!profile.pitfalls.is_empty(), "{}", profile.driver);
            assert!(profile.tls.contains(&""), "{}", profile.driver);
            assert!(
                crate::detect::accepts(profile.driver, profile.dialect),
                "{}",
                profile.driver
            );
        }
    }
}

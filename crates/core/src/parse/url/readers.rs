//! The readers: one value for each driver, and for a version that reads otherwise.
//!
//! Source: the drivers' sources of the version that stands at each, and their answers to the same texts
//! (`conformance/golden/`).

use super::libpq_keyword;
use super::reader::{
    Brackets, Controls, HostText, Hosts, Library, Path, PortText, Query, Reader, Trims,
    UserinfoEnd, Values,
};
use crate::model::{Dialect, Driver, Param};
use crate::parse::Version;
use crate::parse::checks;

const ALL: &[Param] = &[
    Param::Host,
    Param::Port,
    Param::User,
    Param::Password,
    Param::Database,
];

const fn nothing(_: char) -> bool {
    false
}

/// What Go's `net/url` does not allow raw in the userinfo (`validUserinfo`).
fn go_refuses(c: char) -> bool {
    c.is_ascii_control() || !(c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c))
}

/// What it does not allow raw in a host (`shouldEscape`); `%` is for the check of sequences.
fn go_refuses_in_host(c: char) -> bool {
    c.is_ascii() && !c.is_ascii_alphanumeric() && !"-._~!$&'()*+,;=:[]<>\"%".contains(c)
}

/// What RFC 2396, which Ruby's default parser follows, does not allow raw anywhere.
fn rfc2396_refuses(c: char) -> bool {
    !c.is_ascii() || "^{}<>\"\\|` ".contains(c) || c.is_ascii_control()
}

/// What Ruby allows in a host name (`hostname` of RFC 2396); anything else is a registry's name to it.
fn not_in_hostname(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || "-.[]:%".contains(c))
}

const QUERY: Query = Query {
    overrides: ALL,
    authority_wins: &[],
    empty_overrides: true,
    plus_is_blank: true,
    bad_field: None,
    before_hosts: false,
    empty_pair: None,
    keeps_empty: false,
    drops_bad_pairs: false,
    drops_empty_values: false,
    first_wins: false,
    ends: &[],
    keyword: libpq_keyword,
    unknown: None,
};

/// The WHATWG standard with nothing added: what the readers below start from.
const WHATWG: Reader = Reader {
    trims: Trims::Both,
    controls: Controls::Vanish,
    schemes: &["postgresql", "postgres"],
    any_scheme: true,
    exact_scheme: false,
    any_driver: false,
    wrong_scheme: "Invalid URL",
    no_scheme: None,
    takes_nothing: false,
    slashes_optional: true,
    userinfo_end: UserinfoEnd::Last,
    authority_ends: "/?#",
    refuses: nothing,
    refuses_everywhere: false,
    refused: "Invalid URL",
    bad_percent: None,
    bad_percent_in_query: false,
    bad_utf8: None,
    hosts: Hosts::One,
    host_text: HostText::Decoded,
    brackets: Brackets::Off,
    last_colon: false,
    plus_is_blank: false,
    host_percent: None,
    bad_host: None,
    empty_host: None,
    no_authority: None,
    password_of_bytes: false,
    nothing: None,
    empty_element: None,
    bad_port: Some("Invalid URL"),
    empty_port: None,
    port_out_of_range: Some("Invalid URL"),
    port_text: PortText::Digits,
    zero_port_is_none: false,
    path: Path::Decoded,
    empty_database: None,
    query: QUERY,
    values: Values::Own(&checks::NONE),
    library: None,
};

/// pg 8.11 to 8.23 with pg-connection-string 2.6 to 2.14: the database of the path stays, whatever the query says.
const NODE_POSTGRES: Reader = Reader {
    query: Query {
        overrides: &[Param::Host, Param::Port, Param::User, Param::Password],
        empty_overrides: false,
        ..QUERY
    },
    values: Values::Own(&checks::NODE_POSTGRES),
    library: Some(Library::NodePostgres),
    ..WHATWG
};

/// pg before 8.23 does not look at `sslnegotiation`, and leaves the brackets round an address.
const NODE_POSTGRES_8_11: Reader = Reader {
    brackets: Brackets::Stay,
    values: Values::Own(&checks::NONE),
    ..NODE_POSTGRES
};

/// pg before 8.9 with pg-connection-string 2.5: of the query, only the host counts.
const NODE_POSTGRES_8_8: Reader = Reader {
    query: Query {
        overrides: &[Param::Host],
        ..NODE_POSTGRES.query
    },
    library: Some(Library::NodeLegacy),
    ..NODE_POSTGRES_8_11
};

/// postgres.js 3.4: the query overrides nothing.
const POSTGRES_JS: Reader = Reader {
    hosts: Hosts::List,
    path: Path::Kept,
    query: Query {
        overrides: &[],
        ..QUERY
    },
    values: Values::Own(&checks::POSTGRES_JS),
    library: Some(Library::PostgresJs),
    ..WHATWG
};

/// Prisma's engine up to version 6, on the `url` crate 2.5.
const PRISMA: Reader = Reader {
    any_scheme: false,
    wrong_scheme: "The provided database string is invalid. Error parsing connection string",
    refused: "The provided database string is invalid. {}",
    bad_port: Some("The provided database string is invalid. invalid port number in database URL"),
    port_out_of_range: Some(
        "The provided database string is invalid. invalid port number in database URL",
    ),
    query: Query {
        // The directory of a socket.
        overrides: &[Param::Host],
        ..QUERY
    },
    library: Some(Library::Prisma),
    ..WHATWG
};

/// SQLx 0.9, on the `url` crate 2.5.
const SQLX: Reader = Reader {
    wrong_scheme: "error with configuration: relative URL without a base",
    refused: "error with configuration: {}",
    bad_port: Some("error with configuration: invalid port number"),
    port_out_of_range: Some("error with configuration: invalid port number"),
    query: Query {
        keyword: sqlx_keyword,
        ..QUERY
    },
    values: Values::Own(&checks::SQLX),
    library: Some(Library::Sqlx),
    ..WHATWG
};

/// SQLx's own names beside libpq's.
fn sqlx_keyword(name: &str) -> Param {
    match name {
        "ssl-mode" => Param::SslMode,
        "ssl-root-cert" | "ssl-ca" => Param::SslRootCert,
        "hostaddr" => Param::Host,
        name => libpq_keyword(name),
    }
}

/// What the readers on Python's `urlsplit` have in common.
const PYTHON: Reader = Reader {
    trims: Trims::Start,
    any_scheme: false,
    brackets: Brackets::Python,
    refused: "Invalid IPv6 URL",
    ..WHATWG
};

/// asyncpg 0.32: what stands in the authority beats the query.
const ASYNCPG: Reader = Reader {
    takes_nothing: true,
    wrong_scheme: "invalid DSN: scheme is expected to be either \"postgresql\" or \"postgres\", got '{}'",
    userinfo_end: UserinfoEnd::First,
    hosts: Hosts::List,
    empty_element: Some("string index out of range"),
    bad_port: Some("invalid literal for int() with base 10: '{}'"),
    port_out_of_range: None,
    port_text: PortText::PythonDecoded,
    query: Query {
        authority_wins: ALL,
        bad_field: Some("bad query field: '{}'"),
        before_hosts: true,
        drops_empty_values: true,
        ..QUERY
    },
    values: Values::Own(&checks::ASYNCPG),
    ..PYTHON
};

const ASYNCPG_0_29: Reader = Reader {
    query: Query {
        before_hosts: false,
        ..ASYNCPG.query
    },
    values: Values::Own(&checks::ASYNCPG_0_29),
    ..ASYNCPG
};

const DJANGO_REFUSED: &str = "This string is not a valid url, possibly because some of its parts is not properly urllib.parse.quote()'ed.";

/// dj-database-url 3.1 with Django 5.2: the query becomes OPTIONS, which psycopg gets beside what the authority says. There
/// a database of the query counts before the path's, and the rest only where the authority is silent.
const DJANGO: Reader = Reader {
    schemes: &["postgresql", "postgres", "pgsql"],
    wrong_scheme: "Scheme '{}://' is unknown. Did you forget to register custom backend?",
    hosts: Hosts::Joined,
    host_text: HostText::Lower,
    refused: DJANGO_REFUSED,
    bad_port: Some(DJANGO_REFUSED),
    port_out_of_range: Some(DJANGO_REFUSED),
    zero_port_is_none: true,
    empty_database: Some(
        "settings.DATABASES is improperly configured. Please supply the NAME or OPTIONS['service'] value.",
    ),
    query: Query {
        authority_wins: &[Param::Host, Param::Port, Param::User, Param::Password],
        drops_empty_values: true,
        ..QUERY
    },
    values: Values::Psycopg,
    ..PYTHON
};

const GO_CONTROL: &str = "net/url: invalid control character in URL";

/// pgx 4.15 to 5.10, on Go's net/url.
const PGX: Reader = Reader {
    trims: Trims::Nothing,
    controls: Controls::Refused(
        "failed to parse as URL (net/url: invalid control character in URL)",
    ),
    any_scheme: false,
    exact_scheme: true,
    slashes_optional: false,
    wrong_scheme: "failed to parse as keyword/value (invalid keyword/value)",
    refuses: go_refuses,
    refused: "failed to parse as URL (net/url: invalid userinfo)",
    bad_percent: Some("failed to parse as URL (invalid URL escape \"{}\")"),
    hosts: Hosts::Go,
    brackets: Brackets::Go(
        "failed to parse as URL (missing ']' in host)",
        "failed to parse as URL (invalid port \"{}\" after host)",
    ),
    last_colon: true,
    bad_host: Some((
        go_refuses_in_host,
        "failed to parse as URL (invalid character \"{}\" in host name)",
    )),
    host_percent: Some("failed to parse as URL (invalid URL escape \"{}\")"),
    bad_port: Some("failed to parse as URL (invalid port \":{}\" after host)"),
    port_out_of_range: None,
    path: Path::AllSlashesOff,
    query: Query {
        drops_bad_pairs: true,
        first_wins: true,
        keyword: crate::parse::pgx_kv::keyword,
        ..QUERY
    },
    values: Values::Own(&checks::PGX),
    ..WHATWG
};

/// lib/pq 1.12, on Go's net/url: it splits a port off only where that leaves no doubt, and the name at its commas afterwards.
const LIB_PQ: Reader = Reader {
    hosts: Hosts::Joined,
    controls: Controls::Refused(GO_CONTROL),
    wrong_scheme: "missing \"=\" after \"{}\" in connection info string",
    refused: "net/url: invalid userinfo",
    bad_percent: Some("invalid URL escape \"{}\""),
    brackets: Brackets::OffWithPort("missing ']' in host", "invalid port \"{}\" after host"),
    bad_host: Some((go_refuses_in_host, "invalid character \"{}\" in host name")),
    host_percent: Some("invalid URL escape \"{}\""),
    bad_port: Some("invalid port \":{}\" after host"),
    path: Path::Decoded,
    query: Query {
        empty_overrides: false,
        keyword: libpq_keyword,
        ..PGX.query
    },
    values: Values::Own(&checks::LIB_PQ),
    ..PGX
};

/// lib/pq 1.10 knows one host.
const LIB_PQ_1_10: Reader = Reader {
    hosts: Hosts::One,
    values: Values::Own(&checks::LIB_PQ_1_10),
    ..LIB_PQ
};

const NO_URI: &str = "bad URI(is not URI?)";
const REGISTRY: &str = "the scheme postgresql does not accept registry part: {} (or bad hostname?)";

/// Active Record 6.1 to 8, on Ruby's RFC 2396 parser.
const RAILS: Reader = Reader {
    trims: Trims::Both,
    controls: Controls::Stay,
    any_scheme: false,
    wrong_scheme: NO_URI,
    userinfo_end: UserinfoEnd::Only(REGISTRY),
    refuses: rfc2396_refuses,
    refuses_everywhere: true,
    refused: NO_URI,
    bad_percent: Some(NO_URI),
    bad_percent_in_query: true,
    bad_host: Some((
        not_in_hostname,
        "the scheme postgresql does not accept registry part (or bad hostname?)",
    )),
    empty_host: Some("the scheme postgresql does not accept registry part (or bad hostname?)"),
    brackets: Brackets::Ruby(NO_URI),
    nothing: Some("bad URI(absolute but no path)"),
    bad_port: Some("the scheme postgresql does not accept registry part (or bad hostname?)"),
    port_out_of_range: None,
    query: Query {
        overrides: &[],
        empty_pair: Some("invalid number of elements (0 for 1..2)"),
        plus_is_blank: false,
        drops_empty_values: true,
        ..QUERY
    },
    ..WHATWG
};

/// PHP 8.2's `parse_url`, as Laravel and Doctrine use it.
const PHP: Reader = Reader {
    trims: Trims::Nothing,
    controls: Controls::Underscore,
    any_scheme: false,
    wrong_scheme: "The database configuration URL is malformed.",
    refused: "The database configuration URL is malformed.",
    brackets: Brackets::Stay,
    last_colon: true,
    empty_host: Some("The database configuration URL is malformed."),
    no_authority: Some("The database configuration URL is malformed."),
    bad_port: Some("The database configuration URL is malformed."),
    port_out_of_range: Some("The database configuration URL is malformed."),
    port_text: PortText::Php,
    query: Query {
        overrides: &[],
        ..QUERY
    },
    ..WHATWG
};

/// Ecto 3, on Elixir's `URI`.
const ECTO: Reader = Reader {
    trims: Trims::Nothing,
    controls: Controls::Stay,
    any_scheme: false,
    slashes_optional: false,
    wrong_scheme: "host is not present",
    host_text: HostText::Kept,
    empty_host: Some("host is not present"),
    bad_port: None,
    port_out_of_range: None,
    port_text: PortText::Elixir,
    path: Path::OneSegment("path should be a database name"),
    query: Query {
        overrides: &[],
        ..QUERY
    },
    ..WHATWG
};

/// SQLAlchemy 2.1 (`make_url`): a regular expression, no URL library.
const SQLALCHEMY: Reader = Reader {
    trims: Trims::Nothing,
    controls: Controls::Stay,
    schemes: &["postgresql"],
    any_scheme: false,
    exact_scheme: true,
    any_driver: true,
    slashes_optional: false,
    wrong_scheme: "Can't load plugin: sqlalchemy.dialects:{}",
    no_scheme: Some("Could not parse SQLAlchemy URL from given URL string"),
    userinfo_end: UserinfoEnd::Sqlalchemy,
    authority_ends: "/?",
    refused: "Could not parse SQLAlchemy URL from given URL string",
    hosts: Hosts::Joined,
    host_text: HostText::Kept,
    brackets: Brackets::Ends,
    bad_port: Some("invalid literal for int() with base 10: '{}'"),
    empty_port: Some("invalid literal for int() with base 10: ''"),
    port_out_of_range: None,
    port_text: PortText::Python,
    zero_port_is_none: true,
    query: Query {
        drops_empty_values: true,
        ends: &['\n'],
        ..QUERY
    },
    values: Values::Sqlalchemy,
    ..WHATWG
};

/// SQLAlchemy 2.0 leaves the database's percent sequences as they are.
const SQLALCHEMY_2_0: Reader = Reader {
    path: Path::Kept,
    ..SQLALCHEMY
};

/// SQLAlchemy 1.4 hands the database on as `database`, not as `dbname`.
const SQLALCHEMY_1_4: Reader = Reader {
    no_scheme: Some("Could not parse SQLAlchemy URL from string '{}'"),
    refused: "Could not parse SQLAlchemy URL from string '{}'",
    query: Query {
        keyword: sqlalchemy_1_4_keyword,
        ..SQLALCHEMY.query
    },
    ..SQLALCHEMY_2_0
};

/// SQLAlchemy 1.3 knows `postgres` for a dialect, lets the password run to the last `@`, and looks for a query only behind a
/// path.
const SQLALCHEMY_1_3: Reader = Reader {
    no_scheme: Some("Could not parse rfc1738 URL from string '{}'"),
    refused: "Could not parse rfc1738 URL from string '{}'",
    schemes: &["postgresql", "postgres"],
    userinfo_end: UserinfoEnd::Sqlalchemy13,
    authority_ends: "/",
    path: Path::Line,
    query: Query {
        ends: &['\n', '?'],
        ..SQLALCHEMY_1_4.query
    },
    ..SQLALCHEMY_1_4
};

fn sqlalchemy_1_4_keyword(name: &str) -> Param {
    match name {
        "database" => Param::Database,
        name => libpq_keyword(name),
    }
}

/// tokio-postgres 0.7 (`UrlParser` in config.rs): a scanner of its own.
const TOKIO_POSTGRES: Reader = Reader {
    trims: Trims::Nothing,
    controls: Controls::Stay,
    any_scheme: false,
    exact_scheme: true,
    slashes_optional: false,
    wrong_scheme: "invalid connection string: unexpected EOF",
    userinfo_end: UserinfoEnd::FirstAnywhere,
    authority_ends: "/?",
    bad_utf8: Some("invalid connection string: {}"),
    password_of_bytes: true,
    hosts: Hosts::Appended,
    brackets: Brackets::Go(
        "invalid connection string: invalid value for option `host`",
        "invalid connection string: invalid value for option `host`",
    ),
    bad_port: Some("invalid connection string: invalid value for option `port`"),
    port_out_of_range: Some("invalid connection string: invalid value for option `port`"),
    port_text: PortText::Rust,
    query: Query {
        plus_is_blank: false,
        keeps_empty: true,
        keyword: checks::known_to_tokio_postgres,
        bad_field: Some("invalid connection string: unterminated parameter"),
        unknown: Some("invalid connection string: unknown option `{}`"),
        ..QUERY
    },
    values: Values::Own(&checks::TOKIO_POSTGRES),
    ..WHATWG
};

/// r2dbc-spi 1.0 (`ConnectionUrlParser`), on java.net.URI: a second `@` makes it fall back to the last one.
const R2DBC: Reader = Reader {
    trims: Trims::Nothing,
    controls: Controls::Stay,
    schemes: &[
        "r2dbc:postgresql",
        "r2dbcs:postgresql",
        "r2dbc:pool:postgresql",
        "r2dbcs:pool:postgresql",
        "r2dbc:proxy:postgresql",
        "r2dbc:postgresql:failover",
        // The old name of the driver (PostgresqlConnectionFactoryProvider).
        "r2dbc:postgres",
        "r2dbcs:postgres",
        "r2dbc:pool:postgres",
    ],
    any_scheme: false,
    slashes_optional: false,
    wrong_scheme: "URL does not start with the r2dbc scheme",
    refuses: java_refuses,
    refused: "Illegal character in authority",
    bad_percent: Some("Illegal character in authority"),
    hosts: Hosts::List,
    plus_is_blank: true,
    bad_port: None,
    port_out_of_range: None,
    port_text: PortText::Java,
    query: Query {
        overrides: &[],
        keyword: r2dbc_keyword,
        ..QUERY
    },
    values: Values::Own(&checks::R2DBC),
    ..WHATWG
};

/// What java.net.URI does not allow raw.
fn java_refuses(c: char) -> bool {
    " {}<>\"\\^|`".contains(c)
}

/// r2dbc-postgresql's options; the case of a few does not matter.
fn r2dbc_keyword(name: &str) -> Param {
    match name {
        "sslMode" | "sslmode" => Param::SslMode,
        "ssl" => Param::Ssl,
        "sslRootCert" => Param::SslRootCert,
        "sslPassword" => Param::OtherSecret,
        "user" => Param::User,
        "password" => Param::Password,
        "host" => Param::Host,
        "port" => Param::Port,
        "database" => Param::Database,
        _ => Param::Known,
    }
}

/// The reader of `driver`, for the drivers that do not leave it to libpq.
pub(in crate::parse) const fn reader_of(
    driver: Driver,
    dialect: Dialect,
    version: Version,
) -> Option<&'static Reader> {
    Some(match driver {
        _ if matches!(dialect, Dialect::R2dbcUrl) => &R2DBC,
        _ if matches!(dialect, Dialect::SqlalchemyUrl) => sqlalchemy(version),
        Driver::NodePostgres if version.before(8, 9) => &NODE_POSTGRES_8_8,
        Driver::NodePostgres if version.before(8, 23) => &NODE_POSTGRES_8_11,
        Driver::NodePostgres => &NODE_POSTGRES,
        Driver::PostgresJs => &POSTGRES_JS,
        Driver::Prisma => &PRISMA,
        Driver::Sqlx => &SQLX,
        Driver::Asyncpg if version.before(0, 30) => &ASYNCPG_0_29,
        Driver::Asyncpg => &ASYNCPG,
        Driver::Django => &DJANGO,
        Driver::Pgx => &PGX,
        Driver::LibPq if version.before(1, 11) => &LIB_PQ_1_10,
        Driver::LibPq => &LIB_PQ,
        Driver::RubyPg => &RAILS,
        Driver::PhpPdo => &PHP,
        Driver::Ecto => &ECTO,
        Driver::Sqlalchemy => sqlalchemy(version),
        Driver::TokioPostgres => &TOKIO_POSTGRES,
        _ => return None,
    })
}

const fn sqlalchemy(version: Version) -> &'static Reader {
    if version.before(1, 4) {
        &SQLALCHEMY_1_3
    } else if version.before(2, 0) {
        &SQLALCHEMY_1_4
    } else if version.before(2, 1) {
        &SQLALCHEMY_2_0
    } else {
        &SQLALCHEMY
    }
}

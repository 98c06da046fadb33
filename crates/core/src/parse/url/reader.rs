//! How each driver's URL library differs from the others: one value for each.
//!
//! Source: runs of the drivers over the same texts, November 2026; the versions stand at each reader.

use super::libpq_keyword;
use crate::model::{Dialect, Driver, Param};
use crate::parse::libpq_kv::SSLMODES;

/// Where the userinfo ends.
#[derive(Clone, Copy)]
pub(super) enum UserinfoEnd {
    /// At the first `@` of the authority.
    First,
    /// At the last one.
    Last,
    /// At the only one: a second is refused with this text.
    Only(&'static str),
    /// At the first `@` of the whole text, be it in the path or the query.
    FirstAnywhere,
    /// Where SQLAlchemy's regular expression finds it.
    Sqlalchemy,
}

/// How many hosts the authority may name.
#[derive(Clone, Copy)]
pub(super) enum Hosts {
    /// One; a comma is a part of its name.
    One,
    /// One; a host of the query may be a comma list.
    OneOrQueryList,
    /// A comma list, each with a port of its own.
    List,
    /// A comma list; a port behind the last one is for all that have none.
    ListWithLastPort,
}

/// What the path is to the driver.
#[derive(Clone, Copy)]
pub(super) enum Path {
    /// The database name, percent-decoded.
    Decoded,
    /// The database name, decoded but for sequences that stand for one of JavaScript's reserved characters (`decodeURI`).
    DecodedUri,
    /// The database name, as it stands.
    Kept,
    /// The database name, which must be one segment, else this error.
    OneSegment(&'static str),
}

/// Whether a character is refused.
type Refuses = fn(char) -> bool;

/// A reader; `None` where a driver does not mind.
pub(in crate::parse) struct Reader {
    pub(super) trims: bool,
    pub(super) schemes: &'static [&'static str],
    pub(super) exact_scheme: bool,
    pub(super) any_driver: bool,
    pub(super) wrong_scheme: &'static str,
    pub(super) userinfo_end: UserinfoEnd,
    pub(super) authority_ends: &'static str,
    pub(super) refuses: Refuses,
    pub(super) refuses_everywhere: bool,
    pub(super) refused: &'static str,
    pub(super) bad_percent: Option<&'static str>,
    pub(super) bad_utf8: Option<&'static str>,
    pub(super) hosts: Hosts,
    pub(super) last_colon: bool,
    pub(super) host_kept: bool,
    pub(super) host_percent: Option<&'static str>,
    pub(super) bad_host: Option<(Refuses, &'static str)>,
    pub(super) empty_host: Option<&'static str>,
    pub(super) bad_port: Option<&'static str>,
    pub(super) empty_port: Option<&'static str>,
    pub(super) port_out_of_range: Option<&'static str>,
    pub(super) path: Path,
    pub(super) plus_is_blank: bool,
    pub(super) bad_query_field: Option<&'static str>,
    pub(super) empty_pair: Option<&'static str>,
    pub(super) drops_bad_pairs: bool,
    pub(super) drops_empty_values: bool,
    pub(super) first_duplicate_wins: bool,
    pub(super) overrides: &'static [Param],
    pub(super) authority_wins: bool,
    pub(super) keyword: fn(&str) -> Param,
    pub(super) unknown_keyword: Option<&'static str>,
    pub(super) empty_sslmode: bool,
    pub(super) sslmodes: Option<(&'static [&'static str], bool, &'static str)>,
    pub(super) whatwg: bool,
}

impl Reader {
    /// Whether a `#` begins a fragment, which the driver drops.
    pub(super) fn has_fragment(&self) -> bool {
        self.authority_ends.contains('#')
    }
}

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

/// What RFC 2396, which Ruby's default parser follows, does not allow raw anywhere.
fn rfc2396_refuses(c: char) -> bool {
    !c.is_ascii() || "^{}<>\"\\|` [".contains(c) || c.is_ascii_control()
}

/// Python's `urlsplit` wants brackets to be those of an IPv6 address.
fn python_refuses(c: char) -> bool {
    matches!(c, '[' | ']')
}

/// The WHATWG standard with nothing added: what the readers below start from.
const WHATWG: Reader = Reader {
    trims: true,
    schemes: &["postgresql", "postgres"],
    exact_scheme: false,
    any_driver: false,
    wrong_scheme: "Invalid URL",
    userinfo_end: UserinfoEnd::Last,
    authority_ends: "/?#",
    refuses: nothing,
    refuses_everywhere: false,
    refused: "Invalid URL",
    bad_percent: None,
    bad_utf8: None,
    hosts: Hosts::One,
    last_colon: false,
    host_kept: false,
    host_percent: None,
    bad_host: None,
    empty_host: None,
    bad_port: Some("Invalid URL"),
    empty_port: None,
    port_out_of_range: Some("Invalid URL"),
    path: Path::Decoded,
    plus_is_blank: true,
    bad_query_field: None,
    empty_pair: None,
    drops_bad_pairs: false,
    drops_empty_values: false,
    first_duplicate_wins: false,
    overrides: ALL,
    authority_wins: false,
    keyword: libpq_keyword,
    unknown_keyword: None,
    empty_sslmode: false,
    sslmodes: None,
    whatwg: true,
};

/// pg 8.23 with pg-connection-string 2.14: the database of the path stays, whatever the query says.
const NODE_POSTGRES: Reader = Reader {
    bad_utf8: Some("URI malformed"),
    path: Path::DecodedUri,
    overrides: &[Param::Host, Param::Port, Param::User, Param::Password],
    ..WHATWG
};

/// postgres.js 3.4: the query overrides nothing, a bad percent sequence is an error.
const POSTGRES_JS: Reader = Reader {
    bad_percent: Some("URI malformed"),
    bad_utf8: Some("URI malformed"),
    hosts: Hosts::List,
    host_kept: true,
    path: Path::Kept,
    overrides: &[],
    whatwg: false,
    ..WHATWG
};

/// Prisma's engine up to version 6, on the `url` crate 2.5.
const PRISMA: Reader = Reader {
    wrong_scheme: "The provided database string is invalid. Error parsing connection string",
    refused: "The provided database string is invalid",
    host_kept: true,
    empty_host: Some("The provided database string is invalid. empty host in database URL"),
    bad_port: Some("The provided database string is invalid. invalid port number in database URL"),
    port_out_of_range: Some(
        "The provided database string is invalid. invalid port number in database URL",
    ),
    // The directory of a socket.
    overrides: &[Param::Host],
    ..WHATWG
};

/// SQLx 0.9, on the `url` crate 2.5.
const SQLX: Reader = Reader {
    wrong_scheme: "error with configuration: relative URL without a base",
    refused: "error with configuration: invalid domain character",
    bad_utf8: Some("error with configuration: invalid utf-8 sequence"),
    empty_host: Some("error with configuration: empty host"),
    bad_port: Some("error with configuration: invalid port number"),
    port_out_of_range: Some("error with configuration: invalid port number"),
    sslmodes: Some((
        &SSLMODES,
        true,
        "error with configuration: unknown value \"{}\" for `ssl_mode`",
    )),
    ..WHATWG
};

/// asyncpg 0.32, on Python's urllib: what stands in the authority beats the query.
const ASYNCPG: Reader = Reader {
    wrong_scheme: "invalid DSN: scheme is expected to be either \"postgresql\" or \"postgres\", got '{}'",
    userinfo_end: UserinfoEnd::First,
    refuses: python_refuses,
    refused: "Invalid IPv6 URL",
    hosts: Hosts::List,
    bad_port: Some("invalid literal for int() with base 10: '{}'"),
    port_out_of_range: None,
    bad_query_field: Some("bad query field: '{}'"),
    drops_empty_values: true,
    authority_wins: true,
    sslmodes: Some((
        &SSLMODES,
        false,
        "`sslmode` parameter must be one of: disable, allow, prefer, require, verify-ca, verify-full",
    )),
    whatwg: false,
    ..WHATWG
};

const DJANGO_REFUSED: &str = "This string is not a valid url, possibly because some of its parts is not properly urllib.parse.quote()'ed.";

/// dj-database-url 3.1, on Python's urllib: the query becomes options and overrides nothing.
const DJANGO: Reader = Reader {
    wrong_scheme: "Scheme '{}://' is unknown.",
    refuses: python_refuses,
    refused: DJANGO_REFUSED,
    bad_port: Some(DJANGO_REFUSED),
    port_out_of_range: Some(DJANGO_REFUSED),
    drops_empty_values: true,
    overrides: &[],
    whatwg: false,
    ..WHATWG
};

/// pgx 5.0 to 5.10, on Go's net/url.
const PGX: Reader = Reader {
    trims: false,
    exact_scheme: true,
    wrong_scheme: "failed to parse as keyword/value (invalid keyword/value)",
    refuses: go_refuses,
    refused: "failed to parse as URL (net/url: invalid userinfo)",
    bad_percent: Some("failed to parse as URL (invalid URL escape \"{}\")"),
    hosts: Hosts::ListWithLastPort,
    last_colon: true,
    host_percent: Some("failed to parse as URL (invalid URL escape \"{}\")"),
    bad_port: Some("failed to parse as URL (invalid port \":{}\" after host)"),
    port_out_of_range: Some("invalid port (strconv.ParseUint: parsing \"{}\": value out of range)"),
    drops_bad_pairs: true,
    first_duplicate_wins: true,
    empty_sslmode: true,
    sslmodes: Some((
        &SSLMODES,
        false,
        "failed to configure TLS (sslmode is invalid)",
    )),
    whatwg: false,
    ..WHATWG
};

/// lib/pq 1.12, on Go's net/url.
const LIB_PQ: Reader = Reader {
    wrong_scheme: "missing \"=\" after \"{}\" in connection info string",
    refused: "net/url: invalid userinfo",
    bad_percent: Some("invalid URL escape \"{}\""),
    host_percent: Some("invalid URL escape \"{}\""),
    bad_port: Some("invalid port \":{}\" after host"),
    port_out_of_range: Some(
        "pq: wrong value for \"port\": strconv.ParseUint: parsing \"{}\": value out of range",
    ),
    sslmodes: Some((
        &SSLMODES,
        false,
        "pq: wrong value for \"sslmode\": \"{}\" is not supported; supported values are disable, allow, prefer, require, verify-full, or verify-ca",
    )),
    ..PGX
};

/// Active Record 6.1 to 8, on Ruby's RFC 2396 parser.
const RAILS: Reader = Reader {
    wrong_scheme: "bad URI(is not URI?)",
    userinfo_end: UserinfoEnd::Only(
        "the scheme postgresql does not accept registry part: {} (or bad hostname?)",
    ),
    refuses: rfc2396_refuses,
    refuses_everywhere: true,
    refused: "bad URI(is not URI?)",
    bad_percent: Some("bad URI(is not URI?)"),
    bad_host: Some((
        |c| matches!(c, '_' | ','),
        "the scheme postgresql does not accept registry part (or bad hostname?)",
    )),
    bad_port: Some("the scheme postgresql does not accept registry part (or bad hostname?)"),
    port_out_of_range: None,
    empty_pair: Some("invalid number of elements (0 for 1..2)"),
    plus_is_blank: false,
    drops_empty_values: true,
    overrides: &[],
    whatwg: false,
    ..WHATWG
};

/// PHP 8.2's `parse_url`, as Laravel and Doctrine use it.
const PHP: Reader = Reader {
    wrong_scheme: "The database configuration URL is malformed.",
    refused: "The database configuration URL is malformed.",
    last_colon: true,
    empty_host: Some("The database configuration URL is malformed."),
    bad_port: Some("The database configuration URL is malformed."),
    port_out_of_range: Some("The database configuration URL is malformed."),
    overrides: &[],
    whatwg: false,
    ..WHATWG
};

/// Ecto 3, on Elixir's `URI`.
const ECTO: Reader = Reader {
    trims: false,
    wrong_scheme: "host is not present",
    host_kept: true,
    bad_port: None,
    port_out_of_range: None,
    path: Path::OneSegment("path should be a database name"),
    overrides: &[],
    whatwg: false,
    ..WHATWG
};

/// SQLAlchemy 1.4 to 2.1 (`make_url`): a regular expression, no URL library.
const SQLALCHEMY: Reader = Reader {
    trims: false,
    any_driver: true,
    hosts: Hosts::OneOrQueryList,
    wrong_scheme: "Could not parse SQLAlchemy URL from given URL string",
    userinfo_end: UserinfoEnd::Sqlalchemy,
    authority_ends: "/?",
    refused: "Could not parse SQLAlchemy URL from given URL string",
    bad_port: Some("invalid literal for int() with base 10: '{}'"),
    host_kept: true,
    empty_port: Some("invalid literal for int() with base 10: ''"),
    port_out_of_range: None,
    drops_empty_values: true,
    whatwg: false,
    ..WHATWG
};

/// tokio-postgres 0.7 (`UrlParser` in config.rs): a scanner of its own.
const TOKIO_POSTGRES: Reader = Reader {
    trims: false,
    exact_scheme: true,
    wrong_scheme: "invalid connection string: unexpected EOF",
    userinfo_end: UserinfoEnd::FirstAnywhere,
    authority_ends: "/?",
    hosts: Hosts::List,
    bad_port: Some("invalid connection string: invalid value for option `port`"),
    port_out_of_range: Some("invalid connection string: invalid value for option `port`"),
    plus_is_blank: false,
    unknown_keyword: Some("invalid connection string: unknown option `{}`"),
    sslmodes: Some((
        &["disable", "prefer", "require"],
        false,
        "invalid connection string: invalid value for option `sslmode`",
    )),
    whatwg: false,
    ..WHATWG
};

/// r2dbc-spi 1.0 (`ConnectionUrlParser`), on java.net.URI: a second `@` makes it fall back to the last one.
const R2DBC: Reader = Reader {
    trims: false,
    schemes: &[
        "r2dbc:postgresql",
        "r2dbcs:postgresql",
        "r2dbc:pool:postgresql",
        "r2dbc:postgresql:failover",
    ],
    wrong_scheme: "URL does not start with the r2dbc scheme",
    refuses: java_refuses,
    refused: "Illegal character in authority",
    bad_percent: Some("Illegal character in authority"),
    hosts: Hosts::List,
    bad_port: Some("Illegal character in authority"),
    port_out_of_range: None,
    overrides: &[],
    keyword: r2dbc_keyword,
    whatwg: false,
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
) -> Option<&'static Reader> {
    Some(match driver {
        _ if matches!(dialect, Dialect::R2dbcUrl) => &R2DBC,
        _ if matches!(dialect, Dialect::SqlalchemyUrl) => &SQLALCHEMY,
        Driver::NodePostgres => &NODE_POSTGRES,
        Driver::PostgresJs => &POSTGRES_JS,
        Driver::Prisma => &PRISMA,
        Driver::Sqlx => &SQLX,
        Driver::Asyncpg => &ASYNCPG,
        Driver::Django => &DJANGO,
        Driver::Pgx => &PGX,
        Driver::LibPq => &LIB_PQ,
        Driver::RubyPg => &RAILS,
        Driver::PhpPdo => &PHP,
        Driver::Ecto => &ECTO,
        Driver::Sqlalchemy => &SQLALCHEMY,
        Driver::TokioPostgres => &TOKIO_POSTGRES,
        _ => return None,
    })
}

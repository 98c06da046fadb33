//! Keywords that the driver does not take: what it does about them, and what was meant.

use crate::convert::equivalents::{Family, Row};
use crate::detect::accepts;
use crate::model::{Driver, Grammar, Origin, Param, Setting};
use crate::near::{letters, nearest, same_letters};
use crate::order::gathered;
use crate::parse::keywords::{self, LIBPQ, NPGSQL, PGJDBC};
use crate::parse::{ErrorKind, ParseError};
use crate::readings::{Unknown, keywords_of, unknown_to};
use crate::rules::Context;
use crate::text::Span;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A keyword that the driver does not take.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Strange<'a> {
    pub(super) setting: &'a Setting,
    /// Where the keyword stands.
    pub(super) key: Span,
    /// What the driver does about it.
    pub(super) unknown: Unknown,
    /// The driver's answer, where it refuses the text.
    pub(super) error: Option<&'a ParseError>,
    pub(super) meant: Meant,
}

/// What a strange keyword is likely to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Meant {
    /// A piece of a secret that came to stand where a keyword should.
    Secret,
    /// One that older versions of the driver took.
    Removed(&'static Removed),
    /// One that the driver has in another spelling.
    Spelled(&'static str),
    /// One that the driver calls otherwise.
    Called(&'static str),
    /// A setting of the server.
    ServerSetting(&'static str),
    /// One of somebody else's, for which the driver has none.
    Foreign(&'static str),
    /// A slip, with the nearest that the driver knows.
    Near(&'static str),
    /// Nobody knows.
    Nothing,
}

/// A keyword that a driver gave up.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::rules) struct Removed {
    name: &'static str,
    /// The version that gave it up; empty where it was before those that are still in use.
    pub(super) in_version: &'static str,
    /// What takes its place; empty where nothing does.
    pub(super) instead: &'static str,
}

const fn removed(name: &'static str, in_version: &'static str, instead: &'static str) -> Removed {
    Removed {
        name,
        in_version,
        instead,
    }
}

/// What Npgsql gave up, up to version 10 (`NpgsqlConnectionStringBuilder` of each version).
const REMOVED_FROM_NPGSQL: &[Removed] = &[
    removed("Integrated Security", "8", ""),
    removed("Use SSL Stream", "8", ""),
    removed("Client Certificate", "8", "SSL Certificate"),
    removed("Client Certificate Key", "8", "SSL Key"),
    removed("Include Error Details", "8", "Include Error Detail"),
    removed("Use Perf Counters", "8", ""),
    removed("Backend Timeouts", "8", ""),
    removed("Convert Infinity DateTime", "8", ""),
    removed("EF Template Database", "8", ""),
    removed("EF Admin Database", "8", ""),
    removed("Continuous Processing", "", ""),
    removed("Preload Reader", "", ""),
    removed("Use Extended Types", "", ""),
    removed("Persist Prepared", "", ""),
    removed("Buffer Size", "", "Read Buffer Size"),
];

/// What other databases' drivers and tools call a thing, and libpq's name for it, or the table's of equivalents.
const ALIASES: &[(&str, &str)] = &[
    ("datasource", "host"),
    ("server", "host"),
    ("servername", "host"),
    ("hostname", "host"),
    ("address", "host"),
    ("initialcatalog", "dbname"),
    ("database", "dbname"),
    ("databasename", "dbname"),
    ("db", "dbname"),
    ("username", "user"),
    ("userid", "user"),
    ("uid", "user"),
    ("login", "user"),
    ("pwd", "password"),
    ("pass", "password"),
    ("passwd", "password"),
    ("psw", "password"),
    ("sslca", "sslrootcert"),
    ("cafile", "sslrootcert"),
    ("rootcert", "sslrootcert"),
    ("encrypt", "sslmode"),
    ("ssl", "sslmode"),
    ("usessl", "sslmode"),
    ("requiressl", "sslmode"),
    ("connectiontimeout", "connect_timeout"),
    ("connecttimeout", "connect_timeout"),
    ("logintimeout", "connect_timeout"),
    ("appname", "application_name"),
    ("searchpath", "search_path"),
    ("schema", "search_path"),
    ("currentschema", "search_path"),
    ("charset", "client_encoding"),
    ("encoding", "client_encoding"),
    ("timezone", "TimeZone"),
    ("connectionlimit", "maximum pool size"),
    ("tcpkeepalive", "keepalives"),
];

/// Whose keywords they are that no PostgreSQL driver knows, or only one.
const OWNERS: &[(&str, &str)] = &[
    ("integratedsecurity", "SQL Server"),
    ("trustedconnection", "SQL Server"),
    ("multipleactiveresultsets", "SQL Server"),
    ("multisubnetfailover", "SQL Server"),
    ("attachdbfilename", "SQL Server"),
    ("userinstance", "SQL Server"),
    ("columnencryptionsetting", "SQL Server"),
    ("applicationintent", "SQL Server"),
    ("encrypt", "SQL Server"),
    ("packetsize", "SQL Server"),
    ("provider", "OLE DB"),
    ("driver", "ODBC"),
    ("allowuservariables", "MySQL"),
    ("allowpublickeyretrieval", "MySQL"),
    ("convertzerodatetime", "MySQL"),
    ("usessl", "MySQL"),
    ("requiressl", "MySQL"),
    ("verifyservercertificate", "MySQL"),
    ("servertimezone", "MySQL"),
    ("useunicode", "MySQL"),
    ("characterencoding", "MySQL"),
    ("autoreconnect", "MySQL"),
    ("sslca", "MySQL"),
    ("authsource", "MongoDB"),
    ("replicaset", "MongoDB"),
    ("retrywrites", "MongoDB"),
    ("schema", "Prisma"),
    ("connectionlimit", "Prisma"),
    ("pooltimeout", "Prisma"),
    ("sockettimeout", "Prisma"),
    ("pgbouncer", "Prisma"),
    ("sslaccept", "Prisma"),
    ("sslidentity", "Prisma"),
    ("statementcachesize", "Prisma"),
    ("uselibpqcompat", "node-postgres"),
    ("serverversion", "Doctrine"),
    ("charset", "Doctrine"),
    ("binaryparameters", "lib/pq"),
];

/// What Active Record takes from a URL besides libpq's keywords (`database.yml`).
const ACTIVE_RECORD: &[&str] = &[
    "adapter",
    "advisory_locks",
    "checkout_timeout",
    "connect_timeout",
    "encoding",
    "idle_timeout",
    "insert_returning",
    "keepalive",
    "max_connections",
    "min_connections",
    "min_messages",
    "pool",
    "prepared_statements",
    "reaping_frequency",
    "schema_search_path",
    "statement_limit",
    "timeout",
    "variables",
];

/// r2dbc-postgresql's options that a URL can carry (`PostgresqlConnectionFactoryProvider`); r2dbc-pool has more.
const R2DBC: &[&str] = &[
    "applicationName",
    "autodetectExtensions",
    "channelBinding",
    "connectTimeout",
    "currentSchema",
    "errorResponseLogLevel",
    "fetchSize",
    "forceBinary",
    "loadBalanceHosts",
    "lockWaitTimeout",
    "noticeLogLevel",
    "options",
    "preferAttachedBuffers",
    "preparedStatementCacheQueries",
    "schema",
    "socket",
    "ssl",
    "sslCert",
    "sslKey",
    "sslMode",
    "sslNegotiation",
    "sslPassword",
    "sslRootCert",
    "sslSni",
    "sslmode",
    "statementTimeout",
    "targetServerType",
    "tcpKeepAlive",
    "tcpNoDelay",
    "timeZone",
];

/// Every keyword of the string that the driver does not take, as far as something can be said of it.
pub(super) fn all<'a>(ctx: &Context<'a>) -> Vec<Strange<'a>> {
    ctx.shared.strange.get_or_init(|| look(ctx)).clone()
}

fn look<'a>(ctx: &Context<'a>) -> Vec<Strange<'a>> {
    if !accepts(ctx.driver, ctx.parse.dialect) {
        return Vec::new();
    }
    let unknown = ctx
        .meant
        .errors
        .iter()
        .filter(|e| e.kind == ErrorKind::UnknownKeyword);
    let refused: BTreeMap<Span, &ParseError> = gathered(unknown.map(|e| (e.span, e)));
    let pqopt = ctx.grammar() == Grammar::Odbc;
    let settings = ctx.meant.settings.all.iter();
    let nested: Option<Span> = settings
        .clone()
        .find(|s| pqopt && s.key.eq_ignore_ascii_case("pqopt"))
        .map(|s| s.value.span);
    // What is written again and again is thought about once.
    let mut seen: BTreeMap<(&str, bool), Option<Meant>> = BTreeMap::new();
    settings
        .filter_map(|setting| {
            let key = setting.key_span?;
            let error = refused.get(&key).copied();
            let unknown = match error {
                Some(_) => Unknown::Refused,
                None => let_through(ctx, setting)?,
            };
            if ctx.has_variable(key) || nested.is_some_and(|value| value.contains(key)) {
                return None;
            }
            let meant = if ctx.redactor.hides(key) {
                meant(ctx, setting, key, unknown)?
            } else {
                let same = (&*setting.key, unknown == Unknown::Refused);
                (*seen
                    .entry(same)
                    .or_insert_with(|| meant(ctx, setting, key, unknown)))?
            };
            Some(Strange {
                setting,
                key,
                unknown,
                error,
                meant,
            })
        })
        .collect()
}

/// What the driver does about a keyword that it neither refuses nor knows; `None` where it knows it.
fn let_through(ctx: &Context<'_>, setting: &Setting) -> Option<Unknown> {
    let unknown = match ctx.grammar() {
        // Only what somebody knows is read at all.
        Grammar::Command | Grammar::Pgpass | Grammar::Entries | Grammar::AdoNet => return None,
        Grammar::Jdbc => keywords::pgjdbc(&setting.key)
            .is_none()
            .then_some(Unknown::Ignored)?,
        _ if ctx.driver == Driver::R2dbc => (!R2DBC.contains(&&*setting.key)
            && setting.origin == Origin::Query)
            .then_some(Unknown::Ignored)?,
        _ => unknown_to(ctx.driver, setting)?,
    };
    let pgxpool = setting.key.starts_with("pool_") && ctx.driver == Driver::Pgx;
    let rails = ctx.driver == Driver::RubyPg && ACTIVE_RECORD.contains(&&*setting.key);
    (unknown != Unknown::Refused && !pgxpool && !rails).then_some(unknown)
}

/// What was meant; `None` where all is well after all.
fn meant(ctx: &Context<'_>, setting: &Setting, span: Span, unknown: Unknown) -> Option<Meant> {
    if ctx.redactor.hides(span) {
        return (unknown == Unknown::Refused).then_some(Meant::Secret);
    }
    let key = &*setting.key;
    let server = keywords::server_setting(key);
    // The server knows it, or it belongs to an extension.
    if unknown == Unknown::Sent && (server.is_some() || key.contains('.')) {
        return None;
    }
    let wanted = letters(key);
    let names = || names(ctx).into_iter();
    if ctx.grammar() == Grammar::AdoNet
        && let Some(removed) = REMOVED_FROM_NPGSQL
            .iter()
            .find(|r| same_letters(r.name, &wanted))
    {
        return Some(Meant::Removed(removed));
    }
    if let Some(name) = names().find(|name| *name != key && same_letters(name, &wanted)) {
        return Some(Meant::Spelled(name));
    }
    match called(ctx, &wanted) {
        // The very word, be it in no list.
        Some(name) if name == key && unknown != Unknown::Refused => return None,
        Some(name) if name != key => return Some(Meant::Called(name)),
        _ => {}
    }
    if let Some(name) = server.filter(|_| takes_options(ctx)) {
        return Some(Meant::ServerSetting(name));
    }
    let owner = owner(key, &wanted);
    let limit = if key.chars().count() >= 6 { 2 } else { 1 };
    let near = || nearest(key, names(), limit).filter(|name| key.len() >= 4 && *name != key);
    match owner {
        Some(owner) => Some(Meant::Foreign(owner)),
        None => match near() {
            Some(name) => Some(Meant::Near(name)),
            None => (unknown == Unknown::Refused).then_some(Meant::Nothing),
        },
    }
}

/// The keywords that the driver takes in this dialect.
fn names(ctx: &Context<'_>) -> Vec<&'static str> {
    let table = match ctx.grammar() {
        Grammar::AdoNet => NPGSQL,
        Grammar::Jdbc => PGJDBC,
        Grammar::Odbc => return Vec::new(),
        _ if ctx.driver == Driver::R2dbc => return R2DBC.to_vec(),
        _ => match (keywords_of(ctx.driver), python_driver(ctx)) {
            (Some(own), _) => return own.to_vec(),
            // What their `connect` takes is written in code.
            (None, Some(_)) => return Vec::new(),
            (None, None) => LIBPQ,
        },
    };
    table.iter().map(|k| k.name).collect()
}

/// The driver that SQLAlchemy's scheme names, where it is not one on libpq.
fn python_driver<'a>(ctx: &Context<'a>) -> Option<&'a str> {
    if ctx.driver != Driver::Sqlalchemy {
        return None;
    }
    let (scheme, _) = ctx.text.split_once("://")?;
    let (_, name) = scheme.split_once('+')?;
    (!name.starts_with("psycopg")).then_some(name)
}

/// What the driver calls the thing that somebody else calls `wanted`.
fn called(ctx: &Context<'_>, wanted: &str) -> Option<&'static str> {
    if let Some(name) = python_driver(ctx) {
        // asyncpg's `connect` takes the same words for it.
        return (wanted == "sslmode" && name == "asyncpg").then_some("ssl");
    }
    let alias = ALIASES
        .iter()
        .find(|(alias, _)| *alias == wanted)
        .and_then(|(_, name)| Row::named(name));
    let row = alias.or_else(|| Row::of_any_family(wanted))?;
    let name = row.keyword(family(ctx))?;
    let known = match ctx.grammar() {
        Grammar::AdoNet | Grammar::Jdbc | Grammar::Odbc => true,
        _ => keywords_of(ctx.driver).is_none_or(|own| own.contains(&name)),
    };
    known.then_some(name)
}

fn family(ctx: &Context<'_>) -> Family {
    match (ctx.grammar(), ctx.driver) {
        (Grammar::Uri, Driver::RubyPg) => Family::Rails,
        (Grammar::Uri, Driver::Prisma) => Family::Prisma,
        (Grammar::Uri, Driver::NodePostgres) => Family::Node,
        (Grammar::Uri | Grammar::KeyValue, Driver::Pgx | Driver::LibPq) => Family::Go,
        (Grammar::Uri, Driver::R2dbc) => Family::R2dbc,
        (Grammar::AdoNet, _) => Family::Npgsql,
        (Grammar::Jdbc, _) => Family::Pgjdbc,
        (Grammar::Odbc, _) => Family::Odbc,
        _ => Family::Libpq,
    }
}

/// Whether the driver has `options` for settings of the server.
fn takes_options(ctx: &Context<'_>) -> bool {
    match ctx.grammar() {
        Grammar::AdoNet | Grammar::Jdbc => true,
        Grammar::Odbc => false,
        _ => {
            python_driver(ctx).is_none()
                && !matches!(ctx.driver, Driver::Sqlx | Driver::Ecto | Driver::R2dbc)
        }
    }
}

fn owner(key: &str, wanted: &str) -> Option<&'static str> {
    OWNERS
        .iter()
        .find(|(name, _)| *name == wanted)
        .map(|(_, owner)| *owner)
        .or_else(|| key.starts_with("pool_m").then_some("pgxpool"))
        .or_else(|| keywords::libpq(key).map(|_| "libpq"))
        // A plain word may be anybody's.
        .or_else(|| {
            let own = key.contains(|c: char| c.is_uppercase() || c.is_whitespace());
            let npgsql = keywords::npgsql(key).map(|_| "Npgsql");
            let known = npgsql.or_else(|| keywords::pgjdbc(key).map(|_| "pgJDBC"))?;
            Some(if own { known } else { "other drivers" })
        })
}

impl Strange<'_> {
    /// What the driver does, in a sentence.
    pub(super) fn consequence(&self, ctx: &Context<'_>) -> String {
        let shown = ctx.show(self.key);
        let name = driver(ctx);
        match (self.unknown, self.error) {
            (Unknown::Refused, _) if ctx.grammar() == Grammar::AdoNet => format!(
                "Npgsql refuses the whole string: Couldn't set {}.",
                shown.to_lowercase()
            ),
            (_, Some(error)) => format!(
                "{name} refuses the whole string: {}.",
                error.driver_text(ctx.text, ctx.redactor)
            ),
            (Unknown::Sent, None) => format!(
                "{name} hands it to the server, which answers: unrecognized configuration parameter \"{shown}\"."
            ),
            _ => format!("{name} passes over it without a word."),
        }
    }

    /// Whether a setting with `name`, as the driver understands it, is there already.
    pub(super) fn is_taken(&self, ctx: &Context<'_>, name: &str) -> bool {
        let same = |key: &str| match ctx.grammar() {
            Grammar::AdoNet => {
                let meaning = |key| keywords::npgsql(key).map(|k| (k.param, letters(k.name)));
                match (meaning(key), meaning(name)) {
                    (Some((a, key)), Some((b, name))) => {
                        a == b && (key == name || !matches!(a, Param::Known))
                    }
                    _ => false,
                }
            }
            Grammar::Odbc => key.eq_ignore_ascii_case(name),
            _ => key == name,
        };
        let mut all = ctx.meant.settings.all.iter();
        all.any(|s| same(&s.key) || (s.key_span.is_none() && is_named(s.param, name)))
    }
}

/// Whether a position in a URI says what the keyword `name` would.
fn is_named(param: Param, name: &str) -> bool {
    keywords::libpq(name).is_some_and(|k| k.param == param)
}

/// The driver's name in a sentence.
pub(super) fn driver(ctx: &Context<'_>) -> String {
    match (python_driver(ctx), ctx.driver) {
        (Some(name), _) if matches!(name, "asyncpg" | "pg8000") => name.into(),
        (_, Driver::Auto) => "The driver".into(),
        (_, driver) => driver.label().to_string(),
    }
}

//! What the value of a keyword is made of, driver by driver: numbers with their units, durations and switches.
//!
//! Sources: `pqParseIntParam` and its callers in libpq 18, `NpgsqlConnectionStringBuilder` of Npgsql 10, `PGProperty.getInt`
//! and `getBoolean` of pgJDBC 42.7, `OptionMapper` and `DurationStyle` of r2dbc-postgresql 1.0, `connection-parameters.js` and
//! `client.js` of pg 8.23, `index.js` of postgres.js 3.4, quaint's `connector/postgres.rs`, `pgxpool/pool.go` of pgx 5,
//! `config.rs` of tokio-postgres 0.7.

use super::{ErrorKind, Parse, ParseError, keywords, libpq_kv::is_space};
use crate::model::{Driver, Grammar, Setting};
use crate::near::letters;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number between two.
    Number { unit: Unit, least: i64, most: i64 },
    /// A whole number of milliseconds, of which only the digits at its beginning are read (JavaScript's `parseInt`).
    LeadingMillis,
    /// Go's durations: every number with its unit.
    GoDuration,
    /// ISO 8601 or a number with a unit; without one it is milliseconds (r2dbc-postgresql).
    JavaDuration,
    /// On or off.
    Switch(Switch),
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Things.
    None,
    /// Seconds until a connection must stand.
    ConnectSeconds,
    /// Other seconds.
    Seconds,
    /// Milliseconds until a step of connecting must be done.
    ConnectMillis,
    /// Other milliseconds.
    Millis,
}

impl Unit {
    /// Whether it counts milliseconds.
    pub(crate) const fn is_millis(self) -> bool {
        matches!(self, Self::ConnectMillis | Self::Millis)
    }
}

/// How a switch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Switch {
    /// `true` or `false` in any case, else the text is refused (.NET).
    DotNet,
    /// `true` or `false` in lower case, else the text is refused (Rust).
    Rust,
    /// `true` in any case; everything else is off, without a word (Java).
    Java,
    /// `1`; everything else is off, without a word (C).
    One,
    /// A whole number, 0 for off, else the text is refused.
    Integer,
}

impl Switch {
    /// What the driver takes `value` for; `None` where it refuses it.
    pub(crate) fn read(self, value: &str) -> Option<bool> {
        match self {
            Self::DotNet => match &*value.trim().to_ascii_lowercase() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            Self::Rust => value.parse().ok(),
            Self::Java => Some(value.eq_ignore_ascii_case("true")),
            Self::One => Some(value.starts_with('1')),
            Self::Integer => value.trim().parse::<i32>().ok().map(|n| n != 0),
        }
    }

    /// How on or off is written.
    pub(crate) const fn write(self, on: bool) -> &'static str {
        match (self, on) {
            (Self::DotNet | Self::Rust | Self::Java, true) => "true",
            (Self::DotNet | Self::Rust | Self::Java, false) => "false",
            (Self::One | Self::Integer, true) => "1",
            (Self::One | Self::Integer, false) => "0",
        }
    }
}

const fn number(unit: Unit, least: i64) -> Kind {
    Kind::Number {
        unit,
        least,
        most: i32::MAX as i64,
    }
}

const ANY: i64 = i32::MIN as i64;
const COUNT: Kind = number(Unit::None, 0);
const SECONDS: Kind = number(Unit::Seconds, 0);
const ANY_SECONDS: Kind = number(Unit::Seconds, ANY);

type Table = &'static [(&'static str, Kind)];

const LIBPQ: Table = &[
    ("connect_timeout", number(Unit::ConnectSeconds, ANY)),
    ("keepalives", Kind::Switch(Switch::Integer)),
    ("keepalives_idle", ANY_SECONDS),
    ("keepalives_interval", ANY_SECONDS),
    ("keepalives_count", number(Unit::None, ANY)),
    ("tcp_user_timeout", number(Unit::ConnectMillis, ANY)),
    ("sslsni", Kind::Switch(Switch::One)),
    ("gssdelegation", Kind::Switch(Switch::One)),
    ("requiressl", Kind::Switch(Switch::One)),
];

/// The names are compared by their letters.
const NPGSQL: Table = &[
    (
        "timeout",
        Kind::Number {
            unit: Unit::ConnectSeconds,
            least: 0,
            most: 1024,
        },
    ),
    ("commandtimeout", SECONDS),
    ("internalcommandtimeout", number(Unit::Seconds, -1)),
    ("cancellationtimeout", number(Unit::Millis, -1)),
    ("keepalive", SECONDS),
    ("tcpkeepalivetime", SECONDS),
    ("tcpkeepaliveinterval", SECONDS),
    ("hostrecheckseconds", SECONDS),
    ("minimumpoolsize", COUNT),
    ("minpoolsize", COUNT),
    ("maximumpoolsize", COUNT),
    ("maxpoolsize", COUNT),
    ("connectionidlelifetime", ANY_SECONDS),
    ("connectionpruninginterval", ANY_SECONDS),
    ("connectionlifetime", ANY_SECONDS),
    ("loadbalancetimeout", ANY_SECONDS),
    ("maxautoprepare", COUNT),
    ("autoprepareminusages", COUNT),
    ("readbuffersize", number(Unit::None, ANY)),
    ("writebuffersize", number(Unit::None, ANY)),
    ("socketreceivebuffersize", number(Unit::None, ANY)),
    ("socketsendbuffersize", number(Unit::None, ANY)),
    ("trustservercertificate", Kind::Switch(Switch::DotNet)),
    ("checkcertificaterevocation", Kind::Switch(Switch::DotNet)),
    ("includerealm", Kind::Switch(Switch::DotNet)),
    ("persistsecurityinfo", Kind::Switch(Switch::DotNet)),
    ("logparameters", Kind::Switch(Switch::DotNet)),
    ("includeerrordetail", Kind::Switch(Switch::DotNet)),
    ("includefailedbatchedcommand", Kind::Switch(Switch::DotNet)),
    ("pooling", Kind::Switch(Switch::DotNet)),
    ("tcpkeepalive", Kind::Switch(Switch::DotNet)),
    ("enlist", Kind::Switch(Switch::DotNet)),
    ("noresetonclose", Kind::Switch(Switch::DotNet)),
    ("loadbalancehosts", Kind::Switch(Switch::DotNet)),
    ("loadtablecomposites", Kind::Switch(Switch::DotNet)),
    ("multiplexing", Kind::Switch(Switch::DotNet)),
];

const PGJDBC: Table = &[
    ("connectTimeout", number(Unit::ConnectSeconds, ANY)),
    ("socketTimeout", ANY_SECONDS),
    ("cancelSignalTimeout", ANY_SECONDS),
    ("sslResponseTimeout", number(Unit::ConnectMillis, ANY)),
    ("gssResponseTimeout", number(Unit::ConnectMillis, ANY)),
    ("defaultRowFetchSize", number(Unit::None, ANY)),
    ("prepareThreshold", number(Unit::None, ANY)),
    ("preparedStatementCacheQueries", number(Unit::None, ANY)),
    ("receiveBufferSize", number(Unit::None, ANY)),
    ("sendBufferSize", number(Unit::None, ANY)),
    ("databaseMetadataCacheFields", number(Unit::None, ANY)),
    ("ssl", Kind::Switch(Switch::Java)),
    ("adaptiveFetch", Kind::Switch(Switch::Java)),
    ("allowEncodingChanges", Kind::Switch(Switch::Java)),
    ("binaryTransfer", Kind::Switch(Switch::Java)),
    ("cleanupSavepoints", Kind::Switch(Switch::Java)),
    ("disableColumnSanitiser", Kind::Switch(Switch::Java)),
    ("groupStartupParameters", Kind::Switch(Switch::Java)),
    ("hideUnprivilegedObjects", Kind::Switch(Switch::Java)),
    ("jaasLogin", Kind::Switch(Switch::Java)),
    ("loadBalanceHosts", Kind::Switch(Switch::Java)),
    ("logServerErrorDetail", Kind::Switch(Switch::Java)),
    ("logUnclosedConnections", Kind::Switch(Switch::Java)),
    ("quoteReturningIdentifiers", Kind::Switch(Switch::Java)),
    ("readOnly", Kind::Switch(Switch::Java)),
    ("reWriteBatchedInserts", Kind::Switch(Switch::Java)),
    ("tcpKeepAlive", Kind::Switch(Switch::Java)),
    ("tcpNoDelay", Kind::Switch(Switch::Java)),
    ("useSpnego", Kind::Switch(Switch::Java)),
];

const R2DBC: Table = &[
    ("connectTimeout", Kind::JavaDuration),
    ("lockWaitTimeout", Kind::JavaDuration),
    ("statementTimeout", Kind::JavaDuration),
    ("fetchSize", number(Unit::None, ANY)),
    ("preparedStatementCacheQueries", number(Unit::None, ANY)),
    ("autodetectExtensions", Kind::Switch(Switch::Java)),
    ("forceBinary", Kind::Switch(Switch::Java)),
    ("preferAttachedBuffers", Kind::Switch(Switch::Java)),
    ("tcpKeepAlive", Kind::Switch(Switch::Java)),
    ("tcpNoDelay", Kind::Switch(Switch::Java)),
];

const NODE_POSTGRES: Table = &[
    ("statement_timeout", Kind::LeadingMillis),
    ("lock_timeout", Kind::LeadingMillis),
    ("idle_in_transaction_session_timeout", Kind::LeadingMillis),
];

const NODE_OBJECT: Table = &[("connectionTimeoutMillis", number(Unit::ConnectMillis, 0))];

const POSTGRES_JS: Table = &[
    ("connect_timeout", number(Unit::ConnectSeconds, ANY)),
    ("idle_timeout", ANY_SECONDS),
    ("max_lifetime", ANY_SECONDS),
    ("keep_alive", ANY_SECONDS),
];

const PRISMA: Table = &[
    ("connect_timeout", number(Unit::ConnectSeconds, 0)),
    ("pool_timeout", number(Unit::ConnectSeconds, 0)),
    ("socket_timeout", SECONDS),
    ("max_connection_lifetime", SECONDS),
    ("max_idle_connection_lifetime", SECONDS),
    ("connection_limit", COUNT),
    ("statement_cache_size", COUNT),
    ("pgbouncer", Kind::Switch(Switch::Rust)),
];

const PGX: Table = &[
    ("connect_timeout", number(Unit::ConnectSeconds, 0)),
    ("pool_max_conns", number(Unit::None, 1)),
    ("pool_min_conns", number(Unit::None, ANY)),
    ("pool_min_idle_conns", number(Unit::None, ANY)),
    ("pool_max_conn_lifetime", Kind::GoDuration),
    ("pool_max_conn_lifetime_jitter", Kind::GoDuration),
    ("pool_max_conn_idle_time", Kind::GoDuration),
    ("pool_health_check_period", Kind::GoDuration),
    ("pool_ping_timeout", Kind::GoDuration),
];

const LIB_PQ: Table = &[("connect_timeout", number(Unit::ConnectSeconds, ANY))];

const TOKIO_POSTGRES: Table = &[
    ("connect_timeout", number(Unit::ConnectSeconds, ANY)),
    ("tcp_user_timeout", number(Unit::ConnectSeconds, ANY)),
    ("keepalives", Kind::Switch(Switch::Integer)),
    ("keepalives_idle", ANY_SECONDS),
    ("keepalives_interval", ANY_SECONDS),
    ("keepalives_retries", COUNT),
];

/// What `driver` takes for the value of `key` in a text of that grammar; `None` for words and other texts.
pub(crate) fn kind(driver: Driver, grammar: Grammar, key: &str) -> Option<Kind> {
    let wanted;
    let (table, key) = match grammar {
        Grammar::AdoNet => {
            wanted = letters(key);
            (NPGSQL, wanted.as_str())
        }
        Grammar::Jdbc => (PGJDBC, key),
        Grammar::Entries if driver == Driver::NodePostgres => (NODE_OBJECT, key),
        // libpq's variables, and the arguments that psycopg and ruby-pg hand to it.
        Grammar::Entries => match keywords::VARIABLES.iter().find(|(name, _)| *name == key) {
            Some((_, keyword)) => (LIBPQ, *keyword),
            None if on_libpq(driver) => (LIBPQ, key),
            None => return None,
        },
        Grammar::Pgpass | Grammar::Command => return None,
        _ => (
            match driver {
                Driver::R2dbc => R2DBC,
                Driver::NodePostgres => NODE_POSTGRES,
                Driver::PostgresJs => POSTGRES_JS,
                Driver::Prisma => PRISMA,
                Driver::Pgx => PGX,
                Driver::LibPq => LIB_PQ,
                Driver::TokioPostgres => TOKIO_POSTGRES,
                Driver::Asyncpg | Driver::Sqlx | Driver::Ecto => return None,
                _ => LIBPQ,
            },
            key,
        ),
    };
    table
        .iter()
        .find(|(name, _)| *name == key)
        .map(|(_, kind)| *kind)
}

/// Drivers that hand their keywords to libpq.
pub(crate) const fn on_libpq(driver: Driver) -> bool {
    matches!(
        driver,
        Driver::Libpq
            | Driver::Psycopg
            | Driver::Django
            | Driver::RubyPg
            | Driver::PhpPgsql
            | Driver::PhpPdo
    )
}

/// What Npgsql says of numbers and switches that are none, before it connects, and libpq of numbers, when it does.
pub(super) fn refuse(parse: &mut Parse, driver: Driver) {
    let grammar = parse.dialect.grammar();
    let all = &parse.settings.all;
    let found: Vec<ParseError> = match grammar {
        Grammar::AdoNet => all.iter().filter_map(npgsql_says).collect(),
        Grammar::Uri | Grammar::KeyValue | Grammar::Pdo if on_libpq(driver) => LIBPQ
            .iter()
            // How long to wait is looked at elsewhere.
            .filter(|(name, _)| *name != "connect_timeout")
            .filter_map(|(name, kind)| {
                let setting = all.iter().rfind(|s| s.key == *name)?;
                let number = matches!(kind, Kind::Number { .. } | Kind::Switch(Switch::Integer));
                let value = setting.value.expose().trim_matches(is_space);
                (number && value.parse::<i32>().is_err()).then(|| {
                    let template =
                        format!("invalid integer value \"{{}}\" for connection option \"{name}\"");
                    bad(setting, template)
                })
            })
            .collect(),
        _ => return,
    };
    parse.errors.extend(found);
}

fn bad(setting: &Setting, template: String) -> ParseError {
    let span = setting.value.span;
    let place = if span.is_empty() {
        setting.span()
    } else {
        span
    };
    ParseError::new(ErrorKind::BadValue, place, template).quoting(span)
}

fn npgsql_says(setting: &Setting) -> Option<ParseError> {
    let value = setting.value.expose().trim();
    let key = setting.key.to_lowercase();
    // An empty value takes the keyword out again.
    if value.is_empty() {
        return None;
    }
    let said = match kind(Driver::Npgsql, Grammar::AdoNet, &setting.key)? {
        Kind::Number { least, most, .. } => match value.parse::<i64>() {
            Err(_) => "The input string '{}' was not in a correct format.".into(),
            Ok(n) if n > most => format!("must be between {least} and {most}: {{}}"),
            Ok(n) if n < least => "can't be that small: {}".into(),
            Ok(_) => return None,
        },
        Kind::Switch(switch) if switch.read(value).is_none() => {
            "String '{}' was not recognized as a valid Boolean.".into()
        }
        _ => return None,
    };
    Some(bad(setting, format!("Couldn't set {key}: {said}")))
}

/// The nanoseconds of one of Go's durations (`time.ParseDuration`), or of one of r2dbc-postgresql's that has a unit; `None`
/// where it is none.
pub(crate) fn go_duration(text: &str) -> Option<u64> {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut total = 0_u64;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .filter(|&len| len > 0)?;
        let (number, behind) = rest.split_at_checked(digits)?;
        let unit = behind
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(unit)?;
        let nanos: u64 = match unit {
            "ns" => 1,
            "us" | "µs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let whole = number.split('.').next().unwrap_or("");
        if number.matches('.').count() > 1 || number == "." {
            return None;
        }
        let whole: u64 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        total = total.checked_add(whole.checked_mul(nanos)?)?;
        rest = behind;
    }
    (!text.is_empty()).then_some(total)
}

/// Whether r2dbc-postgresql takes `text` for a duration: `PT10S`, `10s`, or milliseconds without a unit.
pub(crate) fn is_java_duration(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.starts_with(['P', 'p']) {
        return unsigned.starts_with('P') && unsigned.len() > 2;
    }
    let digits = unsigned
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(unsigned.len());
    let unit = unsigned.get(digits..).unwrap_or("").to_ascii_lowercase();
    digits > 0 && matches!(&*unit, "" | "ns" | "us" | "ms" | "s" | "m" | "h" | "d")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::keywords;

    #[test]
    fn every_name_is_a_keyword_of_its_driver() {
        for (name, _) in NPGSQL {
            assert!(
                keywords::NPGSQL.iter().any(|k| letters(k.name) == *name),
                "{name}"
            );
        }
        for (name, _) in PGJDBC {
            assert!(keywords::pgjdbc(name).is_some(), "{name}");
        }
        for (name, _) in LIBPQ {
            assert!(keywords::libpq(name).is_some(), "{name}");
        }
    }

    #[test]
    fn switches_are_read_as_each_language_reads_them() {
        for (switch, value, expected) in [
            (Switch::DotNet, "True", Some(true)),
            (Switch::DotNet, " false ", Some(false)),
            (Switch::DotNet, "1", None),
            (Switch::DotNet, "yes", None),
            (Switch::Rust, "true", Some(true)),
            (Switch::Rust, "True", None),
            (Switch::Java, "TRUE", Some(true)),
            (Switch::Java, "1", Some(false)),
            (Switch::Java, "on", Some(false)),
            (Switch::One, "1", Some(true)),
            (Switch::One, "true", Some(false)),
            (Switch::Integer, "0", Some(false)),
            (Switch::Integer, "true", None),
        ] {
            assert_eq!(switch.read(value), expected, "{switch:?} {value}");
            for on in [true, false] {
                assert_eq!(switch.read(switch.write(on)), Some(on), "{switch:?}");
            }
        }
    }

    #[test]
    fn durations_are_read_as_go_and_java_read_them() {
        for (text, expected) in [
            ("30s", Some(30_000_000_000)),
            ("1h30m", Some(5_400_000_000_000)),
            ("1.5h", Some(3_600_000_000_000)),
            ("0", Some(0)),
            ("30", None),
            ("30 s", None),
            ("30sec", None),
            ("s", None),
            ("", None),
        ] {
            assert_eq!(go_duration(text), expected, "{text}");
        }
        for (text, expected) in [
            ("PT10S", true),
            ("10s", true),
            ("10", true),
            ("10 s", false),
            ("10sec", false),
            ("pt10s", false),
            ("", false),
        ] {
            assert_eq!(is_java_duration(text), expected, "{text}");
        }
    }
}

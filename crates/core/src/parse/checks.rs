//! What drivers that are not built on libpq check of the values that they have read: words, numbers, ports.

use super::{Builder, ErrorKind, keywords, libpq_values::SSLMODES};
use crate::model::{Driver, Param, Piece, Setting};
use crate::order::Order as _;
use crate::text::{Span, is_float};
use alloc::string::ToString;
use alloc::vec::Vec;

/// A keyword whose value must be one of a few words.
pub(super) struct Words {
    /// The spellings of the keyword.
    pub(super) keywords: &'static [&'static str],
    pub(super) words: &'static [&'static str],
    pub(super) any_case: bool,
    /// Whether an empty value is taken for none.
    pub(super) empty: bool,
    /// The driver's text; `{}` quotes the value.
    pub(super) template: &'static str,
}

/// A keyword whose value must be a whole number.
pub(super) struct Number {
    pub(super) keyword: &'static str,
    pub(super) least: i64,
    pub(super) most: i64,
    /// Whether an empty value is taken for none.
    pub(super) empty: bool,
    pub(super) template: &'static str,
    /// A number below `least`, where that has a text of its own.
    pub(super) too_small: Option<&'static str>,
}

/// What a port must look like.
pub(super) struct Ports {
    /// Whether a sign may stand before the digits.
    pub(super) plus: bool,
    pub(super) minus: bool,
    /// Whether blanks may stand round it.
    pub(super) blanks: bool,
    /// Whether an element of the list may be empty.
    pub(super) empty: bool,
    pub(super) least: i64,
    pub(super) most: i64,
    pub(super) not_a_number: &'static str,
    /// Nothing at all, where that has a text of its own.
    pub(super) nothing: Option<&'static str>,
    /// More than `most`.
    pub(super) out_of_range: &'static str,
    /// Less than `least`, where that has a text of its own.
    pub(super) too_small: Option<&'static str>,
}

/// Everything that a driver checks.
pub(super) struct Checks {
    pub(super) words: &'static [Words],
    pub(super) numbers: &'static [Number],
    pub(super) ports: Option<Ports>,
    /// What the driver says where there are several ports, and not as many as hosts; `{ports}` and `{hosts}` are how many.
    pub(super) counts: Option<&'static str>,
    /// What it says where there is no host at all.
    pub(super) no_host: Option<&'static str>,
    /// Anything else.
    pub(super) more: fn(&mut Builder),
}

const fn nothing(_: &mut Builder) {}

pub(super) const NONE: Checks = Checks {
    words: &[],
    numbers: &[],
    ports: None,
    counts: None,
    no_host: None,
    more: nothing,
};

const fn sslmodes(template: &'static str) -> Words {
    Words {
        keywords: &["sslmode"],
        words: &SSLMODES,
        any_case: false,
        empty: false,
        template,
    }
}

/// pgx 4 and 5 (pgconn/config.go).
pub(super) const PGX: Checks = Checks {
    words: &[
        Words {
            empty: true,
            ..sslmodes("failed to configure TLS (sslmode is invalid)")
        },
        Words {
            keywords: &["target_session_attrs"],
            words: &[
                "any",
                "read-write",
                "read-only",
                "primary",
                "standby",
                "prefer-standby",
            ],
            any_case: false,
            empty: false,
            template: "unknown target_session_attrs value: {}",
        },
    ],
    numbers: &[Number {
        keyword: "connect_timeout",
        least: 0,
        most: i64::MAX,
        empty: false,
        template: "invalid connect_timeout (strconv.ParseInt: parsing \"{}\": invalid syntax)",
        too_small: Some("invalid connect_timeout (negative timeout)"),
    }],
    ports: Some(Ports {
        plus: false,
        minus: false,
        blanks: false,
        empty: false,
        least: 1,
        most: 65535,
        not_a_number: "invalid port (strconv.ParseUint: parsing \"{}\": invalid syntax)",
        nothing: None,
        out_of_range: "invalid port (strconv.ParseUint: parsing \"{}\": value out of range)",
        too_small: Some("invalid port (outside range)"),
    }),
    ..NONE
};

/// lib/pq 1.12.
pub(super) const LIB_PQ: Checks = Checks {
    words: &[Words {
        empty: true,
        ..sslmodes(
            "pq: wrong value for \"sslmode\": \"{}\" is not supported; supported values are disable, allow, prefer, require, verify-full, or verify-ca",
        )
    }],
    ports: Some(Ports {
        plus: false,
        minus: false,
        blanks: false,
        empty: true,
        least: 0,
        most: 65535,
        nothing: None,
        too_small: None,
        not_a_number: "pq: wrong value for \"port\": strconv.ParseUint: parsing \"{}\": invalid syntax",
        out_of_range: "pq: wrong value for \"port\": strconv.ParseUint: parsing \"{}\": value out of range",
    }),
    numbers: &[Number {
        keyword: "connect_timeout",
        least: i64::MIN,
        most: i64::MAX,
        empty: false,
        template: "pq: wrong value for \"connect_timeout\": strconv.ParseInt: parsing \"{}\": invalid syntax",
        too_small: None,
    }],
    counts: Some("pq: could not match {ports} port numbers to {hosts} hosts"),
    ..LIB_PQ_1_10
};

/// lib/pq 1.10: takes the port for text, and knows four TLS modes.
pub(super) const LIB_PQ_1_10: Checks = Checks {
    words: &[Words {
        keywords: &["sslmode"],
        words: &["disable", "require", "verify-ca", "verify-full"],
        any_case: false,
        empty: true,
        template: "pq: unsupported sslmode \"{}\"; only \"require\" (default), \"verify-full\", \"verify-ca\", and \"disable\" supported",
    }],
    numbers: &[Number {
        keyword: "connect_timeout",
        least: i64::MIN,
        most: i64::MAX,
        empty: false,
        template: "invalid value for parameter connect_timeout: strconv.ParseInt: parsing \"{}\": invalid syntax",
        too_small: None,
    }],
    ..NONE
};

/// tokio-postgres 0.7 (config.rs).
pub(super) const TOKIO_POSTGRES: Checks = Checks {
    words: &[
        Words {
            keywords: &["sslmode"],
            words: &["disable", "prefer", "require"],
            any_case: false,
            empty: false,
            template: "invalid connection string: invalid value for option `sslmode`",
        },
        Words {
            keywords: &["sslnegotiation"],
            words: &["postgres", "direct"],
            any_case: false,
            empty: false,
            template: "invalid connection string: invalid value for option `sslnegotiation`",
        },
        Words {
            keywords: &["channel_binding"],
            words: &["disable", "prefer", "require"],
            any_case: false,
            empty: false,
            template: "invalid connection string: invalid value for option `channel_binding`",
        },
        Words {
            keywords: &["target_session_attrs"],
            words: &["any", "read-write", "read-only"],
            any_case: false,
            empty: false,
            template: "invalid connection string: invalid value for option `target_session_attrs`",
        },
        Words {
            keywords: &["load_balance_hosts"],
            words: &["disable", "random"],
            any_case: false,
            empty: false,
            template: "invalid connection string: invalid value for option `load_balance_hosts`",
        },
    ],
    numbers: &[
        Number {
            keyword: "connect_timeout",
            least: i64::MIN,
            most: i64::MAX,
            empty: false,
            template: "invalid connection string: invalid value for option `connect_timeout`",
            too_small: None,
        },
        Number {
            keyword: "keepalives",
            least: 0,
            most: i64::MAX,
            empty: false,
            template: "invalid connection string: invalid value for option `keepalives`",
            too_small: None,
        },
    ],
    ports: Some(Ports {
        plus: true,
        minus: false,
        blanks: false,
        empty: true,
        least: 0,
        most: 65535,
        not_a_number: "invalid connection string: invalid value for option `port`",
        nothing: None,
        too_small: None,
        out_of_range: "invalid connection string: invalid value for option `port`",
    }),
    counts: Some("invalid configuration: invalid number of ports"),
    no_host: Some("invalid configuration: both host and hostaddr are missing"),
    more: what_tokio_connects_to,
};

/// tokio-postgres's keywords: not all of libpq's.
pub(crate) const TOKIO_POSTGRES_KEYWORDS: &[&str] = &[
    "user",
    "password",
    "dbname",
    "options",
    "application_name",
    "sslmode",
    "sslnegotiation",
    "host",
    "hostaddr",
    "port",
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "target_session_attrs",
    "channel_binding",
    "load_balance_hosts",
];

/// The meaning of one of [`TOKIO_POSTGRES_KEYWORDS`], or of another.
pub(super) fn known_to_tokio_postgres(name: &str) -> Param {
    if TOKIO_POSTGRES_KEYWORDS.contains(&name) {
        keywords::libpq(name).map_or(Param::Known, |k| k.param)
    } else {
        keywords::meaning(None, name)
    }
}

fn what_tokio_connects_to(b: &mut Builder) {
    let bad = b
        .settings
        .every(Param::Port)
        .filter(|s| s.key_span.is_some())
        .find(|s| {
            let mut ports = s.value.expose().split(',');
            ports.any(|port| !port.is_empty() && port.parse::<u16>().is_err())
        });
    let template = "invalid connection string: invalid value for option `port`";
    if let Some(span) = bad.map(|s| s.value.span)
        && !b.errors.iter().any(|e| e.template == template)
    {
        b.error(ErrorKind::PortNotANumber, span, template);
    }
    // It checks each value where it reads it, and what does not fit together at the end.
    b.errors.order_by_key(|error| {
        let while_reading = error.template.starts_with("invalid connection string");
        (!while_reading, while_reading.then_some(error.span.start))
    });
    let name = b.settings.hosts.iter().filter_map(|h| h.host.as_ref());
    if let Some(span) = name.clone().find(|h| h.text.contains('\0')).map(|h| h.span) {
        b.error(
            ErrorKind::Percent,
            span,
            "error connecting to server: file name contained an unexpected NUL byte",
        );
    }
    let every = |param| -> usize {
        b.settings
            .every(param)
            .map(|s| s.value.expose().split(',').count())
            .sum()
    };
    let (hosts, addresses) = (every(Param::Host), every(Param::HostAddr));
    let Some(setting) = b.settings.get(Param::HostAddr) else {
        return;
    };
    let span = setting.value.span;
    let is_address = |part: &str| part.parse::<core::net::IpAddr>().is_ok();
    if !setting.value.expose().split(',').all(is_address) {
        b.error(
            ErrorKind::BadValue,
            span,
            "invalid connection string: invalid value for option `hostaddr`",
        );
    } else if hosts > 0 && hosts != addresses {
        let said = alloc::format!(
            "invalid configuration: number of hosts ({hosts}) is different from number of hostaddrs ({addresses})"
        );
        b.error(ErrorKind::HostPortCount, span, said);
    }
}

/// asyncpg 0.29 to 0.32 (connect_utils.py). The text about the session is the driver's, which prints a method in the place
/// of the words.
pub(super) const ASYNCPG: Checks = Checks {
    words: &[
        SSLMODES_OF_ASYNCPG,
        Words {
            keywords: &["sslnegotiation"],
            words: &["postgres", "direct"],
            any_case: false,
            empty: false,
            template: "`sslnegotiation` parameter must be one of: postgres, direct",
        },
        TLS_VERSIONS_OF_ASYNCPG,
        SESSIONS_OF_ASYNCPG,
    ],
    more: direct_needs_tls,
    ..ASYNCPG_0_29
};

/// It turns hyphens into underscores before it looks a mode up.
const SSLMODES_OF_ASYNCPG: Words = Words {
    keywords: &["sslmode"],
    words: &[
        "disable",
        "allow",
        "prefer",
        "require",
        "verify-ca",
        "verify-full",
        "verify_ca",
        "verify_full",
    ],
    any_case: false,
    empty: false,
    template: "`sslmode` parameter must be one of: disable, allow, prefer, require, verify-ca, verify-full",
};

const TLS_VERSIONS_OF_ASYNCPG: Words = Words {
    keywords: &["ssl_min_protocol_version", "ssl_max_protocol_version"],
    words: &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"],
    any_case: false,
    empty: false,
    template: "No such TLS version: {}",
};

const SESSIONS_OF_ASYNCPG: Words = Words {
    keywords: &["target_session_attrs"],
    words: &[
        "any",
        "primary",
        "standby",
        "prefer-standby",
        "read-write",
        "read-only",
    ],
    any_case: false,
    empty: false,
    template: "target_session_attrs is expected to be one of <built-in method values of mappingproxy object>, got '{}'",
};

/// asyncpg before it knew `sslnegotiation`.
pub(super) const ASYNCPG_0_29: Checks = Checks {
    words: &[
        SSLMODES_OF_ASYNCPG,
        TLS_VERSIONS_OF_ASYNCPG,
        SESSIONS_OF_ASYNCPG,
    ],
    ports: Some(Ports {
        plus: true,
        minus: true,
        blanks: true,
        empty: true,
        least: i64::MIN,
        most: i64::MAX,
        not_a_number: "invalid literal for int() with base 10: '{}'",
        nothing: None,
        too_small: None,
        out_of_range: "invalid literal for int() with base 10: '{}'",
    }),
    counts: Some("could not match {ports} port numbers to {hosts} hosts"),
    ..NONE
};

fn direct_needs_tls(b: &mut Builder) {
    let mode = b.settings.get(Param::SslMode).map(|s| s.value.expose());
    if matches!(mode, Some("require" | "verify-ca" | "verify-full")) {
        return;
    }
    if let Some(setting) = find(b, "sslnegotiation").filter(|s| s.value.expose() == "direct") {
        let span = setting.value.span;
        b.error(
            ErrorKind::BadValue,
            span,
            "direct TLS requires sslmode=require, verify-ca, or verify-full",
        );
    }
}

/// pg 8.23 with pg-connection-string 2.14.
pub(super) const NODE_POSTGRES: Checks = Checks {
    words: &[Words {
        keywords: &["sslnegotiation"],
        words: &["postgres", "direct"],
        any_case: false,
        empty: true,
        template: "Invalid sslnegotiation value: \"{}\". Valid values are \"postgres\" and \"direct\".",
    }],
    more: libpq_compat_needs_roots,
    ..NONE
};

/// With libpq's meanings asked for, `verify-ca` wants to be told the authority.
fn libpq_compat_needs_roots(b: &mut Builder) {
    let value = |key| find(b, key).map(|s| s.value.expose());
    if value("uselibpqcompat") != Some("true") || value("sslrootcert").is_some() {
        return;
    }
    if let Some(setting) = find(b, "sslmode").filter(|s| s.value.expose() == "verify-ca") {
        let span = setting.value.span;
        b.error(
            ErrorKind::BadValue,
            span,
            "SECURITY WARNING: Using sslmode=verify-ca requires specifying a CA with sslrootcert. If a public CA is used, verify-ca allows connections to a server that somebody else may have registered with the CA, making you vulnerable to Man-in-the-Middle attacks. Either specify a custom CA certificate with sslrootcert parameter or use sslmode=verify-full for proper security.",
        );
    }
}

/// postgres.js 3.4: words of its own for the session.
pub(super) const POSTGRES_JS: Checks = Checks {
    words: &[Words {
        keywords: &["target_session_attrs"],
        words: &[
            "read-write",
            "read-only",
            "primary",
            "standby",
            "prefer-standby",
        ],
        any_case: false,
        empty: true,
        template: "target_session_attrs {} is not supported",
    }],
    ..NONE
};

/// r2dbc-spi 1.0 (`ConnectionUrlParser`): what has its own place in the URL may not stand in the query.
pub(super) const R2DBC: Checks = Checks {
    more: no_places_in_query,
    ..NONE
};

fn no_places_in_query(b: &mut Builder) {
    let places = [
        "database", "driver", "host", "password", "port", "protocol", "user",
    ];
    let mut all = b.settings.all.iter();
    let found = all.find(|s| s.key_span.is_some() && places.contains(&&*s.key));
    if let Some((key, place)) = found.and_then(|s| Some((s.key_span?, s.span()))) {
        let template = "the URL must not declare option {} in the query string";
        b.error_quoting(ErrorKind::Syntax, place, template, key);
    }
}

/// SQLx 0.9.
pub(super) const SQLX: Checks = Checks {
    words: &[Words {
        keywords: &["sslmode", "ssl-mode"],
        any_case: true,
        ..sslmodes("error with configuration: unknown value \"{}\" for `ssl_mode`")
    }],
    ports: Some(Ports {
        plus: true,
        minus: false,
        blanks: false,
        empty: false,
        least: 0,
        most: 65535,
        not_a_number: "error with configuration: invalid digit found in string",
        nothing: Some("error with configuration: cannot parse integer from empty string"),
        too_small: None,
        out_of_range: "error with configuration: number too large to fit in target type",
    }),
    ..NONE
};

/// The table of a driver that has one, as its newest version has it.
pub(super) const fn of(driver: Driver) -> Option<&'static Checks> {
    Some(match driver {
        Driver::Pgx => &PGX,
        Driver::LibPq => &LIB_PQ,
        Driver::TokioPostgres => &TOKIO_POSTGRES,
        Driver::Asyncpg => &ASYNCPG,
        Driver::NodePostgres => &NODE_POSTGRES,
        Driver::PostgresJs => &POSTGRES_JS,
        Driver::Sqlx => &SQLX,
        _ => return None,
    })
}

/// What psycopg 3 checks before libpq does.
pub(super) fn check_psycopg(b: &mut Builder) {
    if let Some(setting) = find(b, "connect_timeout")
        && !is_float(setting.value.expose().trim())
    {
        let (place, span) = (place(setting), setting.value.span);
        let template = "bad value for connect_timeout: '{}'";
        b.error_quoting(ErrorKind::BadValue, place, template, span);
    }
}

/// Makes the checks: the errors stand in the order of the table. `whole` is where an error about what is missing points.
pub(super) fn check(b: &mut Builder, checks: &Checks, whole: Span) {
    for words in checks.words {
        check_words(b, words);
    }
    for number in checks.numbers {
        check_number(b, number);
    }
    if let Some(ports) = &checks.ports {
        check_ports(b, ports);
    }
    if let Some(template) = checks.counts {
        check_counts(b, template);
    }
    if let Some(template) = checks.no_host
        && b.authority_hosts == 0
        && b.settings.get(Param::Host).is_none()
        && b.settings.get(Param::HostAddr).is_none()
    {
        b.error(ErrorKind::Missing, whole, template);
    }
    (checks.more)(b);
}

fn find<'a>(b: &'a Builder, key: &str) -> Option<&'a Setting> {
    let mut all = b.settings.all.iter().filter(|s| s.key == key);
    if b.settings.first_wins {
        all.next()
    } else {
        all.next_back()
    }
}

/// Where an error about a value points: an empty span could not be seen.
fn place(setting: &Setting) -> Span {
    if setting.value.span.is_empty() {
        setting.span()
    } else {
        setting.value.span
    }
}

fn check_words(b: &mut Builder, words: &Words) {
    for keyword in words.keywords {
        let Some(setting) = find(b, keyword) else {
            continue;
        };
        let value = setting.value.expose();
        let known = words
            .words
            .iter()
            .any(|word| *word == value || (words.any_case && word.eq_ignore_ascii_case(value)));
        if !(known || words.empty && value.is_empty()) {
            let (place, span) = (place(setting), setting.value.span);
            b.error_quoting(ErrorKind::BadValue, place, words.template, span);
        }
    }
}

fn check_number(b: &mut Builder, number: &Number) {
    let Some(setting) = find(b, number.keyword) else {
        return;
    };
    let value = setting.value.expose();
    if number.empty && value.is_empty() {
        return;
    }
    let template = match value.parse::<i64>() {
        Ok(n) if (number.least..=number.most).contains(&n) => return,
        Ok(n) if n < number.least => number.too_small.unwrap_or(number.template),
        _ => number.template,
    };
    let (place, span) = (place(setting), setting.value.span);
    b.error_quoting(ErrorKind::BadValue, place, template, span);
}

/// The ports that take effect, each place in the text once.
pub(super) fn check_ports(b: &mut Builder, rule: &Ports) {
    let mut ports: Vec<Piece> = Vec::new();
    for port in b.settings.hosts.iter().filter_map(|h| h.port.as_ref()) {
        if ports.last() != Some(port) {
            ports.push(port.clone());
        }
    }
    // An empty element never becomes a port of a host.
    if !rule.empty
        && let Some(setting) = b.settings.get(Param::Port)
        && setting.key_span.is_some()
        && setting
            .value
            .expose()
            .split(',')
            .take(b.settings.hosts.len().max(1))
            .any(str::is_empty)
    {
        let (place, span) = (place(setting), Span::empty(setting.value.span.start));
        let template = rule.nothing.unwrap_or(rule.not_a_number);
        b.error_quoting(ErrorKind::PortNotANumber, place, template, span);
    }
    for port in ports {
        let text = if rule.blanks {
            port.text.trim()
        } else {
            port.text.as_str()
        };
        let digits = match text.as_bytes().first() {
            Some(b'+') if rule.plus => text.get(1..),
            Some(b'-') if rule.minus => text.get(1..),
            _ => Some(text),
        }
        .unwrap_or("");
        let number = text.parse::<i64>();
        let (kind, template) = if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            (ErrorKind::PortNotANumber, rule.not_a_number)
        } else if rule.most == i64::MAX
            || number
                .as_ref()
                .is_ok_and(|n| (rule.least..=rule.most).contains(n))
        {
            continue;
        } else if let Some(template) = rule.too_small
            && number.is_ok_and(|n| n < rule.least)
        {
            (ErrorKind::PortOutOfRange, template)
        } else {
            (ErrorKind::PortOutOfRange, rule.out_of_range)
        };
        b.error_quoting(kind, port.span, template, port.span);
    }
}

fn check_counts(b: &mut Builder, template: &'static str) {
    let given: usize = b
        .settings
        .every(Param::Port)
        .filter(|s| s.key_span.is_some())
        .map(|s| s.value.expose().split(',').count())
        .sum();
    let ports = given + if given > 0 { b.authority_hosts } else { 0 };
    let hosts = b.settings.hosts.len();
    if ports > 1
        && ports != hosts
        && let Some(setting) = b.settings.get(Param::Port)
    {
        let place = place(setting);
        let said = template
            .replace("{ports}", &ports.to_string())
            .replace("{hosts}", &hosts.to_string());
        b.error(ErrorKind::HostPortCount, place, said);
    }
}

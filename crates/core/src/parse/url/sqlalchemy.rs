//! SQLAlchemy's URLs: the regular expression of `make_url`, the drivers that a scheme can name, and what each of them takes
//! from the query.

use super::Scan;
use crate::model::{HostPort, Origin, Param, Piece, Secret, Setting};
use crate::parse::libpq_kv::{is_space, pair_up, split_list};
use crate::parse::{Builder, ErrorKind, Version, keywords, libpq_values};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// `(?:([^:/]*)(?::([^@]*))?@)?`: with a password, the first `@` behind the first colon; without one, the last `@` before a
/// colon or slash.
pub(super) fn userinfo(body: &str) -> Option<usize> {
    let end = body.find([':', '/']).unwrap_or(body.len());
    let user = body.get(..end)?;
    body.get(end..)
        .filter(|rest| rest.starts_with(':'))
        .and_then(|rest| rest.find('@'))
        .map(|at| end + at)
        .or_else(|| user.rfind('@'))
}

/// Version 1.3's `(?:([^:/]*)(?::(.*))?@)?`: with a password, the last `@` of the line.
pub(super) fn userinfo_1_3(body: &str) -> Option<usize> {
    let end = body.find([':', '/']).unwrap_or(body.len());
    let user = body.get(..end)?;
    body.get(end..)
        .filter(|rest| rest.starts_with(':'))
        .and_then(|rest| rest.split('\n').next()?.rfind('@'))
        .map(|at| end + at)
        .or_else(|| user.rfind('@'))
}

/// What a driver's `connect` takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Plugin {
    /// Handed to libpq by psycopg 3.
    Psycopg,
    /// Handed to libpq by psycopg 2.
    Psycopg2,
    /// Arguments of asyncpg's `connect`.
    Asyncpg,
    /// Arguments of pg8000's `connect`.
    Pg8000,
}

/// What stands behind the `+` of the scheme; `None` where no such driver is there.
pub(super) fn plugin(name: &str, version: Version) -> Option<Plugin> {
    Some(match name {
        "psycopg" | "psycopg_async" if !version.before(2, 0) => Plugin::Psycopg,
        "psycopg2" | "psycopg2cffi" => Plugin::Psycopg2,
        "asyncpg" if !version.before(1, 4) => Plugin::Asyncpg,
        "pg8000" => Plugin::Pg8000,
        _ => return None,
    })
}

/// The arguments that asyncpg's `connect` and SQLAlchemy's wrapper of it have; the first group is the authority's.
const ASYNCPG: &[&str] = &[
    "host",
    "port",
    "user",
    "password",
    "database",
    "passfile",
    "service",
    "loop",
    "timeout",
    "statement_cache_size",
    "max_cached_statement_lifetime",
    "max_cacheable_statement_size",
    "command_timeout",
    "ssl",
    "direct_tls",
    "connection_class",
    "record_class",
    "server_settings",
    "target_session_attrs",
    "krbsrvname",
    "gsslib",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "async_creator_fn",
];

const PG8000: &[&str] = &[
    "host",
    "port",
    "user",
    "password",
    "database",
    "source_address",
    "unix_sock",
    "ssl_context",
    "timeout",
    "tcp_keepalive",
    "application_name",
    "replication",
    "startup_params",
];

/// What the driver named in the scheme says of the query.
pub(super) fn check(b: &mut Builder, driver: Option<&str>, version: Version) {
    let plugin = match driver {
        Some(name) => plugin(name, version),
        None if version.before(2, 1) => Some(Plugin::Psycopg2),
        None => Some(Plugin::Psycopg),
    };
    let known = match plugin {
        Some(Plugin::Psycopg | Plugin::Psycopg2) => {
            return check_libpq(b, plugin, version);
        }
        Some(Plugin::Asyncpg) => ASYNCPG,
        Some(Plugin::Pg8000) => PG8000,
        None => return,
    };
    let fallback = version.before(2, 1) && plugin == Some(Plugin::Asyncpg);
    let unknown: Vec<Span> = b
        .settings
        .all
        .iter()
        .filter(|s| !(known.contains(&&*s.key) || fallback && s.key == "async_fallback"))
        .filter_map(|s| s.key_span)
        .collect();
    for key in unknown {
        let template = "connect() got an unexpected keyword argument '{}'";
        b.error_quoting(ErrorKind::UnknownKeyword, key, template, key);
    }
}

fn check_libpq(b: &mut Builder, plugin: Option<Plugin>, version: Version) {
    if plugin == Some(Plugin::Psycopg2) {
        // Its strings are C's.
        let nul = b
            .settings
            .all
            .iter()
            .find(|s| s.value.expose().contains('\0'))
            .map(|s| s.value.span);
        if let Some(span) = nul {
            b.error(ErrorKind::Percent, span, "embedded null character");
        }
    }
    let old = version.before(2, 0);
    // psycopg2 has two names for it, and takes one of them.
    let second = if old { "dbname" } else { "database" };
    let given = b.settings.every(Param::Database).count() > usize::from(old);
    if (old || plugin == Some(Plugin::Psycopg2))
        && given
        && let Some(setting) = b.settings.all.iter().find(|s| s.key == second)
    {
        let span = setting.span();
        b.error(
            ErrorKind::Syntax,
            span,
            "you can't specify both 'database' and 'dbname' arguments",
        );
    }
    check_keywords(b, if old { &["database"] } else { &[] });
    // 1.3 makes a list of several values, later versions a tuple.
    let list = version.before(1, 4);
    one_value_each(b, if list { ["[", "]"] } else { ["(", ")"] });
    if plugin == Some(Plugin::Psycopg) {
        super::checks::check_psycopg(b);
    }
    libpq_values::check(b, Version::NEWEST);
}

/// What libpq says of a keyword that it does not know, when it gets them all in a string of pairs.
pub(super) fn check_keywords(b: &mut Builder, more: &[&str]) {
    let unknown: Vec<(Span, &'static str, String)> = b
        .settings
        .all
        .iter()
        .filter_map(|s| Some((s.key.trim(), s.key_span?)))
        .filter(|(key, _)| !more.contains(key))
        .filter_map(|(key, span)| {
            // libpq's text ends at a NUL.
            let word = key.split(is_space).next().unwrap_or("");
            let word = word.split('\0').next().unwrap_or("");
            if word.len() < key.len() {
                let template = "missing \"=\" after \"{}\" in connection info string";
                Some((span, template, word.into()))
            } else if keywords::libpq(key).is_none() {
                Some((span, "invalid connection option \"{}\"", key.into()))
            } else {
                None
            }
        })
        .collect();
    for (key, template, said) in unknown {
        let place = if key.is_empty() {
            Span::new(key.start, key.start + 1)
        } else {
            key
        };
        b.error_saying(ErrorKind::UnknownKeyword, place, template, key, said);
    }
}

/// A keyword given twice becomes a Python tuple or list, which is no value of anything but hosts and ports.
pub(super) fn one_value_each(b: &mut Builder, [open, close]: [&str; 2]) {
    let repeated = b.settings.all.iter().enumerate().find(|(index, s)| {
        s.key_span.is_some()
            && !matches!(s.param, Param::Host | Param::Port)
            && !libpq_values::allowed(&s.key).is_empty()
            && b.settings
                .all
                .iter()
                .take(*index)
                .any(|before| before.key_span.is_some() && before.key == s.key)
    });
    if let Some((_, setting)) = repeated {
        let name = keywords::libpq(&setting.key).map_or("", |k| k.name);
        let span = setting.value.span;
        let same = |s: &&Setting| s.key_span.is_some() && s.key == setting.key;
        let all = b.settings.all.iter().filter(same);
        // All of them must be fit to be shown.
        let quoted = all.clone().next().map_or(span, |s| s.value.span.to(span));
        let values: Vec<String> = all
            .map(|s| format!("'{}'", s.value.shown().unwrap_or(Secret::MASK)))
            .collect();
        let said = format!("{open}{}{close}", values.join(", "));
        let template = format!("invalid {name} value: \"{{}}\"");
        b.error_saying(ErrorKind::Syntax, span, template, quoted, said);
    }
}

impl Scan<'_> {
    /// `_split_multihost_from_url` (2.0): `host=a:1&host=b:2`, or `host=a,b&port=1,2`. Whether there is a host in the query.
    pub(super) fn sqlalchemy_hosts(&mut self) -> bool {
        let every = |param: Param| -> Vec<(Span, String)> {
            self.b
                .settings
                .every(param)
                .filter(|s| s.origin == Origin::Query)
                .map(|s| (s.value.span, s.value.expose().into()))
                .collect()
        };
        let (hosts, ports) = (every(Param::Host), every(Param::Port));
        let pieces = |(span, text): &(Span, String)| {
            split_list(crate::text::slice(self.text, *span), *span, text)
        };
        let old = self.b.settings.hosts.clone();
        let (hosts, integrated): (Vec<Piece>, bool) = match hosts.as_slice() {
            [] => (old.iter().filter_map(|h| h.host.clone()).collect(), false),
            [one] => {
                let list = pieces(one);
                let single = list.len() == 1 && ports.is_empty();
                (list, single)
            }
            several => {
                let whole = |(span, text): &(Span, String)| Piece {
                    span: *span,
                    text: text.clone(),
                };
                (several.iter().map(whole).collect(), true)
            }
        };
        let given: Vec<Piece> = ports.iter().flat_map(pieces).collect();
        for port in &given {
            let number = port.text.trim();
            let number = number.strip_prefix(['+', '-']).unwrap_or(number);
            if !number.bytes().all(|b| b.is_ascii_digit()) {
                self.b.error_quoting(
                    ErrorKind::PortNotANumber,
                    port.span,
                    "Received non-integer port arguments: ('{}',)",
                    port.span,
                );
            }
        }
        let count = hosts.len();
        if let Some(port) = given.first()
            && given.len() != count
            && (count > 1 || given.len() > 1)
        {
            self.b.error(
                ErrorKind::HostPortCount,
                port.span,
                "number of hosts and ports don't match",
            );
        }
        let ports = if given.is_empty() {
            old.iter().filter_map(|h| h.port.clone()).take(1).collect()
        } else {
            given
        };
        self.b.settings.hosts = pair_up(&hosts, &ports);
        if integrated {
            self.b
                .settings
                .hosts
                .iter_mut()
                .for_each(HostPort::split_port);
        }
        true
    }
}

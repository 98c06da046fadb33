//! The JDBC URL grammar of pgJDBC (`Driver.parseURL`, 42.5 to 42.7), faults included.
//!
//! There is no userinfo: what stands before an `@` becomes part of the host. Properties are case-sensitive, and unknown
//! ones are ignored without a word.

use super::libpq_kv::{pair_up, split_list, value_kind};
use super::percent::{BadPercent, decode_strict};
use super::{Builder, ErrorKind, Parse, TokenKind, keywords};
use crate::model::{Dialect, HostPort, Origin, Param, Piece, Setting, Value};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const PREFIX: &str = "jdbc:postgresql:";
/// What `DriverManager` says when the driver returns nothing, whatever the reason.
const UNPARSED: &str = "Unable to parse URL {}";
const NO_DRIVER: &str = "No suitable driver found for {}";

/// pgJDBC's TLS modes; case does not matter.
pub(crate) const SSLMODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::JdbcUrl);
    let whole = Span::new(0, text.len());
    let prefix_len = if text.starts_with(PREFIX) {
        PREFIX.len()
    } else {
        // Java looks for another driver then. What follows is read all the same, for the sake of the findings and to know
        // where the secrets are.
        let len = scheme_len(text);
        b.error_quoting(ErrorKind::WrongDialect, Span::new(0, len), NO_DRIVER, whole);
        len
    };
    b.tokens.push(TokenKind::Scheme, Span::new(0, prefix_len));
    let question = text.find('?');
    let server = Span::new(prefix_len, question.unwrap_or(text.len()));

    match slice(text, server) {
        "//" | "///" => {
            b.tokens.push(TokenKind::Delimiter, server);
            b.settings.hosts.push(HostPort::default());
        }
        s if s.starts_with("//") => {
            b.tokens.push(
                TokenKind::Delimiter,
                Span::new(server.start, server.start + 2),
            );
            authority(&mut b, text, Span::new(server.start + 2, server.end));
        }
        s => {
            // jdbc:postgresql:database
            if s.starts_with('/') {
                let slash = Span::new(server.start, server.start + 1);
                b.error_quoting(ErrorKind::Syntax, slash, UNPARSED, whole);
            }
            b.settings.hosts.push(HostPort::default());
            database(&mut b, text, server);
        }
    }
    if let Some(question) = question {
        b.tokens
            .push(TokenKind::Delimiter, Span::new(question, question + 1));
        query(&mut b, text, question + 1);
    }
    finish(b, text)
}

/// The length of what stands before the first `//`, or of `jdbc:something:`.
fn scheme_len(text: &str) -> usize {
    let names = text.find(['/', '?']).unwrap_or(text.len());
    let (before, behind) = text.split_at_checked(names).unwrap_or((text, ""));
    if behind.starts_with("//") && before.contains(':') {
        return names;
    }
    before
        .match_indices(':')
        .map(|(at, _)| at + 1)
        .nth(1)
        .unwrap_or(0)
}

fn authority(b: &mut Builder, text: &str, server: Span) {
    let whole = Span::new(0, text.len());
    let raw = slice(text, server);
    let slash = raw.find('/');
    let hosts_end = slash.map_or(server.end, |at| server.start + at);
    hosts(b, text, Span::new(server.start, hosts_end));
    let Some(slash) = slash else {
        b.error_quoting(
            ErrorKind::Syntax,
            Span::new(server.start, server.end),
            UNPARSED,
            whole,
        );
        return;
    };
    let slash = server.start + slash;
    b.tokens
        .push(TokenKind::Delimiter, Span::new(slash, slash + 1));
    let name = Span::new(slash + 1, server.end);
    if let Some(second) = slice(text, name).find('/') {
        let at = name.start + second;
        b.error_quoting(ErrorKind::Syntax, Span::new(at, at + 1), UNPARSED, whole);
    }
    database(b, text, name);
}

fn hosts(b: &mut Builder, text: &str, list: Span) {
    let mut at = list.start;
    for address in slice(text, list).split(',') {
        let span = Span::new(at, at + address.len());
        let colon = address
            .rfind(':')
            .filter(|&colon| address.rfind(']').is_none_or(|bracket| bracket < colon));
        let host = Span::new(at, colon.map_or(span.end, |colon| at + colon));
        b.tokens.push(TokenKind::Host, host);
        let mut entry = HostPort {
            host: (!host.is_empty()).then(|| piece(text, host)),
            port: None,
        };
        if let Some(colon) = colon {
            let port = Span::new(at + colon + 1, span.end);
            b.tokens
                .push(TokenKind::Delimiter, Span::new(at + colon, port.start));
            b.tokens.push(TokenKind::Port, port);
            entry.port = Some(piece(text, port));
        }
        for (param, piece) in [(Param::Host, &entry.host), (Param::Port, &entry.port)] {
            if let Some(piece) = piece {
                b.settings.all.push(Setting {
                    param,
                    key: String::new(),
                    key_span: None,
                    value: Value::text(piece.span, piece.text.clone()),
                    origin: Origin::Authority,
                });
            }
        }
        b.settings.hosts.push(entry);
        if span.end < list.end {
            b.tokens
                .push(TokenKind::Delimiter, Span::new(span.end, span.end + 1));
        }
        at = span.end + 1;
    }
}

fn database(b: &mut Builder, text: &str, span: Span) {
    if span.is_empty() {
        return;
    }
    b.tokens.push(TokenKind::Database, span);
    let name = decode(b, text, span);
    b.settings.all.push(Setting {
        param: Param::Database,
        key: String::new(),
        key_span: None,
        value: Value::text(span, name),
        origin: Origin::Authority,
    });
}

fn query(b: &mut Builder, text: &str, start: usize) {
    let mut at = start;
    for pair in slice(text, Span::new(start, text.len())).split('&') {
        let span = Span::new(at, at + pair.len());
        at = span.end + 1;
        if span.end < text.len() {
            b.tokens
                .push(TokenKind::Delimiter, Span::new(span.end, span.end + 1));
        }
        if pair.is_empty() {
            continue;
        }
        let equals = pair.find('=').map_or(span.end, |e| span.start + e);
        let key = Span::new(span.start, equals);
        let value = Span::new((equals + 1).min(span.end), span.end);
        b.tokens.push(TokenKind::Key, key);
        b.tokens
            .push(TokenKind::Delimiter, Span::new(equals, value.start));
        let name = slice(text, key);
        let param = keywords::meaning(keywords::pgjdbc(name), name);
        b.tokens.push(value_kind(param), value);
        let content = decode(b, text, value);
        b.settings.all.push(Setting {
            param,
            key: name.into(),
            key_span: Some(key),
            value: Value::of(param, value, None, content),
            origin: Origin::Query,
        });
    }
}

fn finish(mut b: Builder, text: &str) -> Parse {
    let list = |b: &Builder, param| {
        b.settings
            .get(param)
            .filter(|s| s.origin == Origin::Query)
            .map(|s| split_list(slice(text, s.value.span), s.value.span, s.value.expose()))
    };
    let (hosts, ports) = (list(&b, Param::Host), list(&b, Param::Port));
    if hosts.is_some() || ports.is_some() {
        let old = core::mem::take(&mut b.settings.hosts);
        let hosts = hosts.unwrap_or_else(|| old.iter().filter_map(|h| h.host.clone()).collect());
        let ports = ports.unwrap_or_else(|| old.iter().filter_map(|h| h.port.clone()).collect());
        b.settings.hosts = pair_up(&hosts, &ports);
    }
    let whole = Span::new(0, text.len());
    for index in 0..b.settings.hosts.len() {
        let Some(port) = b.settings.hosts.get(index).and_then(|h| h.port.clone()) else {
            continue;
        };
        let place = if port.span.is_empty() {
            Span::new(port.span.start.saturating_sub(1), port.span.end)
        } else {
            port.span
        };
        match port.text.parse::<i32>() {
            Err(_) => b.error_quoting(ErrorKind::PortNotANumber, place, UNPARSED, whole),
            Ok(n) if !(1..=65535).contains(&n) => {
                b.error_quoting(ErrorKind::PortOutOfRange, place, UNPARSED, whole);
            }
            Ok(_) => {}
        }
    }
    if let Some(setting) = b.settings.get(Param::SslMode) {
        let value = setting.value.expose();
        if !SSLMODES.iter().any(|mode| mode.eq_ignore_ascii_case(value)) {
            let span = setting.value.span;
            let place = if span.is_empty() {
                setting.span()
            } else {
                span
            };
            b.error_quoting(
                ErrorKind::BadValue,
                place,
                "Invalid sslmode value: {}",
                span,
            );
        }
    }
    check_numbers(&mut b);
    check_target(&mut b);
    b.finish(text)
}

/// Properties that the driver reads as whole numbers when it connects (`PGProperty.getInt`).
const NUMBERS: [&str; 11] = [
    "cancelSignalTimeout",
    "connectTimeout",
    "databaseMetadataCacheFields",
    "defaultRowFetchSize",
    "gssResponseTimeout",
    "prepareThreshold",
    "preparedStatementCacheQueries",
    "receiveBufferSize",
    "sendBufferSize",
    "socketTimeout",
    "sslResponseTimeout",
];

fn check_numbers(b: &mut Builder) {
    let bad: Vec<(&'static str, Span, Span)> = NUMBERS
        .into_iter()
        .filter_map(|name| Some((name, b.settings.all.iter().rfind(|s| s.key == name)?)))
        .filter(|(_, s)| s.value.expose().parse::<i32>().is_err())
        .map(|(name, s)| (name, s.span(), s.value.span))
        .collect();
    for (name, whole, span) in bad {
        let place = if span.is_empty() { whole } else { span };
        let template = format!("{name} parameter value must be an integer but was: {{}}");
        b.error_quoting(ErrorKind::BadValue, place, template, span);
    }
}

/// The words of `targetServerType` (`HostRequirement`): the old ones are rewritten first.
pub(crate) const TARGETS: [&str; 5] = [
    "any",
    "primary",
    "secondary",
    "preferSecondary",
    "preferPrimary",
];

fn check_target(b: &mut Builder) {
    let Some(setting) = b.settings.all.iter().rfind(|s| s.key == "targetServerType") else {
        return;
    };
    let value = setting.value.expose();
    let value = value
        .replace("lave", "econdary")
        .replace("master", "primary");
    if !TARGETS.contains(&value.as_str()) {
        let (whole, span) = (setting.span(), setting.value.span);
        let place = if span.is_empty() { whole } else { span };
        let template = "Invalid targetServerType value: {}";
        b.error_quoting(ErrorKind::BadValue, place, template, span);
    }
}

/// `java.net.URLDecoder`: `+` is a blank, a bad percent sequence makes the driver refuse the URL.
fn decode(b: &mut Builder, text: &str, span: Span) -> String {
    let raw = slice(text, span);
    decode_strict(&raw.replace('+', " ")).unwrap_or_else(|bad| match bad {
        BadPercent::Invalid(at) => {
            let at = span.start + at;
            b.error_quoting(
                ErrorKind::Percent,
                Span::new(at, at + 1),
                UNPARSED,
                Span::new(0, text.len()),
            );
            raw.into()
        }
        // Java takes %00 for what it says.
        BadPercent::Nul(_) => super::percent::decode_lenient(raw),
    })
}

fn piece(text: &str, span: Span) -> Piece {
    Piece {
        span,
        text: slice(text, span).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    fn read(text: &str) -> String {
        let p = parse(text);
        if p.errors
            .iter()
            .any(|e| e.template != "Invalid sslmode value: {}")
        {
            return "null".into();
        }
        let get = |param| p.settings.get(param).map_or("", |v| v.value.expose());
        let hosts: Vec<String> = p
            .settings
            .hosts
            .iter()
            .map(|h| {
                let part = |p: &Option<Piece>| p.as_ref().map_or("", |p| &*p.text).to_string();
                format!("{}:{}", part(&h.host), part(&h.port))
            })
            .collect();
        format!(
            "h={} db={} u={} p={}",
            hosts.join(","),
            get(Param::Database),
            get(Param::User),
            get(Param::Password)
        )
    }

    #[test]
    fn reads_like_pgjdbc() {
        for (text, expected) in [
            (
                "jdbc:postgresql://h:5432/db?user=u&password=secret",
                "h=h:5432 db=db u=u p=secret",
            ),
            (
                "jdbc:postgresql://u:secret@h:5432/db",
                "h=u:secret@h:5432 db=db u= p=",
            ),
            (
                "jdbc:postgresql://h:5432/db?user=me@srv&password=p@ss#1",
                "h=h:5432 db=db u=me@srv p=p@ss#1",
            ),
            (
                "jdbc:postgresql://h/db?user=me&password=p+ss",
                "h=h: db=db u=me p=p ss",
            ),
            ("jdbc:postgresql://h/db?user=me&password=p%ss", "null"),
            (
                "jdbc:postgresql://h/db?user=me&password=p&ss=1",
                "h=h: db=db u=me p=p",
            ),
            (
                "jdbc:postgresql://h/db?user=me&password=p?s=s",
                "h=h: db=db u=me p=p?s=s",
            ),
            (
                "jdbc:postgresql://h/db&user=me&password=p",
                "h=h: db=db&user=me&password=p u= p=",
            ),
            (
                "jdbc:postgresql://h/db?User=me&Password=p",
                "h=h: db=db u= p=",
            ),
            ("jdbc:postgresql://h", "null"),
            ("jdbc:postgresql://h/", "h=h: db= u= p="),
            (
                "jdbc:postgresql://h1,h2:5433/db",
                "h=h1:,h2:5433 db=db u= p=",
            ),
            (
                "jdbc:postgresql://[::1]:5433/db",
                "h=[::1]:5433 db=db u= p=",
            ),
            ("jdbc:postgresql://h:99999/db", "null"),
            ("jdbc:postgresql://h:/db", "null"),
            ("jdbc:postgresql://h:port/db", "null"),
            ("jdbc:postgresql:db", "h=: db=db u= p="),
            ("jdbc:postgresql:///db", "h=: db=db u= p="),
            ("jdbc:postgresql://h/my%20db+x", "h=h: db=my db x u= p="),
            ("jdbc:postgresql://h/a/b", "null"),
            (
                "jdbc:postgresql://h/db?host=h2&port=6000&dbname=e",
                "h=h2:6000 db=e u= p=",
            ),
            ("jdbc:postgresql://h/db?foo", "h=h: db=db u= p="),
            ("jdbc:postgres://h/db", "null"),
            (
                "jdbc:postgresql://h/db?user=me;password=x",
                "h=h: db=db u=me;password=x p=",
            ),
            (" jdbc:postgresql://h/db", "null"),
            ("jdbc:postgresql://h/db ", "h=h: db=db  u= p="),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}

//! The ADO.NET grammar (`DbConnectionOptions` of .NET) with Npgsql's keywords, faults included.
//!
//! A keyword runs to the next `=`, whatever stands between, so a raw `;` in a value makes the keyword after it vanish
//! into a strange one.

use super::libpq_kv::{pair_up, split_list, value_kind};
use super::{Builder, ErrorKind, Parse, TokenKind, keywords};
use crate::model::{Dialect, Origin, Param, Piece, Setting, Value};
use crate::near::letters;
use crate::text::{Span, rest, slice, until};
use alloc::string::String;
use alloc::vec::Vec;

/// Npgsql's TLS modes; case does not matter.
pub(crate) const SSL_MODES: [&str; 6] = [
    "Disable",
    "Allow",
    "Prefer",
    "Require",
    "VerifyCA",
    "VerifyFull",
];

/// .NET names where the pair begins that it cannot read, counted as it counts characters: in UTF-16.
fn format_error(b: &mut Builder, text: &str, pair: usize, span: Span) {
    let index = slice(text, Span::new(0, pair)).encode_utf16().count();
    let said = alloc::format!(
        "Format of the initialization string does not conform to specification starting at index {index}."
    );
    b.error(ErrorKind::Syntax, span, said);
}

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::AdoNet);
    let mut at = 0;
    loop {
        let start = until(text, at, |c| !(c.is_whitespace() || c == ';'));
        if rest(text, start)
            .trim_matches(['\0', ' ', '\t', '\r', '\n'])
            .is_empty()
        {
            break;
        }
        let Some(equals) = key_end(text, start) else {
            let span = Span::new(start, text.trim_end().len().max(start));
            format_error(&mut b, text, start, span);
            break;
        };
        let key = trimmed(text, Span::new(start, equals));
        if key.is_empty() {
            format_error(&mut b, text, start, Span::new(equals, equals + 1));
            break;
        }
        b.tokens.push(TokenKind::Key, key);
        b.tokens
            .push(TokenKind::Delimiter, Span::new(equals, equals + 1));
        let from = until(text, equals + 1, |c| !c.is_whitespace());
        let Some(next) = value(&mut b, text, key, from) else {
            break;
        };
        at = next;
    }
    finish(b, text)
}

/// The `=` that ends a keyword: `==` stands for one inside it.
fn key_end(text: &str, start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let equals = at + rest(text, at).find('=')?;
        if !rest(text, equals + 1).starts_with('=') {
            return Some(equals);
        }
        at = equals + 2;
    }
}

/// Reads the value at `from`; returns where the next pair begins, or `None` where .NET gives up.
fn value(b: &mut Builder, text: &str, key: Span, from: usize) -> Option<usize> {
    let quote = rest(text, from)
        .chars()
        .next()
        .filter(|c| *c == '"' || *c == '\'');
    let Some(quote) = quote else {
        // NULs at the end of the text are no part of it.
        let end = until(text, from, |c| c == ';').min(text.trim_end_matches('\0').len().max(from));
        let span = trimmed(text, Span::new(from, end));
        let content = slice(text, span);
        if let Some(last) = content
            .chars()
            .next_back()
            .filter(|c| *c == '"' || *c == '\'')
        {
            store(b, text, key, span, None, content.into());
            let span = Span::new(span.end - last.len_utf8(), span.end);
            format_error(b, text, key.start, span);
            return None;
        }
        store(b, text, key, span, None, content.into());
        return Some(end);
    };

    let inside = from + 1;
    b.tokens.push(TokenKind::Quote, Span::new(from, inside));
    let mut content = String::new();
    let mut close = None;
    let mut chars = rest(text, inside).char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            content.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            chars.next();
            content.push(quote);
        } else {
            close = Some(inside + at);
            break;
        }
    }
    let Some(close) = close else {
        // Where a person would see the value end: at the next `;`.
        let end = until(text, inside, |c| c == ';');
        store(
            b,
            text,
            key,
            trimmed(text, Span::new(from, end)),
            None,
            slice(text, Span::new(inside, end)).into(),
        );
        format_error(b, text, key.start, Span::new(from, inside));
        return None;
    };
    store(b, text, key, Span::new(inside, close), Some(quote), content);
    b.tokens.push(TokenKind::Quote, Span::new(close, close + 1));
    let after = until(text, close + 1, |c| !c.is_whitespace());
    if after < text.len() && !rest(text, after).starts_with([';', '\0']) {
        format_error(b, text, key.start, Span::new(close, close + 1));
        return None;
    }
    Some(after)
}

fn store(b: &mut Builder, text: &str, key: Span, span: Span, quote: Option<char>, content: String) {
    let name = slice(text, key).replace("==", "=");
    let known = keywords::npgsql(&name);
    let param = keywords::meaning(known, &name);
    if known.is_none() {
        b.error_quoting(ErrorKind::UnknownKeyword, key, "Couldn't set {}", key);
    }
    b.tokens.push(value_kind(param), span);
    b.settings.all.push(Setting {
        param,
        key: name,
        key_span: Some(key),
        value: Value::of(param, span, quote, content),
        origin: Origin::Pair,
    });
}

fn finish(mut b: Builder, text: &str) -> Parse {
    // An empty value takes the keyword out again.
    let list = |b: &Builder, param| {
        b.settings
            .get(param)
            .filter(|s| !s.value.expose().is_empty())
            .map(|s| split_list(slice(text, s.value.span), s.value.span, s.value.expose()))
            .unwrap_or_default()
    };
    let hosts = list(&b, Param::Host);
    let ports = list(&b, Param::Port);
    if hosts.is_empty() && b.errors.is_empty() {
        b.error(
            ErrorKind::Missing,
            Span::new(0, text.len()),
            "Host can't be null",
        );
    }
    b.settings.hosts = pair_up(&hosts, &ports);
    for host in &mut b.settings.hosts {
        split_host_port(host);
    }
    check_port(&mut b);
    if let Some(setting) = b.settings.get(Param::SslMode) {
        let value = setting.value.expose();
        let span = setting.value.span;
        if !value.is_empty() && !is_ssl_mode(value) {
            b.error_quoting(
                ErrorKind::BadValue,
                span,
                "Couldn't set ssl mode: Requested value '{}' was not found.",
                span,
            );
        }
    }
    check_words(&mut b);
    b.finish(text)
}

/// Npgsql's keywords that take one of a few words; the session's are compared as they stand, the others are an enum's.
const WORDS: &[(&str, &[&str])] = &[
    (
        SESSION,
        &[
            "any",
            "primary",
            "standby",
            "prefer-primary",
            "prefer-standby",
            "read-write",
            "read-only",
        ],
    ),
    ("Channel Binding", &["Disable", "Prefer", "Require"]),
    ("GSS Encryption Mode", &["Disable", "Prefer", "Require"]),
    ("SSL Negotiation", &["Postgres", "Direct"]),
    (
        "Array Nullability Mode",
        &["Never", "Always", "PerInstance"],
    ),
];

const SESSION: &str = "Target Session Attributes";

/// The words that `keyword` takes; empty for one that takes any text, or a TLS mode.
pub(super) fn allowed(keyword: &str) -> &'static [&'static str] {
    let wanted = letters(keyword);
    WORDS
        .iter()
        .find(|(name, _)| letters(name) == wanted)
        .map_or(&[], |(_, words)| words)
}

fn check_words(b: &mut Builder) {
    let bad: Vec<(bool, String, Span)> = b
        .settings
        .all
        .iter()
        .filter(|s| s.param == Param::Known && !s.value.expose().is_empty())
        .filter_map(|s| {
            let words = allowed(&s.key);
            let value = s.value.expose();
            let session = letters(&s.key) == letters(SESSION);
            let known = words.is_empty()
                || words.contains(&value)
                || (!session
                    && (value.trim().parse::<i32>().is_ok()
                        || words.iter().any(|w| w.eq_ignore_ascii_case(value.trim()))));
            (!known).then(|| (session, s.key.to_lowercase(), s.value.span))
        })
        .collect();
    for (session, key, span) in bad {
        let said = if session {
            "TargetSessionAttributes contains an invalid value '{}'"
        } else {
            "Requested value '{}' was not found."
        };
        let template = alloc::format!("Couldn't set {key}: {said}");
        b.error_quoting(ErrorKind::BadValue, span, template, span);
    }
}

/// Npgsql takes `host:port` in Host; an IPv6 address or a socket directory is left alone.
fn split_host_port(entry: &mut crate::model::HostPort) {
    let Some(host) = &mut entry.host else { return };
    // The colons of a bare IPv6 address separate nothing; those between brackets neither.
    let behind = host.text.rfind(']').map_or(0, |at| at + 1);
    let colons = host.text.get(behind..).unwrap_or("").matches(':').count();
    if host.text.starts_with('/') || colons != 1 {
        return;
    }
    if let Some((name, port)) = host.text.rsplit_once(':') {
        let exact = host.span.len() == host.text.len();
        let colon = host.span.start + name.len();
        let port = Piece {
            span: if exact {
                Span::new(colon + 1, host.span.end)
            } else {
                host.span
            },
            text: port.into(),
        };
        let name = Piece {
            span: if exact {
                Span::new(host.span.start, colon)
            } else {
                host.span
            },
            text: name.into(),
        };
        *host = name;
        entry.port = Some(port);
    }
}

fn check_port(b: &mut Builder) {
    let ports: Vec<Piece> = b
        .settings
        .hosts
        .iter()
        .filter_map(|h| h.port.clone())
        .collect();
    for port in ports {
        match port.text.trim().parse::<i32>() {
            Err(_) => b.error_quoting(
                ErrorKind::PortNotANumber,
                port.span,
                "Couldn't set port: The input string '{}' was not in a correct format.",
                port.span,
            ),
            Ok(n) if !(1..=65535).contains(&n) => b.error_quoting(
                ErrorKind::PortOutOfRange,
                port.span,
                "Couldn't set port: Invalid port: {}",
                port.span,
            ),
            Ok(_) => {}
        }
    }
}

/// .NET's `Enum.Parse`: names in any case, and numbers.
pub(crate) fn is_ssl_mode(value: &str) -> bool {
    let value = value.trim();
    SSL_MODES
        .iter()
        .any(|mode| mode.eq_ignore_ascii_case(value))
        || value.parse::<i32>().is_ok()
}

fn trimmed(text: &str, span: Span) -> Span {
    let raw = slice(text, span);
    let start = span.start + (raw.len() - raw.trim_start().len());
    Span::new(start, start + raw.trim().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn read(text: &str) -> String {
        let p = parse(text);
        let pairs: Vec<String> = p
            .settings
            .all
            .iter()
            .map(|s| format!("{}={}", s.key.to_lowercase(), s.value.expose()))
            .collect();
        let refused = p.errors.iter().any(|e| e.kind == ErrorKind::Syntax);
        format!(
            "{}{}",
            pairs.join("|"),
            if refused { " refused" } else { "" }
        )
    }

    #[test]
    fn reads_like_dotnet() {
        for (text, expected) in [
            (
                "Server=h;Database=db;Port=5432;",
                "server=h|database=db|port=5432",
            ),
            (
                "Server = h ; Database = db ;; Port=5432",
                "server=h|database=db|port=5432",
            ),
            ("Password=p;ss;Host=h", "password=p|ss;host=h"),
            ("Password;Host=h", "password;host=h"),
            ("Password==ab;Host=h", "password=ab;host=h"),
            ("Password=a=b", "password=a=b"),
            ("Password='p;ss';Host=h", "password=p;ss|host=h"),
            ("Password='it''s';Host=h", "password=it's|host=h"),
            (
                "Password=\"say \"\"hi\"\"\";Host=h",
                "password=say \"hi\"|host=h",
            ),
            ("Password=it's;Host=h", "password=it's|host=h"),
            ("Password=abc';Host=h", "password=abc' refused"),
            ("Password='a'b;Host=h", "password=a refused"),
            ("Password={p;ss};Host=h", "password={p|ss};host=h"),
            ("Password=p%40ss;Host=h", "password=p%40ss|host=h"),
            ("Password= lead trail ;Host=h", "password=lead trail|host=h"),
            ("Password=' lead ';Host=h", "password= lead |host=h"),
            ("=x;Host=h", " refused"),
            ("host=h port=5432", "host=h port=5432"),
            ("postgresql://u:p@h/db", " refused"),
            ("", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn values_are_checked_as_npgsql_checks_them() {
        let kinds = |text| {
            parse(text)
                .errors
                .iter()
                .map(|e| e.kind)
                .collect::<Vec<_>>()
        };
        assert_eq!(kinds("Host=h;SSL Mode=require"), []);
        assert_eq!(kinds("Host=h;SslMode=3"), []);
        assert_eq!(kinds("Host=h;SSL Mode=verify-full"), [ErrorKind::BadValue]);
        assert_eq!(kinds("Host=h;Port=5432x"), [ErrorKind::PortNotANumber]);
        assert_eq!(kinds("Host=h;Port=70000"), [ErrorKind::PortOutOfRange]);
        assert_eq!(kinds("Host=h;Data Source=x"), [ErrorKind::UnknownKeyword]);
        assert_eq!(kinds("Username=u"), [ErrorKind::Missing]);
    }

    #[test]
    fn a_port_may_stand_in_host() {
        let hosts = parse("Host=a:5433,b;Port=6000").settings.hosts;
        let ports: Vec<_> = hosts
            .iter()
            .map(crate::model::HostPort::port_number)
            .collect();
        assert_eq!(ports, [Some(5433), Some(6000)]);
    }
}

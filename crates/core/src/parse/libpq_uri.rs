//! The URI grammar of libpq (`conninfo_uri_parse_options` in fe-connect.c, libpq 15 to 18), faults included.
//!
//! It is neither RFC 3986 nor WHATWG: user and password end at the first `@`, unless a `/` comes before it; nothing else
//! stops them. What the query says beats what stands before it.

use super::percent::{BadPercent, decode_strict};
use super::{Builder, ErrorKind, Parse, TokenKind, Version, keywords, libpq_values, scheme};
use crate::model::{Dialect, HostPort, Origin, Param, Piece, Setting, Value};
use crate::text::{Span, rest, slice, until};
use alloc::string::String;
use alloc::vec::Vec;

const PREFIXES: [&str; 2] = ["postgresql://", "postgres://"];

pub(super) fn parse(text: &str, version: Version) -> Parse {
    read(text, None, version)
}

/// Reads `text` with the userinfo ending at the `@` at byte `at`: as its author meant it, where libpq would see another
/// end.
pub(super) fn parse_as_meant(text: &str, at: usize) -> Parse {
    read(text, Some(at), Version::NEWEST)
}

fn read(text: &str, userinfo_end: Option<usize>, version: Version) -> Parse {
    let mut b = Builder::new(Dialect::LibpqUri);
    b.version = version;
    let prefix_len = match PREFIXES.iter().find(|p| text.starts_with(**p)) {
        // As it was meant, it is one scheme, however often it is there.
        Some(_) if userinfo_end.is_some() => scheme::end(text),
        Some(prefix) => prefix.len(),
        None => {
            // libpq takes the text for keyword/value pairs then, and stumbles. What follows is read all the same, for the
            // sake of the findings and to know where the secrets are.
            let len = match scheme::end(text) {
                0 => text.find("//").map_or(0, |at| at + 2),
                end => end,
            };
            b.error_quoting(
                ErrorKind::WrongDialect,
                Span::new(0, len),
                "missing \"=\" after \"{}\" in connection info string",
                first_word(text),
            );
            len
        }
    };
    b.tokens.push(TokenKind::Scheme, Span::new(0, prefix_len));

    let mut at = userinfo(&mut b, text, prefix_len, userinfo_end);
    let Some(after_hosts) = hosts(&mut b, text, at) else {
        return finish(b, text);
    };
    at = after_hosts;
    if rest(text, at).starts_with('/') {
        b.tokens.push(TokenKind::Delimiter, Span::new(at, at + 1));
        let end = until(text, at + 1, |c| c == '?');
        let span = Span::new(at + 1, end);
        if !span.is_empty() {
            let name = decode(&mut b, text, span);
            b.tokens.push(TokenKind::Database, span);
            positional(&mut b, Param::Database, span, name);
        }
        at = end;
    }
    if rest(text, at).starts_with('?') {
        b.tokens.push(TokenKind::Delimiter, Span::new(at, at + 1));
        query(&mut b, text, at + 1);
    }
    finish(b, text)
}

/// `user[:password]@`; returns where the hosts begin.
fn userinfo(b: &mut Builder, text: &str, start: usize, end: Option<usize>) -> usize {
    let stop = end.unwrap_or_else(|| until(text, start, |c| c == '@' || c == '/'));
    if !rest(text, stop).starts_with('@') {
        return start;
    }
    let user_end = until(text, start, |c| c == ':' || (c == '@' && end.is_none())).min(stop);
    let user = Span::new(start, user_end);
    if !user.is_empty() {
        let name = decode(b, text, user);
        b.tokens.push(TokenKind::User, user);
        positional(b, Param::User, user, name);
    }
    if user_end < stop {
        let password = Span::new(user_end + 1, stop);
        b.tokens
            .push(TokenKind::Delimiter, Span::new(user_end, user_end + 1));
        if !password.is_empty() {
            let word = decode(b, text, password);
            b.tokens.push(TokenKind::Password, password);
            positional(b, Param::Password, password, word);
        }
    }
    b.tokens
        .push(TokenKind::Delimiter, Span::new(stop, stop + 1));
    stop + 1
}

/// `host[:port],…`; returns where the path or the query begins, or `None` where libpq gives up.
fn hosts(b: &mut Builder, text: &str, start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let host = if rest(text, at).starts_with('[') {
            let close = until(text, at, |c| c == ']');
            let inside = Span::new(at + 1, close);
            if close == text.len() {
                b.error_quoting(
                    ErrorKind::Syntax,
                    Span::new(at, at + 1),
                    "end of string reached when looking for matching \"]\" in IPv6 host address in URI: \"{}\"",
                    Span::new(0, text.len()),
                );
                return None;
            }
            if inside.is_empty() {
                b.error_quoting(
                    ErrorKind::Syntax,
                    Span::new(at, close + 1),
                    "IPv6 host address may not be empty in URI: \"{}\"",
                    Span::new(0, text.len()),
                );
                return None;
            }
            b.tokens.push(TokenKind::Delimiter, Span::new(at, at + 1));
            b.tokens
                .push(TokenKind::Delimiter, Span::new(close, close + 1));
            at = close + 1;
            if let Some(next) = rest(text, at).chars().next()
                && !":/?,".contains(next)
            {
                b.error_quoting(
                    ErrorKind::Syntax,
                    Span::new(at, at + next.len_utf8()),
                    alloc::format!(
                        "unexpected character \"{{here}}\" at position {} in URI (expected \":\" or \"/\"): \"{{}}\"",
                        at + 1
                    ),
                    Span::new(0, text.len()),
                );
                return None;
            }
            inside
        } else {
            let end = until(text, at, |c| matches!(c, ':' | '/' | '?' | ','));
            let span = Span::new(at, end);
            at = end;
            span
        };
        b.tokens.push(TokenKind::Host, host);
        let host_piece = (!host.is_empty()).then(|| Piece {
            span: host,
            text: decode(b, text, host),
        });

        let mut port_piece = None;
        if rest(text, at).starts_with(':') {
            b.tokens.push(TokenKind::Delimiter, Span::new(at, at + 1));
            let end = until(text, at + 1, |c| matches!(c, '/' | '?' | ','));
            let span = Span::new(at + 1, end);
            b.tokens.push(TokenKind::Port, span);
            if !span.is_empty() {
                port_piece = Some(Piece {
                    span,
                    text: decode(b, text, span),
                });
            }
            at = end;
        }
        for (param, piece) in [(Param::Host, &host_piece), (Param::Port, &port_piece)] {
            if let Some(piece) = piece {
                positional(b, param, piece.span, piece.text.clone());
            }
        }
        b.settings.hosts.push(HostPort {
            host: host_piece,
            port: port_piece,
        });
        if !rest(text, at).starts_with(',') {
            return Some(at);
        }
        b.tokens.push(TokenKind::Delimiter, Span::new(at, at + 1));
        at += 1;
    }
}

fn query(b: &mut Builder, text: &str, start: usize) {
    let mut at = start;
    while at < text.len() {
        let end = until(text, at, |c| c == '&');
        pair(b, text, Span::new(at, end));
        if end < text.len() {
            b.tokens.push(TokenKind::Delimiter, Span::new(end, end + 1));
        }
        at = end + 1;
    }
}

fn pair(b: &mut Builder, text: &str, span: Span) {
    let equals = until(slice_to(text, span.end), span.start, |c| c == '=');
    let key = Span::new(span.start, equals);
    b.tokens.push(TokenKind::Key, key);
    if equals == span.end {
        b.error_quoting(
            ErrorKind::Syntax,
            span,
            "missing key/value separator \"=\" in URI query parameter: \"{}\"",
            span,
        );
        return;
    }
    let value = Span::new(equals + 1, span.end);
    b.tokens
        .push(TokenKind::Delimiter, Span::new(equals, equals + 1));
    if let Some(second) = slice(text, value).find('=') {
        let at = value.start + second;
        b.error_quoting(
            ErrorKind::Syntax,
            Span::new(at, at + 1),
            "extra key/value separator \"=\" in URI query parameter: \"{}\"",
            key,
        );
    }
    let name = decode(b, text, key);
    let mut content = decode(b, text, value);
    let known = keywords::libpq(&name);
    let mut param = keywords::meaning(known, &name);
    if name == "ssl" && content == "true" {
        // libpq's one courtesy to JDBC users.
        param = Param::SslMode;
        content = "require".into();
    } else if name == "requiressl" {
        (param, content) = super::libpq_kv::requiressl(&content);
    } else if known.is_none() || b.version.before(keywords::libpq_since(&name), 0) {
        b.error_quoting(
            ErrorKind::UnknownKeyword,
            key,
            "invalid URI query parameter: \"{}\"",
            key,
        );
    }
    b.tokens.push(
        if param == Param::Password {
            TokenKind::Password
        } else {
            TokenKind::Value
        },
        value,
    );
    b.settings.all.push(Setting {
        param,
        key: name,
        key_span: Some(key),
        value: Value::of(param, value, None, content),
        origin: Origin::Query,
    });
}

/// What libpq does once everything is read: the query's hosts and ports replace the authority's, then it checks values.
fn finish(mut b: Builder, text: &str) -> Parse {
    let from_query = |b: &Builder, param| -> Option<Vec<Piece>> {
        b.settings
            .every(param)
            .filter(|s| s.origin == Origin::Query)
            .last()
            .map(|s| split_list(text, s.value.span, s.value.expose()))
    };
    b.authority_hosts = b.settings.hosts.len();
    let hosts = from_query(&b, Param::Host);
    let ports = from_query(&b, Param::Port);
    if hosts.is_some() || ports.is_some() {
        let old = core::mem::take(&mut b.settings.hosts);
        let hosts = hosts.unwrap_or_else(|| old.iter().filter_map(|h| h.host.clone()).collect());
        let ports = ports.unwrap_or_else(|| old.iter().filter_map(|h| h.port.clone()).collect());
        b.settings.hosts = super::libpq_kv::pair_up(&hosts, &ports);
    }
    let version = b.version;
    libpq_values::check(&mut b, version);
    b.finish(text)
}

/// Splits a list that came as one value; the spans are exact where nothing in it was encoded.
fn split_list(text: &str, span: Span, decoded: &str) -> Vec<Piece> {
    super::libpq_kv::split_list(slice(text, span), span, decoded)
}

fn positional(b: &mut Builder, param: Param, span: Span, content: String) {
    b.settings.all.push(Setting {
        param,
        key: String::new(),
        key_span: None,
        value: Value::of(param, span, None, content),
        origin: Origin::Authority,
    });
}

/// `conninfo_uri_decode`: percent sequences are decoded. From libpq 18 on blanks at either end are dropped and blanks inside
/// refused; before, they were letters like any other.
fn decode(b: &mut Builder, text: &str, span: Span) -> String {
    let raw = slice(text, span);
    if !raw.bytes().any(|byte| matches!(byte, b'%' | b' ')) {
        return raw.into();
    }
    if b.version.before(18, 0) {
        return decode_sequences(b, raw, span.start, span);
    }
    let start = span.start + raw.len() - raw.trim_start_matches(' ').len();
    let piece = raw.trim_matches(' ');
    if let Some(blank) = piece.find(' ') {
        let at = start + blank;
        b.error_quoting(
            ErrorKind::Blank,
            Span::new(at, at + 1),
            "unexpected spaces found in \"{}\", use percent-encoded spaces (%20) instead",
            span,
        );
    }
    decode_sequences(b, piece, start, span)
}

/// Decodes `piece`, which begins at byte `start` of the text and stands in `span`.
fn decode_sequences(b: &mut Builder, piece: &str, start: usize, span: Span) -> String {
    decode_strict(piece).unwrap_or_else(|bad| {
        let (offset, template, len) = match bad {
            BadPercent::Invalid(at) => (at, "invalid percent-encoded token: \"{}\"", 1),
            BadPercent::Nul(at) => (
                at,
                "forbidden value %00 in percent-encoded value: \"{}\"",
                3,
            ),
        };
        let at = start + offset;
        b.error_quoting(ErrorKind::Percent, Span::new(at, at + len), template, span);
        piece.into()
    })
}

fn slice_to(text: &str, end: usize) -> &str {
    text.get(..end).unwrap_or(text)
}

fn first_word(text: &str) -> Span {
    Span::new(0, text.find(char::is_whitespace).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Redactor;
    use std::string::ToString;
    use std::{format, vec};

    fn errors(text: &str) -> Vec<String> {
        let p = super::super::parse(text, Dialect::LibpqUri, crate::model::Driver::Libpq);
        let redactor = Redactor::new(p.secrets(text));
        p.errors
            .iter()
            .map(|e| e.driver_text(text, &redactor))
            .collect()
    }

    /// `u=… p=… h=… port=… db=…` of what was read.
    fn summary(text: &str) -> String {
        let s = parse(text, Version::NEWEST).settings;
        let get = |param| s.get(param).map_or("", |v| v.value.expose());
        let hosts: Vec<String> = s
            .hosts
            .iter()
            .map(|h| {
                let part = |p: &Option<Piece>| p.as_ref().map_or("", |p| &*p.text).to_string();
                format!("{}:{}", part(&h.host), part(&h.port))
            })
            .collect();
        format!(
            "u={} p={} h={} db={}",
            get(Param::User),
            get(Param::Password),
            hosts.join(","),
            get(Param::Database)
        )
    }

    #[test]
    fn reads_like_libpq() {
        for (text, expected) in [
            (
                "postgresql://u:secret@h:5432/db",
                "u=u p=secret h=h:5432 db=db",
            ),
            ("postgresql://u:p@ss@h:5432/db", "u=u p=p h=ss@h:5432 db=db"),
            ("postgresql://u:p#s?s@h/db", "u=u p=p#s?s h=h: db=db"),
            (
                "postgresql://u:p/ss@h:5432/db",
                "u= p= h=u:p db=ss@h:5432/db",
            ),
            (
                "postgresql://me@srv:secret@h:5432/db",
                "u=me p= h=srv:secret@h:5432 db=db",
            ),
            ("postgresql://h?user=me@srv", "u=h?user=me p= h=srv: db="),
            (
                "postgresql://h/db?user=me@srv&password=secret",
                "u=me@srv p=secret h=h: db=db",
            ),
            (
                "postgresql://u:secret@h1,h2:5433/db",
                "u=u p=secret h=h1:,h2:5433 db=db",
            ),
            (
                "postgresql://u:secret@[::1]:5433/db",
                "u=u p=secret h=::1:5433 db=db",
            ),
            (
                "postgresql://u:secret@%2Fvar%2Frun/db",
                "u=u p=secret h=/var/run: db=db",
            ),
            ("postgresql:///db?host=/var/run", "u= p= h=/var/run: db=db"),
            (
                "postgresql://u:secret@h/db#frag",
                "u=u p=secret h=h: db=db#frag",
            ),
            (
                "postgresql://u:secret@h/db?host=h2&port=6000&user=v&password=w&dbname=e",
                "u=v p=w h=h2:6000 db=e",
            ),
            ("postgresql://u:secret@h/db\n", "u=u p=secret h=h: db=db\n"),
            ("postgresql://u:@h/db", "u=u p= h=h: db=db"),
            ("postgresql://u:p%41ss@h/db", "u=u p=pAss h=h: db=db"),
            ("postgresql://", "u= p= h=: db="),
        ] {
            assert_eq!(summary(text), expected, "{text}");
        }
    }

    #[test]
    fn objects_in_libpqs_words_and_never_with_the_password() {
        for (text, expected) in [
            ("postgresql://u:secret@h/db", vec![]),
            (
                "postgresql://u:p%ss@h/db",
                vec!["invalid percent-encoded token: \"***\""],
            ),
            (
                "postgresql://me@srv:secret@h:5432/db",
                vec!["invalid integer value \"***@h:5432\" for connection option \"port\""],
            ),
            (
                "postgresql://h/db?foo=bar",
                vec!["invalid URI query parameter: \"foo\""],
            ),
            (
                "postgresql://h/db?sslmode",
                vec!["missing key/value separator \"=\" in URI query parameter: \"sslmode\""],
            ),
            (
                "postgresql://h/db?sslmode=require&&a=b",
                vec![
                    "missing key/value separator \"=\" in URI query parameter: \"\"",
                    "invalid URI query parameter: \"a\"",
                ],
            ),
            ("postgresql://h/db?sslmode=require&", vec![]),
            ("postgresql://h/db?ssl=true", vec![]),
            (
                "postgresql://h:99999/db",
                vec!["invalid port number: \"99999\""],
            ),
            (
                "postgresql://h/db?sslmode=Require",
                vec!["invalid sslmode value: \"Require\""],
            ),
            (
                "postgresql://h/d b",
                vec![
                    "unexpected spaces found in \"d b\", use percent-encoded spaces (%20) instead",
                ],
            ),
            (
                "POSTGRESQL://u:secret@h/db",
                vec!["missing \"=\" after \"POSTGRESQL://u:***@h/db\" in connection info string"],
            ),
        ] {
            assert_eq!(errors(text), expected, "{text}");
        }
    }
}

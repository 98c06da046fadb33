//! A URI as the WHATWG URL standard reads it: node-postgres, postgres.js, Prisma and SQLx take it in that way.
//!
//! The `url` crate decides whether the text is a URL at all; the scanner here finds where each part stands.

use super::libpq_kv::value_kind;
use super::percent::decode_lenient;
use super::{Builder, ErrorKind, Parse, TokenKind, keywords};
use crate::model::{Dialect, HostPort, Origin, Param, Piece, Setting, Value};
use crate::text::{Span, slice};
use alloc::string::String;

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::LibpqUri);
    let whole = Span::new(0, text.len());
    let Some(authority_start) = text.find("://").map(|at| at + 3) else {
        b.error(ErrorKind::WrongDialect, whole, "Invalid URL");
        return b.finish(text);
    };
    b.tokens
        .push(TokenKind::Scheme, Span::new(0, authority_start));
    let authority = Span::new(
        authority_start,
        find(text, authority_start, |c| "/?#".contains(c)),
    );
    let hosts = match slice(text, authority).rfind('@') {
        None => authority,
        Some(at) => {
            userinfo(
                &mut b,
                text,
                Span::new(authority.start, authority.start + at),
            );
            let at = authority.start + at;
            b.tokens.push(TokenKind::Delimiter, Span::new(at, at + 1));
            Span::new(at + 1, authority.end)
        }
    };
    let port = host(&mut b, text, hosts);

    let mut at = authority.end;
    if rest(text, at).starts_with('/') {
        b.tokens.push(TokenKind::Delimiter, Span::new(at, at + 1));
        let end = find(text, at + 1, |c| c == '?' || c == '#');
        positional(&mut b, text, Param::Database, Span::new(at + 1, end));
        at = end;
    }
    if rest(text, at).starts_with('?') {
        b.tokens.push(TokenKind::Delimiter, Span::new(at, at + 1));
        let end = find(text, at, |c| c == '#');
        query(&mut b, text, Span::new(at + 1, end));
    }
    override_hosts(&mut b);

    if let Err(error) = url::Url::parse(text) {
        let (kind, span) = match error {
            url::ParseError::InvalidPort => {
                let digits = slice(text, port).bytes().all(|c| c.is_ascii_digit());
                (
                    if digits {
                        ErrorKind::PortOutOfRange
                    } else {
                        ErrorKind::PortNotANumber
                    },
                    port,
                )
            }
            _ => (ErrorKind::Syntax, hosts),
        };
        let span = if span.is_empty() { authority } else { span };
        b.error(kind, span, "Invalid URL");
    }
    b.finish(text)
}

fn userinfo(b: &mut Builder, text: &str, span: Span) {
    let colon = find(text, span.start, |c| c == ':').min(span.end);
    positional(b, text, Param::User, Span::new(span.start, colon));
    if colon < span.end {
        b.tokens
            .push(TokenKind::Delimiter, Span::new(colon, colon + 1));
        positional(b, text, Param::Password, Span::new(colon + 1, span.end));
    }
}

/// `host[:port]`; returns where the port stands.
fn host(b: &mut Builder, text: &str, span: Span) -> Span {
    let raw = slice(text, span);
    let colon = raw
        .rfind(':')
        .filter(|&colon| raw.rfind(']').is_none_or(|bracket| bracket < colon))
        .map_or(span.end, |colon| span.start + colon);
    let host = Span::new(span.start, colon);
    let port = Span::new((colon + 1).min(span.end), span.end);
    positional(b, text, Param::Host, host);
    b.tokens
        .push(TokenKind::Delimiter, Span::new(colon, port.start));
    positional(b, text, Param::Port, port);
    b.settings.hosts.push(HostPort {
        host: piece(text, host),
        port: piece(text, port),
    });
    port
}

fn query(b: &mut Builder, text: &str, span: Span) {
    let mut at = span.start;
    for pair in slice(text, span).split('&') {
        let end = at + pair.len();
        let equals = pair.find('=').map_or(end, |e| at + e);
        let key = Span::new(at, equals);
        let value = Span::new((equals + 1).min(end), end);
        if end < span.end {
            b.tokens.push(TokenKind::Delimiter, Span::new(end, end + 1));
        }
        at = end + 1;
        if key.is_empty() {
            continue;
        }
        let form = |span| decode_lenient(&slice(text, span).replace('+', " "));
        let name = form(key);
        let param = match name.as_str() {
            "ssl" => Param::Ssl,
            // node-postgres keeps the path's database whatever the query says.
            "dbname" => Param::Unknown,
            name => keywords::meaning(keywords::libpq(name), name),
        };
        b.tokens.push(TokenKind::Key, key);
        b.tokens
            .push(TokenKind::Delimiter, Span::new(equals, value.start));
        b.tokens.push(value_kind(param), value);
        b.settings.all.push(Setting {
            param,
            key: name,
            key_span: Some(key),
            value: Value::of(param, value, None, form(value)),
            origin: Origin::Query,
        });
    }
}

/// A host or port in the query beats the one in the authority.
fn override_hosts(b: &mut Builder) {
    let from_query = |b: &Builder, param| {
        let setting = b
            .settings
            .get(param)
            .filter(|s| s.origin == Origin::Query)?;
        Some(Piece {
            span: setting.value.span,
            text: setting.value.shown()?.into(),
        })
    };
    let (host, port) = (from_query(b, Param::Host), from_query(b, Param::Port));
    if let Some(first) = b.settings.hosts.first_mut() {
        first.host = host.or_else(|| first.host.take());
        first.port = port.or_else(|| first.port.take());
    }
}

fn positional(b: &mut Builder, text: &str, param: Param, span: Span) {
    b.tokens.push(value_kind(param), span);
    if span.is_empty() {
        return;
    }
    b.settings.all.push(Setting {
        param,
        key: String::new(),
        key_span: None,
        value: Value::of(param, span, None, decode_lenient(slice(text, span))),
        origin: Origin::Authority,
    });
}

fn piece(text: &str, span: Span) -> Option<Piece> {
    (!span.is_empty()).then(|| Piece {
        span,
        text: decode_lenient(slice(text, span)),
    })
}

fn find(text: &str, start: usize, stop: impl Fn(char) -> bool) -> usize {
    rest(text, start)
        .find(stop)
        .map_or(text.len(), |at| start + at)
}

fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::format;
    use std::vec::Vec;

    fn part(p: &Parse, param: Param) -> String {
        p.settings
            .get(param)
            .map_or("", |v| v.value.expose())
            .into()
    }

    #[test]
    fn reads_like_the_url_standard() {
        for (text, expected) in [
            ("postgresql://u:p@ss@h:5432/db", "u p@ss h 5432 db"),
            (
                "postgresql://me@srv:secret@h:5432/db",
                "me@srv secret h 5432 db",
            ),
            ("postgresql://u:p%ss@h/db", "u p%ss h  db"),
            (
                "postgresql://u:s@h/my%20db?sslmode=require#frag",
                "u s h  my db",
            ),
        ] {
            let p = parse(text);
            assert!(p.errors.is_empty(), "{text}: {:?}", p.errors);
            let read: Vec<String> = [
                Param::User,
                Param::Password,
                Param::Host,
                Param::Port,
                Param::Database,
            ]
            .map(|param| part(&p, param))
            .into();
            assert_eq!(read.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_the_url_standard_refuses() {
        for (text, kind) in [
            ("postgresql://u:p#ss@h:5432/db", ErrorKind::PortNotANumber),
            ("postgresql://u:p/ss@h:5432/db", ErrorKind::PortNotANumber),
            ("postgresql://h:99999/db", ErrorKind::PortOutOfRange),
            ("postgresql://a b/db", ErrorKind::Syntax),
            ("host=h", ErrorKind::WrongDialect),
        ] {
            let kinds: Vec<_> = parse(text).errors.iter().map(|e| e.kind).collect();
            assert_eq!(kinds, [kind], "{text}");
        }
    }

    proptest! {
        /// Whatever the `url` crate accepts, our scanner splits in the same places.
        #[test]
        fn agrees_with_the_url_crate(
            user in "[a-z@%#?/:]{0,6}", password in "[a-z0-9@%:]{0,6}", host in "[a-z.]{1,8}",
            port in 1u16..65535, db in "[a-z0-9/]{0,6}",
        ) {
            let text = format!("postgresql://{user}:{password}@{host}:{port}/{db}");
            if let Ok(url) = url::Url::parse(&text) {
                let p = parse(&text);
                prop_assert!(p.errors.is_empty());
                prop_assert_eq!(part(&p, Param::User), decode_lenient(url.username()));
                prop_assert_eq!(part(&p, Param::Password), decode_lenient(url.password().unwrap_or("")));
                prop_assert_eq!(part(&p, Param::Host), decode_lenient(url.host_str().unwrap_or("")));
                prop_assert_eq!(
                    p.settings.hosts.first().and_then(HostPort::port_number),
                    url.port()
                );
            }
        }
    }
}

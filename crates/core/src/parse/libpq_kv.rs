//! The keyword/value grammar of libpq (`conninfo_parse` in fe-connect.c, libpq 15 to 18), and the checks that libpq
//! makes on values before it connects.

use super::{Builder, ErrorKind, Parse, TokenKind, keywords};
use crate::model::{Dialect, HostPort, Origin, Param, Piece, Setting, Value};
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;

/// The TLS modes that libpq knows; the spelling must be exact.
pub(crate) const SSLMODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::LibpqKv);
    let mut at = 0;
    loop {
        at = skip_space(&mut b, text, at);
        if at >= text.len() {
            break;
        }
        // The name runs to the `=` or to a blank, and an `=` must follow.
        let name = Span::new(at, until(text, at, |c| c == '=' || is_space(c)));
        let equals = skip_space(&mut b, text, name.end);
        if !rest(text, equals).starts_with('=') {
            b.tokens.push(TokenKind::Other, name);
            b.error_quoting(
                ErrorKind::Syntax,
                name,
                "missing \"=\" after \"{}\" in connection info string",
                name,
            );
            // libpq stops here; the rest is read for the sake of the findings.
            at = name.end;
            continue;
        }
        b.tokens.push(TokenKind::Key, name);
        b.tokens
            .push(TokenKind::Delimiter, Span::new(equals, equals + 1));
        let start = skip_space(&mut b, text, equals + 1);
        at = if rest(text, start).starts_with('\'') {
            quoted(&mut b, text, name, start)
        } else {
            unquoted(&mut b, text, name, start)
        };
    }
    finish(b, text)
}

fn unquoted(b: &mut Builder, text: &str, name: Span, start: usize) -> usize {
    let mut content = String::new();
    let mut end = start;
    let mut chars = rest(text, start).char_indices();
    while let Some((at, c)) = chars.next() {
        if is_space(c) {
            break;
        }
        end = start + at + c.len_utf8();
        if c == '\\' {
            // Takes the next character as it is; a lone one at the end is dropped.
            if let Some((at, c)) = chars.next() {
                content.push(c);
                end = start + at + c.len_utf8();
            }
        } else {
            content.push(c);
        }
    }
    store(b, text, name, Span::new(start, end), None, content);
    end
}

fn quoted(b: &mut Builder, text: &str, name: Span, start: usize) -> usize {
    let inside = start + 1;
    let mut content = String::new();
    let mut close = None;
    let mut chars = rest(text, inside).char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => {
                close = Some(inside + at);
                break;
            }
            '\\' => content.extend(chars.next().map(|(_, c)| c)),
            c => content.push(c),
        }
    }
    b.tokens.push(TokenKind::Quote, Span::new(start, inside));
    let end = close.unwrap_or(text.len());
    store(b, text, name, Span::new(inside, end), Some('\''), content);
    let Some(close) = close else {
        b.error(
            ErrorKind::Syntax,
            Span::new(start, inside),
            "unterminated quoted string in connection info string",
        );
        return text.len();
    };
    b.tokens.push(TokenKind::Quote, Span::new(close, close + 1));
    close + 1
}

fn store(
    b: &mut Builder,
    text: &str,
    key: Span,
    span: Span,
    quote: Option<char>,
    mut content: String,
) {
    let name = crate::text::slice(text, key);
    let known = keywords::libpq(name);
    let mut param = keywords::meaning(known, name);
    if known.is_none() {
        b.error_quoting(
            ErrorKind::UnknownKeyword,
            key,
            "invalid connection option \"{}\"",
            key,
        );
    } else if name == "requiressl" {
        // The ancestor of sslmode, rewritten as libpq does (conninfo_storeval).
        param = Param::SslMode;
        content = if content.starts_with('1') {
            "require"
        } else {
            "prefer"
        }
        .into();
    }
    b.tokens.push(
        if param.is_secret() {
            TokenKind::Password
        } else {
            value_kind(param)
        },
        span,
    );
    b.settings.all.push(Setting {
        param,
        key: name.into(),
        key_span: Some(key),
        value: Value::of(param, span, quote, content),
        origin: Origin::Pair,
    });
}

/// The token kind of a value, by its meaning.
pub(super) const fn value_kind(param: Param) -> TokenKind {
    match param {
        Param::Host | Param::HostAddr => TokenKind::Host,
        Param::Port => TokenKind::Port,
        Param::User => TokenKind::User,
        Param::Password | Param::OtherSecret => TokenKind::Password,
        Param::Database => TokenKind::Database,
        _ => TokenKind::Value,
    }
}

fn finish(mut b: Builder, text: &str) -> Parse {
    let list = |b: &Builder, param| {
        b.settings
            .get(param)
            .filter(|s| !s.value.expose().is_empty())
            .map(|s| {
                split_list(
                    crate::text::slice(text, s.value.span),
                    s.value.span,
                    s.value.expose(),
                )
            })
            .unwrap_or_default()
    };
    let mut hosts = list(&b, Param::Host);
    if hosts.is_empty() {
        hosts = list(&b, Param::HostAddr);
    }
    let ports = list(&b, Param::Port);
    b.settings.hosts = pair_up(&hosts, &ports);
    check_port(&mut b);
    check_sslmode(&mut b);
    b.finish(text)
}

/// Splits a comma list; the spans of the elements are exact where the raw text is what was decoded, else each is the
/// span of the whole list.
pub(super) fn split_list(raw: &str, span: Span, decoded: &str) -> Vec<Piece> {
    let exact = raw == decoded;
    let mut at = span.start;
    decoded
        .split(',')
        .map(|part| {
            let piece = Piece {
                span: if exact {
                    Span::new(at, at + part.len())
                } else {
                    span
                },
                text: part.into(),
            };
            at += part.len() + 1;
            piece
        })
        .collect()
}

/// Ports go with hosts by position; one port alone goes with every host.
pub(super) fn pair_up(hosts: &[Piece], ports: &[Piece]) -> Vec<HostPort> {
    let some = |piece: &Piece| (!piece.text.is_empty()).then(|| piece.clone());
    let len = hosts
        .len()
        .max(if hosts.is_empty() { ports.len() } else { 0 });
    (0..len)
        .map(|i| HostPort {
            host: hosts.get(i).and_then(some),
            port: if ports.len() == 1 {
                ports.first()
            } else {
                ports.get(i)
            }
            .and_then(some),
        })
        .collect()
}

/// libpq's `parse_int_param` and the range check on each port.
pub(super) fn check_port(b: &mut Builder) {
    let mut seen: Vec<Span> = Vec::new();
    let ports: Vec<Piece> = b
        .settings
        .hosts
        .iter()
        .filter_map(|h| h.port.clone())
        .collect();
    for port in ports {
        if seen.contains(&port.span) {
            continue;
        }
        seen.push(port.span);
        match port
            .text
            .trim_matches(|c: char| c.is_ascii_whitespace())
            .parse::<i64>()
        {
            Err(_) => b.error_quoting(
                ErrorKind::PortNotANumber,
                port.span,
                "invalid integer value \"{}\" for connection option \"port\"",
                port.span,
            ),
            Ok(n) if !(1..=65535).contains(&n) => b.error_quoting(
                ErrorKind::PortOutOfRange,
                port.span,
                "invalid port number: \"{}\"",
                port.span,
            ),
            Ok(_) => {}
        }
    }
}

/// libpq's check of `sslmode`, which wants the exact spelling; an empty value means the default.
pub(super) fn check_sslmode(b: &mut Builder) {
    let Some(setting) = b.settings.get(Param::SslMode) else {
        return;
    };
    let span = setting.value.span;
    let value = setting.value.expose();
    if !SSLMODES.contains(&value) {
        // An empty span would hide the finding: point at the keyword with it.
        let place = if span.is_empty() {
            setting.span()
        } else {
            span
        };
        b.error_quoting(
            ErrorKind::BadValue,
            place,
            "invalid sslmode value: \"{}\"",
            span,
        );
    }
}

/// C's `isspace` in the C locale; a no-break space is none.
pub(super) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

fn skip_space(b: &mut Builder, text: &str, at: usize) -> usize {
    let end = until(text, at, |c| !is_space(c));
    b.tokens.push(TokenKind::Space, Span::new(at, end));
    end
}

fn until(text: &str, start: usize, stop: impl Fn(char) -> bool) -> usize {
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
    use crate::redact::Redactor;
    use std::{format, vec};

    fn read(text: &str) -> String {
        parse(text)
            .settings
            .all
            .iter()
            .map(|s| format!("{}={}", s.key, s.value.expose()))
            .collect::<Vec<_>>()
            .join("|")
    }

    fn errors(text: &str) -> Vec<String> {
        let p = super::super::parse(text, Dialect::LibpqKv, crate::model::Driver::Libpq);
        let redactor = Redactor::new(&p.secrets);
        p.errors
            .iter()
            .map(|e| e.driver_text(text, &redactor))
            .collect()
    }

    #[test]
    fn reads_like_libpq() {
        for (text, expected) in [
            ("host = h  password = secret", "host=h|password=secret"),
            ("host='h' password='se cret'", "host=h|password=se cret"),
            (r"password='it\'s'", "password=it's"),
            ("password=it's host=h", "password=it's|host=h"),
            ("password=\"secret\" host=h", "password=\"secret\"|host=h"),
            ("host= port=5432", "host=port=5432"),
            ("host=h password=", "host=h|password="),
            (r"sslcert=C:\path\cert host=h", "sslcert=C:pathcert|host=h"),
            ("user='a'password='b'", "user=a|password=b"),
            ("host=h;port=5432;dbname=db", "host=h;port=5432;dbname=db"),
            ("host=h password=a%41", "host=h|password=a%41"),
            ("host=h\nport=5432\tuser=u", "host=h|port=5432|user=u"),
            ("", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn objects_in_libpqs_words() {
        for (text, expected) in [
            ("host=h port=5432", vec![]),
            (
                "host h",
                vec![
                    "missing \"=\" after \"host\" in connection info string",
                    "missing \"=\" after \"h\" in connection info string",
                ],
            ),
            ("host=h foo=bar", vec!["invalid connection option \"foo\""]),
            ("HOST=h", vec!["invalid connection option \"HOST\""]),
            (
                "password='abc",
                vec!["unterminated quoted string in connection info string"],
            ),
            (
                "host=h port=x",
                vec!["invalid integer value \"x\" for connection option \"port\""],
            ),
            ("host=h port=0", vec!["invalid port number: \"0\""]),
            (
                "host=h sslmode=Require",
                vec!["invalid sslmode value: \"Require\""],
            ),
            ("host=h requiressl=1", vec![]),
        ] {
            assert_eq!(errors(text), expected, "{text}");
        }
    }

    #[test]
    fn one_port_serves_every_host() {
        let ports = |text| -> Vec<Option<u16>> {
            parse(text)
                .settings
                .hosts
                .iter()
                .map(HostPort::port_number)
                .collect()
        };
        assert_eq!(ports("host=a,b port=5433"), [Some(5433), Some(5433)]);
        assert_eq!(ports("host=a,b port=5432,5433"), [Some(5432), Some(5433)]);
        assert_eq!(ports("host=a,b"), [None, None]);
        assert_eq!(ports("port=' 5432 '"), [Some(5432)]);
    }
}

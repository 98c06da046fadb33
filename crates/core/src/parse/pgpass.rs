//! A line of .pgpass: `host:port:database:user:password` (`passwordFromFile` in fe-connect.c).
//!
//! A backslash takes the character behind it as it is; the password ends at the next plain colon.

use super::libpq_kv::value_kind;
use super::{Builder, ErrorKind, Parse, TokenKind};
use crate::model::{Dialect, HostPort, Origin, Param, Piece, Setting, Value};
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

const FIELDS: [Param; 5] = [
    Param::Host,
    Param::Port,
    Param::Database,
    Param::User,
    Param::Password,
];

/// Whether `line` has the five fields of a .pgpass line.
pub(crate) fn looks_like_one(line: &str) -> bool {
    let fields = fields(line);
    let number = |span: &Span| {
        let port = slice(line, *span);
        port == "*" || (!port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
    };
    fields.len() >= 5
        && fields.get(1).is_some_and(number)
        && !line.contains("//")
        && fields.first().is_some_and(|f| {
            let host = slice(line, *f);
            host == "*"
                || host.contains('.')
                || host.contains(|c: char| c.is_ascii_alphabetic())
                || is_address(&unescape(host))
        })
        && fields
            .iter()
            .take(4)
            .all(|f| !f.is_empty() && !slice(line, *f).contains([' ', '\t', '=', '"']))
}

/// Whether `line` was meant to be one, and has another number of fields: in a paste that is about such a file.
pub(crate) fn looks_nearly_like_one(line: &str) -> bool {
    let fields = fields(line);
    let plain = |span: &Span| {
        let field = slice(line, *span);
        !field.is_empty()
            && field
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._*@$!%".contains(c))
    };
    let host = fields.first().map_or("", |span| slice(line, *span));
    fields.len() == 4 && fields.iter().all(plain) && (host == "*" || host.contains('.'))
}

/// Where an IPv6 address with plain colons stands at the beginning of `line`, if the other four fields follow.
pub(crate) fn ipv6_host(line: &str) -> Option<Span> {
    let fits = |end: usize, address: &str| {
        if !is_address(address) {
            return false;
        }
        let rest = line.get(end..).and_then(|rest| rest.strip_prefix(':'));
        let rest = rest.unwrap_or("");
        let behind = fields(rest);
        let port = behind.first().map_or("", |span| slice(rest, *span));
        let is_port = port == "*" || (!port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
        is_port && behind.len() == 4
    };
    let end = match line.strip_prefix('[') {
        Some(rest) => {
            let close = rest.find(']')?;
            fits(close + 2, rest.get(..close)?).then_some(close + 2)
        }
        None => line
            .match_indices(':')
            .map(|(at, _)| at)
            .take(9)
            .find(|at| fits(*at, line.get(..*at).unwrap_or(""))),
    };
    end.map(|end| Span::new(0, end))
}

fn is_address(text: &str) -> bool {
    text.parse::<core::net::Ipv6Addr>().is_ok()
}

/// The fields of a line, as libpq splits it.
pub(crate) fn fields(line: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            ':' => {
                out.push(Span::new(start, at));
                start = at + 1;
            }
            _ => {}
        }
    }
    out.push(Span::new(start, line.len()));
    out
}

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::Pgpass);
    let fields = fields(text);
    for (span, param) in fields.iter().zip(FIELDS) {
        b.tokens.push(value_kind(param), *span);
        b.tokens.push(
            TokenKind::Delimiter,
            Span::new(span.end, (span.end + 1).min(text.len())),
        );
        b.settings.all.push(Setting {
            param,
            key: String::new(),
            key_span: None,
            value: Value::of(param, *span, None, unescape(slice(text, *span))),
            origin: Origin::Pair,
        });
    }
    if let Some(extra) = fields.get(5) {
        // libpq takes what stands before this colon for the whole password.
        let colon = Span::new(extra.start - 1, extra.start);
        b.error(
            ErrorKind::Syntax,
            colon,
            "password authentication failed: the password ends at this colon",
        );
    }
    let piece = |index: usize| {
        let span = *fields.get(index)?;
        let raw = slice(text, span);
        let text = unescape(raw);
        // An escaped star is one.
        (!text.is_empty() && raw != "*").then_some(Piece { span, text })
    };
    b.settings.hosts.push(HostPort {
        host: piece(0),
        port: piece(1),
    });
    super::libpq_kv::check_port(&mut b);
    b.finish(text)
}

fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_at_plain_colons() {
        let parse = parse(r"h:5432:*:u:p\:w\\");
        let get = |param| parse.settings.get(param).map(|s| s.value.expose());
        assert_eq!(get(Param::Host), Some("h"));
        assert_eq!(get(Param::Database), Some("*"));
        assert_eq!(get(Param::Password), Some(r"p:w\"));
        assert!(parse.errors.is_empty());
        assert_eq!(super::parse("h:5432:*:u:p:w").errors.len(), 1);
    }

    #[test]
    fn lines_are_told_from_other_text_with_colons() {
        assert!(looks_like_one("h:5432:*:u:p"));
        assert!(looks_like_one("*:*:*:u:p"));
        for line in [
            "a:b:c:d:e",
            "12:30:45:67:89 x",
            "http://h:80/a:b:c",
            "host: 5: a: b: c",
            "::1",
        ] {
            assert!(!looks_like_one(line), "{line}");
        }
    }
}

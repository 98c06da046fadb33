//! Spring's `spring.datasource.*` in a properties file: a JDBC URL, and user and password beside it.
//!
//! A properties file escapes with backslashes (`java.util.Properties.load`); what is read here is one line to a property.

use super::libpq_kv::value_kind;
use super::{Builder, Parse, ParseError, TokenKind, entries, jdbc};
use crate::layer::SourceMap;
use crate::model::{Dialect, HostPort, Origin, Param, Piece, Setting, Value};
use crate::text::{Span, slice};
use alloc::string::String;

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::SpringProperties);
    let mut url = None;
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\r', '\n']);
        let start = at + (line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len());
        let end = at + line.len();
        at += raw.len();
        let body = slice(text, Span::new(start, end));
        if body.starts_with(['#', '!']) {
            continue;
        }
        let Some(len) = body.find(['=', ':', ' ', '\t']) else {
            continue;
        };
        let key = Span::new(start, start + len);
        let behind = body
            .get(len..)
            .unwrap_or("")
            .trim_start_matches([' ', '\t']);
        let behind = behind.strip_prefix(['=', ':']).unwrap_or(behind);
        let value_text = behind.trim_start_matches([' ', '\t']);
        let value = Span::new(end - value_text.len(), end);
        let (content, map) = unescape(value_text, value.start);
        let name = slice(text, key);
        b.tokens.push(TokenKind::Key, key);
        let is_url = ["url", "jdbcurl"].iter().any(|ending| {
            name.rsplit('.')
                .next()
                .is_some_and(|last| last.replace(['-', '_'], "").eq_ignore_ascii_case(ending))
        });
        if is_url && content.starts_with("jdbc:") {
            url = Some((content, map));
            continue;
        }
        let param = entries::meaning(name).map_or(Param::Known, |(param, _)| param);
        b.tokens.push(value_kind(param), value);
        b.settings.all.push(Setting {
            param,
            key: name.into(),
            key_span: Some(key),
            value: Value::of(param, value, None, content),
            origin: Origin::Pair,
        });
    }
    // What the URL says of a property beats what stands beside it.
    if let Some((content, map)) = url {
        nested(&mut b, &content, &map);
    } else {
        let piece = |b: &Builder, param| {
            b.settings.get(param).map(|s| Piece {
                span: s.value.span,
                text: s.value.expose().into(),
            })
        };
        let (host, port) = (piece(&b, Param::Host), piece(&b, Param::Port));
        if host.is_some() || port.is_some() {
            b.settings.hosts.push(HostPort { host, port });
        }
    }
    b.finish(text)
}

/// What the JDBC URL says, in the coordinates of the file.
fn nested(b: &mut Builder, url: &str, map: &SourceMap) {
    let parse = jdbc::parse(url);
    let place = |span| map.to_source(span);
    for token in parse.tokens {
        b.tokens.push(token.kind, place(token.span));
    }
    b.errors
        .extend(parse.errors.into_iter().map(|e| ParseError {
            span: place(e.span),
            quoted: e.quoted.map(place),
            ..e
        }));
    for setting in parse.settings.all {
        let content = setting.value.expose().into();
        b.settings.all.push(Setting {
            key_span: setting.key_span.map(place),
            value: Value::of(
                setting.param,
                place(setting.value.span),
                setting.value.quote,
                content,
            ),
            ..setting
        });
    }
    let piece = |p: Option<Piece>| {
        p.map(|p| Piece {
            span: place(p.span),
            text: p.text,
        })
    };
    b.settings
        .hosts
        .extend(parse.settings.hosts.into_iter().map(|h| HostPort {
            host: piece(h.host),
            port: piece(h.port),
        }));
}

/// `\t`, `\n`, `\r`, `\f`, `\uXXXX` in UTF-16, and a backslash before any other character.
fn unescape(raw: &str, start: usize) -> (String, SourceMap) {
    let mut out = String::with_capacity(raw.len());
    let mut map = SourceMap::starting_at(start);
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let (decoded, len) = match escape(rest) {
            Some((decoded, len)) => {
                map.escape(decoded.len_utf8(), len);
                (decoded, len)
            }
            None => {
                map.literal(c.len_utf8());
                (c, c.len_utf8())
            }
        };
        out.push(decoded);
        rest = rest.get(len..).unwrap_or("");
    }
    (out, map)
}

fn escape(rest: &str) -> Option<(char, usize)> {
    let behind = rest.strip_prefix('\\')?;
    Some(match behind.chars().next()? {
        't' => ('\t', 2),
        'n' => ('\n', 2),
        'r' => ('\r', 2),
        'f' => ('\x0c', 2),
        'u' => {
            let unit = |from: usize| u16::from_str_radix(rest.get(from..from + 4)?, 16).ok();
            let first = unit(2)?;
            if let Some(c) = char::from_u32(u32::from(first)) {
                (c, 6)
            } else {
                let second = rest
                    .get(6..8)
                    .filter(|s| *s == "\\u")
                    .and_then(|_| unit(8))?;
                let c = char::decode_utf16([first, second]).next()?.ok()?;
                (c, 12)
            }
        }
        c => (c, 1 + c.len_utf8()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_and_what_stands_beside_it_make_one() {
        let text = "spring.datasource.url = jdbc:postgresql://h:5433/d?sslmode=require\nspring.datasource.username=u\\u00e9\\ud83d\\ude00\nspring.datasource.password=\\ a\\\\b";
        let parse = parse(text);
        let get = |param| parse.settings.get(param).map(|s| s.value.expose());
        assert!(parse.errors.is_empty());
        assert_eq!(get(Param::Database), Some("d"));
        assert_eq!(get(Param::User), Some("ué😀"));
        assert_eq!(get(Param::Password), Some(" a\\b"));
        assert_eq!(get(Param::SslMode), Some("require"));
        let host = parse.settings.first_host().map(|h| slice(text, h.span));
        assert_eq!(host, Some("h"));
    }
}

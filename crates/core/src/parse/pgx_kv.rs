//! The keyword/value grammar of pgx (`parseKeywordValueSettings` in pgconn/config.go, pgx 4 and 5): not libpq's. A keyword is
//! everything up to the `=`, blanks and all; a backslash stays unless a quote or another one follows it; what is no keyword
//! goes to the server as a setting.

use super::checks::{self, PGX};
use super::libpq_kv::{hosts_of_pairs, value_kind};
use super::{Builder, ErrorKind, Parse, TokenKind, Version, keywords};
use crate::model::{Dialect, Origin, Param, Setting, Value};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;

const INVALID: &str = "invalid keyword/value";
const BACKSLASH: &str = "invalid backslash";
const UNTERMINATED: &str = "unterminated quoted string in connection info string";

/// Version 5 has other names for things than version 4.
fn refuse(b: &mut Builder, span: Span, why: &'static str) {
    let said = if !b.version.before(5, 0) {
        format!("failed to parse as keyword/value ({why})")
    } else if why == INVALID {
        "failed to parse as DSN (invalid dsn)".into()
    } else {
        format!("failed to parse as DSN ({why})")
    };
    b.error(ErrorKind::Syntax, span, said);
}

pub(super) fn parse(text: &str, version: Version) -> Parse {
    let mut b = Builder::new(Dialect::GoKv);
    b.version = version;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or("");
        let Some(equals) = rest.find('=').map(|len| at + len) else {
            let span = trimmed(text, Span::new(at, text.len()));
            let place = if span.is_empty() {
                Span::new(at, text.len())
            } else {
                span
            };
            refuse(&mut b, place, INVALID);
            break;
        };
        let key = trimmed(text, Span::new(at, equals));
        let from = equals + 1 + leading(text.get(equals + 1..).unwrap_or(""));
        let (value, quote, end) = if text.get(from..).unwrap_or("").starts_with('\'') {
            quoted(&mut b, text, from)
        } else {
            unquoted(&mut b, text, from)
        };
        if key.is_empty() {
            refuse(&mut b, Span::new(equals, equals + 1), INVALID);
        }
        store(&mut b, text, key, value, quote);
        b.tokens
            .push(TokenKind::Delimiter, Span::new(equals, equals + 1));
        at = end;
    }
    hosts_of_pairs(&mut b, text);
    checks::check(&mut b, &PGX, Span::new(0, text.len()));
    b.finish(text)
}

fn unquoted(b: &mut Builder, text: &str, from: usize) -> (Span, Option<char>, usize) {
    let mut chars = text.get(from..).unwrap_or("").char_indices();
    while let Some((at, c)) = chars.next() {
        if is_blank(c) {
            return (Span::new(from, from + at), None, from + at + 1);
        }
        if c == '\\' && chars.next().is_none() {
            let here = Span::new(from + at, text.len());
            refuse(b, here, BACKSLASH);
        }
    }
    (Span::new(from, text.len()), None, text.len())
}

fn quoted(b: &mut Builder, text: &str, from: usize) -> (Span, Option<char>, usize) {
    let inside = from + 1;
    b.tokens.push(TokenKind::Quote, Span::new(from, inside));
    let mut chars = text.get(inside..).unwrap_or("").char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '\'' => {
                let close = inside + at;
                b.tokens.push(TokenKind::Quote, Span::new(close, close + 1));
                return (Span::new(inside, close), Some('\''), close + 1);
            }
            _ => {}
        }
    }
    refuse(b, Span::new(from, inside), UNTERMINATED);
    (Span::new(inside, text.len()), Some('\''), text.len())
}

fn store(b: &mut Builder, text: &str, key: Span, value: Span, quote: Option<char>) {
    let name = slice(text, key);
    let param = keyword(name);
    let content: String = slice(text, value).replace("\\\\", "\\").replace("\\'", "'");
    b.tokens.push(TokenKind::Key, key);
    b.tokens.push(value_kind(param), value);
    b.settings.all.push(Setting {
        param,
        key: name.into(),
        key_span: Some(key),
        value: Value::of(param, value, quote, content),
        origin: Origin::Pair,
    });
}

/// pgx's keywords: libpq's, with `database` for `dbname` as well.
pub(super) fn keyword(name: &str) -> Param {
    match name {
        "database" => Param::Database,
        "hostaddr" => Param::Known,
        name => keywords::meaning(keywords::libpq(name), name),
    }
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

fn leading(text: &str) -> usize {
    text.find(|c| !is_blank(c)).unwrap_or(text.len())
}

fn trimmed(text: &str, span: Span) -> Span {
    let raw = slice(text, span);
    let start = span.start + leading(raw);
    Span::new(start, start + raw.trim_matches(is_blank).len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use std::format;

    fn read(text: &str) -> String {
        let parse = parse(text, Version::NEWEST);
        let pairs: Vec<String> = parse
            .settings
            .all
            .iter()
            .map(|s| format!("{}={}", s.key, s.value.expose()))
            .collect();
        let refused = if parse.errors.is_empty() {
            ""
        } else {
            " refused"
        };
        format!("{}{refused}", pairs.join("|"))
    }

    #[test]
    fn reads_like_pgx() {
        for (text, expected) in [
            ("host=h password='it\\'s'", "host=h|password=it's"),
            (r"password=Kes\trel7 host=h", r"password=Kes\trel7|host=h"),
            (
                "password=Kes trel7 dbname=db",
                "password=Kes|trel7 dbname=db",
            ),
            ("host=h TimeZone=UTC", "host=h|TimeZone=UTC"),
            ("password='it''s' host=h", "password=it|'s' host=h"),
            ("user='a'password='b'", "user=a|password=b"),
            ("host=h ", "host=h"),
            ("host=h  ", "host=h refused"),
            ("host=h password=x\\", "host=h|password=x\\ refused"),
            ("", ""),
            ("=h", "=h refused"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}

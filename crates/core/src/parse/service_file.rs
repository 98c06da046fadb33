//! A section of pg_service.conf (`parseServiceFile` in fe-connect.c, libpq 15 to 18): `keyword=value`, one on each line.
//!
//! Nothing is quoted and nothing escaped: a value is what stands between the `=` and the end of the line, but for blanks at
//! the end of it.

use super::libpq_kv::{hosts_of_pairs, value_kind};
use super::{Builder, ErrorKind, Parse, TokenKind, Version, keywords, libpq_values};
use crate::model::{Dialect, Origin, Setting, Value};
use crate::text::{Span, slice};

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::ServiceFile);
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_matches(|c: char| c.is_ascii_whitespace());
        let start = at
            + (raw.len()
                - raw
                    .trim_start_matches(|c: char| c.is_ascii_whitespace())
                    .len());
        at += raw.len();
        if line.starts_with(['#', '[']) {
            continue;
        }
        let Some(equals) = line.find('=').map(|len| start + len) else {
            continue;
        };
        let key = Span::new(start, equals);
        let value = Span::new(equals + 1, start + line.len());
        let name = slice(text, key);
        let known = keywords::libpq(name);
        let param = keywords::meaning(known, name);
        if known.is_none() {
            b.error_quoting(
                ErrorKind::UnknownKeyword,
                key,
                "syntax error in service file: \"{}\"",
                key,
            );
        }
        b.tokens.push(TokenKind::Key, key);
        b.tokens
            .push(TokenKind::Delimiter, Span::new(equals, equals + 1));
        b.tokens.push(value_kind(param), value);
        b.settings.all.push(Setting {
            param,
            key: name.into(),
            key_span: Some(key),
            value: Value::of(param, value, None, slice(text, value).into()),
            origin: Origin::Pair,
        });
    }
    hosts_of_pairs(&mut b, text);
    libpq_values::check(&mut b, Version::NEWEST);
    b.finish(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;
    use std::format;

    #[test]
    fn a_value_is_what_stands_behind_the_sign() {
        let read = |text: &str| -> String {
            parse(text)
                .settings
                .all
                .iter()
                .map(|s| format!("{:?}={}", s.param, s.value.expose()))
                .collect::<Vec<_>>()
                .join("|")
        };
        assert_eq!(
            read("[shop]\n# host=x\nhost=h1,h2\npassword= \"a\\b' # c=d \nsslmode=require"),
            "Host=h1,h2|Password= \"a\\b' # c=d|SslMode=require"
        );
        assert_eq!(parse("host=h\nschema=x").errors.len(), 1);
    }
}

//! A command line of psql, pg_dump and their like: `-h host -p port -U user -d database`, `--host=…`.

use super::libpq_kv::{pair_up, split_list, value_kind};
use super::{Builder, Parse, TokenKind};
use crate::model::{Dialect, Origin, Param, Setting, Value};
use crate::text::{Span, slice};
use alloc::vec::Vec;

/// A word of the command line, without the quotes round it.
#[derive(Clone, Copy)]
struct Word {
    span: Span,
    quote: Option<char>,
}

/// Whether `text` sets a host and something else by flags.
pub(crate) fn looks_like_one(text: &str) -> bool {
    let flags = flags(text);
    let sets = |param| flags.iter().any(|(p, _, _)| *p == param);
    let named = [
        "psql",
        "pg_dump",
        "pg_restore",
        "pg_isready",
        "pgbench",
        "createdb",
        "dropdb",
        "pg_basebackup",
    ]
    .iter()
    .any(|name| text.contains(name));
    sets(Param::Host) && (named || flags.len() >= 3)
}

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::PsqlCommand);
    for (param, key, word) in flags(text) {
        b.tokens.push(TokenKind::Key, key);
        b.tokens.push(value_kind(param), word.span);
        b.settings.all.push(Setting {
            param,
            key: slice(text, key).trim_start_matches('-').into(),
            key_span: Some(key),
            value: Value::of(param, word.span, word.quote, slice(text, word.span).into()),
            origin: Origin::Pair,
        });
    }
    let list = |b: &Builder, param| {
        b.settings
            .get(param)
            .map(|s| split_list(slice(text, s.value.span), s.value.span, s.value.expose()))
            .unwrap_or_default()
    };
    let (hosts, ports) = (list(&b, Param::Host), list(&b, Param::Port));
    b.settings.hosts = pair_up(&hosts, &ports);
    super::libpq_kv::check_port(&mut b);
    b.finish(text)
}

/// Every flag that says something about the connection, with its name and its value.
fn flags(text: &str) -> Vec<(Param, Span, Word)> {
    let words = words(text);
    let mut out = Vec::new();
    let mut index = 0;
    while let Some(word) = words.get(index) {
        index += 1;
        let raw = slice(text, word.span);
        if word.quote.is_some() || !raw.starts_with('-') {
            // PGPASSWORD=… before the command.
            if let Some(len) = raw.find('=')
                && let Some(param) = variable(raw.get(..len).unwrap_or(""))
            {
                let value = Span::new(word.span.start + len + 1, word.span.end);
                out.push((
                    param,
                    Span::new(word.span.start, word.span.start + len),
                    unquoted(text, value),
                ));
            }
            continue;
        }
        let (name, inline) = match raw.find('=').filter(|_| raw.starts_with("--")) {
            Some(len) => (raw.get(..len).unwrap_or(""), Some(len + 1)),
            None if raw.starts_with("--") => (raw, None),
            None => (raw.get(..2).unwrap_or(raw), (raw.len() > 2).then_some(2)),
        };
        let Some(param) = flag(name) else { continue };
        let key = Span::new(word.span.start, word.span.start + name.len());
        if let Some(offset) = inline {
            let value = Span::new(word.span.start + offset, word.span.end);
            out.push((param, key, unquoted(text, value)));
        } else if let Some(value) = words
            .get(index)
            .filter(|w| !slice(text, w.span).starts_with('-'))
        {
            index += 1;
            out.push((param, key, *value));
        }
    }
    out
}

fn flag(name: &str) -> Option<Param> {
    Some(match name {
        "-h" | "--host" => Param::Host,
        "-p" | "--port" => Param::Port,
        "-U" | "--username" | "--user" => Param::User,
        "-d" | "--dbname" | "--database" => Param::Database,
        "--password" => Param::Password,
        _ => return None,
    })
}

fn variable(name: &str) -> Option<Param> {
    Some(match name {
        "PGHOST" => Param::Host,
        "PGPORT" => Param::Port,
        "PGUSER" => Param::User,
        "PGPASSWORD" => Param::Password,
        "PGDATABASE" => Param::Database,
        "PGSSLMODE" => Param::SslMode,
        _ => return None,
    })
}

fn unquoted(text: &str, span: Span) -> Word {
    let raw = slice(text, span);
    match raw
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'') && raw.len() > 1 && raw.ends_with(*c))
    {
        Some(quote) => Word {
            span: Span::new(span.start + 1, span.end - 1),
            quote: Some(quote),
        },
        None => Word { span, quote: None },
    }
}

/// Splits at blanks outside quotes; a backslash at the end of a line continues it.
fn words(text: &str) -> Vec<Word> {
    let mut out = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut push = |start: &mut Option<usize>, end: usize| {
        if let Some(from) = start.take() {
            let raw = slice(text, Span::new(from, end));
            if raw != "\\" {
                let word = if raw.starts_with(['"', '\'']) {
                    unquoted(text, Span::new(from, end))
                } else {
                    Word {
                        span: Span::new(from, end),
                        quote: None,
                    }
                };
                out.push(word);
            }
        }
    };
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c.is_whitespace() => push(&mut start, at),
            None => {
                if matches!(c, '"' | '\'') {
                    quote = Some(c);
                }
                start.get_or_insert(at);
            }
        }
    }
    push(&mut start, text.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;

    fn read(text: &str) -> String {
        flags(text)
            .iter()
            .map(|(param, _, word)| format!("{param:?}={}", slice(text, word.span)))
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn flags_are_read_in_all_their_forms() {
        for (text, expected) in [
            ("psql -h h -p5432 -U 'u' mydb", "Host=h|Port=5432|User=u"),
            (
                "psql --host=h --username \"u\" --dbname=d -W",
                "Host=h|User=u|Database=d",
            ),
            ("PGPASSWORD=p psql -h h", "Password=p|Host=h"),
            ("./run.sh \\\n  --host=h \\\n  --user=u", "Host=h|User=u"),
            ("psql -c 'select -h' -h h", "Host=h"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert!(looks_like_one("psql -h h"));
        assert!(!looks_like_one("ls -h x"));
    }
}

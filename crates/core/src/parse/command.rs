//! A command line of psql, pg_dump and their like: `-h host -p port -U user -d database`, `--host=…`, with libpq's variables
//! before it; quoted as a POSIX shell reads it.

use super::libpq_kv::{pair_up, split_list, value_kind};
use super::{Builder, Parse, TokenKind, keywords};
use crate::model::{Dialect, Origin, Param, Setting, Value};
use crate::text::{Span, is_dash, slice};
use alloc::string::String;
use alloc::vec::Vec;

/// A word of the command line, without the quotes round it.
#[derive(Clone)]
struct Word {
    span: Span,
    quote: Option<char>,
    /// What the shell hands over.
    content: String,
}

/// Whether `text` sets a host and something else by flags.
pub(crate) fn looks_like_one(text: &str) -> bool {
    // Most lines have no flag at all, and hardly any one for a host.
    let host_flag = |behind: &str| behind.starts_with('h');
    if !(text.split(begins_flag).skip(1).any(host_flag)
        || (text.contains("PGHOST") && text.contains(begins_flag)))
    {
        return false;
    }
    let flags = flags(text);
    let sets = |param| flags.iter().any(|(p, _, _)| *p == param);
    // Variables alone, one on each line, are no command.
    let dashed = flags
        .iter()
        .filter(|(_, key, _)| slice(text, *key).starts_with(begins_flag))
        .count();
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
    sets(Param::Host) && dashed > 0 && (named || flags.len() >= 3)
}

pub(super) fn parse(text: &str) -> Parse {
    let mut b = Builder::new(Dialect::PsqlCommand);
    for (param, key, word) in flags(text) {
        if !key.is_empty() {
            b.tokens.push(TokenKind::Key, key);
        }
        b.tokens.push(value_kind(param), word.span);
        b.settings.all.push(Setting {
            param,
            key: slice(text, key).trim_start_matches(begins_flag).into(),
            key_span: (!key.is_empty()).then_some(key),
            value: Value::of(param, word.span, word.quote, word.content),
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
    // Behind the name of a program that takes one: the first word of no flag is the database.
    let mut takes_database = false;
    while let Some(word) = words.get(index) {
        index += 1;
        let raw = slice(text, word.span);
        if word.quote.is_some() || !raw.starts_with(begins_flag) {
            let is_name = ["psql", "pg_dump"].contains(&raw.rsplit('/').next().unwrap_or(raw));
            if takes_database && !is_name && raw.starts_with(['>', '<', '|', '&', ';']) {
                takes_database = false;
            } else if takes_database && !is_name && !raw.contains(['=', ':']) {
                takes_database = false;
                out.push((Param::Database, Span::empty(word.span.start), word.clone()));
                continue;
            }
            takes_database |= is_name;
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
        let (name, inline) = flag_name(raw);
        let param = match flag(name) {
            Some(param) => param,
            // It takes no value. Where the database is named by a flag, a word behind it can only be the password.
            None if name == "-W" && named(&words, text) => Param::OtherSecret,
            None => {
                if name == "-W" {
                    // What people put there is their password.
                    takes_database = false;
                } else if inline.is_none() && takes_value(name) {
                    index += 1;
                }
                continue;
            }
        };
        takes_database &= param != Param::Database;
        let key = Span::new(word.span.start, word.span.start + name.len());
        if let Some(offset) = inline {
            let value = Span::new(word.span.start + offset, word.span.end);
            out.push((param, key, unquoted(text, value)));
        } else if let Some(value) = words
            .get(index)
            .filter(|w| !slice(text, w.span).starts_with(begins_flag))
        {
            index += 1;
            out.push((param, key, value.clone()));
        }
    }
    out
}

/// A hyphen, or a dash that a word processor made of one or two: psql does not know those, but they were meant as such.
pub(super) const fn begins_flag(c: char) -> bool {
    c == '-' || is_dash(c)
}

/// The flag with its hyphens, and where a value begins that stands in the same word.
fn flag_name(raw: &str) -> (&str, Option<usize>) {
    let name = raw.trim_start_matches(begins_flag);
    let hyphens = raw.len() - name.len();
    let first = name.chars().next().map_or(0, char::len_utf8);
    let short = hyphens == 1 || (name.len() == first && !raw.starts_with('-'));
    match name.find('=') {
        _ if short => {
            let len = hyphens + first;
            (
                raw.get(..len).unwrap_or(raw),
                (raw.len() > len).then_some(len),
            )
        }
        Some(len) => (
            raw.get(..hyphens + len).unwrap_or(raw),
            Some(hyphens + len + 1),
        ),
        None => (raw, None),
    }
}

/// Whether a flag names the database.
fn named(words: &[Word], text: &str) -> bool {
    words.iter().any(|word| {
        let raw = slice(text, word.span);
        raw.starts_with("-d") || raw.starts_with("--dbname") || raw.starts_with("--database")
    })
}

fn flag(name: &str) -> Option<Param> {
    Some(match name.trim_start_matches(begins_flag) {
        "h" | "host" => Param::Host,
        "p" | "port" => Param::Port,
        "U" | "username" | "user" => Param::User,
        "d" | "dbname" | "database" => Param::Database,
        "password" => Param::Password,
        _ => return None,
    })
}

/// Whether a flag of psql or pg_dump that says nothing of the connection has a value behind it.
fn takes_value(name: &str) -> bool {
    const LONG: [&str; 12] = [
        "command", "file", "set", "variable", "output", "format", "table", "schema", "jobs",
        "encoding", "role", "log-file",
    ];
    let long = name.strip_prefix("--");
    long.map_or_else(
        || name.len() == 2 && name.ends_with(|c: char| "cfFjLnNoPRStTvZ".contains(c)),
        |long| LONG.contains(&long),
    )
}

fn variable(name: &str) -> Option<Param> {
    keywords::of_variable(name).map(|keyword| keyword.param)
}

/// The word without the quotes, where one pair of them stands round the whole of it.
fn unquoted(text: &str, span: Span) -> Word {
    let raw = slice(text, span);
    let inside = raw
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''))
        .filter(|quote| closing(raw, *quote) == Some(raw.len() - 1));
    Word {
        span: match inside {
            Some(_) => Span::new(span.start + 1, span.end - 1),
            None => span,
        },
        quote: inside,
        content: shell(raw),
    }
}

/// Where the quote closes that the word begins with.
fn closing(raw: &str, quote: char) -> Option<usize> {
    let mut chars = raw.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return Some(at);
        }
        if c == '\\' && quote == '"' {
            chars.next();
        }
    }
    None
}

/// What a POSIX shell makes of a word (2.2 of its grammar), without filling in variables.
fn shell(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut quote = None;
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '\\') => out.extend(chars.next()),
            (Some('"'), '\\')
                if chars
                    .peek()
                    .is_some_and(|next| matches!(next, '$' | '`' | '"' | '\\')) =>
            {
                out.extend(chars.next());
            }
            (_, c) => out.push(c),
        }
    }
    out
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
                out.push(unquoted(text, Span::new(from, end)));
            }
        }
    };
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            Some('"') if c == '\\' => {
                chars.next();
            }
            Some(_) => {}
            None if c.is_whitespace() => push(&mut start, at),
            None => {
                match c {
                    '"' | '\'' => quote = Some(c),
                    '\\' if !followed_by_line_end(text, at + 1) => {
                        chars.next();
                    }
                    _ => {}
                }
                start.get_or_insert(at);
            }
        }
    }
    push(&mut start, text.len());
    out
}

/// Whether the line ends at `at`: a backslash before it continues the command.
fn followed_by_line_end(text: &str, at: usize) -> bool {
    text.get(at..)
        .is_none_or(|rest| rest.is_empty() || rest.starts_with(['\n', '\r']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn read(text: &str) -> String {
        flags(text)
            .iter()
            .map(|(param, _, word)| format!("{param:?}={}", word.content))
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn flags_are_read_in_all_their_forms() {
        for (text, expected) in [
            (
                "psql -h h -p5432 -U 'u' mydb other",
                "Host=h|Port=5432|User=u|Database=mydb",
            ),
            (
                "/usr/bin/pg_dump -Fc -f out.dump -t a -h h shop > x",
                "Host=h|Database=shop",
            ),
            ("psql -c 'select 1' -h h", "Host=h"),
            ("pg_restore -h h -U u file.dump", "Host=h|User=u"),
            (
                "psql --host=h --username \"u\" --dbname=d -W",
                "Host=h|User=u|Database=d",
            ),
            ("PGPASSWORD=p psql -h h", "Password=p|Host=h"),
            ("./run.sh \\\n  --host=h \\\n  --user=u", "Host=h|User=u"),
            ("psql -c 'select -h' -h h", "Host=h"),
            (
                r#"PGPASSWORD='it'\''s "x"' PGSSLMODE=require psql --host=h --username='u v' --dbname="a\"\$b""#,
                r#"Password=it's "x"|SslMode=require|Host=h|User=u v|Database=a"$b"#,
            ),
            (r"psql -h h -U a\ b", "Host=h|User=a b"),
            ("psql -h h -d d -W pw", "Host=h|Database=d|OtherSecret=pw"),
            ("psql -h h -U u -W d", "Host=h|User=u"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert!(looks_like_one("psql -h h"));
        assert!(!looks_like_one("ls -h x"));
        assert!(!looks_like_one("PGHOST=h\nPGPORT=5432\nPGUSER=u"));
    }
}

//! The parts of a URL behind its userinfo as a person meant them, whatever separates them.

use crate::layer::neutral;
use crate::model::Grammar;
use crate::parse::keywords::{self, known_anywhere, sounds_secret};
use crate::parse::{scheme, userinfo_as_meant};
use crate::rules::Context;
use crate::text::{Span, rest, slice, until};
use alloc::string::String;
use alloc::vec::Vec;

/// `key=value` of a query.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// What separates it from the one before, or begins the query.
    pub(super) separator: Span,
    /// The keyword.
    pub(super) key: Span,
    /// The value; `None` where there is no `=`.
    pub(super) value: Option<Span>,
}

/// Where the parts of a URL stand.
#[derive(Clone, Debug)]
pub(in crate::rules) struct UrlParts {
    /// The text, with variables made harmless; spans are those of the string.
    pub(super) text: String,
    /// Hosts and ports.
    pub(super) hosts: Span,
    /// The database name, if there is a slash before it; it can be empty.
    pub(super) database: Option<Span>,
    /// The pairs of the query.
    pub(super) pairs: Vec<Pair>,
}

impl UrlParts {
    /// The parts of the string, if it is a URL.
    pub(super) fn of<'c>(ctx: &'c Context<'_>) -> Option<&'c Self> {
        let read = || Self::read(neutral(ctx.text, ctx.variables), ctx.grammar());
        ctx.shared.url_parts.get_or_init(read).as_ref()
    }

    fn read(text: String, grammar: Grammar) -> Option<Self> {
        if !grammar.is_url() {
            return None;
        }
        let start = match grammar {
            Grammar::Uri => match scheme::end(&text) {
                0 => text.find("//").map_or(0, |at| at + 2),
                end => end,
            },
            Grammar::Jdbc => text
                .find("//")
                .filter(|&at| text.get(..at).is_some_and(|t| !t.contains(['?', '/'])))
                .map_or_else(|| text.rfind(':').map_or(0, |at| at + 1), |at| at + 2),
            _ => return None,
        };
        let hosts_start = match grammar {
            Grammar::Uri => userinfo_as_meant(&text).map_or(start, |u| u.at + 1),
            _ => start,
        };
        // `jdbc:postgresql:database`
        let opaque = grammar == Grammar::Jdbc && !text.get(..start)?.ends_with("//");
        let hosts_end = if opaque {
            start
        } else {
            until(&text, hosts_start, |c| "/?".contains(c))
        };
        let slash = rest(&text, hosts_end).starts_with('/');
        let from = hosts_end + usize::from(slash);
        let question = until(&text, from, |c| c == '?');
        // A query may begin with another sign than it should.
        let begin = seam(&text, from, question).unwrap_or(Span::new(question, question + 1));
        let database = (slash || opaque).then(|| Span::new(from, begin.start));
        let pairs = if begin.start < text.len() {
            pairs(&text, Span::new(begin.start, begin.end.min(text.len())))
        } else {
            Vec::new()
        };
        Some(Self {
            hosts: Span::new(hosts_start, hosts_end.min(begin.start)),
            database,
            pairs,
            text,
        })
    }
}

/// The pairs behind the sign at `begin`.
fn pairs(text: &str, begin: Span) -> Vec<Pair> {
    let mut out: Vec<Pair> = Vec::new();
    let mut separator = begin;
    let mut done = false;
    while !done {
        let start = separator.end;
        let ampersand = until(text, start, |c| c == '&');
        // What HTML makes of it separates all the same.
        let len = if rest(text, ampersand).starts_with("&amp;") {
            5
        } else {
            1
        };
        let next = seam(text, start, ampersand).unwrap_or(Span::new(ampersand, ampersand + len));
        done = next.start >= text.len();
        let end = next.start.min(text.len());
        let piece = slice(text, Span::new(start, end));
        let equals = piece.find('=').map(|len| start + len);
        // A password with a raw `&` in it goes on behind it.
        let belongs_to_secret = slice(text, separator) == "&"
            && !piece.is_empty()
            && out
                .last()
                .is_some_and(|pair| sounds_secret(slice(text, pair.key)))
            && !equals.is_some_and(|at| is_keyword(slice(text, Span::new(start, at))));
        match out.last_mut() {
            Some(pair) if belongs_to_secret => {
                pair.value = pair.value.map(|value| Span::new(value.start, end));
            }
            _ => out.push(Pair {
                separator,
                key: Span::new(start, equals.unwrap_or(end)),
                value: equals.map(|at| Span::new(at + 1, end)),
            }),
        }
        separator = next;
    }
    out
}

/// A `;`, a `?`, a comma or blanks between `from` and `end` behind which a keyword and a `=` stand, so that they were meant as
/// a separator; behind a database name also a `&`.
fn seam(text: &str, from: usize, end: usize) -> Option<Span> {
    let part = slice(text, Span::new(from, end.min(text.len())));
    let mut at = 0;
    while let Some(offset) = part
        .get(at..)
        .and_then(|p| p.find(|c: char| c.is_whitespace() || ";?&,".contains(c)))
    {
        let start = from + at + offset;
        let stop = until(text, start, |c| !(c.is_whitespace() || ";?&,".contains(c)))
            .min(from + part.len());
        let stop = stop.max(start + 1);
        let key_end = until(text, stop, |c| {
            !(c.is_ascii_alphanumeric() || "_-.".contains(c))
        });
        let key = slice(text, Span::new(stop, key_end));
        // `-c statement_timeout=5` is a value with a blank in it.
        let known = if part
            .get(at + offset..)
            .is_some_and(|p| p.starts_with([';', '?', '&']))
        {
            is_keyword(key)
        } else {
            keywords::libpq(key).is_some() || keywords::pgjdbc(key).is_some()
        };
        if rest(text, key_end).starts_with('=') && known {
            return Some(Span::new(start, stop));
        }
        at = stop - from;
    }
    None
}

fn is_keyword(key: &str) -> bool {
    key.len() <= 40 && known_anywhere(key.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn read(text: &str) -> String {
        let grammar = if text.starts_with("jdbc") {
            Grammar::Jdbc
        } else {
            Grammar::Uri
        };
        let parts = UrlParts::read(text.into(), grammar).expect("a URL");
        let show = |span: Span| slice(text, span);
        let pairs: Vec<String> = parts
            .pairs
            .iter()
            .map(|p| {
                let value = p.value.map_or("-", show);
                format!(" [{}]{}={value}", show(p.separator), show(p.key))
            })
            .collect();
        let database = parts.database.map_or("-", show);
        format!("{} {database}{}", show(parts.hosts), pairs.concat())
    }

    #[test]
    fn the_parts_are_those_that_were_meant() {
        for (text, expected) in [
            (
                "postgresql://u:p@h:5432/db?sslmode=require&user=x",
                "h:5432 db [?]sslmode=require [&]user=x",
            ),
            ("postgresql://h", "h -"),
            ("postgresql://h/", "h "),
            ("postgresql://h?user=u", "h - [?]user=u"),
            (
                "postgresql://h/db&sslmode=require&user=u",
                "h db [&]sslmode=require [&]user=u",
            ),
            (
                "postgresql://h/db sslmode=require user=u",
                "h db [ ]sslmode=require [ ]user=u",
            ),
            (
                "postgresql://h/db?sslmode=require?user=u;port=1",
                "h db [?]sslmode=require [?]user=u [;]port=1",
            ),
            (
                "jdbc:postgresql://h/db?user=u&password=p&s=s&sslmode=require&",
                "h db [?]user=u [&]password=p&s=s [&]sslmode=require [&]=-",
            ),
            (
                "postgresql://h/db?options=-c statement_timeout=5&&connect_timeout",
                "h db [?]options=-c statement_timeout=5 [&]=- [&]connect_timeout=-",
            ),
            (
                "postgresql://u:p#w/x@h/my#db?user=a#b",
                "h my#db [?]user=a#b",
            ),
            ("jdbc:postgresql:db?user=u", " db [?]user=u"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}

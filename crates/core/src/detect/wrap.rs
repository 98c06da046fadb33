//! Puts a URI together again that a terminal, a mail or a chat broke over several lines.

use super::uri_dialect;
use crate::parse::keywords::known_anywhere;
use crate::text::{Span, rest, slice};

/// The most lines that one URI is broken over.
const LINES: usize = 8;

/// The longest URI that is put together, in bytes.
const LONGEST: usize = 1000;

/// Where the URI really ends that reaches to the end of its line at `span`; `quote` is what closes the literal that it
/// stands in. `None` where the next line is another text.
pub(super) fn end(source: &str, span: Span, quote: Option<char>) -> Option<usize> {
    let mut end = span.end;
    let mut found = None;
    let line_end = source.get(end..)?.find('\n')? + end;
    let mut at = line_end + 1;
    for line in rest(source, at).split_inclusive('\n').take(LINES) {
        let text = line.trim();
        let from = at + (line.len() - line.trim_start().len());
        at += line.len();
        if at - span.start > LONGEST {
            break;
        }
        if let Some(quote) = quote {
            // All is one literal up to its quote, if it reads like one.
            let len = text.find(quote);
            let piece = text.get(..len.unwrap_or(text.len()))?;
            if piece.contains(|c: char| c.is_whitespace() || "'\"`;{}".contains(c))
                || uri_dialect(piece).is_some()
            {
                return None;
            }
            if let Some(len) = len {
                return Some(from + len);
            }
            continue;
        }
        let so_far = slice(source, Span::new(span.start, end));
        if opens_placeholder(so_far) && text.starts_with('>') {
            // What a formatter takes for the end of an element is none of the URI.
            let len = text.find("</").unwrap_or(text.len());
            let piece = text.get(..len)?;
            if piece.contains(char::is_whitespace) {
                break;
            }
            end = from + len;
            found = Some(end);
            if len < text.len() {
                break;
            }
            continue;
        }
        if !goes_on(so_far, text) {
            break;
        }
        end = from + text.len();
        found = Some(end);
    }
    found
}

/// Whether the URI ends in `<password`, whose `>` a formatter has put on the next line, as it does with elements of HTML.
fn opens_placeholder(uri: &str) -> bool {
    uri.rsplit_once('<').is_some_and(|(_, name)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
    })
}

/// Whether `line` can be nothing but the rest of `uri`.
fn goes_on(uri: &str, line: &str) -> bool {
    if line.is_empty()
        || line.contains(|c: char| c.is_whitespace() || "'\"`<>{};|".contains(c))
        || line.starts_with(['#', '-', '*'])
        || line.starts_with("./")
        || line.starts_with("//")
        || uri_dialect(line).is_some()
        || uri.ends_with('\\')
    {
        return false;
    }
    let query_open = uri.ends_with(['?', '&']);
    if is_assignment(line) {
        return query_open
            && line
                .split_once('=')
                .is_some_and(|(key, _)| known_anywhere(key));
    }
    let authority = uri.split_once("//").map_or(uri, |(_, rest)| rest);
    let open = !authority.contains(['/', '?']);
    query_open
        || uri.ends_with(['@', ':', '.', '=', '%', ','])
        || line.starts_with(['@', '?', '&'])
        || (open
            && (line.starts_with([':', '/', '.']) || line.contains('@') || ends_an_authority(line)))
        || (authority.matches('/').count() == 1 && uri.ends_with('/') && begins_a_query(line))
}

/// `db?sslmode=require`: the name of a database with parameters behind it.
fn begins_a_query(line: &str) -> bool {
    line.split_once('?')
        .and_then(|(_, query)| query.split_once('='))
        .is_some_and(|(key, _)| known_anywhere(key))
}

/// `NAME=value` or `name:` at the beginning of a line.
fn is_assignment(line: &str) -> bool {
    let len = line
        .find(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c)))
        .unwrap_or(line.len());
    match line.get(len..).and_then(|rest| rest.chars().next()) {
        Some('=') => len > 0,
        Some(':') => {
            len > 0
                && !line.get(len + 1..).is_some_and(|rest| {
                    rest.starts_with(|c: char| c.is_ascii_digit()) || rest.contains('@')
                })
        }
        _ => false,
    }
}

/// `base.azure.com:5432/db`, `ple.com/db?sslmode=require`: the end of a host with what follows one.
fn ends_an_authority(line: &str) -> bool {
    let len = line
        .find(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)))
        .unwrap_or(line.len());
    let behind = line.get(len..).unwrap_or("");
    len > 0
        && (behind.starts_with(['/', '?', '@'])
            || behind
                .strip_prefix(':')
                .is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(source: &str) -> &str {
        let first = source.find('\n').unwrap_or(source.len());
        let end = end(source, Span::new(0, first), None).unwrap_or(first);
        &source[..end]
    }

    #[test]
    fn what_goes_on_is_taken_whole() {
        for source in [
            "postgresql://u:p@h.postgres.data\nbase.azure.com:5432/db?sslmode=require",
            "postgresql://u:p@h:5432/db?sslmode=require&\n  connect_timeout=10",
            "postgresql://u:p@h:5432/db\n?sslmode=require\n&connect_timeout=10",
            "postgresql://u:\np@h/db",
            "postgresql://user:pass\n@h.example/db",
            "postgresql://<USER\n  >:<PASSWORD\n    >@h.example:5432/<DB\n      >?sslmode=require",
            "postgresql://us\ner:pw@h.example/db",
            "postgresql://u:p@h:5432/\ndb?sslmode=require",
        ] {
            assert_eq!(whole(source), source);
        }
    }

    #[test]
    fn a_formatters_closing_elements_are_left_out() {
        let source = "postgresql://h/<DB\n  >?sslmode=require</DB\n></DB\n>";
        assert_eq!(whole(source), "postgresql://h/<DB\n  >?sslmode=require");
    }

    #[test]
    fn what_stands_below_it_is_left_alone() {
        for source in [
            "postgresql://h/db\nDB_USER=u",
            "postgresql://h/db\nname: x",
            "postgresql://h:5432/\ndone",
            "postgresql://h\npostgresql://i",
            "postgresql://h/db?sslmode=require&\nAPP=1",
            "postgresql://h\n/usr/bin/x y",
            "postgresql://u:p@h\nhttps://i.example/x",
            "postgresql://h/db",
        ] {
            assert_eq!(
                whole(source),
                source.split('\n').next().unwrap_or(""),
                "{source}"
            );
        }
    }
}

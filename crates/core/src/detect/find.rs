//! Goes through a paste and takes out what looks like a connection string, from the outermost wrapping inwards.

use super::{Candidate, dialect, keyword_starts, uri_dialect, wrap};
use crate::layer::{Escapes, Excerpt};
use crate::model::{Dialect, Driver, Grammar, Layer, Param};
use crate::parse::keywords::known_anywhere;
use crate::parse::{parse, pdo, scheme};
use crate::text::{Span, is_invisible, slice};
use alloc::vec::Vec;

/// How far to look for a keyword or a scheme, in bytes.
const HEAD: usize = 64;

/// The quotes that a string may stand in; the second is what closes the first.
const QUOTES: [(char, char); 6] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('“', '”'),
    ('‘', '’'),
    ('„', '“'),
];

/// The connection strings in `source`, in the order of the text.
///
/// Linear in the text's length.
#[must_use]
pub fn find(source: &str) -> Vec<Candidate> {
    let whole = trimmed(source, Span::new(0, source.len()));
    if let Some(candidate) = whole_paste(source, whole) {
        return alloc::vec![candidate];
    }
    let paper = Paper::of(source);
    let mut out = Vec::new();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at = span.end;
        // A line that belongs to the string above it.
        if out
            .last()
            .is_some_and(|c: &Candidate| c.excerpt.span.end > span.start)
        {
            continue;
        }
        let before = out.len();
        if let Some(pairs) = pairs(source, trimmed(source, span)) {
            out.push(pairs);
            continue;
        }
        literals(source, span, paper, &mut out);
        if out.len() == before {
            bare(source, trimmed(source, span), paper, &mut out);
        }
    }
    // A paste that names an ODBC driver has its pairs from there, perhaps in several literals.
    if out.iter().any(|c| c.dialect == Dialect::AdoNet) && names_odbc(source) {
        out.retain(|c| c.dialect != Dialect::AdoNet);
    }
    super::blocks::find(source, &mut out);
    out.sort_by_key(|c| c.excerpt.span.start);
    out
}

fn names_odbc(source: &str) -> bool {
    let word = b"driver={";
    source
        .as_bytes()
        .windows(word.len())
        .any(|w| w.eq_ignore_ascii_case(word))
}

/// What kind of document the paste is: it decides how a literal is escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paper {
    Json,
    Xml,
    Other,
}

impl Paper {
    fn of(source: &str) -> Self {
        let text = source.trim_start();
        let json_member = text.starts_with('"') && text.contains("\":");
        if text.starts_with(['{', '[']) || json_member {
            Self::Json
        } else if text.starts_with('<') && text.contains('>') {
            Self::Xml
        } else {
            Self::Other
        }
    }
}

/// The whole paste as one string: nothing round it, perhaps over several lines.
fn whole_paste(source: &str, whole: Span) -> Option<Candidate> {
    let text = slice(source, whole);
    let found = dialect(text)?;
    let is_uri = uri_dialect(text).is_some();
    // A URI ends with its line; the pairs of the other dialects may go on over several.
    if is_uri && text.contains('\n') {
        return None;
    }
    Some(candidate(source, whole, Layer::Plain, Escapes::None, found))
}

/// The string literals of a line that are connection strings.
fn literals(source: &str, line: Span, paper: Paper, out: &mut Vec<Candidate>) {
    let mut unclosed: Vec<char> = Vec::new();
    let mut at = line.start;
    while at < line.end {
        let Some(c) = slice(source, Span::new(at, line.end)).chars().next() else {
            break;
        };
        let inside = at + c.len_utf8();
        let Some((open, close)) = QUOTES.iter().copied().find(|(open, _)| *open == c) else {
            at = inside;
            continue;
        };
        let body = slice(source, Span::new(inside, line.end));
        // A quote that nothing connection-like follows may be an apostrophe: go on behind it.
        if !begins_like_one(body) {
            at = inside;
            continue;
        }
        // Where nothing closes a quote of this kind any more, one look at the rest of the line is enough.
        if unclosed.contains(&close) {
            at = inside;
            continue;
        }
        let prefix = prefix(slice(source, Span::new(line.start, at)));
        let escapes = if prefix.contains('@') && open == '"' {
            // C#: `@"…"` takes backslashes as they are and doubles its quotes.
            Escapes::Doubled { quote: open }
        } else {
            escapes_of(open, paper)
        };
        let end = match literal_end(body, close, escapes) {
            Some(len) => inside + len,
            None => {
                unclosed.push(close);
                let end = trimmed(source, Span::new(inside, line.end)).end;
                let is_uri = uri_dialect(head(body).trim_start()).is_some();
                is_uri
                    .then(|| wrap::end(source, Span::new(inside, end), Some(close)))
                    .flatten()
                    .unwrap_or(end)
            }
        };
        let span = Span::new(inside, end);
        let layer = layer_of(source, line, at, paper);
        let excerpt = Excerpt::new(source, span, layer, escapes);
        match dialect(&excerpt.text) {
            Some(found) => {
                let interpolated = prefix.ends_with(['f', 'F']) || prefix.contains('$');
                let interpolated = interpolated && open != '`';
                out.push(Candidate {
                    excerpt: Excerpt {
                        interpolated,
                        ..excerpt
                    },
                    dialect: found,
                });
                at = end + close.len_utf8();
            }
            None => at = inside,
        }
    }
}

/// The letter or signs right before a quote that change what a literal means: `f`, `$`, `@`, `$@`.
fn prefix(before: &str) -> &str {
    let signs = before.trim_end_matches(['$', '@']).len();
    let start = match signs {
        all if all == before.len() => before.char_indices().next_back().map_or(0, |(at, _)| at),
        signs => signs,
    };
    before.get(start..).unwrap_or("")
}

/// A cheap look at what follows a quote, before anything is copied: reads no further than the longest keyword.
fn begins_like_one(body: &str) -> bool {
    let head = head(body).trim_start();
    uri_dialect(head).is_some()
        || head
            .split_once('=')
            .is_some_and(|(key, _)| known_anywhere(key.trim().trim_start_matches(pdo::PREFIX)))
        || head.contains('@')
            && scheme::is_missing(body.split(['"', '\'', '`']).next().unwrap_or(""))
}

/// The first bytes of `text`, as far as a keyword or a scheme can reach.
fn head(text: &str) -> &str {
    let end = (0..=text.len().min(HEAD))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    text.get(..end).unwrap_or("")
}

fn escapes_of(open: char, paper: Paper) -> Escapes {
    match (paper, open) {
        (Paper::Xml, _) => Escapes::Xml,
        (_, '"' | '`') => Escapes::Backslash { quote: open },
        (Paper::Other, '\'') => Escapes::Backslash { quote: open },
        _ => Escapes::None,
    }
}

/// The length of the literal's body, up to its closing quote.
fn literal_end(body: &str, close: char, escapes: Escapes) -> Option<usize> {
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        let doubled = || {
            body.get(at + c.len_utf8()..)
                .is_some_and(|rest| rest.starts_with(c))
        };
        if (c == '\\' && matches!(escapes, Escapes::Backslash { .. }))
            || (c == close && matches!(escapes, Escapes::Doubled { .. }) && doubled())
        {
            chars.next();
        } else if c == close {
            return Some(at);
        }
    }
    None
}

fn layer_of(source: &str, line: Span, quote: usize, paper: Paper) -> Layer {
    match paper {
        Paper::Json => Layer::Json,
        Paper::Xml => Layer::Xml,
        Paper::Other => {
            let before = slice(source, Span::new(line.start, quote));
            match assignment(before) {
                Some(layer) if before.trim_end().ends_with(['=', ':']) => layer,
                _ if before.trim().is_empty() => Layer::Plain,
                _ => Layer::SourceCode,
            }
        }
    }
}

/// `NAME=`, `export NAME=`, `name:` at the beginning of a line.
fn assignment(before: &str) -> Option<Layer> {
    let text = before.trim_start();
    let (exported, text) = match text.strip_prefix("export ") {
        Some(rest) => (true, rest.trim_start()),
        None => (text.starts_with("$env:"), text.trim_start_matches("$env:")),
    };
    let len = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c)))
        .unwrap_or(text.len());
    let after = text.get(len..)?;
    if len == 0 {
        return None;
    }
    match after.chars().next()? {
        '=' if exported => Some(Layer::Shell),
        '=' => Some(Layer::Dotenv),
        ':' => Some(Layer::Yaml),
        ' ' if exported && after.trim_start().starts_with('=') => Some(Layer::Shell),
        _ => None,
    }
}

/// A line that is made of pairs, or whose value is: the quotes in it are those of its values.
///
/// `host=… password='…'`, `NAME=host=…`, `name: Server=…;…`
fn pairs(source: &str, line: Span) -> Option<Candidate> {
    let text = slice(source, line);
    if text.starts_with('#') || text.starts_with("//") {
        return None;
    }
    let of_pairs = |span: Span| {
        dialect(slice(source, span))
            .filter(|found| !matches!(found.grammar(), Grammar::Uri | Grammar::Jdbc))
    };
    if let Some(found) = of_pairs(line) {
        return Some(candidate(source, line, Layer::Plain, Escapes::None, found));
    }
    if let Some(layer) = assignment(text)
        && let Some(separator) = text.find(['=', ':'])
    {
        let value = trimmed(source, Span::new(line.start + separator + 1, line.end));
        if let Some(found) = of_pairs(value) {
            return Some(candidate(source, value, layer, Escapes::None, found));
        }
    }
    // Behind other words, as in a log: from libpq's first keyword on, unless it stands in a literal or among the arguments of
    // a call.
    let start = keyword_starts(text).find(|start| {
        text.get(..*start)
            .is_some_and(|before| before.ends_with(char::is_whitespace) && !before.contains("://"))
    })?;
    let before = text.get(..start)?;
    let in_literal = before.matches('"').count() % 2 == 1
        || QUOTES
            .iter()
            .any(|(open, close)| !open.is_ascii() && before.rfind(*open) > before.rfind(*close));
    let arguments = [", ", "',", "\",", ",\n"]
        .iter()
        .any(|comma| text.contains(comma))
        || text.ends_with(',');
    if in_literal || arguments {
        return None;
    }
    let rest = Span::new(line.start + start, line.end);
    let found = of_pairs(rest).filter(|found| found.grammar() == Grammar::KeyValue)?;
    let pairs = parse(slice(source, rest), found, Driver::Libpq)
        .settings
        .all;
    let last = pairs.iter().rfind(|s| s.param != Param::Unknown)?;
    let end = rest.start + last.value.span.end + usize::from(last.value.quote.is_some());
    let span = Span::new(rest.start, end.min(rest.end));
    Some(candidate(source, span, Layer::Plain, Escapes::None, found))
}

/// A string without quotes in a line: behind an assignment, between tags, or among words.
fn bare(source: &str, line: Span, paper: Paper, out: &mut Vec<Candidate>) {
    let text = slice(source, line);
    if text.starts_with('#') || text.starts_with("//") {
        return;
    }
    let mut from = 0;
    while let Some(start) = next_uri(text, from) {
        let before = text.get(..start).unwrap_or("");
        let tail = text.get(start..).unwrap_or("");
        let in_tag = paper == Paper::Xml && before.ends_with('>');
        let len = if in_tag {
            tail.find('<').unwrap_or(tail.len())
        } else if let Some(len) = marked_up(before, tail) {
            len
        } else if before.trim().is_empty() || before.trim_end().ends_with(['=', ':']) {
            tail.len()
        } else {
            let word = tail.find(char::is_whitespace).unwrap_or(tail.len());
            // The punctuation of a sentence is no part of it.
            tail.get(..word)
                .map_or(word, |word| word.trim_end_matches(['.', ',', ';']).len())
        };
        let mut span = Span::new(line.start + start, line.start + start + len);
        if span.end == line.end {
            span.end = wrap::end(source, span, None).unwrap_or(span.end);
        }
        let (layer, escapes) = if in_tag {
            (Layer::Xml, Escapes::Xml)
        } else {
            (assignment(before).unwrap_or(Layer::Plain), Escapes::None)
        };
        // The target of a link whose text is the same says nothing new.
        let repeated = before.ends_with("](")
            && out
                .last()
                .is_some_and(|c| c.excerpt.text == slice(source, span));
        if let Some(found) = dialect(slice(source, span)).filter(|_| !repeated) {
            out.push(candidate(source, span, layer, escapes, found));
        }
        from = start + len.max(1);
    }
    if from == 0
        && let Some(layer) = assignment(text)
        && let Some(separator) = text.find(['=', ':'])
    {
        let value = trimmed(source, Span::new(line.start + separator + 1, line.end));
        // `https:` is a scheme of another kind.
        let other = slice(source, Span::new(line.start + separator, line.end)).starts_with("://");
        if !other && scheme::is_missing(slice(source, value)) {
            out.push(candidate(
                source,
                value,
                layer,
                Escapes::None,
                Dialect::LibpqUri,
            ));
        }
    }
    if out
        .last()
        .is_none_or(|last| last.excerpt.span.end <= line.start)
        && let Some(found) = dialect(text)
    {
        out.push(candidate(source, line, Layer::Plain, Escapes::None, found));
    }
}

/// The length of a URI that Markdown's signs stand round: `<…>`, `**…**`, `[…](…)`, with `before` and `tail` the line before
/// it and from it on.
fn marked_up(before: &str, tail: &str) -> Option<usize> {
    let word = tail.find(char::is_whitespace).unwrap_or(tail.len());
    let word = tail.get(..word)?;
    for (open, close) in [
        ("<", ">"),
        ("**", "**"),
        ("__", "__"),
        ("*", "*"),
        ("](", ")"),
        ("[", "]("),
    ] {
        if before.ends_with(open) {
            return word.rfind(close).filter(|len| *len > 0);
        }
    }
    None
}

/// Where the next URI of a known scheme begins, from byte `from` on.
fn next_uri(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(colon) = text.get(at..)?.find(':').map(|c| at + c) {
        let scheme_len = text
            .get(at..colon)?
            .chars()
            .rev()
            .take(HEAD)
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '+' || is_invisible(*c))
            .map(char::len_utf8)
            .sum::<usize>();
        let scheme = colon - scheme_len;
        // Behind a colon it is the tail of a longer scheme that connlint does not read, such as `r2dbc:postgresql:`.
        let whole = !text.get(..scheme)?.ends_with(':');
        if scheme_len > 0 && whole && uri_dialect(head(text.get(scheme..)?)).is_some() {
            return Some(scheme);
        }
        at = colon + 1;
    }
    None
}

fn candidate(
    source: &str,
    span: Span,
    layer: Layer,
    escapes: Escapes,
    dialect: Dialect,
) -> Candidate {
    Candidate {
        excerpt: Excerpt::new(source, span, layer, escapes),
        dialect,
    }
}

/// Without the blanks round it, and without the byte order mark that Windows programs put before a text.
fn trimmed(source: &str, span: Span) -> Span {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let raw = slice(source, span);
    let start = span.start + (raw.len() - raw.trim_start_matches(blank).len());
    Span::new(start, start + raw.trim_matches(blank).len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;
    use std::{format, vec};

    /// `layer dialect text` of everything found.
    fn found(source: &str) -> Vec<String> {
        find(source)
            .iter()
            .map(|c| format!("{} {} {}", c.excerpt.layer, c.dialect, c.excerpt.text))
            .collect()
    }

    #[test]
    fn a_bare_string_is_taken_whole() {
        for (source, expected) in [
            (
                "postgresql://u:p w@h/db sslmode=require",
                "plain libpq-uri postgresql://u:p w@h/db sslmode=require",
            ),
            (
                "host=h port=5432 dbname=db",
                "plain libpq-kv host=h port=5432 dbname=db",
            ),
            (
                "  Server=h;Database='a;b';\n",
                "plain ado.net Server=h;Database='a;b';",
            ),
            (
                "jdbc:postgresql://h/db",
                "plain jdbc-url jdbc:postgresql://h/db",
            ),
            (
                "host=h\nport=5432\nuser=u",
                "plain libpq-kv host=h\nport=5432\nuser=u",
            ),
            (
                "JDBC:postgres://h/db",
                "plain jdbc-url JDBC:postgres://h/db",
            ),
        ] {
            assert_eq!(found(source), vec![expected], "{source}");
        }
    }

    #[test]
    fn strings_are_found_in_what_people_paste() {
        for (source, expected) in [
            (
                "DATABASE_URL=postgres://u:p@h/db",
                vec!["dotenv libpq-uri postgres://u:p@h/db"],
            ),
            (
                "export DATABASE_URL='postgres://h/db'",
                vec!["shell libpq-uri postgres://h/db"],
            ),
            (
                "url: postgres://h/db",
                vec!["yaml libpq-uri postgres://h/db"],
            ),
            (
                "var c = new pg.Client('postgres://h/db');",
                vec!["source-code libpq-uri postgres://h/db"],
            ),
            (
                "{\"ConnectionStrings\": {\"A\": \"Host=h;Password=\\\"a;b\\\"\"}}",
                vec!["json ado.net Host=h;Password=\"a;b\""],
            ),
            (
                "<url>jdbc:postgresql://h/db?user=u&amp;password=p</url>",
                vec!["xml jdbc-url jdbc:postgresql://h/db?user=u&password=p"],
            ),
            (
                "sql.Open(\"postgres\", \"host=localhost password='a b' sslmode=disable\")",
                vec!["source-code libpq-kv host=localhost password='a b' sslmode=disable"],
            ),
            (
                "var s = @\"Host=h;Password=\"\"a\\;b\"\"\" + x;",
                vec!["source-code ado.net Host=h;Password=\"a\\;b\""],
            ),
            (
                "\u{feff}postgres://u:p w@h/db\r\n",
                vec!["plain libpq-uri postgres://u:p w@h/db"],
            ),
            (
                "psql postgres://h:5432/db -c 'select 1'",
                vec!["plain libpq-uri postgres://h:5432/db"],
            ),
            (
                "<url>jdbc:postgresql://h/d?user=u&amp;password=p&amp;sslmode=require</url>",
                vec!["xml jdbc-url jdbc:postgresql://h/d?user=u&password=p&sslmode=require"],
            ),
            (
                "log: cannot connect with host=h port=1 user=u today",
                vec!["plain libpq-kv host=h port=1 user=u"],
            ),
            (
                "services:\n  DSN: host=h password='p' dbname=d sslmode=require",
                vec!["yaml libpq-kv host=h password='p' dbname=d sslmode=require"],
            ),
            (
                "spring.r2dbc.url=r2dbc:postgresql://h/db?sslMode=require",
                vec!["dotenv r2dbc-url r2dbc:postgresql://h/db?sslMode=require"],
            ),
            (
                "c = \"Driver={PostgreSQL Unicode};Server=h;Port=5432;Uid=u;\"",
                vec!["source-code odbc Driver={PostgreSQL Unicode};Server=h;Port=5432;Uid=u;"],
            ),
            (
                "new PDO('pgsql:host=h;dbname=d', $u)",
                vec!["source-code pdo-dsn pgsql:host=h;dbname=d"],
            ),
            (
                "engine = create_engine('postgresql+psycopg2://u:p@h/db')",
                vec!["source-code sqlalchemy-url postgresql+psycopg2://u:p@h/db"],
            ),
            (
                "DB=host=h port=5432\nOTHER=jdbc:postgresql://h/db",
                vec![
                    "dotenv libpq-kv host=h port=5432",
                    "dotenv jdbc-url jdbc:postgresql://h/db",
                ],
            ),
        ] {
            assert_eq!(found(source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_connection_string_is_left_alone() {
        for source in [
            "",
            "hello",
            "it's = a; test",
            "https://example.com/a?b=c",
            "mysql://h/db",
            "# host=h port=1",
        ] {
            assert!(find(source).is_empty(), "{source}");
        }
    }
}

//! How an error is worded: its text as it is said, with fields in braces where every case says something else.
//!
//! People paste errors as they find them: wrapped by a terminal, escaped by a JSON logger, with typographic quotes from a
//! ticket. So letters match in any case, a blank stands for any white space, raw or escaped, and a quote for any quote.

use super::PointsAt;
use crate::diagnostics::Certainty;
use crate::text::{Span, first, rest, slice};
use alloc::vec::Vec;

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `{host}`: a host name, or an address in its place.
    Host,
    /// `{ip}`: the server's address.
    Ip,
    /// `{port}`: digits.
    Port,
    /// `{user}`: a user name.
    User,
    /// `{database}`: a database name.
    Database,
    /// `{client}`: the client's address as the server saw it.
    Client,
    /// `{key}`: the name of a setting.
    Key,
    /// `{secret}`: what may be a piece of a password, and is never shown.
    Secret,
    /// `{state}`: a SQLSTATE.
    State,
    /// `{any}`: something that does not matter, and is not shown.
    Any,
}

impl Field {
    fn from_name(name: &str) -> Self {
        match name {
            "host" => Self::Host,
            "ip" => Self::Ip,
            "port" => Self::Port,
            "user" => Self::User,
            "database" => Self::Database,
            "client" => Self::Client,
            "key" => Self::Key,
            "secret" => Self::Secret,
            "state" => Self::State,
            _ => Self::Any,
        }
    }
}

/// How near to the cause a wording is: of several that stand together, the nearest one explains the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Not about a connection at all.
    Aside,
    /// Something failed, and what it was stands elsewhere if anywhere.
    Wrapper,
    /// The connection broke off or no answer came; why is not said.
    Symptom,
    /// What the network said of one address.
    Network,
    /// A SQLSTATE, whose words are in a language that connlint does not know.
    Code,
    /// What a second try was told, which only made the mistake of doing without TLS.
    SecondTry,
    /// The cause itself.
    Cause,
}

/// One way to word a failure.
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// The text, with fields in braces.
    pub text: &'static str,
    /// How near to the cause it is.
    pub depth: Depth,
    /// How sure it is that this failure is meant.
    pub certainty: Certainty,
    /// The part of the string it points at, where that is another one than the failure's.
    pub points_at: Option<PointsAt>,
    /// The SQLSTATE that comes with it, whether or not the client shows it.
    pub sqlstate: Option<&'static str>,
}

impl Wording {
    const fn new(text: &'static str, depth: Depth, certainty: Certainty) -> Self {
        Self {
            text,
            depth,
            certainty,
            points_at: None,
            sqlstate: None,
        }
    }

    pub(super) const fn likely(mut self) -> Self {
        self.certainty = Certainty::Likely;
        self
    }

    /// Others say the same for other reasons.
    pub(super) const fn ambiguous(mut self) -> Self {
        self.certainty = Certainty::Depends;
        self
    }

    pub(super) const fn at(mut self, part: PointsAt) -> Self {
        self.points_at = Some(part);
        self
    }

    pub(super) const fn state(mut self, sqlstate: &'static str) -> Self {
        self.sqlstate = Some(sqlstate);
        self
    }

    pub(super) const fn second_try(mut self) -> Self {
        self.depth = Depth::SecondTry;
        self
    }
}

/// A verdict of the server, which comes with this SQLSTATE.
pub(super) const fn server(sqlstate: &'static str, text: &'static str) -> Wording {
    let mut wording = cause(text);
    wording.sqlstate = Some(sqlstate);
    wording
}

/// A cause that the client, or a pooler or gateway between, states.
pub(super) const fn cause(text: &'static str) -> Wording {
    Wording::new(text, Depth::Cause, Certainty::Certain)
}

/// What the network said of one address.
pub(super) const fn network(text: &'static str) -> Wording {
    Wording::new(text, Depth::Network, Certainty::Certain)
}

/// What is seen of a failure whose reason is not said.
pub(super) const fn symptom(text: &'static str) -> Wording {
    Wording::new(text, Depth::Symptom, Certainty::Likely)
}

/// What is said round a failure that stands elsewhere.
pub(super) const fn wrapper(text: &'static str) -> Wording {
    Wording::new(text, Depth::Wrapper, Certainty::Depends)
}

/// The name of an error that stands for a SQLSTATE, whatever the language of its words.
pub(super) const fn code(text: &'static str) -> Wording {
    Wording::new(text, Depth::Code, Certainty::Depends)
}

/// What has nothing to do with a connection.
pub(super) const fn aside(text: &'static str) -> Wording {
    Wording::new(text, Depth::Aside, Certainty::Likely)
}

/// A field with the place of what stands in it.
pub(super) type Captured = (Field, Span);

/// How long a field may be, in bytes: it keeps matching linear in the text's length.
const FIELD: usize = 300;
/// How much white space a blank may stand for.
const BLANK: usize = 200;
/// How many backslashes may stand before an escaped sign: JSON inside JSON inside JSON.
const BACKSLASHES: usize = 7;

/// Matches `wording` at `start`: where it ends, and its fields.
pub(super) fn match_at(wording: &str, text: &str, start: usize) -> Option<(usize, Vec<Captured>)> {
    let mut fields = Vec::new();
    let end = walk(wording, text, start, &mut |field| fields.push(field))?;
    Some((end, fields))
}

/// Where `wording` ends if it stands at `start`.
pub(super) fn end_at(wording: &str, text: &str, start: usize) -> Option<usize> {
    walk(wording, text, start, &mut |_| {})
}

fn walk(
    wording: &str,
    text: &str,
    start: usize,
    found: &mut impl FnMut(Captured),
) -> Option<usize> {
    let mut rest = wording;
    let mut at = start;
    loop {
        let (literal, after) = match rest.split_once('{') {
            Some((literal, after)) => (literal, Some(after)),
            None => (rest, None),
        };
        at = eat(text.as_bytes(), at, literal.trim_end_matches('*'))?;
        let Some((name, behind)) = after.and_then(|after| after.split_once('}')) else {
            return ends_well(wording, text, at).then_some(at);
        };
        let field = Field::from_name(name);
        // « French sets its quotes apart ».
        if literal.ends_with(['"', '\'', '`']) {
            at = blank(text.as_bytes(), at).unwrap_or(at);
        }
        let next = behind.split('{').next().unwrap_or("");
        let end = field_end(field, text, at, next)?;
        found((field, trimmed(text, Span::new(at, end))));
        at = end;
        rest = behind;
    }
}

/// A span without the white space round it.
fn trimmed(text: &str, span: Span) -> Span {
    let inside = slice(text, span);
    let start = span.start + inside.len() - inside.trim_start().len();
    Span::new(start, start + inside.trim().len())
}

/// Where a wording begins whose `lead` ends at `end`.
pub(super) fn start_of(lead: &str, text: &str, end: usize) -> Option<usize> {
    eat_back(text.as_bytes(), end, lead)
}

/// Whether a wording that begins with a letter or a digit begins a word at `start`.
pub(super) fn begins_well(wording: &str, text: &str, start: usize) -> bool {
    if !wording.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return true;
    }
    let mut before = text
        .as_bytes()
        .get(..start)
        .unwrap_or_default()
        .iter()
        .rev();
    match before.next() {
        // `\nFATAL` in JSON: the letter belongs to the line break.
        Some(b'n' | b't' | b'r') => before.next() == Some(&b'\\'),
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

/// Whether a wording that ends with a letter or a digit ends a word at `end`; with a star the word may go on.
fn ends_well(wording: &str, text: &str, end: usize) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    !(word(wording.as_bytes().last()) && word(text.as_bytes().get(end)))
}

/// Where a field ends that begins at `at` and is followed by the literal text `next`.
fn field_end(field: Field, text: &str, at: usize, next: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = |allowed: fn(u8) -> bool| {
        let rest = bytes.get(at..)?;
        let len = rest.iter().take(FIELD).take_while(|b| allowed(**b)).count();
        (len > 0).then_some(at + len)
    };
    match field {
        Field::Port => run(|b| b.is_ascii_digit()).filter(|end| end - at <= 5),
        Field::Ip => {
            let end = run(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'))?;
            // `192.0.2.7:5432`, `::1:5432`: the last part is the port.
            let found = text.get(at..end)?.trim_end_matches(':');
            let len = match found.rfind(':') {
                Some(colon) if next.starts_with(':') => colon,
                _ => found.len(),
            };
            (len > 0).then_some(at + len)
        }
        Field::State => {
            run(|b| b.is_ascii_digit() || b.is_ascii_uppercase()).filter(|end| end - at == 5)
        }
        // A name, where the server looks names up, or `[local]`.
        Field::Client => run(|b| b.is_ascii_alphanumeric() || b".:-_[]%/".contains(&b)),
        // Behind an `@` stands the host that was meant, and before it the end of a password.
        Field::Host | Field::Database if next.is_empty() && line(text, at).contains('@') => {
            let line = line(text, at);
            let last = line.rfind('@')?;
            let rest = line.get(last..)?;
            Some(at + last + rest.find(char::is_whitespace).unwrap_or(rest.len()))
        }
        _ if next.is_empty() => {
            let end = run(|b| {
                !b.is_ascii_whitespace()
                    && !matches!(
                        b,
                        b'"' | b'\''
                            | b'`'
                            | b','
                            | b';'
                            | b'('
                            | b')'
                            | b'<'
                            | b'>'
                            | b'\\'
                            | b'{'
                            | b'}'
                    )
            })?;
            let found = text.get(at..end)?;
            let kept = found.trim_end_matches(['.', ':', '!', '?', ']']);
            (!kept.is_empty()).then_some(at + kept.len())
        }
        _ => {
            // What stands in quotes ends with the quote that belongs to the first one: a name may hold others.
            let closing = closing(text.get(..at)?).filter(|_| next.starts_with(['"', '\'', '`']));
            let mut end = at;
            while end <= at + FIELD {
                let is_end = match closing {
                    Some(closing) => quote_at(bytes, end).is_some_and(|(q, behind)| {
                        closing.contains(&q) && !(next.len() == 1 && goes_on(bytes, behind, q))
                    }),
                    None => true,
                };
                match eat(bytes, end, next) {
                    Some(_) if is_end => return Some(end),
                    None if is_end && closing.is_some() => return None,
                    _ => {}
                }
                if bytes.get(end).is_none_or(|b| *b == b'\n') {
                    return None;
                }
                end += 1;
                while !text.is_char_boundary(end) {
                    end += 1;
                }
            }
            None
        }
    }
}

/// Whether a word goes on behind a quote, to another one of the kind: then the quote is one of the name, such as a piece of a
/// password before an `@`.
fn goes_on(text: &[u8], at: usize, quote: &str) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let word = rest
        .iter()
        .take(FIELD)
        .take_while(|b| !b.is_ascii_whitespace())
        .count();
    let word = rest.get(..word).unwrap_or_default();
    let again = word
        .windows(quote.len())
        .position(|w| w == quote.as_bytes());
    let begins = word.first().is_some_and(u8::is_ascii_alphanumeric);
    again.is_some_and(|again| begins || word.get(..again).is_some_and(|w| w.contains(&b'@')))
}

/// The rest of the line, as far as a field can reach.
fn line(text: &str, at: usize) -> &str {
    let rest = rest(text, at);
    first(rest, rest.find('\n').unwrap_or(rest.len()).min(FIELD))
}

/// Where `literal` ends in `text` if it stands at `at`.
fn eat(text: &[u8], mut at: usize, literal: &str) -> Option<usize> {
    for want in literal.bytes() {
        at = match want {
            b' ' => blank(text, at)?,
            b'"' | b'\'' | b'`' => quote(text, at)?,
            _ if text.get(at)?.eq_ignore_ascii_case(&want) => at + 1,
            _ => return None,
        };
    }
    Some(at)
}

/// Where `literal` begins in `text` if it ends at `end`.
fn eat_back(text: &[u8], end: usize, literal: &str) -> Option<usize> {
    let mut at = end;
    for want in literal.bytes().rev() {
        let before = text.get(..at)?;
        at = match want {
            b' ' => blank_back(before)?,
            b'"' | b'\'' | b'`' => quote_back(before)?,
            _ if before.last()?.eq_ignore_ascii_case(&want) => at - 1,
            _ => return None,
        };
    }
    Some(at)
}

const NO_BREAK_SPACE: &[u8] = "\u{a0}".as_bytes();

fn blank(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while at < start + BLANK {
        let rest = text.get(at..)?;
        at += match rest {
            [b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
            [b'\\', ..] => match rest.get(backslashes(rest.iter())) {
                Some(b'n' | b't' | b'r') => backslashes(rest.iter()) + 1,
                _ => break,
            },
            _ if rest.starts_with(NO_BREAK_SPACE) => NO_BREAK_SPACE.len(),
            _ => break,
        };
    }
    (at > start).then_some(at)
}

fn blank_back(text: &[u8]) -> Option<usize> {
    let mut at = text.len();
    while at + BLANK > text.len() {
        let before = text.get(..at)?;
        at -= match before {
            [.., b' ' | b'\t' | b'\r' | b'\n'] => 1,
            [.., b'\\', b'n' | b't' | b'r'] => 1 + backslashes(before.get(..at - 1)?.iter().rev()),
            _ if before.ends_with(NO_BREAK_SPACE) => NO_BREAK_SPACE.len(),
            _ => break,
        };
    }
    (at < text.len()).then_some(at)
}

/// Every way in which a quote is written.
const QUOTES: &[&str] = &[
    "\"", "'", "`", "“", "”", "„", "‘", "’", "‚", "«", "»", "「", "」", "&quot;", "&#34;", "&#39;",
    "&apos;", "u0022", "u0027",
];

fn backslashes<'a>(bytes: impl Iterator<Item = &'a u8>) -> usize {
    bytes.take(BACKSLASHES).take_while(|b| **b == b'\\').count()
}

fn quote(text: &[u8], at: usize) -> Option<usize> {
    quote_at(text, at).map(|(_, end)| end)
}

/// The quote at `at`, without its escapes, and where it ends.
fn quote_at(text: &[u8], at: usize) -> Option<(&'static str, usize)> {
    let first = *text.get(at)?;
    if first.is_ascii_alphanumeric() {
        return None;
    }
    // « French sets its quotes apart ».
    if let Some(behind) = blank(text, at) {
        let rest = text.get(behind..)?;
        return rest
            .starts_with("»".as_bytes())
            .then_some(("»", behind + "»".len()));
    }
    let escapes = backslashes(text.get(at..)?.iter());
    let rest = text.get(at + escapes..)?;
    let found = QUOTES.iter().find(|q| rest.starts_with(q.as_bytes()))?;
    Some((found, at + escapes + found.len()))
}

/// The quotes that can end what begins behind `before`, which ends with a quote.
fn closing(before: &str) -> Option<&'static [&'static str]> {
    let before = before.trim_end();
    let open = QUOTES.iter().find(|q| before.ends_with(**q))?;
    let pairs: &[(&str, &[&str])] = &[
        ("“", &["”", "“"]),
        ("„", &["“", "”"]),
        ("‘", &["’", "‘"]),
        ("‚", &["‘", "’"]),
        ("«", &["»"]),
        ("»", &["«", "»"]),
        ("「", &["」"]),
        ("`", &["`", "'"]),
    ];
    let pair = pairs
        .iter()
        .find(|(q, _)| q == open)
        .map(|(_, close)| *close);
    Some(pair.unwrap_or(core::slice::from_ref(open)))
}

fn quote_back(text: &[u8]) -> Option<usize> {
    let found = QUOTES.iter().find(|q| text.ends_with(q.as_bytes()))?;
    let at = text.len() - found.len();
    let escapes = backslashes(text.get(..at)?.iter().rev());
    (escapes > 0 || !found.starts_with('u')).then_some(at - escapes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn fields(wording: &str, text: &str) -> Option<Vec<(Field, String)>> {
        let (_, fields) = match_at(wording, text, 0)?;
        Some(
            fields
                .into_iter()
                .map(|(field, span)| (field, slice(text, span).into()))
                .collect(),
        )
    }

    #[test]
    fn fields_take_what_stands_between_the_words() {
        let wording =
            r#"entry for host "{client}", user "{user}", database "{database}", no encryption"#;
        for text in [
            r#"entry for host "192.0.2.7", user "app", database "shop", no encryption"#,
            r#"ENTRY for host \"192.0.2.7\", user \"app\", database \"shop\", no encryption"#,
            "entry for\n  host “192.0.2.7”,\tuser “app”,\\n database 'shop',  no encryption",
            r#"entry for host &quot;192.0.2.7&quot;, user \u0022app\u0022, database \\\"shop\\\", no encryption."#,
        ] {
            let found = fields(wording, text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found[0], (Field::Client, "192.0.2.7".into()), "{text}");
            assert_eq!(found[1], (Field::User, "app".into()), "{text}");
            assert_eq!(found[2], (Field::Database, "shop".into()), "{text}");
        }
        assert_eq!(
            fields(wording, r#"entry for host "192.0.2.7", user "app", SSL on"#),
            None
        );
    }

    #[test]
    fn a_name_may_hold_other_quotes_than_its_own() {
        let user = |text| fields("user \"{user}\" rest", text).map(|mut f| f.remove(0).1);
        assert_eq!(user("user \"o'neil\" rest").as_deref(), Some("o'neil"));
        assert_eq!(user("user « ann » rest").as_deref(), Some("ann"));
        assert_eq!(user("user »ann« rest").as_deref(), Some("ann"));
        assert_eq!(user("user „ann“ rest").as_deref(), Some("ann"));
        assert_eq!(user("user \"ann\" x\" rest"), None);
    }

    #[test]
    fn the_last_field_ends_with_its_word() {
        let host = |text| fields("ENOTFOUND {host}", text).map(|mut f| f.remove(0).1);
        assert_eq!(host("ENOTFOUND db.example").as_deref(), Some("db.example"));
        assert_eq!(
            host("ENOTFOUND db.example.\n    at x").as_deref(),
            Some("db.example")
        );
        assert_eq!(
            host(r#"ENOTFOUND db.example","code""#).as_deref(),
            Some("db.example")
        );
        assert_eq!(host("ENOTFOUND  "), None);
        let port = |text| fields("port {port}", text);
        assert!(
            port("port 5432?").is_some()
                && port("port 123456").is_none()
                && port("port x").is_none()
        );
    }

    #[test]
    fn words_are_whole() {
        let whole = |wording, text, at| {
            begins_well(wording, text, at) && match_at(wording, text, at).is_some()
        };
        assert!(whole("EOF", "an eof", 3));
        assert!(!whole("EOF", "geoffrey", 1));
        assert!(!whole("EOF", "xeof", 1));
        assert!(whole("EOF", r"failed:\nEOF", 9));
        assert!(whole("EOF", r#""eof""#, 1));
        assert!(!whole("eof", "eofs", 0));
    }

    #[test]
    fn what_stands_before_the_anchor_is_matched_backwards() {
        let start = |lead, text: &str| start_of(lead, text, text.len());
        assert_eq!(start(r#"role ""#, r#"a role  \""#), Some(2));
        assert_eq!(start("could not ", "it could\\n  not "), Some(3));
        assert_eq!(start("could not ", "it couldn't "), None);
        assert_eq!(start("host \"", "host \\u0022"), Some(0));
        assert_eq!(start("host \"", "host u0022"), None);
    }

    #[test]
    fn every_quote_is_one_in_both_directions() {
        for quote in QUOTES.iter().filter(|q| !q.starts_with('u')) {
            let text = std::format!("x{quote}");
            assert_eq!(eat(text.as_bytes(), 0, "x\""), Some(text.len()), "{quote}");
            assert_eq!(
                eat_back(text.as_bytes(), text.len(), "x\""),
                Some(0),
                "{quote}"
            );
        }
    }
}

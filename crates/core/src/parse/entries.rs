//! Settings that stand apart from each other: environment variables, YAML and JSON members, arguments of a call, object
//! literals, sections of an INI file.
//!
//! All of them are names with values, so one lexer reads them all: a name that connlint knows, a separator, a literal. What
//! the name means is told by its last words: `PGHOST`, `DB_HOST`, `AZURE_POSTGRESQL_HOST`, `spring.datasource.username`.

use super::libpq_kv::{pair_up, split_list, value_kind};
use super::{Builder, Parse, TokenKind, keywords};
use crate::layer::{Escapes, Notation, comment_start, in_command};
use crate::model::{Dialect, Origin, Param, Setting, Value};
use crate::text::{Span, last, rest, slice};
use alloc::string::String;
use alloc::vec::Vec;

/// A name with its value, as found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Where it begins: with its name, or with the word `name` of a pair `name: PGHOST`, `value: h`.
    pub(crate) start: usize,
    /// Where the name stands, without quotes, sigils and dashes.
    pub(crate) key: Span,
    /// What it means.
    pub(crate) param: Param,
    /// What stands before the telling word: `DB_` of `DB_HOST`. Entries of one connection share it.
    pub(crate) prefix: String,
    /// Where the value stands, without quotes.
    pub(crate) value: Span,
    /// The quote round it.
    pub(crate) quote: Option<char>,
    /// The kind of text that it stands in.
    pub(crate) notation: Notation,
    /// How the value is written.
    pub(crate) escapes: Escapes,
}

/// The literal behind a name.
#[derive(Clone, Copy)]
struct Literal {
    span: Span,
    quote: Option<char>,
    notation: Notation,
    escapes: Escapes,
}

impl Literal {
    /// Just past the quote that closes it.
    fn end(self) -> usize {
        self.span.end + usize::from(self.quote.is_some())
    }
}

pub(super) fn parse(text: &str, dialect: Dialect) -> Parse {
    let mut b = Builder::new(dialect);
    for entry in find(text) {
        b.tokens.push(TokenKind::Key, entry.key);
        b.tokens.push(value_kind(entry.param), entry.value);
        let (content, _) = entry.escapes.decode(slice(text, entry.value), 0);
        b.settings.all.push(Setting {
            param: entry.param,
            key: slice(text, entry.key).into(),
            key_span: Some(entry.key),
            value: Value::of(entry.param, entry.value, entry.quote, content),
            origin: Origin::Pair,
        });
    }
    if dialect == Dialect::NodeObject {
        node_tls(&mut b, text);
    }
    let list = |b: &Builder, param| {
        b.settings
            .get(param)
            .filter(|s| !s.value.expose().is_empty())
            .map(|s| split_list(slice(text, s.value.span), s.value.span, s.value.expose()))
            .unwrap_or_default()
    };
    let (hosts, ports) = (list(&b, Param::Host), list(&b, Param::Port));
    b.settings.hosts = pair_up(&hosts, &ports);
    super::libpq_kv::check_port(&mut b);
    b.finish(text)
}

/// node-postgres takes an object for `ssl`: what it says of the check and of the trusted roots.
fn node_tls(b: &mut Builder, text: &str) {
    let Some((key, object)) = member(text, "ssl", 0).filter(|(_, at)| starts(text, *at, "{"))
    else {
        return;
    };
    let end = object + object_len(text, object).unwrap_or(text.len() - object);
    let inside = text.get(..end).unwrap_or(text);
    let mut push = |param, key: Span, span, content: &str| {
        b.tokens.push(TokenKind::Key, key);
        b.settings.all.push(Setting {
            param,
            key: slice(text, key).into(),
            key_span: Some(key),
            value: Value::of(param, span, None, content.into()),
            origin: Origin::Pair,
        });
    };
    match member(inside, "rejectUnauthorized", object) {
        // In the words that node-postgres has for it in a URL.
        Some((key, at)) if starts(text, at, "false") => {
            push(Param::Ssl, key, Span::new(at, at + 5), "no-verify");
        }
        _ => push(Param::Ssl, key, Span::new(object, object + 1), "true"),
    }
    if let Some((key, at)) = member(inside, "ca", object)
        && let Some(call) = inside.get(at..).filter(|rest| {
            rest.split_once('(')
                .is_some_and(|(name, _)| name.ends_with("readFileSync"))
        })
        && let Some(quote_at) = call.find(['"', '\''])
        && let Some(quote) = call.get(quote_at..).and_then(|rest| rest.chars().next())
    {
        let from = at + quote_at + 1;
        let escapes = Escapes::Backslash { quote };
        if let Some(len) = closing(rest(inside, from), quote, escapes) {
            let span = Span::new(from, from + len);
            let (file, _) = escapes.decode(slice(text, span), 0);
            push(Param::SslRootCert, key, span, &file);
        }
    }
}

/// The length of the object literal at byte `at`, braces included; braces in its strings do not count.
pub(crate) fn object_len(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut depth = 0_usize;
    let mut quote = None;
    let mut chars = rest.char_indices();
    while let Some((len, c)) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), '\\') => {
                chars.next();
            }
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth <= 1 => return Some(len + 1),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Where the member `name` of an object stands from byte `from` on, and where its value begins.
fn member(text: &str, name: &str, from: usize) -> Option<(Span, usize)> {
    let mut at = from;
    while let Some(start) = next_name(text, at) {
        at = name_end(text, start);
        let quoted = usize::from(starts(text, at, "\"") || starts(text, at, "'"));
        let colon = skip_blanks(text, at + quoted);
        if slice(text, Span::new(start, at)) == name && starts(text, colon, ":") {
            return Some((Span::new(start, at), skip_blanks(text, colon + 1)));
        }
    }
    None
}

fn starts(text: &str, at: usize, with: &str) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(with))
}

/// Every entry in `text` whose name connlint knows; linear in the text's length.
pub(crate) fn find(text: &str) -> Vec<Entry> {
    let mut out = Vec::new();
    let is_airflow = text.contains("conn_type") || text.contains("\"login\"");
    let mut lines = Lines::of(text);
    let mut at = 0;
    while let Some(start) = next_name(text, at) {
        let end = name_end(text, start);
        at = end;
        let key = Span::new(start, end);
        // A part of a URL or of an address is no name.
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        if matches!(before, Some('/' | '@' | '\\' | '<')) || !is_separated(text, end) {
            continue;
        }
        let name = slice(text, key);
        if is_one_of(name, &["name", "key"])
            && let Some(named) = value_behind(&mut lines, start, end)
            && let Some(value) = value_member(&mut lines, named.end())
        {
            // `name: PGHOST`, `value: h`; the value of something else is none of ours.
            at = value.end();
            if let Some((param, prefix)) = meaning(slice(text, named.span)) {
                out.push(entry(start, named.span, param, prefix, value));
            }
            continue;
        }
        // Airflow calls the database of a connection its schema.
        let found = meaning(name)
            .or_else(|| (is_airflow && name == "schema").then(|| (Param::Database, String::new())));
        if let Some((param, prefix)) = found
            && let Some(value) = value_behind(&mut lines, start, end)
        {
            at = value.end();
            out.push(entry(start, key, param, prefix, value));
        }
    }
    out
}

/// What a program tells an object in calls: `ds.setUser("app")`, `.username("app")`, `props.put("user", "app")`. The prefix of
/// each is the object's name in small letters, empty in a chain of calls. Linear in the text's length.
pub(crate) fn told(text: &str) -> Vec<Entry> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = next_name(text, at) {
        let end = name_end(text, start);
        at = end;
        let Some(first) = argument(text, end, '(') else {
            continue;
        };
        let name = slice(text, Span::new(start, end));
        let (object, called) = name.rsplit_once('.').unwrap_or(("", name));
        if object.is_empty()
            && !text
                .get(..start)
                .is_some_and(|before| before.ends_with('.'))
        {
            continue;
        }
        let (key, value) = match argument(text, first.end(), ',') {
            Some(second) => (slice(text, first.span), second),
            None => (called, first),
        };
        let setter = ["set", "with"]
            .iter()
            .find_map(|verb| key.strip_prefix(verb));
        let closes = rest(text, value.end()).trim_start().starts_with(')');
        if closes && let Some((param, _)) = meaning(setter.unwrap_or(key)) {
            let prefix = object.to_ascii_lowercase();
            out.push(entry(start, Span::new(start, end), param, prefix, value));
        }
    }
    out
}

/// The user and the password, where they are literals, that are the next arguments behind the one in quotes that ends at byte
/// `end`.
pub(crate) fn arguments(text: &str, end: usize) -> [Option<Entry>; 2] {
    let quote = rest(text, end).chars().next().map_or(0, char::len_utf8);
    let user = argument(text, end + quote, ',');
    let password = user.and_then(|user| argument(text, user.end(), ','));
    let entry = |param, value: Literal| entry(end, value.span, param, String::new(), value);
    [
        user.map(|value| entry(Param::User, value)),
        password.map(|value| entry(Param::Password, value)),
    ]
}

/// The literal in quotes behind the next `sign`, with nothing else before it.
fn argument(text: &str, at: usize, sign: char) -> Option<Literal> {
    let behind = rest(text, at).trim_start().strip_prefix(sign)?.trim_start();
    let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let from = text.len() - behind.len() + quote.len_utf8();
    let notation = Notation::Code(crate::layer::Tongue::Other);
    let escapes = escapes_of(notation, quote);
    let len = closing(rest(text, from), quote, escapes)?;
    Some(Literal {
        span: Span::new(from, from + len),
        quote: Some(quote),
        notation,
        escapes,
    })
}

fn entry(start: usize, key: Span, param: Param, prefix: String, value: Literal) -> Entry {
    Entry {
        start,
        key,
        param,
        prefix,
        value: value.span,
        quote: value.quote,
        notation: value.notation,
        escapes: value.escapes,
    }
}

/// A cheap look behind a name that ends at byte `end`: whether a separator follows, without which [`value_behind`] finds nothing.
fn is_separated(text: &str, end: usize) -> bool {
    let mut bytes = rest(text, end).bytes().peekable();
    bytes.next_if(|b| matches!(b, b'"' | b'\''));
    bytes
        .find(|b| !matches!(b, b' ' | b'\t'))
        .is_some_and(|b| matches!(b, b'=' | b':'))
}

fn is_one_of(name: &str, words: &[&str]) -> bool {
    words.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// The member `value` that comes next behind the member `name`.
fn value_member(lines: &mut Lines<'_>, from: usize) -> Option<Literal> {
    let text = lines.text;
    let start = next_name(text, from)?;
    let between = slice(text, Span::new(from, start));
    let end = name_end(text, start);
    let next_to_it = between.len() <= 80
        && between
            .chars()
            .all(|c| c.is_whitespace() || "\"',-;<>/".contains(c));
    if !next_to_it || !is_one_of(slice(text, Span::new(start, end)), &["value"]) {
        return None;
    }
    value_behind(lines, start, end)
}

fn next_name(text: &str, from: usize) -> Option<usize> {
    let mut bytes = text.as_bytes().get(from..)?.iter();
    bytes.position(u8::is_ascii_alphabetic).map(|at| from + at)
}

fn name_end(text: &str, start: usize) -> usize {
    let mut bytes = rest(text, start).bytes();
    bytes
        .position(|b| !(b.is_ascii_alphanumeric() || is_separator(b)))
        .map_or(text.len(), |len| start + len)
}

/// What the name of a setting means, and what stands before the word that tells.
pub(crate) fn meaning(name: &str) -> Option<(Param, String)> {
    if name.len() > 80 {
        return None;
    }
    if !may_tell(name) {
        return libpqs_own(name).map(|(param, prefix)| (param, prefix.into()));
    }
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(['_', '.', '-'])
        .filter(|w| !w.is_empty())
        .collect();
    for count in 1..=words.len().min(3) {
        let (before, ending) = words.split_at(words.len() - count);
        let ending: String = ending.concat();
        let (ending, glued) = match ending.strip_prefix("pg") {
            Some(rest) if !rest.is_empty() => (rest, "pg"),
            _ => (ending.as_str(), ""),
        };
        if let Some(param) = telling(ending, before) {
            // DATABASE_NAME and DATABASE_HOST, pg_database_name and pg_host: the same connection.
            let before = match before {
                [rest @ .., "database"] if word_is_name(ending) && !rest.is_empty() => rest,
                before => before,
            };
            let mut prefix = before.join("_");
            prefix.push_str(glued);
            return Some((param, prefix));
        }
    }
    libpqs_own(name).map(|(param, prefix)| (param, prefix.into()))
}

/// A cheap look at the end of a name, before anything is copied: whether one of the words that [`telling`] knows may end
/// it. Where a single letter stands apart, the rest of the word may be another word of the name.
fn may_tell(name: &str) -> bool {
    let mut letters = name.bytes().rev().skip_while(|b| is_separator(*b));
    let last = letters.next().map(|b| b.to_ascii_lowercase());
    let before = letters.next().map(|b| b.to_ascii_lowercase());
    let (Some(last), before) = (last, before.filter(|b| !is_separator(*b))) else {
        return false;
    };
    match before {
        Some(before) => ENDINGS.contains(&[before, last]),
        None => ENDINGS.iter().any(|ending| ending[1] == last),
    }
}

const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b'.' | b'-')
}

/// The last two letters of each word that [`telling`] knows.
const ENDINGS: [[u8; 2]; 16] = [
    *b"st", *b"me", *b"er", *b"nt", *b"dr", *b"rt", *b"id", *b"in", *b"rd", *b"ss", *b"wd", *b"se",
    *b"db", *b"de", *b"sl", *b"ca",
];

/// libpq's variables, and those of its keywords that nothing else is called.
fn libpqs_own(name: &str) -> Option<(Param, &'static str)> {
    let is_variable = name
        .get(..2)
        .is_some_and(|pg| pg.eq_ignore_ascii_case("pg"));
    if is_variable && let Some(keyword) = keywords::of_variable(&name.to_ascii_uppercase()) {
        return Some((keyword.param, "pg"));
    }
    let telling = name.starts_with("ssl") || name.contains('_') || name == "options";
    if let Some(keyword) = keywords::libpq(name).filter(|_| telling) {
        return Some((keyword.param, ""));
    }
    // node-postgres.
    (name == "connectionTimeoutMillis").then_some((Param::Known, ""))
}

fn word_is_name(word: &str) -> bool {
    word == "name"
}

/// The meaning of the word that a name ends in; `before` are the words before it.
fn telling(word: &str, before: &[&str]) -> Option<Param> {
    Some(match word {
        "host" | "hostname" | "server" | "servername" | "endpoint" | "hostaddr" => Param::Host,
        "port" => Param::Port,
        "user" | "username" | "userid" | "login" => Param::User,
        "password" | "pass" | "passwd" | "pwd" => Param::Password,
        "database" | "dbname" | "databasename" => Param::Database,
        "db" if !before.is_empty() => Param::Database,
        // Django's NAME, Service Connector's AZURE_POSTGRESQL_NAME, DB_NAME.
        "name"
            if before.is_empty()
                || matches!(
                    before.last(),
                    Some(&("db" | "database" | "postgresql" | "postgres"))
                ) =>
        {
            Param::Database
        }
        "sslmode" => Param::SslMode,
        "ssl" | "requiressl" | "usessl" => Param::Ssl,
        "sslrootcert" | "sslca" => Param::SslRootCert,
        _ => return None,
    })
}

/// The lines of a text, one after the other.
struct Lines<'a> {
    text: &'a str,
    line: Span,
    is_command: bool,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let mut out = Self {
            text,
            line: Span::empty(0),
            is_command: false,
        };
        out.read(0);
        out
    }

    fn read(&mut self, start: usize) {
        let behind = rest(self.text, start);
        let len = behind.find('\n').map_or(behind.len(), |len| len + 1);
        self.line = Span::new(start, start + len);
        // A line that goes on belongs to the command above it.
        let goes_on = self.is_command
            && self
                .text
                .get(..start)
                .is_some_and(|above| above.trim_end_matches(['\r', '\n']).ends_with('\\'));
        self.is_command = goes_on || in_command(slice(self.text, self.line));
    }

    /// The line in which byte `at` stands, which is not before the last one that was asked for.
    fn at(&mut self, at: usize) -> Span {
        while at >= self.line.end && self.line.end < self.text.len() {
            self.read(self.line.end);
        }
        self.line
    }
}

/// The literal behind a name: behind `=`, `:` or `=>`, on the same line.
fn value_behind(lines: &mut Lines<'_>, start: usize, end: usize) -> Option<Literal> {
    let text = lines.text;
    let line = lines.at(start);
    let before = slice(text, Span::new(line.start, start));
    let mut at = end;
    let quoted_key = before
        .chars()
        .next_back()
        .filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quoted_key {
        if !rest(text, at).starts_with(quote) {
            return whole_item(text, start, end, quote);
        }
        at += 1;
    }
    at = skip_blanks(text, at);
    let behind = rest(text, at);
    let separator = ["=>", "==", "=", "::", ":"]
        .into_iter()
        .find(|s| behind.starts_with(s))?;
    if matches!(separator, "==" | "::") || behind.starts_with("://") {
        return None;
    }
    let from = skip_blanks(text, at + separator.len());
    let behind = rest(text, from);
    // A name that begins its line owns the line; one in the middle owns what no punctuation ends.
    let owns_line = begins_line(text, start) && separator != "=>";
    let is_command = lines.is_command;
    let line = slice(text, Span::new(from, line.end)).trim_end_matches(['\r', '\n']);
    let notation = if quoted_key.is_none() && owns_line && !line.trim_end().ends_with(',') {
        let spaced = at > end;
        notation_of_line(before, separator, spaced, behind.starts_with(['"', '\'']))
    } else if is_command && separator == "=" && from == at + 1 {
        Notation::Shell
    } else if quoted_key == Some('"') && separator == ":" {
        Notation::Json
    } else if separator == "=" && in_tag(before) {
        Notation::Xml
    } else {
        Notation::Code(crate::layer::Tongue::Other)
    };
    if let Some(quote) = behind.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inside = from + 1;
        let escapes = escapes_of(notation, quote);
        let len = closing(rest(text, inside), quote, escapes)?;
        return Some(Literal {
            span: Span::new(inside, inside + len),
            quote: Some(quote),
            notation,
            escapes,
        });
    }
    let len = match notation {
        Notation::Shell => line
            .find(|c: char| c.is_whitespace() || c == ';')
            .unwrap_or(line.len()),
        _ if owns_line => {
            let cut = match notation {
                Notation::Ini => comment_start(line, Notation::Dotenv),
                notation => comment_start(line, notation),
            };
            line.get(..cut)?
                .trim_end()
                .trim_end_matches(',')
                .trim_end()
                .len()
        }
        _ => code_len(line),
    };
    let value = line.get(..len)?;
    // A block, a call or a name of something else is no literal; a word right behind `NAME=` is one, whatever it begins with.
    let word = owns_line
        && separator == "="
        && from == at + 1
        && value.len() > 1
        && !value.contains(['"', '\'', '(', ')']);
    if !word && value.starts_with(['{', '[', '(', '&', '*']) {
        return None;
    }
    Some(Literal {
        span: Span::new(from, from + len),
        quote: None,
        notation,
        escapes: if notation == Notation::Shell {
            Escapes::ShellBare
        } else {
            Escapes::None
        },
    })
}

/// How long the piece of code is that `line` begins with: up to the punctuation behind it, with the brackets that it opens.
fn code_len(line: &str) -> usize {
    const LONGEST: usize = 160;
    let flat = |c: char| c.is_whitespace() || ",;)}]".contains(c);
    let mut depth = 0_usize;
    for (at, c) in line.char_indices().take(LONGEST) {
        match c {
            c if depth == 0 && flat(c) => return at,
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    if depth == 0 && line.len() <= LONGEST {
        line.len()
    } else {
        line.find(flat).unwrap_or(line.len())
    }
}

/// `"NAME=value"`: quotes round both, as an item of a list of variables.
fn whole_item(text: &str, start: usize, end: usize, quote: char) -> Option<Literal> {
    let from = end + rest(text, end).starts_with('=').then_some(1)?;
    let name = slice(text, Span::new(start, end));
    let head = text
        .get(..start - quote.len_utf8())?
        .trim_end_matches([' ', '\t', '\n', '\r']);
    let is_item = ["-", "-e", "--env", "set", "SET"]
        .iter()
        .any(|sign| head.ends_with(sign));
    let in_list = head.ends_with(['[', ',']) && !name.contains(|c: char| c.is_ascii_lowercase());
    let escapes = Escapes::Backslash { quote };
    let len = closing(rest(text, from), quote, escapes)?;
    (is_item || in_list).then_some(Literal {
        span: Span::new(from, from + len),
        quote: Some(quote),
        notation: if is_item {
            Notation::Yaml
        } else {
            Notation::Json
        },
        escapes,
    })
}

/// What a line is written in that begins with a name; `before` ends where the name begins.
fn notation_of_line(before: &str, separator: &str, spaced: bool, quoted: bool) -> Notation {
    let line = line_head(before).trim_start();
    match line.trim_start_matches("- ") {
        "export " | "ENV " => Notation::Shell,
        "set " | "SET " => Notation::Cmd,
        "$env:" | "$Env:" | "$" => Notation::PowerShell,
        _ if separator == ":" => Notation::Yaml,
        _ if line.starts_with("- ") => Notation::EnvList,
        _ if spaced && quoted => Notation::Toml,
        _ if spaced => Notation::Ini,
        _ => Notation::Dotenv,
    }
}

/// Whether a tag is open at the end of `before`, on its line.
fn in_tag(before: &str) -> bool {
    line_head(before).rfind('<').is_some_and(|open| {
        let tag = line_head(before).get(open + 1..).unwrap_or("");
        tag.starts_with(|c: char| c.is_ascii_alphabetic()) && !tag.contains('>')
    })
}

fn escapes_of(notation: Notation, quote: char) -> Escapes {
    match (notation, quote) {
        (Notation::Xml, _) => Escapes::Xml,
        (Notation::Shell, '"') => Escapes::ShellDouble,
        (Notation::Shell, _) => Escapes::ShellSingle,
        (Notation::PowerShell, '"') => Escapes::Backtick,
        (Notation::PowerShell | Notation::Yaml, '\'') => Escapes::Doubled { quote },
        (Notation::Cmd, _) => Escapes::None,
        (Notation::Dotenv | Notation::EnvList | Notation::Toml | Notation::Ini, '\'') => {
            Escapes::None
        }
        _ => Escapes::Backslash { quote },
    }
}

/// Where the quote closes that stands before `body`, on the same line.
fn closing(body: &str, quote: char, escapes: Escapes) -> Option<usize> {
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        let behind = || rest(body, at + c.len_utf8());
        match (escapes, c) {
            (_, '\n') => return None,
            (Escapes::Backslash { .. } | Escapes::ShellDouble, '\\') | (Escapes::Backtick, '`') => {
                chars.next();
            }
            (Escapes::Doubled { .. } | Escapes::Backtick, c)
                if c == quote && behind().starts_with(quote) =>
            {
                chars.next();
            }
            (Escapes::ShellSingle, '\'') if behind().starts_with("\\''") => {
                chars.by_ref().take(3).for_each(drop);
            }
            (_, c) if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// What stands on the line that `before` ends in; of a long one, what is left of it.
pub(crate) fn line_head(before: &str) -> &str {
    const FAR: usize = 256;
    last(before, FAR).rsplit('\n').next().unwrap_or("")
}

/// Whether nothing but an indent, a list's dash, `export`, `set` or `$env:` stands before the name on its line.
pub(crate) fn begins_line(text: &str, start: usize) -> bool {
    let line = line_head(text.get(..start).unwrap_or(""));
    let line = line
        .trim_start()
        .trim_start_matches("- ")
        .trim_start_matches(['"', '\'']);
    matches!(
        line,
        "" | "export " | "set " | "SET " | "$env:" | "$Env:" | "ENV " | "$"
    )
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    at + (rest.len() - rest.trim_start_matches([' ', '\t']).len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::ToString;

    fn entries(text: &str) -> String {
        find(text)
            .iter()
            .map(|e| format!("{}:{:?}={}", e.prefix, e.param, slice(text, e.value)))
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn no_name_that_tells_is_passed_over() {
        for word in [
            "host",
            "hostname",
            "server",
            "servername",
            "endpoint",
            "hostaddr",
            "port",
            "user",
            "username",
            "userid",
            "login",
            "password",
            "pass",
            "passwd",
            "pwd",
            "database",
            "dbname",
            "databasename",
            "name",
            "sslmode",
            "ssl",
            "requiressl",
            "usessl",
            "sslrootcert",
            "sslca",
        ] {
            assert!(telling(word, &[]).is_some() && may_tell(word), "{word}");
            assert!(meaning(&word.to_ascii_uppercase()).is_some(), "{word}");
            for at in 1..word.len() {
                let (head, tail) = word.split_at(at);
                let apart = std::format!("{head}_{tail}_");
                assert!(meaning(&apart).is_some(), "{apart}");
            }
        }
        assert!(may_tell("APP_DB"));
        for name in ["", "_", "SETTING_12", "value", "what"] {
            assert!(!may_tell(name) && meaning(name).is_none(), "{name}");
        }
    }

    #[test]
    fn names_are_told_by_their_last_words() {
        let of = |name: &str| meaning(name).map(|(param, prefix)| format!("{prefix}:{param:?}"));
        for (name, expected) in [
            ("PGHOST", "pg:Host"),
            ("PGSSLMODE", "pg:SslMode"),
            ("PGDATABASE", "pg:Database"),
            ("DB_HOST", "db:Host"),
            ("DB_NAME", "db:Database"),
            ("POSTGRES_DB", "postgres:Database"),
            ("AZURE_POSTGRESQL_USER", "azure_postgresql:User"),
            ("AZURE_POSTGRESQL_NAME", "azure_postgresql:Database"),
            ("spring.datasource.username", "spring_datasource:User"),
            ("pg_ssl_mode", "pg:SslMode"),
            ("host", ":Host"),
            ("NAME", ":Database"),
        ] {
            assert_eq!(of(name), Some(expected.to_string()), "{name}");
        }
        for name in [
            "APP_NAME",
            "metadata",
            "kind",
            "db",
            "ghost_writer",
            "portal",
            "hostess",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn entries_are_found_in_every_notation() {
        for (text, expected) in [
            (
                "PGHOST=h\nexport PGUSER='u'\nset PGPORT=5432",
                "pg:Host=h|pg:User=u|pg:Port=5432",
            ),
            ("$env:PGHOST = \"h\"", "pg:Host=h"),
            (
                "DB_HOST=h # the host\nDB_PASSWORD=\"p#ss\"",
                "db:Host=h|db:Password=p#ss",
            ),
            (
                "env:\n  pg_host : \"h\"\n  pg_port: 5432",
                "pg:Host=h|pg:Port=5432",
            ),
            ("{\"host\": \"h\", \"port\": 5432}", ":Host=h|:Port=5432"),
            (
                "new Client({host: 'h', user: 'u', port: 5432})",
                ":Host=h|:User=u|:Port=5432",
            ),
            (
                "connect(host='h', port=5432, dbname=\"d\")",
                ":Host=h|:Port=5432|:Database=d",
            ),
            ("PG.connect(host: 'h', :user => 'u')", ":Host=h|:User=u"),
            ("'HOST': 'h',\n'NAME': 'd',", ":Host=h|:Database=d"),
            ("[mydb]\nhost=h\nport=5433", ":Host=h|:Port=5433"),
        ] {
            assert_eq!(entries(text), expected, "{text}");
        }
    }

    #[test]
    fn an_ssl_object_says_what_is_checked() {
        let tls = |text: &str| {
            let parse = parse(text, Dialect::NodeObject);
            let get = |param| {
                parse
                    .settings
                    .get(param)
                    .map_or(String::new(), |s| s.value.expose().into())
            };
            format!("{} {}", get(Param::Ssl), get(Param::SslRootCert))
        };
        for (text, expected) in [
            ("{host: 'h', ssl: true}", "true "),
            (
                "{host: 'h', ssl: { rejectUnauthorized: false } }",
                "no-verify ",
            ),
            (
                "{\"host\": \"h\", \"ssl\": {\"rejectUnauthorized\": true}}",
                "true ",
            ),
            (
                "{host: 'h', ssl: {ca: fs.readFileSync('/a}b.crt').toString()}}",
                "true /a}b.crt",
            ),
            ("{host: 'h', nossl: {rejectUnauthorized: false}}", " "),
        ] {
            assert_eq!(tls(text), expected, "{text}");
        }
    }

    #[test]
    fn code_and_prose_are_none() {
        for text in [
            "host == other",
            "user::name",
            "port: {a: 1}",
            "see http://host:80/x",
            "the host is down",
            "user",
        ] {
            assert_eq!(entries(text), "", "{text}");
        }
    }
}

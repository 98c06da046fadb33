//! Goes through a paste and takes out what looks like a connection string, from the outermost wrapping inwards.

use super::{Candidate, blocks, dialect, keyword_starts, uri_dialect, wrap};
use crate::layer::{
    Escapes, Filling, Line, Literal, Notation, Paper, Piece, Sheet, Tongue, Unclosed, block_scalar,
    comment_start, joined, line_at, literal_at, word_at,
};
use crate::model::{Dialect, Driver, Grammar, Layer, Param};
use crate::order::Order as _;
use crate::parse::keywords::known_anywhere;
use crate::parse::{entries, parse, pdo, scheme};
use crate::text::{Sought, Span, first, is_invisible, last, rest, slice};
use crate::words;
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// How far to look for a keyword or a scheme, in bytes.
const HEAD: usize = 64;

/// The longest prefix of a literal, such as Python's `rb"…"` and Rust's `br"…"`.
const PREFIX: usize = 3;

/// How far before a quote its URI may begin, in bytes.
const LONGEST_URI: usize = 1024;

/// The connection strings in `source`, in the order of the text.
///
/// Linear in the text's length.
#[must_use]
pub fn find(source: &str) -> Vec<Candidate> {
    let mut out = scan(&Sheet::paste(source));
    out.order_by_key(|c| c.excerpt.span.start);
    out
}

/// The connection strings in a text that one layer or none was taken off.
fn scan(sheet: &Sheet<'_>) -> Vec<Candidate> {
    let whole = trimmed(&sheet.text, Span::new(0, sheet.text.len()));
    if let Some(found) = whole_paste(&sheet.text, whole) {
        let piece = Piece::new(whole, bare_escapes(slice(&sheet.text, whole)));
        let excerpt = sheet.excerpt(Layer::Plain, Notation::Plain, &[piece]);
        return alloc::vec![Candidate {
            excerpt,
            dialect: found,
        }];
    }
    let paper = Paper::of(&sheet.text);
    match paper.peel(sheet) {
        Some(inner) => Scan::new(&inner, paper.inside(&inner.text)).run(),
        None => Scan::new(sheet, paper).run(),
    }
}

/// The whole text as one string: nothing round it, perhaps over several lines.
fn whole_paste(source: &str, whole: Span) -> Option<Dialect> {
    let text = slice(source, whole);
    let found = dialect(text)?;
    // A URI ends with its line; the pairs of the other dialects may go on over several.
    let goes_on = uri_dialect(text).is_some() && text.contains('\n');
    (!goes_on).then_some(found)
}

/// A text that is being gone through.
pub(super) struct Scan<'s> {
    pub(super) sheet: &'s Sheet<'s>,
    pub(super) text: &'s str,
    pub(super) sought: Sought,
    pub(super) tongue: Tongue,
    paper: Paper,
    unclosed: Unclosed,
    pub(super) out: Vec<Candidate>,
    /// Where what was found stands in the text, in order.
    taken: Vec<Span>,
}

impl<'s> Scan<'s> {
    fn new(sheet: &'s Sheet<'s>, paper: Paper) -> Self {
        let sought = words::look(&sheet.text);
        Self {
            sheet,
            text: &sheet.text,
            tongue: Tongue::among(&sought),
            sought,
            paper,
            unclosed: Unclosed::default(),
            out: Vec::new(),
            taken: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Candidate> {
        let mut at = 0;
        let mut continued = false;
        while at < self.text.len() {
            let next = rest(self.text, at)
                .find('\n')
                .map_or(self.text.len(), |len| at + len + 1);
            let span = trimmed(self.text, Span::new(at, next));
            if holds_nothing(slice(self.text, span)) {
                (at, continued) = (next, false);
                continue;
            }
            let line = line_at(self.text, span, self.paper, self.tongue, continued);
            at = next.max(self.line(span, line));
            continued = line.notation == Notation::Shell && slice(self.text, span).ends_with('\\');
        }
        // A paste that names an ODBC driver has its pairs from there.
        if self.out.iter().any(|c| c.dialect == Dialect::AdoNet) && names_odbc(self.text) {
            self.out.retain(|c| c.dialect != Dialect::AdoNet);
        }
        self.settle();
        blocks::find(&mut self);
        self.out
    }

    /// Whether nothing was found in `span`.
    pub(super) fn is_free(&self, span: Span) -> bool {
        let next = self.taken.partition_point(|t| t.end <= span.start);
        self.taken.get(next).is_none_or(|t| !t.overlaps(span))
    }

    /// Keeps what was found in `span`; see [`settle`](Self::settle).
    pub(super) fn take(&mut self, span: Span, found: impl IntoIterator<Item = Candidate>) {
        self.out.extend(found);
        self.taken.push(span);
    }

    /// Puts what was taken in order, after which it counts as taken.
    pub(super) fn settle(&mut self) {
        self.taken.order();
    }

    /// What stands in a line; where it is done, which may be further on.
    fn line(&mut self, span: Span, line: Line) -> usize {
        if let Some(end) = self.block(span) {
            return end;
        }
        let before = self.taken.len();
        if self.pairs(span, line) {
            return span.end;
        }
        let end = self.literals(span, line);
        if self.taken.len() == before {
            return self.bare(span, line);
        }
        end
    }

    /// The text below `key: |`, which is a document of its own.
    fn block(&mut self, span: Span) -> Option<usize> {
        if matches!(self.paper, Paper::Json | Paper::Xml) || !self.sheet.goes_deeper() {
            return None;
        }
        let block = block_scalar(self.text, span)?;
        let inner = self.sheet.inside(Layer::Yaml, block.text, block.step);
        let found = scan(&inner);
        if found.is_empty() {
            return None;
        }
        self.take(block.span, found);
        Some(block.span.end)
    }

    /// The string literals that begin in a line and are, or hold, connection strings.
    fn literals(&mut self, line: Span, how: Line) -> usize {
        let mut at = line.start;
        while at < line.end {
            let Some(len) =
                slice(self.text, Span::new(at, line.end)).find(['"', '\'', '`', '“', '‘', '„'])
            else {
                break;
            };
            let quote = at + len;
            let width = rest(self.text, quote)
                .chars()
                .next()
                .map_or(1, char::len_utf8);
            at = if self.is_in_a_word(line, quote) {
                quote + width
            } else {
                self.literal(line, how, quote).unwrap_or(quote + width)
            };
        }
        at.max(line.end)
    }

    /// Whether the quote at `quote` is one of a URI that stands without quotes, or ends or splits a word: a piece of a password,
    /// and no beginning. Languages put a letter or two before a literal.
    fn is_in_a_word(&self, line: Span, quote: usize) -> bool {
        let before = slice(self.text, Span::new(line.start, quote));
        let letters = before.bytes().rev().take(PREFIX + 1);
        if letters.take_while(u8::is_ascii_alphanumeric).count() > PREFIX
            && rest(self.text, quote).starts_with(['"', '\''])
        {
            return true;
        }
        let near = last(before, LONGEST_URI);
        let word = near
            .rfind(char::is_whitespace)
            .map_or(near, |at| rest(near, at));
        word.find("://").is_some_and(|at| {
            let quotes = ['"', '\'', '`', '“', '‘', '„'];
            !first(word, at).contains(quotes)
        })
    }

    /// The literal at `quote`, if it is or holds a connection string: where it ends.
    fn literal(&mut self, line: Span, how: Line, quote: usize) -> Option<usize> {
        let notation = self.notation(line, how, quote);
        let mut literal = literal_at(self.text, quote, line.end, notation, &mut self.unclosed)?;
        let body = slice(self.text, literal.body);
        // `'it\'s'` is no YAML, whatever the line looks like.
        let behind = rest(self.text, literal.end).chars().next();
        if notation == Notation::Yaml
            && body.ends_with('\\')
            && behind.is_some_and(|c| !c.is_whitespace() && !",}]".contains(c))
        {
            let code = Line {
                notation: Notation::Code(self.tongue),
                value: None,
                ..how
            };
            return self.literal(line, code, quote);
        }
        if !literal.closed
            && uri_dialect(head(body).trim_start()).is_some()
            && let Some(close) = closing_of(rest(self.text, quote))
            && let Some(end) = wrap::end(self.text, literal.body, Some(close))
        {
            literal.body.end = end;
            literal.end = end;
        }
        if begins_like_one(slice(self.text, literal.body), literal)
            && let Some(end) = self.string(line, notation, quote, literal)
        {
            return Some(end);
        }
        self.nested(line, notation, quote, literal)
    }

    /// How a literal in a line is written: the line's own notation says it for its value.
    fn notation(&self, line: Span, how: Line, quote: usize) -> Notation {
        match how.value {
            // Something stands before the quote in the value: the value is no literal, but may hold one.
            Some(value)
                if value < quote
                    && matches!(
                        how.notation,
                        Notation::Yaml
                            | Notation::EnvList
                            | Notation::Dotenv
                            | Notation::Ini
                            | Notation::Toml
                            | Notation::Properties
                    ) =>
            {
                Notation::Code(self.tongue)
            }
            None if how.notation == Notation::Code(self.tongue)
                && slice(self.text, Span::new(line.start, quote))
                    .trim_matches('-')
                    .trim()
                    .is_empty() =>
            {
                Notation::Plain
            }
            _ => how.notation,
        }
    }

    /// A literal that begins like a connection string, with what it is put together with.
    fn string(
        &mut self,
        line: Span,
        notation: Notation,
        quote: usize,
        literal: Literal,
    ) -> Option<usize> {
        let first = slice(self.text, literal.body);
        let first_key = first.split('=').next().unwrap_or("");
        // The next line of a list of strings is no part of this one.
        let may_follow = |body: &str| {
            uri_dialect(head(body)).is_none() && body.split('=').next() != Some(first_key)
        };
        let (mut pieces, end) = if notation == Notation::Shell {
            let quotes = 1 + usize::from(matches!(literal.escapes, Escapes::Backslash { .. }));
            let start = literal.body.start.saturating_sub(quotes);
            word_at(
                self.text,
                start,
                line.end.max(literal.end),
                &mut self.unclosed,
            )
        } else {
            joined(self.text, literal, notation, &mut self.unclosed, may_follow)
        };
        // Without a second quote there is no word to put together.
        if !literal.closed {
            pieces = alloc::vec![Piece::new(literal.body, literal.escapes)];
        }
        // Code at the end may bring pairs of its own.
        if pieces.last().is_some_and(|p| p.is_hole)
            && uri_dialect(head(first)).is_none()
            && !pieces
                .iter()
                .rev()
                .nth(1)
                .is_some_and(|p| slice(self.text, p.span).ends_with('='))
        {
            pieces.pop();
        }
        let layer = match notation {
            Notation::Code(_) if line.start == quote => Layer::Plain,
            notation => notation.layer(),
        };
        let mut excerpt = self.sheet.excerpt(layer, notation, &pieces);
        let found = dialect(&excerpt.text)?;
        excerpt.filling = self.filling(literal, quote, end);
        if literal.closed && pieces.len() == 1 {
            excerpt.twice_quoted = self.sheet.is_inside()
                && matches!(notation, Notation::Plain | Notation::Code(_))
                && trimmed(self.text, Span::new(0, self.text.len()))
                    == Span::new(quote, literal.end);
            excerpt.quotes = Some((
                self.sheet.to_paste(Span::new(quote, literal.body.start)),
                self.sheet
                    .to_paste(Span::new(literal.body.end, literal.end)),
            ));
        }
        let first = pieces.first().map_or(quote, |p| p.span.start);
        self.take(
            Span::new(first, end),
            [Candidate {
                excerpt,
                dialect: found,
            }],
        );
        Some(end)
    }

    /// How code round a literal fills in parts of it.
    fn filling(&self, literal: Literal, quote: usize, end: usize) -> Filling {
        let before = slice(self.text, Span::new(0, quote)).trim_end();
        let behind = rest(self.text, end).trim_start();
        let calls = |words: &[&str]| words.iter().any(|word| before.ends_with(word));
        if literal.interpolated
            || calls(&["format!(", "Format(", "println!(", "str.format("])
            || [".format(", ".formatted("]
                .iter()
                .any(|word| behind.starts_with(word))
        {
            return Filling::Braces;
        }
        let percent = calls(&["printf(", "Sprintf(", "format(", "Errorf("])
            || (behind.starts_with("% ") && matches!(self.paper, Paper::Other));
        if percent {
            Filling::Percent
        } else {
            Filling::None
        }
    }

    /// A literal that is no connection string, and may be a document or a command that holds one.
    fn nested(
        &mut self,
        line: Span,
        notation: Notation,
        quote: usize,
        literal: Literal,
    ) -> Option<usize> {
        let body = slice(self.text, literal.body);
        let before = slice(self.text, Span::new(line.start, quote));
        let opens = before
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || "=(,:[{$@>".contains(c));
        let holds = body.contains(['"', '\'', '`', '\n', '\\', ' ', '&']) || body.contains("://");
        if !literal.closed || !opens || !holds || is_prose(body) || !self.sheet.goes_deeper() {
            return None;
        }
        let layer = match notation {
            Notation::Code(_) if line.start == quote => Layer::Plain,
            notation => notation.layer(),
        };
        let inner = self
            .sheet
            .open(layer, &[Piece::new(literal.body, literal.escapes)]);
        let found = scan(&inner);
        if found.is_empty() {
            return None;
        }
        self.take(literal.body, found);
        Some(literal.end)
    }

    /// A line that is made of pairs, or whose value is: the quotes in it are those of its values.
    ///
    /// `host=… password='…'`, `NAME=host=…`, `name: Server=…;…`
    fn pairs(&mut self, line: Span, how: Line) -> bool {
        let text = slice(self.text, line);
        if is_comment(text) || matches!(self.paper, Paper::Json | Paper::Xml) {
            return false;
        }
        let of_pairs = |span: Span| {
            dialect(slice(self.text, span))
                .filter(|found| !matches!(found.grammar(), Grammar::Uri | Grammar::Jdbc))
        };
        if let Some(found) = of_pairs(line) {
            self.found(Notation::Plain, line, found);
            return true;
        }
        if let Some(value) = how.value {
            let span = self.value(Span::new(value, line.end), how.notation);
            if let Some(found) = of_pairs(span) {
                self.found(how.notation, span, found);
                return true;
            }
        }
        // Behind other words, as in a log: from libpq's first keyword on, unless it stands in a literal or among the arguments
        // of a call.
        let Some(start) = keyword_starts(text).find(|start| {
            text.get(..*start).is_some_and(|before| {
                before.ends_with(char::is_whitespace) && !before.contains("://")
            })
        }) else {
            return false;
        };
        let before = text.get(..start).unwrap_or("");
        let odd = |quote| before.matches(quote).count() % 2 == 1;
        let in_literal = odd('"')
            || odd('`')
            || [('“', '”'), ('‘', '’'), ('„', '“')]
                .iter()
                .any(|(open, close)| before.rfind(*open) > before.rfind(*close));
        let arguments = [", ", "',", "\",", ",\n"]
            .iter()
            .any(|comma| text.contains(comma))
            || text.ends_with(',');
        if in_literal || arguments {
            return false;
        }
        let tail = Span::new(line.start + start, line.end);
        let Some(found) = of_pairs(tail).filter(|found| found.grammar() == Grammar::KeyValue)
        else {
            return false;
        };
        let pairs = parse(slice(self.text, tail), found, Driver::Libpq)
            .settings
            .all;
        let Some(last) = pairs.iter().rfind(|s| s.param != Param::Unknown) else {
            return false;
        };
        let end = tail.start + last.value.span.end + usize::from(last.value.quote.is_some());
        let span = Span::new(tail.start, end.min(tail.end));
        self.found(Notation::Plain, span, found);
        true
    }

    /// An unquoted value without the comment and the comma behind it.
    fn value(&self, span: Span, notation: Notation) -> Span {
        let raw = slice(self.text, span);
        let len = comment_start(raw, notation);
        trimmed(self.text, Span::new(span.start, span.start + len))
    }

    /// With the line break behind it, where that is all that is left of a value in base64.
    fn with_tail(&self, span: Span) -> Span {
        let region = self
            .sheet
            .whole_regions_from(span.start)
            .find(|r| r.text.start == span.start && r.text.end > span.end);
        let tail = region.map(|r| Span::new(span.end, r.text.end));
        match tail {
            Some(tail) if slice(self.text, tail).trim().is_empty() => span.to(tail),
            _ => span,
        }
    }

    fn found(&mut self, notation: Notation, span: Span, dialect: Dialect) {
        let span = self.with_tail(span);
        let excerpt = self
            .sheet
            .excerpt(notation.layer(), notation, &[Piece::plain(span)]);
        self.take(span, [Candidate { excerpt, dialect }]);
    }

    /// A string without quotes in a line: behind an assignment, between tags, or among words. Where the last one ends.
    fn bare(&mut self, line: Span, how: Line) -> usize {
        let text = slice(self.text, line);
        if is_comment(text) {
            return line.end;
        }
        if self.paper == Paper::Xml {
            self.between_tags(line);
            return line.end;
        }
        let before = self.taken.len();
        let mut last = line.end;
        let mut from = 0;
        while let Some(start) = next_uri(text, from) {
            let (pieces, notation, end) = self.word(line, how, start);
            let excerpt = self.sheet.excerpt(notation.layer(), notation, &pieces);
            // The target of a link whose text is the same says nothing new.
            let repeated = text.get(..start).is_some_and(|head| head.ends_with("]("))
                && self
                    .out
                    .last()
                    .is_some_and(|c| c.excerpt.text == excerpt.text);
            if let Some(dialect) = dialect(&excerpt.text).filter(|_| !repeated) {
                self.take(
                    Span::new(line.start + start, end),
                    [Candidate { excerpt, dialect }],
                );
            }
            last = last.max(end);
            from = (end - line.start).max(start + 1);
        }
        if from == 0
            && let Some(value) = how.value
        {
            let span = self.value(Span::new(value, line.end), how.notation);
            if scheme::is_missing(slice(self.text, span)) {
                self.found(how.notation, span, Dialect::LibpqUri);
            }
        }
        if self.taken.len() == before
            && let Some(found) = dialect(text)
        {
            self.found(Notation::Plain, line, found);
        }
        last
    }

    /// The URI without quotes that begins `start` bytes behind the line's beginning: its pieces, what it is written in, and
    /// where it ends.
    fn word(&mut self, line: Span, how: Line, start: usize) -> (Vec<Piece>, Notation, usize) {
        let text = slice(self.text, line);
        let head = text.get(..start).unwrap_or("");
        let tail = text.get(start..).unwrap_or("");
        let at = line.start + start;
        let is_value = how.value == Some(at);
        let goes_on = goes_on(tail);
        if how.notation == Notation::Shell && !goes_on {
            let (pieces, end) = word_at(self.text, at, line.end, &mut self.unclosed);
            return (pieces, Notation::Shell, end);
        }
        let len = if let Some(len) = marked_up(head, tail) {
            len
        } else if is_value {
            self.value(Span::new(at, line.end), how.notation).len()
        } else if head.trim().is_empty() || goes_on {
            self.value(Span::new(at, line.end), Notation::Yaml).len()
        } else {
            let word = tail.get(..word_len(tail)).unwrap_or("");
            open_quote(head)
                .and_then(|quote| word.find(quote))
                .unwrap_or(word.len())
        };
        let mut span = Span::new(at, at + len);
        if span.end == line.end {
            span.end = wrap::end(self.text, span, None).unwrap_or(span.end);
        }
        let notation = match how.notation {
            notation if is_value => notation,
            Notation::Shell => Notation::Shell,
            _ => Notation::Plain,
        };
        span = self.with_tail(span);
        let escapes = match notation {
            Notation::Properties => Escapes::Properties,
            _ => bare_escapes(slice(self.text, span)),
        };
        (alloc::vec![Piece::new(span, escapes)], notation, span.end)
    }

    /// The text between the tags of a line.
    fn between_tags(&mut self, line: Span) {
        let mut at = line.start;
        while at < line.end {
            let tail = slice(self.text, Span::new(at, line.end));
            let len = tail.find('<').unwrap_or(tail.len());
            let span = trimmed(self.text, Span::new(at, at + len));
            let body = slice(self.text, span);
            // `<![CDATA[…]]>` takes everything as it is.
            let cdata = tail.get(len..).and_then(|t| t.strip_prefix("<![CDATA["));
            if head_begins_like_one(head(body)) {
                let pieces = [Piece::new(span, Escapes::Xml)];
                let excerpt = self.sheet.excerpt(Layer::Xml, Notation::Xml, &pieces);
                if let Some(dialect) = dialect(&excerpt.text) {
                    self.take(span, [Candidate { excerpt, dialect }]);
                }
            }
            if let Some(inside) = cdata {
                let from = line.end - inside.len();
                let len = inside.find("]]>").unwrap_or(inside.len());
                let span = trimmed(self.text, Span::new(from, from + len));
                if let Some(dialect) = dialect(slice(self.text, span)) {
                    let pieces = [Piece::plain(span)];
                    let excerpt = self.sheet.excerpt(Layer::Xml, Notation::Plain, &pieces);
                    self.take(span, [Candidate { excerpt, dialect }]);
                }
                at = from + len;
            }
            let behind = slice(self.text, Span::new(at, line.end));
            let Some(close) = behind.find('>') else {
                break;
            };
            at += close + 1;
        }
    }
}

fn is_comment(text: &str) -> bool {
    text.starts_with('#') || text.starts_with("//") || text.starts_with("--")
}

/// Whether a blank stands in the password of a URI that no quotes hold together.
fn goes_on(tail: &str) -> bool {
    let word = tail.split(char::is_whitespace).next().unwrap_or("");
    !word.contains('@')
        && tail
            .get(word.len()..)
            .is_some_and(|rest| rest.contains('@'))
}

/// How long the word is that `tail` begins with, without the punctuation of the sentence that it stands in.
fn word_len(tail: &str) -> usize {
    let word = tail.split(char::is_whitespace).next().unwrap_or("");
    word.trim_end_matches(['.', ',', ';']).len()
}

/// How a URL without quotes is written: as it stands, unless it came along from JSON, whose sequences nothing decodes any
/// more; it is read as it was meant.
fn bare_escapes(text: &str) -> Escapes {
    let left = ["\\u0026", "\\u003d", "\\u003D"];
    let has_left = || left.iter().any(|sequence| text.contains(sequence));
    if text.contains(":\\/\\/") || (text.contains("://") && has_left()) {
        Escapes::Backslash { quote: '"' }
    } else {
        Escapes::None
    }
}

/// The quote that is open at the end of `head`.
fn open_quote(head: &str) -> Option<char> {
    ['"', '\'', '`']
        .into_iter()
        .find(|quote| entries::line_head(head).matches(*quote).count() % 2 == 1)
}

fn names_odbc(source: &str) -> bool {
    let word = b"driver={";
    source
        .as_bytes()
        .windows(word.len())
        .any(|w| w.eq_ignore_ascii_case(word))
}

/// A cheap look at a line: whether nothing in it can begin or end a string, a literal or a block, because what all of them need
/// is missing.
fn holds_nothing(line: &str) -> bool {
    let bytes = || line.bytes();
    // A scheme without its colon, as in `postgresql//`, has slashes right behind a letter.
    let slashed = || {
        bytes()
            .zip(bytes().skip(1))
            .any(|(letter, slash)| letter.is_ascii_alphabetic() && slash == b'/')
    };
    bytes().all(|b| {
        b.is_ascii() && !matches!(b, b':' | b'=' | b'@' | b'?' | b'"' | b'\'' | b'`' | b'\\')
    }) && !slashed()
}

/// Whether a literal holds nothing but words, as most do: no line of it holds anything, nor a flag of a command, nor what a layer
/// would take for another character. Base64 has no blanks in it.
fn is_prose(body: &str) -> bool {
    let words = |line: &str| holds_nothing(line) && !line.contains(['-', '&', '%']);
    body.lines().all(words) && body.lines().any(|line| line.trim().contains(' '))
}

/// A cheap look at what a literal begins with, before anything is copied: reads no further than the longest keyword.
fn begins_like_one(body: &str, literal: Literal) -> bool {
    let head = head(body);
    let head = if head.contains(['\\', '&', '`']) {
        Cow::Owned(literal.escapes.decode(head, 0).0)
    } else {
        Cow::Borrowed(head)
    };
    head_begins_like_one(&head)
        || (head.contains('@')
            && scheme::is_missing(body.split(['"', '\'', '`']).next().unwrap_or("")))
}

/// The quote that closes what the text begins with.
fn closing_of(text: &str) -> Option<char> {
    Some(match text.chars().next()? {
        '“' => '”',
        '‘' => '’',
        '„' => '“',
        quote => quote,
    })
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

fn head_begins_like_one(head: &str) -> bool {
    let head = head.trim_start();
    uri_dialect(head).is_some()
        || head
            .split_once('=')
            .is_some_and(|(key, _)| known_anywhere(key.trim().trim_start_matches(pdo::PREFIX)))
}

/// The first bytes of `text`, as far as a keyword or a scheme can reach.
fn head(text: &str) -> &str {
    first(text, HEAD)
}

/// Where the next URI of a known scheme begins, from byte `from` on.
fn next_uri(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(colon) = text.get(at..)?.find(':').map(|c| at + c) {
        let before = text.get(at..colon)?.trim_end_matches('\\');
        let scheme_len = before
            .chars()
            .rev()
            .take(HEAD)
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '+' || is_invisible(*c))
            .map(char::len_utf8)
            .sum::<usize>();
        let scheme = at + before.len() - scheme_len;
        // Behind a colon it is the tail of a longer scheme that connlint does not read, such as `r2dbc:postgresql:`.
        let whole = !text.get(..scheme)?.ends_with(':');
        let head = head(text.get(scheme..)?);
        // Java's properties escape the colons, JSON the slashes.
        let found = if head.contains('\\') {
            uri_dialect(&head.replace('\\', "")).is_some()
        } else {
            uri_dialect(head).is_some()
        };
        if scheme_len > 0 && whole && found {
            return Some(scheme);
        }
        at = colon + 1;
    }
    None
}

/// Without the blanks round it, and without the byte order mark that Windows programs put before a text.
pub(super) fn trimmed(source: &str, span: Span) -> Span {
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
                vec!["shell libpq-uri postgres://h:5432/db"],
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

//! Shows lines of the user's text without its secrets, and knows where each byte went.

use crate::Input;
use crate::printable::{printable_char, width};
use connlint_core::model::Grammar;
use connlint_core::parse::TokenKind;
use connlint_core::redact::Redactor;
use connlint_core::text::slice;
use connlint_core::{Found, LineIndex, Secret, Span};

/// What stands for text that belongs to no connection string.
const ELIDED: &str = "…";
/// How many bytes of a line before and behind a place are looked at: more than a terminal is wide.
const NEAR: usize = 4096;
/// How many cells a tab takes.
const TAB: &str = "    ";

/// A text that may be shown line by line: secrets masked, everything outside the connection strings left out.
#[derive(Clone, Debug)]
pub struct Masked<'a> {
    text: &'a str,
    index: LineIndex<'a>,
    redactor: Redactor,
    /// Where the connection strings stand: in order, without overlaps.
    strings: Vec<Span>,
}

/// A piece of a shown line, and the bytes that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Terminal cells.
    pub(crate) width: usize,
    pub(crate) source: Span,
}

impl Cell {
    fn new(text: &str, source: Span) -> Self {
        Self {
            text: text.into(),
            width: text.chars().map(width).sum(),
            source,
        }
    }
}

impl<'a> Masked<'a> {
    /// Prepares the text of `input`.
    #[must_use]
    pub fn new(input: &Input<'a>) -> Self {
        Self {
            text: input.text,
            index: LineIndex::new(input.text),
            redactor: input.analysis.redactor(),
            strings: merged(input.analysis.strings.iter().flat_map(known)),
        }
    }

    /// With these parts of the text to be shown as well, as far as they hold no secret.
    #[must_use]
    pub fn and(mut self, shown: &[Span]) -> Self {
        self.strings = merged(self.strings.into_iter().chain(shown.iter().copied()));
        self
    }

    /// Where the lines of the text are.
    #[must_use]
    pub const fn index(&self) -> &LineIndex<'a> {
        &self.index
    }

    /// Line `line` (from 1) as it may be shown.
    ///
    /// Inside a secret, those of the spans in `reveal` are shown that hold a single separator such as a raw `@`: the
    /// character that a finding is about, which tells nothing of the rest.
    #[must_use]
    pub fn line(&self, line: usize, reveal: &[Span]) -> String {
        self.cells(self.index.line_span(line), reveal)
            .into_iter()
            .map(|cell| cell.text)
            .collect()
    }

    /// The cells of a line, as far as they can be seen with `span`: of a line of megabytes, only what is near.
    pub(crate) fn cells_near(&self, line: Span, span: Span, reveal: &[Span]) -> Vec<Cell> {
        let boundary = |mut at: usize| {
            while !self.text.is_char_boundary(at) {
                at += 1;
            }
            at
        };
        let start = boundary(span.start.saturating_sub(NEAR).max(line.start));
        let end = boundary((span.start + NEAR).min(line.end)).max(start);
        let mut cells = self.cells(Span::new(start, end), reveal);
        if start > line.start {
            cells.insert(0, Cell::new(ELIDED, Span::new(line.start, start)));
        }
        if end < line.end {
            cells.push(Cell::new(ELIDED, Span::new(end, line.end)));
        }
        cells
    }

    /// The cells of the bytes `line`, which hold no line break.
    pub(crate) fn cells(&self, line: Span, reveal: &[Span]) -> Vec<Cell> {
        let mut out = Vec::new();
        let mut at = line.start;
        for string in overlapping(&self.strings, line) {
            let inside = Span::new(string.start.max(at), string.end.min(line.end));
            self.outside(Span::new(at, inside.start), &mut out);
            self.inside(inside, reveal, &mut out);
            at = inside.end.max(at);
        }
        self.outside(Span::new(at, line.end), &mut out);
        out
    }

    /// Text round the strings: blanks and a few signs tell nothing, all else stays out of sight.
    fn outside(&self, span: Span, out: &mut Vec<Cell>) {
        let text = slice(self.text, span);
        let signs = text.chars().filter(|c| !c.is_whitespace());
        if signs.clone().count() <= 4 && signs.clone().all(|c| c.is_ascii_punctuation()) {
            self.plain(span, out);
        } else {
            out.push(Cell::new(ELIDED, span));
        }
    }

    fn inside(&self, span: Span, reveal: &[Span], out: &mut Vec<Cell>) {
        let mut at = span.start;
        for secret in overlapping(self.redactor.spans(), span) {
            let secret = Span::new(secret.start.max(span.start), secret.end.min(span.end));
            self.plain(Span::new(at, secret.start), out);
            self.secret(secret, reveal, out);
            at = secret.end;
        }
        self.plain(Span::new(at, span.end), out);
    }

    fn secret(&self, secret: Span, reveal: &[Span], out: &mut Vec<Cell>) {
        let mut open: Vec<Span> = reveal
            .iter()
            .copied()
            .filter(|r| secret.contains(*r) && tells_nothing(slice(self.text, *r)))
            .collect();
        open.sort();
        let mut at = secret.start;
        for span in open.into_iter().chain([Span::empty(secret.end)]) {
            if span.start > at {
                out.push(Cell::new(Secret::MASK, Span::new(at, span.start)));
            }
            if span.start >= at {
                self.plain(span, out);
                at = span.end;
            }
        }
    }

    fn plain(&self, span: Span, out: &mut Vec<Cell>) {
        for (offset, c) in slice(self.text, span).char_indices() {
            let source = Span::new(0, c.len_utf8()).shifted(span.start + offset);
            if c == '\t' {
                out.push(Cell::new(TAB, source));
            } else {
                out.push(Cell::new(
                    printable_char(c).encode_utf8(&mut [0; 4]),
                    source,
                ));
            }
        }
    }
}

/// The parts of a found string that connlint knows for what they are.
///
/// Where names and values stand apart from each other, there can be anything between them: other people's code, other
/// people's secrets.
fn known(found: &Found) -> Vec<Span> {
    let mut out = found.beside.clone();
    match found.dialect.grammar() {
        Grammar::Command | Grammar::Entries | Grammar::Pgpass => {
            let tokens = found.tokens.iter();
            out.extend(
                tokens
                    .filter(|token| token.kind != TokenKind::Other)
                    .map(|token| token.span),
            );
        }
        _ => out.push(found.span),
    }
    out
}

/// `spans` in order, those that overlap made one.
fn merged(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut sorted: Vec<Span> = spans.collect();
    sorted.sort();
    sorted.dedup_by(|next, last| {
        let joins = next.start < last.end;
        if joins {
            *last = last.to(*next);
        }
        joins
    });
    sorted
}

/// Those of `spans`, which are in order and apart from each other, that have a byte in common with `span`.
fn overlapping(spans: &[Span], span: Span) -> impl Iterator<Item = &Span> {
    let first = spans.partition_point(|s| s.end <= span.start);
    spans
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(move |s| s.start < span.end)
        .filter(|s| !s.is_empty())
}

/// Whether a piece of a secret may be shown: one separator, raw or percent-encoded.
fn tells_nothing(piece: &str) -> bool {
    let separator = |c: char| c == ' ' || c.is_ascii_punctuation();
    let mut chars = piece.chars();
    match (chars.next(), chars.as_str()) {
        (Some('%'), hex) if hex.len() == 2 => {
            u8::from_str_radix(hex, 16).is_ok_and(|byte| separator(char::from(byte)))
        }
        (Some(c), "") => separator(c),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::{Options, lint};

    fn shown(text: &str, reveal: &[Span]) -> String {
        let analysis = lint(text, &Options::default());
        let input = Input {
            path: "-",
            text,
            analysis: &analysis,
        };
        Masked::new(&input).line(1, reveal)
    }

    #[test]
    fn only_the_string_is_shown_and_its_password_is_not() {
        assert_eq!(
            shown(
                r#"PGPASSWORD=hunter2 DATABASE_URL="postgresql://u:pw1@h.example/db""#,
                &[]
            ),
            r#"…postgresql://u:***@h.example/db""#
        );
        assert_eq!(
            shown(
                "connect(host='h.example', user='u', password='pw1', token='hunter2', port=5432)",
                &[]
            ),
            "…host='h.example', user='u', password='***…port=5432)"
        );
    }

    #[test]
    fn a_separator_inside_the_password_can_be_shown() {
        let text = "postgresql://u:p@ss@h.example/db";
        assert_eq!(
            shown(text, &[Span::new(16, 17)]),
            "postgresql://u:***@***@h.example/db"
        );
        assert_eq!(
            shown(text, &[Span::new(15, 17), Span::new(17, 18)]),
            "postgresql://u:***@h.example/db",
            "letters stay hidden"
        );
        assert!(tells_nothing("%40") && tells_nothing(" ") && tells_nothing("#"));
        assert!(!tells_nothing("%41") && !tells_nothing("a") && !tells_nothing("@@"));
    }
}

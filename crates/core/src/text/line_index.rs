//! From byte offsets to lines, columns and UTF-16 offsets, in one place.

use super::Span;
use alloc::vec::Vec;

/// A place in a text as people count: both numbers start at 1, the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

/// Knows where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Indexes `text`; linear in its length.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut starts = alloc::vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { text, starts }
    }

    /// Number of lines; a text that ends in a newline has an empty last line.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The span of line `line` (from 1) without its line break; empty past the end.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Span {
        let Some(&start) = line.checked_sub(1).and_then(|l| self.starts.get(l)) else {
            return Span::empty(self.text.len());
        };
        let end = self
            .starts
            .get(line)
            .map_or(self.text.len(), |next| next.saturating_sub(1));
        let end = match self.text.get(start..end) {
            Some(line) if line.ends_with('\r') => end - 1,
            _ => end,
        };
        Span::new(start, end)
    }

    /// Line and column of the character at byte `offset` (clamped to the text).
    #[must_use]
    pub fn line_column(&self, offset: usize) -> LineColumn {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = line
            .checked_sub(1)
            .and_then(|l| self.starts.get(l))
            .copied()
            .unwrap_or(0);
        let column = self
            .text
            .get(start..offset)
            .map_or(0, |before| before.chars().count())
            + 1;
        LineColumn { line, column }
    }
}

/// The offset in UTF-16 code units of byte `offset` of `text` (clamped to it).
///
/// Browsers count UTF-16 code units in a text area's selection; everything else in connlint counts bytes.
#[must_use]
pub fn utf16_of(text: &str, offset: usize) -> usize {
    if text.is_ascii() {
        return offset.min(text.len());
    }
    let before = text.char_indices().take_while(|(at, _)| *at < offset);
    before.map(|(_, c)| c.len_utf16()).sum()
}

/// The byte of `text` at UTF-16 offset `units`; inside a surrogate pair, the character's start.
#[must_use]
pub fn byte_of(text: &str, units: usize) -> usize {
    if text.is_ascii() {
        return units.min(text.len());
    }
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen + c.len_utf16() > units {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_columns_from_one() {
        let index = LineIndex::new("ab\ncdé\n");
        assert_eq!(index.line_column(0), LineColumn { line: 1, column: 1 });
        assert_eq!(index.line_column(5), LineColumn { line: 2, column: 3 });
        assert_eq!(index.line_column(7), LineColumn { line: 2, column: 4 });
        assert_eq!(index.line_column(99), LineColumn { line: 3, column: 1 });
        assert_eq!(index.lines(), 3);
    }

    #[test]
    fn a_line_span_leaves_out_the_line_break() {
        let index = LineIndex::new("ab\r\nc\n");
        assert_eq!(index.line_span(1), Span::new(0, 2));
        assert_eq!(index.line_span(2), Span::new(4, 5));
        assert_eq!(index.line_span(3), Span::new(6, 6));
        assert_eq!(index.line_span(0), Span::new(6, 6));
    }

    #[test]
    fn utf16_offsets_go_there_and_back() {
        let text = "a😀é";
        assert_eq!(utf16_of(text, 1), 1);
        assert_eq!(utf16_of(text, 5), 3);
        assert_eq!(utf16_of(text, 99), 4);
        assert_eq!(byte_of(text, 1), 1);
        assert_eq!(byte_of(text, 2), 1, "inside the surrogate pair");
        assert_eq!(byte_of(text, 3), 5);
        assert_eq!(byte_of(text, 99), 7);
        for at in 0..5 {
            assert_eq!(
                (utf16_of("abc", at), byte_of("abc", at)),
                (at.min(3), at.min(3))
            );
        }
    }
}

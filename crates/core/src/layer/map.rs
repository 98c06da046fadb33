//! From the bytes of an unescaped string back to those of the text that it was taken from.

use crate::text::Span;
use alloc::vec::Vec;

/// How a run of bytes belongs to its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Taken over as it stands.
    Literal,
    /// One escape sequence, or source that stands for nothing.
    Escape,
    /// Spread evenly: base64, where no byte has characters of its own.
    Even,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    text: Span,
    source: Span,
    kind: Kind,
}

/// Maps positions in an unescaped string to positions in the text that it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    runs: Vec<Run>,
    source_start: usize,
}

impl SourceMap {
    /// An empty map for a string that begins at `source_start` of its source.
    #[must_use]
    pub const fn starting_at(source_start: usize) -> Self {
        Self {
            runs: Vec::new(),
            source_start,
        }
    }

    /// Whether it is the map of the same string, `by` bytes further on in its source.
    pub(super) fn is_moved(&self, old: &Self, by: isize) -> bool {
        let same = |(new, old): (&Run, &Run)| {
            let source = old.source.moved(by);
            new.text == old.text && new.source == source && new.kind == old.kind
        };
        self.source_start == old.source_start.saturating_add_signed(by)
            && self.runs.len() == old.runs.len()
            && self.runs.iter().zip(&old.runs).all(same)
    }

    /// `len` bytes that stand in the source as they are.
    pub fn literal(&mut self, len: usize) {
        if len == 0 {
            return;
        }
        if let Some(last) = self.runs.last_mut().filter(|run| run.kind == Kind::Literal) {
            last.text.end += len;
            last.source.end += len;
            return;
        }
        self.push(len, len, Kind::Literal);
    }

    /// `text_len` bytes that an escape sequence of `source_len` bytes stands for.
    pub fn escape(&mut self, text_len: usize, source_len: usize) {
        self.push(text_len, source_len, Kind::Escape);
    }

    /// `source_len` bytes of the source that stand for nothing.
    pub fn gap(&mut self, source_len: usize) {
        if source_len > 0 {
            self.push(0, source_len, Kind::Escape);
        }
    }

    /// `text_len` bytes that `source_len` bytes stand for together.
    pub fn even(&mut self, text_len: usize, source_len: usize) {
        self.push(text_len, source_len, Kind::Even);
    }

    fn push(&mut self, text_len: usize, source_len: usize, kind: Kind) {
        let (text, source) = self.ends();
        self.runs.push(Run {
            text: Span::new(text, text + text_len),
            source: Span::new(source, source + source_len),
            kind,
        });
    }

    /// Where text and source end, as far as they are mapped.
    pub(super) fn ends(&self) -> (usize, usize) {
        self.runs
            .last()
            .map_or((0, self.source_start), |run| (run.text.end, run.source.end))
    }

    /// The span of the source that `span` of the string comes from; an escape sequence is covered whole.
    #[must_use]
    pub fn to_source(&self, span: Span) -> Span {
        let start = self.offset(span.start, false);
        let end = if span.is_empty() {
            start
        } else {
            self.offset(span.end, true)
        };
        Span::new(start, end)
    }

    /// Where the string is that the byte at `at` of the source belongs to; its end for what lies behind it.
    #[must_use]
    pub fn to_text(&self, at: usize) -> usize {
        let index = self.runs.partition_point(|run| run.source.end <= at);
        self.runs.get(index).map_or(self.ends().0, |run| {
            let inside = at.saturating_sub(run.source.start);
            match run.kind {
                Kind::Literal => run.text.start + inside,
                Kind::Escape | Kind::Even => run.text.start,
            }
        })
    }

    /// Whether the byte at `at` stands in the source as it is.
    #[must_use]
    pub fn is_literal(&self, at: usize) -> bool {
        let index = self.runs.partition_point(|run| run.text.end <= at);
        self.runs
            .get(index)
            .is_some_and(|run| run.kind == Kind::Literal)
    }

    /// Whether every byte does.
    #[must_use]
    pub fn is_all_literal(&self) -> bool {
        self.runs.iter().all(|run| run.kind == Kind::Literal)
    }

    /// Whether the byte at `at` of the source stands for itself.
    #[must_use]
    pub fn is_source_literal(&self, at: usize) -> bool {
        let index = self.runs.partition_point(|run| run.source.end <= at);
        self.runs
            .get(index)
            .is_some_and(|run| run.kind == Kind::Literal)
    }

    fn offset(&self, at: usize, is_end: bool) -> usize {
        // The run that holds the byte at `at`, or, for an end, the byte before it.
        let index = self.runs.partition_point(|run| {
            if is_end {
                run.text.end < at
            } else {
                run.text.end <= at
            }
        });
        let Some(run) = self.runs.get(index) else {
            return self.ends().1;
        };
        let inside = at.saturating_sub(run.text.start);
        match run.kind {
            Kind::Literal => run.source.start + inside,
            Kind::Even if at >= run.text.end => run.source.end,
            Kind::Even => {
                run.source.start
                    + (inside * run.source.len())
                        .checked_div(run.text.len())
                        .unwrap_or(0)
            }
            Kind::Escape if is_end => run.source.end,
            Kind::Escape => run.source.start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_covered_whole() {
        // source: `x"a\"b"`: the string a"b begins at 2.
        let mut map = SourceMap::starting_at(2);
        map.literal(1);
        map.escape(1, 2);
        map.literal(1);
        assert_eq!(map.to_source(Span::new(0, 3)), Span::new(2, 6));
        assert_eq!(map.to_source(Span::new(1, 2)), Span::new(3, 5));
        assert_eq!(map.to_source(Span::new(2, 3)), Span::new(5, 6));
        assert_eq!(map.to_source(Span::empty(3)), Span::empty(6));
        assert_eq!(map.to_source(Span::empty(1)), Span::empty(3));
        assert_eq!(map.to_source(Span::empty(0)), Span::empty(2));
        assert!(map.is_literal(0) && !map.is_literal(1) && map.is_literal(2));
    }

    #[test]
    fn what_stands_for_nothing_belongs_to_neither_side() {
        // source: `"ab" + "cd"`: the string abcd begins at 1.
        let mut map = SourceMap::starting_at(1);
        map.literal(2);
        map.gap(5);
        map.literal(2);
        assert_eq!(map.to_source(Span::new(0, 2)), Span::new(1, 3));
        assert_eq!(map.to_source(Span::new(2, 4)), Span::new(8, 10));
        assert_eq!(map.to_source(Span::new(1, 3)), Span::new(2, 9));
        assert_eq!([0, 2, 5, 9, 20].map(|at| map.to_text(at)), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn what_is_spread_evenly_has_no_holes() {
        // Four characters for three bytes.
        let mut map = SourceMap::starting_at(10);
        map.even(6, 8);
        assert_eq!(map.to_source(Span::new(0, 3)), Span::new(10, 14));
        assert_eq!(map.to_source(Span::new(3, 6)), Span::new(14, 18));
        assert_eq!(map.to_source(Span::new(1, 2)), Span::new(11, 12));
        assert_eq!(map.to_source(Span::empty(6)), Span::empty(18));
    }
}

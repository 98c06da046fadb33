//! From the bytes of an unescaped string back to those of the paste.

use crate::text::Span;
use alloc::vec::Vec;

/// A run of bytes that were taken over as they stand, or one escape sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    text: Span,
    source: Span,
    literal: bool,
}

/// Maps positions in an unescaped string to positions in the paste that it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    runs: Vec<Run>,
    source_start: usize,
}

impl SourceMap {
    /// An empty map for a string that begins at `source_start` of the paste.
    #[must_use]
    pub const fn starting_at(source_start: usize) -> Self {
        Self {
            runs: Vec::new(),
            source_start,
        }
    }

    /// `len` bytes that stand in the paste as they are.
    pub fn literal(&mut self, len: usize) {
        if len == 0 {
            return;
        }
        let (text, source) = self.ends();
        if let Some(last) = self.runs.last_mut().filter(|run| run.literal) {
            last.text.end += len;
            last.source.end += len;
            return;
        }
        self.runs.push(Run {
            text: Span::new(text, text + len),
            source: Span::new(source, source + len),
            literal: true,
        });
    }

    /// `text_len` bytes that an escape sequence of `source_len` bytes stands for.
    pub fn escape(&mut self, text_len: usize, source_len: usize) {
        let (text, source) = self.ends();
        self.runs.push(Run {
            text: Span::new(text, text + text_len),
            source: Span::new(source, source + source_len),
            literal: false,
        });
    }

    fn ends(&self) -> (usize, usize) {
        self.runs
            .last()
            .map_or((0, self.source_start), |run| (run.text.end, run.source.end))
    }

    /// The span of the paste that `span` of the string comes from; an escape sequence is covered whole.
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
        if run.literal {
            run.source.start + at.saturating_sub(run.text.start)
        } else if is_end {
            run.source.end
        } else {
            run.source.start
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_covered_whole() {
        // paste: `x"a\"b"`: the string a"b begins at 2.
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
    }
}

//! A range of bytes in a text.

/// A half-open range of UTF-8 bytes, `start..end`, in some text.
///
/// Spans that connlint hands out lie on character boundaries of the text that they speak of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `start..end`. A reversed pair gives the empty span at `start`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: if end < start { start } else { end },
        }
    }

    /// The empty span at `at`.
    #[must_use]
    pub const fn empty(at: usize) -> Self {
        Self { start: at, end: at }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether the two share at least one byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same span, `by` bytes further on.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Self {
            start: self.start.saturating_add(by),
            end: self.end.saturating_add(by),
        }
    }

    /// The same span, `by` bytes further on, or back.
    #[must_use]
    pub const fn moved(self, by: isize) -> Self {
        Self {
            start: self.start.saturating_add_signed(by),
            end: self.end.saturating_add_signed(by),
        }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }
}

/// The part of `text` that `span` covers; empty where the span does not fit the text.
#[must_use]
pub fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or("")
}

/// What stands in `text` from `at` on; nothing where `at` is no place in it.
pub(crate) fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or("")
}

/// The beginning of `text`, at most `len` bytes of it.
pub(crate) fn first(text: &str, len: usize) -> &str {
    let mut end = len.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// The end of `text`, at most `len` bytes of it.
pub(crate) fn last(text: &str, len: usize) -> &str {
    let mut start = text.len().saturating_sub(len);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    rest(text, start)
}

/// Where the first character from `start` on is that `stop` wants; the end of `text` where none is.
pub(crate) fn until(text: &str, start: usize, stop: impl Fn(char) -> bool) -> usize {
    rest(text, start)
        .find(stop)
        .map_or(text.len(), |at| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_cut_between_characters() {
        assert_eq!((first("aéb", 2), last("aéb", 2)), ("a", "b"));
        assert_eq!((first("aéb", 3), last("aéb", 3)), ("aé", "éb"));
        assert_eq!((first("ab", 9), last("ab", 9)), ("ab", "ab"));
        assert_eq!((first("", 1), last("", 1)), ("", ""));
    }
}

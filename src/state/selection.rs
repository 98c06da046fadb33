//! From core's byte spans to the browser's UTF-16 offsets and back: the one place where it is done.

use connlint_core::Span;
use connlint_core::text::{byte_of, utf16_of};

/// A selection in a text area: UTF-16 code units, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Offset of the first code unit.
    pub start: u32,
    /// Offset just past the last one.
    pub end: u32,
}

impl Selection {
    /// The selection that covers `span` of `text`.
    #[must_use]
    pub fn of(text: &str, span: Span) -> Self {
        let units = |at| u32::try_from(utf16_of(text, at)).unwrap_or(u32::MAX);
        Self {
            start: units(span.start),
            end: units(span.end),
        }
    }

    /// The span of `text` that it covers.
    #[must_use]
    pub fn span(self, text: &str) -> Span {
        let byte = |units| byte_of(text, usize::try_from(units).unwrap_or(usize::MAX));
        Span::new(byte(self.start), byte(self.end))
    }
}

/// What differs between two texts, as the smallest span of the new one that holds it all.
#[must_use]
pub fn changed(old: &str, new: &str) -> Span {
    let same = |(a, b): &(u8, u8)| a == b;
    let mut head = old.bytes().zip(new.bytes()).take_while(same).count();
    while !new.is_char_boundary(head) {
        head -= 1;
    }
    let rest = |text: &str| text.len() - head;
    let most = rest(old).min(rest(new));
    let behind = old.bytes().rev().zip(new.bytes().rev()).take(most);
    let mut tail = behind.take_while(same).count();
    while !new.is_char_boundary(new.len() - tail) {
        tail -= 1;
    }
    Span::new(head, new.len() - tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_code_units_go_there_and_back() {
        let text = "pw=😀é@";
        let at = Span::new(9, 10);
        let selection = Selection::of(text, at);
        assert_eq!(selection, Selection { start: 6, end: 7 });
        assert_eq!(selection.span(text), at);
    }

    #[test]
    fn the_changed_part_is_found_whatever_the_change() {
        assert_eq!(changed("a@b", "a%40b"), Span::new(1, 4));
        assert_eq!(changed("aab", "aaab"), Span::new(2, 3));
        assert_eq!(changed("abc", "ac"), Span::new(1, 1));
        assert_eq!(changed("é", "è"), Span::new(0, 2));
        assert_eq!(changed("same", "same"), Span::new(4, 4));
    }
}

//! Keeps secrets out of everything that connlint says.

use crate::model::Secret;
use crate::order::Order as _;
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

/// Knows which parts of a text could be a secret, and shows the text without them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redactor {
    /// Sorted, not overlapping, not empty.
    secrets: Vec<Span>,
}

impl Redactor {
    /// A redactor that hides `secrets`.
    #[must_use]
    pub fn new(secrets: &[Span]) -> Self {
        let mut sorted: Vec<Span> = secrets.iter().copied().filter(|s| !s.is_empty()).collect();
        sorted.order();
        let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match merged.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        Self { secrets: merged }
    }

    /// What is hidden: in order, without overlaps, none of them empty.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.secrets
    }

    /// Whether `span` touches a secret.
    #[must_use]
    pub fn hides(&self, span: Span) -> bool {
        self.from(span).next().is_some_and(|s| s.overlaps(span))
    }

    /// The secrets that do not end before `span` begins.
    fn from(&self, span: Span) -> impl Iterator<Item = &Span> {
        let first = self.secrets.partition_point(|s| s.end <= span.start);
        self.secrets.iter().skip(first)
    }

    /// The text of `span` with each piece of a secret replaced by the fixed mark, whatever its length.
    #[must_use]
    pub fn show(&self, text: &str, span: Span) -> String {
        let mut out = String::new();
        let mut at = span.start;
        for secret in self.from(span).take_while(|s| s.overlaps(span)) {
            out.push_str(slice(text, Span::new(at, secret.start.max(at))));
            out.push_str(Secret::MASK);
            at = secret.end.min(span.end);
        }
        out.push_str(slice(text, Span::new(at, span.end.max(at))));
        out
    }

    /// The whole of `text`, masked.
    #[must_use]
    pub fn mask(&self, text: &str) -> String {
        self.show(text, Span::new(0, text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_becomes_the_same_mark() {
        let text = "u:longsecret@h and x";
        let redactor = Redactor::new(&[Span::new(2, 6), Span::new(5, 12), Span::new(19, 20)]);
        assert_eq!(redactor.mask(text), "u:***@h and ***");
        assert_eq!(redactor.show(text, Span::new(4, 14)), "***@h");
        assert_eq!(redactor.show(text, Span::new(12, 14)), "@h");
        assert!(redactor.hides(Span::new(0, 3)));
        assert!(!redactor.hides(Span::new(12, 14)));
    }
}

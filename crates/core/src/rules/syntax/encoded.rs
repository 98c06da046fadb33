//! Tells a value that went through a percent-encoder from one that has a percent sign of its own.

use crate::parse::percent::decode_utf8;
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;

/// A run of percent sequences and what they stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    /// Where it stands in the value.
    pub(super) span: Span,
    /// What it stands for.
    pub(super) stands_for: String,
}

/// The percent sequences of `value`, if it looks like the work of an encoder: every `%` begins one, one of them stands for a
/// character that encoders encode, and no such character stands raw beside them.
pub(super) fn sequences(value: &str) -> Vec<Sequence> {
    let mut out: Vec<Sequence> = Vec::new();
    let mut telling = false;
    let mut at = 0;
    while let Some(c) = value.get(at..).and_then(|rest| rest.chars().next()) {
        if c != '%' {
            // A generated password with signs of its own has them raw.
            if !(c.is_ascii_alphanumeric() || "-._~!*'()$,;:+@".contains(c)) {
                return Vec::new();
            }
            at += c.len_utf8();
            continue;
        }
        let mut end = at;
        while value.get(end..).is_some_and(|rest| rest.starts_with('%')) {
            if !super::raw::is_sequence(value, end) {
                return Vec::new();
            }
            end += 3;
        }
        let Some(stands_for) = value.get(at..end).and_then(decode_utf8) else {
            return Vec::new();
        };
        if stands_for.chars().any(char::is_control) {
            return Vec::new();
        }
        telling |= stands_for.chars().any(is_reserved);
        out.push(Sequence {
            span: Span::new(at, end),
            stands_for,
        });
        at = end;
    }
    // What the encoder would have encoded stands raw: then there was none.
    let raw =
        |c: char| value.contains(c) && out.iter().any(|s| s.stands_for.chars().any(is_reserved));
    if !telling || raw('@') || raw('+') || raw(':') && value.matches(':').count() > 1 {
        return Vec::new();
    }
    out
}

/// Whether every encoder encodes `c`.
fn is_reserved(c: char) -> bool {
    "@:/?#[]%&=+ ;,\"<>\\^`{|}!$'()*".contains(c) || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_of_an_encoder_is_told_from_other_texts() {
        for (value, expected) in [
            ("Central%40123", Some("@")),
            ("p%40ss%23word", Some("@#")),
            ("caf%C3%A9%21", Some("é!")),
            ("app%40server", Some("@")),
            ("100%", None),
            ("p%ss", None),
            ("p%40ss#x", None),
            ("p@ss%40x", None),
            ("a%41b", None),
            ("x%zz%40", None),
            ("a&b%40", None),
            ("plain", None),
            ("%00%40", None),
        ] {
            let found: String = sequences(value).into_iter().map(|s| s.stands_for).collect();
            assert_eq!(found, expected.unwrap_or(""), "{value}");
        }
    }
}

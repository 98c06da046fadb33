//! Fixes: small edits, how safe they are, and how they are applied.

use crate::order::Order as _;
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;

/// How far a fix may be trusted; ordered from the safest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Keeps the meaning for the intended driver: applied by `--fix` and one click.
    Safe,
    /// Changes the meaning: shown as a preview, applied by `--unsafe-fixes`.
    Unsafe,
    /// A hint of how it could look; never applied.
    DisplayOnly,
}

impl Applicability {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::DisplayOnly => "display-only",
        }
    }
}

/// One replacement in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What is put there.
    pub text: String,
}

impl Edit {
    /// Replaces `span` by `text`.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }

    /// Inserts `text` at byte `at`.
    #[must_use]
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(Span::empty(at), text)
    }

    /// Takes `span` out.
    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self::replace(span, "")
    }
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, imperative: "Encode the `@` as `%40`".
    pub title: String,
    /// How far it may be trusted.
    pub applicability: Applicability,
    /// The edits, all to be applied together; they do not overlap.
    pub edits: Vec<Edit>,
}

/// Why edits cannot be applied to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditError {
    /// Two of them touch the same bytes.
    Overlap,
    /// One reaches past the text or into the middle of a character.
    OutOfText,
}

impl core::fmt::Display for EditError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Overlap => "two edits touch the same characters",
            Self::OutOfText => "an edit does not fit the text",
        })
    }
}

impl core::error::Error for EditError {}

/// Applies `edits` to `text`, all at once.
///
/// # Errors
///
/// [`EditError`] if two edits overlap, or one does not lie on character boundaries of `text`; nothing is applied then.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.order_by_key(|e| (e.span.start, e.span.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for edit in sorted {
        if edit.span.start < done {
            return Err(EditError::Overlap);
        }
        let kept = text
            .get(done..edit.span.start)
            .ok_or(EditError::OutOfText)?;
        text.get(edit.span.start..edit.span.end)
            .ok_or(EditError::OutOfText)?;
        out.push_str(kept);
        out.push_str(&edit.text);
        done = edit.span.end;
    }
    out.push_str(text.get(done..).ok_or(EditError::OutOfText)?);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_apply_in_any_order() {
        let edits = [Edit::insert(3, "!"), Edit::replace(Span::new(0, 1), "J")];
        assert_eq!(apply("abc", &edits), Ok("Jbc!".into()));
    }

    #[test]
    fn what_does_not_fit_is_refused_whole() {
        let overlap = [Edit::delete(Span::new(0, 2)), Edit::delete(Span::new(1, 3))];
        assert_eq!(apply("abc", &overlap), Err(EditError::Overlap));
        assert_eq!(
            apply("é", &[Edit::insert(1, "x")]),
            Err(EditError::OutOfText)
        );
        assert_eq!(
            apply("a", &[Edit::delete(Span::new(0, 9))]),
            Err(EditError::OutOfText)
        );
    }
}

//! Values on their way into another dialect, and text that knows how it looks with its secrets masked.

use crate::model::Secret;
use alloc::string::String;
use alloc::vec::Vec;

/// A piece of a value.
#[derive(Clone)]
enum Part {
    /// What the driver gets, to be quoted or encoded.
    Plain(String),
    /// A variable or a placeholder, which something else fills in: it stays as it is written.
    Kept(String),
}

/// A value as the source's driver reads it. It has no `Debug`: it may be a password.
#[derive(Clone)]
pub(super) struct Word {
    parts: Vec<Part>,
    /// Whether it must not be shown.
    pub(super) secret: bool,
}

impl Word {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self {
            parts: alloc::vec![Part::Plain(text.into())],
            secret: false,
        }
    }

    pub(super) const fn new(secret: bool) -> Self {
        Self {
            parts: Vec::new(),
            secret,
        }
    }

    pub(super) fn push_plain(&mut self, c: char) {
        if let Some(Part::Plain(text)) = self.parts.last_mut() {
            text.push(c);
        } else {
            self.parts.push(Part::Plain(String::from(c)));
        }
    }

    pub(super) fn push_kept(&mut self, text: &str) {
        self.parts.push(Part::Kept(text.into()));
    }

    pub(super) fn push(&mut self, other: &Self) {
        self.parts.extend(other.parts.iter().cloned());
        self.secret |= other.secret;
    }

    /// The words with `separator` between them.
    pub(super) fn joined<'a>(words: impl Iterator<Item = &'a Self>, separator: char) -> Self {
        let mut out = Self::new(false);
        for (index, word) in words.enumerate() {
            if index > 0 {
                out.push_plain(separator);
            }
            out.push(word);
        }
        out
    }

    /// All of it, for looking at; never for output.
    pub(super) fn expose(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Plain(text) | Part::Kept(text) => text.as_str(),
            })
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Plain(text) | Part::Kept(text) => text.is_empty(),
        })
    }

    /// What is left as it is written.
    pub(super) fn kept(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Kept(text) => Some(text.as_str()),
            Part::Plain(_) => None,
        })
    }

    /// Whether the part that is to be written satisfies `test`.
    pub(super) fn any_plain(&self, test: impl Fn(&str) -> bool) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Plain(text) if test(text)))
    }

    /// The value with `change` made to what is to be written.
    pub(super) fn map(&self, change: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let parts = self
            .parts
            .iter()
            .map(|part| {
                Some(match part {
                    Part::Plain(text) => Part::Plain(change(text)?),
                    kept @ Part::Kept(_) => kept.clone(),
                })
            })
            .collect::<Option<_>>()?;
        Some(Self {
            parts,
            secret: self.secret,
        })
    }

    /// Between `quotes`, each character through `escape`; `None` where one cannot be written.
    ///
    /// `always` says that this notation quotes every value, so that the quotes tell nothing of a secret.
    pub(super) fn quoted(
        &self,
        quotes: (&str, &str),
        always: bool,
        escape: impl Fn(&str) -> Option<String>,
    ) -> Option<Text> {
        let (open, close) = quotes;
        let body = self.map(escape)?.expose();
        let mut out = Text::default();
        if !self.secret {
            out.push(open);
            out.push(&body);
            out.push(close);
            return Some(out);
        }
        for piece in [open, &body, close] {
            out.full.push_str(piece);
        }
        let shown = if always { (open, close) } else { ("", "") };
        for piece in [shown.0, Secret::MASK, shown.1] {
            out.masked.push_str(piece);
        }
        Some(out)
    }

    /// Without quotes, through `escape`.
    pub(super) fn bare(&self, escape: impl Fn(&str) -> Option<String>) -> Option<Text> {
        self.quoted(("", ""), false, escape)
    }
}

/// A text with the user's own secrets in it, and the same with a mark in their places.
#[derive(Clone, Default)]
pub(super) struct Text {
    pub(super) full: String,
    pub(super) masked: String,
}

impl Text {
    pub(super) fn push(&mut self, text: &str) {
        self.full.push_str(text);
        self.masked.push_str(text);
    }

    pub(super) fn append(&mut self, other: &Self) {
        self.full.push_str(&other.full);
        self.masked.push_str(&other.masked);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.full.is_empty()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut out = Self::default();
        out.push(text);
        out
    }
}

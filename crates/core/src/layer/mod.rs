//! Takes a string out of what it is wrapped in, and knows the way back.
//!
//! A connection string in a JSON file is escaped by JSON's rules. [`Excerpt`] holds the string itself and a map from its
//! bytes to those of the paste, so that findings point at the pasted characters and edits are escaped again.

mod escapes;
mod map;
mod variables;

use crate::model::Layer;
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

pub use escapes::Escapes;
pub use map::SourceMap;
pub use variables::{find as find_variables, neutral};

/// A string taken out of a paste.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Where it stands in the paste, without its quotes.
    pub span: Span,
    /// What it was wrapped in.
    pub layer: Layer,
    /// How that writes special characters.
    pub escapes: Escapes,
    /// The string itself, unescaped.
    pub text: String,
    /// From the string's bytes to the paste's.
    pub map: SourceMap,
    /// Whether `{name}` in it is filled in by the language (an f-string, a C# `$"…"`).
    pub interpolated: bool,
}

impl Excerpt {
    /// The part of `source` that `span` covers, unescaped by the rules of `escapes`.
    #[must_use]
    pub fn new(source: &str, span: Span, layer: Layer, escapes: Escapes) -> Self {
        let (text, map) = escapes.decode(slice(source, span), span.start);
        Self {
            span,
            layer,
            escapes,
            text,
            map,
            interpolated: false,
        }
    }

    /// Where the variables stand in [`text`](Self::text).
    #[must_use]
    pub fn variables(&self) -> Vec<Span> {
        variables::find(&self.text, self.interpolated)
    }
}

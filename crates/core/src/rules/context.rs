//! What a rule gets to see.

use crate::model::{Driver, Param, Setting, Settings, Target};
use crate::parse::Parse;
use crate::redact::Redactor;
use crate::text::{Span, slice};
use alloc::string::String;

/// One string with everything that is known of it.
#[derive(Debug)]
pub struct Context<'a> {
    /// The string, taken out of its layer.
    pub text: &'a str,
    /// How the intended driver reads it.
    pub parse: &'a Parse,
    /// The driver that it is for: given, or found out.
    pub driver: Driver,
    /// Whether the driver was given by the user.
    pub driver_given: bool,
    /// The product that it is for: given, or found out.
    pub target: Target,
    /// Whether the target was given by the user.
    pub target_given: bool,
    /// What could be a secret.
    pub redactor: &'a Redactor,
    /// Where variables stand that something else fills in, such as `${DB_HOST}`.
    pub variables: &'a [Span],
}

impl<'a> Context<'a> {
    /// The settings as the intended driver reads them.
    #[must_use]
    pub const fn settings(&self) -> &'a Settings {
        &self.parse.settings
    }

    /// The setting that takes effect for `param`.
    #[must_use]
    pub fn get(&self, param: Param) -> Option<&'a Setting> {
        self.parse.settings.get(param)
    }

    /// The raw text of `span`. Not for messages: see [`show`](Self::show).
    #[must_use]
    pub fn raw(&self, span: Span) -> &'a str {
        slice(self.text, span)
    }

    /// The raw text of `span` with secrets masked: the way to quote the string in a message.
    #[must_use]
    pub fn show(&self, span: Span) -> String {
        self.redactor.show(self.text, span)
    }

    /// Whether a part of `span` is filled in by something else later, so that nothing can be said of it.
    #[must_use]
    pub fn has_variable(&self, span: Span) -> bool {
        self.variables.iter().any(|v| {
            v.overlaps(span) || (span.is_empty() && v.start <= span.start && span.start <= v.end)
        })
    }
}

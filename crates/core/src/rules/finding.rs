//! What a rule hands back, before it is placed in the whole text.

use crate::diagnostics::{Applicability, Certainty, Edit, Fix, Related, Severity};
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;

/// A finding in the coordinates of the string that the rule saw, or, [`beside`](Finding::beside) it, of the paste.
///
/// Severity and certainty are the rule's own where a finding does not say otherwise.
#[derive(Clone, Debug)]
pub struct Finding {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) severity: Option<Severity>,
    pub(crate) certainty: Option<Certainty>,
    pub(crate) related: Vec<Related>,
    pub(crate) fixes: Vec<Fix>,
    /// Fixes of the text round the string, in the coordinates of the paste.
    pub(crate) fixes_beside: Vec<Fix>,
    pub(crate) beside: bool,
}

impl Finding {
    /// `message` is a fact of at most 12 words, without a capital or a full stop.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: String::new(),
            severity: None,
            certainty: None,
            related: Vec::new(),
            fixes: Vec::new(),
            fixes_beside: Vec::new(),
            beside: false,
        }
    }

    /// About something that stands beside the string: spans and edits are in the coordinates of the paste, and the edits'
    /// texts need no escaping.
    #[must_use]
    pub fn beside(span: Span, message: impl Into<String>) -> Self {
        Self {
            beside: true,
            ..Self::new(span, message)
        }
    }

    /// Why it matters here, and what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// How bad it is here, where that differs from the rule's own severity.
    #[must_use]
    pub const fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// How sure it is here, where that differs from the rule's own certainty.
    #[must_use]
    pub const fn certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = Some(certainty);
        self
    }

    /// Another place that belongs to it.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related {
            span,
            message: message.into(),
        });
        self
    }

    /// A way to mend it; `title` is imperative. Edits are in the string's own escaping, not its layer's.
    #[must_use]
    pub fn fix(
        mut self,
        title: impl Into<String>,
        applicability: Applicability,
        edits: impl Into<Vec<Edit>>,
    ) -> Self {
        self.fixes.push(Fix {
            title: title.into(),
            applicability,
            edits: edits.into(),
        });
        self
    }

    /// As [`fix`](Self::fix), for what stands round the string: edits are in the coordinates of the paste, and their texts need
    /// no escaping.
    #[must_use]
    pub fn fix_beside(
        mut self,
        title: impl Into<String>,
        applicability: Applicability,
        edits: impl Into<Vec<Edit>>,
    ) -> Self {
        self.fixes_beside.push(Fix {
            title: title.into(),
            applicability,
            edits: edits.into(),
        });
        self
    }
}

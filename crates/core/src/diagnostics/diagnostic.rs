//! A finding on a span of the text.

use super::Fix;
use crate::rules::Rule;
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Will not connect, goes to the wrong place, or is unsafe.
    Error,
    /// Works by luck, or differs by driver.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// How sure connlint is of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Follows from the text and the driver's own rules.
    Certain,
    /// Very probably so.
    Likely,
    /// Depends on something that the text does not say, such as the product behind a host name.
    Depends,
}

impl Certainty {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Depends => "depends",
        }
    }
}

/// A second place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// One finding: a rule, a place, the reason and, where possible, the way out.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// How sure it is here.
    pub certainty: Certainty,
    /// What is wrong: a fact, lower-case start, no full stop.
    pub message: String,
    /// Why it matters here and what to do.
    pub help: String,
    /// Where, in the whole pasted text.
    pub span: Span,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Ways to fix it, best first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// Moves it `by` bytes on, or back.
    pub(crate) fn shift(&mut self, by: isize) {
        self.span = self.span.moved(by);
        for related in &mut self.related {
            related.span = related.span.moved(by);
        }
        for edit in self.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.span = edit.span.moved(by);
        }
    }

    /// The rule's code, such as `SYN003`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.rule.code
    }

    /// The rule's name, such as `raw-at-in-userinfo`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.rule.name
    }
}

//! A failure of the catalogue: what it is called, what it means, and how it is worded.

use super::read::Seen;
use super::wording::{Depth, Wording};
use super::{Category, Evidence, Persistence, PointsAt};
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Group, Rule};

/// A way in which a connection fails.
#[derive(Debug)]
pub struct Failure {
    /// Code, name and documentation, as every rule has them.
    pub rule: Rule,
    /// What went wrong.
    pub category: Category,
    /// Whether trying again helps.
    pub persistence: Persistence,
    /// The part of the string it points at, unless its wording or the case at hand says otherwise.
    pub points_at: PointsAt,
    /// Which part the case at hand points at, where that can be told from what the text names.
    pub(super) refine: Option<fn(&Seen<'_>, &Evidence) -> Option<PointsAt>>,
    /// What it is, for a finding: a fact of at most 12 words, without a capital or a full stop.
    pub message: &'static str,
    /// The SQLSTATEs that stand for it in whatever language the server speaks.
    pub sqlstates: &'static [&'static str],
    /// What to do beyond the steps of its category, and before them.
    pub steps: &'static [Hint],
    /// How it is worded.
    pub wordings: &'static [Wording],
}

/// A thing to do, and where that is written.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// What to do.
    pub text: &'static str,
    /// Where that is written.
    pub source: &'static str,
}

impl Failure {
    /// Whether it is one of the connection, not of a statement or of another database.
    #[must_use]
    pub fn is_of_connection(&self) -> bool {
        self.wordings.iter().any(|w| w.depth != Depth::Aside)
    }

    /// What it means, in one sentence: the first paragraph of its documentation.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.rule.summary()
    }
}

/// Code, name and documentation of a failure. It is found in what the client said, so nothing looks at the string for it.
pub(super) const fn about(
    code: &'static str,
    name: &'static str,
    persistence: Persistence,
    docs: &'static str,
) -> Rule {
    Rule {
        code,
        name,
        group: Group::Errors,
        severity: severity(persistence),
        certainty: Certainty::Likely,
        fix: None,
        supersedes: &[],
        docs,
        check: |_, _| {},
    }
}

/// How bad it is: what passes by itself is good to know, what stays will not connect.
pub(super) const fn severity(persistence: Persistence) -> Severity {
    match persistence {
        Persistence::Persistent => Severity::Error,
        Persistence::Depends => Severity::Warning,
        Persistence::Transient => Severity::Info,
    }
}

//! Turns what connlint found into text: for people at a terminal or with a screen reader, for code review, and for programs.
//!
//! One file per output format and subject. Everything here is a function from plain data to a `String` or to a value
//! that can be serialised: no file, terminal or environment is touched, so the page uses the same code.
//!
//! The text of the user is shown through the masks that the analysis gives, and only as far as it belongs to a
//! connection string: of the rest of a line nobody knows whether it holds a secret.

mod azure_devops;
mod baseline;
mod bundle;
mod fingerprint;
mod format;
mod github;
mod gitlab;
pub mod human;
pub mod json;
mod junit;
mod markdown;
mod masked;
mod narrated;
mod printable;
mod sarif;
mod variables;

use connlint_core::{Analysis, Severity};

pub use baseline::{Accepted, Baseline, Sifted};
pub use bundle::{Bundle, ProbeLine, ProbeReport, bundle};
pub use fingerprint::fingerprints;
pub use format::{LintFormat, LintReport, Piece, Totals};
pub use masked::Masked;
pub use printable::printable;
pub use variables::{VariableFinding, Variables, variables};

/// One text that was linted, and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What to call it: the file's path as the user gave it, or `-` for standard input.
    pub path: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// What connlint says about it.
    pub analysis: &'a Analysis,
}

/// Whether anything was found that should make a check fail: an error or a warning.
#[must_use]
pub fn has_findings(analysis: &Analysis) -> bool {
    analysis.count(Severity::Error) + analysis.count(Severity::Warning) > 0
}

#[cfg(test)]
pub(crate) mod sample;

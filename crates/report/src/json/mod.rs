//! The format for programs: JSON, schema 1.
//!
//! Other people's scripts rely on every name here. Adding a field is fine; anything else needs a new [`SCHEMA`].

mod convert;
mod lint;
mod readings;
mod rules;
mod triage;
mod variables;

pub use convert::{ConvertReport, convert};
pub use lint::{LintReport, lint};
pub(crate) use lint::{lint_head, lint_input, lint_line};
pub use readings::{ReadingsReport, Row, readings};
pub use rules::{RulesReport, rules};
pub use triage::{TriageReport, triage};
pub use variables::{VariablesReport, variables};

use connlint_core::Span;
use serde::Serialize;

/// The version of the JSON; it changes when a reader would break.
pub const SCHEMA: u32 = 1;

/// The program that wrote a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    const THIS: Self = Self {
        name: "connlint",
        version: env!("CARGO_PKG_VERSION"),
    };
}

/// UTF-8 byte offsets in the whole text, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SpanView {
    start: usize,
    end: usize,
}

impl From<Span> for SpanView {
    fn from(span: Span) -> Self {
        Self {
            start: span.start,
            end: span.end,
        }
    }
}

/// `value` on one line.
///
/// # Errors
///
/// Whatever `value`'s own serialisation reports; the reports of this module serialise without one.
pub fn compact(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(value)
}

/// `value` over several lines, for reading.
///
/// # Errors
///
/// As for [`compact`].
pub fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value)
}

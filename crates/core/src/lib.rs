//! Reads PostgreSQL connection strings the way real drivers read them and says what is wrong with them.
//!
//! The crate is pure: text goes in, plain data comes out. There is no I/O, no clock, no environment and no
//! randomness, so the same input gives the same answer in a browser, on a command line and in a test.
//!
//! ```
//! use connlint_core::{Options, lint};
//!
//! let analysis = lint("postgresql://app:pw@shop.postgres.database.azure.com/db", &Options::default());
//! let settings = &analysis.strings[0].settings;
//! assert_eq!(settings.user.as_deref(), Some("app"));
//! ```
//!
//! The way through: [`detect`] finds the strings in a paste, [`layer`] takes off what they are wrapped in,
//! [`parse`] reads them, [`rules`] judge what was read, [`lint`](lint::lint) puts it together.
//! [`triage`] explains failures to connect.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::indexing_slicing, clippy::string_slice))]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[macro_use]
mod docs;

pub mod azure;
pub mod convert;
pub mod detect;
pub mod diagnostics;
pub mod layer;
pub mod lint;
pub mod model;
pub mod near;
pub mod order;
pub mod parse;
pub mod placeholder;
pub mod policy;
pub mod readings;
pub mod redact;
pub mod rules;
pub mod shape;
pub mod summary;
pub mod suppress;
pub mod templates;
pub mod text;
mod token;
pub mod triage;
mod words;

pub use diagnostics::{Applicability, Certainty, Diagnostic, Edit, Fix, Related, Severity};
pub use lint::{
    Analysis, FixOutcome, Found, Options, fix_all, fix_judged, lint, lint_file, lint_traced,
};
pub use model::{Dialect, Driver, HostView, Layer, PasswordState, Secret, SettingsView, Target};
pub use policy::{Pick, Policy, TlsLevel};
pub use text::{LineIndex, Span};

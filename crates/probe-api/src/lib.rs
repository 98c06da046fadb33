//! The types that travel between a caller (page, command line, `curl`) and the connlint probe.
//!
//! The crate knows serde and nothing else, so that the page can use it in wasm. Three rules hold
//! for every type here:
//!
//! * there is no field for a password, and the request refuses fields that it does not know;
//! * answers may grow: a reader ignores fields that it does not know, and reads a stage or state
//!   that it does not know as `Unknown`;
//! * `category` and `persistence` are the kebab-case names that error triage uses as well.

mod capabilities;
mod compare;
mod event;
mod host;
mod request;
mod verdict;

pub use capabilities::{Budgets, Capabilities, Limits, Mode, Vantage};
pub use compare::{Comparison, Finding, FindingKind, Look, Sure, compare};
pub use event::{
    Access, Auth, AuthKind, Certificate, Detail, Event, Line, ModeView, ServerError, Stage, State,
    Tls,
};
pub use host::{Host, HostError};
pub use request::{
    HostPort, ProbeRequest, RequestError, SECRET_FIELDS, SslMode, SslNegotiation, Watch,
    is_secret_field,
};
pub use verdict::{Outcome, Round, RoundLine, Row, Verdict, VerdictLine, WatchKind, WatchVerdict};

use serde::{Deserialize, Serialize};

/// Version of the JSON that this crate describes; it changes when a reader would break.
pub const SCHEMA: u32 = 1;

/// Where a probe is asked for.
pub const PROBE_PATH: &str = "/api/v1/probe";

/// Where a probe tells what it can do.
pub const CAPABILITIES_PATH: &str = "/api/v1/capabilities";

/// The media type of the streamed answer, one JSON value a line.
pub const NDJSON: &str = "application/x-ndjson";

/// The body of every answer that is not a 200.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ApiError,
}

/// Why the probe did not take a request. Never contains any part of the request's values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiError {
    /// A stable name such as `request.secret-field`.
    pub code: String,
    /// One or two plain sentences for a person.
    pub message: String,
}

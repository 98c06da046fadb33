//! The harness of the end-to-end tests: starts the built `connlint serve`, a real browser and
//! recorders on the wire between them, and gives the page's controls names.
//!
//! Everything listens on loopback and goes away when its handle is dropped. `cargo xtask test` says
//! where the built parts are; see [`tools`] for running the tests without it.

mod axe;
pub mod browser;
mod editor;
mod files;
mod http;
mod page;
mod portal;
mod scripted;
mod serve;
mod site;
pub mod tools;
mod traces;
mod wire;

pub use browser::{Browser, Engine};
pub use editor::Glyph;
pub use files::{Rules, StaticSite};
pub use http::Request;
pub use page::{Ladder, Page, ProbeFinding, Squiggle};
pub use portal::Portal;
pub use scripted::{Script, ScriptedProbe};
pub use serve::Serve;
pub use site::{LOOPBACK_NAME, Site};
pub use tools::copy_of_dist;
pub use traces::Secret;
pub use wire::Wire;

/// What every test and every step of the harness gives.
pub type Result<T = ()> = anyhow::Result<T>;

/// How long anything may take before the test says what it waited for.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

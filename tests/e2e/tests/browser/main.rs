//! The page in a real browser, with the real probe and a real PostgreSQL behind it.
//!
//! Each test reads as a sentence about what a person sees; how that is done is in the harness.

mod accessibility;
mod alignment;
mod editing;
mod failures;
mod firefox;
mod loading;
mod looks;
mod main_path;
mod offline;
mod places;
mod privacy;
mod readings;
mod seal;
mod servers;
mod sharing;
mod support;
mod triage;
mod watch;
mod watching;

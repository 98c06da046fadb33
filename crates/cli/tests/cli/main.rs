//! The binary from outside: what a shell, a script and a person see. One module for each command or way to use one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod common;
mod convert;
mod env;
mod lint;
mod login;
mod lsp;
mod places;
mod probe;
mod readings;
mod scan;
mod serve;
mod shell;
mod triage;

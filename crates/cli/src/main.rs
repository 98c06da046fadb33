//! The connlint command line.

mod ladder;
mod page;
mod probe;
mod serve;
mod target;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Exit code for "the tool itself failed": a bad option, a file that cannot be read.
pub(crate) const FAILED: u8 = 2;

#[derive(Parser)]
#[command(
    name = "connlint",
    version,
    about = "Reads PostgreSQL connection strings and tests the way to the server."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Test the way to a server, from its name to its first answer; no password is sent.
    Probe(probe::ProbeArgs),
    /// Serve the page and the probe on this computer.
    Serve(serve::ServeArgs),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Probe(args) => probe::run(&args),
        Command::Serve(args) => serve::run(&args),
    }
}

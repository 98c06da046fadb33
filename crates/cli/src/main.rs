//! The connlint command line.

mod batch;
mod convert;
mod encoding;
mod env;
mod explain;
mod files;
mod lint;
mod lsp;
mod names;
mod outcome;
mod page;
mod probe;
mod readings;
mod refuse;
mod rules;
mod select;
mod serve;
mod settings;
mod shell;
mod terminal;
mod triage;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

pub(crate) use outcome::FAILED;

/// Finds what is wrong with PostgreSQL connection strings, and tests the way to the server.
#[derive(Parser)]
#[command(name = "connlint", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find what is wrong with connection strings
    Lint(lint::Args),
    /// Show what each driver does with a connection string
    Readings(readings::Args),
    /// Write a connection string in another dialect, and say what is lost on the way
    Convert(convert::Args),
    /// Say why a connection failed, from the error that a program gave
    Triage(triage::Args),
    /// Find what is wrong with the connection settings in the environment; names only, no values
    Env(env::Args),
    /// Explain a rule: what it finds, why it matters, what to write instead
    Explain(explain::Args),
    /// List the rules
    Rules(rules::Args),
    /// Test the way to a server, from its name to its first answer; no password is sent
    Probe(probe::ProbeArgs),
    /// Serve the page and the probe on this computer
    Serve(Box<serve::ServeArgs>),
    /// Talk to an editor: the language server
    Lsp(lsp::Args),
    /// Print the completions for a shell
    Completions(shell::CompletionsArgs),
    /// Print a manual page
    Man(shell::ManArgs),
}

fn main() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(error) => return refuse::refuse(&error),
    };
    match command {
        Command::Lint(args) => outcome::exit_code(lint::run(&args)),
        Command::Readings(args) => outcome::exit_code(readings::run(&args)),
        Command::Convert(args) => outcome::exit_code(convert::run(&args)),
        Command::Triage(args) => outcome::exit_code(triage::run(&args)),
        Command::Env(args) => outcome::exit_code(env::run(&args)),
        Command::Explain(args) => outcome::exit_code(explain::run(&args)),
        Command::Rules(args) => outcome::exit_code(rules::run(args)),
        Command::Probe(args) => probe::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Lsp(args) => outcome::exit_code(lsp::run(&args)),
        Command::Completions(args) => outcome::exit_code(shell::completions(&args, Cli::command())),
        Command::Man(args) => outcome::exit_code(shell::man(&args, Cli::command())),
    }
}

//! How a command ends: exit codes, and the one message of a command that failed.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// The exit code for "the tool itself failed": a bad option, a file that cannot be read.
pub(crate) const FAILED: u8 = 2;

/// How a command that did its work ends; the greatest of several counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Nothing of severity error or warning.
    #[default]
    Clean,
    /// Findings.
    Findings,
    /// A part of the work could not be done; it was said where.
    Failed,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What to tell the user. Shows no secret.
    Message(String),
    /// Whoever reads our output has had enough: not an error.
    ReaderGone,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into())
    }
}

impl From<io::Error> for Failure {
    /// An error of writing to standard output.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::Message(format!("cannot write the output: {error}"))
        }
    }
}

/// What commands return.
pub(crate) type Outcome = Result<Status, Failure>;

/// Tells `message` on standard error; nothing is left to do where that fails.
pub(crate) fn complain(message: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "error: {message}");
}

/// Tells something that is no error on standard error.
pub(crate) fn remark(message: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{message}");
}

/// The process's exit code: 0 clean, 1 findings, 2 the tool itself failed.
pub(crate) fn exit_code(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(Status::Clean) | Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Ok(Status::Findings) => ExitCode::from(1),
        Ok(Status::Failed) => ExitCode::from(FAILED),
        Err(Failure::Message(message)) => {
            complain(message);
            ExitCode::from(FAILED)
        }
    }
}

//! Refuses arguments without repeating a connection string that stands among them.
//!
//! `connlint postgresql://…` is what people try first. The message about an unknown command would print the password to
//! standard error, and from there into a log.

use crate::outcome::{FAILED, remark};
use clap::error::ErrorKind;
use connlint_core::{Options, lint};
use std::process::ExitCode;

/// Says what is wrong with the arguments, or prints the help or version that they ask for.
pub(crate) fn refuse(error: &clap::Error) -> ExitCode {
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    let secret = !asked
        && std::env::args_os()
            .skip(1)
            .any(|arg| may_be_secret(&arg.to_string_lossy()));
    if secret {
        let what = error
            .kind()
            .as_str()
            .unwrap_or("the arguments cannot be read");
        remark(format_args!(
            "error: {what}\n\n{HINT}\n\nFor more information, try '--help'."
        ));
        return ExitCode::from(FAILED);
    }
    // Nothing is left to do where standard error is gone.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(FAILED))
}

/// What to do instead of writing a connection string on the command line.
pub(crate) const HINT: &str = "One of the arguments looks like a connection string or a part of one; it is not repeated here.\n\
    connlint reads strings from files or from standard input, where no process list and no shell history shows them:\n\
    \n    connlint lint FILE\n    connlint lint          (then paste the string)";

/// Whether an argument could hold a password.
pub(crate) fn may_be_secret(argument: &str) -> bool {
    let value = if argument.starts_with('-') {
        argument.split_once('=').map_or("", |(_, value)| value)
    } else {
        argument
    };
    // The address of a page or of a probe, as some options take it.
    let web = ["https://", "http://"]
        .iter()
        .any(|scheme| value.starts_with(scheme));
    if web && !value.contains(['@', '=', ';']) {
        return false;
    }
    value.contains("://")
        || value.starts_with("jdbc:")
        || value.contains(['=', '@', ';'])
        || !lint(value, &Options::default()).strings.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_told_from_files_and_options() {
        for argument in [
            "postgresql://u:p@h/db",
            "postgres:p@h",
            "jdbc:postgresql:x",
            "Host=h;Password=p",
            "password=p",
            "--driver=postgresql://u:p@h",
        ] {
            assert!(may_be_secret(argument), "{argument}");
        }
        for argument in [
            "-",
            "--format=json",
            "lint",
            "a/b.env",
            r"C:\x\y.env",
            "--fix",
        ] {
            assert!(!may_be_secret(argument), "{argument}");
        }
    }
}

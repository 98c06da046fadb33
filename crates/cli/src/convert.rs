//! `connlint convert`: a connection string in another dialect.

use crate::files::Source;
use crate::names::{self, Format};
use crate::outcome::{Failure, Outcome, Status, complain, remark};
use crate::terminal::Stream;
use connlint_core::convert::{ConvertError, convert};
use connlint_core::{Dialect, LineIndex, Options};
use connlint_report::{human, json};
use std::path::PathBuf;

/// Arguments of `connlint convert`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 converted, 1 nothing was found or a driver refuses it as it stands, 2 connlint itself failed.\nThe text is written with its own password; what is lost on the way is said on standard error."
)]
pub(crate) struct Args {
    /// The file with the string; standard input without one or for -
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The dialect to write it in
    #[arg(long, value_name = "DIALECT", value_parser = names::dialect())]
    to: Dialect,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let files: Vec<PathBuf> = args.file.iter().cloned().collect();
    let mut status = Status::Clean;
    for source in Source::all(&files) {
        let text = source.read().map_err(Failure::new)?;
        status = status.max(one(&source.name(), &text, args)?);
    }
    Ok(status)
}

fn one(name: &str, text: &str, args: &Args) -> Outcome {
    let converted = match convert(text, &Options::default(), args.to) {
        Ok(converted) => converted,
        Err(error @ ConvertError::NoTarget { .. }) => return Err(Failure::new(error.to_string())),
        Err(error) => {
            let at = LineIndex::new(text).line_column(error.span().map_or(0, |span| span.start));
            complain(format_args!("{name}:{}:{}: {error}", at.line, at.column));
            return Ok(Status::Findings);
        }
    };
    match args.format {
        Format::Human => {
            let texts: Vec<&str> = converted.iter().map(|one| one.text.as_str()).collect();
            // Those of several lines stand apart.
            let between = if texts.iter().any(|text| text.contains('\n')) {
                "\n\n"
            } else {
                "\n"
            };
            if !texts.is_empty() {
                Stream::Out.write(&format!("{}\n", texts.join(between)))?;
            }
            let losses = human::losses(name, text, &converted, Stream::Error.layout());
            Stream::Error.write_human(&losses)?;
        }
        Format::Json => {
            let mut report = json::pretty(&json::convert(&converted))
                .map_err(|e| Failure::new(e.to_string()))?;
            report.push('\n');
            Stream::Out.write(&report)?;
        }
    }
    if converted.is_empty() {
        remark("No connection string found.");
        return Ok(Status::Findings);
    }
    Ok(Status::Clean)
}

//! `connlint readings`: what each driver does with a string.

use crate::batch::{self, Reply};
use crate::files::Source;
use crate::names::{self, Format};
use crate::outcome::{Failure, Outcome, Status, remark};
use crate::terminal::Stream;
use connlint_core::readings::readings;
use connlint_core::{Driver, Options, Target};
use connlint_report::{human, json};
use std::path::PathBuf;

/// Arguments of `connlint readings`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file with the string; standard input without one or for -
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only this client library
    #[arg(long, value_parser = names::driver(), default_value = "auto")]
    driver: Driver,
    /// How the table is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Read one JSON object a line ({"id", "text", "target", "driver"}), write one a line
    #[arg(long, conflicts_with = "format")]
    batch: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let options = Options {
        target: Target::Auto,
        driver: args.driver,
        ..Options::default()
    };
    let files: Vec<PathBuf> = args.file.iter().cloned().collect();
    let sources = Source::all(&files);
    if args.batch {
        return batch::run(&sources, &options, &|text, options| {
            let rows = readings(text, options);
            let report = json::readings(&rows);
            Reply::new("readings", &report.rows(), Status::Clean)
        });
    }
    for source in sources {
        let text = source.read().map_err(Failure::new)?;
        let rows = readings(&text, &options);
        if rows.is_empty() {
            remark("No connection string found.");
            return Ok(Status::Findings);
        }
        match args.format {
            Format::Human => {
                Stream::Out.write_human(&human::readings(&rows, Stream::Out.layout()))?;
            }
            Format::Json => {
                let mut text = json::pretty(&json::readings(&rows))
                    .map_err(|e| Failure::new(e.to_string()))?;
                text.push('\n');
                Stream::Out.write(&text)?;
            }
        }
    }
    Ok(Status::Clean)
}

//! `connlint rules`: the list of rules.

use crate::names::Format;
use crate::outcome::{Failure, Outcome, Status};
use crate::terminal::Stream;
use connlint_core::rules::Rule;
use connlint_report::{human, json};

/// Arguments of `connlint rules`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Args {
    /// How the list is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(crate) fn run(args: Args) -> Outcome {
    let rules: Vec<&Rule> = Rule::all().collect();
    match args.format {
        Format::Human => Stream::Out.write_human(&human::rules(&rules, Stream::Out.layout()))?,
        Format::Json => {
            let mut text =
                json::pretty(&json::rules(&rules)).map_err(|e| Failure::new(e.to_string()))?;
            text.push('\n');
            Stream::Out.write(&text)?;
        }
    }
    Ok(Status::Clean)
}

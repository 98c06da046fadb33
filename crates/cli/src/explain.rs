//! `connlint explain`: a rule's documentation.

use crate::outcome::{Failure, Outcome, Status};
use crate::select::unknown;
use crate::terminal::Stream;
use connlint_core::rules::Rule;
use connlint_report::human;

/// Arguments of `connlint explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A rule's code such as SYN003, or its name
    #[arg(value_name = "CODE")]
    code: String,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let by_name = || Rule::all().find(|rule| rule.name.eq_ignore_ascii_case(&args.code));
    let rule = Rule::find(&args.code)
        .or_else(by_name)
        .ok_or_else(|| Failure::new(unknown("rule", &args.code, false)))?;
    let text = human::explain(rule, Stream::Out.layout());
    Stream::Out.write_human(&text)?;
    Ok(Status::Clean)
}

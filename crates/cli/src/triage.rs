//! `connlint triage`: why a connection failed, from the error that a program gave.

use crate::batch::{self, Reply};
use crate::files::Source;
use crate::names::{self, Format};
use crate::outcome::{Failure, Outcome, Status};
use crate::probe::words;
use crate::terminal::Stream;
use connlint_core::triage::{self, Catalogue, Time, Triage};
use connlint_core::{Driver, Options, Target};
use connlint_probe_api::{Event, Line};
use connlint_report::{Bundle, ProbeLine, ProbeReport, bundle, human, json};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Arguments of `connlint triage`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 the text holds no connection error, 1 it holds one, 2 connlint itself failed.\nPasswords are never printed, not even those that the error repeats."
)]
pub(crate) struct Args {
    /// The file with the error, a log for instance; standard input without one or for -
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The product that the server is
    #[arg(long, value_parser = names::target(), default_value = "auto")]
    target: Target,
    /// The client library that gave the error
    #[arg(long, value_parser = names::driver(), default_value = "auto")]
    driver: Driver,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Write a support bundle instead: Markdown for a support request, with every secret masked
    #[arg(long, conflicts_with_all = ["format", "batch"])]
    report: bool,
    /// Put into the bundle what `connlint probe --format json` saw
    #[arg(long, value_name = "FILE", requires = "report")]
    probe: Option<PathBuf>,
    /// Read one JSON object a line ({"id", "text", "target", "driver"}), write one a line
    #[arg(long, conflicts_with = "format")]
    batch: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let options = Options {
        target: args.target,
        driver: args.driver,
        ..Options::default()
    };
    let catalogue = Catalogue::new();
    let files: Vec<PathBuf> = args.file.iter().cloned().collect();
    let sources = Source::all(&files);
    if args.batch {
        return batch::run(&sources, &options, &|text, options| {
            let paste = catalogue.paste(text, options);
            let status = status(&paste.triage);
            Reply::new("triage", &json::triage(&paste.triage), status)
        });
    }
    let mut worst = Status::Clean;
    for source in sources {
        let text = source.read().map_err(Failure::new)?;
        let paste = catalogue.paste(&text, &options);
        let shown = catalogue.shown_parts(&text, &paste.analysis);
        match args.format {
            Format::Human if args.report => {
                let probe = args.probe.as_deref().map(probe_report).transpose()?;
                Stream::Out.write(&bundle(&Bundle {
                    text: &text,
                    paste: &paste,
                    options: &options,
                    shown: &shown,
                    probes: probe.as_slice(),
                    made: Some(now()),
                }))?;
            }
            Format::Human => {
                let layout = Stream::Out.layout();
                Stream::Out.write_human(&human::triage(&text, &paste, &shown, layout))?;
            }
            Format::Json => {
                let mut report = json::pretty(&json::triage(&paste.triage))
                    .map_err(|e| Failure::new(e.to_string()))?;
                report.push('\n');
                Stream::Out.write(&report)?;
            }
        }
        worst = worst.max(status(&paste.triage));
    }
    Ok(worst)
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Time {
        ms: since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(0)),
        utc: true,
        dated: true,
    }
}

/// What a probe saw, from its JSON.
fn probe_report(path: &Path) -> Result<ProbeReport, Failure> {
    let source = Source::File(path.into());
    let text = source.read().map_err(Failure::new)?;
    let lines: Vec<Line> = serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!(
            "{}: this is not what `connlint probe --format json` writes (line {}, column {})",
            path.display(),
            error.line(),
            error.column()
        ))
    })?;
    let mut report = ProbeReport::default();
    for line in lines {
        match line {
            Line::Event(event) => report.lines.extend(probe_line(event)),
            Line::Verdict(line) => report.conclusions.push(line.verdict.summary),
            Line::Round(_) => {}
        }
    }
    Ok(report)
}

fn probe_line(event: Event) -> Option<ProbeLine> {
    Some(ProbeLine {
        microseconds: event.t_us,
        stage: words::stage(event.stage),
        address: event.address.or(event.detail.host),
        state: words::mark(event.state)?,
        text: event.detail.text.unwrap_or_default(),
    })
}

/// An error of a statement, or of another database, is none of the connection.
fn status(triage: &Triage) -> Status {
    if triage
        .failure
        .is_some_and(triage::Failure::is_of_connection)
    {
        Status::Findings
    } else {
        Status::Clean
    }
}

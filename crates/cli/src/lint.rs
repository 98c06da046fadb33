//! `connlint lint`: findings in files, and their fixes.

use crate::batch::{self, Reply};
use crate::files::Source;
use crate::names::{self, LintFormat as Format};
use crate::outcome::{Failure, Outcome, Status, complain, remark};
use crate::select::SelectArgs;
use crate::settings::Settings;
use crate::terminal::Stream;
use clap::ArgGroup;
use connlint_config::Effective;
use connlint_core::triage::Catalogue;
use connlint_core::{Analysis, Applicability, Driver, FixOutcome, Options, Target, fix_all};
use connlint_report::{Input, github, has_findings, human, json, markdown, narrated, sarif};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Arguments of `connlint lint`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 nothing of severity error or warning, 1 findings, 2 connlint itself failed.\nPasswords are never printed; --fix keeps them in the user's own text.",
    group(ArgGroup::new("mend").args(["fix", "diff"]).multiple(true))
)]
pub(crate) struct Args {
    /// Files to read; standard input if there is none or for -
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The product that the strings are for
    #[arg(long, value_parser = names::target(), default_value = "auto")]
    target: Target,
    /// The client library that will read the strings
    #[arg(long, value_parser = names::driver(), default_value = "auto")]
    driver: Driver,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Apply the fixes that keep a string's meaning: to the files, or to standard output for -
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff: also the fixes that change the meaning
    #[arg(long, requires = "mend")]
    unsafe_fixes: bool,
    /// Show what the fixes would change and write nothing
    #[arg(long)]
    diff: bool,
    #[command(flatten)]
    select: SelectArgs,
    /// The settings to use, in place of the nearest connlint.toml above each file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Read one JSON object a line ({"id", "text", "target", "driver"}), write one a line
    #[arg(long, conflicts_with_all = ["fix", "diff", "format"])]
    batch: bool,
}

/// What error messages are compared with: made once, however many files there are.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

/// A text that was read, with its findings.
struct Linted {
    source: Source,
    text: String,
    options: Options,
    analysis: Analysis,
}

impl Linted {
    fn new(source: Source, text: String, options: Options) -> Self {
        // What is pasted may hold the error as well; a file is looked at for its strings.
        let analysis = match source {
            Source::Stdin => CATALOGUE.paste(&text, &options).analysis,
            Source::File(_) => CATALOGUE.lint(&text, &options),
        };
        Self {
            source,
            text,
            options,
            analysis,
        }
    }

    fn input<'a>(&'a self, name: &'a str) -> Input<'a> {
        Input {
            path: name,
            text: &self.text,
            analysis: &self.analysis,
        }
    }
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut work = Work {
        args,
        settings: Settings::new(args.config.as_deref())?,
        level: if args.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        },
    };
    let sources = Source::all(&args.files);
    if sources.iter().filter(|s| **s == Source::Stdin).count() > 1 {
        return Err(Failure::new("standard input can be read only once"));
    }
    if args.batch {
        let options = work.options(&Source::Stdin)?;
        return batch::run(&sources, &options, &|text, options| {
            let analysis = CATALOGUE.paste(text, options).analysis;
            let input = Input {
                path: "-",
                text,
                analysis: &analysis,
            };
            let status = if has_findings(&analysis) {
                Status::Findings
            } else {
                Status::Clean
            };
            Reply::new("report", &json::lint(&[input]), status)
        });
    }
    if args.diff && args.format != Format::Human {
        return Err(Failure::new(
            "--diff is for people; the JSON report (--format json) has the edits of every fix in it",
        ));
    }
    let mut status = Status::Clean;
    let mut texts = Vec::new();
    for source in sources {
        match source.read() {
            Ok(text) => {
                let options = work.options(&source)?;
                texts.push(Linted::new(source, text, options));
            }
            Err(message) => {
                complain(message);
                status = Status::Failed;
            }
        }
    }
    if args.diff {
        work.diff(&texts)?;
    } else {
        if args.fix {
            for text in &mut texts {
                status = status.max(work.fix(text)?);
            }
        }
        // The fixed text has standard output to itself.
        let piped = args.fix && texts.iter().any(|t| t.source == Source::Stdin);
        let stream = if piped { Stream::Error } else { Stream::Out };
        if !texts.is_empty() {
            report(&texts, args.format, stream)?;
        }
    }
    let findings = texts.iter().any(|t| has_findings(&t.analysis));
    Ok(status.max(if findings {
        Status::Findings
    } else {
        Status::Clean
    }))
}

fn report(texts: &[Linted], format: Format, stream: Stream) -> Result<(), Failure> {
    let names: Vec<_> = texts.iter().map(|t| t.source.name()).collect();
    let inputs: Vec<Input<'_>> = texts.iter().zip(&names).map(|(t, n)| t.input(n)).collect();
    match format {
        Format::Human => stream.write_human(&human::lint(&inputs, stream.layout()))?,
        Format::Narrated => stream.write(&narrated(&inputs))?,
        Format::Json => stream.write(&pretty(&json::lint(&inputs))?)?,
        Format::Sarif => stream.write(&pretty(&sarif(&inputs))?)?,
        Format::Github => stream.write(&github(&inputs))?,
        Format::Markdown => stream.write(&markdown(&inputs))?,
    }
    Ok(())
}

fn pretty(report: &impl Serialize) -> Result<String, Failure> {
    let text = json::pretty(report).map_err(|e| Failure::new(e.to_string()))?;
    Ok(text + "\n")
}

/// What the command line asks for, whatever the text.
struct Work<'a> {
    args: &'a Args,
    settings: Settings,
    level: Applicability,
}

impl Work<'_> {
    /// What counts for `source`: the command line, then its connlint.toml.
    fn options(&mut self, source: &Source) -> Result<Options, Failure> {
        let Effective {
            target,
            driver,
            mut policy,
        } = self.settings.of(source)?;
        self.args.select.add_to(&mut policy)?;
        Ok(Options {
            target: target
                .filter(|_| self.args.target == Target::Auto)
                .unwrap_or(self.args.target),
            driver: driver
                .filter(|_| self.args.driver == Driver::Auto)
                .unwrap_or(self.args.driver),
            policy,
        })
    }

    /// Mends a text where it stands; what is left to say is about the new one.
    fn fix(&self, linted: &mut Linted) -> Outcome {
        let FixOutcome { text, applied } = fix_all(&linted.text, &linted.options, self.level);
        match &linted.source {
            Source::Stdin => Stream::Out.write(&text)?,
            Source::File(path) if text != linted.text => {
                if let Err(message) = Source::replace(path, &text) {
                    complain(message);
                    return Ok(Status::Failed);
                }
            }
            Source::File(_) => {}
        }
        for (code, title) in &applied {
            remark(format_args!(
                "{}: {code} fixed: {title}",
                linted.source.name()
            ));
        }
        *linted = Linted::new(linted.source.clone(), text, linted.options.clone());
        Ok(Status::Clean)
    }

    fn diff(&self, texts: &[Linted]) -> Result<(), Failure> {
        let layout = Stream::Out.layout();
        for linted in texts {
            let name = linted.source.name();
            let FixOutcome { text, applied } = fix_all(&linted.text, &linted.options, self.level);
            let fixed = Linted::new(linted.source.clone(), text, linted.options.clone());
            let diff = human::diff(&linted.input(&name), &fixed.input(&name), layout);
            Stream::Out.write_human(&diff)?;
            let fixes = match applied.len() {
                0 => "nothing to fix".into(),
                1 => "1 fix".into(),
                n => format!("{n} fixes"),
            };
            remark(format_args!("{name}: {fixes}, nothing was written"));
        }
        Ok(())
    }
}

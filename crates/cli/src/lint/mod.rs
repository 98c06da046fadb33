//! `connlint lint`: findings in files, folders and standard input, and their fixes.

mod baseline;
mod changed;
mod order;
mod progress;
mod scan;
mod traces;

use crate::batch::{self, Reply};
use crate::files::{Source, Text};
use crate::names;
use crate::outcome::{Failure, Outcome, Status, complain, remark};
use crate::select::SelectArgs;
use crate::settings::Settings;
use crate::terminal::Stream;
use baseline::BaselineFile;
use clap::ArgGroup;
use connlint_core::triage::Catalogue;
use connlint_core::{Analysis, Applicability, Driver, FixOutcome, Options, Target, fix_judged};
use connlint_report::{
    Accepted, Input, LintFormat, LintReport, Piece, Sifted, has_findings, human, json,
};
use progress::Progress;
use scan::{Item, Passed, ScanArgs};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use traces::Traces;

/// Arguments of `connlint lint`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Below a folder, files are chosen as ripgrep chooses them: not what .gitignore or .connlintignore leaves out, no hidden, binary or\nlarge ones; and only those with a trace of PostgreSQL are read on.\n\nExit codes: 0 nothing of severity error or warning, 1 findings, 2 connlint itself failed.\nPasswords are never printed; --fix keeps them in the user's own text.",
    group(ArgGroup::new("mend").args(["fix", "diff"]).multiple(true))
)]
pub(crate) struct Args {
    /// Files and folders to look at; standard input if there is none or for -
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The product that the strings are for
    #[arg(long, value_parser = names::target(), default_value = "auto")]
    target: Target,
    /// The client library that will read the strings
    #[arg(long, value_parser = names::driver(), default_value = "auto")]
    driver: Driver,
    /// How the report is written
    #[arg(long, value_parser = names::lint_format(), default_value = "human")]
    format: &'static LintFormat,
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
    #[command(flatten)]
    scan: ScanArgs,
    /// What standard input is called, and that it is a file's content: for editors
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
    /// Do not tell of the findings that this file accepts
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings into the baseline, which accepts them from then on
    #[arg(long, requires = "baseline", conflicts_with_all = ["mend", "batch"])]
    write_baseline: bool,
    /// Read one JSON object a line ({"id", "text", "target", "driver"}), write one a line
    #[arg(long, conflicts_with_all = ["fix", "diff", "format", "baseline", "stdin_filename"])]
    batch: bool,
}

/// What error messages are compared with: made once, however many files there are.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

pub(crate) fn run(args: &Args) -> Outcome {
    let work = Work {
        args,
        settings: Settings::new(args.config.as_deref())?,
        level: if args.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        },
        traces: Traces::new(),
        baseline: match &args.baseline {
            Some(file) => Some(BaselineFile::read(file, args.write_baseline)?),
            None => None,
        },
    };
    let sources = Source::all(&args.paths);
    if sources.iter().filter(|s| **s == Source::Stdin).count() > 1 {
        return Err(Failure::new("standard input can be read only once"));
    }
    if args.batch {
        let options = work.options(None)?;
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
    if args.diff && args.format.name != "human" {
        return Err(Failure::new(
            "--diff is for people; the JSON report (--format json) has the edits of every fix in it",
        ));
    }
    // The fixed text has standard output to itself.
    let piped = args.fix && !args.diff && sources.contains(&Source::Stdin);
    let stream = if piped { Stream::Error } else { Stream::Out };
    let mut written = Written::new(args.format, stream);
    let threads = args.scan.threads(&sources);
    let passed = Arc::new(Passed::default());
    let items = args.scan.items(sources, &passed)?;
    order::in_order(
        items,
        threads,
        |item| work.look(item, stream),
        |seen| written.take(seen?),
    )?;
    let outcome = written.end(&work);
    if let Some(told) = passed.told() {
        remark(told);
    }
    outcome
}

/// What the command line asks for, whatever the text.
struct Work<'a> {
    args: &'a Args,
    settings: Settings,
    level: Applicability,
    traces: Traces,
    baseline: Option<BaselineFile>,
}

/// What came of a file.
#[derive(Default)]
struct Seen {
    status: Status,
    /// What to tell on standard error that is no error.
    remarks: Vec<String>,
    /// What to tell on standard error.
    complaint: Option<String>,
    /// The fixed text of standard input, or the difference.
    text: String,
    /// What the report says of it; nothing where it was passed over.
    piece: Option<Piece>,
    /// How many connection strings it has.
    strings: usize,
    sifted: Sifted,
}

impl Seen {
    fn trouble(message: String) -> Self {
        Self {
            status: Status::Failed,
            complaint: Some(message),
            ..Self::default()
        }
    }
}

/// A text with what is known of it.
struct Judged<'a> {
    source: &'a Source,
    name: &'a str,
    options: Options,
}

impl Work<'_> {
    /// What counts for a file: the command line, then its connlint.toml.
    fn options(&self, path: Option<&Path>) -> Result<Options, Failure> {
        let mut settings = self.settings.of(path)?;
        self.args.select.add_to(&mut settings.policy)?;
        Ok(settings.with(self.args.target, self.args.driver))
    }

    /// The file that a source is, or is to be taken for.
    fn path<'a>(&'a self, source: &'a Source) -> Option<&'a Path> {
        match source {
            Source::Stdin => self.args.stdin_filename.as_deref(),
            Source::File(path) => Some(path),
        }
    }

    /// Reads and judges one thing. It depends on nothing but the thing.
    fn look(&self, item: Item, stream: Stream) -> Result<Seen, Failure> {
        let (source, met) = match item {
            Item::Trouble(message) => return Ok(Seen::trouble(message)),
            Item::Named(source) => (source, false),
            Item::Met(path) => (Source::File(path), true),
        };
        let read = if met {
            let largest = self.args.scan.max_filesize();
            source.read_if(largest, |bytes| self.traces.are_in(bytes))
        } else {
            source.read_text().map(Some)
        };
        let text = match read {
            Ok(Some(text)) => text,
            Ok(None) => return Ok(Seen::default()),
            Err(message) => return Ok(Seen::trouble(message)),
        };
        let path = self.path(&source);
        let name = path.map_or("-".into(), Path::to_string_lossy);
        let judged = Judged {
            source: &source,
            name: &name,
            options: self.options(path)?,
        };
        let (analysis, sifted) = self.judge(&judged, &text.content, met);
        if met && analysis.strings.is_empty() {
            return Ok(Seen::default());
        }
        if self.args.diff {
            return Ok(self.diff(&judged, &text, &analysis));
        }
        let mut seen = Seen {
            sifted,
            ..Seen::default()
        };
        let mut content = text.content.as_str();
        let mut analysis = analysis;
        let fixed;
        if self.args.fix {
            match self.fix(&judged, &text, &mut seen) {
                Ok(text) => fixed = text,
                Err(message) => return Ok(Seen::trouble(message)),
            }
            content = &fixed;
            (analysis, seen.sifted) = self.judge(&judged, content, false);
        }
        seen.strings = analysis.strings.len();
        if has_findings(&analysis) {
            seen.status = Status::Findings;
        }
        let input = Input {
            path: &name,
            text: content,
            analysis: &analysis,
        };
        if !self.args.write_baseline {
            seen.piece = Some(self.args.format.piece(&input, stream.layout()));
        }
        Ok(seen)
    }

    /// The findings in a text that are not accepted, and those that are. Whether it has a trace may be known already.
    fn judge(&self, judged: &Judged<'_>, text: &str, traced: bool) -> (Analysis, Sifted) {
        let options = &judged.options;
        // What is pasted may hold the error as well; a file is looked at for its strings.
        let path = self.path(judged.source);
        let mut analysis = match path {
            None => CATALOGUE.paste(text, options).analysis,
            Some(_) if traced => CATALOGUE.lint_traced(text, options),
            Some(_) => CATALOGUE.lint_file(text, options),
        };
        let sifted = match &self.baseline {
            Some(file) => file.baseline.sift(&file.name(path), &mut analysis),
            None => Sifted::default(),
        };
        (analysis, sifted)
    }

    fn mended(&self, judged: &Judged<'_>, text: &str) -> FixOutcome {
        fix_judged(text, self.level, |text| self.judge(judged, text, false).0)
    }

    /// Mends a text where it stands: what it is then.
    fn fix(&self, judged: &Judged<'_>, text: &Text, seen: &mut Seen) -> Result<String, String> {
        let FixOutcome {
            text: fixed,
            applied,
        } = self.mended(judged, &text.content);
        match judged.source {
            Source::Stdin => seen.text.clone_from(&fixed),
            Source::File(path) if fixed != text.content => Source::replace(path, text, &fixed)?,
            Source::File(_) => {}
        }
        let name = judged.name;
        seen.remarks = applied
            .iter()
            .map(|(code, title)| format!("{name}: {code} fixed: {title}"))
            .collect();
        Ok(fixed)
    }

    fn diff(&self, judged: &Judged<'_>, text: &Text, analysis: &Analysis) -> Seen {
        let FixOutcome {
            text: fixed,
            applied,
        } = self.mended(judged, &text.content);
        let (after, _) = self.judge(judged, &fixed, false);
        let name = judged.name;
        let input = |text, analysis| Input {
            path: name,
            text,
            analysis,
        };
        let diff = human::diff(
            &input(&text.content, analysis),
            &input(&fixed, &after),
            Stream::Out.layout(),
        );
        let fixes = match applied.len() {
            0 => "nothing to fix".into(),
            1 => "1 fix".into(),
            n => format!("{n} fixes"),
        };
        Seen {
            status: if has_findings(analysis) {
                Status::Findings
            } else {
                Status::Clean
            },
            text: diff,
            remarks: vec![format!("{name}: {fixes}, nothing was written")],
            ..Seen::default()
        }
    }
}

/// What is being written, file by file.
struct Written {
    format: &'static LintFormat,
    stream: Stream,
    report: LintReport,
    begun: bool,
    /// Whether there was anything that could be looked at.
    looked: bool,
    status: Status,
    progress: Progress,
    /// For the baseline.
    all: Vec<Accepted>,
    accepted: HashSet<String>,
}

impl Written {
    fn new(format: &'static LintFormat, stream: Stream) -> Self {
        Self {
            format,
            stream,
            report: LintReport::new(format, stream.layout()),
            begun: false,
            looked: false,
            status: Status::Clean,
            progress: Progress::new(),
            all: Vec::new(),
            accepted: HashSet::new(),
        }
    }

    /// Takes what came of the next file.
    fn take(&mut self, seen: Seen) -> Result<(), Failure> {
        self.status = self.status.max(seen.status);
        self.all.extend(seen.sifted.all);
        self.accepted.extend(seen.sifted.accepted);
        self.looked |= seen.complaint.is_none();
        if seen.complaint.is_none() && seen.piece.is_none() && seen.text.is_empty() {
            self.report.pass_over(1);
        }
        let mut out = String::new();
        if let Some(piece) = &seen.piece {
            if !self.begun {
                out.push_str(&self.report.begin());
                self.begun = true;
            }
            out.push_str(&self.report.add(piece));
        }
        self.progress.step(self.report.totals().strings);
        let nothing = out.is_empty()
            && seen.text.is_empty()
            && seen.remarks.is_empty()
            && seen.complaint.is_none();
        if nothing {
            return Ok(());
        }
        let (format, stream) = (self.format, self.stream);
        self.progress.aside(|| {
            if let Some(message) = seen.complaint {
                complain(message);
            }
            if seen.piece.is_none() {
                Stream::Out.write_human(&seen.text)?;
            } else {
                Stream::Out.write(&seen.text)?;
            }
            seen.remarks.iter().for_each(remark);
            write(format, stream, &out)
        })
    }

    /// What is left to be written.
    fn end(mut self, work: &Work<'_>) -> Outcome {
        self.progress.finish();
        let args = work.args;
        if let (true, Some(file)) = (args.write_baseline, &args.baseline) {
            if self.status == Status::Failed {
                return Err(Failure::new(
                    "the baseline was not written, because not everything could be looked at",
                ));
            }
            let number = self.all.len();
            baseline::write(file, std::mem::take(&mut self.all))?;
            remark(format_args!("{number} accepted, in {}", file.display()));
            return Ok(Status::Clean);
        }
        if !args.diff && self.looked | (self.status != Status::Failed) {
            let mut out = String::new();
            if !self.begun {
                out.push_str(&self.report.begin());
            }
            out.push_str(&self.report.end());
            write(self.format, self.stream, &out)?;
        }
        if let Some(BaselineFile { baseline, .. }) = &work.baseline {
            let accepted = self.accepted.len();
            if accepted > 0 {
                remark(format_args!("The baseline accepts {accepted} more."));
            }
            // Whoever looks at a part of the files does not see all of them.
            let gone = baseline.len() - accepted;
            if gone > 0 {
                remark(format_args!(
                    "{gone} of the baseline were not met; --write-baseline on everything leaves them out."
                ));
            }
        }
        Ok(self.status)
    }
}

fn write(format: &LintFormat, stream: Stream, text: &str) -> Result<(), Failure> {
    if format.coloured {
        stream.write_human(text)?;
    } else {
        stream.write(text)?;
    }
    Ok(())
}

//! `connlint probe`: the probe without a server in between.

use crate::serve::LookupArgs;
use crate::{FAILED, ladder, target};
use clap::{Args, ValueEnum};
use connlint_probe::{Prober, line_channel};
use connlint_probe_api::{Line, ProbeRequest, SslMode};
use std::io::{self, Read, Write};
use std::process::ExitCode;

/// Options of `connlint probe`.
#[derive(Args)]
pub(crate) struct ProbeArgs {
    /// host[:port], a connection string, or - to read one from the standard input. A password in it
    /// is not sent anywhere.
    target: String,
    /// The user to name, instead of the one in the connection string.
    #[arg(long)]
    user: Option<String>,
    /// The database to name, instead of the one in the connection string.
    #[arg(long)]
    database: Option<String>,
    /// disable, allow, prefer, require, verify-ca or verify-full, instead of the one in the string.
    #[arg(long, value_name = "MODE", value_parser = sslmode)]
    sslmode: Option<SslMode>,
    /// How to show the result.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    lookup: LookupArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A ladder with times, and a conclusion.
    Human,
    /// One JSON array, as the probe's HTTP API gives it.
    Json,
    /// One JSON value a line, as they come.
    Ndjson,
}

fn sslmode(text: &str) -> Result<SslMode, String> {
    SslMode::from_name(text).ok_or_else(|| {
        let names: Vec<_> = SslMode::ALL.iter().map(|mode| mode.name()).collect();
        format!("sslmode is one of {}", names.join(", "))
    })
}

/// Probes; 0 if the server can be reached, 1 if not, 2 if the probe could not begin.
pub(crate) fn run(args: &ProbeArgs) -> ExitCode {
    match probe(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(io::stderr(), "connlint probe: {error}");
            ExitCode::from(FAILED)
        }
    }
}

fn probe(args: &ProbeArgs) -> Result<bool, String> {
    let request = request(args)?;
    let prober = Prober::new(args.lookup.config()?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let (out, mut lines) = line_channel();
    let work = runtime.spawn(async move { prober.probe(&request, out).await });
    let mut shown = Shown {
        format: args.format,
        out: io::stdout(),
        all: Vec::new(),
    };
    let mut written = Ok(());
    while let Some(line) = lines.blocking_recv() {
        written = written.and_then(|()| shown.line(line));
    }
    let written = written.and_then(|()| shown.end());
    let verdict = runtime
        .block_on(work)
        .map_err(|_| "the probe broke down".to_owned())?
        .map_err(|error| error.to_string())?;
    match written {
        // Whoever reads us has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(verdict.reachable),
    }
}

fn request(args: &ProbeArgs) -> Result<ProbeRequest, String> {
    let text = if args.target == "-" {
        let mut text = String::new();
        io::stdin()
            .take(64 * 1024)
            .read_to_string(&mut text)
            .map_err(|error| error.to_string())?;
        text
    } else {
        args.target.clone()
    };
    let target = target::parse(&text)?;
    if let Some(note) = target.note {
        let _ = writeln!(io::stderr(), "connlint probe: {note}");
    }
    let mut request = target.request;
    request.user = args.user.clone().or(request.user);
    request.database = args.database.clone().or(request.database);
    request.sslmode = args.sslmode.unwrap_or(request.sslmode);
    request.validate().map_err(|error| error.to_string())?;
    Ok(request)
}

struct Shown {
    format: Format,
    out: io::Stdout,
    all: Vec<Line>,
}

impl Shown {
    fn line(&mut self, line: Line) -> io::Result<()> {
        match (self.format, &line) {
            (Format::Human, Line::Event(event)) => ladder::rung(&mut self.out, event)?,
            (Format::Human, Line::Round(_)) => {}
            (Format::Human, Line::Verdict(last)) => {
                ladder::conclusion(&mut self.out, &last.verdict)?;
            }
            (Format::Ndjson, line) => {
                serde_json::to_writer(&mut self.out, line)?;
                writeln!(self.out)?;
            }
            (Format::Json, _) => self.all.push(line),
        }
        self.out.flush()
    }

    fn end(mut self) -> io::Result<()> {
        if self.format == Format::Json {
            serde_json::to_writer_pretty(&mut self.out, &self.all)?;
            writeln!(self.out)?;
        }
        self.out.flush()
    }
}

//! `connlint probe`: looks at a server from here, from connlint probes elsewhere, or from both.

mod exit;
mod ladder;
mod login;
mod password;
mod places;
mod target;
mod via;
pub(crate) mod words;

use crate::outcome::{FAILED, complain, remark};
use crate::serve::LookupArgs;
use crate::terminal::{Live, Stream};
use clap::{Args, ValueEnum};
use connlint_probe::{Policy, ProbeConfig, Prober};
use connlint_probe_api::{Host, ProbeRequest, SslMode, SslNegotiation, Vantage, Verdict, Watch};
use exit::Ending;
use ladder::Style;
use places::{News, Seen};
use serde::Serialize;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use target::Credentials;
use via::{Client, Place};

/// How often what is shown on a terminal is drawn anew while steps are under way.
const REDRAW: Duration = Duration::from_millis(150);

/// Options of `connlint probe`.
#[derive(Args)]
#[command(after_help = "\
Exit codes: 0 the server asks who you are; 1 it cannot be reached, and that stays until something is changed, or
nobody can tell; 3 it cannot be reached for now, or a watch saw it out of reach for a while: trying again helps;
2 connlint itself failed, or a probe could not look. Of several looks the worst counts: 2, then 1, then 3.
With --authenticate, 0 means that the login worked.

Without --authenticate no password is sent anywhere, and with it from this computer only.")]
pub(crate) struct ProbeArgs {
    /// host[:port], a connection string, or - to read one from the standard input
    target: String,
    /// The user to name, instead of the one in the connection string
    #[arg(long)]
    user: Option<String>,
    /// The database to name, instead of the one in the connection string
    #[arg(long)]
    database: Option<String>,
    /// disable, allow, prefer, require, verify-ca or verify-full, instead of the one in the string
    #[arg(long, value_name = "MODE", value_parser = sslmode)]
    sslmode: Option<SslMode>,
    /// How TLS begins: with PostgreSQL's request, or at once (PostgreSQL 17 and later)
    #[arg(long, value_name = "HOW", value_enum)]
    sslnegotiation: Option<Negotiation>,
    /// Look again and again for so many seconds, to tell a blip from an outage; 90 are enough
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(i64::from(Watch::MIN)..=i64::from(Watch::MAX)))]
    watch: Option<u16>,
    /// Look from the connlint probe at this address instead of from here; may be given several times to compare, and the
    /// word local means this computer
    #[arg(long, value_name = "URL", value_parser = via::place)]
    via: Vec<Place>,
    /// File with the token for the probes of --via, or with a line for each: address, blank, token. Without it the
    /// environment variable CONNLINT_TOKEN
    #[arg(long, value_name = "FILE", requires = "via")]
    via_token_file: Option<PathBuf>,
    /// PEM file with the roots to trust for the https addresses of --via; without it the public ones
    #[arg(long, value_name = "FILE", requires = "via")]
    via_root_cert: Option<PathBuf>,
    /// Then really log in, from this computer, with the user and password of the string, or of PGPASSWORD, or asked for.
    /// TLS is checked as libpq does at this sslmode, whatever driver the string is for
    #[arg(long)]
    authenticate: bool,
    /// Say what would be sent and to whom, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// How to show the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    lookup: LookupArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A ladder with times, and a conclusion
    Human,
    /// One JSON array, as the probe's HTTP API gives it
    Json,
    /// One JSON value a line, as they come
    Ndjson,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Negotiation {
    Postgres,
    Direct,
}

fn sslmode(text: &str) -> Result<SslMode, String> {
    SslMode::from_name(text).ok_or_else(|| {
        let names: Vec<_> = SslMode::ALL.iter().map(|mode| mode.name()).collect();
        format!("sslmode is one of {}", names.join(", "))
    })
}

/// Probes, and says by the exit code what came out.
pub(crate) fn run(args: &ProbeArgs) -> ExitCode {
    match probe(args) {
        Ok(ending) => ExitCode::from(ending.code()),
        Err(error) => {
            complain(error);
            ExitCode::from(FAILED)
        }
    }
}

fn probe(args: &ProbeArgs) -> Result<Ending, String> {
    let target = target::parse(&text(&args.target)?)?;
    let request = request(args, target.request)?;
    if let Some(note) = target.note {
        remark(format_args!("connlint probe: {note}"));
    }
    let places = if args.via.is_empty() {
        vec![Place::Local]
    } else {
        args.via.clone()
    };
    if args.authenticate && !places.contains(&Place::Local) {
        return Err(
            "--authenticate logs in from this computer, so give --via local as well".to_owned(),
        );
    }
    if args.authenticate && request.user.is_none() {
        return Err("--authenticate needs a user: give --user".to_owned());
    }
    if args.dry_run || args.format == Format::Human {
        let said = sends(&request, &places, args.authenticate);
        if args.dry_run {
            return match Stream::Out.write(&said) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
                _ => Ok(Ending::Ready),
            };
        }
        let _ = Stream::Error.write(&said);
    }
    let config = config(args, &target.credentials)?;
    let client = Client::new(args.via_token_file.as_deref(), args.via_root_cert.as_ref())?;
    let mut credentials = target.credentials;
    if args.authenticate {
        password::complete(
            &mut credentials,
            request.user.as_deref().unwrap_or_default(),
        );
    }
    let prober = Prober::new(config.clone());

    let (news, incoming) = mpsc::channel();
    for (number, place) in places.iter().enumerate() {
        places::begin(number, place, &request, &prober, &client, &news);
    }
    drop(news);
    let mut shown = Shown {
        format: args.format,
        tagged: !args.via.is_empty(),
        seen: places.iter().map(Seen::new).collect(),
        live: Live::new(),
        all: Vec::new(),
    };
    let written = shown.follow(&incoming);
    let mut ending = shown
        .seen
        .iter()
        .map(Seen::ending)
        .max()
        .unwrap_or(Ending::Failed);
    let mut written = written.and_then(|()| shown.compare());

    if args.authenticate {
        let local = places.iter().position(|place| *place == Place::Local);
        let verdict = local.and_then(|at| shown.seen.get(at)?.ladder.verdict());
        let report = authenticate(&request, verdict, &credentials, &config)?;
        // A look that did not get through says itself how it ended.
        if verdict.is_some_and(|verdict| verdict.reachable) && !report.ok {
            ending = ending.max(Ending::lasting(report.persistence));
        }
        written = written.and_then(|()| shown.login(&report));
    }
    match written.and_then(|()| shown.end()) {
        // Whoever reads us has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(ending),
    }
}

fn text(target: &str) -> Result<String, String> {
    if target != "-" {
        return Ok(target.to_owned());
    }
    let mut text = String::new();
    io::stdin()
        .take(64 * 1024)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}

fn request(args: &ProbeArgs, mut request: ProbeRequest) -> Result<ProbeRequest, String> {
    request.user = args.user.clone().or(request.user);
    request.database = args.database.clone().or(request.database);
    request.sslmode = args.sslmode.unwrap_or(request.sslmode);
    match args.sslnegotiation {
        Some(Negotiation::Postgres) => request.sslnegotiation = SslNegotiation::Postgres,
        Some(Negotiation::Direct) => request.sslnegotiation = SslNegotiation::Direct,
        None => {}
    }
    request.watch = args.watch.map(|seconds| Watch { seconds });
    request.validate().map_err(|error| error.to_string())?;
    Ok(request)
}

/// The user's own roots: of the option, or else of the string.
fn config(args: &ProbeArgs, credentials: &Credentials) -> Result<ProbeConfig, String> {
    let mut config = args.lookup.config(Policy::local())?;
    if args.lookup.has_roots() {
        return Ok(config);
    }
    if let Some(path) = credentials
        .root_cert
        .as_deref()
        .filter(|path| *path != "system")
    {
        match LookupArgs::roots(path.as_ref()) {
            Ok(roots) => config.roots = roots,
            Err(error) => remark(format_args!(
                "connlint probe: sslrootcert: {error}. The public roots are used instead."
            )),
        }
    }
    Ok(config)
}

/// What goes to whom, in the order in which it goes.
fn sends(request: &ProbeRequest, places: &[Place], authenticate: bool) -> String {
    let hosts: Vec<String> = request
        .hosts
        .iter()
        .map(|at| format!("{}:{}", at.host, at.port))
        .collect();
    let user = request
        .user
        .as_deref()
        .map_or("a made-up user".to_owned(), |user| format!("user {user}"));
    let database = request
        .database
        .as_deref()
        .map_or(String::new(), |name| format!(", database {name}"));
    let mut parts = Vec::new();
    if request
        .hosts
        .iter()
        .any(|at| matches!(Host::parse(&at.host), Ok(Host::Name(_))))
    {
        parts.push("a DNS question");
    }
    parts.push("a connection");
    match (request.sslmode, request.sslnegotiation) {
        (SslMode::Disable, _) => {}
        (_, SslNegotiation::Direct) => parts.push("a TLS handshake"),
        _ => parts.push("a request for TLS, a TLS handshake"),
    }
    let again = request
        .watch
        .map(|watch| format!(", again and again for {} s", watch.seconds))
        .unwrap_or_default();
    let mut text = format!(
        "Sends to {}: {}, and a start-up message with {user}{database}{again}. No password.\n",
        hosts.join(", "),
        parts.join(", ")
    );
    let remote: Vec<String> = places
        .iter()
        .filter_map(|place| match place {
            Place::Remote(address) => Some(address.to_string()),
            Place::Local => None,
        })
        .collect();
    if !remote.is_empty() {
        let who = if places.contains(&Place::Local) {
            "From here, and also from"
        } else {
            "Not from here, but from"
        };
        text.push_str(&format!(
            "{who} {}, which are told host, user and database.\n",
            remote.join(", ")
        ));
    }
    if authenticate {
        text.push_str("Then it logs in from this computer with the password, if the server can be reached, and asks for its version.\n");
    }
    text
}

/// Logs in at the address that the look ended at, if it got through.
fn authenticate(
    request: &ProbeRequest,
    verdict: Option<&Verdict>,
    credentials: &Credentials,
    config: &ProbeConfig,
) -> Result<login::Report, String> {
    let through = verdict.filter(|verdict| verdict.reachable);
    let Some((verdict, address)) = through.and_then(|verdict| Some((verdict, row(verdict)?)))
    else {
        return Ok(login::not_tried(
            "The login was not tried, as the server cannot be reached like this.",
        ));
    };
    if verdict.code == "pg.auth_cleartext_plain" && request.sslmode != SslMode::Disable {
        return Ok(login::not_tried(
            "The login was not tried: the password would go over the network in clear. Use TLS, or say sslmode=disable if that is meant.",
        ));
    }
    if credentials.client_certificate {
        remark("connlint probe: the string's client certificate is not used by --authenticate.");
    }
    if credentials.password.is_none() && verdict.code != "pg.auth_ok" {
        return Err("--authenticate needs a password: it is not in the string, PGPASSWORD is not set, and there is no terminal to ask at".to_owned());
    }
    let of_row = verdict
        .rows
        .iter()
        .find(|row| row.address == verdict.address);
    let host = of_row.and_then(|row| Host::parse(&row.host).ok());
    let user = request.user.as_deref().unwrap_or_default();
    let login = login::Login {
        host: host.unwrap_or(Host::Ip(address.ip())),
        address,
        user,
        database: request.database.as_deref().unwrap_or(user),
        password: credentials.password.as_ref(),
        sslmode: request.sslmode,
        sslnegotiation: request.sslnegotiation,
        channel_binding: credentials.channel_binding.as_deref(),
        roots: &config.roots,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    Ok(runtime.block_on(login::login(&login)))
}

/// The address that decided; a row may have a number behind it.
fn row(verdict: &Verdict) -> Option<SocketAddr> {
    verdict.address.as_deref()?.split('#').next()?.parse().ok()
}

/// What is shown, as it comes or at the end.
struct Shown {
    format: Format,
    /// Whether lines say where they come from.
    tagged: bool,
    seen: Vec<Seen>,
    live: Live,
    /// The lines for programs, until the array is complete.
    all: Vec<String>,
}

/// A line with the place that it comes from.
#[derive(Serialize)]
struct Tagged<'a, T: Serialize> {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(flatten)]
    line: T,
}

/// A place that could not look.
#[derive(Serialize)]
struct Failure<'a> {
    error: &'a str,
}

/// Who looks there, before its lines come.
#[derive(Serialize)]
struct Named<'a> {
    vantage: &'a Vantage,
}

impl Shown {
    /// Takes what comes until all looks are over.
    fn follow(&mut self, incoming: &mpsc::Receiver<(usize, News)>) -> io::Result<()> {
        let mut result = Ok(());
        loop {
            let wait = if self.live.is_on() && self.format == Format::Human {
                incoming.recv_timeout(REDRAW)
            } else {
                incoming.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match wait {
                Ok((number, news)) => {
                    let taken = self.take(number, news);
                    result = result.and(taken);
                }
                Err(RecvTimeoutError::Timeout) => {
                    let drawn = self.draw(false);
                    result = result.and(drawn);
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        result.and_then(|()| {
            if self.format == Format::Human {
                self.draw(true)
            } else {
                Ok(())
            }
        })
    }

    fn take(&mut self, number: usize, news: News) -> io::Result<()> {
        let Some(seen) = self.seen.get_mut(number) else {
            return Ok(());
        };
        let from = self.tagged.then(|| seen.vantage.name.clone());
        let value = match news {
            News::Named(vantage) => {
                seen.vantage = vantage;
                let line = Named {
                    vantage: &seen.vantage,
                };
                serde_json::to_string(&Tagged {
                    from: Some(&seen.vantage.name),
                    line,
                })?
            }
            News::Line(line) => {
                let value = match self.format {
                    Format::Human => String::new(),
                    _ => serde_json::to_string(&Tagged {
                        from: from.as_deref(),
                        line: &line,
                    })?,
                };
                seen.ladder.take(line);
                value
            }
            News::Failed(error) => {
                let line = Failure { error: &error };
                let value = serde_json::to_string(&Tagged {
                    from: from.as_deref(),
                    line,
                })?;
                seen.failed = Some(error);
                value
            }
            News::Over => {
                seen.over = true;
                return Ok(());
            }
        };
        self.line(value)
    }

    /// A line for programs.
    fn line(&mut self, text: String) -> io::Result<()> {
        match self.format {
            Format::Human => {}
            Format::Ndjson => {
                let mut out = io::stdout().lock();
                writeln!(out, "{text}")?;
                out.flush()?;
            }
            Format::Json => self.all.push(text),
        }
        Ok(())
    }

    /// The ladders, on a terminal again and again in the same place.
    fn draw(&mut self, last: bool) -> io::Result<()> {
        let style = Style {
            layout: Stream::Out.layout(),
            bars: self.live.is_on(),
        };
        let several = self.tagged;
        let texts: Vec<String> = self
            .seen
            .iter()
            .map(|seen| seen.draw(several, style))
            .collect();
        self.live.draw(&texts.join("\n"), last)
    }

    /// What several looks mean together.
    fn compare(&mut self) -> io::Result<()> {
        if self.seen.len() < 2 {
            return Ok(());
        }
        if self.format == Format::Human {
            let text = places::draw_together(&self.seen, Stream::Out.layout());
            return Stream::Out.write_human(&text);
        }
        let (places, comparison) = places::together(&self.seen);
        self.line(serde_json::json!({ "comparison": { "places": places, "findings": comparison.findings } }).to_string())
    }

    fn login(&mut self, report: &login::Report) -> io::Result<()> {
        if self.format == Format::Human {
            return Stream::Out.write_human(&report.draw(Stream::Out.layout()));
        }
        self.line(serde_json::json!({ "login": report }).to_string())
    }

    fn end(self) -> io::Result<()> {
        if self.format == Format::Json {
            writeln!(io::stdout(), "[\n{}\n]", self.all.join(",\n"))?;
        }
        io::stdout().flush()
    }
}

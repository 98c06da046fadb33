//! `connlint serve`: the page and the probe, for this computer, an organisation or everybody.

mod options;

use crate::{FAILED, page};
use clap::Args;
use connlint_probe::http::{self, Access, AppState, TokenFrom};
use connlint_probe::{Policy, ProbeConfig, Prober, Roots, SystemDns};
use options::ServeMode;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const FIRST_PORT: u16 = 8080;
const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, FIRST_PORT));
/// How many ports after the first one are tried when it is taken.
const MORE_PORTS: u16 = 100;

/// Options of `connlint serve`.
#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on; without it 127.0.0.1:8080, or the next free port
    #[arg(long, value_name = "ADDR", env = "CONNLINT_LISTEN")]
    listen: Option<SocketAddr>,
    /// Who the probe works for
    #[arg(long, value_enum, default_value_t = ServeMode::Local, env = "CONNLINT_MODE")]
    mode: ServeMode,
    /// Open the page in the browser
    #[arg(long, conflicts_with = "require_token")]
    open: bool,
    #[command(flatten)]
    lookup: LookupArgs,
    #[command(flatten)]
    targets: options::TargetArgs,
    #[command(flatten)]
    portals: options::PortalArgs,
    #[command(flatten)]
    access: options::AccessArgs,
    #[command(flatten)]
    vantage: options::VantageArgs,
    #[command(flatten)]
    limits: options::LimitArgs,
    #[command(flatten)]
    records: options::RecordArgs,
}

/// What `serve` and `probe` share: whom to ask and whom to trust.
#[derive(Args)]
pub(crate) struct LookupArgs {
    /// PEM file with the root certificates to trust, as in sslrootcert; without it the public ones
    #[arg(long, value_name = "FILE", env = "CONNLINT_ROOT_CERT")]
    root_cert: Option<PathBuf>,
    /// Ask this DNS server instead of the ones of this computer; may be given several times
    #[arg(long, value_name = "ADDR", env = "CONNLINT_DNS", value_delimiter = ' ')]
    dns: Vec<SocketAddr>,
}

impl LookupArgs {
    /// Whether the user names the roots to trust.
    pub(crate) fn has_roots(&self) -> bool {
        self.root_cert.is_some()
    }

    /// The roots in a PEM file, or why there are none.
    pub(crate) fn roots(path: &Path) -> Result<Roots, String> {
        let pem = std::fs::read(path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        Roots::from_pem(&pem).map_err(|error| format!("{} cannot be used: {error}", path.display()))
    }

    /// A probe with these rules and choices, or why not.
    pub(crate) fn config(&self, policy: Policy) -> Result<ProbeConfig, String> {
        let mut config = ProbeConfig::with_policy(policy);
        if let Some(path) = &self.root_cert {
            config.roots = Self::roots(path)?;
        }
        if !self.dns.is_empty() {
            config.dns = Arc::new(SystemDns::with_servers(self.dns.clone()));
        }
        Ok(config)
    }
}

/// Serves until it is told to stop.
pub(crate) fn run(args: &ServeArgs) -> ExitCode {
    match serve(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "connlint serve: {error}");
            ExitCode::from(FAILED)
        }
    }
}

fn serve(args: &ServeArgs) -> Result<(), String> {
    log_to_stderr();
    let mode = args.mode;
    let config = args.lookup.config(args.targets.policy(mode)?)?;
    // Before anything listens.
    let wanted = args.listen.unwrap_or(DEFAULT_LISTEN);
    let (access, token) = args.access.access(mode, wanted)?;
    let told = Told::new(args, &access, token);
    let page = page::router(&args.portals.sharing(mode, &access));
    let options = options::http(
        mode,
        access,
        &args.vantage,
        &args.portals,
        &args.limits,
        &args.records,
    )?;
    let state = AppState::with_options(Prober::new(config), options);
    let listener = listen(args.listen)?;
    let address = listener.local_addr().map_err(text)?;
    let metrics = match args.records.metrics_listen {
        Some(wanted) => Some(bind(wanted)?),
        None => None,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(text)?;
    runtime.block_on(async {
        let listener = to_tokio(listener)?;
        let stop = stop_signal().map_err(text)?;
        if let Some(metrics) = metrics {
            tokio::spawn(http::run_metrics(to_tokio(metrics)?, state.clone()));
        }
        told.tell(address);
        if args.open {
            open(&format!("http://{address}{}", args.portals.path()));
        }
        http::run(listener, state, page, args.limits.serve(mode), stop)
            .await
            .map_err(text)
    })
}

/// What the operator has to know.
struct Told {
    mode: ServeMode,
    /// The path of the page.
    path: String,
    /// The token, if it was made up here, and whether our own page needs it.
    token: Option<(String, bool)>,
    /// Origins of other pages that may ask, and need the token.
    origins: Vec<String>,
    /// Standard output is for the audit log.
    aside: bool,
}

impl Told {
    fn new(args: &ServeArgs, access: &Access, token: Option<String>) -> Self {
        let everybody = access.token_from == TokenFrom::Everybody;
        Self {
            mode: args.mode,
            path: args.portals.path(),
            token: token.map(|token| (token, everybody)),
            origins: access.origins.iter().map(ToString::to_string).collect(),
            aside: args.records.on_standard_output(),
        }
    }

    fn tell(&self, address: SocketAddr) {
        let page = format!("http://{address}{}", self.path);
        let mut text = match &self.token {
            Some((token, true)) => {
                format!("connlint is at {page}#token={token} (Ctrl+C stops it)\n")
            }
            _ if self.mode == ServeMode::Local => {
                format!("connlint is at {page} (Ctrl+C stops it)\n")
            }
            _ => format!("connlint is at {page} in {} mode\n", self.mode.name()),
        };
        if let Some((token, _)) = &self.token {
            for origin in &self.origins {
                text += &format!("Pages of {origin} may use it when opened with #token={token}\n");
            }
        }
        if !page::is_built_in() {
            text += "This binary was built without the page; `cargo xtask serve` builds it.\n";
        }
        // Nobody to tell is no reason to stop.
        let _ = if self.aside {
            io::stderr().write_all(text.as_bytes())
        } else {
            let mut out = io::stdout();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        };
    }
}

fn to_tokio(listener: TcpListener) -> Result<tokio::net::TcpListener, String> {
    listener.set_nonblocking(true).map_err(text)?;
    tokio::net::TcpListener::from_std(listener).map_err(text)
}

fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| format!("cannot listen on {address}: {error}"))
}

fn text(error: impl Display) -> String {
    error.to_string()
}

/// The probe's own lines and nothing of the libraries': those know host names. Of a panic only the
/// place is told, for the same reason.
fn log_to_stderr() {
    let ours = Targets::new().with_target("connlint_probe", LevelFilter::INFO);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false);
    let _ = tracing_subscriber::registry()
        .with(ours)
        .with(lines)
        .try_init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let _ = writeln!(
            io::stderr(),
            "connlint: something that cannot happen happened at {}; please report this",
            place.as_deref().unwrap_or("an unknown place")
        );
    }));
}

fn listen(wanted: Option<SocketAddr>) -> Result<TcpListener, String> {
    if let Some(address) = wanted {
        return bind(address);
    }
    let last = FIRST_PORT + MORE_PORTS;
    (FIRST_PORT..=last)
        .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .ok_or_else(|| {
            format!(
                "no port from {FIRST_PORT} to {last} is free on 127.0.0.1; give one with --listen"
            )
        })
}

/// Ready when the user or the system wants the server to stop.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let either = std::future::poll_fn(|context| {
            let interrupted = interrupt.poll_recv(context).is_ready();
            let terminated = terminate.poll_recv(context).is_ready();
            if interrupted || terminated {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        });
        either.await;
    })
}

/// Ready when the user wants the server to stop.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn open(url: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[url])
    } else if cfg!(windows) {
        ("cmd", &["/c", "start", "", url])
    } else {
        ("xdg-open", &[url])
    };
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        let _ = writeln!(
            io::stderr(),
            "No browser could be started; open {url} yourself."
        );
    }
}

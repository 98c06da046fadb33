//! `connlint serve`: the page and the probe on this computer.

use crate::{FAILED, page};
use clap::{Args, ValueEnum};
use connlint_probe::http::{AppState, ServeLimits, may_listen};
use connlint_probe::{ProbeConfig, Prober, Roots, SystemDns};
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const FIRST_PORT: u16 = 8080;
/// How many ports after the first one are tried when it is taken.
const MORE_PORTS: u16 = 100;

/// Options of `connlint serve`.
#[derive(Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on; without it 127.0.0.1:8080, or the next free port.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Who the probe works for.
    #[arg(long, value_enum, default_value_t = ServeMode::Local)]
    mode: ServeMode,
    /// Open the page in the browser.
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    lookup: LookupArgs,
}

/// What `serve` and `probe` share: whom to ask and whom to trust.
#[derive(Args)]
pub(crate) struct LookupArgs {
    /// PEM file with the root certificates to trust, as in sslrootcert; without it the public ones.
    #[arg(long, value_name = "FILE")]
    root_cert: Option<PathBuf>,
    /// Ask this DNS server instead of the ones of this computer; may be given several times.
    #[arg(long, value_name = "ADDR")]
    dns: Vec<SocketAddr>,
}

impl LookupArgs {
    /// The local probe with these choices, or why not.
    pub(crate) fn config(&self) -> Result<ProbeConfig, String> {
        let mut config = ProbeConfig::local();
        if let Some(path) = &self.root_cert {
            let pem = std::fs::read(path)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            config.roots = Roots::from_pem(&pem)
                .map_err(|error| format!("{} cannot be used: {error}", path.display()))?;
        }
        if !self.dns.is_empty() {
            config.dns = Arc::new(SystemDns::with_servers(self.dns.clone()));
        }
        Ok(config)
    }
}

/// Who the probe works for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ServeMode {
    /// The person at this computer: listens on loopback only, may probe private networks.
    Local,
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
    let ServeMode::Local = args.mode;
    log_to_stderr();
    let state = AppState::new(Prober::new(args.lookup.config()?));
    let listener = listen(args.listen)?;
    let address = listener.local_addr().map_err(text)?;
    may_listen(&state, address).map_err(text)?;
    listener.set_nonblocking(true).map_err(text)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(text)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(text)?;
        let stop = stop_signal().map_err(text)?;
        let url = format!("http://{address}/");
        let mut out = io::stdout();
        let _ = writeln!(out, "connlint is at {url} (Ctrl+C stops it)");
        if !page::is_built_in() {
            let _ = writeln!(
                out,
                "This binary was built without the page; `cargo xtask serve` builds it."
            );
        }
        let _ = out.flush();
        if args.open {
            open(&url);
        }
        connlint_probe::http::run(
            listener,
            state,
            page::router(),
            ServeLimits::default(),
            stop,
        )
        .await
        .map_err(text)
    })
}

fn text(error: impl Display) -> String {
    error.to_string()
}

/// The probe's own lines and nothing of the libraries': those know host names.
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
}

fn listen(wanted: Option<SocketAddr>) -> Result<TcpListener, String> {
    if let Some(address) = wanted {
        return TcpListener::bind(address)
            .map_err(|error| format!("cannot listen on {address}: {error}"));
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

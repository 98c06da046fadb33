//! `cargo xtask serve`: from a fresh clone to the page in the browser.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::page::{self, Mode};
use crate::project::Project;
use crate::tools::Tools;

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// Open the browser when the page is there.
    pub(crate) open: bool,
    /// The port to try first.
    pub(crate) port: u16,
    /// More options for `connlint serve`.
    pub(crate) rest: Vec<OsString>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            open: false,
            port: 8080,
            rest: Vec::new(),
        }
    }
}

/// How many ports after the first one are tried.
const PORTS: u16 = 100;

/// How long `--open` waits for the server.
const PATIENCE: Duration = Duration::from_secs(30);

/// Installs what is missing, builds the page and the binary, and becomes the server.
///
/// # Errors
/// When a tool is missing and cannot be installed, a build fails, or no port is free.
pub(crate) fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    eprintln!("Checking the page's tools");
    let tools = Tools::ensure(project)?;
    eprintln!("Building the page");
    let page = page::build(project, &tools)?;
    eprintln!("Building the connlint binary with the page inside");
    let binary = page::build_binary(project, &page, Mode::Release)?;

    let address = free_address(options.port)?;
    if options.open {
        Command::new(std::env::current_exe()?)
            .args(["open-when-up", &address.to_string()])
            .stdin(Stdio::null())
            .spawn()
            .context("cannot wait for the server to open the browser")?;
    }
    // The server prints the address, once it answers there.
    become_server(
        Command::new(&binary)
            .arg("serve")
            .arg("--listen")
            .arg(address.to_string())
            .args(&options.rest),
        &binary,
    )
}

/// Replaces this process by the server, so that a signal reaches it and its exit code is ours.
#[cfg(unix)]
fn become_server(command: &mut Command, binary: &Path) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).with_context(|| format!("cannot run {}", binary.display()))
}

/// Runs the server until it ends.
#[cfg(not(unix))]
fn become_server(command: &mut Command, binary: &Path) -> Result<ExitCode> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {}", binary.display()))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The first loopback address from a port on that nobody listens on.
fn free_address(first: u16) -> Result<SocketAddr> {
    let last = first.saturating_add(PORTS);
    (first..=last)
        .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
        // Some systems let a second program bind beside one that listens on all addresses, so a
        // free port is one that can be bound and that nobody answers on.
        .find(|address| {
            TcpListener::bind(address).is_ok()
                && TcpStream::connect_timeout(address, Duration::from_millis(200)).is_err()
        })
        .with_context(|| format!("no port from {first} to {last} is free on 127.0.0.1"))
}

/// Waits until something listens on the address and opens the browser there.
///
/// # Errors
/// When nothing listens in time, or no browser can be started.
pub(crate) fn open_when_up(address: &SocketAddr) -> Result<()> {
    let start = Instant::now();
    while TcpStream::connect_timeout(address, Duration::from_millis(200)).is_err() {
        if start.elapsed() > PATIENCE {
            bail!("the server did not start, so no browser was opened");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let url = format!("http://{address}/");
    let opened = Command::new(opener).arg(&url).stdin(Stdio::null()).status();
    if !opened.is_ok_and(|status| status.success()) {
        eprintln!("No browser could be started with {opener}; the page is at {url}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let free = free_address(port).unwrap();
        assert!(free.port() > port, "{free}");
        assert!(TcpListener::bind(free).is_ok());
    }
}

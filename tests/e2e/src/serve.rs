//! `connlint serve`, the built binary with the page inside.

use crate::{PATIENCE, Result, tools};
use anyhow::{Context, bail, ensure};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A running `connlint serve`; ended when dropped.
#[derive(Debug)]
pub struct Serve {
    process: Child,
    addr: SocketAddr,
    folder: TempDir,
}

impl Serve {
    /// Starts it on a free port, with these options, and waits until it answers.
    ///
    /// # Errors
    /// When it does not start; the message has its output.
    pub fn start(options: &[&str]) -> Result<Self> {
        // The port may be taken between asking for it and using it; then another one is tried.
        let mut last = None;
        for _ in 0..3 {
            let addr = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
            match Self::start_on(addr, options) {
                Ok(serve) => return Ok(serve),
                Err(error) => last = Some(error),
            }
        }
        Err(last.context("no free port")?)
    }

    fn start_on(addr: SocketAddr, options: &[&str]) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("connlint-serve-")
            .tempdir()?;
        let log = File::create(folder.path().join("log"))?;
        let process = Command::new(tools::connlint()?)
            .args(["serve", "--listen", &addr.to_string()])
            .args(options)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("connlint does not run")?;
        let mut serve = Self {
            process,
            addr,
            folder,
        };
        let start = Instant::now();
        while !serve.is_ready() {
            if let Some(status) = serve.process.try_wait()? {
                bail!("connlint serve ended with {status}:\n{}", serve.log()?);
            }
            ensure!(
                start.elapsed() < PATIENCE,
                "connlint serve does not answer:\n{}",
                serve.log()?
            );
            thread::sleep(Duration::from_millis(20));
        }
        Ok(serve)
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Everything that it has printed so far.
    ///
    /// # Errors
    /// When that cannot be read.
    pub fn log(&self) -> Result<String> {
        Ok(fs::read_to_string(self.folder.path().join("log"))?)
    }

    fn is_ready(&self) -> bool {
        let ask = || -> Result<String> {
            let mut stream = TcpStream::connect_timeout(&self.addr, Duration::from_secs(1))?;
            stream.set_read_timeout(Some(Duration::from_secs(2)))?;
            write!(
                stream,
                "GET /readyz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
                self.addr
            )?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

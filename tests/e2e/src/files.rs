//! A static file server, as plain as one can be: what the page has to work on without a probe.

use crate::Result;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Serves a folder's files under a path on 127.0.0.1; stops when dropped.
#[derive(Debug)]
pub struct StaticSite {
    addr: SocketAddr,
    stopped: Arc<AtomicBool>,
}

/// Where the files are, as on a host that keeps many sites.
pub(crate) const FOLDER: &str = "/tools/connlint/";

impl StaticSite {
    /// Serves this folder.
    ///
    /// # Errors
    /// When the system gives no port.
    pub fn of(folder: PathBuf) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let addr = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let folder = folder.clone();
                thread::spawn(move || answer(stream, &folder));
            }
        });
        Ok(Self { addr, stopped })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl StaticSite {
    /// The address of the folder.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{FOLDER}", self.addr)
    }
}

impl Drop for StaticSite {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect_timeout(&self.addr, Duration::from_millis(200));
    }
}

/// Answers one request and closes the connection.
fn answer(mut stream: TcpStream, folder: &Path) -> Result {
    stream.set_read_timeout(Some(crate::PATIENCE))?;
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while crate::http::find(&head, b"\r\n\r\n").is_none() && head.len() < 64 * 1024 {
        match stream.read(&mut chunk)? {
            0 => break,
            length => head.extend_from_slice(&chunk[..length]),
        }
    }
    let Some(request) = crate::http::requests(&head).into_iter().next() else {
        // A connection made in advance and never used.
        return Ok(());
    };
    let file = file(&request.target).filter(|_| request.method == "GET");
    let body = file
        .as_ref()
        .and_then(|name| fs::read(folder.join(name)).ok());
    let (status, kind, body) = match (file, body) {
        (Some(name), Some(body)) => ("200 OK", kind(&name), body),
        _ => ("404 Not Found", "text/plain", b"no such file\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)?;
    Ok(())
}

/// The file that a path means, relative to the folder.
fn file(target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix(FOLDER)?;
    let path = PathBuf::from(if path.is_empty() { "index.html" } else { path });
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    inside.then_some(path)
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_the_folder() {
        assert_eq!(file("/tools/connlint/"), Some("index.html".into()));
        assert_eq!(file("/tools/connlint/a/b.js?v=1"), Some("a/b.js".into()));
        assert_eq!(file("/tools/connlint/../secret"), None);
        assert_eq!(file("/api/v1/probe"), None);
    }
}

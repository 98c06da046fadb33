//! A static file server, as plain as one can be: what the page has to work on without a probe, and what
//! portals are on.

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

/// What a server does beside sending files.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// What is asked of these is handed on: each under its name, as behind a reverse proxy. The page is told of them all.
    pub probes: Vec<(&'static str, SocketAddr)>,
    /// Texts that are written in place of others: addresses that are known only when the servers run.
    pub replaced: Vec<(String, String)>,
    /// What the files call the address that they are served at.
    pub own: Option<&'static str>,
    /// More lines of the answer's head.
    pub headers: Vec<(&'static str, String)>,
}

/// Where the files are, as on a host that keeps many sites.
pub(crate) const FOLDER: &str = "/tools/connlint/";

impl StaticSite {
    /// Serves this folder.
    ///
    /// # Errors
    /// When the system gives no port.
    pub fn of(folder: PathBuf) -> Result<Self> {
        Self::with(folder, Rules::default())
    }

    /// Serves this folder, and hands on what is asked of the probes.
    ///
    /// # Errors
    /// When the system gives no port.
    pub fn with_probes(folder: PathBuf, probes: Vec<(&'static str, SocketAddr)>) -> Result<Self> {
        Self::with(
            folder,
            Rules {
                probes,
                ..Rules::default()
            },
        )
    }

    /// Serves this folder, by these rules.
    ///
    /// # Errors
    /// When the system gives no port.
    pub fn with(folder: PathBuf, rules: Rules) -> Result<Self> {
        Self::on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, folder, rules)
    }

    /// The same on a port that is taken already, because somebody had to know it before.
    ///
    /// # Errors
    /// When the listener has no address.
    pub fn on(listener: TcpListener, folder: PathBuf, mut rules: Rules) -> Result<Self> {
        let addr = listener.local_addr()?;
        if let Some(own) = rules.own {
            rules.replaced.push((own.to_owned(), address(addr)));
        }
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let shared = Arc::new((folder, rules));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                thread::spawn(move || answer(stream, &shared.0, &shared.1));
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
        address(self.addr)
    }
}

fn address(addr: SocketAddr) -> String {
    format!("http://{addr}{FOLDER}")
}

impl Drop for StaticSite {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect_timeout(&self.addr, Duration::from_millis(200));
    }
}

impl Rules {
    /// What is sent for a file; one that is no text is sent as it is.
    fn rewritten(&self, body: Vec<u8>) -> Vec<u8> {
        if self.replaced.is_empty() {
            return body;
        }
        match String::from_utf8(body) {
            Ok(text) => {
                let replaced = self.replaced.iter();
                let text = replaced.fold(text, |text, (old, new)| text.replace(old, new));
                text.into_bytes()
            }
            Err(error) => error.into_bytes(),
        }
    }
}

/// Answers one request and closes the connection.
fn answer(mut stream: TcpStream, folder: &Path, rules: &Rules) -> Result {
    let probes = rules.probes.as_slice();
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
    for (name, probe) in probes {
        let path = format!("{FOLDER}{name}/api/");
        if let Some(rest) = request.target.strip_prefix(&path) {
            let target = format!("/api/{rest}");
            let head = String::from_utf8_lossy(&head).replacen(&request.target, &target, 1);
            let head = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
            return hand_on(stream, head.as_bytes(), *probe);
        }
    }
    let file = file(&request.target).filter(|_| request.method == "GET");
    let body = file
        .as_ref()
        .and_then(|name| fs::read(folder.join(name)).ok());
    let told = |body: Vec<u8>| match probes {
        [] => body,
        probes => {
            let paths: Vec<String> = probes
                .iter()
                .map(|(name, _)| format!("./{name}/"))
                .collect();
            let meta = format!(r#"name="connlint-probe" content="{}""#, paths.join(" "));
            String::from_utf8_lossy(&body)
                .replacen(r#"name="connlint-probe" content="""#, &meta, 1)
                .into_bytes()
        }
    };
    let body = body.map(|body| rules.rewritten(body));
    let (status, kind, body) = match (file, body) {
        (Some(name), Some(body)) if name.ends_with("index.html") => {
            ("200 OK", kind(&name), told(body))
        }
        (Some(name), Some(body)) => ("200 OK", kind(&name), body),
        _ => ("404 Not Found", "text/plain", b"no such file\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n",
        body.len()
    )?;
    for (name, value) in &rules.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&body)?;
    Ok(())
}

/// Carries a request that has begun with `head` to `server`, and the answer back.
fn hand_on(mut client: TcpStream, head: &[u8], server: SocketAddr) -> Result {
    let mut server = TcpStream::connect(server)?;
    server.write_all(head)?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        // A browser that has gone does not wait for the answer.
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
    std::io::copy(&mut server, &mut client)?;
    client.shutdown(std::net::Shutdown::Both)?;
    Ok(())
}

/// The file that a path means, relative to the folder.
fn file(target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix(FOLDER)?;
    let mut path = path.to_owned();
    if path.is_empty() || path.ends_with('/') {
        path.push_str("index.html");
    }
    let path = PathBuf::from(path);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    inside.then_some(path)
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        Some("js" | "mjs") => "text/javascript",
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
        assert_eq!(file("/tools/connlint/a/"), Some("a/index.html".into()));
        assert_eq!(file("/tools/connlint/a/b.js?v=1"), Some("a/b.js".into()));
        assert_eq!(file("/tools/connlint/../secret"), None);
        assert_eq!(file("/api/v1/probe"), None);
    }
}

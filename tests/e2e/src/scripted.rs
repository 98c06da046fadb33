//! A probe that answers as it is told, line by line and in its own time: for what takes minutes or several places otherwise.

use crate::Result;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// What a probe says: each line after a pause.
pub type Script = Vec<(Duration, Value)>;

/// A scripted probe on 127.0.0.1; stops when dropped.
#[derive(Debug)]
pub struct ScriptedProbe {
    addr: SocketAddr,
    stopped: Arc<AtomicBool>,
}

impl ScriptedProbe {
    /// A probe that says `script` to every request, and calls its place `name`.
    ///
    /// # Errors
    /// When the system gives no port.
    pub fn start(name: &str, script: Script) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let addr = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let (about, script) = (Arc::new(about(name)), Arc::new(script));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (about, script) = (Arc::clone(&about), Arc::clone(&script));
                thread::spawn(move || answer(stream, &about, &script));
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

impl Drop for ScriptedProbe {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect_timeout(&self.addr, Duration::from_millis(200));
    }
}

fn answer(mut stream: TcpStream, about: &Value, script: &Script) -> Result {
    stream.set_read_timeout(Some(crate::PATIENCE))?;
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while crate::http::find(&head, b"\r\n\r\n").is_none() && head.len() < 64 * 1024 {
        match stream.read(&mut chunk)? {
            0 => return Ok(()),
            length => head.extend_from_slice(&chunk[..length]),
        }
    }
    let Some(request) = crate::http::requests(&head).into_iter().next() else {
        return Ok(());
    };
    let begin = |stream: &mut TcpStream, kind: &str| {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
        )
    };
    if request.method == "GET" {
        begin(&mut stream, "application/json")?;
        write!(stream, "{about}")?;
        return Ok(());
    }
    begin(&mut stream, "application/x-ndjson")?;
    for (pause, line) in script {
        stream.flush()?;
        thread::sleep(*pause);
        writeln!(stream, "{line}")?;
    }
    Ok(())
}

fn about(name: &str) -> Value {
    json!({
        "schema": 1, "version": "0.0.0", "mode": "private", "vantage": { "name": name, "region": "westeurope" },
        "watch_seconds": 600, "suffixes": null, "ports": null,
        "stages": ["policy", "dns", "address", "tcp", "sslrequest", "tls", "startup", "close"],
        "limits": { "hosts": 4, "addresses_per_family": 4, "in_flight": 4, "body_bytes": 4096 },
        "budgets_ms": { "dns": 1, "tcp": 1, "sslrequest": 1, "tls": 1, "startup": 1, "close": 1, "address": 1, "total": 1 },
        "sends": ["The request for TLS."], "never_sends": ["A password."],
    })
}

//! The accept loop. hyper is driven directly because axum's own `serve` has no time limit for a
//! client that connects and says nothing, or says half a header.

use super::client::{ClientKey, Peer};
use super::socket::Impatient;
use super::{AppState, metrics, router};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use connlint_probe_api::Mode;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tower::ServiceExt;

/// How much and how long a listener lets a client.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// How long the header of a request may take, and how long an idle connection may stay.
    pub header: Duration,
    /// How long a client may take nothing of what is there for it.
    pub write: Duration,
    /// How many connections may be open.
    pub connections: usize,
    /// How many of them may come from one client (an IPv4 address, an IPv6 /64). Trusted proxies
    /// bring many clients and are not counted.
    pub per_client: usize,
    /// How long, after the shutdown began, the listener stays and `/readyz` says no, so that whoever
    /// sends requests here learns to send them elsewhere.
    pub settle: Duration,
    /// How long probes under way may go on after the shutdown began.
    pub streams: Duration,
    /// When, after the shutdown began, everything that is still open is cut.
    pub drain: Duration,
}

impl ServeLimits {
    /// What fits this mode.
    #[must_use]
    pub fn of(mode: Mode) -> Self {
        Self {
            header: Duration::from_secs(5),
            write: Duration::from_secs(10),
            connections: 512,
            per_client: if mode == Mode::Local { 512 } else { 64 },
            settle: Duration::ZERO,
            streams: Duration::from_secs(5),
            drain: Duration::from_secs(10),
        }
    }
}

/// Why the server did not start.
#[derive(Debug)]
pub enum ServeError {
    /// A probe in local mode must not listen for others.
    NotLoopback(SocketAddr),
    /// The listener cannot say where it listens.
    Listener(std::io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(addr) => write!(
                f,
                "a probe in local mode would be open to the network on {addr}; listen on 127.0.0.1 or [::1]"
            ),
            Self::Listener(error) => write!(f, "the listener does not work: {error}"),
        }
    }
}

impl std::error::Error for ServeError {}

/// Serves until `shutdown` is ready. Then no new probe begins, probes under way go on for a while and
/// tell in their last line if they had to end, open answers are written out, and what is left is cut.
///
/// # Errors
/// [`ServeError`] if the listener does not fit the mode.
pub async fn run(
    listener: TcpListener,
    state: AppState,
    page: Router,
    limits: ServeLimits,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let addr = listener.local_addr().map_err(ServeError::Listener)?;
    if state.mode() == Mode::Local && !addr.ip().is_loopback() {
        return Err(ServeError::NotLoopback(addr));
    }
    let app = router(state.clone(), page);
    let mut server = Server::new(listener, app, &state, limits);
    server.accept_until(shutdown).await;
    let began = Instant::now();
    state.drain();
    let all_streams = async {
        tokio::select! {
            () = state.idle() => {}
            () = sleep_until(began + limits.streams) => state.cut(),
        }
    };
    server
        .accept_until(async {
            tokio::join!(all_streams, sleep_until(began + limits.settle));
        })
        .await;
    server.finish(began + limits.drain).await;
    Ok(())
}

/// Serves `/metrics`, and nothing else, for as long as it is polled.
pub async fn run_metrics(listener: TcpListener, state: AppState) {
    let limits = ServeLimits {
        connections: 32,
        ..ServeLimits::of(state.mode())
    };
    let app = metrics::router(state.clone());
    Server::new(listener, app, &state, limits)
        .accept_until(std::future::pending())
        .await;
}

struct Server {
    listener: TcpListener,
    app: Router,
    limits: ServeLimits,
    slots: Slots,
    state: AppState,
    stop: watch::Sender<bool>,
    connections: JoinSet<()>,
    turned_away: JoinSet<()>,
}

/// How many connections are told that there is no place for them, at the same time; more than that
/// are just closed.
const TURNED_AWAY: usize = 32;

impl Server {
    fn new(listener: TcpListener, app: Router, state: &AppState, limits: ServeLimits) -> Self {
        Self {
            app,
            listener,
            limits,
            slots: Slots::new(state, limits),
            state: state.clone(),
            stop: watch::Sender::new(false),
            connections: JoinSet::new(),
            turned_away: JoinSet::new(),
        }
    }

    async fn accept_until(&mut self, end: impl Future<Output = ()>) {
        tokio::pin!(end);
        loop {
            let accepted = tokio::select! {
                () = &mut end => return,
                accepted = self.listener.accept() => accepted,
                Some(_) = self.connections.join_next(), if !self.connections.is_empty() => continue,
                Some(_) = self.turned_away.join_next(), if !self.turned_away.is_empty() => continue,
            };
            match accepted {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) => {
                    // Out of file handles, most likely: they come back when connections end.
                    tracing::warn!(kind = ?error.kind(), "accept failed");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn take(&mut self, stream: TcpStream, peer: SocketAddr) {
        match self.slots.take(peer) {
            Some(slot) => {
                let serving = serve_one(
                    stream,
                    peer,
                    self.app.clone(),
                    self.limits,
                    self.stop.subscribe(),
                );
                let state = self.state.clone();
                self.connections.spawn(async move {
                    state.inner.metrics.connections.inc();
                    serving.await;
                    state.inner.metrics.connections.dec();
                    drop(slot);
                });
            }
            None => {
                self.state.inner.metrics.turned_away.inc();
                if self.turned_away.len() < TURNED_AWAY {
                    self.turned_away.spawn(turn_away(stream));
                }
            }
        }
    }

    /// Takes no more connections, lets the ones there are write out their answers, and ends.
    async fn finish(mut self, until: Instant) {
        drop(self.listener);
        let _ = self.stop.send(true);
        let all_done = async { while self.connections.join_next().await.is_some() {} };
        if timeout_at(until, all_done).await.is_err() {
            tracing::warn!("requests that were still open have been cut");
        }
    }
}

/// The places for connections.
struct Slots {
    all: Arc<Semaphore>,
    per_client: usize,
    clients: Arc<Mutex<HashMap<ClientKey, usize>>>,
    trusted: Vec<ipnet::IpNet>,
}

struct Slot {
    _one: tokio::sync::OwnedSemaphorePermit,
    client: Option<ClientKey>,
    clients: Arc<Mutex<HashMap<ClientKey, usize>>>,
}

impl Slots {
    fn new(state: &AppState, limits: ServeLimits) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.connections)),
            per_client: limits.per_client,
            clients: Arc::default(),
            trusted: state.inner.options.access.trusted_proxies.clone(),
        }
    }

    fn take(&self, peer: SocketAddr) -> Option<Slot> {
        let one = Arc::clone(&self.all).try_acquire_owned().ok()?;
        let ip = peer.ip().to_canonical();
        let trusted = self.trusted.iter().any(|net| net.contains(&ip));
        let client = (!trusted).then(|| ClientKey::of(ip));
        if let Some(client) = client {
            let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
            let count = clients.entry(client).or_default();
            if *count >= self.per_client {
                return None;
            }
            *count += 1;
        }
        Some(Slot {
            _one: one,
            client,
            clients: Arc::clone(&self.clients),
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = clients.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                clients.remove(&client);
            }
        }
    }
}

/// What a connection hears that has no place.
const NO_PLACE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\
    Content-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: 97\r\n\r\n\
    {\"error\":{\"code\":\"policy.busy\",\"message\":\"The probe has too many connections. Try again soon.\"}}\n";

/// Answers without reading what is asked, and waits a moment for the other end to take the answer:
/// closing over unread bytes would throw it away.
async fn turn_away(mut stream: TcpStream) {
    let talk = async {
        stream.write_all(NO_PLACE).await?;
        stream.shutdown().await?;
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    // Whether it was heard is up to the other end.
    let _ = timeout(Duration::from_secs(1), talk).await;
}

async fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    limits: ServeLimits,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        app.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(Impatient::new(stream, limits.write)), service);
    tokio::pin!(connection);
    tokio::select! {
        // A client that breaks off is no news.
        _ = connection.as_mut() => {}
        // The value is of no interest, and must not be held across what follows.
        () = async { drop(stopped.wait_for(|stop| *stop).await) } => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_of_a_full_house_is_as_long_as_it_says() {
        let text = std::str::from_utf8(NO_PLACE).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("Content-Length: {}\r", body.len()))
                || head.ends_with(&format!("Content-Length: {}", body.len())),
            "{}",
            body.len()
        );
        serde_json::from_str::<connlint_probe_api::ErrorBody>(body).unwrap();
    }
}

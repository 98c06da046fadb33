//! The accept loop. hyper is driven directly because axum's own `serve` has no time limit for a
//! client that connects and says nothing, or says half a header.

use super::{AppState, router};
use axum::Router;
use connlint_probe_api::Mode;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// How much and how long a listener lets a client.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// How long the header of a request may take, and how long an idle connection may stay.
    pub header: Duration,
    /// How many connections may be open.
    pub connections: usize,
    /// How long open requests may go on after the shutdown began.
    pub drain: Duration,
}

impl Default for ServeLimits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            connections: 512,
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

/// Whether a probe may listen on this address; [`run`] asks the same.
///
/// # Errors
/// [`ServeError::NotLoopback`] for a local probe that others could reach.
pub fn may_listen(state: &AppState, addr: SocketAddr) -> Result<(), ServeError> {
    if state.mode() == Mode::Local && !addr.ip().is_loopback() {
        return Err(ServeError::NotLoopback(addr));
    }
    Ok(())
}

/// Serves until `shutdown` is ready; then takes no new connection, lets open requests end within
/// the time to drain, and returns.
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
    may_listen(&state, addr)?;
    let app = router(state.clone(), page);
    let slots = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &slots) => accepted,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
        };
        if let Some((stream, slot)) = accepted {
            let serving = serve_one(stream, app.clone(), limits, stopped.clone());
            connections.spawn(async move {
                serving.await;
                drop(slot);
            });
        }
    }
    drop(listener);
    state.drain();
    let _ = stop.send(true);
    let all_done = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, all_done).await.is_err() {
        tracing::warn!("requests that were still open have been cut");
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, slot)),
        Err(error) => {
            // Out of file handles, most likely: they come back when connections end.
            tracing::warn!(kind = ?error.kind(), "accept failed");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

async fn serve_one(
    stream: TcpStream,
    app: Router,
    limits: ServeLimits,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
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

//! The listener: who is cut off, who is turned away, and how it ends.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use connlint_probe::Prober;
use connlint_probe::http::{AppState, ServeError, ServeLimits, run};
use connlint_probe_api::{Mode, SslMode};
use connlint_testkit::FakeServer;
use futures_util::stream;
use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use support::{config, request};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A page, and a file that never ends.
fn page() -> Router {
    let endless = async || {
        Body::from_stream(stream::repeat_with(|| {
            Ok::<_, Infallible>(vec![b'x'; 64 * 1024])
        }))
    };
    Router::new()
        .route("/", get(async || "the page"))
        .route("/endless", get(endless))
}

struct Running {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    done: tokio::task::JoinHandle<Result<(), ServeError>>,
}

async fn serve(limits: ServeLimits) -> Running {
    let mut slow = config();
    slow.budgets.startup = Duration::from_secs(5);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let state = AppState::new(Prober::new(slow));
    let done = tokio::spawn(run(listener, state, page(), limits, async {
        let _ = stopped.await;
    }));
    Running {
        addr,
        stop: Some(stop),
        done,
    }
}

fn quick() -> ServeLimits {
    ServeLimits {
        header: Duration::from_millis(400),
        write: Duration::from_millis(400),
        connections: 4,
        per_client: 4,
        settle: Duration::ZERO,
        streams: Duration::from_secs(2),
        drain: Duration::from_secs(3),
    }
}

impl Running {
    /// Asks the server to stop, and waits until it has.
    async fn stop(&mut self) {
        self.ask_to_stop();
        self.stopped().await;
    }

    fn ask_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn stopped(&mut self) {
        tokio::time::timeout(Duration::from_secs(8), &mut self.done)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }
}

fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream
}

fn read_to_end(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends bytes and reads to the end, on a thread of its own as the test's runtime serves.
async fn exchange(addr: SocketAddr, bytes: impl Into<Vec<u8>>) -> (String, Duration) {
    let bytes = bytes.into();
    tokio::task::spawn_blocking(move || {
        let began = Instant::now();
        let mut stream = connect(addr);
        stream.write_all(&bytes).unwrap();
        (read_to_end(stream), began.elapsed())
    })
    .await
    .unwrap()
}

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn probe_of(server: &FakeServer) -> String {
    let body = request("127.0.0.1", server.port(), SslMode::Disable);
    let body = serde_json::to_string(&body).unwrap();
    format!(
        "POST /api/v1/probe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn was_cut(took: Duration) {
    assert!(
        took > Duration::from_millis(300) && took < Duration::from_secs(4),
        "{took:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_say_nothing_half_a_header_or_nothing_more_are_cut() {
    let server = serve(quick()).await;
    for (bytes, expected) in [
        (&b""[..], ""),
        (b"GET / HTTP/1.1\r\nHost: loc", ""),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "the page"),
    ] {
        let (answer, took) = exchange(server.addr, bytes).await;
        assert!(answer.ends_with(expected), "{answer}");
        was_cut(took);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_drips_is_cut_although_something_always_comes() {
    let server = serve(quick()).await;
    let addr = server.addr;
    let took = tokio::task::spawn_blocking(move || {
        let mut stream = connect(addr);
        let began = Instant::now();
        stream.write_all(b"GET / HTTP/1.1\r\nX: ").unwrap();
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(50));
            if stream.write_all(b"x").is_err() {
                break;
            }
        }
        began.elapsed()
    });
    was_cut(took.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_cut_and_one_that_reads_is_not() {
    let server = serve(ServeLimits {
        connections: 2,
        ..quick()
    })
    .await;
    let ask = b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let addr = server.addr;
    let took = tokio::task::spawn_blocking(move || {
        let mut reading = connect(addr);
        reading.write_all(ask).unwrap();
        let mut idle = connect(addr);
        idle.write_all(ask).unwrap();
        let began = Instant::now();
        let mut buffer = vec![0; 1 << 16];
        // Both places are taken, until the one who does not read loses its.
        loop {
            reading.read_exact(&mut buffer).unwrap();
            let mut third = connect(addr);
            let _ = third.write_all(HEALTH);
            if read_to_end(third).ends_with("ok\n") {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(8));
        }
        for _ in 0..100 {
            reading.read_exact(&mut buffer).unwrap();
        }
        drop(idle);
        began.elapsed()
    });
    was_cut(took.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_cap_hear_so_at_once() {
    let server = serve(ServeLimits {
        header: Duration::from_secs(2),
        ..quick()
    })
    .await;
    let held: Vec<TcpStream> = (0..4).map(|_| connect(server.addr)).collect();
    let (answer, took) = exchange(server.addr, HEALTH).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("Retry-After: ") && answer.contains("policy.busy"));
    assert!(took < Duration::from_millis(1500), "{took:?}");
    drop(held);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(exchange(server.addr, HEALTH).await.0.ends_with("ok\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_does_not_take_all_places() {
    let server = serve(ServeLimits {
        per_client: 2,
        header: Duration::from_secs(2),
        ..quick()
    })
    .await;
    let held: Vec<TcpStream> = (0..2).map(|_| connect(server.addr)).collect();
    assert!(exchange(server.addr, HEALTH).await.0.contains("503"));
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_connections_keep_nobody_out_for_long() {
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let wanted = rustix::process::Rlimit {
        current: most.maximum,
        maximum: most.maximum,
    };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, wanted).unwrap();
    let server = serve(ServeLimits {
        header: Duration::from_millis(1500),
        connections: 256,
        per_client: 256,
        ..quick()
    })
    .await;
    let addr = server.addr;
    let idle =
        tokio::task::spawn_blocking(move || (0..1000).map(|_| connect(addr)).collect::<Vec<_>>());
    let idle = idle.await.unwrap();
    let began = Instant::now();
    loop {
        if exchange(addr, HEALTH).await.0.ends_with("ok\n") {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(8));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Not one of them is still held.
    let ends = tokio::task::spawn_blocking(move || idle.into_iter().map(read_to_end).count());
    assert_eq!(ends.await.unwrap(), 1000);
    assert!(began.elapsed() < Duration::from_secs(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebound_name_is_refused_on_the_wire() {
    let server = serve(quick()).await;
    let request = b"POST /api/v1/probe HTTP/1.1\r\nHost: attacker.example\r\nContent-Type: application/json\r\n\
        Content-Length: 2\r\nConnection: close\r\n\r\n{}";
    let (answer, _) = exchange(server.addr, request).await;
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
}

/// Waits until somebody has connected.
async fn is_asked(database: &FakeServer) {
    let began = Instant::now();
    while database.connections() == 0 {
        assert!(began.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_lets_open_probes_end_and_takes_no_new_ones() {
    let mut server = serve(quick()).await;
    let database = FakeServer::asking_after(Duration::from_millis(300)).unwrap();
    let open = tokio::spawn(exchange(server.addr, probe_of(&database)));
    is_asked(&database).await;
    server.ask_to_stop();
    let (answer, _) = open.await.unwrap();
    assert!(answer.contains("pg.auth_cleartext_plain"), "{answer}");
    server.stopped().await;
    assert!(TcpStream::connect(server.addr).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_that_lasts_longer_than_the_shutdown_ends_with_a_last_line() {
    let mut server = serve(ServeLimits {
        streams: Duration::from_millis(300),
        ..quick()
    })
    .await;
    let database = FakeServer::asking_after(Duration::from_secs(4)).unwrap();
    let open = tokio::spawn(exchange(server.addr, probe_of(&database)));
    is_asked(&database).await;
    let began = Instant::now();
    server.ask_to_stop();
    let (answer, _) = open.await.unwrap();
    assert!(answer.contains("probe.draining"), "{answer}");
    // The chunked answer is whole.
    assert!(answer.ends_with("0\r\n\r\n"), "{answer}");
    server.stopped().await;
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_is_taken_back_before_the_door_closes() {
    let mut server = serve(ServeLimits {
        settle: Duration::from_millis(800),
        ..quick()
    })
    .await;
    server.ask_to_stop();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let ready = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let (answer, _) = exchange(server.addr, ready).await;
    assert!(
        answer.starts_with("HTTP/1.1 503") && answer.ends_with("draining\n"),
        "{answer}"
    );
    server.stopped().await;
    assert!(TcpStream::connect(server.addr).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_does_not_hold_up_the_shutdown() {
    let mut server = serve(ServeLimits {
        write: Duration::from_secs(60),
        drain: Duration::from_millis(500),
        ..quick()
    })
    .await;
    let mut stuck = connect(server.addr);
    stuck
        .write_all(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    server.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_local_probe_does_not_listen_for_others() {
    // Bound only, never connected to.
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let state = AppState::new(Prober::new(config()));
    let result = run(
        listener,
        state,
        page(),
        ServeLimits::of(Mode::Local),
        async {},
    )
    .await;
    assert!(matches!(result, Err(ServeError::NotLoopback(_))));
}

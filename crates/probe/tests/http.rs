//! The HTTP side: who may ask, what is refused, what is streamed, and who is cut off.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use connlint_probe::Prober;
use connlint_probe::http::{AppState, MAX_BODY, ServeError, ServeLimits, router, run};
use connlint_probe_api::{
    Capabilities, ErrorBody, Line, Outcome, PROBE_PATH, ProbeRequest, SslMode,
};
use connlint_testkit::{FakeServer, wire};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::{config, request};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceExt;

fn page() -> Router {
    Router::new().route("/", get(async || "the page"))
}

fn app() -> Router {
    router(AppState::new(Prober::new(config())), page())
}

fn post() -> axum::http::request::Builder {
    Request::post(PROBE_PATH)
        .header("host", "localhost:8080")
        .header("content-type", "application/json")
}

async fn send(app: Router, request: Request<Body>) -> (StatusCode, String) {
    let response = app.oneshot(request).await.unwrap();
    text(response).await
}

async fn text(response: Response<Body>) -> (StatusCode, String) {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn ask(body: &str) -> (StatusCode, String) {
    send(app(), post().body(Body::from(body.to_owned())).unwrap()).await
}

fn code(body: &str) -> String {
    serde_json::from_str::<ErrorBody>(body).unwrap().error.code
}

/// A server that asks for a password in clear, without TLS.
fn database() -> FakeServer {
    FakeServer::start(|session| {
        session.read_startup()?;
        session.send(&wire::auth(3, b""))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap()
}

fn body_for(server: &FakeServer) -> String {
    serde_json::to_string(&request("127.0.0.1", server.port(), SslMode::Disable)).unwrap()
}

#[tokio::test]
async fn a_probe_is_streamed_line_by_line_and_ends_with_the_verdict() {
    let server = database();
    let request = post().body(Body::from(body_for(&server))).unwrap();
    let response = app().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/x-ndjson");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let (status, body) = text(response).await;
    assert_eq!(status, StatusCode::OK);
    let lines: Vec<Line> = body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (last, events) = lines.split_last().unwrap();
    assert!(events.len() > 6 && events.iter().all(|line| matches!(line, Line::Event(_))));
    let Line::Verdict(last) = last else {
        panic!("the last line is the verdict")
    };
    assert_eq!(last.verdict.outcome, Outcome::ReachableReady);
    // The names of the contract, all of them in every event.
    let first: serde_json::Value = serde_json::from_str(body.lines().next().unwrap()).unwrap();
    let mut names: Vec<_> = first
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "address",
            "category",
            "code",
            "detail",
            "persistence",
            "seq",
            "stage",
            "state",
            "t_us"
        ]
    );
}

#[tokio::test]
async fn lines_come_as_they_happen() {
    use futures_util::StreamExt;
    let silent = FakeServer::start(|session| {
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let response = app()
        .oneshot(post().body(Body::from(body_for(&silent))).unwrap())
        .await
        .unwrap();
    let mut chunks = response.into_body().into_data_stream();
    let began = Instant::now();
    let mut text = String::new();
    while !text.contains("\"stage\":\"startup\"") {
        text.push_str(std::str::from_utf8(&chunks.next().await.unwrap().unwrap()).unwrap());
    }
    assert!(
        began.elapsed() < support::BUDGET / 2,
        "the beginning of a stage is told before its end"
    );
    assert!(!text.contains("verdict"));
}

#[tokio::test]
async fn plain_json_is_one_array() {
    let server = database();
    let request = post()
        .header("accept", "application/json")
        .body(Body::from(body_for(&server)))
        .unwrap();
    let (status, body) = send(app(), request).await;
    assert_eq!(status, StatusCode::OK);
    let lines: Vec<Line> = serde_json::from_str(&body).unwrap();
    assert!(matches!(lines.last(), Some(Line::Verdict(_))));
}

#[tokio::test]
async fn a_password_is_refused_in_every_spelling_and_place_and_never_repeated() {
    let log = Captured::start();
    for body in [
        r#"{"hosts":[{"host":"127.0.0.1"}],"password":"hunter2-secret"}"#,
        r#"{"hosts":[{"host":"127.0.0.1"}],"PGPASSWORD":"hunter2-secret"}"#,
        r#"{"hosts":[{"host":"127.0.0.1","passwd":"hunter2-secret"}]}"#,
        r#"{"hosts":[{"host":"127.0.0.1"}],"ssl_password":null}"#,
        r#"{"hosts":[{"host":"127.0.0.1"}],"connectionString":"postgres://u:hunter2-secret@h/d"}"#,
    ] {
        let (status, answer) = ask(body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(code(&answer), "request.secret-field");
        assert!(!answer.contains("hunter2"), "{answer}");
    }
    // A secret in a field that is no place for it.
    for body in [
        r#"{"hosts":[{"host":"u:hunter2-secret@127.0.0.1"}]}"#,
        r#"{"hosts":[{"host":"127.0.0.1","port":"hunter2-secret"}]}"#,
        r#"{"hosts":[{"host":"127.0.0.1"}],"sslmode":"hunter2-secret"}"#,
        r#"{"hosts":[{"host":"127.0.0.1"}],"hunter2-secret":1}"#,
        r#"{"hosts": hunter2-secret}"#,
    ] {
        let (status, answer) = ask(body).await;
        assert!(status.is_client_error());
        assert!(!answer.contains("hunter2"), "{answer}");
    }
    assert!(!log.text().contains("hunter2"));
}

#[tokio::test]
async fn fields_that_do_not_exist_and_values_that_cannot_be_are_refused() {
    for (body, status, expected) in [
        (
            r#"{"hosts":[{"host":"h"}],"colour":"red"}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.fields",
        ),
        (
            r#"{"hosts":[{"host":"h","options":"-c x"}]}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.fields",
        ),
        (
            r#"{"hosts":[]}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.hosts",
        ),
        (
            r#"{"hosts":[{"host":"0x7f.1"}]}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.host",
        ),
        (
            r#"{"hosts":[{"host":"h","port":0}]}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.port",
        ),
        (
            r#"{"hosts":[{"host":"h","port":70000}]}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.fields",
        ),
        ("", StatusCode::BAD_REQUEST, "request.json"),
        ("nonsense", StatusCode::BAD_REQUEST, "request.json"),
    ] {
        let (got, answer) = ask(body).await;
        assert_eq!((got, code(&answer).as_str()), (status, expected), "{body}");
    }
    let long = format!(
        r#"{{"hosts":[{{"host":"h"}}],"user":"{}"}}"#,
        "u".repeat(64)
    );
    assert_eq!(code(&ask(&long).await.1), "request.user");
    let huge = format!(r#"{{"hosts":[{{"host":"{}"}}]}}"#, "h".repeat(MAX_BODY));
    assert_eq!(ask(&huge).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn foreign_names_for_this_server_are_refused_everywhere() {
    for path in ["/", "/api/v1/capabilities", "/healthz"] {
        for (host, status) in [
            ("localhost:8080", StatusCode::OK),
            ("127.0.0.1:8080", StatusCode::OK),
            ("[::1]:8080", StatusCode::OK),
            (
                "rebound.attacker.example:8080",
                StatusCode::MISDIRECTED_REQUEST,
            ),
            (
                "localhost.attacker.example",
                StatusCode::MISDIRECTED_REQUEST,
            ),
            ("192.168.1.5:8080", StatusCode::MISDIRECTED_REQUEST),
        ] {
            let request = Request::get(path)
                .header("host", host)
                .body(Body::empty())
                .unwrap();
            assert_eq!(send(app(), request).await.0, status, "{path} {host}");
        }
        let nameless = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(send(app(), nameless).await.0, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn only_our_own_page_and_programs_may_ask() {
    let server = database();
    for (name, value, allowed) in [
        ("origin", "http://localhost:8080", true),
        ("origin", "http://localhost:9090", false),
        ("origin", "https://attacker.example", false),
        ("origin", "null", false),
        ("sec-fetch-site", "same-origin", true),
        ("sec-fetch-site", "none", true),
        ("sec-fetch-site", "same-site", false),
        ("sec-fetch-site", "cross-site", false),
    ] {
        let request = post()
            .header(name, value)
            .body(Body::from(body_for(&server)))
            .unwrap();
        let (status, answer) = send(app(), request).await;
        let expected = if allowed {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(status, expected, "{name}: {value}");
        assert!(allowed || code(&answer) == "request.foreign_origin");
    }
}

#[tokio::test]
async fn a_form_cannot_ask() {
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let request = Request::post(PROBE_PATH)
            .header("host", "localhost")
            .header("content-type", kind)
            .body(Body::from(r#"{"hosts":[{"host":"127.0.0.1"}]}"#))
            .unwrap();
        assert_eq!(
            send(app(), request).await.0,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
    }
    let get = Request::get(PROBE_PATH)
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    assert_eq!(send(app(), get).await.0, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn capabilities_say_what_will_be_sent() {
    let request = Request::get("/api/v1/capabilities")
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    let (status, body) = send(app(), request).await;
    assert_eq!(status, StatusCode::OK);
    let capabilities: Capabilities = serde_json::from_str(&body).unwrap();
    assert_eq!(capabilities.limits.hosts, ProbeRequest::MAX_HOSTS);
    assert_eq!(capabilities.stages.len(), 8);
    assert!(capabilities.never_sends.contains(&"a password".to_owned()));
}

#[tokio::test]
async fn a_target_is_probed_once_at_a_time_and_a_caller_that_leaves_stops_it() {
    let silent = FakeServer::start(|session| {
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let mut slow = config();
    slow.budgets.startup = Duration::from_secs(4);
    let app = router(AppState::new(Prober::new(slow)), page());
    let body = body_for(&silent);
    let first = app
        .clone()
        .oneshot(post().body(Body::from(body.clone())).unwrap())
        .await
        .unwrap();
    let (status, answer) = send(app.clone(), post().body(Body::from(body.clone())).unwrap()).await;
    assert_eq!(
        (status, code(&answer).as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "policy.busy")
    );

    drop(first);
    let began = Instant::now();
    loop {
        let response = app
            .clone()
            .oneshot(post().body(Body::from(body.clone())).unwrap())
            .await
            .unwrap();
        if response.status() == StatusCode::OK {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "the permit comes back before the probe's own time is over"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_log_tells_the_outcome_and_not_the_target() {
    let log = Captured::start();
    let server = database();
    let mut secretive = request("127.0.0.1", server.port(), SslMode::Disable);
    secretive.user = Some("somebody-special".into());
    secretive.database = Some("salaries-of-2026".into());
    let body = serde_json::to_string(&secretive).unwrap();
    let (status, _) = send(app(), post().body(Body::from(body)).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    let text = log.text();
    assert!(
        text.contains("reachable-ready") && text.contains("pg.auth_cleartext_plain"),
        "{text}"
    );
    for private in [
        "somebody-special",
        "salaries",
        "127.0.0.1",
        &server.port().to_string(),
    ] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}

/// What this crate logs in this thread, from now on.
struct Captured {
    bytes: Arc<Mutex<Vec<u8>>>,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Captured {
    fn start() -> Self {
        #[derive(Clone)]
        struct Sink(Arc<Mutex<Vec<u8>>>);
        impl Write for Sink {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let sink = Sink(Arc::clone(&bytes));
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || sink.clone())
            .finish();
        Self {
            bytes,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
    }
}

/// A server that listens, for tests that need real sockets.
struct Running {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    done: tokio::task::JoinHandle<Result<(), ServeError>>,
}

async fn serve(limits: ServeLimits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let state = AppState::new(Prober::new(config()));
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
        connections: 4,
        drain: Duration::from_secs(3),
    }
}

/// Sends bytes and reads to the end, on a thread of its own as the test's runtime serves.
async fn exchange(addr: SocketAddr, bytes: &'static [u8]) -> (String, Duration) {
    tokio::task::spawn_blocking(move || {
        let began = Instant::now();
        let mut stream = TcpStream::connect(addr).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        (
            String::from_utf8_lossy(&answer).into_owned(),
            began.elapsed(),
        )
    })
    .await
    .unwrap()
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
        assert!(
            took > Duration::from_millis(300) && took < Duration::from_secs(3),
            "{took:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_cap_wait_for_their_turn() {
    let server = serve(quick()).await;
    let held: Vec<TcpStream> = (0..4)
        .map(|_| TcpStream::connect(server.addr).unwrap())
        .collect();
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let (answer, took) = exchange(server.addr, request).await;
    assert!(answer.ends_with("ok\n"), "{answer}");
    assert!(
        took > Duration::from_millis(200),
        "served only after a silent one was cut, {took:?}"
    );
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebound_name_is_refused_on_the_wire() {
    let server = serve(quick()).await;
    let request = b"POST /api/v1/probe HTTP/1.1\r\nHost: attacker.example\r\nContent-Type: application/json\r\n\
        Content-Length: 2\r\nConnection: close\r\n\r\n{}";
    let (answer, _) = exchange(server.addr, request).await;
    assert!(answer.starts_with("HTTP/1.1 421"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_lets_open_probes_end_and_takes_no_new_ones() {
    let mut server = serve(quick()).await;
    let database = FakeServer::start(|session| {
        session.read_startup()?;
        std::thread::sleep(Duration::from_millis(300));
        session.send(&wire::auth(3, b""))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let body = body_for(&database);
    let head = format!(
        "POST /api/v1/probe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let open = tokio::spawn(exchange(server.addr, head.leak().as_bytes()));
    while database.connections() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.stop.take().unwrap().send(()).unwrap();
    let (answer, _) = open.await.unwrap();
    assert!(answer.contains("\"verdict\""), "{answer}");
    tokio::time::timeout(Duration::from_secs(3), server.done)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(TcpStream::connect(server.addr).is_err());
}

#[tokio::test]
async fn a_local_probe_does_not_listen_for_others() {
    // Bound only, never connected to.
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let state = AppState::new(Prober::new(config()));
    let result = run(listener, state, page(), quick(), async {}).await;
    assert!(matches!(result, Err(ServeError::NotLoopback(_))));
}

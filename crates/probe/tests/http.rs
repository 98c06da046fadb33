//! The HTTP side: who may ask, what is refused, what is streamed, and who is cut off.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use connlint_probe::Prober;
use connlint_probe::http::{Access, AppState, CallerLimits, HttpOptions, MAX_BODY, Rate, router};
use connlint_probe_api::{
    Capabilities, ErrorBody, Line, Mode, Outcome, PROBE_PATH, ProbeRequest, SslMode,
};
use connlint_testkit::{FakeServer, wire};
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::{config, request};
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

/// A server that takes connections and says nothing, and a probe that waits for it.
fn waiting() -> (FakeServer, AppState) {
    let silent = FakeServer::start(|session| {
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let mut slow = config();
    slow.budgets.startup = Duration::from_secs(4);
    (silent, AppState::new(Prober::new(slow)))
}

async fn post_to(app: &Router, body: &str) -> Response<Body> {
    let request = post().body(Body::from(body.to_owned())).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn a_target_is_probed_once_at_a_time_and_a_caller_that_leaves_stops_it() {
    let (silent, state) = waiting();
    let app = router(state, page());
    let body = body_for(&silent);
    let other = serde_json::to_string(&request("127.0.0.1", silent.port(), SslMode::Require));
    let other = other.unwrap();
    let first = post_to(&app, &body).await;
    let second = post_to(&app, &other).await;
    assert!(
        second.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
            >= 1
    );
    let (status, answer) = text(second).await;
    assert_eq!(
        (status, code(&answer).as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "policy.busy")
    );

    drop(first);
    let began = Instant::now();
    while post_to(&app, &other).await.status() != StatusCode::OK {
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "the permit comes back before the probe's own time is over"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn who_asks_the_same_at_the_same_time_shares_one_probe_from_its_first_line() {
    let server = FakeServer::start(|session| {
        session.read_startup()?;
        std::thread::sleep(Duration::from_millis(300));
        session.send(&wire::auth(3, b""))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let app = app();
    let body = body_for(&server);
    let (first, second) = tokio::join!(async { text(post_to(&app, &body).await).await }, async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        text(post_to(&app, &body.replace("127.0.0.1", "::ffff:127.0.0.1")).await).await
    },);
    assert_eq!(first.0, StatusCode::OK);
    assert_eq!(first, second);
    assert!(first.1.contains("\"seq\":0,") && first.1.contains("verdict"));
    assert_eq!(server.connections(), 1);
    // A local probe keeps nothing: the next one looks again.
    text(post_to(&app, &body).await).await;
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_shared_probe_goes_on_when_the_one_who_began_it_leaves() {
    let (silent, state) = waiting();
    let app = router(state, page());
    let first = post_to(&app, &body_for(&silent)).await;
    let second = post_to(&app, &body_for(&silent)).await;
    drop(first);
    let (_, answer) = text(second).await;
    assert!(
        answer.contains("pg.timeout") && answer.contains("verdict"),
        "{answer}"
    );
    assert_eq!(silent.connections(), 1);
}

#[tokio::test]
async fn a_public_probe_gives_a_fresh_answer_to_the_next_who_asks_the_same() {
    let server = database();
    let options = HttpOptions {
        callers: CallerLimits {
            keep: Duration::from_millis(400),
            ..CallerLimits::of(Mode::Local)
        },
        ..HttpOptions::of(Mode::Local)
    };
    let app = router(
        AppState::with_options(Prober::new(config()), options),
        page(),
    );
    let body = body_for(&server);
    let first = text(post_to(&app, &body).await).await;
    let second = text(post_to(&app, &body).await).await;
    assert_eq!(first, second);
    assert_eq!(server.connections(), 1);
    tokio::time::sleep(Duration::from_millis(700)).await;
    text(post_to(&app, &body).await).await;
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_probe_that_is_cut_by_a_shutdown_says_so_in_its_last_line() {
    let (silent, state) = waiting();
    let app = router(state.clone(), page());
    let open = post_to(&app, &body_for(&silent)).await;
    state.drain();
    let (status, answer) = text(post_to(&app, &body_for(&silent)).await).await;
    assert_eq!(
        (status, code(&answer).as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "probe.draining")
    );
    let ready = Request::get("/readyz")
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        send(app, ready).await,
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n".into())
    );
    state.cut();
    let (_, lines) = text(open).await;
    let last: Line = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    let Line::Verdict(last) = last else {
        panic!("{last:?}")
    };
    assert_eq!(last.verdict.code, "probe.draining");
    assert_eq!(last.verdict.outcome, Outcome::ProbeFault);
}

#[tokio::test]
async fn a_quiet_probe_gives_signs_of_life() {
    let (silent, state) = waiting();
    let (_, answer) = text(post_to(&router(state, page()), &body_for(&silent)).await).await;
    assert!(answer.contains("\n\n"), "{answer}");
}

#[tokio::test]
async fn a_panic_is_an_answer() {
    struct Broken;
    impl connlint_probe::Resolve for Broken {
        fn resolve<'a>(&'a self, _: &'a str, _: Duration) -> connlint_probe::ResolveFuture<'a> {
            Box::pin(async { panic!("on purpose") })
        }
    }
    let mut broken = config();
    broken.dns = Arc::new(Broken);
    let boom = Router::new().route(
        "/boom",
        get(async || -> &'static str { panic!("on purpose") }),
    );
    let app = router(AppState::new(Prober::new(broken)), boom);
    let (status, answer) = text(post_to(&app, r#"{"hosts":[{"host":"db.example"}]}"#).await).await;
    assert_eq!(status, StatusCode::OK);
    assert!(answer.contains("\"probe.fault\""), "{answer}");
    let request = Request::get("/boom")
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    let (status, answer) = send(app, request).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.contains("purpose"));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let never = Body::from_stream(futures_util::stream::pending::<
        Result<Vec<u8>, std::io::Error>,
    >());
    let began = tokio::time::Instant::now();
    let (status, answer) = send(app(), post().body(never).unwrap()).await;
    assert_eq!(
        (status, code(&answer).as_str()),
        (StatusCode::REQUEST_TIMEOUT, "request.timeout")
    );
    assert_eq!(began.elapsed().as_secs(), 10);
}

/// An app that takes one request a minute from a client, behind proxies in 10.0.0.0/8.
fn strict() -> Router {
    let options = HttpOptions {
        callers: CallerLimits {
            client: Some(Rate {
                per_minute: 1,
                burst: 1,
            }),
            ..CallerLimits::of(Mode::Local)
        },
        access: Access {
            trusted_proxies: vec!["::/128".parse().unwrap()],
            ..Access::default()
        },
        ..HttpOptions::of(Mode::Local)
    };
    router(
        AppState::with_options(Prober::new(config()), options),
        page(),
    )
}

#[tokio::test]
async fn a_client_does_not_get_more_by_writing_its_own_forwarding_header() {
    let server = database();
    let app = strict();
    for (forwarded, status) in [
        ("203.0.113.1", StatusCode::OK),
        ("192.0.2.1, 203.0.113.1", StatusCode::TOO_MANY_REQUESTS),
        ("192.0.2.2, 203.0.113.1", StatusCode::TOO_MANY_REQUESTS),
        ("203.0.113.2", StatusCode::OK),
    ] {
        let request = post()
            .header("x-forwarded-for", forwarded)
            .header("x-real-ip", "192.0.2.77")
            .header("forwarded", "for=192.0.2.78")
            .body(Body::from(body_for(&server)))
            .unwrap();
        assert_eq!(send(app.clone(), request).await.0, status, "{forwarded}");
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

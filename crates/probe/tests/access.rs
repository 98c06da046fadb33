//! Who may ask, from where, with what; which targets stay out of reach; and what is written down.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use connlint_probe::http::{
    Access, AppState, Audit, CallerLimits, HttpOptions, Rate, ServeLimits, Token, TokenFrom,
    router, run_metrics,
};
use connlint_probe::{Policy, ProbeConfig, Prober};
use connlint_probe_api::{CAPABILITIES_PATH, ErrorBody, Line, Mode, Outcome, PROBE_PATH, SslMode};
use connlint_testkit::{FakeDns, FakeServer, Reply, wire};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::{config, request};
use tower::ServiceExt;

const TOKEN: &str = "0123456789abcdef";
const ALLOWED: &str = "https://tools.example.com";

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

fn app(config: ProbeConfig, options: HttpOptions) -> Router {
    router(
        AppState::with_options(Prober::new(config), options),
        Router::new(),
    )
}

fn local(access: Access) -> Router {
    let options = HttpOptions {
        access,
        ..HttpOptions::of(Mode::Local)
    };
    app(config(), options)
}

fn with_origin(token: Option<Token>, token_from: TokenFrom) -> Router {
    local(Access {
        origins: vec![ALLOWED.parse().unwrap()],
        loopback_only: true,
        token,
        token_from,
        ..Access::default()
    })
}

async fn send(app: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (parts.status, parts.headers, text)
}

fn post(headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::post(PROBE_PATH)
        .header("host", "localhost:8080")
        .header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

fn code(body: &str) -> String {
    serde_json::from_str::<ErrorBody>(body).unwrap().error.code
}

#[tokio::test]
async fn a_page_may_ask_if_its_origin_is_on_the_list_to_the_letter() {
    let server = database();
    let app = with_origin(None, TokenFrom::Everybody);
    for (origin, site, allowed) in [
        (ALLOWED, "cross-site", true),
        ("http://localhost:8080", "same-origin", true),
        ("http://tools.example.com", "cross-site", false),
        ("https://tools.example.com:8443", "cross-site", false),
        ("https://Tools.example.com", "cross-site", false),
        (
            "https://tools.example.com.attacker.example",
            "cross-site",
            false,
        ),
        ("https://attacker.example", "cross-site", false),
        ("http://localhost:9090", "same-site", false),
        ("http://localhost:8080", "cross-site", false),
        ("null", "cross-site", false),
    ] {
        let headers = [("origin", origin), ("sec-fetch-site", site)];
        let (status, answered, body) = send(&app, post(&headers, &body_for(&server))).await;
        if !allowed {
            assert_eq!(status, StatusCode::FORBIDDEN, "{origin}");
            assert_eq!(code(&body), "request.foreign_origin");
        }
        assert_eq!(status.is_success(), allowed, "{origin} {site}");
        let told = answered.get("access-control-allow-origin");
        assert_eq!(told.is_some(), origin == ALLOWED, "{origin}");
        assert!(told.is_none_or(|value| value == ALLOWED));
        assert!(answered.get("access-control-allow-credentials").is_none());
        assert!(answered.get("set-cookie").is_none());
        assert_eq!(answered["vary"], "origin");
    }
}

#[tokio::test]
async fn a_browser_that_asks_first_hears_the_same() {
    let app = with_origin(None, TokenFrom::Everybody);
    let preflight = |origin: &str, private: bool| {
        let mut request = Request::options(PROBE_PATH)
            .header("host", "127.0.0.1:8080")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "content-type,authorization",
            );
        if private {
            request = request.header("access-control-request-private-network", "true");
        }
        request.body(Body::empty()).unwrap()
    };
    let (status, headers, _) = send(&app, preflight(ALLOWED, true)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(headers["access-control-allow-origin"], ALLOWED);
    assert_eq!(headers["access-control-allow-methods"], "GET, POST");
    assert_eq!(headers["access-control-allow-private-network"], "true");
    let allowed = headers["access-control-allow-headers"].to_str().unwrap();
    assert!(allowed.contains("authorization") && allowed.contains("content-type"));

    let (_, headers, _) = send(&app, preflight(ALLOWED, false)).await;
    assert!(
        headers
            .get("access-control-allow-private-network")
            .is_none()
    );

    let (status, headers, _) = send(&app, preflight("https://attacker.example", true)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for (name, _) in &headers {
        assert!(!name.as_str().starts_with("access-control-"), "{name}");
    }
}

#[tokio::test]
async fn a_foreign_page_needs_the_token_and_our_own_does_not() {
    let server = database();
    let app = with_origin(Token::new(TOKEN).ok(), TokenFrom::ForeignPages);
    let bearer = format!("Bearer {TOKEN}");
    for (headers, status) in [
        (&[("origin", ALLOWED)][..], StatusCode::UNAUTHORIZED),
        (
            &[
                ("origin", ALLOWED),
                ("authorization", "Bearer 0123456789abcdeX"),
            ],
            StatusCode::UNAUTHORIZED,
        ),
        (
            &[("origin", ALLOWED), ("authorization", TOKEN)],
            StatusCode::UNAUTHORIZED,
        ),
        (
            &[("origin", ALLOWED), ("authorization", &bearer)],
            StatusCode::OK,
        ),
        (&[("origin", "http://localhost:8080")], StatusCode::OK),
        (&[], StatusCode::OK),
    ] {
        let (got, answered, body) = send(&app, post(headers, &body_for(&server))).await;
        assert_eq!(got, status, "{headers:?}");
        if status == StatusCode::UNAUTHORIZED {
            assert_eq!(code(&body), "request.token");
            // So that the page can read why.
            assert_eq!(answered["access-control-allow-origin"], ALLOWED);
        }
    }
}

#[tokio::test]
async fn where_everybody_needs_the_token_there_is_no_way_round() {
    let server = database();
    let app = with_origin(Token::new(TOKEN).ok(), TokenFrom::Everybody);
    for headers in [
        &[][..],
        &[
            ("origin", "http://localhost:8080"),
            ("sec-fetch-site", "same-origin"),
        ],
        &[("authorization", "Basic MDEyMzQ1Njc4OWFiY2RlZg==")],
    ] {
        let (status, _, _) = send(&app, post(headers, &body_for(&server))).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{headers:?}");
    }
    assert_eq!(server.connections(), 0);
    let bearer = format!("bearer {TOKEN}");
    let (status, _, _) = send(
        &app,
        post(&[("authorization", &bearer)], &body_for(&server)),
    )
    .await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn the_operators_names_are_the_only_ones_and_health_checks_need_none() {
    let app = local(Access {
        hosts: vec!["probe.example.com".into()],
        ..Access::default()
    });
    for (path, host, status) in [
        (CAPABILITIES_PATH, "probe.example.com", StatusCode::OK),
        (CAPABILITIES_PATH, "PROBE.example.com:443", StatusCode::OK),
        (
            CAPABILITIES_PATH,
            "rebound.attacker.example",
            StatusCode::MISDIRECTED_REQUEST,
        ),
        (
            CAPABILITIES_PATH,
            "10.0.0.7:8080",
            StatusCode::MISDIRECTED_REQUEST,
        ),
        ("/healthz", "10.0.0.7:8080", StatusCode::OK),
        ("/readyz", "10.0.0.7:8080", StatusCode::OK),
    ] {
        let request = Request::get(path).header("host", host);
        let request = request.body(Body::empty()).unwrap();
        assert_eq!(send(&app, request).await.0, status, "{path} {host}");
    }
    let twice = Request::get(CAPABILITIES_PATH)
        .header("host", "probe.example.com")
        .header("host", "attacker.example")
        .body(Body::empty())
        .unwrap();
    assert_eq!(send(&app, twice).await.0, StatusCode::BAD_REQUEST);
}

/// Spellings of addresses that a public probe must not touch.
const INSIDE: [&str; 22] = [
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "168.63.129.16",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "::ffff:a00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "2001:db8::1",
    "[::1]",
    "ff02::1",
];

/// Spellings that are numbers to some programs and names to others.
const NUMBERS: [&str; 6] = [
    "2130706433",
    "0177.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "127.1",
    "127.0.0.1.5",
];

#[tokio::test]
async fn a_public_probe_reaches_no_address_inside_however_it_is_spelt_or_hidden() {
    // Names on the list that lead inside: rebinding, and a mixed answer.
    let dns = FakeDns::start([
        (
            "inside.db.example.com",
            Reply::Addresses(vec!["127.0.0.1".parse().unwrap()]),
        ),
        (
            "mixed.db.example.com",
            Reply::Addresses(vec![
                "203.0.113.7".parse().unwrap(),
                "10.0.0.1".parse().unwrap(),
            ]),
        ),
        (
            "metadata.db.example.com",
            Reply::Addresses(vec!["169.254.169.254".parse().unwrap()]),
        ),
    ])
    .unwrap();
    let mut public = config();
    public.policy = Policy {
        suffixes: Some(vec![".db.example.com".into()]),
        ..Policy::public()
    };
    public.dns = Arc::new(connlint_probe::SystemDns::with_servers(vec![dns.addr()]));
    let options = HttpOptions {
        callers: CallerLimits {
            client: None,
            distinct: None,
            ..CallerLimits::of(Mode::Public)
        },
        ..HttpOptions::of(Mode::Public)
    };
    let app = app(public, options);
    let ask = async |host: &str, port: u16| {
        let body = serde_json::to_string(&request(host, port, SslMode::Require)).unwrap();
        send(&app, post(&[], &body)).await
    };
    for host in NUMBERS {
        let (status, _, body) = ask(host, 5432).await;
        assert_eq!(
            (status, code(&body).as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "request.host"),
            "{host}"
        );
    }
    let names = [
        "inside.db.example.com",
        "mixed.db.example.com",
        "metadata.db.example.com.",
        "localhost",
        "metadata.google.internal",
        "db.example.com.attacker.example",
        "evildb.example.com",
    ];
    let ports = [("x.db.example.com", 22), ("x.db.example.com", 80)];
    let all = INSIDE
        .iter()
        .chain(&names)
        .map(|host| (*host, 5432))
        .chain(ports);
    for (host, port) in all {
        let (status, _, body) = ask(host, port).await;
        assert_eq!(status, StatusCode::OK, "{host}: {body}");
        let last: Line = serde_json::from_str(body.lines().last().unwrap()).unwrap();
        let Line::Verdict(last) = last else {
            panic!("{body}")
        };
        assert_eq!(
            last.verdict.outcome,
            Outcome::DeniedByPolicy,
            "{host}: {body}"
        );
        assert!(!body.contains("\"tcp\""), "{host} was connected to: {body}");
        // A stranger does not learn where the name leads inside.
        assert!(
            !body.contains("10.0.0.1") || !host.contains("example"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_client_over_its_limit_hears_when_to_come_back() {
    let server = database();
    let options = HttpOptions {
        callers: CallerLimits {
            client: Some(Rate {
                per_minute: 6,
                burst: 1,
            }),
            ..CallerLimits::of(Mode::Local)
        },
        ..HttpOptions::of(Mode::Local)
    };
    let app = app(config(), options);
    assert_eq!(
        send(&app, post(&[], &body_for(&server))).await.0,
        StatusCode::OK
    );
    let (status, headers, body) = send(&app, post(&[], &body_for(&server))).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "limit.client")
    );
    let after: u64 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((9..=10).contains(&after), "{after}");
    assert!(
        body.contains(&format!("Try again in {after} seconds.")),
        "{body}"
    );
}

#[tokio::test]
async fn a_watch_is_as_long_as_the_operator_allows() {
    let options = HttpOptions::of(Mode::Public);
    let app = app(config(), options);
    let (status, _, body) = send(
        &app,
        post(&[], r#"{"hosts":[{"host":"h"}],"watch":{"seconds":300}}"#),
    )
    .await;
    assert_eq!(
        (status, code(&body).as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "request.watch")
    );
    assert!(body.contains("5 to 120 seconds"), "{body}");
    let get = Request::get(CAPABILITIES_PATH).body(Body::empty()).unwrap();
    assert!(send(&app, get).await.2.contains("\"watch_seconds\":120"));
}

/// Everything that is written, for a test to look at.
#[derive(Clone, Default)]
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

impl Sink {
    /// The lines, once there are so many.
    async fn lines(&self, count: usize) -> Vec<serde_json::Value> {
        for _ in 0..200 {
            let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
            if text.lines().count() >= count {
                return text
                    .lines()
                    .map(|line| serde_json::from_str(line).unwrap())
                    .collect();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("too few lines");
    }
}

#[tokio::test]
async fn the_audit_log_can_be_compared_and_not_read() {
    let server = database();
    let other = database();
    let sink = Sink::default();
    let options = HttpOptions {
        audit: Audit::new(Some(b"a key of sixteen"), sink.clone()).ok(),
        access: Access {
            trusted_proxies: vec!["::/128".parse().unwrap()],
            ..Access::default()
        },
        ..HttpOptions::of(Mode::Local)
    };
    let app = app(config(), options);
    let mut ids = Vec::new();
    for (server, client) in [
        (&server, "203.0.113.5"),
        (&server, "203.0.113.6"),
        (&other, "203.0.113.5"),
    ] {
        let mut asked = request("127.0.0.1", server.port(), SslMode::Disable);
        asked.user = Some("somebody-special".into());
        asked.database = Some("salaries-of-2026".into());
        let body = serde_json::to_string(&asked).unwrap();
        let (_, headers, _) = send(&app, post(&[("x-forwarded-for", client)], &body)).await;
        ids.push(headers["x-request-id"].to_str().unwrap().to_owned());
    }
    let lines = sink.lines(3).await;
    for (line, id) in lines.iter().zip(&ids) {
        assert_eq!(line["request"], id.as_str());
        assert_eq!(line["verdict"], "reachable-ready");
        assert!(line["ms"].is_u64() && line["time"].as_str().unwrap().ends_with('Z'));
    }
    assert_eq!(lines[0]["targets"], lines[1]["targets"]);
    assert_ne!(lines[0]["client"], lines[1]["client"]);
    assert_eq!(lines[0]["client"], lines[2]["client"]);
    assert_ne!(lines[0]["targets"], lines[2]["targets"]);
    let text = format!("{lines:?}");
    for private in [
        "somebody",
        "salaries",
        "127.0.0.1",
        "203.0.113",
        &server.port().to_string(),
    ] {
        assert!(!text.contains(private), "{private} in {text}");
    }
    assert!(Audit::new(Some(b"short"), Sink::default()).is_err());
}

#[tokio::test]
async fn the_audit_log_has_the_refusals_too() {
    let server = database();
    let sink = Sink::default();
    let options = HttpOptions {
        audit: Audit::new(Some(b"a key of sixteen"), sink.clone()).ok(),
        callers: CallerLimits {
            client: Some(Rate {
                per_minute: 1,
                burst: 1,
            }),
            ..CallerLimits::of(Mode::Local)
        },
        ..HttpOptions::of(Mode::Local)
    };
    let app = app(config(), options);
    let body = body_for(&server);
    let with_password = body.replacen('{', r#"{"password":"not-a-secret","#, 1);
    let foreign = [("origin", "https://attacker.example")];
    for request in [
        post(&foreign, &body),
        post(&[], &with_password),
        post(&[], &body),
        post(&[], &body),
    ] {
        send(&app, request).await;
    }
    let lines = sink.lines(4).await;
    let of = |code: &str| {
        let found = lines.iter().find(|line| line["code"] == code);
        found.unwrap_or_else(|| panic!("{code}: {lines:?}")).clone()
    };
    let done = of("pg.auth_cleartext_plain");
    for code in [
        "request.foreign_origin",
        "request.secret-field",
        "limit.client",
    ] {
        let line = of(code);
        assert!(line["verdict"].is_null(), "{line}");
        assert_eq!(line["client"], done["client"]);
    }
    // What was asked for is known only of a request that could be read.
    assert_eq!(of("limit.client")["targets"], done["targets"]);
    assert_eq!(of("request.secret-field")["targets"], serde_json::json!([]));
    assert!(!format!("{lines:?}").contains("not-a-secret"));
}

/// The values of all members of this kind of name, however deep.
fn times(value: &serde_json::Value, found: &mut Vec<(String, u64)>) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                match value.as_u64() {
                    Some(time) if name.ends_with("_us") => found.push((name.clone(), time)),
                    _ => times(value, found),
                }
            }
        }
        serde_json::Value::Array(all) => all.iter().for_each(|value| times(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn strangers_are_told_milliseconds() {
    for (mode, coarse) in [(Mode::Local, false), (Mode::Public, true)] {
        let server = database();
        let mut config = config();
        config.policy.mode = mode;
        let app = app(config, HttpOptions::of(Mode::Local));
        let (status, _, said) = send(&app, post(&[], &body_for(&server))).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        let mut found = Vec::new();
        for line in said.lines() {
            times(&serde_json::from_str(line).unwrap(), &mut found);
        }
        assert!(found.iter().any(|(name, _)| name == "total_us"), "{said}");
        assert!(found.iter().any(|(name, _)| name == "dur_us"), "{said}");
        let all = found.iter().all(|(_, time)| time % 1000 == 0);
        assert_eq!(all, coarse, "{mode:?}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_have_a_listener_of_their_own_and_name_nobody() {
    let server = database();
    let state = AppState::new(Prober::new(config()));
    let app = router(state.clone(), Router::new());
    let body = body_for(&server);
    send(&app, post(&[], &body)).await;
    send(&app, post(&[("origin", "https://attacker.example")], &body)).await;
    let not_here = Request::get("/metrics").header("host", "localhost");
    let not_here = not_here.body(Body::empty()).unwrap();
    assert_eq!(send(&app, not_here).await.0, StatusCode::NOT_FOUND);

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let serving = tokio::spawn(run_metrics(listener, state));
    let ask = move |path: &'static str| {
        let mut stream = TcpStream::connect(addr).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let (text, probe) =
        tokio::task::spawn_blocking(move || (ask("/metrics"), ask(CAPABILITIES_PATH)))
            .await
            .unwrap();
    serving.abort();
    assert!(probe.starts_with("HTTP/1.1 404"));
    for line in [
        "connlint_requests_total{became=\"new\"} 1",
        "connlint_requests_total{became=\"request.foreign_origin\"} 1",
        "connlint_verdicts_total{outcome=\"reachable-ready\",stage=\"startup\",code=\"pg.auth_cleartext_plain\"} 1",
        "connlint_stage_seconds_count{stage=\"tcp\"} 1",
        "connlint_probes_in_flight 0",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("127.0.0.1") && !text.contains(&server.port().to_string()));
}

#[test]
fn a_listener_for_many_gives_one_client_a_part_only() {
    let public = ServeLimits::of(Mode::Public);
    assert!(public.per_client * 4 < public.connections);
}

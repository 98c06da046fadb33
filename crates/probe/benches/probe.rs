//! What a probe costs: beside bare TLS on the same server, beside `pg_isready` and blackbox_exporter on a real PostgreSQL,
//! and in processor time, throughput and memory. What is compared is measured in turns, so that a busy machine weighs on
//! both sides alike.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may fail loudly, and its output is its result"
)]

use connlint_probe::http::{self, AppState, HttpOptions, ServeLimits};
use connlint_probe::{ProbeConfig, Prober, Roots, StageBudgets, line_channel};
use connlint_probe_api::{Event, Line, Mode, Outcome, ProbeRequest, SslMode, Stage, Verdict};
use connlint_testkit::{Ca, FakeServer, Postgres, wire};
use rustix::time::{ClockId, clock_gettime};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_rustls::TlsConnector;

const ROUNDS: usize = 400;
/// Set in the child process that serves the HTTP API.
const SERVE: &str = "CONNLINT_BENCH_SERVE";
/// Names the program of blackbox_exporter, 0.27 or later, if it is not on the path.
const BLACKBOX: &str = "CONNLINT_BLACKBOX";

fn main() {
    if std::env::var_os(SERVE).is_some() {
        return serve();
    }
    let ca = Ca::new("bench").unwrap();
    let identity = ca.issue(&["127.0.0.1"]).unwrap();
    let tls = identity.server_config(&["postgresql"]).unwrap();
    let bare_tls = Arc::clone(&tls);
    let bare = FakeServer::start(move |session| {
        session.start_tls(&bare_tls)?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let full = FakeServer::start(move |session| {
        session.up_to_startup(&tls)?;
        session.send(&wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let config = ProbeConfig {
        roots: Roots::from_pem(ca.pem().as_bytes()).unwrap(),
        ..ProbeConfig::local()
    };
    // `cargo bench --package connlint-probe --bench probe -- http` measures one part only.
    let parts: Vec<String> = std::env::args()
        .skip(1)
        .filter(|part| !part.starts_with('-'))
        .collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wanted("tls") {
        beside_bare_tls(&config, &ca, bare.addr(), full.addr());
    }
    if wanted("throughput") {
        throughput(&config, full.addr());
    }
    if wanted("http") {
        over_http();
    }
    if wanted("memory") {
        memory();
    }
    if wanted("silence") {
        silence(config);
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn request(addr: SocketAddr, sslmode: SslMode) -> ProbeRequest {
    ProbeRequest {
        user: Some("app".to_owned()),
        database: Some("app".to_owned()),
        sslmode,
        ..ProbeRequest::new(addr.ip().to_string(), addr.port())
    }
}

async fn probe(prober: &Prober, request: &ProbeRequest) -> (Verdict, Vec<Event>) {
    let (out, mut lines) = line_channel();
    let verdict = prober.probe(request, out).await.unwrap();
    let mut events = Vec::new();
    while let Some(line) = lines.recv().await {
        if let Line::Event(event) = line {
            events.push(event);
        }
    }
    (verdict, events)
}

/// A part of sorted times: 0.5 is the median.
fn part(times: &mut [Duration], at: f64) -> Duration {
    times.sort_unstable();
    let index = ((times.len() - 1) as f64 * at).round() as usize;
    times[index]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn row(what: &str, times: &mut [Duration]) -> f64 {
    let (median, high) = (part(times, 0.5), part(times, 0.95));
    println!(
        "{what:<54} median {:>8.3} ms   95 of 100 within {:>8.3} ms",
        ms(median),
        ms(high)
    );
    ms(median)
}

/// A figure and what it has to keep to.
fn held(what: &str, value: f64, within: &str, kept: bool) {
    let kept = if kept { "kept" } else { "NOT KEPT" };
    println!("  {what}: {value:.2} ({within}: {kept})");
}

/// What this thread has had of a processor.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap(),
        u32::try_from(time.tv_nsec).unwrap(),
    )
}

fn beside_bare_tls(config: &ProbeConfig, ca: &Ca, bare: SocketAddr, full: SocketAddr) {
    let mut provider = rustls::crypto::ring::default_provider();
    // The same cipher as the probe's, so that the difference is not that of two hashes.
    provider
        .cipher_suites
        .sort_by_key(|suite| suite.suite() != rustls::CipherSuite::TLS13_AES_128_GCM_SHA256);
    let provider = Arc::new(provider);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(ca.der()).unwrap();
    let mut client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.resumption = rustls::client::Resumption::disabled();
    let client = Arc::new(client);
    let prober = Prober::new(config.clone());
    let request = request(full, SslMode::VerifyFull);
    let (mut tls, mut probes) = (Vec::new(), Vec::new());
    let (mut busy, mut busy_bare) = (Duration::ZERO, Duration::ZERO);
    let mut stages: BTreeMap<Stage, Vec<Duration>> = BTreeMap::new();
    runtime().block_on(async {
        for round in 0..ROUNDS + 20 {
            let (began, processor) = (Instant::now(), processor_time());
            let stream = tokio::net::TcpStream::connect(bare).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let name = rustls::pki_types::ServerName::IpAddress(bare.ip().into());
            let mut stream = TlsConnector::from(Arc::clone(&client))
                .connect(name, stream)
                .await
                .unwrap();
            tokio::io::AsyncWriteExt::shutdown(&mut stream)
                .await
                .unwrap();
            let one = began.elapsed();
            drop(stream);
            let bare_took = processor_time() - processor;
            let (began, processor) = (Instant::now(), processor_time());
            let (verdict, events) = probe(&prober, &request).await;
            let other = began.elapsed();
            assert_eq!(verdict.outcome, Outcome::ReachableReady, "{verdict:?}");
            // The first ones warm up.
            if round >= 20 {
                tls.push(one);
                probes.push(other);
                for event in events {
                    if let Some(us) = event.detail.dur_us {
                        let times = stages.entry(event.stage).or_default();
                        times.push(Duration::from_micros(us));
                    }
                }
                busy += processor_time() - processor;
                busy_bare += bare_took;
            }
        }
    });
    let tls = row("TCP and TLS 1.3 alone, a P-256 certificate", &mut tls);
    let full = row("the probe, all stages, the same certificate", &mut probes);
    for (stage, mut times) in stages {
        row(&format!("  of it {}", stage.name()), &mut times);
    }
    held(
        "the probe / TLS alone",
        full / tls,
        "at most 1.35",
        full / tls <= 1.35,
    );
    let each = ms(busy) / ROUNDS as f64;
    println!(
        "processor time of the client for TCP and TLS alone: {:.2} ms",
        ms(busy_bare) / ROUNDS as f64
    );
    held(
        "processor time of a probe, ms",
        each,
        "at most 0.40",
        each <= 0.4,
    );
}

/// Probes at the same time, client and server on the same cores.
fn throughput(config: &ProbeConfig, addr: SocketAddr) {
    let threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    for at_once in [16, 64] {
        let each = 4_000 / at_once;
        let began = Instant::now();
        threads.block_on(async {
            let mut all = tokio::task::JoinSet::new();
            for _ in 0..at_once {
                let prober = Prober::new(config.clone());
                let request = request(addr, SslMode::VerifyFull);
                all.spawn(async move {
                    for _ in 0..each {
                        let (verdict, _) = probe(&prober, &request).await;
                        assert_eq!(verdict.outcome, Outcome::ReachableReady, "{verdict:?}");
                    }
                });
            }
            while let Some(done) = all.join_next().await {
                done.unwrap();
            }
        });
        let rate = (at_once * each) as f64 / began.elapsed().as_secs_f64();
        let what = format!("probes a second, {at_once} at once, server beside them");
        held(&what, rate, "at least 3000", rate >= 3000.0);
    }
}

/// The HTTP API in a process of its own.
fn serve() {
    let mut options = HttpOptions::of(Mode::Local);
    options.callers.client = None;
    options.callers.target = None;
    options.callers.per_second = 10_000;
    options.callers.in_flight = 64;
    let state = AppState::with_options(Prober::new(ProbeConfig::local()), options);
    let threads = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    threads.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        let limits = ServeLimits::of(Mode::Local);
        let page = axum::Router::new();
        http::run(listener, state, page, limits, std::future::pending())
            .await
            .unwrap();
    });
}

/// A process that ends with the bench.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn server() -> (Process, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(SERVE, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (Process(child), line.trim().parse().unwrap())
}

/// A request over a connection that stays open; gives the times to the first line of the body and to its end.
fn exchange(
    stream: &mut BufReader<TcpStream>,
    head: &str,
    body: &str,
) -> (Duration, Duration, String) {
    let began = Instant::now();
    let text = format!(
        "{head}\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.get_mut().write_all(text.as_bytes()).unwrap();
    let (mut length, mut status) = (None, String::new());
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if status.is_empty() {
            status.clone_from(&line);
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = Some(value.trim().parse::<usize>().unwrap());
        }
    }
    assert!(status.contains(" 200 "), "{status:?} to {head}");
    let (mut first, mut all) = (None, Vec::new());
    match length {
        Some(length) => {
            all.resize(length, 0);
            stream.read_exact(&mut all).unwrap();
        }
        None => loop {
            let mut size = String::new();
            stream.read_line(&mut size).unwrap();
            let size = usize::from_str_radix(size.trim(), 16).unwrap();
            let mut chunk = vec![0; size + 2];
            stream.read_exact(&mut chunk).unwrap();
            first.get_or_insert_with(|| began.elapsed());
            all.extend_from_slice(&chunk[..size]);
            if size == 0 {
                break;
            }
        },
    }
    let end = began.elapsed();
    (
        first.unwrap_or(end),
        end,
        String::from_utf8_lossy(&all).into_owned(),
    )
}

fn connection(addr: SocketAddr) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(addr).unwrap();
    stream.set_nodelay(true).unwrap();
    BufReader::new(stream)
}

const POST: &str =
    "POST /api/v1/probe HTTP/1.1\r\nContent-Type: application/json\r\nAccept: application/x-ndjson";

/// End to end against a real PostgreSQL, in turns with its own tool and with blackbox_exporter.
fn over_http() {
    let postgres = Postgres::with_user("app", "not-a-secret").unwrap();
    let (_server, addr) = server();
    let body = serde_json::to_string(&request(postgres.addr(), SslMode::Require)).unwrap();
    let blackbox = blackbox();
    // After the other one has started: a connection that asks nothing for some seconds is closed.
    let mut ours = connection(addr);
    let mut theirs = blackbox.as_ref().map(|(_, addr)| connection(*addr));
    let get = format!(
        "GET /probe?module=postgresql&target={} HTTP/1.1",
        postgres.addr()
    );
    let (mut first, mut probe, mut ready, mut other) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS / 2 + 10 {
        let (line, end, said) = exchange(&mut ours, POST, &body);
        assert!(said.contains("\"outcome\":\"reachable-ready\""), "{said}");
        let began = Instant::now();
        let status = Command::new("pg_isready")
            .args([
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                &postgres.port().to_string(),
                "-U",
                "app",
            ])
            .env("PGSSLMODE", "require")
            .status()
            .unwrap();
        let isready = began.elapsed();
        assert!(status.success());
        let blackbox = theirs.as_mut().map(|stream| {
            let (_, end, said) = exchange(stream, &get, "");
            assert!(said.contains("probe_success 1"), "{said}");
            end
        });
        if round >= 10 {
            first.push(line);
            probe.push(end);
            ready.push(isready);
            other.extend(blackbox);
        }
    }
    let first = row("first line of the answer over HTTP", &mut first);
    held("first line, ms", first, "under 5", first < 5.0);
    let probe = row("the probe over HTTP, a real PostgreSQL", &mut probe);
    let ready = row("pg_isready, sslmode=require", &mut ready);
    held(
        "the probe / pg_isready",
        probe / ready,
        "under 0.5",
        probe / ready < 0.5,
    );
    if other.is_empty() {
        println!("blackbox_exporter 0.27 or later was not found, or did not start");
    } else {
        let other = row(
            "blackbox_exporter over HTTP, which ends after TLS",
            &mut other,
        );
        held(
            "the probe / blackbox_exporter",
            probe / other,
            "at most 1.3",
            probe / other <= 1.3,
        );
    }
}

/// blackbox_exporter with the module that it ships for PostgreSQL.
fn blackbox() -> Option<(Process, SocketAddr)> {
    let program =
        std::env::var(BLACKBOX).unwrap_or_else(|_| "prometheus-blackbox-exporter".to_owned());
    let dir = std::env::temp_dir().join(format!("connlint-bench-{}.yml", std::process::id()));
    let module = "modules:\n  postgresql:\n    prober: tcp\n    timeout: 5s\n    tcp:\n      preferred_ip_protocol: ip4\n      \
        tls_config:\n        insecure_skip_verify: true\n      query_response:\n        - send: !!binary AAAACATSFi8=\n        \
        - expect_bytes: \"S\"\n        - starttls: true\n";
    std::fs::write(&dir, module).ok()?;
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .ok()?
        .local_addr()
        .ok()?
        .port();
    let addr: SocketAddr = ([127, 0, 0, 1], port).into();
    let child = Command::new(program)
        .arg(format!("--config.file={}", dir.display()))
        .arg(format!("--web.listen-address={addr}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let process = Process(child);
    let until = Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(addr).is_err() {
        if Instant::now() > until {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = std::fs::remove_file(dir);
    Some((process, addr))
}

/// What the serving process holds while 64 probes wait for servers that have said yes to TLS and no more.
fn memory() {
    let identity = Ca::new("bench").unwrap().issue(&["127.0.0.1"]).unwrap();
    let tls = identity.server_config(&["postgresql"]).unwrap();
    let silent: Vec<FakeServer> = (0..64)
        .map(|_| {
            let tls = Arc::clone(&tls);
            FakeServer::start(move |session| {
                session.up_to_startup(&tls)?;
                session.stay_silent();
                Ok(())
            })
            .unwrap()
        })
        .collect();
    let (process, addr) = server();
    let _waiting: Vec<TcpStream> = silent
        .iter()
        .map(|server| {
            let body = serde_json::to_string(&request(server.addr(), SslMode::Require)).unwrap();
            let mut stream = TcpStream::connect(addr).unwrap();
            write!(
                stream,
                "{POST}\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
            stream
        })
        .collect();
    let until = Instant::now() + Duration::from_secs(3);
    while silent.iter().any(|server| server.startups().is_empty()) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    let there = silent
        .iter()
        .filter(|server| !server.startups().is_empty())
        .count();
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", process.0.id())).unwrap_or_default();
    let kb = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse::<f64>().ok());
    match kb {
        Some(kb) => held(
            &format!("MB resident with {there} probes under way"),
            kb / 1024.0,
            "under 30",
            kb < 30.0 * 1024.0,
        ),
        None => println!("this system does not say how much memory a process has"),
    }
}

/// How much longer than its budget each stage takes when nobody answers.
fn silence(mut config: ProbeConfig) {
    let budget = Duration::from_millis(300);
    config.budgets = StageBudgets {
        sslrequest: budget,
        tls: budget,
        startup: budget,
        ..StageBudgets::default()
    };
    let identity = Ca::new("bench").unwrap().issue(&["127.0.0.1"]).unwrap();
    let tls = identity.server_config(&["postgresql"]).unwrap();
    let servers = [
        (
            "the request for TLS",
            FakeServer::start(|session| {
                session.stay_silent();
                Ok(())
            }),
        ),
        (
            "the TLS handshake",
            FakeServer::start(|session| {
                session.expect_ssl_request()?;
                session.send(b"S")?;
                session.stay_silent();
                Ok(())
            }),
        ),
        (
            "the start-up message",
            FakeServer::start(move |session| {
                session.up_to_startup(&tls)?;
                session.stay_silent();
                Ok(())
            }),
        ),
    ];
    let prober = Prober::new(config.clone());
    for (what, server) in servers {
        let server = server.unwrap();
        let request = request(server.addr(), SslMode::Require);
        let worst = (0..10)
            .map(|_| {
                let began = Instant::now();
                runtime().block_on(probe(&prober, &request));
                began.elapsed()
            })
            .max()
            .unwrap_or_default();
        let over = ms(worst) - ms(budget);
        held(
            &format!("ms over the budget, silence after {what}, the worst of 10"),
            over,
            "at most 50",
            over <= 50.0,
        );
    }
}

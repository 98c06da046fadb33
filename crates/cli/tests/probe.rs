//! `connlint probe` and `connlint serve` as a user runs them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use connlint_testkit::{FakeDns, FakeServer, Postgres, Reply, wire};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn connlint() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connlint"));
    command.stdin(Stdio::null());
    command
}

fn probe(arguments: &[&str]) -> Output {
    connlint().arg("probe").args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A port on loopback that refuses.
fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[test]
fn a_real_server_is_reachable_and_the_password_stays_here() {
    let server = Postgres::with_user("app", "not-a-secret").unwrap();
    let dsn = format!(
        "postgresql://app:not-a-secret@127.0.0.1:{}/app?sslmode=require",
        server.port()
    );
    let output = probe(&[&dsn]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for rung in [
        "TCP",
        "TLS offer",
        "TLS ",
        "PostgreSQL",
        "Reachable:",
        "SCRAM-SHA-256-PLUS",
    ] {
        assert!(text.contains(rung), "{rung} in {text}");
    }
    assert!(
        text.contains("Not checked, as no password is sent: password, user, database, permission.")
    );
    assert!(!text.contains("not-a-secret"));
    assert!(!server.log().unwrap().contains("FATAL"));
}

#[test]
fn the_roots_of_the_user_decide_about_verify_full() {
    let server = Postgres::with_user("app", "not-a-secret").unwrap();
    let roots = tempfile();
    std::fs::write(&roots.path, server.ca().pem()).unwrap();
    let target = format!("localhost:{}", server.port());
    let with_root = ["--root-cert", roots.path.to_str().unwrap()];
    let ask = [
        "--user",
        "app",
        "--database",
        "app",
        "--sslmode",
        "verify-full",
    ];
    let good = probe(&[&[target.as_str()][..], &ask, &with_root].concat());
    assert_eq!(good.status.code(), Some(0), "{}", stdout(&good));
    let bad = probe(&[&[target.as_str()][..], &ask].concat());
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("tls-cert-untrusted"));
}

#[test]
fn nobody_there_is_exit_code_one() {
    let target = format!("127.0.0.1:{}", closed_port());
    let output = probe(&[&target]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("tcp-refused"));
}

#[test]
fn a_name_is_looked_up_where_the_user_says() {
    let dns = FakeDns::start([("db.corp.example", Reply::NoSuchName)]).unwrap();
    let output = probe(&[
        "db.corp.example",
        "--dns",
        &dns.addr().to_string(),
        "--format",
        "ndjson",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["verdict"]["category"], "dns-not-found");
    assert!(dns.queries() > 0);
}

#[test]
fn json_is_one_array_that_ends_with_the_verdict() {
    let server = FakeServer::start(|session| {
        session.read_startup()?;
        session.send(&wire::auth(3, b""))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let target = format!("127.0.0.1:{}", server.port());
    let output = probe(&[&target, "--sslmode", "disable", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let all: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all.last().unwrap()["verdict"]["outcome"], "reachable-ready");
}

#[test]
fn what_is_no_target_is_exit_code_two_and_is_not_repeated() {
    for arguments in [
        &["hunter2-secret and more"][..],
        &["db:0"],
        &["db", "--sslmode", "verify"],
        &["db", "--root-cert", "/nowhere"],
    ] {
        let output = probe(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!error.is_empty() && !error.contains("hunter2"), "{error}");
    }
}

/// A server under test; ends with the test.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let mut child = connlint()
            .arg("serve")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        Self {
            address: address
                .unwrap_or_else(|| panic!("no address in {line:?}"))
                .to_owned(),
            child,
        }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_answers_and_stops_when_asked() {
    let mut serving = Serving::start(&["--listen", "127.0.0.1:0"]);
    let page = serving.get("/");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(
        page.contains("content-security-policy: default-src 'none'"),
        "{page}"
    );
    assert!(page.contains("connlint"));
    assert!(
        serving
            .get("/api/v1/capabilities")
            .contains("\"mode\":\"local\"")
    );
    assert!(serving.get("/readyz").ends_with("ready\n"));

    let pid = serving.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let until = Instant::now() + Duration::from_secs(10);
    let status = loop {
        if let Some(status) = serving.child.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < until, "the server did not stop");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(0));
}

#[test]
fn without_an_address_the_next_free_port_is_taken() {
    let first = Serving::start(&[]);
    let second = Serving::start(&[]);
    assert_ne!(first.address, second.address);
    assert!(
        second.address.starts_with("127.0.0.1:8"),
        "{}",
        second.address
    );
    assert!(second.get("/healthz").ends_with("ok\n"));
}

#[test]
fn a_local_probe_for_everybody_is_refused() {
    let output = connlint()
        .args(["serve", "--listen", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "no address is announced");
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("open to the network")
    );
}

struct TempFile {
    path: std::path::PathBuf,
}

fn tempfile() -> TempFile {
    let path = std::env::temp_dir().join(format!("connlint-test-{}.pem", std::process::id()));
    TempFile { path }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

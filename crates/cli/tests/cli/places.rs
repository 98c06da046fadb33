//! `connlint probe` from several places, its output for programs, and its exit codes.

use crate::common::{Run, Serving, connlint, run};
use connlint_testkit::{FakeDns, FakeServer, Reply, free_port, wire};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};

fn probe(arguments: &[&str]) -> Run {
    run(&[&["probe"], arguments].concat())
}

/// A server without TLS that answers every start-up message like this.
fn answering(answer: Vec<u8>) -> FakeServer {
    FakeServer::start(move |session| {
        session.read_startup()?;
        session.send(&answer)?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap()
}

fn asking_for_a_password() -> FakeServer {
    answering(wire::auth(3, b""))
}

fn lines(output: &Run) -> Vec<Value> {
    output
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The name that the tests look at, which leads to this address.
const NAME: &str = "db.corp.example";

fn dns(reply: Reply) -> (FakeDns, String) {
    let dns = FakeDns::start([(NAME, reply)]).unwrap();
    let address = dns.addr().to_string();
    (dns, address)
}

fn loopback() -> Reply {
    Reply::Addresses(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
}

#[test]
fn the_exit_code_says_whether_waiting_helps() {
    let ready = asking_for_a_password();
    let firewall = answering(wire::fatal(
        "28000",
        "no pg_hba.conf entry for host \"127.0.0.1\", user \"app\", database \"app\", no encryption",
        "ClientAuthentication",
    ));
    let starting = answering(wire::fatal(
        "57P03",
        "the database system is starting up",
        "ProcessStartupPacket",
    ));
    for (server, code) in [(ready, 0), (firewall, 1), (starting, 3)] {
        let target = format!("127.0.0.1:{}", server.port());
        let output = probe(&[&target, "--sslmode", "disable", "--user", "app"]);
        assert_eq!(output.code, Some(code), "{}", output.out);
    }
}

#[test]
fn the_help_names_the_exit_codes() {
    let help = probe(&["--help"]).out;
    for text in [
        "Exit codes: 0",
        "3 it cannot be reached for now",
        "--via",
        "--watch",
        "--authenticate",
    ] {
        assert!(help.contains(text), "{text} in {help}");
    }
}

#[test]
fn a_dry_run_says_what_would_be_sent_and_sends_nothing() {
    let server = asking_for_a_password();
    let text = format!(
        "postgresql://app:not-a-secret@127.0.0.1:{}/shop",
        server.port()
    );
    let output = probe(&[&text, "--dry-run"]);
    assert_eq!(output.code, Some(0));
    assert_eq!(
        output.out,
        format!(
            "Sends to 127.0.0.1:{}: a connection, a request for TLS, a TLS handshake, and a start-up message with user app, database shop. No password.\n",
            server.port()
        )
    );
    assert_eq!(server.connections(), 0);
}

#[test]
fn from_here_the_lines_are_those_of_the_api() {
    let server = asking_for_a_password();
    let target = format!("127.0.0.1:{}", server.port());
    let output = probe(&[&target, "--sslmode", "disable", "--format", "ndjson"]);
    let lines = lines(&output);
    assert_eq!(lines[0]["seq"], 0);
    assert!(lines.iter().all(|line| line["from"].is_null()));
    assert_eq!(
        lines.last().unwrap()["verdict"]["outcome"],
        "reachable-ready"
    );
    assert_eq!(output.err, "", "nothing but the lines");
}

#[test]
fn a_probe_elsewhere_is_asked_over_http() {
    let server = asking_for_a_password();
    let (_dns, dns) = dns(loopback());
    let serving = Serving::start(&["--dns", &dns]);
    let target = format!("{NAME}:{}", server.port());
    let output = probe(&[
        &target,
        "--sslmode",
        "disable",
        "--via",
        &serving.url(),
        "--format",
        "ndjson",
    ]);
    assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
    let lines = lines(&output);
    assert_eq!(lines[0]["from"], serving.url());
    assert!(lines[0]["vantage"]["name"].is_string());
    assert!(lines[1]["seq"].is_number());
    assert_eq!(
        lines.last().unwrap()["verdict"]["code"],
        "pg.auth_cleartext_plain"
    );
}

#[test]
fn two_places_are_compared() {
    let server = asking_for_a_password();
    let (_here, here) = dns(Reply::NoSuchName);
    let (_there, there) = dns(loopback());
    let serving = Serving::start(&["--dns", &there]);
    let target = format!("{NAME}:{}", server.port());
    let arguments = [
        &target,
        "--sslmode",
        "disable",
        "--dns",
        &here,
        "--via",
        "local",
        "--via",
        &serving.url(),
    ];
    let output = probe(&arguments);
    let text = &output.out;
    assert_eq!(output.code, Some(1), "the worst look counts: {text}");
    for part in [
        "From this computer",
        &format!("From {}", serving.url()),
        "Side by side",
        "What that means",
        "from this computer it does not exist",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let output = probe(&[&arguments[..], &["--format", "json"]].concat());
    let all: Vec<Value> = serde_json::from_str(&output.out).unwrap();
    let comparison = &all.last().unwrap()["comparison"];
    assert_eq!(comparison["findings"][0]["kind"], "name-not-found-there");
    assert_eq!(comparison["places"][0], "this computer");
}

#[test]
fn a_place_that_cannot_be_asked_is_said_and_is_exit_code_two() {
    let server = asking_for_a_password();
    let target = format!("127.0.0.1:{}", server.port());
    let url = format!("http://127.0.0.1:{}", free_port().unwrap());
    let output = probe(&[
        &target,
        "--sslmode",
        "disable",
        "--via",
        "local",
        "--via",
        &url,
    ]);
    let text = &output.out;
    assert_eq!(output.code, Some(2));
    assert!(text.contains(&format!("No look from {url}")), "{text}");
    assert!(
        text.contains("Reachable:"),
        "the other look is shown: {text}"
    );
}

#[test]
fn an_address_that_is_no_probe_is_not_sent_the_request() {
    let server = FakeServer::start(|session| {
        let _ = session.read(4)?;
        session.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")?;
        session.cut();
        Ok(())
    })
    .unwrap();
    let url = format!("http://{}", server.addr());
    let output = probe(&["db.example.invalid", "--user", "app", "--via", &url]);
    assert_eq!(output.code, Some(2));
    assert!(
        output.out.contains("no connlint probe at this address"),
        "{}",
        output.out
    );
    assert_eq!(
        server.connections(),
        1,
        "only its capabilities were asked for"
    );
}

#[test]
fn a_password_goes_to_no_probe_and_into_no_output() {
    let server = asking_for_a_password();
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let taken = std::sync::Arc::clone(&seen);
    let listener = FakeServer::start(move |session| {
        while let Ok(byte) = session.read(1) {
            taken.lock().unwrap().extend(byte);
        }
        Ok(())
    })
    .unwrap();
    let text = format!(
        "postgresql://app:not-a-secret@127.0.0.1:{}/shop?sslmode=disable",
        server.port()
    );
    let url = format!("http://{}", listener.addr());
    for format in ["human", "json", "ndjson"] {
        let mut child = connlint(&[
            "probe", &text, "--format", format, "--via", "local", "--via", &url,
        ])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
        // The listener never answers; what was asked is there at once.
        std::thread::sleep(std::time::Duration::from_secs(2));
        let _ = child.kill();
        let output = Run::from(child.wait_with_output().unwrap());
        assert!(!output.out.contains("not-a-secret") && !output.err.contains("not-a-secret"));
    }
    let sent = String::from_utf8_lossy(&seen.lock().unwrap()).into_owned();
    assert!(sent.contains("GET /api/v1/capabilities"), "{sent}");
    assert!(!sent.contains("not-a-secret"));
}

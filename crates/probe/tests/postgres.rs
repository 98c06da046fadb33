//! What the probe says about a real PostgreSQL, and what PostgreSQL says about the probe: nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe::{ProbeConfig, Roots};
use connlint_probe_api::{Outcome, SslMode, Stage, State};
use connlint_testkit::Postgres;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::{Seen, config, probe, request};

/// A real server forks and makes RSA or EC signatures, on a computer that may be busy.
fn patient() -> ProbeConfig {
    let mut config = config();
    config.budgets.sslrequest = Duration::from_secs(5);
    config.budgets.tls = Duration::from_secs(5);
    config.budgets.startup = Duration::from_secs(5);
    config.budgets.close = Duration::from_secs(2);
    config.budgets.address = Duration::from_secs(20);
    config.budgets.total = Duration::from_secs(20);
    config
}

async fn look(server: &Postgres, sslmode: SslMode) -> Seen {
    let roots = Roots::from_pem(server.ca().pem().as_bytes()).unwrap();
    probe(
        ProbeConfig { roots, ..patient() },
        request("127.0.0.1", server.port(), sslmode),
    )
    .await
}

fn server() -> Postgres {
    Postgres::with_user("app", "not-a-secret").unwrap()
}

/// What the server logged since it said that it was ready.
fn complaints(server: &Postgres) -> Vec<String> {
    // Log lines of a backend come after its connection is over.
    std::thread::sleep(Duration::from_millis(300));
    let log = server.log().unwrap();
    let marks = [
        "FATAL",
        "ERROR",
        "WARNING",
        "could not",
        "unexpected",
        "incomplete",
        "invalid",
    ];
    log.lines()
        .filter(|line| marks.iter().any(|mark| line.contains(mark)))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_good_server_is_reachable_at_every_encrypted_mode_and_logs_nothing() {
    let server = server();
    let lines_before = server.log().unwrap().lines().count();
    for mode in [
        SslMode::Prefer,
        SslMode::Require,
        SslMode::VerifyCa,
        SslMode::VerifyFull,
    ] {
        let seen = look(&server, mode).await;
        assert_eq!(
            seen.verdict.outcome,
            Outcome::ReachableReady,
            "{mode}: {:#?}",
            seen.verdict
        );
        assert_eq!(seen.code(Stage::Startup), "pg.auth_sasl");
        assert_eq!(seen.end(Stage::Tls).state, State::Ok);
        assert_eq!(
            seen.verdict.not_checked,
            ["password", "user", "database", "permission"]
        );
        let mechanisms = &seen
            .detail(Stage::Startup)
            .auth
            .as_ref()
            .unwrap()
            .mechanisms;
        assert_eq!(mechanisms[0], "SCRAM-SHA-256-PLUS");
    }
    assert_eq!(complaints(&server), [""; 0]);
    assert_eq!(
        server.log().unwrap().lines().count(),
        lines_before,
        "{}",
        server.log().unwrap()
    );
}

#[tokio::test]
async fn a_user_that_does_not_exist_looks_the_same_and_is_not_called_good() {
    let server = Postgres::builder()
        .hba("hostssl all all 127.0.0.1/32 scram-sha-256")
        .start()
        .unwrap();
    let seen = look(&server, SslMode::Require).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    assert!(seen.verdict.not_checked.contains(&"user".to_owned()));
    assert!(seen.verdict.not_checked.contains(&"database".to_owned()));
    assert_eq!(complaints(&server), [""; 0]);
}

#[tokio::test]
async fn no_host_rule_is_the_servers_firewall() {
    let server = server();
    let mut stranger = request("127.0.0.1", server.port(), SslMode::Require);
    stranger.user = Some("stranger".into());
    let seen = probe(patient(), stranger).await;
    assert_eq!(seen.verdict.code, "pg.error:28000");
    assert_eq!(seen.failure(), ("server-firewall", "persistent"));
    assert_eq!(seen.verdict.client_ip.as_deref(), Some("127.0.0.1"));
    let error = seen.detail(Stage::Startup).server.as_ref().unwrap();
    assert_eq!(error.routine.as_deref(), Some("ClientAuthentication"));
    assert!(
        error
            .message
            .as_ref()
            .unwrap()
            .starts_with("no pg_hba.conf entry")
    );
}

#[tokio::test]
async fn plain_text_on_a_server_that_wants_tls_is_no_firewall() {
    let server = server();
    let seen = look(&server, SslMode::Disable).await;
    assert_eq!(seen.verdict.code, "pg.error:28000");
    assert_eq!(seen.failure(), ("tls-required", "persistent"));
}

#[tokio::test]
async fn a_server_without_tls() {
    let server = Postgres::builder()
        .without_tls()
        .hba("host all all 127.0.0.1/32 scram-sha-256")
        .start()
        .unwrap();
    let seen = look(&server, SslMode::Require).await;
    assert_eq!(seen.verdict.code, "ssl.not_offered");
    assert_eq!(seen.failure(), ("tls-unsupported-by-server", "persistent"));
    for mode in [SslMode::Prefer, SslMode::Disable] {
        let seen = look(&server, mode).await;
        assert_eq!(seen.verdict.outcome, Outcome::ReachableReady, "{mode}");
        assert_eq!(seen.detail(Stage::Startup).plaintext, Some(true));
    }
    assert_eq!(complaints(&server), [""; 0]);
}

#[tokio::test]
async fn the_wrong_port_is_refused_and_an_unknown_name_is_not_found() {
    let server = server();
    let port = server.port();
    drop(server);
    let seen = probe(patient(), request("127.0.0.1", port, SslMode::Prefer)).await;
    assert_eq!(seen.failure(), ("tcp-refused", "depends"));
    // Names in .invalid never leave the computer.
    let seen = probe(
        patient(),
        request("db.example.invalid", port, SslMode::Prefer),
    )
    .await;
    assert_eq!(seen.failure(), ("dns-not-found", "persistent"));
}

#[tokio::test]
async fn the_certificate_is_for_another_name() {
    let server = Postgres::builder()
        .certificate_for(&["db.example.invalid"])
        .hba("hostssl all all 127.0.0.1/32 scram-sha-256")
        .start()
        .unwrap();
    assert_eq!(
        look(&server, SslMode::VerifyCa).await.verdict.outcome,
        Outcome::ReachableReady
    );
    let seen = look(&server, SslMode::VerifyFull).await;
    assert_eq!(seen.failure(), ("tls-hostname-mismatch", "persistent"));
    let strangers_roots = probe(
        patient(),
        request("127.0.0.1", server.port(), SslMode::VerifyCa),
    )
    .await;
    assert_eq!(
        strangers_roots.failure(),
        ("tls-cert-untrusted", "persistent")
    );
    assert_eq!(complaints(&server), [""; 0]);
}

#[tokio::test]
async fn a_server_that_is_starting_or_stopping_is_alive() {
    let server = server();
    let session = server.open_session().unwrap();
    server.begin_shutdown().unwrap();
    let seen = look(&server, SslMode::Require).await;
    assert_eq!(seen.verdict.code, "pg.error:57P03");
    assert_eq!(seen.failure(), ("server-starting-or-stopping", "transient"));
    drop(session);

    let standby = Postgres::builder()
        .cold_standby()
        .hba("hostssl all all 127.0.0.1/32 scram-sha-256")
        .start()
        .unwrap();
    let seen = look(&standby, SslMode::Require).await;
    assert_eq!(seen.verdict.code, "pg.error:57P03");
    assert_eq!(
        seen.verdict.category.as_deref(),
        Some("server-starting-or-stopping")
    );
}

#[tokio::test]
async fn all_slots_taken() {
    let server = Postgres::builder()
        .without_tls()
        .hba("host all all 127.0.0.1/32 scram-sha-256")
        .conf("max_connections = 4\nsuperuser_reserved_connections = 0\nmax_wal_senders = 0")
        .start()
        .unwrap();
    // Clients that have been asked for a password and say nothing: each takes a slot.
    let mut holders = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(server.addr()).unwrap();
        stream
            .write_all(b"\0\0\0\x1f\0\x03\0\0user\0app\0database\0app\0\0")
            .unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let mut first = [0];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"R");
        holders.push(stream);
    }
    let seen = look(&server, SslMode::Disable).await;
    assert_eq!(seen.verdict.code, "pg.error:53300");
    assert_eq!(seen.failure(), ("too-many-connections", "transient"));
}

#[tokio::test]
async fn many_probes_leave_no_slot_taken() {
    let server = Postgres::builder()
        .hba("hostssl all all 127.0.0.1/32 scram-sha-256")
        .conf("max_connections = 4\nsuperuser_reserved_connections = 0\nmax_wal_senders = 0")
        .start()
        .unwrap();
    for _ in 0..40 {
        assert_eq!(
            look(&server, SslMode::Require).await.verdict.outcome,
            Outcome::ReachableReady
        );
    }
    assert_eq!(complaints(&server), [""; 0]);
}

#[tokio::test]
async fn a_server_that_trusts_everybody() {
    let server = Postgres::builder()
        .hba("hostssl all all 127.0.0.1/32 trust")
        .start()
        .unwrap();
    let seen = look(&server, SslMode::Require).await;
    assert_eq!(seen.failure(), ("user-unknown", "persistent"));
    server.sql("CREATE ROLE app LOGIN").unwrap();
    let seen = look(&server, SslMode::Require).await;
    assert_eq!(seen.failure(), ("database-missing", "persistent"));
    server.sql("CREATE DATABASE app").unwrap();
    let before = complaints(&server).len();
    let seen = look(&server, SslMode::Require).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachablePasswordless);
    assert_eq!(
        complaints(&server).len(),
        before,
        "leaving after a login is clean too"
    );
}

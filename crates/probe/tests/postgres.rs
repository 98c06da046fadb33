//! What the probe says about a real PostgreSQL, and what PostgreSQL says about the probe: nothing.
//!
//! The tests' runner (`cargo xtask test`) names the programs of PostgreSQL 18 in
//! `CONNLINT_PG18_BIN`, next to the system's older one; where it does, both are looked at.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe::{ProbeConfig, Roots};
use connlint_probe_api::{Outcome, SslMode, SslNegotiation, Stage, State};
use connlint_testkit::{Ca, Postgres, PostgresBuilder};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;
use support::{Seen, patient, probe, request};

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

/// The system's PostgreSQL, and version 18 where it was named.
fn versions() -> Vec<PostgresBuilder> {
    let newer = std::env::var_os("CONNLINT_PG18_BIN").map(PathBuf::from);
    let newer = newer.map(|folder| Postgres::builder().binaries(&folder));
    std::iter::once(Postgres::builder()).chain(newer).collect()
}

/// The major version that a server says it has.
fn version(server: &Postgres) -> u16 {
    let number = server.sql("SHOW server_version_num").unwrap();
    number.trim().parse::<u32>().unwrap().div_euclid(10_000) as u16
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
        seen.failure(),
        ("server-starting-or-stopping", "persistent"),
        "a standby with hot_standby = off stays like this"
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

/// The number of lines in the log; those of a backend come after its connection is over.
fn lines(server: &Postgres) -> usize {
    std::thread::sleep(Duration::from_millis(300));
    server.log().unwrap().lines().count()
}

#[tokio::test]
async fn every_way_to_ask_for_a_proof_is_told_and_leaves_no_line_in_the_log() {
    for builder in versions() {
        let server = builder
            .hba("hostssl postgres by_scram 127.0.0.1/32 scram-sha-256")
            .hba("hostssl postgres by_md5 127.0.0.1/32 md5")
            .hba("hostssl postgres by_password 127.0.0.1/32 password")
            .hba("hostssl postgres by_trust 127.0.0.1/32 trust")
            .start()
            .unwrap();
        server
            .sql(
                "SET password_encryption = 'scram-sha-256'; \
                 CREATE ROLE by_scram LOGIN PASSWORD 'not-a-secret'; \
                 CREATE ROLE by_password LOGIN PASSWORD 'not-a-secret'; \
                 CREATE ROLE by_trust LOGIN; \
                 SET password_encryption = 'md5'; \
                 CREATE ROLE by_md5 LOGIN PASSWORD 'not-a-secret'",
            )
            .unwrap();
        let version = version(&server);
        let before = lines(&server);
        for (user, code, outcome) in [
            ("by_scram", "pg.auth_sasl", Outcome::ReachableReady),
            ("by_md5", "pg.auth_md5", Outcome::ReachableReady),
            ("by_password", "pg.auth_cleartext", Outcome::ReachableReady),
            ("by_trust", "pg.auth_ok", Outcome::ReachablePasswordless),
        ] {
            let mut request = request("127.0.0.1", server.port(), SslMode::Require);
            request.user = Some(user.to_owned());
            request.database = Some("postgres".to_owned());
            let seen = probe(patient(), request).await;
            assert_eq!(seen.code(Stage::Startup), code, "{version} {user}");
            assert_eq!(seen.verdict.outcome, outcome);
            assert_eq!(seen.answered_by(Stage::Startup), None);
            assert_eq!(seen.code(Stage::Close), "close.ok");
            // PostgreSQL names its protocol since 17.
            let hint = seen.detail(Stage::Tls).version_at_least;
            assert_eq!(hint, (version >= 17).then_some(17), "{version}");
            assert_eq!(
                lines(&server),
                before,
                "{version} {user}: {}",
                server.log().unwrap()
            );
        }
    }
}

#[tokio::test]
async fn a_refusal_leaves_the_one_line_that_cannot_be_avoided() {
    for builder in versions() {
        let clients = Ca::new("clients").unwrap();
        let server = builder
            .clients_of(&clients)
            .hba("hostssl all by_certificate 127.0.0.1/32 cert")
            .hba("hostssl all rejected 127.0.0.1/32 reject")
            .start()
            .unwrap();
        for (user, category, says) in [
            (
                "by_certificate",
                "permission-denied",
                "certificate of the client",
            ),
            ("rejected", "server-firewall", "turns this connection away"),
            ("stranger", "server-firewall", "none of its host rules"),
        ] {
            let before = lines(&server);
            let mut request = request("127.0.0.1", server.port(), SslMode::Require);
            request.user = Some(user.to_owned());
            let seen = probe(patient(), request).await;
            assert_eq!(seen.verdict.code, "pg.error:28000", "{user}");
            assert_eq!(seen.failure(), (category, "persistent"), "{user}");
            assert!(seen.verdict.summary.contains(says), "{user}");
            let tls = seen.detail(Stage::Tls).tls.as_ref().unwrap();
            assert!(tls.client_cert_requested, "{user}");
            assert_eq!(lines(&server), before + 1, "{}", server.log().unwrap());
        }
    }
}

#[tokio::test]
async fn direct_tls_is_for_version_17_and_later() {
    for builder in versions() {
        let server = builder
            .hba("hostssl all all 127.0.0.1/32 scram-sha-256")
            .start()
            .unwrap();
        let before = lines(&server);
        let mut direct = request("127.0.0.1", server.port(), SslMode::Require);
        direct.sslnegotiation = SslNegotiation::Direct;
        let seen = probe(patient(), direct).await;
        if version(&server) >= 17 {
            assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
            assert_eq!(lines(&server), before, "{}", server.log().unwrap());
        } else {
            assert_eq!(seen.verdict.code, "tls.direct_refused");
        }
    }
}

//! What the probe says about a real PgBouncer in front of a real PostgreSQL. The tests' runner
//! (`cargo xtask test`) names the program in `CONNLINT_PGBOUNCER`; without it, nothing runs.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

mod support;

use connlint_probe_api::{Outcome, SslMode, SslNegotiation, Stage};
use connlint_testkit::{PgBouncer, Postgres};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;
use support::{Seen, patient, probe, request};

fn program() -> Option<PathBuf> {
    let program = std::env::var_os("CONNLINT_PGBOUNCER").map(PathBuf::from);
    if program.is_none() {
        eprintln!("left out: CONNLINT_PGBOUNCER names no PgBouncer");
    }
    program
}

/// A database server that lets the pooler in.
fn server() -> Postgres {
    let server = Postgres::builder()
        .hba("host all all 127.0.0.1/32 trust")
        .start()
        .unwrap();
    server.sql("CREATE ROLE app LOGIN").unwrap();
    server.sql("CREATE DATABASE app OWNER app").unwrap();
    server
}

async fn look(bouncer: &PgBouncer, mode: SslMode) -> Seen {
    probe(patient(), request("127.0.0.1", bouncer.port(), mode)).await
}

fn lines(bouncer: &PgBouncer) -> usize {
    // A line about a connection comes after its end.
    std::thread::sleep(Duration::from_millis(300));
    bouncer.log().unwrap().lines().count()
}

#[tokio::test]
async fn every_way_to_ask_for_a_proof_is_told_and_leaves_no_line_in_the_log() {
    let Some(program) = program() else { return };
    let server = server();
    for (auth, code) in [
        ("scram-sha-256", "pg.auth_sasl"),
        ("md5", "pg.auth_md5"),
        ("plain", "pg.auth_cleartext"),
        ("trust", "pg.auth_ok"),
    ] {
        let setting = format!("auth_type = {auth}");
        let bouncer = PgBouncer::start(&program, &server, "not-a-secret", &[&setting]).unwrap();
        let before = lines(&bouncer);
        let seen = look(&bouncer, SslMode::Require).await;
        assert_eq!(seen.code(Stage::Startup), code, "{}", bouncer.version());
        let pooled = (code == "pg.auth_sasl").then_some("pooler");
        assert_eq!(seen.answered_by(Stage::Startup), pooled, "{auth}");
        assert_eq!(seen.code(Stage::Close), "close.ok");
        assert_eq!(
            lines(&bouncer),
            before,
            "{auth}: {}",
            bouncer.log().unwrap()
        );
    }
}

#[tokio::test]
async fn a_front_end_asks_whoever_comes_and_whatever_is_behind_it() {
    let Some(program) = program() else { return };
    let server = server();
    let settings = ["auth_type = scram-sha-256"];
    let bouncer = PgBouncer::start(&program, &server, "not-a-secret", &settings).unwrap();
    drop(server);
    for (user, database) in [("app", "app"), ("nobody", "app"), ("app", "nothing")] {
        let mut request = request("127.0.0.1", bouncer.port(), SslMode::Require);
        request.user = Some(user.to_owned());
        request.database = Some(database.to_owned());
        let seen = probe(patient(), request).await;
        assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
        assert_eq!(seen.verdict.not_checked.len(), 4);
        assert!(seen.verdict.summary.contains("pooler or proxy"));
    }
}

#[tokio::test]
async fn its_errors_are_known_to_be_its_own() {
    let Some(program) = program() else { return };
    let server = server();
    let settings = [
        "auth_type = trust",
        "client_tls_sslmode = require",
        "max_client_conn = 1",
    ];
    let bouncer = PgBouncer::start(&program, &server, "not-a-secret", &settings).unwrap();

    let seen = look(&bouncer, SslMode::Disable).await;
    assert_eq!(seen.failure(), ("tls-required", "persistent"));
    assert_eq!(seen.answered_by(Stage::Startup), Some("pgbouncer"));

    let mut elsewhere = request("127.0.0.1", bouncer.port(), SslMode::Require);
    elsewhere.database = Some("nothing".to_owned());
    let seen = probe(patient(), elsewhere).await;
    assert_eq!(seen.failure(), ("database-missing", "persistent"));
    assert_eq!(seen.answered_by(Stage::Startup), Some("pgbouncer"));

    // One client that has asked for TLS and says no more takes the only place.
    let mut holder = TcpStream::connect(("127.0.0.1", bouncer.port())).unwrap();
    holder.write_all(b"\0\0\0\x08\x04\xd2\x16\x2f").unwrap();
    holder.read_exact(&mut [0]).unwrap();
    let seen = look(&bouncer, SslMode::Require).await;
    assert_eq!(seen.failure(), ("too-many-connections", "transient"));
    assert_eq!(seen.answered_by(Stage::Startup), Some("pgbouncer"));
}

#[tokio::test]
async fn direct_tls_is_refused_or_taken_but_not_worked_round() {
    let Some(program) = program() else { return };
    let server = server();
    let settings = ["auth_type = scram-sha-256"];
    let bouncer = PgBouncer::start(&program, &server, "not-a-secret", &settings).unwrap();
    let mut direct = request("127.0.0.1", bouncer.port(), SslMode::Require);
    direct.sslnegotiation = SslNegotiation::Direct;
    let seen = probe(patient(), direct).await;
    // PgBouncer learned it in 1.25.
    assert!(
        ["tls.direct_refused", "pg.auth_sasl"].contains(&seen.verdict.code.as_str()),
        "{}: {}",
        bouncer.version(),
        seen.verdict.code
    );
}

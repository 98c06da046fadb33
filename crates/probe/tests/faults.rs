//! What the probe says where no healthy PostgreSQL answers: other services, broken connections,
//! garbage, silence.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe_api::{Outcome, SslMode, Stage};
use connlint_testkit::{FakeServer, free_port, wire};
use std::time::{Duration, Instant};
use support::{BUDGET, answering, config, greeting, look, look_at, probe, request, tls};

#[tokio::test]
async fn a_banner_that_comes_unasked_does_not_pass_for_tls() {
    let server = FakeServer::start(|session| {
        session.send(b"SSH-2.0-OpenSSH_9.6\r\n")?;
        session.read(8)?;
        Ok(())
    })
    .unwrap();
    let seen = look_at(&server).await;
    assert_eq!(seen.verdict.outcome, Outcome::NotPostgres);
    assert_eq!(seen.answered_by(Stage::Sslrequest), Some("ssh"));
}

#[tokio::test]
async fn bytes_behind_the_yes_to_tls_are_an_attack_or_a_fault() {
    let seen = look_at(&greeting(b"SR\0\0\0\x08\0\0\0\0")).await;
    assert_eq!(seen.code(Stage::Sslrequest), "ssl.extra_bytes");
    assert!(
        seen.try_end(Stage::Startup).is_none(),
        "nothing more is sent"
    );
}

#[tokio::test]
async fn a_yes_to_tls_that_is_followed_by_something_else_is_no_postgres() {
    let server = FakeServer::start(|session| {
        session.expect_ssl_request()?;
        session.send(b"S")?;
        session.read(5)?;
        session.send(b"SH-2.0-OpenSSH_9.6\r\n")?;
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let seen = look_at(&server).await;
    assert_eq!(seen.code(Stage::Tls), "tls.not_tls");
    assert_eq!(seen.failure(), ("not-postgres", "persistent"));
}

#[tokio::test]
async fn a_silent_server_costs_no_more_than_the_budget_of_its_stage() {
    let config = tls(&[]);
    let silent = FakeServer::start(|session| {
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let silent_tls = FakeServer::start(|session| {
        session.expect_ssl_request()?;
        session.send(b"S")?;
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let silent_startup = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let slack = Duration::from_millis(500);
    for (server, stage, code, budget) in [
        (&silent, Stage::Sslrequest, "ssl.timeout", BUDGET),
        (&silent_tls, Stage::Tls, "tls.timeout", BUDGET * 3),
        (&silent_startup, Stage::Startup, "pg.timeout", BUDGET),
    ] {
        let began = Instant::now();
        let seen = look_at(server).await;
        assert_eq!(seen.code(stage), code);
        assert_eq!(seen.failure(), ("server-unreachable", "depends"));
        let took = Duration::from_micros(seen.detail(stage).dur_us.unwrap());
        assert!(
            took >= budget && took < budget + slack,
            "{stage:?} took {took:?}"
        );
        assert!(began.elapsed() < budget + slack * 3);
    }
}

#[tokio::test]
async fn the_whole_has_a_budget_as_well() {
    let silent = FakeServer::start(|session| {
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let mut config = config();
    config.budgets.address = Duration::from_millis(200);
    let seen = probe(
        config,
        request("127.0.0.1", silent.port(), SslMode::Require),
    )
    .await;
    assert!(Duration::from_micros(seen.verdict.total_us) < Duration::from_millis(500));
}

#[tokio::test]
async fn a_row_that_never_got_its_turn_is_told_as_well() {
    let silent = FakeServer::start(|session| {
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let mut config = config();
    config.tuning.rows_at_once = 1;
    config.budgets.total = Duration::from_millis(200);
    let mut twice = request("127.0.0.1", silent.port(), SslMode::Require);
    twice.hosts.push(twice.hosts[0].clone());
    let seen = probe(config, twice).await;
    let codes: Vec<_> = seen
        .verdict
        .rows
        .iter()
        .map(|row| row.code.as_str())
        .collect();
    assert_eq!(codes, ["ssl.timeout", "probe.timeout"]);
    assert!(
        seen.events
            .iter()
            .any(|e| e.code.as_deref() == Some("probe.timeout"))
    );
}

#[tokio::test]
async fn an_answer_in_single_bytes_is_put_together() {
    let config = tls(&[]);
    let server = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.dribble(
            &wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]),
            Duration::from_millis(1),
        )?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let seen = look_at(&server).await;
    assert_eq!(
        seen.detail(Stage::Startup)
            .auth
            .as_ref()
            .unwrap()
            .mechanisms
            .len(),
        2
    );
}

#[tokio::test]
async fn nobody_listening_is_a_refusal() {
    let seen = look(free_port().unwrap(), SslMode::Prefer).await;
    assert_eq!(seen.code(Stage::Tcp), "tcp.refused");
    assert_eq!(seen.failure(), ("tcp-refused", "depends"));
    assert_eq!(seen.verdict.outcome, Outcome::Unreachable);
    assert_eq!(
        seen.verdict.not_checked.len(),
        4,
        "an unreachable server proves nothing"
    );
}

#[tokio::test]
async fn other_services_on_the_port_are_named() {
    for (bytes, by, says) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            "http",
            "a web server",
        ),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "ssh", "an SSH server"),
        (
            b"220 mail.example.invalid ESMTP\r\n",
            "smtp",
            "a mail server",
        ),
        (b"220 ProFTPD Server ready\r\n", "ftp", "a file server"),
        (b"500 unknown command\r\n", "smtp-or-ftp", "mail or file"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "tls", "speaks TLS"),
        (b"\x4a\x00\x00\x00\x0a8.0.36\0", "mysql", "MySQL"),
        (b"-ERR unknown command\r\n", "redis", "Redis"),
        (b"whatever", "unknown", "not PostgreSQL"),
    ] {
        let seen = look_at(&greeting(bytes)).await;
        assert_eq!(seen.code(Stage::Sslrequest), "ssl.not_postgres", "{by}");
        assert_eq!(seen.answered_by(Stage::Sslrequest), Some(by));
        assert_eq!(seen.failure(), ("not-postgres", "persistent"));
        assert_eq!(seen.verdict.outcome, Outcome::NotPostgres);
        assert!(
            seen.verdict.summary.contains(says),
            "{by}: {}",
            seen.verdict.summary
        );
        assert!(seen.try_end(Stage::Startup).is_none(), "no name is sent");
    }
}

#[tokio::test]
async fn a_service_that_speaks_slowly_is_named_too() {
    for (bytes, by) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "http"),
        (b"220 mail.example.invalid ESMTP\r\n", "smtp-or-ftp"),
    ] {
        let server = FakeServer::start(move |session| {
            session.read(8)?;
            session.dribble(bytes, Duration::from_millis(2))?;
            Ok(())
        })
        .unwrap();
        let seen = look_at(&server).await;
        assert_eq!(seen.answered_by(Stage::Sslrequest), Some(by));
    }
}

#[tokio::test]
async fn a_port_that_wants_tls_at_once_is_told_so() {
    let config = tls(&[]);
    let server = FakeServer::start(move |session| {
        let result = session.start_tls(&config);
        session.read_to_end()?;
        result
    })
    .unwrap();
    let seen = look_at(&server).await;
    assert_eq!(seen.answered_by(Stage::Sslrequest), Some("tls"));
    assert!(seen.verdict.next.iter().any(|line| line.contains("direct")));
}

#[tokio::test]
async fn a_server_that_closes_early_is_told_by_the_stage() {
    let closed = FakeServer::start(|_| Ok(())).unwrap();
    let after_yes = greeting(b"S");
    let config = tls(&[]);
    let after_startup = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.cut();
        Ok(())
    })
    .unwrap();
    let config = tls(&[]);
    let half_way = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.send(b"R\0\0\0\x17\0\0\0")?;
        session.cut();
        Ok(())
    })
    .unwrap();
    let config = tls(&[]);
    let after_login = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.send(&wire::auth(0, b""))?;
        session.cut();
        Ok(())
    })
    .unwrap();
    for (server, stage, code, outcome) in [
        (
            closed,
            Stage::Sslrequest,
            "ssl.closed",
            Outcome::Unreachable,
        ),
        (after_yes, Stage::Tls, "tls.eof", Outcome::TlsProblem),
        (
            after_startup,
            Stage::Startup,
            "pg.closed",
            Outcome::Unreachable,
        ),
        (half_way, Stage::Startup, "pg.closed", Outcome::Unreachable),
        (
            after_login,
            Stage::Startup,
            "pg.closed",
            Outcome::Unreachable,
        ),
    ] {
        let seen = look_at(&server).await;
        assert_eq!(seen.code(stage), code);
        assert_eq!(seen.failure(), ("connection-dropped", "depends"));
        assert_eq!(seen.verdict.outcome, outcome);
        assert_eq!(seen.verdict.not_checked.len(), 4);
    }
}

#[tokio::test]
async fn a_reset_is_a_broken_connection_at_every_stage() {
    let at_once = FakeServer::start(|session| {
        session.read(1)?;
        session.reset();
        Ok(())
    })
    .unwrap();
    let after_yes = FakeServer::start(|session| {
        session.expect_ssl_request()?;
        session.send(b"S")?;
        session.read(5)?;
        session.reset();
        Ok(())
    })
    .unwrap();
    let config = tls(&[]);
    let after_startup = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.reset();
        Ok(())
    })
    .unwrap();
    for (server, stage, code) in [
        (at_once, Stage::Sslrequest, "ssl.closed"),
        (after_yes, Stage::Tls, "tls.eof"),
        (after_startup, Stage::Startup, "pg.closed"),
    ] {
        let began = Instant::now();
        let seen = look_at(&server).await;
        assert_eq!(seen.code(stage), code);
        assert_eq!(seen.failure(), ("connection-dropped", "depends"));
        assert!(began.elapsed() < BUDGET, "a reset is not waited out");
    }
}

#[tokio::test]
async fn half_an_answer_is_waited_for_as_long_as_the_stage_may_take() {
    let half = answering(b"R\0\0\0\x17\0\0\0".to_vec());
    assert_eq!(look_at(&half).await.code(Stage::Startup), "pg.timeout");
}

#[tokio::test]
async fn garbage_and_lengths_from_nowhere_end_the_row() {
    for (bytes, code) in [
        (vec![b'R', 0x7f, 0xff, 0xff, 0xff], "pg.too_large"),
        (vec![b'R', 0, 0, 0x07, 0xd1], "pg.too_large"),
        (vec![b'E', 0, 0, 0x75, 0x31], "pg.too_large"),
        (vec![b'v', 0xff, 0xff, 0xff, 0xff], "pg.too_large"),
        (vec![b'R', 0, 0, 0, 2], "pg.malformed"),
        (vec![b'E', 0, 0, 0, 7], "pg.malformed"),
        (vec![0xff; 64 * 1024], "pg.malformed"),
        (vec![0; 64 * 1024], "pg.malformed"),
        (wire::message(b'S', b"x\0y\0"), "pg.malformed"),
        (wire::message(b'N', b"SNOTICE\0\0"), "pg.malformed"),
        (wire::message(b'Z', b"I"), "pg.malformed"),
    ] {
        let seen = look_at(&answering(bytes)).await;
        assert_eq!(seen.code(Stage::Startup), code);
        assert_eq!(seen.verdict.outcome, Outcome::NotPostgres);
    }
}

#[tokio::test]
async fn an_error_of_the_old_protocol_comes_from_a_server_in_trouble() {
    for text in [
        &b"Ecould not fork new process for connection: Resource temporarily unavailable\n\0"[..],
        b"EFATAL:  unsupported frontend protocol\0",
    ] {
        let seen = look_at(&answering(text.to_vec())).await;
        assert_eq!(seen.code(Stage::Startup), "pg.old_error");
        assert_eq!(seen.verdict.outcome, Outcome::ReachableRejecting);
        assert!(!format!("{:?}", seen.events).contains("Resource"));
    }
}

/// A server that says yes to TLS and answers the first message of it with this alert.
fn alerting(alert: u8) -> FakeServer {
    FakeServer::start(move |session| {
        session.expect_ssl_request()?;
        session.send(b"S")?;
        let head = session.read(5)?;
        session.read(usize::from(head[3]) << 8 | usize::from(head[4]))?;
        session.send(&[0x15, 3, 3, 0, 2, 2, alert])?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap()
}

#[tokio::test]
async fn alerts_of_tls_are_told_apart_and_named() {
    for (alert, code, name, failure) in [
        (
            40,
            "tls.handshake_failure",
            "handshake_failure",
            ("tls-unsupported-by-server", "depends"),
        ),
        (
            70,
            "tls.protocol_version",
            "protocol_version",
            ("tls-unsupported-by-server", "persistent"),
        ),
        (
            71,
            "tls.protocol_version",
            "insufficient_security",
            ("tls-unsupported-by-server", "persistent"),
        ),
        (
            112,
            "tls.unknown_name",
            "unrecognized_name",
            ("tls-hostname-mismatch", "persistent"),
        ),
        (
            116,
            "tls.client_certificate_required",
            "certificate_required",
            ("permission-denied", "persistent"),
        ),
        (
            120,
            "tls.no_alpn",
            "no_application_protocol",
            ("not-postgres", "depends"),
        ),
        (80, "tls.alert", "internal_error", ("other", "depends")),
        (200, "tls.alert", "alert_200", ("other", "depends")),
    ] {
        let seen = look_at(&alerting(alert)).await;
        assert_eq!(seen.code(Stage::Tls), code);
        assert_eq!(seen.detail(Stage::Tls).kind.as_deref(), Some(name));
        assert_eq!(seen.failure(), failure, "{name}");
        assert_eq!(seen.verdict.outcome, Outcome::TlsProblem);
        assert!(!seen.verdict.next.is_empty());
    }
}

#[tokio::test]
async fn a_tls_port_of_another_protocol_says_so_by_alpn() {
    let config = tls(&["h2", "http/1.1"]);
    let server = FakeServer::start(move |session| {
        session.expect_ssl_request()?;
        session.send(b"S")?;
        session.start_tls(&config)
    })
    .unwrap();
    let seen = look(server.port(), SslMode::Require).await;
    assert_eq!(seen.code(Stage::Tls), "tls.no_alpn");
}

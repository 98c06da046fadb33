//! What the probe says about servers that no healthy PostgreSQL is: each test plays one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe::Roots;
use connlint_probe_api::{AuthKind, Outcome, SslMode, Stage, State};
use connlint_testkit::{Ca, FakeServer, Identity, azure_single_gateway, wire};
use std::time::{Duration, Instant};
use support::{BUDGET, Seen, config, look, probe, request};

/// A server that answers every startup message over TLS with these bytes and waits for the end.
fn answering(bytes: Vec<u8>) -> FakeServer {
    let config = Identity::self_signed(&["127.0.0.1"])
        .unwrap()
        .server_config(&["postgresql"])
        .unwrap();
    FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.send(&bytes)?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap()
}

/// A server that says these bytes to whatever comes first, and then closes.
fn greeting(bytes: &'static [u8]) -> FakeServer {
    FakeServer::start(move |session| {
        session.read(8)?;
        session.send(bytes)?;
        Ok(())
    })
    .unwrap()
}

async fn look_at(server: &FakeServer) -> Seen {
    look(server.port(), SslMode::Require).await
}

#[tokio::test]
async fn authentication_requests_mean_reachable_and_nothing_more() {
    for (bytes, code, kind) in [
        (
            wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]),
            "pg.auth_sasl",
            AuthKind::Sasl,
        ),
        (wire::auth(5, b"salt"), "pg.auth_md5", AuthKind::Md5),
        (wire::auth(3, b""), "pg.auth_cleartext", AuthKind::Cleartext),
        (wire::auth(7, b""), "pg.auth_gss", AuthKind::Gss),
        (wire::auth(9, b""), "pg.auth_sspi", AuthKind::Sspi),
        (wire::auth(77, b""), "pg.auth_unknown", AuthKind::Unknown),
    ] {
        let seen = look_at(&answering(bytes)).await;
        assert_eq!(seen.code(Stage::Startup), code);
        assert_eq!(
            seen.detail(Stage::Startup).auth.as_ref().unwrap().kind,
            kind
        );
        assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
        assert!(seen.verdict.reachable);
        assert_eq!(
            seen.verdict.not_checked,
            ["password", "user", "database", "permission"]
        );
        assert_eq!(seen.failure(), ("-", "-"));
        assert_eq!(seen.code(Stage::Close), "close.ok");
    }
}

#[tokio::test]
async fn the_salt_of_md5_is_not_told() {
    let seen = look_at(&answering(wire::auth(5, b"\x53\x41\x4c\x54"))).await;
    assert!(!format!("{:?}", seen.events).contains("SALT"));
}

#[tokio::test]
async fn scram_without_channel_binding_over_tls_is_called_a_front_end() {
    let seen = look_at(&answering(wire::sasl(&["SCRAM-SHA-256"]))).await;
    assert!(
        seen.detail(Stage::Startup)
            .text
            .as_ref()
            .unwrap()
            .contains("pooler or proxy")
    );
    let seen = look_at(&answering(wire::sasl(&[
        "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-256",
    ])))
    .await;
    assert!(
        !seen
            .detail(Stage::Startup)
            .text
            .as_ref()
            .unwrap()
            .contains("pooler")
    );
}

#[tokio::test]
async fn a_server_without_password_is_read_to_its_greeting_and_left_with_a_terminate() {
    let mut bytes = wire::auth(0, b"");
    bytes.extend(wire::message(b'S', b"server_version\x0018.4\0"));
    bytes.extend(wire::message(b'K', &[0, 0, 0, 1, 0, 0, 0, 2]));
    bytes.extend(wire::message(b'Z', b"I"));
    let server = answering(bytes);
    let seen = look_at(&server).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachablePasswordless);
    assert!(seen.verdict.not_checked.is_empty());
    assert!(
        !format!("{:?}", seen.events).contains("18.4"),
        "the greeting is discarded"
    );
    assert_eq!(server.left_over(), [b"X\0\0\0\x04".to_vec()]);
}

#[tokio::test]
async fn a_refusal_after_a_passwordless_login_was_checked() {
    let mut bytes = wire::auth(0, b"");
    bytes.extend(wire::fatal(
        "3D000",
        "database \"app\" does not exist",
        "InitPostgres",
    ));
    let seen = look_at(&answering(bytes)).await;
    assert_eq!(seen.verdict.code, "pg.error:3D000");
    assert_eq!(seen.failure(), ("database-missing", "persistent"));
    assert!(!seen.verdict.not_checked.contains(&"database".to_owned()));
}

#[tokio::test]
async fn nothing_but_the_goodbye_of_tls_follows_an_authentication_request() {
    let config = Identity::self_signed(&["127.0.0.1"])
        .unwrap()
        .server_config(&[])
        .unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let server = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.send(&wire::sasl(&["SCRAM-SHA-256"]))?;
        let _ = tell.send(session.read_to_end()?);
        Ok(())
    })
    .unwrap();
    look_at(&server).await;
    assert!(
        told.recv_timeout(Duration::from_secs(5)).unwrap(),
        "close_notify before the end"
    );
    assert_eq!(server.left_over(), [Vec::<u8>::new()]);
}

#[tokio::test]
async fn the_startup_message_names_user_and_database_and_little_else() {
    let server = answering(wire::sasl(&["SCRAM-SHA-256"]));
    look_at(&server).await;
    let startup = &server.startups()[0];
    assert!(startup.tls);
    assert_eq!(startup.version, 196_608);
    let names: Vec<_> = startup
        .params
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("user", "app"),
            ("database", "app"),
            ("application_name", "connlint-probe")
        ]
    );

    let mut anonymous = request("127.0.0.1", server.port(), SslMode::Require);
    anonymous.user = None;
    anonymous.database = None;
    let seen = probe(config(), anonymous).await;
    assert_eq!(seen.detail(Stage::Startup).placeholder_user, Some(true));
    let startup = &server.startups()[1];
    assert_eq!(
        (startup.param("user"), startup.param("database")),
        (Some("connlint_probe"), Some("postgres"))
    );
}

#[tokio::test]
async fn errors_before_authentication_are_sorted_by_code_and_routine() {
    let hba = "no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"app\", ";
    for (bytes, category, persistence) in [
        (
            wire::fatal(
                "28000",
                &format!("{hba}SSL encryption"),
                "ClientAuthentication",
            ),
            "server-firewall",
            "persistent",
        ),
        (
            wire::fatal(
                "28000",
                &format!("{hba}no encryption"),
                "ClientAuthentication",
            ),
            "tls-required",
            "persistent",
        ),
        (
            wire::fatal(
                "28000",
                "kein pg_hba.conf-Eintrag für Host »203.0.113.7«",
                "ClientAuthentication",
            ),
            "server-firewall",
            "persistent",
        ),
        (
            wire::fatal(
                "57P03",
                "the database system is starting up",
                "ProcessStartupPacket",
            ),
            "server-starting-or-stopping",
            "transient",
        ),
        (
            wire::fatal("53300", "sorry, too many clients already", "InitProcess"),
            "too-many-connections",
            "transient",
        ),
        (
            wire::error(&[
                ('S', "FATAL"),
                ('C', "08P01"),
                ('M', "no more connections allowed (max_client_conn)"),
            ]),
            "too-many-connections",
            "transient",
        ),
        (
            wire::error(&[('S', "FATAL"), ('C', "08P01"), ('M', "SSL required")]),
            "tls-required",
            "persistent",
        ),
    ] {
        let seen = look_at(&answering(bytes)).await;
        assert_eq!(seen.failure(), (category, persistence));
        assert_eq!(seen.verdict.outcome, Outcome::ReachableRejecting);
        assert!(!seen.verdict.reachable);
        assert_eq!(seen.verdict.not_checked.len(), 4);
    }
}

#[tokio::test]
async fn the_address_in_the_servers_text_is_said_to_be_the_probes() {
    let text = "no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"app\", SSL encryption";
    let seen = look_at(&answering(wire::fatal(
        "28000",
        text,
        "ClientAuthentication",
    )))
    .await;
    assert_eq!(seen.verdict.client_ip.as_deref(), Some("203.0.113.7"));
    assert_eq!(
        seen.detail(Stage::Startup).client_ip.as_deref(),
        Some("203.0.113.7")
    );
    assert!(
        seen.verdict.summary.contains("203.0.113.7")
            && seen.verdict.summary.contains("of this probe")
    );
}

#[tokio::test]
async fn the_single_server_gateway_is_understood() {
    let gateway = azure_single_gateway(&Identity::self_signed(&["127.0.0.1"]).unwrap()).unwrap();
    let seen = look(gateway.port(), SslMode::Require).await;
    assert_eq!(seen.failure(), ("username-format", "persistent"));

    let mut full = request("127.0.0.1", gateway.port(), SslMode::Require);
    full.user = Some("app@myserver".into());
    let seen = probe(config(), full).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    assert_eq!(seen.code(Stage::Startup), "pg.auth_cleartext");

    let seen = look(gateway.port(), SslMode::Disable).await;
    assert_eq!(seen.failure(), ("tls-required", "persistent"));
}

#[tokio::test]
async fn other_services_on_the_port_are_named() {
    for (bytes, kind) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], Some("http")),
        (b"SSH-2.0-OpenSSH_9.6\r\n", Some("ssh")),
        (b"220 mail.example.invalid ESMTP\r\n", Some("smtp-or-ftp")),
        (b"\x15\x03\x01\x00\x02\x02\x46", Some("tls")),
        (b"\x4a\x00\x00\x00\x0a8.0.36\0", Some("mysql")),
        (b"whatever", Some("unknown")),
    ] {
        let seen = look_at(&greeting(bytes)).await;
        assert_eq!(seen.code(Stage::Sslrequest), "ssl.not_postgres", "{kind:?}");
        assert_eq!(seen.detail(Stage::Sslrequest).kind.as_deref(), kind);
        assert_eq!(seen.failure(), ("not-postgres", "persistent"));
        assert_eq!(seen.verdict.outcome, Outcome::NotPostgres);
    }
}

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
    assert_eq!(seen.detail(Stage::Sslrequest).kind.as_deref(), Some("ssh"));
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
async fn an_error_before_tls_is_told_without_its_text() {
    let bytes: &'static [u8] =
        wire::fatal("53300", "text from nobody knows whom", "InitProcess").leak();
    let seen = look_at(&greeting(bytes)).await;
    assert_eq!(seen.code(Stage::Sslrequest), "ssl.error_before_tls");
    assert!(!format!("{:?}", seen.events).contains("nobody knows"));
}

#[tokio::test]
async fn a_no_to_tls_ends_require_and_lets_prefer_go_on() {
    let server = FakeServer::start(|session| {
        session.expect_ssl_request()?;
        session.send(b"N")?;
        session.read_startup()?;
        session.send(&wire::sasl(&["SCRAM-SHA-256"]))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    for mode in [SslMode::Require, SslMode::VerifyCa, SslMode::VerifyFull] {
        let seen = look(server.port(), mode).await;
        assert_eq!(seen.failure(), ("tls-unsupported-by-server", "persistent"));
        assert!(seen.try_end(Stage::Startup).is_none());
        let accepted: Vec<_> = seen
            .verdict
            .modes
            .iter()
            .filter(|m| m.accepted)
            .map(|m| m.sslmode.name())
            .collect();
        assert_eq!(accepted, ["disable", "allow", "prefer"]);
    }
    assert!(
        server.startups().is_empty(),
        "no name crosses the network in clear"
    );

    let seen = look(server.port(), SslMode::Prefer).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    assert_eq!(seen.detail(Stage::Startup).plaintext, Some(true));
    assert_eq!(seen.end(Stage::Sslrequest).state, State::Warn);

    let mut strict = config();
    strict.policy.plaintext_when_refused = false;
    let seen = probe(strict, request("127.0.0.1", server.port(), SslMode::Prefer)).await;
    assert_eq!(seen.verdict.outcome, Outcome::TlsProblem);
    assert_eq!(server.startups().len(), 1);
}

#[tokio::test]
async fn disable_asks_in_clear_at_once() {
    let server = FakeServer::start(|session| {
        session.read_startup()?;
        session.send(&wire::auth(3, b""))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let seen = look(server.port(), SslMode::Disable).await;
    assert_eq!(seen.end(Stage::Sslrequest).state, State::Skip);
    assert_eq!(seen.end(Stage::Tls).state, State::Skip);
    assert_eq!(seen.code(Stage::Startup), "pg.auth_cleartext_plain");
    assert_eq!(seen.end(Stage::Startup).state, State::Warn);
    assert!(!server.startups()[0].tls);

    let web = greeting(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let seen = look(web.port(), SslMode::Disable).await;
    assert_eq!(seen.code(Stage::Startup), "pg.malformed");
    assert_eq!(seen.detail(Stage::Startup).kind.as_deref(), Some("http"));
}

#[tokio::test]
async fn a_server_that_closes_early_is_told_by_the_stage() {
    let closed = FakeServer::start(|_| Ok(())).unwrap();
    let seen = look_at(&closed).await;
    assert_eq!(seen.code(Stage::Sslrequest), "ssl.closed");
    assert_eq!(seen.failure(), ("connection-dropped", "depends"));

    let after_yes = greeting(b"S");
    assert_eq!(look_at(&after_yes).await.code(Stage::Tls), "tls.eof");

    let config = Identity::self_signed(&["127.0.0.1"])
        .unwrap()
        .server_config(&[])
        .unwrap();
    let after_startup = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.cut();
        Ok(())
    })
    .unwrap();
    let seen = look_at(&after_startup).await;
    assert_eq!(seen.code(Stage::Startup), "pg.closed");
    assert_eq!(seen.failure(), ("connection-dropped", "depends"));
    assert_eq!(seen.verdict.outcome, Outcome::Unreachable);

    let half = answering(b"R\0\0\0\x17\0\0\0".to_vec());
    assert_eq!(look_at(&half).await.code(Stage::Startup), "pg.timeout");
}

#[tokio::test]
async fn a_silent_server_costs_no_more_than_the_budget_of_its_stage() {
    let config = Identity::self_signed(&["127.0.0.1"])
        .unwrap()
        .server_config(&[])
        .unwrap();
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
    let config = Identity::self_signed(&["127.0.0.1"])
        .unwrap()
        .server_config(&[])
        .unwrap();
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
async fn garbage_and_lengths_from_nowhere_end_the_row() {
    for (bytes, code) in [
        (vec![b'R', 0x7f, 0xff, 0xff, 0xff], "pg.too_large"),
        (
            b"EFATAL:  unsupported frontend protocol".to_vec(),
            "pg.too_large",
        ),
        (vec![b'R', 0, 0, 0, 2], "pg.malformed"),
        (vec![0xff; 64 * 1024], "pg.malformed"),
        (wire::message(b'S', b"x\0y\0"), "pg.malformed"),
    ] {
        let seen = look_at(&answering(bytes)).await;
        assert_eq!(seen.code(Stage::Startup), code);
        assert_eq!(seen.verdict.outcome, Outcome::NotPostgres);
    }
}

#[tokio::test]
async fn a_greeting_without_end_is_cut() {
    let mut bytes = wire::auth(0, b"");
    for _ in 0..200 {
        bytes.extend(wire::message(b'N', b"SNOTICE\0\0"));
    }
    assert_eq!(
        look_at(&answering(bytes)).await.code(Stage::Startup),
        "pg.too_large"
    );
}

#[tokio::test]
async fn nobody_listening_is_a_refusal() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let seen = look(port, SslMode::Prefer).await;
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
async fn certificates_matter_as_much_as_the_mode_says() {
    let ca = Ca::new("test authority").unwrap();
    let tls = ca
        .issue(&["db.example.invalid"])
        .unwrap()
        .server_config(&["postgresql"])
        .unwrap();
    let server = FakeServer::start(move |session| {
        session.up_to_startup(&tls)?;
        session.send(&wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let with_roots = || {
        let roots = Roots::from_pem(ca.pem().as_bytes()).unwrap();
        connlint_probe::ProbeConfig { roots, ..config() }
    };
    let full = |mode| request("127.0.0.1", server.port(), mode);

    let seen = probe(config(), full(SslMode::Require)).await;
    assert_eq!(seen.end(Stage::Tls).state, State::Warn);
    assert_eq!(seen.end(Stage::Tls).category, None);
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    let tls = seen.detail(Stage::Tls).tls.as_ref().unwrap();
    assert_eq!(
        (tls.version.as_deref(), tls.alpn.as_deref()),
        (Some("TLSv1.3"), Some("postgresql"))
    );

    let seen = probe(config(), full(SslMode::VerifyCa)).await;
    assert_eq!(seen.failure(), ("tls-cert-untrusted", "persistent"));
    assert_eq!(seen.verdict.outcome, Outcome::TlsProblem);
    assert_eq!(seen.verdict.stage, Stage::Tls);
    assert_eq!(
        seen.code(Stage::Startup),
        "pg.auth_sasl",
        "the answer is read all the same"
    );

    let seen = probe(with_roots(), full(SslMode::VerifyCa)).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);

    let seen = probe(with_roots(), full(SslMode::VerifyFull)).await;
    assert_eq!(seen.failure(), ("tls-hostname-mismatch", "persistent"));
    let accepted: Vec<_> = seen
        .verdict
        .modes
        .iter()
        .filter(|m| m.accepted)
        .map(|m| m.sslmode.name())
        .collect();
    assert_eq!(accepted, ["prefer", "require", "verify-ca"]);
}

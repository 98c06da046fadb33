//! What the server's first answer tells, and what the probe sends to hear it: each test plays a
//! server.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe_api::{AuthKind, Outcome, SslMode, SslNegotiation, Stage, State};
use connlint_testkit::{FakeServer, Identity, azure_single_gateway, wire};
use std::time::Duration;
use support::{answering, config, greeting, look, look_at, probe, request, tls};

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
        (
            wire::sasl(&["OAUTHBEARER"]),
            "pg.auth_oauth",
            AuthKind::Sasl,
        ),
        (
            wire::sasl(&["SOMETHING-NEW"]),
            "pg.auth_unknown",
            AuthKind::Sasl,
        ),
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
async fn nothing_but_the_goodbye_of_tls_follows_an_authentication_request() {
    let config = tls(&[]);
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
    assert_eq!(seen.answered_by(Stage::Startup), Some("azure-gateway"));

    let mut full = request("127.0.0.1", gateway.port(), SslMode::Require);
    full.user = Some("app@myserver".into());
    let seen = probe(config(), full).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    assert_eq!(seen.code(Stage::Startup), "pg.auth_cleartext");

    let seen = look(gateway.port(), SslMode::Disable).await;
    assert_eq!(seen.failure(), ("tls-required", "persistent"));
    assert_eq!(seen.answered_by(Stage::Startup), Some("azure-gateway"));
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
        assert_eq!(seen.accepted(), ["disable", "allow", "prefer"]);
    }
    assert!(
        server.startups().is_empty(),
        "no name crosses the network in clear"
    );

    let seen = look(server.port(), SslMode::Prefer).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    assert_eq!(seen.detail(Stage::Startup).plaintext, Some(true));
    assert_eq!(seen.end(Stage::Sslrequest).state, State::Warn);
    let told = seen.detail(Stage::Sslrequest).text.as_deref().unwrap();
    assert!(told.contains("cross the network in clear"), "{told}");

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
    assert_eq!(seen.answered_by(Stage::Startup), Some("http"));
}

#[tokio::test]
async fn scram_without_channel_binding_over_tls_is_called_a_front_end() {
    let seen = look_at(&answering(wire::sasl(&["SCRAM-SHA-256"]))).await;
    assert_eq!(seen.answered_by(Stage::Startup), Some("pooler"));
    let text = seen.detail(Stage::Startup).text.as_deref().unwrap();
    assert!(text.contains("pooler or proxy") && text.contains("channel_binding"));
    assert_eq!(seen.verdict.summary, text);
    let both = wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]);
    let seen = look_at(&answering(both)).await;
    assert_eq!(seen.answered_by(Stage::Startup), None);
    assert!(!seen.verdict.summary.contains("pooler"));

    // Without TLS there is nothing to bind to, so nothing follows from it.
    let server = FakeServer::start(|session| {
        session.read_startup()?;
        session.send(&wire::sasl(&["SCRAM-SHA-256"]))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap();
    let seen = look(server.port(), SslMode::Disable).await;
    assert_eq!(seen.answered_by(Stage::Startup), None);
}

#[tokio::test]
async fn what_is_offered_bounds_the_servers_version() {
    let version = async |alpn: &[&str], mechanisms: &[&str]| {
        let config = tls(alpn);
        let answer = wire::sasl(mechanisms);
        let server = FakeServer::start(move |session| {
            session.up_to_startup(&config)?;
            session.send(&answer)?;
            session.read_to_end()?;
            Ok(())
        })
        .unwrap();
        let seen = look_at(&server).await;
        (
            seen.detail(Stage::Tls).version_at_least,
            seen.detail(Stage::Startup).version_at_least,
        )
    };
    let plus = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"];
    assert_eq!(version(&[], &plus).await, (None, Some(11)));
    assert_eq!(version(&["postgresql"], &plus).await, (Some(17), Some(17)));
    assert_eq!(version(&[], &["OAUTHBEARER"]).await, (None, Some(18)));
    // A pooler's version is not the server's.
    assert_eq!(version(&[], &["SCRAM-SHA-256"]).await, (None, None));
}

#[tokio::test]
async fn a_lower_protocol_version_is_noted_once_and_the_answer_read() {
    let negotiate = wire::message(b'v', &[0, 3, 0, 0, 0, 0, 0, 0]);
    let sasl = wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]);
    let once = [negotiate.clone(), sasl.clone()].concat();
    assert_eq!(
        look_at(&answering(once)).await.code(Stage::Startup),
        "pg.auth_sasl"
    );
    let twice = [negotiate.clone(), negotiate, sasl].concat();
    assert_eq!(
        look_at(&answering(twice)).await.code(Stage::Startup),
        "pg.malformed"
    );
}

#[tokio::test]
async fn errors_before_authentication_are_sorted_by_code_and_routine() {
    let hba = "no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"app\", ";
    let rows = [
        (
            "28000",
            format!("{hba}SSL encryption"),
            "ClientAuthentication",
            ("server-firewall", "persistent"),
            "none of its host rules",
        ),
        (
            "28000",
            format!("{hba}no encryption"),
            "ClientAuthentication",
            ("tls-required", "persistent"),
            "only over TLS",
        ),
        (
            "28000",
            "pg_hba.conf rejects connection for host \"203.0.113.7\", user \"app\", database \"app\", SSL encryption".to_owned(),
            "ClientAuthentication",
            ("server-firewall", "persistent"),
            "turns this connection away",
        ),
        (
            "28000",
            "kein pg_hba.conf-Eintrag für Host »203.0.113.7«".to_owned(),
            "ClientAuthentication",
            ("server-firewall", "persistent"),
            "none of its host rules",
        ),
        (
            "28000",
            "connection requires a valid client certificate".to_owned(),
            "ClientAuthentication",
            ("permission-denied", "persistent"),
            "certificate of the client",
        ),
        (
            "28000",
            "Ident-Authentifizierung für Benutzer »app« fehlgeschlagen".to_owned(),
            "auth_failed",
            ("password-wrong", "persistent"),
            "ident or peer",
        ),
        (
            "57P03",
            "the database system is starting up".to_owned(),
            "ProcessStartupPacket",
            ("server-starting-or-stopping", "transient"),
            "starting, stopping or recovering",
        ),
        (
            "57P03",
            "das Datenbanksystem fährt herunter".to_owned(),
            "ProcessStartupPacket",
            ("server-starting-or-stopping", "transient"),
            "starting, stopping or recovering",
        ),
        (
            "57P03",
            "the database system is not yet accepting connections".to_owned(),
            "ProcessStartupPacket",
            ("server-starting-or-stopping", "transient"),
            "starting, stopping or recovering",
        ),
        (
            "57P03",
            "the database system is not accepting connections".to_owned(),
            "ProcessStartupPacket",
            ("server-starting-or-stopping", "persistent"),
            "standby that takes no connections",
        ),
        (
            "53300",
            "sorry, too many clients already".to_owned(),
            "InitProcess",
            ("too-many-connections", "transient"),
            "all its connection slots",
        ),
        (
            "53200",
            "out of memory".to_owned(),
            "AllocSetAlloc",
            ("other", "depends"),
            "run out of memory",
        ),
        (
            "0A000",
            "unsupported frontend protocol 3.0: server supports 2.0 to 2.0".to_owned(),
            "ProcessStartupPacket",
            ("not-postgres", "persistent"),
            "does not speak version 3",
        ),
        (
            "08P01",
            "received unencrypted data after SSL request".to_owned(),
            "ProcessStartupPacket",
            ("other", "depends"),
            "something on the way",
        ),
        (
            "F0000",
            "client certificates can only be checked if a root certificate store is available".to_owned(),
            "ClientAuthentication",
            ("other", "depends"),
            "a fault in its own settings",
        ),
    ];
    for (state, message, routine, failure, says) in rows {
        let seen = look_at(&answering(wire::fatal(state, &message, routine))).await;
        assert_eq!(seen.verdict.code, format!("pg.error:{state}"));
        assert_eq!(seen.failure(), failure, "{message}");
        assert!(
            seen.verdict.summary.contains(says),
            "{message}: {}",
            seen.verdict.summary
        );
        assert_eq!(seen.verdict.outcome, Outcome::ReachableRejecting);
        assert!(!seen.verdict.reachable);
        assert_eq!(
            seen.verdict.not_checked,
            ["password", "user", "database", "permission"]
        );
        assert_eq!(seen.answered_by(Stage::Startup), None, "{message}");
    }
}

#[tokio::test]
async fn poolers_and_gateways_are_known_by_what_their_errors_lack() {
    for (state, message, by, failure) in [
        (
            "08P01",
            "no more connections allowed (max_client_conn)",
            "pgbouncer",
            ("too-many-connections", "transient"),
        ),
        (
            "08P01",
            "SSL required",
            "pgbouncer",
            ("tls-required", "persistent"),
        ),
        (
            "08P01",
            "no such database: app",
            "pgbouncer",
            ("database-missing", "persistent"),
        ),
        (
            "08P01",
            "odyssey: c7a2: SSL is required",
            "odyssey",
            ("tls-required", "persistent"),
        ),
        (
            "53300",
            "odyssey: c7a2: too many client tcp connections (global limit)",
            "odyssey",
            ("too-many-connections", "transient"),
        ),
        (
            "08006",
            "what a balancer says",
            "pooler",
            ("connection-dropped", "transient"),
        ),
    ] {
        let bytes = wire::error(&[('S', "FATAL"), ('C', state), ('M', message)]);
        let seen = look_at(&answering(bytes)).await;
        assert_eq!(seen.answered_by(Stage::Startup), Some(by), "{message}");
        assert_eq!(seen.failure(), failure, "{message}");
        assert!(seen.verdict.summary.contains("The answer came from"));
    }
}

#[tokio::test]
async fn an_error_after_a_passwordless_login_tells_how_far_the_server_looked() {
    for (state, routine, failure, left) in [
        (
            "28000",
            "InitializeSessionUserId",
            ("user-unknown", "persistent"),
            &["database", "permission"][..],
        ),
        (
            "53300",
            "InitializeSessionUserId",
            ("too-many-connections", "transient"),
            &["database", "permission"],
        ),
        (
            "53300",
            "InitPostgres",
            ("too-many-connections", "transient"),
            &["database", "permission"],
        ),
        (
            "3D000",
            "InitPostgres",
            ("database-missing", "persistent"),
            &["permission"],
        ),
        (
            "55000",
            "CheckMyDatabase",
            ("permission-denied", "persistent"),
            &["permission"],
        ),
        (
            "42501",
            "CheckMyDatabase",
            ("permission-denied", "persistent"),
            &[],
        ),
        (
            "53300",
            "CheckMyDatabase",
            ("too-many-connections", "transient"),
            &[],
        ),
        (
            "57P01",
            "ProcessInterrupts",
            ("admin-shutdown", "transient"),
            &["user", "database", "permission"],
        ),
    ] {
        let mut bytes = wire::auth(0, b"");
        bytes.extend(wire::fatal(state, "in some language", routine));
        let seen = look_at(&answering(bytes)).await;
        assert_eq!(seen.verdict.code, format!("pg.error:{state}"));
        assert_eq!(seen.failure(), failure, "{state} {routine}");
        assert_eq!(seen.verdict.not_checked, left, "{state} {routine}");
    }
}

#[tokio::test]
async fn a_long_greeting_is_cut_and_none_the_less_a_welcome() {
    let notice = wire::message(b'N', b"SNOTICE\0Mhello\0\0");
    let config = tls(&["postgresql"]);
    let server = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.send(&wire::auth(0, b""))?;
        // Until the probe leaves.
        while session.send(&notice).is_ok() {}
        Ok(())
    })
    .unwrap();
    let seen = look_at(&server).await;
    assert_eq!(seen.verdict.outcome, Outcome::ReachablePasswordless);
    assert_eq!(
        seen.verdict.not_checked,
        ["user", "database", "permission"],
        "it never said that it was ready"
    );
    assert!(!format!("{:?}", seen.events).contains("hello"));
}

#[tokio::test]
async fn a_server_that_lets_us_in_and_is_never_ready() {
    let config = tls(&[]);
    let server = FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.send(&wire::auth(0, b""))?;
        session.stay_silent();
        Ok(())
    })
    .unwrap();
    let seen = look_at(&server).await;
    assert_eq!(seen.verdict.code, "pg.not_ready");
    assert_eq!(seen.verdict.outcome, Outcome::Unreachable);
    assert_eq!(seen.failure(), ("server-unreachable", "depends"));
}

/// A server that shakes hands at once.
fn direct(alpn: &[&str]) -> FakeServer {
    let config = tls(alpn);
    FakeServer::start(move |session| {
        session.start_tls(&config)?;
        session.read_startup()?;
        session.send(&wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap()
}

async fn look_directly(server: &FakeServer, sslmode: SslMode) -> support::Seen {
    let mut direct = request("127.0.0.1", server.port(), sslmode);
    direct.sslnegotiation = SslNegotiation::Direct;
    probe(config(), direct).await
}

#[tokio::test]
async fn direct_tls_begins_without_a_request_for_it() {
    let server = direct(&["postgresql"]);
    let seen = look_directly(&server, SslMode::Require).await;
    assert_eq!(seen.code(Stage::Sslrequest), "ssl.direct");
    assert_eq!(seen.end(Stage::Sslrequest).state, State::Skip);
    assert_eq!(seen.detail(Stage::Tls).version_at_least, Some(17));
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    assert!(server.startups()[0].tls);
}

#[tokio::test]
async fn direct_tls_needs_the_name_of_the_protocol() {
    let seen = look_directly(&direct(&[]), SslMode::Require).await;
    assert_eq!(seen.code(Stage::Tls), "tls.direct_no_alpn");
    assert_eq!(seen.verdict.outcome, Outcome::TlsProblem);
    assert!(seen.try_end(Stage::Startup).is_none());
    let seen = look_directly(&direct(&["http/1.1"]), SslMode::Require).await;
    assert_eq!(seen.code(Stage::Tls), "tls.no_alpn");
}

#[tokio::test]
async fn a_server_that_does_not_know_direct_tls_is_not_tried_in_another_way() {
    let older = FakeServer::start(|session| {
        session.read(8)?;
        Ok(())
    })
    .unwrap();
    let bouncer = greeting(b"E\0\0\0\x1bSFATAL\0C08P01\0Mbad\0\0");
    for server in [&older, &bouncer] {
        let seen = look_directly(server, SslMode::VerifyFull).await;
        assert_eq!(seen.verdict.code, "tls.direct_refused");
        assert_eq!(seen.failure(), ("tls-unsupported-by-server", "persistent"));
        assert_eq!(server.connections(), 1);
    }
    let web = greeting(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let seen = look_directly(&web, SslMode::Require).await;
    assert_eq!(seen.code(Stage::Tls), "tls.not_tls");
    assert_eq!(seen.answered_by(Stage::Tls), Some("http"));
}

#[tokio::test]
async fn direct_tls_with_a_mode_that_does_without_is_what_a_driver_refuses() {
    for mode in [SslMode::Disable, SslMode::Allow, SslMode::Prefer] {
        let server = direct(&["postgresql"]);
        let seen = look_directly(&server, mode).await;
        assert_eq!(seen.verdict.code, "ssl.direct_mode", "{mode}");
        assert_eq!(seen.failure(), ("client-parse-error", "persistent"));
        assert_eq!(seen.code(Stage::Startup), "pg.auth_sasl");
        assert!(server.startups()[0].tls, "nothing crosses in clear");
    }
}

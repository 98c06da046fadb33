//! What the probe says about certificates and TLS sessions, and how much of it matters at which
//! `sslmode`: each row is a server that presents one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe::{ProbeConfig, Roots};
use connlint_probe_api::{Outcome, SslMode, Stage, State};
use connlint_testkit::rcgen::CertificateParams;
use connlint_testkit::{Ca, FakeServer, Identity, wire};
use std::sync::Arc;
use support::certificates::rows;
use support::{Seen, config, probe, request};

type TlsConfig = Arc<rustls::ServerConfig>;

/// A server with this TLS that asks for a password.
fn serving(config: TlsConfig) -> FakeServer {
    FakeServer::start(move |session| {
        session.up_to_startup(&config)?;
        session.send(&wire::sasl(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]))?;
        session.read_to_end()?;
        Ok(())
    })
    .unwrap()
}

fn presenting(identity: &Identity) -> FakeServer {
    serving(identity.server_config(&["postgresql"]).unwrap())
}

async fn look(server: &FakeServer, roots: &Roots, mode: SslMode) -> Seen {
    let config = ProbeConfig {
        roots: roots.clone(),
        ..config()
    };
    probe(config, request("127.0.0.1", server.port(), mode)).await
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
        ProbeConfig { roots, ..config() }
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
    assert_eq!(seen.accepted(), ["prefer", "require", "verify-ca"]);
}

const HOST: &[&str] = &["127.0.0.1"];

#[tokio::test]
async fn a_bad_certificate_is_told_at_every_mode_and_stops_those_that_check_it() {
    for row in rows() {
        let server = presenting(&row.identity);
        for mode in [SslMode::Require, SslMode::VerifyCa, SslMode::VerifyFull] {
            let seen = row.look(server.port(), mode).await;
            let name = row.name;
            assert_eq!(seen.code(Stage::Tls), row.code, "{name} {mode}");
            let certificate = seen.detail(Stage::Tls).certificate.as_ref().unwrap();
            assert_eq!(certificate.problems, row.problems, "{name}");
            assert_eq!(seen.accepted(), row.accepted, "{name}");
            let goes_on = row.accepted.contains(&mode.name());
            let outcome = if goes_on {
                Outcome::ReachableReady
            } else {
                Outcome::TlsProblem
            };
            assert_eq!(seen.verdict.outcome, outcome, "{name} {mode}");
            let state = match (goes_on, row.code) {
                (false, _) => State::Fail,
                (true, "tls.ok") => State::Ok,
                (true, _) => State::Warn,
            };
            assert_eq!(seen.end(Stage::Tls).state, state, "{name} {mode}");
            assert_eq!(
                seen.code(Stage::Startup),
                "pg.auth_sasl",
                "the answer is read in any case"
            );
        }
    }
}

#[tokio::test]
async fn the_chain_and_the_root_that_is_needed_are_told() {
    let root = Ca::new("the root").unwrap();
    let between = root.intermediate("between").unwrap();
    let server = presenting(&between.issue(HOST).unwrap());
    let seen = look(&server, &Roots::bundled(), SslMode::VerifyCa).await;
    let told = seen.detail(Stage::Tls);
    assert_eq!(told.certificate.as_ref().unwrap().chain_len, 2);
    assert_eq!(told.issuers[0].subject.as_deref(), Some("between"));
    assert_eq!(told.issuers[0].issuer.as_deref(), Some("the root"));
    assert_eq!(told.root_needed.as_deref(), Some("the root"));
    assert!(seen.verdict.next[0].contains("the root"));

    let only_between = Roots::from_pem(between.pem().as_bytes()).unwrap();
    let seen = look(&server, &only_between, SslMode::VerifyCa).await;
    assert_eq!(seen.verdict.code, "tls.cert_root_missing");
    assert_eq!(seen.failure(), ("tls-cert-untrusted", "persistent"));
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_good_and_worth_a_word() {
    let ca = Ca::new("test authority").unwrap();
    let ending = |p: &mut CertificateParams| {
        let day = std::time::Duration::from_secs(86_400);
        p.not_after = (std::time::SystemTime::now() + day * 3).into();
    };
    let server = presenting(&ca.issue_with(HOST, ending).unwrap());
    let roots = Roots::from_pem(ca.pem().as_bytes()).unwrap();
    let seen = look(&server, &roots, SslMode::VerifyFull).await;
    assert_eq!(seen.code(Stage::Tls), "tls.cert_expires_soon");
    assert_eq!(seen.end(Stage::Tls).state, State::Warn);
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
    let certificate = seen.detail(Stage::Tls).certificate.as_ref().unwrap();
    assert!((2..=3).contains(&certificate.days_left.unwrap()));
}

#[tokio::test]
async fn tls_1_2_is_spoken_as_well() {
    let config = Identity::self_signed(HOST).unwrap().tls12_config().unwrap();
    let seen = look(&serving(config), &Roots::bundled(), SslMode::Require).await;
    let tls = seen.detail(Stage::Tls).tls.as_ref().unwrap();
    assert_eq!(tls.version.as_deref(), Some("TLSv1.2"));
    assert!(tls.suite.as_deref().unwrap().starts_with("TLS_ECDHE_"));
    assert!(!tls.client_cert_requested);
    assert_eq!(seen.verdict.outcome, Outcome::ReachableReady);
}

#[tokio::test]
async fn a_server_that_insists_on_a_client_certificate_is_reached_and_no_more() {
    let identity = Identity::self_signed(HOST).unwrap();
    let clients = Ca::new("clients").unwrap();
    for tls12 in [false, true] {
        let server = serving(identity.mutual_config(&clients, tls12).unwrap());
        let seen = look(&server, &Roots::bundled(), SslMode::Require).await;
        assert_eq!(seen.verdict.code, "tls.client_certificate_required");
        assert_eq!(seen.verdict.outcome, Outcome::TlsProblem);
        assert_eq!(seen.failure(), ("permission-denied", "persistent"));
        let tls = seen.detail(Stage::Tls).tls.as_ref().unwrap();
        assert!(tls.client_cert_requested);
    }
}

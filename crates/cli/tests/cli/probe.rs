//! `connlint probe` and `connlint serve` as a user runs them.

use crate::common::{Run, Serving, run};
use connlint_testkit::{FakeDns, FakeServer, Postgres, Reply, free_port, wire};

fn probe(arguments: &[&str]) -> Run {
    run(&[&["probe"], arguments].concat())
}

#[test]
fn a_real_server_is_reachable_and_the_password_stays_here() {
    let server = Postgres::with_user("app", "not-a-secret").unwrap();
    let dsn = format!(
        "postgresql://app:not-a-secret@127.0.0.1:{}/app?sslmode=require",
        server.port()
    );
    let output = probe(&[&dsn]);
    let text = &output.out;
    assert_eq!(output.code, Some(0), "{text}");
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
    let roots = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(roots.path(), server.ca().pem()).unwrap();
    let target = format!("localhost:{}", server.port());
    let with_root = ["--root-cert", roots.path().to_str().unwrap()];
    let ask = [
        "--user",
        "app",
        "--database",
        "app",
        "--sslmode",
        "verify-full",
    ];
    let good = probe(&[&[target.as_str()][..], &ask, &with_root].concat());
    assert_eq!(good.code, Some(0), "{}", good.out);
    let bad = probe(&[&[target.as_str()][..], &ask].concat());
    assert_eq!(bad.code, Some(1));
    assert!(bad.out.contains("tls-cert-untrusted"));
}

#[test]
fn nobody_there_is_exit_code_one() {
    let target = format!("127.0.0.1:{}", free_port().unwrap());
    let output = probe(&[&target]);
    assert_eq!(output.code, Some(1));
    assert!(output.out.contains("tcp-refused"));
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
    assert_eq!(output.code, Some(1));
    let text = &output.out;
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
    assert_eq!(output.code, Some(0));
    let all: Vec<serde_json::Value> = serde_json::from_str(&output.out).unwrap();
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
        assert_eq!(output.code, Some(2), "{arguments:?}");
        let error = output.err;
        assert!(!error.is_empty() && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn serve_answers_and_stops_when_asked() {
    let mut serving = Serving::start(&[]);
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

    assert_eq!(serving.terminate(), Some(0));
}

#[test]
fn without_an_address_the_next_free_port_is_taken() {
    let first = Serving::anywhere();
    let second = Serving::anywhere();
    assert_ne!(first.address(), second.address());
    assert!(
        second.address().starts_with("127.0.0.1:8"),
        "{}",
        second.address()
    );
    assert!(second.get("/healthz").ends_with("ok\n"));
}

#[test]
fn a_local_probe_for_everybody_is_refused() {
    let output = run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(output.code, Some(2));
    assert!(output.out.is_empty(), "no address is announced");
    assert!(output.err.contains("open to the network"));
}

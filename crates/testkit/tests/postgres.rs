//! The real server starts, answers, and goes away without a trace.

use connlint_testkit::Postgres;

#[test]
fn a_server_starts_answers_and_is_gone_afterwards() {
    let server = Postgres::with_user("app", "not-a-secret").unwrap();
    assert_eq!(
        server
            .sql("SELECT count(*) FROM pg_database WHERE datname = 'app'")
            .unwrap()
            .trim(),
        "1"
    );
    assert_eq!(server.sql("SHOW ssl").unwrap().trim(), "on");
    assert!(server.ca().pem().starts_with("-----BEGIN CERTIFICATE-----"));
    let addr = server.addr();
    drop(server);
    assert!(std::net::TcpStream::connect(addr).is_err());
}

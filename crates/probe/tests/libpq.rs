//! What the probe says that libpq would do with a certificate is what libpq does with it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod support;

use connlint_probe_api::SslMode;
use connlint_testkit::Postgres;
use support::certificates::rows;

#[tokio::test]
async fn libpq_goes_on_where_the_probe_says_so_and_stops_with_the_words_that_it_gives() {
    let mut server = Postgres::builder()
        .hba("hostssl postgres testkit 127.0.0.1/32 trust")
        .start()
        .unwrap();
    for row in rows() {
        server.present(&row.identity).unwrap();
        let seen = row.look(server.port(), SslMode::Prefer).await;
        assert_eq!(seen.verdict.modes.len(), 4, "{}", row.name);
        for view in seen.verdict.modes {
            let checks = view.sslmode >= SslMode::VerifyCa;
            // With a root file, `require` checks the chain as well.
            let roots = checks.then_some(row.roots.as_str());
            let what = format!("{} {}", row.name, view.sslmode);
            match server.libpq(row.host, view.sslmode.name(), roots) {
                Ok(_) => assert!(view.accepted, "{what}: libpq goes on"),
                Err(error) => {
                    assert!(!view.accepted, "{what}: {error}");
                    let reason = view.reason.unwrap();
                    let words = reason.split(" (").next().unwrap();
                    let error = error.to_string();
                    // It has the certificate's name between "certificate" and "does".
                    let said = words.split(", or ").any(|words| {
                        let end = words.strip_prefix("server certificate ");
                        error.contains(end.unwrap_or(words))
                    });
                    assert!(said, "{what}: {words:?} is not in {error}");
                }
            }
        }
    }
}

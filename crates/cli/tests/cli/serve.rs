//! `connlint serve` as an operator runs it: what does not start, and what it says when it does.

use crate::common::{Serving, exchange, get, run};
use connlint_testkit::{FakeServer, free_port};
use std::time::{Duration, Instant};

const TOKEN: &str = "0123456789abcdef";

#[test]
fn what_is_unsafe_does_not_start_and_says_why() {
    let inside = [
        "--suffix",
        ".db.example.com",
        "--allow-cidr",
        "10.20.0.0/16",
    ];
    let private = [&["--mode", "private"][..], &inside].concat();
    let public = ["--mode", "public"];
    for (base, more, why) in [
        (
            &[][..],
            &["--listen", "0.0.0.0:0"][..],
            "open to the network",
        ),
        (
            &[],
            &["--suffix", ".db.example.com"],
            "--mode private or public",
        ),
        (
            &[],
            &["--allow-cidr", "10.0.0.0/8"],
            "--mode private or public",
        ),
        (&[], &["--allow-origin", "*"], "every page on the web"),
        (&[], &["--allow-origin", "null"], "every page on the web"),
        (
            &[],
            &["--allow-origin", "https://a.example/page"],
            "without a path",
        ),
        (&[], &["--trusted-proxy", "0.0.0.0/0"], "believe everybody"),
        (&[], &["--token", "short"], "at least 16 characters"),
        (
            &[],
            &["--audit-log", "/nowhere/at/all"],
            "cannot be written",
        ),
        (&[], &["--base-path", "tools"], "a slash before each part"),
        (&[], &["--base-path", "//evil.example"], "/tools/connlint"),
        (&[], &["--frame-ancestors", "*"], "every page on the web"),
        (
            &[],
            &["--frame-ancestors", "https://docs.example/a"],
            "without a path",
        ),
        (&private, &["--listen", "0.0.0.0:0"], "CONNLINT_TOKEN"),
        (&private, &["--require-token"], "--token-file"),
        (
            &["--mode", "private"],
            &["--allow-cidr", "10.0.0.0/8"],
            "--suffix",
        ),
        (
            &["--mode", "private"],
            &["--suffix", ".x.example"],
            "reach nothing",
        ),
        (
            &private,
            &["--allow-cidr", "10.20.0.5/16"],
            "beyond the prefix",
        ),
        (&private, &["--port", "22"], "below 1024"),
        (&private, &["--host-pattern", "db-("], "unclosed group"),
        (&private, &["--host-pattern", ".*"], "fits any host name"),
        (&public, &["--host-pattern", "db"], "not patterns"),
        (&[], &["--host-pattern", "db"], "--mode private or public"),
        (
            &public,
            &["--allow-cidr", "10.0.0.0/8"],
            "public addresses only",
        ),
        (&public, &["--suffix", ".com"], "top-level domain"),
        (&public, &["--suffix", "10.0.0.1"], "--suffix 10.0.0.1"),
    ] {
        let output = run(&[&["serve"], base, more].concat());
        let error = output.err;
        assert_eq!(output.code, Some(2), "{more:?}: {error}");
        assert!(error.contains(why), "{more:?}: {error}");
        assert!(output.out.is_empty(), "no address is announced");
    }
}

impl Serving {
    fn probe(&self, host: &str, port: u16, headers: &str) -> String {
        let body = format!(
            r#"{{"hosts":[{{"host":"{host}","port":{port}}}],"sslmode":"disable","user":"someone"}}"#
        );
        self.send(&format!(
            "POST /api/v1/probe HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             {headers}Content-Length: {}\r\n\r\n{body}",
            self.address(),
            body.len()
        ))
    }
}

#[test]
fn a_token_that_everybody_needs_stands_in_the_address_that_is_printed() {
    let server = FakeServer::asking_after(Duration::ZERO).unwrap();
    let serving = Serving::start(&["--require-token"]);
    let token = serving.line.split("#token=").nth(1);
    let token = token.and_then(|rest| rest.split(' ').next()).unwrap();
    assert_eq!(token.len(), 32);
    let refused = serving.probe("127.0.0.1", server.port(), "");
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    let header = format!("Authorization: Bearer {token}\r\n");
    let answer = serving.probe("127.0.0.1", server.port(), &header);
    assert!(answer.contains("pg.auth_cleartext_plain"), "{answer}");
    let other = Serving::start(&["--require-token"]);
    assert!(!other.line.contains(token), "every run has its own");
}

#[test]
fn without_pages_of_others_nothing_of_a_token_is_seen() {
    let server = FakeServer::asking_after(Duration::ZERO).unwrap();
    let serving = Serving::start(&[]);
    assert!(!serving.line.contains("token"));
    assert!(
        serving
            .probe("127.0.0.1", server.port(), "")
            .contains("verdict")
    );
}

#[test]
fn a_foreign_page_is_let_in_with_the_token_that_is_printed_for_it() {
    let server = FakeServer::asking_after(Duration::ZERO).unwrap();
    let mut serving = Serving::start(&["--allow-origin", "https://tools.example.com"]);
    let line = serving.next_line();
    assert!(line.contains("https://tools.example.com"), "{line}");
    let token = line.trim().split("#token=").nth(1).unwrap();
    let origin = "Origin: https://tools.example.com\r\nSec-Fetch-Site: cross-site\r\n";
    let without = serving.probe("127.0.0.1", server.port(), origin);
    assert!(without.starts_with("HTTP/1.1 401"), "{without}");
    let with = format!("{origin}Authorization: Bearer {token}\r\n");
    let answer = serving.probe("127.0.0.1", server.port(), &with);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn everything_is_below_the_base_path_and_health_checks_also_without_it() {
    let server = FakeServer::asking_after(Duration::ZERO).unwrap();
    let serving = Serving::start(&["--base-path", "/tools/connlint/"]);
    let address = format!("http://{}/tools/connlint/ ", serving.address());
    assert!(serving.line.contains(&address), "{}", serving.line);
    for (path, status) in [
        ("/tools/connlint/", "200"),
        ("/tools/connlint/?a=b", "200"),
        ("/tools/connlint/api/v1/capabilities", "200"),
        ("/tools/connlint/healthz", "200"),
        ("/healthz", "200"),
        ("/readyz", "200"),
        ("/", "404"),
        ("/api/v1/capabilities", "404"),
        ("/tools/connlintish/", "404"),
        ("/tools/connlint/nothing", "404"),
    ] {
        let answer = serving.get(path);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{path}: {answer}"
        );
    }
    let sent_on = serving.get("/tools/connlint");
    assert!(sent_on.starts_with("HTTP/1.1 308"), "{sent_on}");
    assert!(sent_on.contains("location: /tools/connlint/\r\n"));
    let body = format!(
        r#"{{"hosts":[{{"host":"127.0.0.1","port":{}}}],"sslmode":"disable"}}"#,
        server.port()
    );
    let answer = serving.send(&format!(
        "POST /tools/connlint/api/v1/probe HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        serving.address(),
        body.len()
    ));
    assert!(answer.contains("pg.auth_cleartext_plain"), "{answer}");
    let foreign = serving
        .send("GET /tools/connlint/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert!(foreign.starts_with("HTTP/1.1 421"), "{foreign}");
}

#[test]
fn a_portal_is_named_for_the_probe_and_for_frames() {
    let portal = "https://docs.example.com";
    let serving = Serving::start(&[
        "--probe-allowed-origin",
        portal,
        "--frame-ancestors",
        portal,
    ]);
    let ask = |origin: &str| {
        serving.send(&format!(
            "OPTIONS /api/v1/probe HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nConnection: close\r\n\
             Access-Control-Request-Method: POST\r\n\r\n",
            serving.address()
        ))
    };
    let allowed = ask(portal);
    assert!(
        allowed.contains("access-control-allow-origin: https://docs.example.com\r\n"),
        "{allowed}"
    );
    assert!(ask("https://other.example.com").starts_with("HTTP/1.1 403"));
    // The page itself is in nobody's frame.
    let page = serving.get("/");
    assert!(page.contains("frame-ancestors 'none'"), "{page}");
}

#[test]
fn a_private_probe_is_set_up_by_its_environment_alone() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.log");
    let serving = Serving::with_environment(
        &[],
        &[
            ("CONNLINT_MODE", "private"),
            ("CONNLINT_TOKEN", TOKEN),
            ("CONNLINT_SUFFIX", ".db.example.com localhost"),
            ("CONNLINT_ALLOW_CIDR", "10.20.0.0/16 10.30.0.0/16:5433,5434"),
            ("CONNLINT_VANTAGE", "cellar"),
            ("CONNLINT_EGRESS", "198.51.100.7 198.51.100.8"),
            ("CONNLINT_AUDIT_LOG", log.to_str().unwrap()),
        ],
    );
    assert!(serving.line.contains("in private mode"), "{}", serving.line);
    assert!(!serving.line.contains(TOKEN));
    let told = serving.get("/api/v1/capabilities");
    for part in [
        r#""mode":"private""#,
        r#""name":"cellar""#,
        r#""egress":["198.51.100.7","198.51.100.8"]"#,
        r#"".db.example.com""#,
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(
        serving
            .get("/api/v1/openapi.json")
            .contains("\"openapi\":\"3.1.0\"")
    );
    let bearer = format!("Authorization: Bearer {TOKEN}\r\n");
    assert!(
        serving
            .probe("localhost", 5432, "")
            .starts_with("HTTP/1.1 401")
    );
    // The name is on the list, its address is not.
    let answer = serving.probe("127.0.0.1", 5432, &bearer);
    assert!(answer.contains("denied-by-policy"), "{answer}");
    let until = Instant::now() + Duration::from_secs(5);
    let lines = loop {
        let lines = std::fs::read_to_string(&log).unwrap();
        if lines.contains("verdict\":\"") || Instant::now() > until {
            break lines;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(lines.contains(r#""verdict":"denied-by-policy""#), "{lines}");
    // The one without a token is in it as well.
    assert!(lines.contains("request.token"), "{lines}");
    assert!(
        !lines.contains("127.0.0.1") && !lines.contains("someone"),
        "{lines}"
    );
}

#[test]
fn metrics_are_elsewhere() {
    let address = format!("127.0.0.1:{}", free_port().unwrap());
    let serving = Serving::start(&["--metrics-listen", &address]);
    assert!(serving.get("/metrics").contains(" 404 "));
    let text = get(&address, "/metrics");
    assert!(text.contains("connlint_probes_in_flight 0"), "{text}");
}

#[test]
fn sigterm_lets_a_probe_end_and_leaves_with_success() {
    let server = FakeServer::asking_after(Duration::from_millis(800)).unwrap();
    let mut serving = Serving::start(&[]);
    let address = serving.address().to_owned();
    let port = server.port();
    let open = std::thread::spawn(move || {
        let body =
            format!(r#"{{"hosts":[{{"host":"127.0.0.1","port":{port}}}],"sslmode":"disable"}}"#);
        let request = format!(
            "POST /api/v1/probe HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        exchange(&address, &request)
    });
    let until = Instant::now() + Duration::from_secs(5);
    while server.connections() == 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(serving.terminate(), Some(0));
    assert!(open.join().unwrap().contains("pg.auth_cleartext_plain"));
}

#[test]
fn the_files_for_deploying_name_options_that_exist() {
    let help = run(&["serve", "--help"]).out;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let mut names = 0;
    for file in [
        "Dockerfile",
        "systemd/connlint-probe.service",
        "kubernetes/config.env",
        "kubernetes/deployment.yaml",
        "azure/container-app.bicep",
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        for rest in text.split("CONNLINT_").skip(1) {
            let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_');
            let name = &rest[..end.unwrap_or(rest.len())];
            // What the build reads, and the placeholder in a comment.
            if !["DIST", "NAME"].contains(&name) {
                // Without `=` where a value would be a secret.
                let known = ["=", "]"]
                    .iter()
                    .any(|end| help.contains(&format!("[env: CONNLINT_{name}{end}")));
                assert!(known, "{file}: {name}");
                names += 1;
            }
        }
    }
    assert!(names > 20);
    let listed = std::fs::read_to_string(root.join("kubernetes/kustomization.yaml")).unwrap();
    for file in std::fs::read_dir(root.join("kubernetes")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "kustomization.yaml" || listed.contains(&format!("- {name}")),
            "{name}"
        );
    }
}

//! What the page promises about the text: it goes nowhere, and the password not even to the probe.

use crate::servers::{IN_URI, PASSWORD, plain, ready, single_server_gateway, tls_only};
use connlint_e2e::{LOOPBACK_NAME, Page, Result, Site, Wire};
use std::thread;
use std::time::Duration;
use thirtyfour::prelude::Key;

/// How long it is watched that nothing happens: longer than any timer of the page.
const WATCH: Duration = Duration::from_secs(2);

/// Goes through all that the page can do without the probe, on a text with findings.
pub(crate) fn use_everything_but_the_probe(page: &Page) -> Result {
    page.paste(&format!(
        "postgresql://flamingo@shop:{IN_URI}@heron.postgres.database.azure.com/orders?sslmode=require"
    ))?;
    page.until_found("SYN003")?;
    page.act("SYN003", "explain")?;
    page.act("SYN003", "show")?;
    page.act("SYN003", "fix")?;
    page.until_gone("SYN003")?;
    page.click("#undo")?;
    page.until_found("SYN003")?;
    page.click("#redo")?;
    page.until_gone("SYN003")?;
    page.choose("#driver", "node-postgres")?;
    page.choose("#target", "azure-flexible")?;
    page.choose("#driver", "auto")?;
    page.focus()?;
    page.press(Key::End + "&application_name=flamingo")?;
    page.press(Key::F8)?;
    page.until_so("the summary", |page| {
        Ok(page.inner_text("[data-summary]")?.contains("heron"))
    })
}

/// Fails if anything of the text is in the address, the title, a storage, a cookie or the console,
/// or if the browser had to stop the page from doing something.
pub(crate) fn nothing_is_left_behind(page: &Page) -> Result {
    let left = page.left_behind()?;
    let console = page.browser().console()?.join("\n");
    assert!(!console.contains("SEVERE"), "{console}");
    for place in [&left, &console] {
        assert_eq!(PASSWORD.trace_in(place), None);
        for part in ["flamingo", "heron", "orders"] {
            assert!(!place.contains(part), "{part} is in: {place}");
        }
    }
    Ok(())
}

#[test]
fn without_the_probe_button_nothing_is_requested_after_loading() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let loading = site.requests();
    for request in &loading {
        assert_eq!(request.method, "GET", "{request:?}");
        assert!(
            request.body.is_empty() && !request.target.contains('?'),
            "{request:?}"
        );
    }
    page.requests()?;

    use_everything_but_the_probe(&page)?;
    assert_eq!(page.count("#probe-run")?, 1, "there, and not pressed");
    thread::sleep(WATCH);

    assert_eq!(page.requests()?, [], "in the browser's log");
    assert_eq!(site.requests(), loading, "on the wire");
    nothing_is_left_behind(&page)
}

#[test]
fn the_password_is_in_no_request() -> Result {
    let server = tls_only()?;
    let to_server = Wire::to(server.addr())?;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    use_everything_but_the_probe(&page)?;
    page.paste(&plain(LOOPBACK_NAME, to_server.addr().port()))?;
    page.until_so("the announced request", |page| {
        Ok(page.announced_request()?.contains(LOOPBACK_NAME))
    })?;
    let before = page.requests()?;
    assert!(
        before.iter().all(|request| request.method == "GET"),
        "{before:?}"
    );

    let verdict = page.probe()?;
    assert!(verdict.contains("can be reached"), "{verdict}");
    thread::sleep(WATCH);

    // The press of the button is one request, and it has exactly the fields that were announced.
    let logged = page.requests()?;
    let [only] = logged.as_slice() else {
        panic!("not one request: {logged:?}");
    };
    assert_eq!(only.method, "POST");
    assert_eq!(only.url, format!("{}api/v1/probe", site.url()));
    assert_eq!(PASSWORD.trace_in(&only.entry), None, "in the browser's log");
    let posts: Vec<_> = site
        .requests()
        .into_iter()
        .filter(|r| r.method != "GET")
        .collect();
    let [post] = posts.as_slice() else {
        panic!("not one request: {posts:?}");
    };
    assert_eq!(post.line(), "POST /api/v1/probe");
    let sent: serde_json::Value = serde_json::from_slice(&post.body)?;
    let port = to_server.addr().port();
    assert_eq!(
        sent,
        serde_json::json!({
            "hosts": [{ "host": LOOPBACK_NAME, "port": port }],
            "user": "app", "database": "orders", "sslmode": "require",
        })
    );

    // No trace of the password on any wire, in any log, or in what the browser keeps.
    for (place, bytes) in [
        ("from the browser", site.wire().sent()),
        ("to the browser", site.wire().received()),
        ("to PostgreSQL", to_server.sent()),
        ("in the probe's output", site.log()?.into_bytes()),
        ("in PostgreSQL's log", ready(server.log())?.into_bytes()),
    ] {
        assert_eq!(PASSWORD.trace_in(&bytes), None, "{place}");
    }
    assert!(!to_server.sent().is_empty());
    nothing_is_left_behind(&page)
}

#[test]
fn inside_tls_there_is_no_password_either() -> Result {
    let gateway = single_server_gateway()?;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let text = plain(LOOPBACK_NAME, gateway.port()).replacen("app", "app%40shop", 1);
    page.paste(&text)?;
    page.probe()?;

    // The gateway asks for the password in clear text, and gets nothing.
    let startups = gateway.startups();
    let [startup] = startups.as_slice() else {
        panic!("not one startup message: {startups:?}");
    };
    assert!(startup.tls);
    let names: Vec<&str> = startup
        .params
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["user", "database", "application_name"]);
    assert_eq!(startup.param("user"), Some("app@shop"));
    assert_eq!(PASSWORD.trace_in(format!("{startup:?}")), None);
    page.until_so("the end of the connection", |_| {
        Ok(!gateway.left_over().is_empty())
    })?;
    assert_eq!(gateway.left_over(), [Vec::<u8>::new()]);
    Ok(())
}

//! The widget from a real `connlint serve`, which is told whose pages may frame it and ask its probe.

use connlint_e2e::{Portal, Result};
use connlint_testkit::FakeDns;
use serde_json::json;

/// Where connlint is on its host.
const BASE: &str = "/tools/connlint";

/// Counts what the page hears of its frames.
const HEAR: &str = "window.heard = [];
    for (const name of ['ready', 'change', 'error']) {
        document.addEventListener('connlint-' + name, (e) => heard.push([name, e.target.id]));
    }";

#[test]
fn a_page_of_the_named_origin_may_frame_it_and_no_other() -> Result {
    let policy = "default-src 'none'; script-src 'self'; frame-src https://connlint.example";
    let portal = Portal::on_serve("plain", Some(policy), BASE, |origin| {
        vec!["--frame-ancestors".to_owned(), origin]
    })?;
    let height = "parseInt(widget('a').querySelector('iframe').style.height)";
    portal.open("frame.html")?;
    portal.script(HEAR)?;
    portal.until(&format!("{height} > 500"))?;
    portal.until("heard.some(([name, id]) => name === 'change' && id === 'a')")?;
    // All that the frame loads is there below the path, and allowed to a page in a sandbox.
    portal.enter_frame("c")?;
    portal
        .until("document.querySelector('conn-lint').shadowRoot.querySelector('[data-complete]')")?;
    assert_eq!(portal.complaints()?, [] as [String; 0]);

    portal.open_elsewhere("frame.html")?;
    portal.script(HEAR)?;
    let mut refused = Vec::new();
    portal.until_so("the browser to refuse the frames", |portal| {
        refused.extend(portal.complaints()?);
        Ok(refused.len() >= 2)
    })?;
    assert!(
        refused.iter().all(|line| line.contains("frame-ancestors")),
        "{refused:?}"
    );
    assert_eq!(
        portal.script(&format!("return [{height}, heard]"))?,
        json!([18, []]),
        "as high as it began, and not a word from it"
    );
    Ok(())
}

#[test]
fn pages_of_the_named_origin_may_have_the_probe_asked_and_no_other() -> Result {
    // No name exists, so nothing is connected to.
    let none: [(&str, _); 0] = [];
    let dns = FakeDns::start(none).map_err(anyhow::Error::from_boxed)?;
    let server = dns.addr().to_string();
    let portal = Portal::on_serve("plain", None, BASE, |origin| {
        let private = "--mode private --suffix .db.example --allow-cidr 10.20.0.0/16";
        let mut options: Vec<_> = private.split(' ').map(str::to_owned).collect();
        options.extend(["--dns", &server, "--probe-allowed-origin", &origin].map(str::to_owned));
        options
    })?;
    let ask = |portal: &Portal| -> Result {
        portal.script(&format!(
            "widget('a').setAttribute('probe', '{}')",
            portal.connlint()
        ))?;
        portal.until_ready("a")?;
        portal.set("a", "postgresql://app@gone.db.example/shop?sslmode=require")?;
        portal.until("inside('a', '#probe-run:not([disabled])')")?;
        portal.script("inside('a', '#probe-run').click()")?;
        Ok(())
    };
    portal.open("")?;
    ask(&portal)?;
    portal.until("inside('a', '[data-verdict=dns-problem]')")?;
    let asked = dns.queries();
    assert!(asked > 0, "the name server was asked");
    assert_eq!(portal.complaints()?, [] as [String; 0]);

    portal.open_elsewhere("")?;
    ask(&portal)?;
    portal.until("inside('a', '[data-verdict=no-answer]')")?;
    let refused = portal.complaints()?;
    assert!(
        refused.iter().any(|line| line.contains("CORS")),
        "{refused:?}"
    );
    assert_eq!(dns.queries(), asked, "nobody was asked");
    Ok(())
}

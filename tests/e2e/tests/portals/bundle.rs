//! A page that Vite has bundled with the npm package.

use anyhow::{Context, ensure};
use connlint_e2e::{Browser, PATIENCE, Result, StaticSite, tools};
use serde_json::json;
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_bundled_page_checks_a_string() -> Result {
    let site = StaticSite::of(tools::bundle()?)?;
    let browser = Browser::start()?;
    let url = site.url();
    browser.run(async |driver| driver.goto(url).await)?;
    let start = Instant::now();
    let report = loop {
        let text = browser.script("return document.querySelector('#report').textContent", &[])?;
        let text = text.as_str().context("no report")?.to_owned();
        if !text.is_empty() {
            break text;
        }
        ensure!(
            start.elapsed() < PATIENCE,
            "no report\n{}",
            browser.evidence()
        );
        thread::sleep(Duration::from_millis(25));
    };
    let report: serde_json::Value = serde_json::from_str(&report)?;
    let codes = report["codes"].as_array().context("no codes")?;
    assert!(codes.contains(&json!("SYN003")), "{report}");
    assert_eq!(
        report["converted"],
        "jdbc:postgresql://db.example/shop?user=app"
    );
    Ok(())
}

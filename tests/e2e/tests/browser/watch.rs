//! Watching a server: the looks on a line while they come, and the words that tell a blip from an outage.

use crate::servers::{psql_cmd, tls_only};
use connlint_e2e::{Page, Result, Script, ScriptedProbe, Site};
use serde_json::{Value, json};
use std::time::Duration;

const TEXT: &str = "postgresql://app:Kumquat@db.example/orders?sslmode=require";

const SOON: Duration = Duration::from_millis(30);

/// An event of look `round`.
fn event(round: u32, stage: &str, state: &str, detail: &Value) -> Value {
    json!({
        "seq": round, "t_us": round * 1_000_000, "stage": stage, "address": null, "round": round, "state": state,
        "code": null, "persistence": null, "category": null, "detail": detail,
    })
}

/// The looks drawn as `+` and `-`, ten seconds apart, then a verdict of this kind; the last look comes after `wait`.
fn watched(looks: &str, kind: &str, wait: Duration) -> Script {
    let mut script = Script::new();
    let mut failed = 0;
    for (c, number) in looks.chars().zip(1_u32..) {
        let well = c == '+';
        failed += u32::from(!well);
        let last = usize::try_from(number).is_ok_and(|n| n == looks.len());
        let state = if well { "ok" } else { "fail" };
        let detail = json!({ "host": "db.example", "port": 5432, "dur_us": 900 });
        script.push((
            if last { wait } else { SOON },
            event(number, "dns", state, &detail),
        ));
        script.push((
            SOON,
            json!({ "round": {
                "number": number, "t_us": (number - 1) * 10_000_000, "dur_us": 1_200_000,
                "outcome": if well { "reachable-ready" } else { "dns-problem" }, "reachable": well,
                "code": if well { "close.ok" } else { "dns.servfail" },
                "category": (!well).then_some("dns-temporary"), "persistence": (!well).then_some("transient"),
                "next_us": null,
            } }),
        ));
    }
    script.push((
        SOON,
        json!({ "verdict": {
            "outcome": "reachable-ready", "reachable": true, "code": "close.ok", "stage": "close", "address": null,
            "category": null, "persistence": null, "summary": "The server asks for a password.", "next": [],
            "not_checked": ["password"], "rows": [], "total_us": 60_000_000,
            "watch": { "kind": kind, "rounds": looks.len(), "failed": failed, "longest_outage_us": 20_000_000, "ongoing": false },
        } }),
    ));
    script
}

fn watching(script: Script) -> Result<(Site, Page)> {
    let site = Site::scripted(vec![("probe", ScriptedProbe::start("Office", script)?)])?;
    let page = Page::open(&site.url())?;
    page.paste(TEXT)?;
    page.choose("#probe-watch", "60")?;
    let announced = page.announced_request()?;
    assert!(announced.contains("for 1 minute"), "{announced}");
    page.click("#probe-run")?;
    Ok((site, page))
}

#[test]
fn a_blip_is_called_one_and_drawn_where_it_was() -> Result {
    let (_site, page) = watching(watched("++--++", "transient", SOON))?;
    page.until_so("the verdict on the watch", |page| {
        Ok(page.count("[data-watch=transient]")? == 1)
    })?;
    let words = page.inner_text(".watch")?;
    for part in [
        "It was a blip",
        "2 of 6 looks failed",
        "After 20 s: no answer for 20 s",
        "dns.servfail",
    ] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert_eq!(page.count(".watch-line .watch-ok")?, 4);
    assert_eq!(page.count(".watch-line .watch-failed")?, 2);
    // To scale: the outage begins 20 s after the beginning of 51.2 s.
    let x: f64 = page.property(".watch-band", "x.baseVal.value")?.parse()?;
    let whole: f64 = page
        .property(".watch-line", "viewBox.baseVal.width")?
        .parse()?;
    assert!((x / whole - 20.0 / 51.2).abs() < 0.02, "{x} of {whole}");
    Ok(())
}

#[test]
fn the_looks_are_drawn_while_they_come_and_can_be_stopped() -> Result {
    let (_site, page) = watching(watched("+--+", "transient", Duration::from_secs(60)))?;
    page.until_so("the first looks", |page| {
        Ok(page.count("[data-looks=\"3\"]")? == 1)
    })?;
    let words = page.inner_text(".watch-words")?;
    assert!(
        words.contains("3 looks so far, 2 without an answer"),
        "{words}"
    );
    assert!(page.inner_text(".look-number")?.contains("Look 3"));
    page.click("#probe-cancel")?;
    page.until_so("it to stop", |page| {
        Ok(page.count("[data-verdict=cancelled]")? == 1)
    })?;
    assert_eq!(page.count("[data-looks=\"3\"]")?, 1, "what was seen stays");
    Ok(())
}

#[test]
fn a_real_server_that_answers_every_time_is_steady() -> Result {
    let server = tls_only()?;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.paste(&psql_cmd("127.0.0.1", server.port()).replacen('@', "%40", 1))?;
    page.choose("#probe-watch", "15")?;
    page.click("#probe-run")?;
    page.until_so("two looks", |page| {
        let looks: usize = page.property(".watch", "dataset.looks")?.parse()?;
        Ok(looks >= 2)
    })?;
    page.until_so("the verdict on the watch", |page| {
        Ok(page.count("[data-watch=steady]")? == 1)
    })?;
    let words = page.inner_text(".watch")?;
    assert!(words.contains("The server answered every time"), "{words}");
    assert_eq!(page.count(".watch-line .watch-failed")?, 0);
    Ok(())
}

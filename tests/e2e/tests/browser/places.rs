//! The same question from several places, side by side.

use connlint_e2e::{Page, Result, Script, ScriptedProbe, Site};
use serde_json::json;
use std::time::Duration;

const TEXT: &str = "postgresql://app:Kumquat@db.example/orders?sslmode=require";

/// A probe that sees this outcome at once.
fn sees(outcome: &str, reachable: bool, category: Option<&str>) -> Script {
    let code = if reachable { "close.ok" } else { "tcp.timeout" };
    let verdict = json!({ "verdict": {
        "outcome": outcome, "reachable": reachable, "code": code, "stage": if reachable { "close" } else { "tcp" },
        "address": null, "category": category, "persistence": category.map(|_| "depends"),
        "summary": if reachable { "The server asks for a password." } else { "No answer came in time." },
        "next": [], "not_checked": [], "total_us": 12_000,
        "rows": [{ "address": null, "host": "db.example", "outcome": outcome, "stage": "tcp", "code": code,
            "category": category, "persistence": category.map(|_| "depends") }],
    } });
    vec![(Duration::from_millis(30), verdict)]
}

fn two_places() -> Result<(Site, Page)> {
    let west = ScriptedProbe::start("Office", sees("reachable-ready", true, None))?;
    let timeout = sees("unreachable", false, Some("tcp-timeout"));
    let east = ScriptedProbe::start("Cluster", timeout)?;
    let site = Site::scripted(vec![("west", west), ("east", east)])?;
    let page = Page::open(&site.url())?;
    page.paste(TEXT)?;
    Ok((site, page))
}

#[test]
fn each_place_has_a_row_with_its_own_name_and_outcome() -> Result {
    let (site, page) = two_places()?;
    assert!(
        site.requests()
            .iter()
            .all(|request| request.method == "GET" && !request.target.contains("/api/")),
        "nothing is asked before the button is pressed"
    );
    page.click("#probe-run")?;
    for (name, outcome) in [("Office", "reachable-ready"), ("Cluster", "unreachable")] {
        page.until_so(&format!("the row of {name}"), |page| {
            let row = format!("tr[data-vantage=\"{name}\"][data-outcome=\"{outcome}\"]");
            Ok(page.count(&row)? == 1)
        })?;
    }
    // What the difference means, in a sentence.
    page.until_so("the sentence", |page| {
        Ok(page.count("[data-difference]")? > 0)
    })?;
    let difference = page.inner_text("[data-difference]")?;
    assert!(
        difference.contains("Office") && difference.contains("Cluster"),
        "{difference}"
    );
    let finding = page.probe_finding("tcp-timeout")?;
    assert!(finding.text.contains("Seen from Cluster."), "{finding:?}");
    Ok(())
}

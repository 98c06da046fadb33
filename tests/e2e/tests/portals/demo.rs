//! The page that shows the widget, as it lies beside the page.

use crate::plain::RAW_AT;
use anyhow::ensure;
use connlint_e2e::{Portal, Result};

#[test]
fn the_demo_shows_the_widget_in_three_places_and_what_the_page_hears() -> Result {
    let portal = Portal::of_connlint()?;
    portal.browser().prefer_colours("light")?;
    portal.open("demo.html")?;
    portal.until_ready("box")?;
    portal.set("box", RAW_AT)?;
    portal.until_found("box", "SYN003")?;
    portal.script("widget('example').scrollIntoView()")?;
    portal.until_found("example", "SYN003")?;
    portal.script("widget('light').scrollIntoView()")?;
    portal.until_ready("light")?;
    portal.until(
        "widget('heard').textContent.includes('connlint-change from #box {\"codes\":[\"SYN003\"')",
    )?;
    let heard = portal.script("return widget('heard').textContent")?;
    assert!(!heard.to_string().contains("Gr33nTea"), "{heard}");
    let paper = "getComputedStyle(inside('box', '.inset')).backgroundColor";
    let light = portal.script(&format!("return {paper}"))?;
    portal.picture("demo-light.png")?;
    portal.script("document.querySelector('[data-scheme=dark]').click()")?;
    portal.until(&format!("{paper} !== {light}"))?;
    portal.picture("demo-dark.png")?;
    let mut violations = portal.browser().axe()?;
    // Widgets have the same regions, each inside of its own element.
    violations.retain(|text| !text.starts_with("landmark-unique"));
    ensure!(violations.is_empty(), "{violations:#?}");
    assert_eq!(portal.complaints()?, [] as [String; 0]);
    Ok(())
}

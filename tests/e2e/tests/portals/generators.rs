//! Portals as their generators make them, with a style sheet that would break what is not shielded from it.

use crate::plain::RAW_AT;
use connlint_e2e::{Portal, Result};
use serde_json::Value;

/// What a widget looks like: sizes, letters and colours of what is in it.
const LOOKS: &str = "
    const look = (id, selector) => {
        const style = getComputedStyle(inside(id, selector));
        return ['font-size', 'line-height', 'letter-spacing', 'word-spacing', 'text-transform', 'text-align', 'font-family',
            'color', 'background-color', 'display', 'padding-top', 'list-style-type', 'cursor', 'visibility']
            .map((name) => style.getPropertyValue(name));
    };
    return ['.widget', '.inset', '#input', '.layer', '.button', '.finding', '.finding-title', '.badge', '#driver', '.editor']
        .map((selector) => [selector, look('a', selector)])
        .concat(['.annotated', '.finding', '.badge', '.layer'].map((selector) => ['b ' + selector, look('b', selector)]))";

/// How a widget looks in a page that leaves it alone.
fn undisturbed() -> Result<Value> {
    let portal = Portal::start("plain", None)?;
    portal.browser().prefer_colours("light")?;
    portal.open("")?;
    portal.until_ready("a")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("a", "SYN003")?;
    portal.until_found("b", "SYN003")?;
    portal.script(LOOKS)
}

/// Goes through a portal: its first page, the second, back by a link and by the browser's button.
fn go_through(name: &str, second: &str, keeps_the_page: bool) -> Result {
    let portal = Portal::start(name, None)?;
    portal.browser().prefer_colours("light")?;
    portal.browser().resize(1280, 1000)?;
    portal.open("")?;
    portal.until_ready("a")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("a", "SYN003")?;
    portal.until_found("b", "SYN003")?;
    assert_eq!(
        portal.script(LOOKS)?,
        undisturbed()?,
        "{name}: its style sheet reaches into the widget"
    );
    portal.picture(&format!("portal-{name}-light.png"))?;

    portal.script("window.stayed = true")?;
    let go =
        |selector: &str| portal.script(&format!("document.querySelector('{selector}').click()"));
    go(second)?;
    portal.until_ready("c")?;
    portal.until("inside('c', '#driver').value === 'npgsql'")?;
    assert_eq!(
        portal.script("return window.stayed === true")?,
        keeps_the_page,
        "{name}: whether its router changes the page in place"
    );
    portal.script("history.back()")?;
    portal.until_ready("a")?;
    portal.until_found("b", "SYN003")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("a", "SYN003")?;
    assert_eq!(portal.complaints()?, [] as [String; 0], "{name}");
    Ok(())
}

#[test]
fn mkdocs_material_with_instant_navigation() -> Result {
    // The theme writes its addresses out when it is there.
    go_through("mkdocs", "article a[href*=second]", true)
}

#[test]
fn docusaurus_with_its_own_router() -> Result {
    go_through("docusaurus", "article a[href*=second]", true)
}

#[test]
fn honkit_with_its_own_navigation() -> Result {
    go_through("honkit", "section a[href*=second]", true)
}

#[test]
fn sphinx() -> Result {
    go_through("sphinx", "a[href^=second]", false)
}

/// What a widget's box stands on.
const PAPER: &str = "getComputedStyle(inside('a', '.inset')).backgroundColor";

#[test]
fn the_widget_follows_the_colours_of_docusaurus() -> Result {
    let portal = Portal::start("docusaurus", None)?;
    portal.browser().prefer_colours("light")?;
    portal.browser().resize(1280, 1000)?;
    portal.open("")?;
    portal.until_ready("a")?;
    portal.until_found("b", "SYN003")?;
    let light = portal.script(&format!("return {PAPER}"))?;
    portal.browser().prefer_colours("dark")?;
    portal.until(&format!("{PAPER} !== {light}"))?;
    portal.picture("portal-docusaurus-dark.png")
}

#[test]
fn the_widget_follows_materials_palette() -> Result {
    let portal = Portal::start("mkdocs", None)?;
    portal.browser().prefer_colours("light")?;
    portal.browser().resize(1280, 1000)?;
    portal.open("")?;
    portal.until_ready("a")?;
    portal.set("a", RAW_AT)?;
    portal.until_found("b", "SYN003")?;
    let light = portal.script(&format!("return {PAPER}"))?;
    portal.script("document.querySelector('label[for=__palette_1]').click()")?;
    portal.until(&format!("{PAPER} !== {light}"))?;
    portal.picture("portal-mkdocs-dark.png")?;
    portal.browser().resize(400, 900)?;
    portal.picture("portal-mkdocs-dark-narrow.png")?;
    let wider = "const e = document.documentElement; return e.scrollWidth - e.clientWidth";
    assert_eq!(portal.script(wider)?, 0, "scrolls sideways");
    Ok(())
}

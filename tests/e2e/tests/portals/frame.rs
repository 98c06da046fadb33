//! The widget in an iframe, for pages that allow no scripts of others.

use connlint_e2e::{Portal, Result};
use serde_json::json;

/// The page allows its own script and frames from connlint's place, nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; frame-src https://connlint.example";

#[test]
fn a_frame_sizes_itself_and_tells_what_it_found() -> Result {
    let portal = Portal::start("plain", Some(POLICY))?;
    portal.open("frame.html")?;
    portal.script(
        "window.heard = [];
         for (const name of ['ready', 'change', 'error']) {
             document.addEventListener('connlint-' + name, (e) => heard.push([name, e.target.id, e.detail]));
         }",
    )?;
    portal.until("widget('a').querySelector('iframe').title === 'Check your string'")?;
    // The frame fits what is in it, which is more than the height that it begins with.
    portal.until("parseInt(widget('a').querySelector('iframe').style.height) > 500")?;
    portal.until("heard.some(([name, id, detail]) => name === 'change' && id === 'a' && detail.codes.includes('SYN003'))")?;
    assert!(
        !portal
            .script("return heard")?
            .to_string()
            .contains("Gr33nTea")
    );
    let sandbox = portal.script("return widget('a').querySelector('iframe').sandbox.value")?;
    assert!(
        !sandbox.to_string().contains("allow-same-origin"),
        "{sandbox}"
    );
    portal.picture("portal-frame.png")?;
    assert_eq!(portal.complaints()?, [] as [String; 0]);
    Ok(())
}

#[test]
fn the_frame_follows_the_pages_colours() -> Result {
    let portal = Portal::start("plain", Some(POLICY))?;
    portal.browser().prefer_colours("light")?;
    portal.open("frame.html")?;
    portal.until("parseInt(widget('a').querySelector('iframe').style.height) > 500")?;
    portal.script(
        "widget('a').querySelector('iframe').id = 'frame';
         document.body.style.backgroundColor = 'rgb(20, 20, 30)'",
    )?;
    portal.enter_frame("frame")?;
    let theme = "document.querySelector('conn-lint').getAttribute('theme')";
    portal.until(&format!("{theme} === 'dark'"))?;
    portal.leave_frame()?;
    // What the page says is stronger than how it looks.
    portal.script("document.documentElement.style.colorScheme = 'light'")?;
    portal.enter_frame("frame")?;
    portal.until(&format!("{theme} === 'light'"))
}

#[test]
fn messages_of_others_change_nothing() -> Result {
    let portal = Portal::start("plain", Some(POLICY))?;
    portal.open("frame.html")?;
    portal.until("parseInt(widget('a').querySelector('iframe').style.height) > 500")?;
    let height = portal.script("return widget('a').querySelector('iframe').style.height")?;
    // From this very window, with the right form.
    portal.wait(
        "addEventListener('message', ({ source }) => source === window && done(true));
         window.postMessage({ connlint: { height: 77 } }, '*')",
    )?;
    assert_eq!(
        portal.script("return widget('a').querySelector('iframe').style.height")?,
        height
    );
    // The page cannot look into the frame.
    assert!(
        portal
            .script("return widget('a').querySelector('iframe').contentDocument")?
            .is_null()
    );
    Ok(())
}

#[test]
fn an_iframe_without_a_script_takes_its_options_from_its_address() -> Result {
    let portal = Portal::start("plain", Some(POLICY))?;
    portal.open("frame.html")?;
    portal.enter_frame("c")?;
    let inside = "document.querySelector('conn-lint').shadowRoot";
    portal.until(&format!("{inside}.querySelector('.layer')"))?;
    let seen = portal.script(&format!(
        "const element = document.querySelector('conn-lint');
         return [{inside}.querySelector('#target').value, element.getAttribute('theme'), element.getAttributeNames().sort(), element.value]"
    ))?;
    assert_eq!(
        seen,
        json!(["azure-flexible", "dark", ["style", "target", "theme"], ""]),
        "and nothing else of it"
    );
    Ok(())
}

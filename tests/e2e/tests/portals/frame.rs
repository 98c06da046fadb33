//! The widget in an iframe, for pages that allow no scripts of others.

use connlint_e2e::{Portal, Result};
use std::thread;
use std::time::Duration;

/// The page allows its own script and frames from connlint's place, nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; frame-src https://connlint.example";

#[test]
#[ignore = "not yet seen to pass: cargo test -p connlint-e2e --test portals -- --ignored"]
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
#[ignore = "not yet seen to pass: cargo test -p connlint-e2e --test portals -- --ignored"]
fn messages_of_others_change_nothing() -> Result {
    let portal = Portal::start("plain", Some(POLICY))?;
    portal.open("frame.html")?;
    portal.until("parseInt(widget('a').querySelector('iframe').style.height) > 500")?;
    let height = portal.script("return widget('a').querySelector('iframe').style.height")?;
    // From this very window, with the right form.
    portal.script("window.postMessage({ connlint: { height: 77 } }, '*')")?;
    thread::sleep(Duration::from_millis(300));
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

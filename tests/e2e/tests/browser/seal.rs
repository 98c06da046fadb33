//! The seal: what a loaded page can still send, and to whom.

use connlint_e2e::{Page, Result, Site};
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

/// Longer than any request on this computer takes.
const WATCH: Duration = Duration::from_secs(1);

/// Tries every way in which a script can send something, to addresses beside the page that begin with `leak-`.
pub(crate) const ATTEMPTS: &str = "
    const at = (name) => new URL('leak-' + name, location.href).href;
    const settled = (promise) => promise.then(() => 'sent', () => 'refused');
    const told = (thing, good, bad) => new Promise((done) => {
        thing[good] = () => done('sent');
        thing[bad] = () => done('refused');
        setTimeout(() => done('refused'), 1000);
    });
    const image = new Image();
    const socket = () => {
        try { return told(new WebSocket(at('socket').replace('http', 'ws')), 'onopen', 'onerror'); }
        catch { return 'refused'; }
    };
    const link = document.createElement('link');
    link.rel = 'prefetch';
    link.href = at('prefetch');
    document.documentElement.append(link);
    navigator.sendBeacon(at('beacon'), 'x');
    const outcomes = [
        settled(fetch(at('fetch'), { mode: 'no-cors' })),
        settled(import(at('import'))),
        told(image, 'onload', 'onerror'),
        socket(),
    ];
    image.src = at('image');
    return Promise.all(outcomes);";

/// Which of the attempts reached the server.
pub(crate) fn leaked(site: &Site) -> Vec<String> {
    thread::sleep(WATCH);
    let requests = site.requests().into_iter();
    let targets = requests.filter_map(|request| {
        let (_, name) = request.target.split_once("leak-")?;
        Some(name.to_owned())
    });
    let mut names: Vec<String> = targets.collect();
    names.sort();
    names
}

#[test]
fn nothing_leaves_a_sealed_page() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    let refused = json!(["refused", "refused", "refused", "refused"]);
    assert_eq!(page.browser().script(ATTEMPTS, &[])?, refused);
    assert_eq!(leaked(&site), [] as [&str; 0]);

    // Taking the policy out of the document lifts nothing.
    let removed = page.browser().script(
        "const all = document.querySelectorAll('meta[http-equiv=Content-Security-Policy]');
         all.forEach((policy) => policy.remove());
         return all.length",
        &[],
    )?;
    assert_eq!(
        removed,
        Value::from(2),
        "the page's own policy, and the seal"
    );
    assert_eq!(page.browser().script(ATTEMPTS, &[])?, refused);
    assert_eq!(leaked(&site), [] as [&str; 0]);
    Ok(())
}

#[test]
fn what_is_not_sealed_sends_all_that_is_tried() -> Result {
    // Without this the tests here could not fail: a page of the same server without any policy.
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    let elsewhere = format!("{}nothing-here", site.url());
    page.browser()
        .run(async |driver| driver.goto(elsewhere).await)?;
    page.browser().script(ATTEMPTS, &[])?;
    let leaked = leaked(&site);
    for name in ["beacon", "fetch", "image", "import", "socket"] {
        assert!(leaked.iter().any(|leak| leak == name), "{name}: {leaked:?}");
    }
    Ok(())
}

#[test]
fn the_button_shows_how_the_browser_refuses_each_attempt() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    let loading = site.requests();
    assert!(page.inner_text("#seal")?.contains("Sealed"));
    page.click("[data-action=try-seal]")?;
    page.until_so("what came of the attempts", |page| {
        Ok(page.count("[data-attempt]")? == 5)
    })?;
    let outcomes = page.inner_text("#seal [role=status]")?;
    assert_eq!(page.count("[data-outcome=refused]")?, 5, "{outcomes}");
    assert!(outcomes.contains("connect-src"), "{outcomes}");
    thread::sleep(WATCH);
    assert_eq!(site.requests(), loading, "the server got nothing of it");
    Ok(())
}

#[test]
fn with_a_probe_the_seal_allows_its_address_and_says_so() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let seal = page.inner_text("#seal")?;
    assert!(seal.contains(&format!("{}api/v1/", site.url())), "{seal}");
    page.browser().script(ATTEMPTS, &[])?;
    assert_eq!(leaked(&site), [] as [&str; 0]);
    let answer = page.browser().script(
        "return fetch('api/v1/capabilities').then((answer) => answer.status)",
        &[],
    )?;
    assert_eq!(answer, Value::from(200));
    Ok(())
}

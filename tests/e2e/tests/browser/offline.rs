//! The page from a plain folder on a static host, where there is no probe.

use crate::privacy::{nothing_is_left_behind, use_everything_but_the_probe};
use connlint_e2e::{Page, Result, Site};
use std::thread;
use std::time::Duration;

#[test]
fn the_page_works_from_a_folder_and_asks_for_nothing_after_loading() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.until_so("what the page says instead of a probe", |page| {
        Ok(page.inner_text("#probe")?.contains("connlint serve"))
    })?;
    let loading = site.requests();
    assert!(
        loading
            .iter()
            .all(|r| r.method == "GET" && r.body.is_empty()),
        "{loading:?}"
    );
    page.requests()?;

    use_everything_but_the_probe(&page)?;
    assert_eq!(page.count("#probe-run")?, 0);
    thread::sleep(Duration::from_secs(2));

    assert_eq!(page.requests()?, [], "in the browser's log");
    assert_eq!(site.requests(), loading, "on the wire");
    nothing_is_left_behind(&page)
}

//! The share link: the same findings on an invented string.

use crate::privacy::nothing_is_left_behind;
use crate::servers::{IN_URI, PASSWORD};
use connlint_e2e::{Page, Result, Site};

#[test]
fn a_share_link_shows_the_findings_and_nothing_of_the_text() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.paste(&format!(
        "postgresql://flamingo@shop:{IN_URI}@heron.postgres.database.azure.com/orders?sslmode=require"
    ))?;
    page.until_found("SYN003")?;
    let codes = page.codes()?;
    let loading = site.requests();
    assert_eq!(page.count("#share-link")?, 0, "not before it is asked for");
    page.click("[data-action=share]")?;
    page.until_so("the link", |page| Ok(page.count("#share-link")? == 1))?;
    let link = page.property("#share-link", "value")?;
    assert!(link.starts_with(&format!("{}#", site.url())), "{link}");
    assert_eq!(PASSWORD.trace_in(&link), None, "{link}");
    for own in ["flamingo", "heron", "orders"] {
        assert!(!link.contains(own), "{own} in {link}");
    }
    assert_eq!(site.requests(), loading);
    nothing_is_left_behind(&page)?;

    let opened = Page::open(&link)?;
    assert_eq!(opened.codes()?, codes);
    assert_eq!(opened.count("[data-shared]")?, 1, "it says what it is");
    let carried = site
        .requests()
        .into_iter()
        .find(|request| request.target.contains("shape"));
    assert_eq!(carried, None, "a fragment is not sent");
    Ok(())
}

#[test]
fn an_address_that_is_no_share_link_opens_the_empty_page() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&format!("{}#driver=nobody&shape=host%3Dx", site.url()))?;
    assert_eq!(page.text()?, "");
    assert_eq!(page.count("[data-shared]")?, 0);
    Ok(())
}

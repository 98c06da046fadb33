//! The string as other drivers and other notations have it.

use crate::servers::{IN_URI, PASSWORD};
use connlint_e2e::{Page, Result, Site};

/// A raw `@` in the user name: some drivers split at the first one, some at the last.
fn raw_at() -> String {
    format!("postgresql://flamingo@shop:{IN_URI}@db.example:6432/orders?sslmode=require")
}

#[test]
fn the_drivers_differ_on_a_raw_at_and_the_password_is_in_no_row() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.paste(&raw_at())?;
    page.until_found("SYN003")?;
    let requests = site.requests();
    page.until_so("the line that sums it up", |page| {
        let line = page.inner_text("#readings-title")?;
        Ok(line.contains("refuse it") && line.contains("TLS"))
    })?;
    assert_eq!(page.count("#readings table")?, 0, "closed to begin with");

    page.click("#readings-toggle")?;
    let row = |driver: &str| page.reading(driver);
    page.until_so("the first row", |page| {
        let first = page.property("#readings tbody tr", "dataset.driver")?;
        Ok(first == "libpq" && page.count("#readings tr.intended")? == 1)
    })?;
    assert!(row("libpq")?.starts_with("refused"), "{}", row("libpq")?);
    let node = row("node-postgres")?;
    for part in [
        "accepted",
        "db.example:6432",
        "flamingo@shop",
        "orders",
        "certificate and name checked",
        "≠",
    ] {
        assert!(node.contains(part), "{part} is not in: {node}");
    }
    assert!(
        page.inner_text("#readings [data-others]")?
            .contains("Npgsql")
    );

    // The text is in the box and in the layer that draws it; a password is nowhere else.
    let elsewhere = page.html_beside_the_text()?;
    assert!(elsewhere.contains("flamingo@shop"));
    assert_eq!(PASSWORD.trace_in(&elsewhere), None);
    assert_eq!(site.requests(), requests, "asking sends nothing");

    // A narrow screen scrolls the table, not the page.
    page.browser().resize(360, 740)?;
    page.until_equal("the page's width", &360, Page::width)?;
    assert_eq!(page.overflow()?, 0, "scrolls sideways");
    let wider = |page: &Page| page.property("#readings .scroller", "scrollWidth > e.clientWidth");
    page.until_equal("the table's width", &"true".to_owned(), wider)
}

#[test]
fn a_conversion_is_copied_without_the_password_unless_asked_for() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.paste(&raw_at())?;
    let requests = site.requests();
    page.choose("#convert-to", "ado.net")?;
    page.until_so("the converted string", |page| {
        let text = page.inner_text("[data-convert]")?;
        Ok(text.contains("Host=db.example") && text.contains("Username=flamingo@shop"))
    })?;
    assert_eq!(PASSWORD.trace_in(page.html_beside_the_text()?), None);

    let copies = "#convert [data-action=\"copy\"]";
    page.click(&format!("{copies}:first-child"))?;
    let masked = page.until("the masked copy", |page| {
        let text = page.clipboard()?;
        Ok(text.contains("Host=db.example").then_some(text))
    })?;
    assert_eq!(PASSWORD.trace_in(&masked), None);
    page.click(&format!("{copies}:last-child"))?;
    page.until_so("the copy with the password", |page| {
        Ok(page.clipboard()?.contains(PASSWORD.text()))
    })?;
    assert_eq!(PASSWORD.trace_in(page.html_beside_the_text()?), None);
    assert_eq!(site.requests(), requests, "converting sends nothing");
    Ok(())
}

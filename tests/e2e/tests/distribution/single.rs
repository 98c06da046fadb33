//! `connlint.html`, opened from disk.

use anyhow::Context as _;
use connlint_e2e::{Engine, Page, Result, StaticSite, tools};
use std::fs;

const TEXT: &str = "postgresql://app:p@ss@shop.postgres.database.azure.com/shop";

/// The file's address, in a folder with a name that needs escaping.
fn address() -> Result<(tempfile::TempDir, String)> {
    let folder = tempfile::Builder::new().prefix("con nlint ").tempdir()?;
    let file = folder.path().join("connlint.html");
    fs::copy(tools::distribution()?.join("connlint.html"), &file)?;
    let path = file.to_str().context("a path in UTF-8")?;
    let url = format!("file://{}", path.replace(' ', "%20"));
    Ok((folder, url))
}

#[test]
fn the_one_file_checks_a_text_without_a_server_and_asks_nobody() -> Result {
    let (_folder, url) = address()?;
    let page = Page::open(&url)?;
    page.paste(TEXT)?;
    page.until_found("SYN003")?;
    page.act("SYN003", "fix")?;
    page.until_gone("SYN003")?;
    let asked = page.requests()?;
    let others: Vec<_> = asked
        .iter()
        // The browser's own first page has files as well.
        .filter(|request| !request.url.starts_with("chrome"))
        .filter(|request| request.url != url && !request.url.starts_with("data:"))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    let said = page.browser().console()?;
    assert!(said.is_empty(), "{said:?}");
    Ok(())
}

#[test]
fn firefox_opens_it_from_disk_as_well() -> Result {
    let (_folder, url) = address()?;
    let page = Page::open_in(Engine::Firefox, &url)?;
    page.paste(TEXT)?;
    page.until_found("SYN003")?;
    page.act("SYN003", "explain")?;
    page.until_so("the explanation", |page| {
        Ok(page.finding("SYN003")?.contains("Why it matters"))
    })
}

#[test]
fn the_documents_of_the_rules_are_in_the_file() -> Result {
    let (_folder, url) = address()?;
    let page = Page::open(&url)?;
    page.paste(TEXT)?;
    page.until_found("SYN003")?;
    page.act("SYN003", "explain")?;
    page.until_so("the explanation", |page| {
        Ok(page.finding("SYN003")?.contains("Why it matters"))
    })
}

#[test]
fn a_server_that_says_another_encoding_changes_nothing() -> Result {
    let site = StaticSite::of(tools::distribution()?)?;
    // It says `text/html; charset=utf-8`; the file's own mark is stronger.
    let page = Page::open(&format!("{}connlint.html", site.url()))?;
    page.paste(TEXT)?;
    page.until_found("SYN003")
}

#[test]
fn a_file_that_was_damaged_says_so_and_keeps_what_was_typed() -> Result {
    let (folder, url) = address()?;
    let file = folder.path().join("connlint.html");
    let mut bytes = fs::read(&file)?;
    // One character of what is packed.
    let place = (bytes.len() / 2) & !1;
    let other: u16 = if bytes[place + 1] == 0x4e {
        0x4f01
    } else {
        0x4e01
    };
    bytes[place..place + 2].copy_from_slice(&other.to_le_bytes());
    fs::write(&file, bytes)?;
    let page = Page::start(&url)?;
    page.browser().script(
        "document.getElementById('input').value = 'host=db.example'",
        &[],
    )?;
    page.until_so("the page to say so", |page| {
        Ok(page.inner_text("#failure")?.contains("a file was changed"))
    })?;
    let typed = page
        .browser()
        .script("return document.getElementById('input').value", &[])?;
    assert_eq!(typed, "host=db.example");
    Ok(())
}

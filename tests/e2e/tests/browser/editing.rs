//! Working on the text: fixes, taking them back, the keyboard, and the flavour chosen by hand.

use connlint_e2e::{Page, Result, Site};
use thirtyfour::prelude::Key;

/// A string with two findings that have safe fixes.
const TWO: &str = "postgresql://shopadmin@shop:Kumquat@db.example/orders?ssl_mode=require";

fn two_findings() -> Result<(Site, Page)> {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.paste(TWO)?;
    page.until_found("SYN003")?;
    page.until_found("PAR004")?;
    Ok((site, page))
}

fn until_text(page: &Page, text: &str) -> Result {
    page.until_equal("the text", &text.to_owned(), Page::text)
}

#[test]
fn each_finding_underlines_its_own_characters_also_where_they_overlap() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.paste("psql \"postgresql://app@shop:Kumquat@shop.postgres.database.azure.com/orders\"")?;
    page.until_found("SYN003")?;
    let squiggles = page.squiggles()?;
    let raw_at: Vec<&str> = squiggles
        .iter()
        .filter(|squiggle| squiggle.code == "SYN003")
        .map(|squiggle| squiggle.text.as_str())
        .collect();
    assert_eq!(raw_at, ["@"], "{squiggles:?}");
    // Every finding that the list places in the text has its line, once.
    let mut codes = page.codes()?;
    let mut underlined: Vec<String> = squiggles.into_iter().map(|s| s.code).collect();
    codes.sort();
    underlined.sort();
    assert_eq!(underlined, codes);
    assert!(codes.len() > 1, "{codes:?}: nothing overlaps");
    Ok(())
}

#[test]
fn a_fix_shows_the_line_before_and_after_without_the_password() -> Result {
    let (_site, page) = two_findings()?;
    let fix = "[data-code=\"SYN003\"] .diff";
    assert_eq!(page.inner_text(&format!("{fix} .diff-before del"))?, "@");
    assert_eq!(page.inner_text(&format!("{fix} .diff-after ins"))?, "%40");
    let lines = page.inner_text(fix)?;
    assert!(lines.contains("shopadmin%40shop:***"), "{lines}");
    assert!(!lines.contains("Kumquat"), "{lines}");
    Ok(())
}

#[test]
fn what_the_fixes_did_is_listed_with_a_way_back() -> Result {
    let (_site, page) = two_findings()?;
    page.click("#fix-all")?;
    page.until_so("the list of changes", |page| {
        Ok(page.count("[data-done=\"2\"]")? == 1)
    })?;
    let done = page.inner_text("[data-done]")?;
    assert!(done.contains("SYN003") && done.contains("PAR004"), "{done}");
    page.click("[data-action=undo-done]")?;
    until_text(&page, TWO)?;
    page.until_so("the list to go", |page| Ok(page.count("[data-done]")? == 0))
}

#[test]
fn of_two_readings_the_one_that_is_meant_is_chosen_with_a_click() -> Result {
    let (_site, page) = two_findings()?;
    page.until_so("the two readings", |page| {
        Ok(page.count("[data-splits]")? == 1)
    })?;
    let ways = page.inner_text("[data-splits]")?;
    assert!(
        ways.contains("node-postgres") && !ways.contains("Kumquat"),
        "{ways}"
    );
    page.click("[data-action=choose-split]")?;
    until_text(&page, &TWO.replacen('@', "%40", 1))?;
    page.until_so("the question to go", |page| {
        Ok(page.count("[data-splits]")? == 0)
    })
}

#[test]
fn all_safe_fixes_are_one_step_that_can_be_taken_back() -> Result {
    let (_site, page) = two_findings()?;
    let fixed = TWO.replacen('@', "%40", 1).replace("ssl_mode", "sslmode");
    page.click("#fix-all")?;
    until_text(&page, &fixed)?;
    page.until_gone("SYN003")?;
    page.until_gone("PAR004")?;
    page.click("#undo")?;
    until_text(&page, TWO)?;
    page.until_found("SYN003")?;
    page.click("#redo")?;
    until_text(&page, &fixed)
}

#[test]
fn the_keyboard_alone_is_enough() -> Result {
    let (_site, page) = two_findings()?;
    page.focus()?;
    page.press(Key::Control + Key::Home)?;
    let selected =
        |text: &str| page.until_equal("the selected text", &Some(text.to_owned()), Page::selection);
    page.press(Key::F8)?;
    selected("@")?;
    page.press(Key::F8)?;
    selected("ssl_mode")?;
    page.press(Key::Shift + Key::F8)?;
    selected("@")?;
    page.press(Key::Alt + Key::Enter)?;
    until_text(&page, &TWO.replacen('@', "%40", 1))?;
    page.press(Key::Control + "z")?;
    until_text(&page, TWO)
}

#[test]
fn a_fix_and_what_was_typed_after_it_are_taken_back_one_by_one() -> Result {
    let (_site, page) = two_findings()?;
    let fixed = TWO.replacen('@', "%40", 1);
    page.act("SYN003", "fix")?;
    until_text(&page, &fixed)?;
    page.focus()?;
    page.press(Key::Control + Key::End)?;
    page.press("&connect_timeout=5")?;
    until_text(&page, &format!("{fixed}&connect_timeout=5"))?;
    page.until_so("the text before the fix", |page| {
        page.press(Key::Control + "z")?;
        Ok(page.text()? == TWO)
    })?;
    page.until_found("SYN003")
}

#[test]
fn the_driver_decides_how_bad_it_is() -> Result {
    let (_site, page) = two_findings()?;
    let severity = |wanted: &str| {
        page.until_equal("SYN003's severity", &wanted.to_owned(), |page| {
            page.property("[data-code=\"SYN003\"]", "dataset.severity")
        })
    };
    page.choose("#driver", "libpq")?;
    severity("error")?;
    // node-postgres splits at the last `@`, so there the string works.
    page.choose("#driver", "node-postgres")?;
    severity("warning")?;
    page.choose("#driver", "auto")?;
    severity("error")
}

#[test]
fn the_target_decides_whether_a_short_host_is_wrong() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.paste("host=shop port=5432 dbname=app user=app sslmode=require")?;
    page.choose("#target", "azure-flexible")?;
    page.until_found("HST001")?;
    page.choose("#target", "postgres")?;
    page.until_gone("HST001")
}

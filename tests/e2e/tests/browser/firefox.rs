//! The page in Firefox: what a person does with it, in short. Everything else is looked at in Chromium.

use crate::seal::{ATTEMPTS, leaked};
use connlint_e2e::{Engine, Page, Result, Site};
use serde_json::json;
use thirtyfour::prelude::Key;

/// Two findings with a safe fix.
const TWO: &str = "postgresql://shopadmin@shop:Kumquat@db.example/orders?ssl_mode=require";

#[test]
fn firefox_finds_fixes_and_takes_back_with_the_keyboard_alone() -> Result {
    let site = Site::static_files()?;
    let page = Page::open_in(Engine::Firefox, &site.url())?;
    page.paste(TWO)?;
    page.until_found("SYN003")?;
    page.until_found("PAR004")?;
    let squiggles = page.squiggles()?;
    assert!(
        squiggles
            .iter()
            .any(|s| s.code == "SYN003" && s.text == "@"),
        "{squiggles:?}"
    );

    page.press(Key::Control + Key::Home)?;
    page.press(Key::F8)?;
    let selected =
        |text: &str| page.until_equal("the selected text", &Some(text.to_owned()), Page::selection);
    selected("@")?;
    page.press(Key::F8)?;
    selected("ssl_mode")?;
    page.press(Key::Shift + Key::F8)?;
    selected("@")?;
    page.press(Key::F2)?;
    page.until_so("the explanation", |page| {
        Ok(page
            .inner_text("[data-code=SYN003] .docs")?
            .contains("Why it matters"))
    })?;
    page.press(Key::Escape)?;
    selected("@")?;
    page.press(Key::Alt + Key::Enter)?;
    let fixed = TWO.replacen('@', "%40", 1);
    page.until_equal("the text", &fixed, Page::text)?;
    page.until_so("what is said of it", |page| {
        Ok(page.inner_text("#status")?.starts_with("Done: "))
    })?;
    page.press(Key::Control + "z")?;
    page.until_equal("the text", &TWO.to_owned(), Page::text)?;
    page.press(Key::Control + "/")?;
    page.until_equal("the keys", &1, |page| page.count("dialog[open]"))?;
    page.press(Key::Escape)?;
    page.until_equal("the keys to close", &0, |page| page.count("dialog[open]"))
}

#[test]
fn firefox_lets_nothing_leave_a_sealed_page() -> Result {
    let site = Site::static_files()?;
    let page = Page::open_in(Engine::Firefox, &site.url())?;
    let refused = json!(["refused", "refused", "refused", "refused"]);
    assert_eq!(page.browser().script(ATTEMPTS, &[])?, refused);
    assert_eq!(leaked(&site), [] as [&str; 0]);
    Ok(())
}

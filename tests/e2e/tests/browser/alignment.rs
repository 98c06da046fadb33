//! The colours and squiggles are drawn on a layer behind the text box. They are at the right characters only if every
//! character of the layer is exactly where the box has it, whatever the text, the width, the place it is scrolled to.

use connlint_e2e::{Engine, Page, Result, Site};
use std::fmt::Write as _;
use thirtyfour::prelude::Key;

/// Texts in which something is wider, higher, joined, turned round or broken differently from plain letters.
fn texts() -> Vec<(&'static str, String)> {
    let uri = |password: &str| {
        format!(
            "postgresql://app@shop:{password}@heron.postgres.database.azure.com/orders?ssl_mode=require"
        )
    };
    vec![
        ("plain", uri("Kumquat-7")),
        ("emoji", uri("a😀b👩‍👩‍👧c🇩🇪🇫🇷d👍🏽e❤️f")),
        (
            "combining marks",
            uri("e\u{301}a\u{308}\u{323}n\u{303}x\u{336}y"),
        ),
        ("right to left", uri("שלום-123-مرحبا-abc")),
        ("wide letters", uri("パスワード密码암호")),
        (
            "tabs",
            "host=a\tuser=app\t\tpassword=x\n\tport=5432\tdbname=orders\n\tssl_mode=require".into(),
        ),
        (
            "a long line without spaces",
            format!(
                "{}&application_name={}",
                uri("Kumquat"),
                "long-name".repeat(120)
            ),
        ),
        (
            "a long line with spaces",
            format!(
                "# {}\nDATABASE_URL={}\n\n",
                "words and more words   ".repeat(60),
                uri("Kumquat")
            ),
        ),
        ("200 lines of YAML", yaml(200)),
    ]
}

/// Settings of as many lines, with a string in every tenth.
fn yaml(lines: usize) -> String {
    let mut text = String::from("services:\n");
    for line in 1..lines {
        let _ = match line % 10 {
            1 => writeln!(text, "  service-{line}:"),
            5 => writeln!(
                text,
                "      DATABASE_URL: \"postgresql://app@shop:Kumquat{line}@db-{line}.example/orders?ssl_mode=require\""
            ),
            _ => writeln!(
                text,
                "      SETTING_{line}: value {line}  # a word about it"
            ),
        };
    }
    text
}

/// Fails unless every character of the layer is where the box has it.
fn same_places(page: &Page, what: &str) -> Result {
    let (drawn, typed) = (page.glyphs_of_layer()?, page.glyphs_of_box()?);
    assert_eq!(drawn.len(), typed.len(), "{what}");
    let wrong: Vec<_> = drawn
        .iter()
        .zip(&typed)
        .filter(|(a, b)| !a.is_at(b))
        .take(3)
        .collect();
    assert!(wrong.is_empty(), "{what}: {wrong:?}");
    Ok(())
}

#[test]
fn every_character_of_any_text_is_where_the_box_has_it() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    for (name, text) in texts() {
        page.paste(&text)?;
        for width in [1280, 360] {
            page.browser().resize(width, 800)?;
            same_places(&page, &format!("{name}, {width} pixels"))?;
        }
        page.scroll_text(150)?;
        same_places(&page, &format!("{name}, scrolled"))?;
    }
    page.browser().prefer_colours("dark")?;
    same_places(&page, "dark")
}

/// As above by what every browser tells: where the caret goes when a character is pointed at.
fn the_caret_goes_where_the_characters_are(engine: Engine) -> Result {
    let site = Site::static_files()?;
    let page = Page::open_in(engine, &site.url())?;
    for (name, text) in texts() {
        page.paste(&text)?;
        for scroll in [0, 150, 100_000] {
            page.scroll_text(scroll)?;
            let (seen, wrong) = page.misplaced()?;
            assert!(seen > 20, "{name}: only {seen} characters are in sight");
            assert_eq!(wrong, [""; 0], "{name}, scrolled by {scroll}");
        }
    }
    Ok(())
}

#[test]
fn the_caret_goes_where_the_characters_are_in_chromium() -> Result {
    the_caret_goes_where_the_characters_are(Engine::Chromium)
}

#[test]
fn the_caret_goes_where_the_characters_are_in_firefox() -> Result {
    the_caret_goes_where_the_characters_are(Engine::Firefox)
}

#[test]
fn what_is_selected_comes_into_sight_in_a_long_text() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.paste(&yaml(200))?;
    page.press(Key::Control + Key::Home)?;
    for _ in 0..12 {
        page.press(Key::F8)?;
        page.until_so("the selection in sight", Page::selection_is_in_sight)?;
    }
    Ok(())
}

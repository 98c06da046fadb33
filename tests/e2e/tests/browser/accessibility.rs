//! The page for those who hear it, who use no mouse, who need it large or in their own colours.

use connlint_e2e::{Page, Result, Site};
use thirtyfour::prelude::Key;

/// Two findings with a safe fix, several kinds of token, two lines.
const TEXT: &str = "# production\nDATABASE_URL=postgresql://shopadmin@shop:Kumquat@heron.example:6432/orders?ssl_mode=require\n";

/// Two findings, one line.
const TWO: &str = "postgresql://shopadmin@shop:Kumquat@db.example/orders?ssl_mode=require";

const ERROR: &str = "error: no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"orders\", no encryption\n";

fn axe_finds_nothing(page: &Page, state: &str) -> Result {
    let found = page.axe()?;
    assert!(found.is_empty(), "{state}:\n{}", found.join("\n"));
    Ok(())
}

/// Goes through the states of the page, in the colours and with the width that it has.
fn axe_finds_nothing_in_any_state(page: &Page, look: &str) -> Result {
    page.paste("")?;
    axe_finds_nothing(page, &format!("{look}, empty"))?;
    if page.count("#gallery [aria-expanded=false]")? > 0 {
        page.click("#gallery [aria-expanded=false]")?;
        axe_finds_nothing(page, &format!("{look}, gallery"))?;
    }
    page.paste(TEXT)?;
    page.until_found("SYN003")?;
    page.act("SYN003", "show")?;
    page.act("SYN003", "explain")?;
    page.click("#readings-toggle")?;
    page.choose("#convert-to", "ado.net")?;
    axe_finds_nothing(page, &format!("{look}, findings"))?;
    let (seen, weak) = page.weak_colours()?;
    assert!(seen > 10, "{look}: {seen} pieces of text");
    assert_eq!(weak, [""; 0], "{look}");
    page.click("#readings-toggle")?;
    page.click("#keys-open")?;
    axe_finds_nothing(page, &format!("{look}, keys"))?;
    page.press(Key::Escape)?;
    page.paste("postgresql://app@db.example:1/orders?sslmode=disable")?;
    page.until_so("the string", |page| Ok(page.count("#probe-run")? == 1))?;
    page.probe()?;
    axe_finds_nothing(page, &format!("{look}, probe"))?;
    page.paste(ERROR)?;
    page.until_so("the error's panel", |page| Ok(page.count("#triage")? == 1))?;
    axe_finds_nothing(page, &format!("{look}, error message"))
}

#[test]
fn axe_finds_nothing_in_light_colours() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.browser().prefer_colours("light")?;
    axe_finds_nothing_in_any_state(&page, "light")
}

#[test]
fn axe_finds_nothing_in_dark_colours_on_a_narrow_screen() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.browser().prefer_colours("dark")?;
    page.browser().resize(360, 740)?;
    axe_finds_nothing_in_any_state(&page, "dark and narrow")
}

#[test]
fn what_is_said_comes_after_a_pause_and_is_short() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.paste(TWO)?;
    page.until_equal(
        "what is said",
        &"2 errors. First: raw @ in the user name ends it early, column 23.".to_owned(),
        |page| page.inner_text("#status"),
    )?;
    let described = page.property("#input", "getAttribute('aria-describedby')")?;
    assert_eq!(described, "status");
    assert_eq!(
        page.property("#input", "getAttribute('aria-invalid')")?,
        "true"
    );
    // While somebody types, nothing is said, and the box is not called wrong.
    page.focus()?;
    page.press(Key::Control + Key::Home)?;
    page.press(" ")?;
    assert_eq!(
        page.property("#input", "getAttribute('aria-invalid')")?,
        "null"
    );
    page.paste("postgresql://app@db.example/orders?sslmode=verify-full")?;
    page.until_equal("that the box is right", &"null".to_owned(), |page| {
        page.property("#input", "getAttribute('aria-invalid')")
    })
}

#[test]
fn the_way_from_the_text_to_an_explanation_and_back_needs_no_mouse() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.paste(TWO)?;
    page.until_found("SYN003")?;
    page.press(Key::Control + Key::Home)?;
    page.press(Key::F8)?;
    page.until_equal("the selected text", &Some("@".into()), Page::selection)?;
    assert_eq!(page.count(".squiggle[data-current]")?, 1);
    page.press(Key::F2)?;
    page.until_so("the explanation", |page| {
        Ok(page
            .inner_text("[data-code=SYN003] .docs")?
            .contains("Why it matters"))
    })?;
    let focused = page
        .browser()
        .script("return document.activeElement.className", &[])?;
    assert_eq!(focused, "finding-title");
    page.press(Key::Escape)?;
    page.until_equal("the selected text", &Some("@".into()), Page::selection)?;
    page.press(Key::Alt + Key::Enter)?;
    page.until_gone("SYN003")?;
    page.until_so("what is said of it", |page| {
        Ok(page.inner_text("#status")?.starts_with("Done: "))
    })
}

#[test]
fn the_first_stop_skips_to_the_results() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.paste(TWO)?;
    page.until_found("SYN003")?;
    let first = "return document.querySelector('a[href], button, select, textarea').className";
    assert_eq!(page.browser().script(first, &[])?, "skip");
    let shown = page.browser().script(
        "const link = document.querySelector('.skip');
         link.focus();
         return link.getBoundingClientRect().top >= 0",
        &[],
    )?;
    assert_eq!(shown, true, "it is seen once it has the focus");
    let focused = "return document.activeElement.id";
    page.press(Key::Enter)?;
    page.until_so("the results", |page| {
        Ok(page.browser().script(focused, &[])? == "results")
    })
}

#[test]
fn the_keys_are_shown_in_a_dialog_that_gives_the_focus_back() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.paste("?")?;
    assert_eq!(
        page.count("dialog[open]")?,
        0,
        "a question mark can be typed"
    );
    page.browser()
        .script("document.querySelector('#theme').focus()", &[])?;
    page.press(Key::Control + "/")?;
    page.until_equal("the dialog", &1, |page| page.count("dialog[open]"))?;
    assert!(
        page.inner_text("#keys")?.contains("Alt"),
        "the keys are in it"
    );
    page.press(Key::Escape)?;
    page.until_equal("the dialog to close", &0, |page| page.count("dialog[open]"))?;
    let focused = page
        .browser()
        .script("return document.activeElement.id", &[])?;
    assert_eq!(focused, "theme");
    page.click("#keys-open")?;
    page.until_equal("the dialog", &1, |page| page.count("dialog[open]"))?;
    page.click("#keys [data-action=close]")?;
    page.until_equal("the dialog to close", &0, |page| page.count("dialog[open]"))
}

#[test]
fn pointing_at_one_shows_the_other() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.paste(TWO)?;
    page.until_found("SYN003")?;
    page.hover("[data-squiggle=SYN003]")?;
    page.until_equal("the finding that belongs to the squiggle", &1, |page| {
        page.count("li[data-code=SYN003].pointed")
    })?;
    page.until_so("its words below the text", |page| {
        Ok(page.inner_text(".hint")?.contains("SYN003"))
    })?;
    page.hover("li[data-code=PAR004]")?;
    page.until_equal("the squiggle that belongs to the finding", &1, |page| {
        page.count("[data-squiggle=PAR004][data-pointed]")
    })?;
    assert_eq!(page.count("[data-squiggle=SYN003][data-pointed]")?, 0);
    page.hover("h1")?;
    page.until_equal("nothing to stand out", &0, |page| {
        page.count("[data-pointed]")
    })
}

#[test]
fn the_colours_can_be_chosen_and_are_forgotten() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.browser().prefer_colours("light")?;
    let background = |page: &Page| {
        page.property(
            "body",
            "ownerDocument.defaultView.getComputedStyle(e).backgroundColor",
        )
    };
    let light = background(&page)?;
    page.choose("#theme", "dark")?;
    page.until_so("dark colours", |page| Ok(background(page)? != light))?;
    let kept = "return localStorage.length + sessionStorage.length + document.cookie.length";
    assert_eq!(page.browser().script(kept, &[])?, 0, "nothing is kept");
    page.choose("#theme", "light")?;
    page.browser().prefer_colours("dark")?;
    page.until_equal("light colours all the same", &light, background)
}

#[test]
fn twice_as_large_or_on_a_phone_nothing_is_cut_off() -> Result {
    let site = Site::static_files()?;
    let page = Page::open(&site.url())?;
    page.paste(TEXT)?;
    page.until_found("SYN003")?;
    page.click("#readings-toggle")?;
    // 200 % of a window of 1280 pixels is a window of 640; 320 is 400 %.
    for width in [640, 360, 320] {
        page.browser().resize(width, 700)?;
        page.until_equal("the page's width", &i64::from(width), Page::width)?;
        assert_eq!(page.overflow()?, 0, "{width} pixels: scrolls sideways");
    }
    Ok(())
}

//! The page in both themes and on a narrow screen. The pictures stay in the target folder, to be
//! looked at.

use connlint_e2e::{Page, Result, Site, tools};
use std::fs;

/// Several kinds of text and findings at once.
const TEXT: &str = "DATABASE_URL=postgresql://shopadmin@shop:Kumquat%267-Lantern@heron.postgres.database.azure.com/orders?ssl_mode=require&application_name=a-name-that-is-long-enough-to-break-a-narrow-page\n";

fn picture(page: &Page, name: &str) -> Result<Vec<u8>> {
    let png = page.browser().screenshot()?;
    fs::write(tools::output_folder("e2e-screenshots")?.join(name), &png)?;
    Ok(png)
}

/// The colour behind everything.
fn background(page: &Page) -> Result<String> {
    let colour = page.browser().script(
        "const of = e => getComputedStyle(e).backgroundColor;
         const clear = 'rgba(0, 0, 0, 0)';
         return of(document.body) === clear ? of(document.documentElement) : of(document.body)",
        &[],
    )?;
    Ok(colour.as_str().unwrap_or_default().to_owned())
}

#[test]
fn both_themes_and_a_narrow_screen_show_the_whole_page() -> Result {
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    page.paste(TEXT)?;
    page.until_found("SYN003")?;
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        page.browser().prefer_colours(scheme)?;
        backgrounds.push(background(&page)?);
        for (width, height) in [(1280, 800), (768, 1024), (360, 740)] {
            page.browser().resize(width, height)?;
            page.until_equal("the page's width", &i64::from(width), Page::width)?;
            assert_eq!(
                page.overflow()?,
                0,
                "{scheme}, {width} pixels: scrolls sideways"
            );
            picture(&page, &format!("{scheme}-{width}.png"))?;
        }
    }
    assert_ne!(backgrounds[0], backgrounds[1], "the themes differ");
    Ok(())
}

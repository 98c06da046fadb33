//! Makes the picture of the page for the README: `cargo run -p connlint-e2e --bin screenshot -- OUT.png`.
//!
//! It needs the built page and binary, as the tests do.

use anyhow::Context;
use connlint_e2e::{Page, Result, Site};

/// The form in which Azure's CLI gives the string, with an invented password.
const EXAMPLE: &str =
    "postgresql://shopadmin@shop:Tr0ub4dor@shop.postgres.database.azure.com/orders?sslmode=require";

fn main() -> Result {
    let out = std::env::args_os()
        .nth(1)
        .context("usage: screenshot OUT.png")?;
    let site = Site::with_probe()?;
    let page = Page::open(&site.url())?;
    let hidden = serde_json::json!({ "hidden": true });
    page.browser()
        .devtools("Emulation.setScrollbarsHidden", hidden)?;
    page.browser()
        .run(async |driver| driver.goto(site.url()).await)?;
    page.browser().prefer_colours("light")?;
    page.browser().resize(1280, 800)?;
    page.paste(EXAMPLE)?;
    page.until_found("SYN003")?;
    // Without the cursor, so that every run gives the same picture.
    page.browser()
        .script("document.activeElement.blur(); scrollTo(0, 0)", &[])?;
    std::fs::write(&out, page.browser().screenshot()?)?;
    Ok(())
}

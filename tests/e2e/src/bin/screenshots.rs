//! Makes the pictures of the page, each state in light and dark and on a narrow screen:
//! `cargo xtask screenshots`, which says where the built parts are, or `screenshots FOLDER`.

use anyhow::Context;
use color_quant::NeuQuant;
use connlint_e2e::{LOOPBACK_NAME, Page, Result, Site};
use serde_json::json;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;
use thirtyfour::prelude::Key;

/// The form in which Azure's CLI gives the string, with an invented password.
const EXAMPLE: &str =
    "postgresql://shopadmin@shop:Tr0ub4dor@shop.postgres.database.azure.com/orders?sslmode=require";

/// An error beside the string that it is about.
const ERROR: &str = "DATABASE_URL=postgres://app:Gr33nTea@shop.postgres.database.azure.com:5432/orders\n\n\
    error: no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"orders\", no encryption\n";

/// A state of the page: its name and the way to it.
type State = (&'static str, fn(&Page) -> Result);

const STATES: [State; 8] = [
    ("empty", |page| page.paste("")),
    ("findings", |page| {
        page.paste(EXAMPLE)?;
        page.until_found("SYN003")
    }),
    ("explanation", |page| {
        page.paste(EXAMPLE)?;
        page.until_found("SYN003")?;
        page.act("SYN003", "show")?;
        page.press(Key::F2)?;
        page.until_equal("the explanation", &1, |page| {
            page.count(".docs:not([hidden])")
        })
    }),
    ("readings", |page| {
        page.paste(EXAMPLE)?;
        page.click("#readings-toggle")?;
        page.browser()
            .script("document.querySelector('#readings').scrollIntoView()", &[])?;
        Ok(())
    }),
    ("convert", |page| {
        page.paste(&EXAMPLE.replacen('@', "%40", 1))?;
        page.choose("#convert-to", "ado.net")?;
        page.browser().script(
            "document.querySelector('#convert').scrollIntoView({ block: 'end' })",
            &[],
        )?;
        Ok(())
    }),
    ("error-message", |page| {
        page.paste(ERROR)?;
        page.until_equal("the error's panel", &1, |page| page.count("#triage"))
    }),
    ("probe", |page| {
        // A port of this computer where nobody listens.
        page.paste(&format!(
            "postgresql://app@{LOOPBACK_NAME}:1/orders?sslmode=require"
        ))?;
        page.probe()?;
        page.browser().script(
            "document.querySelector('#probe').scrollIntoView({ block: 'end' })",
            &[],
        )?;
        Ok(())
    }),
    ("keys", |page| {
        page.paste(EXAMPLE)?;
        page.click("#keys-open")
    }),
];

/// Its name, the colours, the size of the window.
const LOOKS: [(&str, &str, u32, u32); 3] = [
    ("light", "light", 1280, 860),
    ("dark", "dark", 1280, 860),
    ("narrow", "light", 390, 780),
];

fn main() -> Result {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.context("usage: screenshots FOLDER")?;
    std::fs::create_dir_all(&folder)?;
    let site = Site::with_probe()?;
    for (look, colours, width, height) in LOOKS {
        for (name, go) in STATES {
            // Each in a new page, so that no state shows what is left of another one.
            let page = Page::open(&site.url())?;
            let hidden = json!({ "hidden": true });
            page.browser()
                .devtools("Emulation.setScrollbarsHidden", hidden)?;
            page.browser().prefer_colours(colours)?;
            page.browser().resize(width, height)?;
            go(&page).with_context(|| format!("{name}, {look}"))?;
            // What waits for a pause has come, and no cursor is caught in the middle of blinking.
            std::thread::sleep(Duration::from_millis(700));
            if name != "explanation" {
                page.browser()
                    .script("document.activeElement.blur()", &[])?;
            }
            let png = small(&page.browser().screenshot()?)?;
            if (name, look) == ("findings", "light") {
                let beside = folder.parent().context("no folder beside")?;
                std::fs::write(beside.join("screenshot.png"), &png)?;
            }
            std::fs::write(folder.join(format!("{name}-{look}.png")), png)?;
        }
    }
    Ok(())
}

/// The picture with at most 256 colours, which is what keeps it small.
fn small(picture: &[u8]) -> Result<Vec<u8>> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(picture));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
    let mut reader = decoder.read_info()?;
    let size = reader
        .output_buffer_size()
        .context("the picture is too large")?;
    let mut pixels = vec![0; size];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());

    let palette = NeuQuant::new(3, 256, &pixels);
    let mut known: HashMap<&[u8], u8> = HashMap::new();
    let indexed: Vec<u8> = pixels
        .chunks_exact(4)
        .map(|pixel| {
            *known
                .entry(pixel)
                .or_insert_with(|| u8::try_from(palette.index_of(pixel)).unwrap_or(0))
        })
        .collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, info.width, info.height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.color_map_rgb());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(&indexed)?;
    Ok(out)
}

//! The files of the widget: they lie beside the page, share its parts, and know their names and hashes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::finish::integrity;
use super::styles;

/// The most that a page loads before a widget comes near the visible part, in bytes as they are sent uncompressed.
pub(crate) const ELEMENT_LIMIT: usize = 6000;

/// Writes the widget's files into `folder`, where `html` is the page's index.html as Trunk wrote it and `documents` the
/// name of the file with the rules' documents.
///
/// # Errors
/// When a file is missing or cannot be written, or the element has become too large.
pub(super) fn write(source: &Path, folder: &Path, html: &str, documents: &str) -> Result<()> {
    let part = |name: &str| -> Result<_> {
        let name = name.trim_start_matches("./");
        let bytes = fs::read(folder.join(name)).with_context(|| name.to_owned())?;
        Ok(json!([name, integrity(&bytes)]))
    };
    let script = |name: &str| -> Result<String> {
        let file = source.join(name);
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        Ok(without_comments(&text))
    };
    let documents = part(documents)?;
    let parts = json!({
        "js": part(between(html, "data-js='", "'")?)?,
        "wasm": part(between(html, "data-wasm='", "'")?)?,
        "css": part(styles::joined(html)?)?,
        "documents": { "address": documents[0], "integrity": documents[1] },
    });
    let widget = filled(
        &script("connlint-widget.js")?,
        "@parts@",
        &parts.to_string(),
    )?;
    let named = json!(["connlint-widget.js", integrity(widget.as_bytes())]);
    let element = filled(
        &script("connlint-element.js")?,
        "@widget@",
        &named.to_string(),
    )?;
    ensure!(
        element.len() <= ELEMENT_LIMIT,
        "connlint-element.js is {} bytes, {ELEMENT_LIMIT} at most: load more of it later",
        element.len()
    );
    let files = [
        ("connlint-widget.js", widget),
        ("connlint-element.js", element),
        ("connlint-frame.js", script("connlint-frame.js")?),
        ("embed.js", script("embed.js")?),
        ("demo.js", script("demo.js")?),
    ];
    let mut hashes = BTreeMap::new();
    for (name, text) in files {
        hashes.insert(name, integrity(text.as_bytes()));
        fs::write(folder.join(name), text)?;
    }
    // For those who write the hash into their pages.
    fs::write(
        folder.join("integrity.json"),
        serde_json::to_string_pretty(&hashes)? + "\n",
    )?;
    for name in [
        "embed.html",
        "demo.html",
        "demo.css",
        "custom-elements.json",
    ] {
        fs::copy(source.join(name), folder.join(name)).context(name)?;
    }
    Ok(())
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Result<&'a str> {
    let rest = text.split_once(before).map(|(_, rest)| rest);
    let found = rest.and_then(|rest| Some(rest.split_once(after)?.0));
    found.with_context(|| format!("index.html has no {before}…{after}"))
}

/// A script with a value in the place that is there for it.
fn filled(script: &str, place: &str, value: &str) -> Result<String> {
    let place = format!("\"{place}\"");
    ensure!(script.matches(&place).count() == 1, "no place {place}");
    Ok(script.replacen(&place, value, 1))
}

/// A script without its lines of comment, which say nothing to a browser.
fn without_comments(script: &str) -> String {
    let code = script
        .lines()
        .filter(|line| !line.trim_start().starts_with("//") && !line.trim().is_empty());
    code.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<link rel="icon" href="./icon.svg"/><link rel="stylesheet" href="./connlint-1.css" integrity="x"/>
        <meta name='connlint-app' data-js='./a.js' data-wasm='./a_bg.wasm'>"#;

    #[test]
    fn the_parts_are_named_with_their_hashes() {
        let folder = std::env::temp_dir().join(format!("connlint-widget-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["a.js", "a_bg.wasm", "connlint-1.css", "documents.txt"] {
            fs::write(folder.join(name), "abc").unwrap();
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static");
        write(&source, &folder, HTML, "documents.txt").unwrap();
        let widget = fs::read_to_string(folder.join("connlint-widget.js")).unwrap();
        let abc = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
        assert!(widget.contains(&format!(r#""wasm":["a_bg.wasm","{abc}"]"#)));
        let element = fs::read_to_string(folder.join("connlint-element.js")).unwrap();
        assert!(element.contains(&integrity(widget.as_bytes())));
        assert!(
            !element
                .lines()
                .any(|line| line.trim_start().starts_with("//"))
        );
        let hashes = fs::read_to_string(folder.join("integrity.json")).unwrap();
        assert!(hashes.contains(&integrity(element.as_bytes())), "{hashes}");
        assert!(folder.join("embed.html").is_file() && folder.join("embed.js").is_file());
        fs::remove_file(folder.join("a.js")).unwrap();
        assert!(write(&source, &folder, HTML, "documents.txt").is_err());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn only_lines_of_comment_are_taken_out() {
        assert_eq!(
            without_comments("// a\nlet b = \"// c\";\n\n  // d\n  e();\n"),
            "let b = \"// c\";\n  e();\n"
        );
    }
}

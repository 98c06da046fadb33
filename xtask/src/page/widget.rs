//! The files of the widget: they lie beside the page, share its parts, and know their names and hashes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::document::{Policy, changed, one, tags};
use super::finish::{APP, PARTS, integrity};

/// The most that a page loads before a widget comes near the visible part, in bytes as they are sent uncompressed.
pub(crate) const ELEMENT_LIMIT: usize = 6000;

/// What index.html says of itself that the other documents say as well.
const SHARED: &[(&str, Option<&str>)] = &[
    ("charset", None),
    (Policy::TAG.0, Some(Policy::TAG.1)),
    ("name", Some("viewport")),
    ("name", Some("referrer")),
];

/// Where a document names the directives of the page's policy that it does without.
const WITHOUT: &str = "data-policy-without";

/// Writes the widget's files into `folder`, where `html` is the page's finished index.html.
///
/// # Errors
/// When a file is missing or cannot be written, or the element has become too large.
pub(super) fn write(source: &Path, folder: &Path, html: &str) -> Result<()> {
    let part = |name: &str| -> Result<_> {
        let bytes = fs::read(folder.join(name)).with_context(|| name.to_owned())?;
        Ok(json!([name, integrity(&bytes)]))
    };
    let script = |name: &str| -> Result<String> {
        let file = source.join(name);
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        Ok(without_comments(&text))
    };
    let app = one(html, APP.0, APP.1, APP.2)?;
    let documents = one(html, PARTS.0, PARTS.1, PARTS.2)?;
    let documents = part(documents.file("data-documents")?)?;
    let parts = json!({
        "js": part(app.file("data-js")?)?,
        "wasm": part(app.file("data-wasm")?)?,
        "css": part(one(html, "link", "rel", "stylesheet")?.file("href")?)?,
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
    for name in ["embed.html", "demo.html"] {
        let document = fs::read_to_string(source.join(name)).context(name)?;
        let document = with_head(&document, html).context(name)?;
        fs::write(folder.join(name), document)?;
    }
    for name in ["demo.css", "custom-elements.json"] {
        fs::copy(source.join(name), folder.join(name)).context(name)?;
    }
    Ok(())
}

/// A document whose head begins with what it shares with index.html, `html`.
fn with_head(document: &str, html: &str) -> Result<String> {
    let heads: Vec<_> = tags(document)
        .into_iter()
        .filter(|tag| tag.name == "head")
        .collect();
    let [head] = heads.as_slice() else {
        bail!("a document with {} heads", heads.len());
    };
    let without = head.get(WITHOUT).unwrap_or_default();
    let mut text = "<head>".to_owned();
    for (attribute, value) in SHARED {
        let found = tags(html).into_iter().find(|tag| {
            let own = tag.get(attribute);
            tag.name == "meta" && own.is_some() && value.is_none_or(|value| own == Some(value))
        });
        let mut tag = found.with_context(|| format!("index.html says no {attribute}"))?;
        if *attribute == Policy::TAG.0 {
            let policy = Policy::read(tag.get("content").unwrap_or_default());
            let policy = without.split_whitespace().fold(policy, Policy::without);
            tag = tag.with("content", policy.to_string());
        }
        text += &format!("\n    {tag}");
    }
    Ok(changed(document, |tag| {
        (tag.name == "head").then(|| text.clone())
    }))
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
    use crate::page::document::Tag;

    const HTML: &str = r#"<meta charset="utf-8" /><meta name="viewport" content="width=1" /><meta name="referrer" content="no-referrer" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'" />
        <meta name="connlint-parts" data-documents="./documents.txt" /><link rel="icon" href="./icon.svg"/><link rel="stylesheet" href="./connlint-1.css" integrity="x"/>
        <meta name='connlint-app' data-js='./a.js' data-wasm='./a_bg.wasm'>"#;

    #[test]
    fn the_parts_are_named_with_their_hashes() {
        let folder = std::env::temp_dir().join(format!("connlint-widget-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["a.js", "a_bg.wasm", "connlint-1.css", "documents.txt"] {
            fs::write(folder.join(name), "abc").unwrap();
        }
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../static");
        write(&source, &folder, HTML).unwrap();
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
        assert!(folder.join("embed.js").is_file());
        let framed = fs::read_to_string(folder.join("embed.html")).unwrap();
        let tags = tags(&framed);
        for (attribute, value) in SHARED {
            let says = |tag: &&Tag| {
                tag.get(attribute)
                    .is_some_and(|own| value.is_none_or(|value| own == value))
            };
            assert_eq!(tags.iter().filter(says).count(), 1, "{attribute}: {framed}");
        }
        let policy = one(&framed, "meta", Policy::TAG.0, Policy::TAG.1).unwrap();
        assert_eq!(
            policy.get("content"),
            Some("default-src 'none'; script-src 'self'"),
            "no more than it needs"
        );
        fs::remove_file(folder.join("a.js")).unwrap();
        assert!(write(&source, &folder, HTML).is_err());
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

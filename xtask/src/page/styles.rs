//! Joins the page's style sheets, which are kept by subject in `static/css/`, into the one file that a browser asks for.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::document::{Tag, changed, tags};
use super::finish::{integrity, short_hash};

/// What all of them are called together.
const NAME: &str = "connlint";

/// Puts one file in place of the style sheets that `html` links, in their order, and gives the document that links it.
///
/// With no more than one there is nothing to do.
///
/// # Errors
/// When the document links none, or one of them is missing.
pub(super) fn join(folder: &Path, html: &str) -> Result<String> {
    let mut links = tags(html);
    links.retain(is_link);
    let (first, others) = links
        .split_first()
        .context("index.html has no style sheet")?;
    if others.is_empty() {
        return Ok(html.to_owned());
    }
    let mut all = String::new();
    for link in &links {
        let path = folder.join(link.file("href")?);
        all += fs::read_to_string(&path)
            .with_context(|| path.display().to_string())?
            .trim_end();
        all.push('\n');
        fs::remove_file(&path)?;
    }
    let name = format!("{NAME}-{}.css", short_hash(all.as_bytes()));
    fs::write(folder.join(&name), &all)?;
    let told = first
        .clone()
        .with("href", format!("./{name}"))
        .with("integrity", integrity(all.as_bytes()))
        .to_string();
    Ok(changed(html, |tag| {
        is_link(&tag).then(|| {
            if tag == *first {
                told.clone()
            } else {
                String::new()
            }
        })
    }))
}

/// Whether it links a style sheet.
fn is_link(tag: &Tag) -> bool {
    tag.is("link", "rel", "stylesheet")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::document::one;

    const HTML: &str = r#"<head><link rel="icon" href="./icon.svg"/><link rel="stylesheet" href="./a-1.css" integrity="x"/>
        <meta name="m" /><link rel='stylesheet' href='./b-2.css'></head>"#;

    #[test]
    fn one_file_in_the_order_of_the_links_takes_their_place() {
        let folder = std::env::temp_dir().join(format!("connlint-styles-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a-1.css"), "a{}").unwrap();
        fs::write(folder.join("b-2.css"), "b{}\n").unwrap();

        let html = join(&folder, HTML).unwrap();
        let link = one(&html, "link", "rel", "stylesheet").unwrap();
        let joined = fs::read_to_string(folder.join(link.file("href").unwrap())).unwrap();
        assert_eq!(joined, "a{}\nb{}\n");
        assert_eq!(html.matches("stylesheet").count(), 1, "{html}");
        assert!(
            html.contains(&integrity(b"a{}\nb{}\n")) && html.contains("icon.svg"),
            "{html}"
        );
        assert!(!folder.join("a-1.css").exists());

        assert_eq!(join(&folder, &html).unwrap(), html, "nothing left to join");
        assert!(join(&folder, HTML).is_err(), "the files are gone");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_page_without_style_sheets_is_refused() {
        assert!(join(Path::new("."), "<link rel=\"icon\" href=\"i\">").is_err());
    }
}

//! Joins the page's style sheets, which are kept by subject in `static/css/`, into the one file that a browser asks for.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

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
    let links: Vec<&str> = links(html).collect();
    let (first, others) = links
        .split_first()
        .context("index.html has no style sheet")?;
    if others.is_empty() {
        return Ok(html.to_owned());
    }
    let mut all = String::new();
    for link in &links {
        let path = folder.join(address(link)?);
        all += fs::read_to_string(&path)
            .with_context(|| path.display().to_string())?
            .trim_end();
        all.push('\n');
        fs::remove_file(&path)?;
    }
    let name = format!("{NAME}-{}.css", short_hash(all.as_bytes()));
    fs::write(folder.join(&name), &all)?;
    let told = format!(
        r#"<link rel="stylesheet" href="./{name}" integrity="{}"/>"#,
        integrity(all.as_bytes())
    );
    let mut joined = html.replacen(first, &told, 1);
    for link in others {
        joined = joined.replacen(link, "", 1);
    }
    Ok(joined)
}

/// The file of the one style sheet of a finished page.
///
/// # Errors
/// When there is none, or more than one.
pub(super) fn joined(html: &str) -> Result<&str> {
    let mut links = links(html);
    let link = links.next().context("index.html has no style sheet")?;
    ensure!(links.next().is_none(), "the style sheets are not joined");
    address(link)
}

/// The tags that link a style sheet.
fn links(html: &str) -> impl Iterator<Item = &str> {
    html.match_indices("<link ").filter_map(|(start, _)| {
        let tag = &html[start..];
        let tag = &tag[..=tag.find('>')?];
        let rel = attribute(tag, "rel")?;
        (rel == "stylesheet").then_some(tag)
    })
}

/// The file that a tag names, which lies beside the document.
fn address(link: &str) -> Result<&str> {
    let address = attribute(link, "href").with_context(|| format!("no address in {link}"))?;
    Ok(address.trim_start_matches("./"))
}

/// The value of an attribute.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    ['"', '\''].into_iter().find_map(|quote| {
        let (_, rest) = tag.split_once(&format!(" {name}={quote}"))?;
        Some(rest.split_once(quote)?.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<head><link rel="icon" href="./icon.svg"/><link rel="stylesheet" href="./a-1.css" integrity="x"/>
        <meta name="m" /><link rel='stylesheet' href='./b-2.css'></head>"#;

    #[test]
    fn one_file_in_the_order_of_the_links_takes_their_place() {
        let folder = std::env::temp_dir().join(format!("connlint-styles-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a-1.css"), "a{}").unwrap();
        fs::write(folder.join("b-2.css"), "b{}\n").unwrap();
        assert!(joined(HTML).is_err());

        let html = join(&folder, HTML).unwrap();
        let name = joined(&html).unwrap();
        assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), "a{}\nb{}\n");
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

//! Generates `docs/rules/`, one page a rule and an index, and `docs/gallery.md` from the documents beside the rules; and
//! `docs/drivers/`, one page a driver and an index, from the readings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::project::Project;

/// Writes the pages.
///
/// # Errors
/// When a document cannot be read or has no title, or a page cannot be written.
pub(crate) fn write(project: &Project) -> Result<usize> {
    let pages = pages(project)?;
    for path in left_over(project, &pages)? {
        fs::remove_file(path)?;
    }
    for (path, text) in &pages {
        fs::write(project.root.join(path), text).with_context(|| path.display().to_string())?;
    }
    Ok(pages.len())
}

/// Fails if a page is not what the documents make of it now.
///
/// # Errors
/// Names the pages that are out of date.
pub(crate) fn check(project: &Project) -> Result<()> {
    let written = |path: &Path| fs::read_to_string(project.root.join(path)).ok();
    let pages = pages(project)?;
    let stale: Vec<String> = pages
        .iter()
        .filter(|(path, text)| written(path).as_ref() != Some(*text))
        .map(|(path, _)| path.display().to_string())
        .chain(
            left_over(project, &pages)?
                .iter()
                .map(|path| path.display().to_string()),
        )
        .collect();
    if !stale.is_empty() {
        bail!(
            "out of date: {}; `cargo xtask docs` writes them",
            stale.join(", ")
        );
    }
    Ok(())
}

/// The one page of the generated folders that is written by hand.
const BY_HAND: &str = "docs/rules/not-rules.md";

/// The files in the generated folders that are no page any more; makes the folders where they are missing.
fn left_over(project: &Project, pages: &BTreeMap<PathBuf, String>) -> Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for folder in ["docs/rules", "docs/drivers"] {
        let folder = project.root.join(folder);
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let relative = path.strip_prefix(&project.root)?;
            let by_hand = relative == Path::new(BY_HAND);
            if !by_hand && !pages.contains_key(relative) {
                out.push(path);
            }
        }
    }
    Ok(out)
}

fn pages(project: &Project) -> Result<BTreeMap<PathBuf, String>> {
    let mut pages = printed(project, "rule-pages")?;
    pages.extend(printed(project, "driver-pages")?);
    Ok(pages)
}

/// What an example of core prints, which knows the rules and the readings.
fn printed(project: &Project, example: &str) -> Result<BTreeMap<PathBuf, String>> {
    let mut cargo = project.cargo();
    cargo.args(["run", "--quiet", "--package", "connlint-core"]);
    let output = cargo.args(["--example", example]).output()?;
    ensure!(
        output.status.success(),
        "{example}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let pages: Value = serde_json::from_slice(&output.stdout)?;
    let pages = pages.as_object().context("an object of pages")?;
    Ok(pages
        .iter()
        .map(|(path, text)| (path.into(), text.as_str().unwrap_or_default().into()))
        .collect())
}

//! Builds a second time, elsewhere, and compares: the same sources have to give the same bytes.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{files, single, sums};
use crate::project::Project;

/// What is made of WebAssembly, in the folder of a distribution.
const WEB: &[&str] = &["site/", "npm/", single::FILE];

/// Builds what is made of WebAssembly from a copy of the last commit at another place, with nothing of the first build,
/// and compares it with `first`.
///
/// # Errors
/// When the second build fails, or names the files that differ.
pub(crate) fn compare(project: &Project, first: &Path) -> Result<()> {
    let copy = project.own_target().join("again");
    let _ = fs::remove_dir_all(&copy);
    let mut clone = project.command("git".as_ref());
    clone
        .args(["clone", "--quiet", "--no-hardlinks", "."])
        .arg(&copy);
    ensure!(clone.status()?.success(), "git clone failed");
    let tools = project.root.join(".tools");
    #[cfg(unix)]
    if tools.is_dir() {
        std::os::unix::fs::symlink(&tools, copy.join(".tools"))?;
    }
    let status = project
        .cargo()
        .current_dir(&copy)
        .args(["xtask", "dist", "--web"])
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .status()?;
    ensure!(status.success(), "the second build failed");
    let second = copy.join("dist");
    let differing = differing(first, &second)?;
    ensure!(
        differing.is_empty(),
        "two builds differ in {}",
        differing.join(", ")
    );
    // A gigabyte that nobody needs any more.
    fs::remove_dir_all(&copy).context("the second build cannot be removed")
}

/// The files that are not the same in both folders; the list of hashes is left out, as it follows the others, and so is what
/// only a whole build makes.
fn differing(first: &Path, second: &Path) -> Result<Vec<String>> {
    let mut names = files(first)?;
    names.retain(|name| WEB.iter().any(|part| name.starts_with(part)));
    names.extend(files(second)?);
    names.sort();
    names.dedup();
    names.retain(|name| {
        let same = fs::read(first.join(name)).ok() == fs::read(second.join(name)).ok();
        name != sums::FILE && !same
    });
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_different_is_named() {
        let root = std::env::temp_dir().join(format!("connlint-again-{}", std::process::id()));
        let (first, second) = (root.join("1"), root.join("2"));
        for folder in [&first, &second] {
            fs::create_dir_all(folder.join("site")).unwrap();
            fs::write(folder.join("site/same"), "a").unwrap();
        }
        fs::write(first.join("site/one"), "a").unwrap();
        fs::write(first.join("binary"), "only in a whole build").unwrap();
        fs::write(second.join("site/two"), "a").unwrap();
        fs::write(first.join("site/both"), "a").unwrap();
        fs::write(second.join("site/both"), "b").unwrap();
        let found = differing(&first, &second).unwrap();
        assert_eq!(found, ["site/both", "site/one", "site/two"]);
        fs::remove_dir_all(&root).unwrap();
    }
}

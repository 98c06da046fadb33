//! `cargo xtask dist`: everything that is given to users, in `dist/`.

mod again;
mod binaries;
mod sbom;
mod single;
mod site;
mod sums;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::npm;
use crate::page;
use crate::project::{Project, members};
use crate::system::Consent;
use crate::tools::Tools;

use again::compare;

/// What the user asked for.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Leave out the native binary and the list of components, which take the longest.
    pub(crate) web: bool,
    /// Build the parts of WebAssembly a second time, elsewhere, and compare.
    pub(crate) check: bool,
    /// Use the system's package manager without asking.
    pub(crate) yes: bool,
}

/// Builds all of it into `dist/`, and gives the folder.
///
/// # Errors
/// When something cannot be built or written.
pub(crate) fn run(project: &Project, options: &Options) -> Result<PathBuf> {
    let folder = project.root.join("dist");
    let tools = Tools::ensure(project)?;
    ensure!(
        tools.wasm_opt,
        "what is given to users needs wasm-opt; the message above says why it is missing"
    );
    let page = page::build(project, &tools)?;
    web(project, &tools, &page, &folder)?;
    if !options.web {
        binaries::build(project, &page, &folder, Consent::new(options.yes))?;
        sbom::write(project, &folder)?;
    }
    sums::write(&folder)?;
    for (name, bytes) in sizes(&folder)? {
        println!("{bytes:>12}  {name}");
    }
    if options.check {
        compare(project, &folder)?;
    }
    Ok(folder)
}

/// The parts that are made of WebAssembly, from the built page: `site/`, `connlint.html` and `npm/`.
///
/// # Errors
/// When something cannot be built or written.
pub(crate) fn web(project: &Project, tools: &Tools, page: &Path, folder: &Path) -> Result<()> {
    empty(folder)?;
    site::write(project, page, &folder.join("site"))?;
    single::write(project, tools, page, folder)?;
    copy(&npm::build(project, tools)?, &folder.join("npm"))
}

/// What is in the folder, with the bytes of each file, and of each folder as it is without what is compressed beside it.
fn sizes(folder: &Path) -> Result<Vec<(String, u64)>> {
    let mut sizes: Vec<(String, u64)> = Vec::new();
    for name in files(folder)? {
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let bytes = fs::metadata(folder.join(&name))?.len();
        let top = match name.split_once('/') {
            Some((top, _)) => format!("{top}/"),
            None => name,
        };
        match sizes.last_mut().filter(|(last, _)| *last == top) {
            Some((_, sum)) => *sum += bytes,
            None => sizes.push((top, bytes)),
        }
    }
    Ok(sizes)
}

/// The version of everything here.
fn version(project: &Project) -> &str {
    members(&project.metadata)
        .find(|package| package["name"] == "connlint")
        .and_then(|package| package["version"].as_str())
        .unwrap_or("0")
}

/// Makes the folder anew.
fn empty(folder: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    Ok(())
}

/// Copies a folder's files and folders; what begins with a dot is the build's own.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for path in entries(from)? {
        let Some(name) = path.file_name() else {
            continue;
        };
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// What is in a folder, in the order of the names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    Ok(entries)
}

/// Every file below `folder`, as its path from there with `/`, in order.
fn files(folder: &Path) -> Result<Vec<String>> {
    fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) -> Result<()> {
        for path in entries(folder)? {
            if path.is_dir() {
                collect(root, &path, found)?;
            } else {
                let parts = path.strip_prefix(root)?.components();
                let parts: Vec<_> = parts
                    .map(|part| part.as_os_str().to_string_lossy())
                    .collect();
                found.push(parts.join("/"));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found)?;
    found.sort();
    Ok(found)
}

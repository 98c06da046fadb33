//! Builds the page with Trunk and the connlint binary that carries it, unless nothing has changed.

pub(crate) mod document;
mod finish;
#[cfg(test)]
mod interface;
pub(crate) mod size;
mod split;
mod styles;
mod weigh;
mod widget;

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::project::Project;
use crate::tools::{PAGE_TARGET, Pins, Tools};

pub(crate) use finish::{APP, PARTS, finish, integrity, replaced, short_hash};

/// The cargo profile of the page.
pub(crate) const PAGE_PROFILE: &str = "wasm-release";

/// What the page is made of, relative to the root; missing ones count as empty.
const INPUTS: &[&str] = &[
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "src",
    "static",
    "deploy",
    "crates/config",
    "crates/core",
    "crates/report",
    "crates/probe-api",
    "xtask/src/page",
];

/// Builds the page as it is shipped and gives the folder with its files.
///
/// The folder is the task runner's own: what a `trunk serve` has left in `dist/` is not shipped by
/// accident. A stamp remembers what the page was built from, so that a second call takes no time.
///
/// # Errors
/// When Trunk fails, or the wasm-bindgen library does not fit the tool.
pub(crate) fn build(project: &Project, tools: &Tools) -> Result<PathBuf> {
    ensure!(
        project.root.join("index.html").is_file(),
        "there is no index.html, so there is no page to build"
    );
    Pins::read(&project.root)?.check_library(project)?;
    let own = project.own_target();
    let (page, stamp) = (own.join("page"), own.join("page.stamp"));
    let wanted = format!(
        "{:016x} {}",
        fingerprint(&project.root, INPUTS)?,
        tools.wasm_opt
    );
    if fs::read_to_string(&stamp).is_ok_and(|built| built == wanted)
        && page.join("index.html").is_file()
    {
        return Ok(page);
    }
    fs::create_dir_all(&own)?;
    // An aborted build must not look like a finished one.
    let _ = fs::remove_file(&stamp);

    let mut trunk = project.command(&tools.trunk);
    trunk.arg("build").arg("--dist").arg(&page);
    if tools.wasm_opt {
        // index.html names the profile for release builds.
        trunk.arg("--release");
    } else {
        // Trunk runs wasm-opt in every release build; the same code without it is this.
        trunk.args(["--cargo-profile", PAGE_PROFILE]);
    }
    trunk
        .env("PATH", &tools.path)
        .envs([project.anonymous(PAGE_TARGET)])
        .env(split::PROFILE, PAGE_PROFILE)
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .stdin(Stdio::null());
    if std::env::var_os("NO_COLOR").is_some() {
        // Trunk reads the variable as a boolean and refuses the usual `1`.
        trunk.env("NO_COLOR", "true");
    }
    let status = trunk.status().context("cannot run Trunk")?;
    ensure!(status.success(), "Trunk could not build the page");
    fs::write(&stamp, wanted)?;
    Ok(page)
}

/// How the binary is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Shares everything with the tests.
    Debug,
    /// As it is shipped.
    Release,
}

/// Builds the connlint binary with the page inside and gives its path.
///
/// # Errors
/// When the build fails.
pub(crate) fn build_binary(project: &Project, page: &Path, mode: Mode) -> Result<PathBuf> {
    let mut cargo = project.cargo();
    cargo.args(["build", "--package", "connlint", "--bin", "connlint"]);
    if mode == Mode::Release {
        cargo.arg("--release");
    }
    let status = cargo.env("CONNLINT_DIST", page).status()?;
    ensure!(status.success(), "the connlint binary could not be built");
    let folder = match mode {
        Mode::Debug => "debug",
        Mode::Release => "release",
    };
    Ok(project
        .target
        .join(folder)
        .join(format!("connlint{}", std::env::consts::EXE_SUFFIX)))
}

/// A number that changes when one of these files, or a file in one of these folders, changes.
pub(crate) fn fingerprint(root: &Path, inputs: &[&str]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        hash_path(&root.join(input), &mut hasher)
            .with_context(|| format!("cannot read {input}"))?;
    }
    Ok(hasher.finish())
}

/// Hashes a file's name and content, or a folder's entries in the order of their names.
fn hash_path(path: &Path, hasher: &mut impl Hasher) -> std::io::Result<()> {
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()?;
        entries.sort();
        for entry in entries {
            hash_path(&entry, hasher)?;
        }
    } else if path.is_file() {
        path.hash(hasher);
        fs::read(path)?.hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_follows_names_and_contents() {
        let root = std::env::temp_dir().join(format!("connlint-page-{}", std::process::id()));
        fs::create_dir_all(root.join("src/state")).unwrap();
        let write = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
        write("index.html", "a");
        write("src/state/mod.rs", "a");
        let first = fingerprint(&root, INPUTS).unwrap();
        assert_eq!(fingerprint(&root, INPUTS).unwrap(), first);

        write("README.md", "not part of the page");
        assert_eq!(fingerprint(&root, INPUTS).unwrap(), first);
        write("src/state/mod.rs", "b");
        let second = fingerprint(&root, INPUTS).unwrap();
        assert_ne!(second, first);
        fs::rename(
            root.join("src/state/mod.rs"),
            root.join("src/state/lint.rs"),
        )
        .unwrap();
        assert_ne!(fingerprint(&root, INPUTS).unwrap(), second);
        fs::remove_dir_all(&root).unwrap();
    }
}

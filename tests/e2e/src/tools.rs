//! Where the programs and the built parts are.
//!
//! `cargo xtask test` names them in the environment: `CONNLINT_BIN` (the binary with the page inside),
//! `CONNLINT_DIST` (the folder of the built page), `CONNLINT_DISTRIBUTION` (what is given to users),
//! `CONNLINT_BUNDLE` (a page with the npm package), `CONNLINT_PORTALS` (pages
//! with the widget), `CONNLINT_CHROME`,
//! `CHROMEDRIVER`, `CONNLINT_FIREFOX`, `GECKODRIVER`, `CONNLINT_AXE` (the script of axe-core). Without it the
//! places where it leaves them, and the PATH, are looked at.

use crate::Result;
use anyhow::{Context, ensure};
use std::env;
use std::path::{Path, PathBuf};

/// The `connlint` binary with the page inside.
///
/// # Errors
/// When there is none; the message says how to build it.
pub fn connlint() -> Result<PathBuf> {
    let name = format!("debug/connlint{}", env::consts::EXE_SUFFIX);
    named("CONNLINT_BIN", || Some(target().ok()?.join(name))).context(
        "the connlint binary with the page inside is missing: `cargo xtask test` builds it",
    )
}

/// The folder of the built page.
///
/// # Errors
/// When there is none; the message says how to build it.
pub fn dist() -> Result<PathBuf> {
    named("CONNLINT_DIST", || Some(target().ok()?.join("xtask/page")))
        .context("the built page is missing: `cargo xtask test` builds it")
}

/// The folder of a page that Vite has bundled with the npm package.
///
/// # Errors
/// When there is none; the message says how to build it.
pub fn bundle() -> Result<PathBuf> {
    named("CONNLINT_BUNDLE", || {
        Some(target().ok()?.join("xtask/npm-test/vite/dist"))
    })
    .context("the bundled page is missing: `cargo xtask test` builds it")
}

/// A copy of the built page, to be changed; deleted when dropped.
///
/// # Errors
/// When the page is not built, or cannot be copied.
pub fn copy_of_dist() -> Result<tempfile::TempDir> {
    copy_of(&dist()?)
}

/// A copy of the files in a folder, to be changed; deleted when dropped.
///
/// # Errors
/// When one cannot be copied.
pub fn copy_of(folder: &Path) -> Result<tempfile::TempDir> {
    let copy = tempfile::tempdir()?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            std::fs::copy(&path, copy.path().join(name))?;
        }
    }
    Ok(copy)
}

/// The folder with the portals that their generators have built.
///
/// # Errors
/// When there is none; the message says how to build it.
pub fn portals() -> Result<PathBuf> {
    named("CONNLINT_PORTALS", || {
        Some(target().ok()?.join("xtask/portals"))
    })
    .context("the portals are missing: `cargo xtask portals` builds them")
}

/// The folder with what is given to users, without the native binary.
///
/// # Errors
/// When there is none; the message says how to build it.
pub fn distribution() -> Result<PathBuf> {
    named("CONNLINT_DISTRIBUTION", || {
        Some(target().ok()?.join("xtask/dist"))
    })
    .context("the distribution is missing: `cargo xtask test` builds it")
}

/// Chromium.
///
/// # Errors
/// When there is none.
pub fn chrome() -> Result<PathBuf> {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    named("CONNLINT_CHROME", || on_path(&names)).context("Chromium is missing")
}

/// ChromeDriver, of the same version as Chromium.
///
/// # Errors
/// When there is none.
pub fn chromedriver() -> Result<PathBuf> {
    named("CHROMEDRIVER", || on_path(&["chromedriver"])).context("ChromeDriver is missing")
}

/// Firefox.
///
/// # Errors
/// When there is none.
pub fn firefox() -> Result<PathBuf> {
    named("CONNLINT_FIREFOX", || on_path(&["firefox-esr", "firefox"])).context("Firefox is missing")
}

/// geckodriver, which drives Firefox.
///
/// # Errors
/// When there is none.
pub fn geckodriver() -> Result<PathBuf> {
    named("GECKODRIVER", || {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/bin/geckodriver");
        Some(own)
            .filter(|own| own.is_file())
            .or_else(|| on_path(&["geckodriver"]))
    })
    .context("geckodriver is missing: `cargo xtask test` installs it")
}

/// The script of axe-core, which looks for what keeps people out.
///
/// # Errors
/// When there is none.
pub fn axe() -> Result<PathBuf> {
    named("CONNLINT_AXE", || {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        Some(own.join("../../.tools/npm/node_modules/axe-core/axe.min.js"))
    })
    .context("axe-core is missing: `cargo xtask test` installs it")
}

/// The switches that every browser of the tests is started with, from the workspace's
/// `webdriver.json`, which the other browser tests use as well.
///
/// # Errors
/// When the file cannot be read.
pub fn chrome_switches() -> Result<Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../webdriver.json");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let settings: serde_json::Value = serde_json::from_str(&text)?;
    let switches: Vec<String> = settings["goog:chromeOptions"]["args"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|switch| switch.as_str().map(str::to_owned))
        .collect();
    ensure!(
        !switches.is_empty(),
        "webdriver.json has no goog:chromeOptions.args"
    );
    Ok(switches)
}

/// A folder in cargo's target folder, made if it is not there.
///
/// # Errors
/// When it cannot be made.
pub fn output_folder(name: &str) -> Result<PathBuf> {
    let folder = target()?.join(name);
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// Cargo's target folder: the one that the running program lies in.
fn target() -> Result<PathBuf> {
    let program = env::current_exe()?;
    program
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .map(Path::to_path_buf)
        .context("the program does not lie in cargo's target folder")
}

fn named(variable: &str, otherwise: impl FnOnce() -> Option<PathBuf>) -> Result<PathBuf> {
    let named = env::var_os(variable).filter(|path| !path.is_empty());
    let path = named.map(PathBuf::from).or_else(otherwise);
    let path = path.with_context(|| format!("not found, and {variable} is not set"))?;
    ensure!(
        path.exists(),
        "{} does not exist ({variable} names another place)",
        path.display()
    );
    Ok(path)
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let mut candidates = names
        .iter()
        .flat_map(|name| env::split_paths(&folders).map(move |folder| folder.join(name)));
    candidates.find(|path| path.is_file())
}

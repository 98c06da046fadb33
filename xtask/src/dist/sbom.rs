//! The list of components (CycloneDX), for the native binary and for the page, through cargo-cyclonedx.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::project::Project;
use crate::tools::{PAGE_TARGET, cargo_cyclonedx};

/// The lists: the package, the platform that it is built for, and the name in `dist/`.
const LISTS: &[(&str, &str, &str)] = &[
    (
        "crates/cli",
        super::binaries::TARGET,
        "connlint-binary.cdx.json",
    ),
    (".", PAGE_TARGET, "connlint-page.cdx.json"),
];

/// Writes the lists into `folder`.
///
/// # Errors
/// When the tool cannot be installed or fails.
pub(super) fn write(project: &Project, folder: &Path) -> Result<()> {
    let tool = cargo_cyclonedx(project)?;
    for (package, target, name) in LISTS {
        let package = project.root.join(package);
        let base = name.trim_end_matches(".json");
        let mut command = project.command(&tool);
        command
            .arg("cyclonedx")
            .arg("--manifest-path")
            .arg(package.join("Cargo.toml"))
            .args(["--format", "json", "--spec-version", "1.5"])
            .args(["--target", target, "--override-filename", base])
            // The same list for the same sources: neither the time nor a random number.
            .env("SOURCE_DATE_EPOCH", "0");
        ensure!(command.status()?.success(), "cargo cyclonedx failed");
        // It puts the list beside each manifest of the workspace.
        let made = package.join(format!("{base}.json"));
        let list = fs::read_to_string(&made).with_context(|| made.display().to_string())?;
        // Nor a path of this computer.
        let root = project.root.display().to_string();
        fs::write(folder.join(name), list.replace(&root, "/connlint"))?;
        remove(project, base);
    }
    Ok(())
}

/// Takes away what the tool has left beside the manifests of the other packages.
fn remove(project: &Project, base: &str) {
    for member in crate::project::members(&project.metadata) {
        let manifest = member["manifest_path"].as_str().unwrap_or_default();
        if let Some(folder) = Path::new(manifest).parent() {
            let _ = fs::remove_file(folder.join(format!("{base}.json")));
        }
    }
}

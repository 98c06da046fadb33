//! Node.js and what runs in it for the tests: the pinned packages of npm, installed into `.tools/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::project::Project;
use crate::system::{self, Consent, find_on_path};

/// The oldest Node.js that everything here runs in.
const OLDEST: u32 = 18;

/// What is installed together, each set in a folder of its own. The one place where the versions are pinned.
const SETS: &[(&str, &[(&str, &str)])] = &[
    ("bundlers", &[("typescript", "5.9.3"), ("vite", "6.4.6")]),
    (
        "docusaurus",
        &[
            ("@docusaurus/core", "3.10.2"),
            ("@docusaurus/preset-classic", "3.10.2"),
            ("react", "19.2.0"),
            ("react-dom", "19.2.0"),
        ],
    ),
    ("honkit", &[("honkit", "6.1.7")]),
    ("parsers", &[("pg-connection-string", "2.14.1")]),
    (
        "secretlint",
        &[
            ("secretlint", "11.7.1"),
            ("@secretlint/secretlint-rule-preset-recommend", "11.7.1"),
        ],
    ),
];

/// Node.js, its npm, and where its packages go.
#[derive(Debug)]
pub(crate) struct Node {
    node: PathBuf,
    npm: PathBuf,
    own: PathBuf,
}

impl Node {
    /// Finds Node.js and npm, and installs them where that is allowed.
    ///
    /// # Errors
    /// When they are missing and cannot be installed, or are too old.
    pub(crate) fn ensure(project: &Project, consent: Consent) -> Result<Self> {
        let find = || Some((find_on_path("node")?, find_on_path("npm")?));
        let (node, npm) = match find() {
            Some(found) => found,
            None => {
                system::install_node(consent)?;
                find().context("Node.js was installed, but node and npm are not on the PATH")?
            }
        };
        let version = system::major_version(&node)?;
        ensure!(
            version >= OLDEST,
            "{} is version {version}; {OLDEST} or later is needed",
            node.display()
        );
        Ok(Self {
            node,
            npm,
            own: project.root.join(".tools/node"),
        })
    }

    /// A command that runs Node.js.
    pub(crate) fn node(&self) -> Command {
        let mut command = Command::new(&self.node);
        // No tool of the tests asks whether there is a newer one, or tells anybody that it ran.
        command.envs([
            ("CI", "true"),
            ("NO_UPDATE_NOTIFIER", "1"),
            ("DISABLE_TELEMETRY", "1"),
        ]);
        command
    }

    /// The folder with `node_modules` of a set, installed in the pinned versions.
    ///
    /// # Errors
    /// When npm cannot install it.
    pub(crate) fn set(&self, name: &str) -> Result<PathBuf> {
        let (_, packages) = SETS
            .iter()
            .find(|(each, _)| *each == name)
            .with_context(|| format!("there is no set {name}"))?;
        let folder = self.own.join(name);
        let there = packages
            .iter()
            .all(|(package, version)| installed(&folder, package).as_deref() == Some(version));
        if there {
            return Ok(folder);
        }
        eprintln!("      installing {name} into .tools/ with npm, once");
        fs::create_dir_all(&folder)?;
        let wanted: BTreeMap<_, _> = packages.iter().copied().collect();
        let description = json!({ "private": true, "type": "module", "dependencies": wanted });
        fs::write(folder.join("package.json"), description.to_string())?;
        let done = Command::new(&self.npm)
            .current_dir(&folder)
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
            .args(["--no-update-notifier", "--no-package-lock"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .context("cannot run npm")?;
        if !done.success() {
            bail!("npm could not install {name} into {}", folder.display());
        }
        Ok(folder)
    }

    /// A program of a package: its script, to be run by [`Self::node`].
    ///
    /// # Errors
    /// When the package cannot be installed or has no such script.
    pub(crate) fn tool(&self, package: &str, script: &str) -> Result<PathBuf> {
        let (set, _) = SETS
            .iter()
            .find(|(_, packages)| packages.iter().any(|(each, _)| *each == package))
            .with_context(|| format!("no version of {package} is pinned"))?;
        let path = self
            .set(set)?
            .join("node_modules")
            .join(package)
            .join(script);
        ensure!(path.is_file(), "{package} has no {script}");
        Ok(path)
    }
}

/// The version of a package in a folder's `node_modules`.
fn installed(folder: &Path, package: &str) -> Option<String> {
    let file = folder
        .join("node_modules")
        .join(package)
        .join("package.json");
    let description: Value = serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
    Some(description["version"].as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned_to_one_version() {
        let mut seen = std::collections::BTreeSet::new();
        for (package, version) in SETS.iter().flat_map(|(_, packages)| *packages) {
            assert!(seen.insert(package), "{package} twice");
            assert!(
                version.split('.').count() == 3
                    && version.bytes().all(|b| b.is_ascii_digit() || b == b'.'),
                "{package} {version}"
            );
        }
    }
}

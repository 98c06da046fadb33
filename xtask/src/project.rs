//! Where the project lies on disk and what `cargo metadata` says about it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The workspace, as cargo sees it.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the user has put it.
    pub(crate) target: PathBuf,
    /// The answer of `cargo metadata --format-version 1`, dependencies included.
    pub(crate) metadata: Value,
}

impl Project {
    /// Asks cargo about the workspace that this task runner belongs to.
    ///
    /// # Errors
    /// When cargo cannot be run or cannot read the workspace.
    pub(crate) fn load() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("the task runner lies in a folder of the workspace")?
            .to_path_buf();
        let output = cargo(&root)
            .args(["metadata", "--format-version", "1"])
            .output()
            .context("cannot run cargo")?;
        ensure!(
            output.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        let metadata: Value =
            serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target folder")?
            .into();
        Ok(Self {
            root,
            target,
            metadata,
        })
    }

    /// A cargo command that runs in the workspace's root.
    pub(crate) fn cargo(&self) -> Command {
        cargo(&self.root)
    }

    /// The variable that keeps the paths of this computer out of what is built for `target`, so that the same sources
    /// give the same bytes anywhere. Cargo splits it at spaces: with one in a path it is empty.
    pub(crate) fn anonymous(&self, target: &str) -> (String, String) {
        let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| {
            let home = PathBuf::from(env::var_os("HOME")?);
            Some(home.join(".cargo"))
        });
        let registry = home.map(|home| home.join("registry/src"));
        let places = [
            (Some(self.root.clone()), "/connlint"),
            (registry, "/crates"),
        ];
        let flags: Vec<_> = places
            .into_iter()
            .filter_map(|(path, name)| Some((path?.display().to_string(), name)))
            .filter(|(path, _)| !path.contains(' '))
            .map(|(path, name)| format!("--remap-path-prefix={path}={name}"))
            .collect();
        let name = target.to_uppercase().replace('-', "_");
        (format!("CARGO_TARGET_{name}_RUSTFLAGS"), flags.join(" "))
    }

    /// A command that runs a program in the workspace's root.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The folder for what the tasks make themselves; not cleaned between runs.
    pub(crate) fn own_target(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// All packages that cargo knows, the workspace's and their dependencies.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &Value> {
        self.metadata["packages"].as_array().into_iter().flatten()
    }
}

/// The workspace's own packages: those that come from no registry.
pub(crate) fn members(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|package| package["source"].is_null())
}

fn cargo(root: &Path) -> Command {
    // Cargo tells its children which cargo it is, so that a `cargo +nightly xtask` stays nightly.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

//! The tools that build the page: their pinned versions, which of them are here, how to get them.
//!
//! The versions stand in `Trunk.toml`, because Trunk needs them there anyway. Trunk would fetch
//! wasm-bindgen and wasm-opt by itself; they are put on its PATH instead, so that a build depends
//! on package registries only and the versions are the ones that were checked.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::project::Project;
use crate::system::find_on_path;

/// The target that the page is built for.
pub(crate) const PAGE_TARGET: &str = "wasm32-unknown-unknown";

/// The pinned versions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pins {
    /// Such as `0.21.14`.
    pub(crate) trunk: String,
    /// Such as `0.2.130`.
    pub(crate) wasm_bindgen: String,
    /// The number in binaryen's `version_132`.
    pub(crate) binaryen: u32,
}

impl Pins {
    /// Reads the workspace's `Trunk.toml`.
    ///
    /// # Errors
    /// When the file or one of the versions is missing.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join("Trunk.toml")).context("cannot read Trunk.toml")?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let file: toml::Table = text.parse().context("Trunk.toml")?;
        let tool = |name: &str| {
            file.get("tools")
                .and_then(|tools| tools.get(name)?.as_str())
                .with_context(|| format!("Trunk.toml has no version for [tools] {name}"))
        };
        Ok(Self {
            trunk: file
                .get("trunk-version")
                .and_then(toml::Value::as_str)
                .context("Trunk.toml has no trunk-version")?
                .trim_start_matches('=')
                .to_owned(),
            wasm_bindgen: tool("wasm_bindgen")?.to_owned(),
            binaryen: tool("wasm_opt")?
                .strip_prefix("version_")
                .and_then(|number| number.parse().ok())
                .context("Trunk.toml: wasm_opt is written like version_132")?,
        })
    }

    /// Holds the wasm-bindgen library in `Cargo.lock` to the version of the tool.
    ///
    /// # Errors
    /// When they differ, with the command that makes them equal.
    pub(crate) fn check_library(&self, project: &Project) -> Result<()> {
        let library = project
            .packages()
            .find(|package| package["name"] == "wasm-bindgen")
            .and_then(|package| package["version"].as_str());
        match library {
            Some(version) if version != self.wasm_bindgen => bail!(
                "Cargo.lock has wasm-bindgen {version}, Trunk.toml has {0}. \
                 To make them equal: cargo update -p wasm-bindgen --precise {0}",
                self.wasm_bindgen
            ),
            // No page yet, no library: nothing to compare.
            _ => Ok(()),
        }
    }
}

/// The page's tools, all there and of the pinned versions.
#[derive(Debug)]
pub(crate) struct Tools {
    /// Trunk itself.
    pub(crate) trunk: PathBuf,
    /// Whether the page can be made smaller; it works without.
    pub(crate) wasm_opt: bool,
    /// The PATH that gives Trunk and cargo the other tools.
    pub(crate) path: OsString,
}

impl Tools {
    /// Checks for each tool and installs what is missing into `.tools/`, one line for each.
    ///
    /// # Errors
    /// When a tool that the page cannot be built without is missing and cannot be installed; the
    /// message names it and the command that would.
    pub(crate) fn ensure(project: &Project) -> Result<Self> {
        let pins = Pins::read(&project.root)?;
        let own = project.root.join(".tools");

        step(1, PAGE_TARGET);
        ensure_target(PAGE_TARGET)?;
        step(2, &format!("Trunk {}", pins.trunk));
        let trunk = CargoTool {
            package: "trunk",
            program: "trunk",
            version: &pins.trunk,
            // Without its default features Trunk has no TLS: it can neither fetch tools by itself
            // nor ask whether there is a newer Trunk. What it needs is on the PATH.
            arguments: &["--no-default-features"],
        }
        .ensure(&own)?;
        step(3, &format!("wasm-bindgen {}", pins.wasm_bindgen));
        let bindgen = CargoTool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: &pins.wasm_bindgen,
            arguments: &[],
        }
        .ensure(&own)?;
        step(4, &format!("wasm-opt {} (optional)", pins.binaryen));
        let optimizer = ensure_wasm_opt(&own, pins.binaryen);
        if let Err(reason) = &optimizer {
            eprintln!("      left out, the page will be larger: {reason:#}");
        }

        let wasm_opt = optimizer.is_ok();
        let mut folders: Vec<PathBuf> = [Some(bindgen), optimizer.ok()]
            .into_iter()
            .flatten()
            .filter_map(|program| program.parent().map(Path::to_path_buf))
            .collect();
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        Ok(Self {
            trunk,
            wasm_opt,
            path: env::join_paths(folders)?,
        })
    }
}

/// Prints which tool is looked at, out of how many.
fn step(number: u32, what: &str) {
    eprintln!("[{number}/4] {what}");
}

/// Adds a compilation target with rustup, unless its libraries are there.
///
/// # Errors
/// When rustup is missing or refuses; the message has the command.
pub(crate) fn ensure_target(target: &str) -> Result<()> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .output()
        .context("cannot run rustc")?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && Path::new(&folder).is_dir() {
        return Ok(());
    }
    rustup(&["target", "add", target])
}

/// Adds a component of the toolchain with rustup, unless the cargo command of it works.
///
/// # Errors
/// When rustup is missing or refuses; the message has the command.
pub(crate) fn ensure_component(project: &Project, component: &str) -> Result<()> {
    let command = component.trim_start_matches("rust");
    let works = project
        .cargo()
        .args([command, "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if works {
        Ok(())
    } else {
        rustup(&["component", "add", component])
    }
}

fn rustup(arguments: &[&str]) -> Result<()> {
    let shown = arguments.join(" ");
    let done = Command::new("rustup")
        .args(arguments)
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("rustup not found. It would do: rustup {shown}"))?;
    ensure!(done.success(), "this did not work: rustup {shown}");
    Ok(())
}

/// The version of cargo-cyclonedx, which writes the lists of components.
const CYCLONEDX: &str = "0.5.9";

/// Finds cargo-cyclonedx, or builds it into `.tools/`.
///
/// # Errors
/// When it cannot be built; the message has the command.
pub(crate) fn cargo_cyclonedx(project: &Project) -> Result<PathBuf> {
    CargoTool {
        package: "cargo-cyclonedx",
        program: "cargo-cyclonedx",
        version: CYCLONEDX,
        arguments: &[],
    }
    .ensure(&project.root.join(".tools"))
}

/// A tool that cargo builds.
struct CargoTool<'a> {
    package: &'a str,
    program: &'a str,
    version: &'a str,
    arguments: &'a [&'a str],
}

impl CargoTool<'_> {
    /// Where the tool is; built into `own` when it is nowhere in the pinned version.
    fn ensure(&self, own: &Path) -> Result<PathBuf> {
        if let Some(found) = self.find(own) {
            return Ok(found);
        }
        let what = format!("{}@{}", self.package, self.version);
        eprintln!("      building {what} into .tools/, once; this takes some minutes");
        // Its own lock file first. Where the registry has no longer, or not yet, what that file
        // asks for, newer dependencies are better than no tool.
        if !self.install(own, &what, Some("--locked"))? {
            eprintln!("      once more, with the newest dependencies");
            let arguments = self.arguments.join(" ");
            ensure!(
                self.install(own, &what, None)?,
                "{what} could not be built. The command was: cargo install {arguments} {what}"
            );
        }
        self.find(own)
            .with_context(|| format!("{what} was built, but does not say that version"))
    }

    /// Builds the tool with cargo; tells whether that succeeded.
    fn install(&self, own: &Path, what: &str, locked: Option<&str>) -> Result<bool> {
        let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["install", "--force", "--root"])
            .arg(own)
            .args(self.arguments)
            .args(locked)
            .arg(what)
            // They run for seconds: building them quickly matters more than what they run at.
            .envs([
                ("CARGO_PROFILE_RELEASE_LTO", "off"),
                ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
                ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
                ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
            ])
            // A temporary folder, which cargo removes, and not the workspace's.
            .env_remove("CARGO_TARGET_DIR")
            .current_dir(env::temp_dir())
            .stdin(Stdio::null())
            .status()
            .context("cannot run cargo")?;
        Ok(status.success())
    }

    /// The tool of the pinned version: the project's own, else the one on the PATH.
    fn find(&self, own: &Path) -> Option<PathBuf> {
        let candidates = [
            Some(own.join("bin").join(self.program)),
            find_on_path(self.program),
        ];
        candidates.into_iter().flatten().find(|program| {
            // `trunk 0.21.14`, `wasm-bindgen 0.2.130`, `geckodriver 0.37.1 (…)`
            says(program).is_some_and(|text| text.split_whitespace().nth(1) == Some(self.version))
        })
    }
}

/// Where wasm-opt is; from the npm package, which runs in Node.js, when it is nowhere.
fn ensure_wasm_opt(own: &Path, version: u32) -> Result<PathBuf> {
    let folder = own.join("npm");
    let find = || {
        let candidates = [
            Some(folder.join("node_modules/.bin/wasm-opt")),
            find_on_path("wasm-opt"),
        ];
        let wanted = version.to_string();
        candidates.into_iter().flatten().find(|program| {
            // `wasm-opt version 132 (version_132)`
            says(program).is_some_and(|text| text.split_whitespace().nth(2) == Some(&wanted))
        })
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    let what = format!("binaryen@{version}");
    npm_install(&folder, &what)?;
    find().with_context(|| format!("{what} was installed, but does not run"))
}

/// Installs a package into a folder of its own kind.
fn npm_install(folder: &Path, what: &str) -> Result<()> {
    let npm = find_on_path("npm").with_context(|| format!("npm, which would install {what}"))?;
    eprintln!("      installing {what} into .tools/ with npm");
    fs::create_dir_all(folder)?;
    let done = Command::new(npm)
        .args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-update-notifier",
            "--loglevel=error",
            "--prefix",
        ])
        .arg(folder)
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .context("cannot run npm")?;
    ensure!(done.success(), "this did not work: npm install {what}");
    Ok(())
}

/// Where the script of axe-core is, which looks for what keeps people out; installed where it is missing.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn ensure_axe(project: &Project) -> Result<PathBuf> {
    let version = pinned(project, "axe-core")?;
    let folder = project.root.join(".tools/npm");
    let package = folder.join("node_modules/axe-core");
    let is_there = || {
        let manifest = fs::read_to_string(package.join("package.json")).ok()?;
        let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
        (manifest["version"] == version).then(|| package.join("axe.min.js"))
    };
    if let Some(script) = is_there() {
        return Ok(script);
    }
    let what = format!("axe-core@{version}");
    npm_install(&folder, &what)?;
    is_there().with_context(|| format!("{what} was installed, but is not in {}", package.display()))
}

/// Where geckodriver is, which drives Firefox; built where it is missing.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn ensure_geckodriver(project: &Project) -> Result<PathBuf> {
    CargoTool {
        package: "geckodriver",
        program: "geckodriver",
        version: pinned(project, "geckodriver")?,
        arguments: &[],
    }
    .ensure(&project.root.join(".tools"))
}

/// The version of a tool of the tests, from `[workspace.metadata.tools]`.
fn pinned<'a>(project: &'a Project, tool: &str) -> Result<&'a str> {
    project.metadata["metadata"]["tools"][tool]
        .as_str()
        .with_context(|| format!("Cargo.toml has no version for [workspace.metadata.tools] {tool}"))
}

/// What a program answers to `--version`, if it runs.
fn says(program: &Path) -> Option<String> {
    let mut command = Command::new(program);
    // What extends cargo wants its own name first, as cargo calls it.
    let name = program.file_stem().and_then(|name| name.to_str());
    command.args(name.and_then(|name| name.strip_prefix("cargo-")));
    let output = command.arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pins_are_read_as_trunk_writes_them() {
        let text = "trunk-version = \"=0.21.14\"\n\
                    [tools]\nwasm_bindgen = \"0.2.130\"\nwasm_opt = \"version_132\"\n";
        assert_eq!(
            Pins::parse(text).unwrap(),
            Pins {
                trunk: "0.21.14".into(),
                wasm_bindgen: "0.2.130".into(),
                binaryen: 132
            }
        );
        let error = Pins::parse("trunk-version = \"1\"").unwrap_err();
        assert!(
            error.to_string().contains("[tools] wasm_bindgen"),
            "{error}"
        );
    }

    #[test]
    fn the_workspace_pins_every_tool() {
        let project = Project::load().unwrap();
        Pins::read(&project.root).unwrap();
        for tool in ["geckodriver", "axe-core"] {
            pinned(&project, tool).unwrap();
        }
    }
}

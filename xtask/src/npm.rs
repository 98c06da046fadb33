//! `cargo xtask npm`: the npm package, from `crates/wasm` and `packaging/npm/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::node::Node;
use crate::page::{PAGE_PROFILE, fingerprint};
use crate::project::{Project, members};
use crate::tools::{PAGE_TARGET, Pins, Tools};

/// The crate that the package is made of.
const CRATE: &str = "connlint-wasm";

/// What the package is made of, relative to the root.
const INPUTS: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "packaging/npm/api.js",
    "packaging/npm/node.js",
    "packaging/npm/web.js",
    "packaging/npm/index.d.ts",
    "packaging/npm/element.d.ts",
    "packaging/npm/README.md",
    "packaging/npm/package.json",
    "crates/wasm",
    "crates/core",
    "crates/config",
    "crates/report",
];

/// The files that are taken as they are.
const FILES: &[&str] = &[
    "api.js",
    "node.js",
    "web.js",
    "index.d.ts",
    "element.d.ts",
    "README.md",
];

/// Builds the package and gives its folder, ready for `npm publish` or `npm install FOLDER`.
///
/// # Errors
/// When the module cannot be built, or a file cannot be written.
pub(crate) fn build(project: &Project, tools: &Tools) -> Result<PathBuf> {
    Pins::read(&project.root)?.check_library(project)?;
    let own = project.own_target();
    let (package, stamp) = (own.join("npm"), own.join("npm.stamp"));
    let wanted = format!(
        "{:016x} {}",
        fingerprint(&project.root, INPUTS)?,
        tools.wasm_opt
    );
    if fs::read_to_string(&stamp).is_ok_and(|built| built == wanted) {
        return Ok(package);
    }
    let _ = fs::remove_file(&stamp);
    let _ = fs::remove_dir_all(&package);
    fs::create_dir_all(&package)?;

    module(project, tools, CRATE, "", &package)?;
    let source = project.root.join("packaging/npm");
    for file in FILES {
        fs::copy(source.join(file), package.join(file)).with_context(|| (*file).to_owned())?;
    }
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(project.root.join(licence), package.join(licence)).context(licence)?;
    }
    let description = fs::read_to_string(source.join("package.json"))?;
    fs::write(
        package.join("package.json"),
        with_version(&description, &version(project)?)?,
    )?;
    fs::write(&stamp, wanted)?;
    Ok(package)
}

/// Builds a crate with these flags of the compiler as a WebAssembly module with its JavaScript into `folder`, and gives the name
/// that both have.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn module(
    project: &Project,
    tools: &Tools,
    name: &str,
    flags: &str,
    folder: &Path,
) -> Result<String> {
    let (variable, anonymous) = project.anonymous(PAGE_TARGET);
    let status = project
        .cargo()
        .args(["build", "--package", name, "--lib"])
        .args(["--target", PAGE_TARGET, "--profile", PAGE_PROFILE])
        .env(variable, format!("{anonymous} {flags}").trim())
        .status()?;
    ensure!(status.success(), "{name} could not be built for wasm");
    let name = name.replace('-', "_");
    let built = project.target.join(PAGE_TARGET).join(PAGE_PROFILE);
    let status = Command::new("wasm-bindgen")
        .env("PATH", &tools.path)
        .args(["--target", "web", "--no-typescript"])
        .arg("--out-dir")
        .arg(folder)
        .arg(built.join(format!("{name}.wasm")))
        .status()
        .context("cannot run wasm-bindgen")?;
    ensure!(status.success(), "wasm-bindgen could not write the module");
    if tools.wasm_opt {
        let module = folder.join(format!("{name}_bg.wasm"));
        let status = Command::new("wasm-opt")
            .env("PATH", &tools.path)
            .args(["-Oz", "--strip-debug", "--strip-producers", "-o"])
            .arg(&module)
            .arg(&module)
            .status()
            .context("cannot run wasm-opt")?;
        ensure!(status.success(), "wasm-opt could not make it smaller");
    }
    Ok(name)
}

/// The workspace's version, which the package has as well.
fn version(project: &Project) -> Result<String> {
    members(&project.metadata)
        .find(|package| package["name"] == CRATE)
        .and_then(|package| package["version"].as_str())
        .map(str::to_owned)
        .with_context(|| format!("{CRATE} has no version"))
}

/// A `package.json` with this version in place of its own; nothing else of it changes, not even the order.
fn with_version(description: &str, version: &str) -> Result<String> {
    let (before, rest) = description
        .split_once("\"version\": \"")
        .context("package.json has no version")?;
    let (_, after) = rest.split_once('"').context("package.json is broken")?;
    Ok(format!("{before}\"version\": \"{version}\"{after}"))
}

/// Runs the package's own tests in Node.js; they print a summary that can be counted.
///
/// # Errors
/// When the folder for it cannot be made.
pub(crate) fn node_tests(project: &Project, node: &Node, package: &Path) -> Result<Command> {
    let folder = workshop(project, package)?;
    let mut command = node.node();
    command
        .current_dir(&folder)
        .args(["--test", "--test-reporter=tap", "reports.test.js"]);
    Ok(command)
}

/// Compiles what the functions give, and an example of use, against the package's types.
///
/// # Errors
/// When a type does not say what a function gives; the compiler's output names it.
pub(crate) fn check_types(project: &Project, node: &Node, package: &Path) -> Result<()> {
    let folder = workshop(project, package)?;
    let types = node.tool("typescript", "bin/tsc")?;
    run(node.node().current_dir(&folder).arg("types.mjs"))?;
    run(node
        .node()
        .current_dir(&folder)
        .arg(types)
        .args(["--project", "."]))
}

/// Bundles a page that uses the package with Vite, and gives the folder of the bundle.
///
/// # Errors
/// When Vite cannot build it.
pub(crate) fn bundle(project: &Project, node: &Node, package: &Path) -> Result<PathBuf> {
    let folder = workshop(project, package)?.join("vite");
    let vite = node.tool("vite", "bin/vite.js")?;
    run(node
        .node()
        .current_dir(&folder)
        .arg(vite)
        .args(["build", "--emptyOutDir"]))?;
    Ok(folder.join("dist"))
}

/// All of the above, one after the other.
///
/// # Errors
/// At the first that fails.
pub(crate) fn test(project: &Project, node: &Node, package: &Path) -> Result<()> {
    run(&mut node_tests(project, node, package)?)?;
    check_types(project, node, package)?;
    bundle(project, node, package).map(|_| ())
}

/// A folder with the package's tests, in which `connlint` is the package that was built.
fn workshop(project: &Project, package: &Path) -> Result<PathBuf> {
    let folder = project.own_target().join("npm-test");
    copy(&project.root.join("packaging/npm/test"), &folder)?;
    // As npm would install it: a copy, so that nothing outside of it is found by accident.
    let installed = folder.join("node_modules/connlint");
    let _ = fs::remove_dir_all(&installed);
    copy(package, &installed)?;
    fs::write(folder.join("package.json"), "{\"type\": \"module\"}\n")?;
    Ok(folder)
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status()?;
    ensure!(status.success(), "it ended with {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_changes() {
        let text = "{\n  \"name\": \"a\",\n  \"version\": \"0.0.0\",\n  \"type\": \"module\"\n}\n";
        assert_eq!(
            with_version(text, "1.2.3").unwrap(),
            text.replace("0.0.0", "1.2.3")
        );
        assert!(with_version("{}", "1.2.3").is_err());
    }

    #[test]
    fn the_package_names_the_files_that_it_has() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/npm");
        let text = fs::read_to_string(root.join("package.json")).unwrap();
        for file in FILES.iter().filter(|file| file.ends_with(".js")) {
            assert!(root.join(file).is_file(), "{file}");
        }
        for named in ["./node.js", "./web.js", "./index.d.ts", "./element.d.ts"] {
            assert!(text.contains(named), "{named}");
            assert!(FILES.contains(&named.trim_start_matches("./")), "{named}");
        }
    }
}

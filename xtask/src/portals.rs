//! Builds the portals of `tests/portals/` with their own generators, for the browser tests of the widget.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::node::Node;
use crate::npm::{self, copy};
use crate::page::{self, Mode};
use crate::project::Project;
use crate::python::Python;
use crate::system::{Browser, Consent};
use crate::tools::{self, Tools};

/// Builds them all into a folder with one folder for each.
///
/// # Errors
/// When a generator fails.
pub(crate) fn build(project: &Project, python: &Python, node: &Node) -> Result<PathBuf> {
    let source = project.root.join("tests/portals");
    let (work, built) = (
        project.own_target().join("portals-source"),
        project.own_target().join("portals"),
    );
    for folder in [&work, &built] {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder)?;
    }
    copy(&source, &work)?;
    copy(&source.join("plain"), &built.join("plain"))?;
    fs::copy(
        project.root.join("static/embed.js"),
        built.join("plain/embed.js"),
    )?;
    // Every portal has the same style sheet that tries to break what is in it.
    let hostile = source.join("hostile.css");
    for place in ["mkdocs/docs", "sphinx", "docusaurus", "honkit"] {
        fs::copy(&hostile, work.join(place).join("hostile.css"))?;
    }
    fs::copy(&hostile, built.join("plain/hostile.css"))?;

    run(
        "mkdocs",
        &work.join("mkdocs"),
        python
            .program("mkdocs")
            .args(["build", "--quiet", "--strict", "--site-dir"])
            .arg(built.join("mkdocs")),
    )?;
    run(
        "sphinx",
        &work.join("sphinx"),
        python
            .program("sphinx-build")
            .args(["-q", "-W", "-b", "html", "."])
            .arg(built.join("sphinx")),
    )?;
    run(
        "honkit",
        &work.join("honkit"),
        node.node()
            .arg(node.tool("honkit", "bin/honkit.js")?)
            .args(["build", "."])
            .arg(built.join("honkit"))
            .stdout(Stdio::null()),
    )?;
    // Its packages look for each other where the page's sources are.
    let docusaurus = work.join("docusaurus");
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        node.set("docusaurus")?.join("node_modules"),
        docusaurus.join("node_modules"),
    )?;
    run(
        "docusaurus",
        &docusaurus,
        node.node()
            .arg(node.tool("@docusaurus/core", "bin/docusaurus.mjs")?)
            .args(["build", "--out-dir"])
            .arg(built.join("docusaurus"))
            .stdout(Stdio::null()),
    )?;
    Ok(built)
}

/// Goes through the portals in a browser, and prints what the widget costs a page.
///
/// # Errors
/// When the page cannot be built or a test fails.
pub(crate) fn test(project: &Project, node: &Node, portals: &Path) -> Result<()> {
    let tools = Tools::ensure(project)?;
    let page = page::build(project, &tools)?;
    let binary = page::build_binary(project, &page, Mode::Debug)?;
    let package = npm::build(project, &tools)?;
    let bundle = npm::bundle(project, node, &package)?;
    let browser = Browser::ensure(Consent::new(false))?;
    let status = project
        .cargo()
        .args(["test", "--package", "connlint-e2e", "--test", "portals"])
        .args(["--", "--show-output"])
        .env("CONNLINT_BIN", binary)
        .env("CONNLINT_DIST", page)
        .env("CONNLINT_BUNDLE", bundle)
        .env("CONNLINT_PORTALS", portals)
        .env("CONNLINT_CHROME", &browser.chrome)
        .env("CHROMEDRIVER", &browser.driver)
        .env("CONNLINT_AXE", tools::ensure_axe(project)?)
        .status()?;
    ensure!(status.success(), "see the failed tests above");
    Ok(())
}

fn run(what: &str, folder: &Path, command: &mut Command) -> Result<()> {
    let status = command
        .current_dir(folder)
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {what}"))?;
    ensure!(status.success(), "{what} could not build its portal");
    Ok(())
}

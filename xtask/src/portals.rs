//! Builds the portals of `tests/portals/` with their own generators, for the browser tests of the widget.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::npm::copy;
use crate::project::Project;
use crate::python::Python;

/// Builds them all into a folder with one folder for each.
///
/// # Errors
/// When a generator fails.
pub(crate) fn build(project: &Project, python: &Python) -> Result<PathBuf> {
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
    for place in ["mkdocs/docs", "sphinx"] {
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
    Ok(built)
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

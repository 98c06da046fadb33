//! The tasks that look at the built page in a browser: `cargo xtask screenshots`, `cargo xtask bench page`.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::bench;
use crate::page::{self, Mode};
use crate::project::Project;
use crate::system::{Browser, Consent};
use crate::tools::Tools;

/// Makes the pictures in `docs/screenshots/` and the README's.
///
/// # Errors
/// When the page cannot be built or a state of it cannot be reached.
pub(crate) fn screenshots(project: &Project, consent: Consent) -> Result<()> {
    let folder = project.root.join("docs/screenshots");
    let status = program(project, "screenshots", consent)?
        .arg(&folder)
        .status()?;
    ensure!(status.success(), "the pictures could not be made");
    println!("the pictures are in {}: look at them", folder.display());
    Ok(())
}

/// Measures the page and puts the numbers into `docs/performance.md`.
///
/// # Errors
/// When the page cannot be built or measured.
pub(crate) fn measure(project: &Project, consent: Consent) -> Result<()> {
    let mut command = program(project, "page-bench", consent)?;
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    let said = String::from_utf8(output.stdout)?;
    print!("{said}");
    ensure!(
        output.status.success(),
        "the bench ended with {}",
        output.status
    );
    bench::write_page(project, &said)
}

/// One of the programs in `tests/e2e`, told where the built parts are.
fn program(project: &Project, name: &str, consent: Consent) -> Result<Command> {
    let tools = Tools::ensure(project)?;
    let browser = Browser::ensure(consent)?;
    let page = page::build(project, &tools)?;
    let binary = page::build_binary(project, &page, Mode::Debug)?;
    let mut cargo = project.cargo();
    cargo
        .args([
            "run",
            "--quiet",
            "--package",
            "connlint-e2e",
            "--bin",
            name,
            "--",
        ])
        .env("CONNLINT_BIN", binary)
        .env("CONNLINT_DIST", page)
        .env("CONNLINT_CHROME", browser.chrome)
        .env("CHROMEDRIVER", browser.driver);
    Ok(cargo)
}

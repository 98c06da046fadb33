//! The native binary with the page inside, static, so that it runs on any Linux and in an empty container.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::version;
use crate::project::Project;
use crate::system::{Consent, ensure_musl};
use crate::tools::ensure_target;

/// What the binary is built for.
pub(super) const TARGET: &str = "x86_64-unknown-linux-musl";

/// Builds it into `folder`.
///
/// # Errors
/// When the compiler for C (which *ring* needs) or the target is missing, or the build fails.
pub(super) fn build(project: &Project, page: &Path, folder: &Path, consent: Consent) -> Result<()> {
    ensure_target(TARGET)?;
    ensure_musl(consent)?;
    let status = project
        .cargo()
        .args([
            "build",
            "--release",
            "--package",
            "connlint",
            "--bin",
            "connlint",
        ])
        .args(["--target", TARGET])
        .env("CONNLINT_DIST", page)
        .envs([project.anonymous(TARGET)])
        .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
        .status()?;
    ensure!(status.success(), "the static binary could not be built");
    let built = project.target.join(TARGET).join("release/connlint");
    let name = format!("connlint-{}-{TARGET}", version(project));
    fs::copy(&built, folder.join(name)).with_context(|| built.display().to_string())?;
    Ok(())
}

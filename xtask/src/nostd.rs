//! Holds core to `no_std`: its attributes, and a build for a target that has no standard library.

use std::fs;

use anyhow::{Context, Result, bail, ensure};

use crate::project::Project;
use crate::tools;

/// Has `core` and `alloc`, and nothing else; runs nowhere, so nothing can slip in through the host.
const TARGET: &str = "wasm32v1-none";

/// Checks the attributes of `connlint-core` and builds it where there is no standard library.
///
/// # Errors
/// When an attribute is missing, the target cannot be installed, or the build fails.
pub(crate) fn check(project: &Project) -> Result<()> {
    let file = project.root.join("crates/core/src/lib.rs");
    let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
    if let Some(missing) = missing_attribute(&text) {
        bail!("crates/core/src/lib.rs must say {missing}");
    }
    tools::ensure_target(TARGET)?;
    let status = project
        .cargo()
        .args(["build", "--package", "connlint-core", "--target", TARGET])
        .status()?;
    ensure!(
        status.success(),
        "core does not build for {TARGET}, which has no std"
    );
    Ok(())
}

/// The first of core's two attributes that the file does not carry on a line of its own.
fn missing_attribute(text: &str) -> Option<&'static str> {
    ["#![no_std]", "#![forbid(unsafe_code)]"]
        .into_iter()
        .find(|wanted| !text.lines().any(|line| line.trim_end() == *wanted))
}

#[cfg(test)]
mod tests {
    use super::missing_attribute;

    #[test]
    fn both_attributes_are_asked_for() {
        let both = "//! x\n#![no_std]\n#![forbid(unsafe_code)]\n";
        assert_eq!(missing_attribute(both), None);
        assert_eq!(
            missing_attribute("#![no_std]\n"),
            Some("#![forbid(unsafe_code)]")
        );
        // A `cfg_attr` or a comment is not the attribute.
        assert_eq!(
            missing_attribute("// #![no_std]\n#![forbid(unsafe_code)]\n"),
            Some("#![no_std]")
        );
    }
}

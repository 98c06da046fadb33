//! `cargo xtask fuzz`: feeds the targets of `fuzz/` with what libFuzzer thinks of.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::project::Project;
use crate::system::find_on_path;

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// How long each target runs.
    pub(crate) seconds: u32,
    /// Their names; all when empty.
    pub(crate) targets: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seconds: 60,
            targets: Vec::new(),
        }
    }
}

/// Writes the first inputs and runs the targets, one after the other; stops at the first that breaks a promise.
///
/// # Errors
/// When cargo-fuzz is not there, a name is not one of a target, or a promise is broken.
pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    let own = project.root.join(".tools/bin/cargo-fuzz");
    ensure!(
        own.exists() || find_on_path("cargo-fuzz").is_some(),
        "cargo-fuzz is not installed; to install it: cargo install cargo-fuzz"
    );
    let all = targets(project)?;
    for name in &options.targets {
        ensure!(
            all.contains(name),
            "no target `{name}`; there are: {}",
            all.join(", ")
        );
    }
    let mut seeds = project.cargo();
    seeds.args([
        "run",
        "--quiet",
        "--package",
        "connlint-fuzz",
        "--bin",
        "seeds",
    ]);
    succeed(seeds.arg(project.root.join("fuzz/libfuzzer/corpus")))?;
    let chosen = if options.targets.is_empty() {
        &all
    } else {
        &options.targets
    };
    for name in chosen {
        println!("\n== {name}");
        // As `cargo fuzz`, or as cargo itself would call it.
        let mut command = if own.exists() {
            Command::new(&own)
        } else {
            project.cargo()
        };
        command
            .arg("fuzz")
            // The sanitizers' switches are for nightly toolchains, and the compiler of this one has them too.
            .env("RUSTC_BOOTSTRAP", "1")
            .current_dir(&project.root)
            .args([
                "run",
                "--fuzz-dir",
                "fuzz/libfuzzer",
                "--sanitizer",
                "none",
                name,
                "--",
            ])
            .arg(format!("-max_total_time={}", options.seconds))
            .args(["-dict=fuzz/connlint.dict", "-max_len=2000", "-timeout=20"]);
        succeed(&mut command).with_context(|| format!("{name} breaks a promise"))?;
    }
    Ok(())
}

/// The names of the files in `fuzz/libfuzzer/fuzz_targets/`.
fn targets(project: &Project) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(project.root.join("fuzz/libfuzzer/fuzz_targets"))? {
        let path = entry?.path();
        if let Some(name) = path.file_stem() {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    if !status.success() {
        bail!("it ended with {status}");
    }
    Ok(())
}

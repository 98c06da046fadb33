//! `cargo xtask coverage`: how much of core the tests of core go through, as LLVM counts it.
//!
//! A figure to look at, and no gate: a line that was gone through has not been checked by that.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::project::Project;

/// Runs core's tests with counters in them and says what they went through.
///
/// # Errors
/// When a test fails, or LLVM's tools for this compiler are not there.
pub(crate) fn run(project: &Project) -> Result<String> {
    let tools = tools()?;
    let folder = project.target.join("coverage");
    let counts = folder.join("counts");
    let _ = fs::remove_dir_all(&counts);
    let mut test = project.cargo();
    test.args(["test", "--package", "connlint-core", "--lib", "--tests"])
        .args([
            "--message-format",
            "json-render-diagnostics",
            "--target-dir",
        ])
        .arg(&folder)
        .env("RUSTFLAGS", "-C instrument-coverage")
        .env("LLVM_PROFILE_FILE", counts.join("%p-%m.profraw"))
        .stderr(std::process::Stdio::inherit());
    let output = test.output()?;
    ensure!(
        output.status.success(),
        "the tests ended with {}",
        output.status
    );
    // What the tests print stands between cargo's messages.
    let said = String::from_utf8_lossy(&output.stdout);
    let programs: BTreeSet<String> = said
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["profile"]["test"] == true)
        .filter_map(|message| Some(message["executable"].as_str()?.to_owned()))
        .collect();
    let (first, others) = programs
        .iter()
        .collect::<Vec<_>>()
        .split_first()
        .map(|(first, others)| ((*first).clone(), others.to_vec()))
        .context("cargo names no test")?;
    let merged = folder.join("core.profdata");
    let mut merge = Command::new(tools.join("llvm-profdata"));
    merge
        .args(["merge", "-sparse", "-o"])
        .arg(&merged)
        .arg(&counts);
    ensure!(merge.status()?.success(), "llvm-profdata failed");
    let mut report = Command::new(tools.join("llvm-cov"));
    report
        .args(["export", "-summary-only", "-instr-profile"])
        .arg(&merged)
        .arg(first);
    for program in others {
        report.arg("-object").arg(program);
    }
    report.arg(project.root.join("crates/core/src"));
    let output = report.output()?;
    ensure!(
        output.status.success(),
        "llvm-cov: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout)?;
    let totals = &report["data"][0]["totals"];
    let of = |what: &str| {
        let figure = &totals[what];
        format!(
            "{what:10} {:5.1} % of {}\n",
            figure["percent"].as_f64().unwrap_or_default(),
            figure["count"]
        )
    };
    Ok(["lines", "functions", "regions"].map(of).concat())
}

/// The folder with LLVM's tools that fit this compiler.
fn tools() -> Result<PathBuf> {
    let said = |argument: &[&str]| -> Result<String> {
        let output = Command::new("rustc").args(argument).output()?;
        Ok(String::from_utf8(output.stdout)?)
    };
    let host = said(&["-vV"])?;
    let host = host
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    let root = said(&["--print", "sysroot"])?;
    let folder = PathBuf::from(root.trim()).join(format!("lib/rustlib/{host}/bin"));
    ensure!(
        folder.join("llvm-cov").is_file(),
        "LLVM's tools are missing; to install them: rustup component add llvm-tools"
    );
    Ok(folder)
}

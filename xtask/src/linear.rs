//! Holds linting to linear time: counts the instructions that it takes for texts that grow, under valgrind.
//!
//! Counting, unlike timing, gives the same answer on a busy machine.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::project::Project;
use crate::system::{Consent, ensure_valgrind};

/// The sizes of a text that are compared, in bytes.
const SIZES: [u64; 2] = [2_000, 16_000];

/// How much more a byte of the long text may take than one of the short text. What grows with the square takes eight times as
/// much; what is done once for each text takes less.
const SLACK: f64 = 1.4;

/// Fails if a text eight times as long takes much more than eight times the instructions.
///
/// # Errors
/// Names the texts that grow too fast, or says what is missing.
pub(crate) fn check(project: &Project, consent: Consent) -> Result<()> {
    let valgrind = ensure_valgrind(consent)?;
    let mut build = project.cargo();
    build.args(["build", "--release", "--package", "connlint-core"]);
    ensure!(
        build.args(["--example", "work"]).status()?.success(),
        "the example `work` does not compile"
    );
    let program = project.target.join("release/examples/work");
    let shapes = Command::new(&program).arg("shapes").output()?;
    let shapes = String::from_utf8(shapes.stdout)?;
    let mut wrong = Vec::new();
    let mut count = 0;
    for shape in shapes.lines() {
        let [short, long] = SIZES;
        let per_byte = |size: u64| -> Result<f64> {
            #[allow(clippy::cast_precision_loss, reason = "far below what a float holds")]
            Ok(instructions(&valgrind, &program, shape, size)? as f64 / size as f64)
        };
        let (short, long) = (per_byte(short)?, per_byte(long)?);
        count += 1;
        if long > short * SLACK {
            wrong.push(format!(
                "{shape}: {short:.0} instructions a byte, and {long:.0} in a text eight times as long"
            ));
        }
    }
    ensure!(count > 10, "only {count} kinds of texts");
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

/// How many instructions the program executes for that text.
fn instructions(valgrind: &Path, program: &Path, shape: &str, size: u64) -> Result<u64> {
    let output = Command::new(valgrind)
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([shape, &size.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{shape}: {said}");
    collected(&said).with_context(|| format!("valgrind says no number: {said}"))
}

/// Reads `==42== Collected : 1234`.
fn collected(said: &str) -> Option<u64> {
    let (_, number) = said.split_once("Collected : ")?;
    number.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read() {
        let said = "==42== Events    : Ir\n==42== Collected : 1234\n==42==\n";
        assert_eq!(collected(said), Some(1234));
        assert_eq!(collected("nothing"), None);
    }
}

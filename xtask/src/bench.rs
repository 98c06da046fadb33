//! `cargo xtask bench`: runs the benches, and writes what they say into docs/performance.md.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::project::Project;

/// What stands before the numbers.
const HEAD: &str = "\
# Performance

Written by `cargo xtask bench`, which runs `crates/core/benches/lint.rs`. connlint reads each of the strings in
`crates/core/benches/strings.txt` as its driver does and as it was meant, and judges it by every rule; libpq's
`PQconninfoParse` splits it into keywords, and `PQconndefaults` fills in what it leaves out. Both run in the same process,
one after the other; the numbers are medians over many rounds and, where something else ran beside them, the least.

The second part is about texts that grow, each in another way. That the time grows with them and not faster is held by
`cargo xtask test`, which counts instructions under valgrind (`xtask/src/linear.rs`).
";

/// Runs the bench and writes the page.
///
/// # Errors
/// When it does not compile or fails, or the page cannot be written.
pub(crate) fn run(project: &Project) -> Result<()> {
    let mut bench = project.cargo();
    bench.args(["bench", "--package", "connlint-core", "--bench", "lint"]);
    let output = bench.stderr(std::process::Stdio::inherit()).output()?;
    let said = String::from_utf8(output.stdout)?;
    print!("{said}");
    ensure!(
        output.status.success(),
        "the bench ended with {}",
        output.status
    );
    let mut page = String::from(HEAD);
    let _ = write!(
        page,
        "\n{}, {}, {}\n\n```text\n{}\n```\n",
        first_line("date", &["-u", "+%Y-%m-%d"])?,
        machine(),
        first_line("rustc", &["--version"])?,
        said.trim_end()
    );
    fs::write(project.root.join("docs/performance.md"), page).context("docs/performance.md")
}

fn first_line(program: &str, args: &[&str]) -> Result<String> {
    let output = Command::new(program).args(args).output()?;
    let said = String::from_utf8(output.stdout)?;
    Ok(said.lines().next().unwrap_or_default().to_owned())
}

/// The processor, and how many of it there are.
fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let mut models = text
        .lines()
        .filter_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map(|(_, model)| model.trim());
    let model = models.next().unwrap_or(std::env::consts::ARCH);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores of {model}")
}

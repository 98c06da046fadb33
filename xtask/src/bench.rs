//! `cargo xtask bench`: runs the benches, and writes what they say into docs/performance.md; `bench parse` puts in how one string
//! is read beside drivers, `bench scan` what [`crate::scan`] has measured, `bench page` what [`crate::browser_task`] has.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::node::Node;
use crate::project::Project;
use crate::scan;
use crate::system::Consent;

/// What stands before the numbers.
const HEAD: &str = "\
# Performance

Written by `cargo xtask bench`, which runs `crates/core/benches/lint.rs`. connlint reads each of the strings in
`crates/core/benches/strings.txt` as its driver does and as it was meant, and judges it by every rule; libpq's
`PQconninfoParse` splits it into keywords, and `PQconndefaults` fills in what it leaves out. Both run in the same process,
one after the other; the numbers are medians over many rounds and, where something else ran beside them, the least.

The second part is about texts that grow, each in another way, some of them made to hurt: from 1 kB to 10 MB. That the time grows
with them and not faster is held by `cargo xtask test`, which counts instructions under valgrind (`xtask/src/linear.rs`); what
grows a little here for texts of megabytes is memory that does not fit into the processor's caches.
";

/// What stands before the numbers of triage.
const TRIAGE: &str = "\
From `crates/core/benches/triage.rs`: how fast a log of 10 MB is read for failures to connect, by the time that the thread had
on a processor, the best of three. The last column is how much longer a log takes that is twice as long.

Only the places near an error are looked at closely, so a log with few errors is read fastest; the last three kinds are made to
hurt.
";

const FILE: &str = "docs/performance.md";

/// The parts behind the first one, in their order.
const TITLES: [&str; 5] = [PARSE_TITLE, LOGS_TITLE, SCAN_TITLE, PROBE_TITLE, PAGE_TITLE];

/// The part which `bench parse` writes.
const PARSE_TITLE: &str = "## One string, beside drivers";

/// What stands before the numbers of one string.
const PARSE: &str = "\
By `cargo xtask bench parse` (`xtask/parsers/`): one Azure URI, read in one process in turns. connlint's parse keeps every byte
with its span and goes on behind an error; its lint finds the string in the text, reads it for its driver, judges it by every rule
and words what it says. sqlx's parse looks into the environment as well. pg-connection-string runs in Node.js, by itself.
";

/// Reads the text of the bench again and again in Node.js.
const NODE: &str = r#"
const parse = require("pg-connection-string").parse, text = process.argv[1], times = [];
for (let round = 0; round < 300; round++) {
  const since = process.hrtime.bigint();
  for (let i = 0; i < 200; i++) parse(text);
  times.push(Number(process.hrtime.bigint() - since) / 200);
}
times.sort((a, b) => a - b);
const shown = (ns) => ns.toFixed(0).padStart(9);
console.log("pg-connection-string: parse".padEnd(42), "median", shown(times[150]), "ns  least", shown(times[0]), "ns");
"#;

/// The part which `bench` writes with the first one.
const LOGS_TITLE: &str = "## Logs";

/// The part which `bench scan` writes.
const SCAN_TITLE: &str = "## Many files";

/// What stands before the numbers of the scan.
const SCAN: &str = "\
By `cargo xtask bench scan` (`xtask/src/scan.rs`), which makes a tree of source files, of which few speak of PostgreSQL and fewer
have a connection string, and runs the programs on it in turns, with warm caches. ripgrep is the system's; it only looks for a
word, connlint looks for its traces, and reads and judges the files that have one. The sources of crates are what cargo has
fetched on the machine; in them, many more files speak of PostgreSQL. What looks for secrets looks for many other kinds as well;
it gets a small part of the tree, because a whole run takes it minutes to hours.
";

/// The last part, which `bench page` writes.
const PAGE_TITLE: &str = "## The page";

/// What stands before the numbers of the page.
const PAGE: &str = "\
By `cargo xtask bench page` (`tests/e2e/src/bin/page-bench.rs`), in headless Chromium whose processor is slowed down over
DevTools. A key is measured from the event to the message that comes right behind the frame in which text, squiggles and
findings are drawn; frames do not wait for a screen's beat. The bare text area is the same text in a page without a script.
";

/// The part before it, which `bench probe` writes.
const PROBE_TITLE: &str = "## The probe";

/// What stands before the numbers of the probe.
const PROBE: &str = "\
By `cargo xtask bench probe` (`crates/probe/benches/probe.rs`), which says for each figure what it has to keep to. What is compared
is measured in turns in the same run: the probe beside bare TLS on the same fake server, and its HTTP API beside `pg_isready` and
blackbox_exporter on a real PostgreSQL. blackbox_exporter ends after TLS, the probe two stages later; 0.27 or later is named in
`CONNLINT_BLACKBOX` if it is not on the path, and without it its rows are left out.
";

/// Runs the benches and writes the page.
///
/// # Errors
/// When they do not compile or fail, or the page cannot be written.
pub(crate) fn run(project: &Project) -> Result<()> {
    let lint = numbers(project, "connlint-core", "lint")?;
    let triage = numbers(project, "connlint-core", "triage")?;
    write(project, None, &format!("{HEAD}{lint}"))?;
    write(project, Some(LOGS_TITLE), &format!("{TRIAGE}{triage}"))
}

/// Runs the probe's bench and puts its numbers in place of those that are there.
///
/// # Errors
/// When it does not compile or fails, or the file cannot be written.
pub(crate) fn run_probe(project: &Project) -> Result<()> {
    let said = numbers(project, "connlint-probe", "probe")?;
    write(project, Some(PROBE_TITLE), &format!("{PROBE}{said}"))
}

/// Compares reading one string with what drivers take for it, and puts the numbers in place of those that are there.
///
/// # Errors
/// When the bench does not compile or fails, or the file cannot be written.
pub(crate) fn run_parse(project: &Project, consent: Consent) -> Result<()> {
    let mut bench = project.cargo();
    bench.args([
        "run",
        "--release",
        "--manifest-path",
        "xtask/parsers/Cargo.toml",
    ]);
    bench
        .arg("--target-dir")
        .arg(project.target.join("parsers"));
    let output = bench.stderr(std::process::Stdio::inherit()).output()?;
    ensure!(output.status.success(), "it ended with {}", output.status);
    let mut said = String::from_utf8(output.stdout)?;
    let text = said.lines().next().unwrap_or_default().to_owned();
    match node(project, consent, &text) {
        Ok(line) => said.push_str(&line),
        Err(error) => {
            let _ = writeln!(said, "pg-connection-string left out: {error:#}");
        }
    }
    print!("{said}");
    write(
        project,
        Some(PARSE_TITLE),
        &format!("{PARSE}{}", block(&said)?),
    )
}

fn node(project: &Project, consent: Consent, text: &str) -> Result<String> {
    let node = Node::ensure(project, consent)?;
    let mut command = node.node();
    command.current_dir(node.set("parsers")?);
    let output = command.args(["-e", NODE, text]).output()?;
    ensure!(output.status.success(), "it ended with {}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// Measures going through many files, and puts the numbers in place of those that are there.
///
/// # Errors
/// As [`scan::run`], or when the file cannot be written.
pub(crate) fn run_scan(project: &Project, consent: Consent) -> Result<()> {
    let said = scan::run(project, consent)?;
    print!("{said}");
    write(
        project,
        Some(SCAN_TITLE),
        &format!("{SCAN}{}", block(&said)?),
    )
}

/// Puts the page's numbers in place of those that are there.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn write_page(project: &Project, said: &str) -> Result<()> {
    write(
        project,
        Some(PAGE_TITLE),
        &format!("{PAGE}{}", block(said)?),
    )
}

/// Puts a part into the file, in place of the one with that title; without one, what stands before all titles.
fn write(project: &Project, title: Option<&str>, text: &str) -> Result<()> {
    let file = project.root.join(FILE);
    let before = fs::read_to_string(&file).unwrap_or_default();
    fs::write(file, with(&before, title, text)).context(FILE)
}

fn with(before: &str, title: Option<&str>, text: &str) -> String {
    let mut parts = before.split("\n## ");
    let mut out = parts.next().unwrap_or_default().trim_end().to_owned();
    let mut titled: Vec<(String, String)> = parts
        .map(|part| {
            let (title, text) = part.split_once('\n').unwrap_or((part, ""));
            (format!("## {title}"), text.trim().to_owned())
        })
        .collect();
    match title {
        None => text.trim_end().clone_into(&mut out),
        Some(title) => {
            titled.retain(|(other, _)| other != title);
            titled.push((title.into(), text.trim().into()));
        }
    }
    titled.sort_by_key(|(title, _)| TITLES.iter().position(|known| known == title));
    for (title, text) in titled {
        let _ = write!(out, "\n\n{title}\n\n{text}");
    }
    out + "\n"
}

/// Runs a bench: where and when, and what it said.
fn numbers(project: &Project, package: &str, name: &str) -> Result<String> {
    let mut bench = project.cargo();
    bench.args(["bench", "--package", package, "--bench", name]);
    let output = bench.stderr(std::process::Stdio::inherit()).output()?;
    let said = String::from_utf8(output.stdout)?;
    print!("{said}");
    ensure!(
        output.status.success(),
        "the bench ended with {}",
        output.status
    );
    block(&said)
}

/// Where and when, and what was said.
fn block(said: &str) -> Result<String> {
    Ok(format!(
        "\n{}, {}, {}\n\n```text\n{}\n```\n",
        first_line("date", &["-u", "+%Y-%m-%d"])?,
        machine(),
        first_line("rustc", &["--version"])?,
        said.trim_end()
    ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_takes_the_place_of_the_one_before() {
        let page = with("", None, "# Performance\n\nfirst\n");
        assert_eq!(page, "# Performance\n\nfirst\n");
        let page = with(&page, Some(PAGE_TITLE), "slow\n");
        let page = with(&page, Some(SCAN_TITLE), "files\n");
        let page = with(&page, Some(PAGE_TITLE), "quick\n");
        assert_eq!(
            page,
            "# Performance\n\nfirst\n\n## Many files\n\nfiles\n\n## The page\n\nquick\n"
        );
        assert_eq!(
            with(&page, None, "# Performance\n\nsecond"),
            page.replace("first", "second")
        );
    }
}

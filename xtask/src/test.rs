//! `cargo xtask test`: every check of the project, one table, one last line.

use std::fs;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::dist;
use crate::docs;
use crate::edges;
use crate::licences::Policy;
use crate::linear;
use crate::node::Node;
use crate::nostd;
use crate::npm;
use crate::page::{self, Mode};
use crate::portals;
use crate::privacy;
use crate::project::Project;
use crate::python::{self, Python};
use crate::servers::Servers;
use crate::system::{self, Browser, Consent, find_on_path};
use crate::tools::{self, PAGE_TARGET, Pins, Tools, ensure_component};

/// What the user asked for.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Leave out what needs the page and a browser.
    pub(crate) fast: bool,
    /// Use the system's package manager without asking.
    pub(crate) yes: bool,
}

/// The package of the page, and its name in the browser steps.
const PAGE: &str = "connlint-web";

/// The package with the end-to-end tests; it needs the built page and binary.
const E2E: &str = "connlint-e2e";

/// Runs all checks, prints the table, and tells by the exit code whether all passed.
///
/// A failed check does not stop the ones after it.
///
/// # Errors
/// Never for a failed check; only when the table cannot be printed.
pub(crate) fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    let consent = Consent::new(options.yes);
    let mut report = Report::default();

    report.check("format", || {
        ensure_component(project, "rustfmt")?;
        succeed(project.cargo().args(["fmt", "--all", "--check"]))
            .context("`cargo fmt --all` puts it right")
    });
    report.check("dependency edges", || {
        none(&edges::violations(&project.metadata))
    });
    report.check("licences", || {
        none(&Policy::read(&project.root)?.violations(project.packages()))
    });
    report.check("rule and driver pages", || docs::check(project));
    report.check("privacy claims", || none(&privacy::violations(project)?));
    report.check("wasm-bindgen version", || {
        Pins::read(&project.root)?.check_library(project)
    });
    if find_on_path("cargo-deny").is_some() {
        report.check("cargo deny", || {
            succeed(
                project
                    .cargo()
                    .args(["deny", "check", "bans", "licenses", "sources"]),
            )
        });
    } else {
        report.leave_out(
            "cargo deny",
            "it is not installed; the licences were checked without it",
        );
    }
    report.check("core without std", || nostd::check(project));
    report.check("clippy", || {
        ensure_component(project, "clippy")?;
        let lint = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ];
        succeed(project.cargo().args(lint))
    });

    let counted = find_on_path("valgrind").is_some() || consent.given();
    if cfg!(target_os = "linux") && counted {
        report.check("linear time", || linear::check(project, consent));
    } else {
        report.leave_out("linear time", "valgrind is not installed");
    }

    // Some Rust tests talk to a real PostgreSQL, so it is not only for the browser.
    let postgres = report.prepare("PostgreSQL", || system::ensure_postgres(consent));
    let servers = Servers::ensure(project, consent);
    for (what, why) in servers.missing {
        report.leave_out(what, why);
    }
    report.tests("Rust tests", || {
        let mut cargo = project.cargo();
        cargo.envs(servers.variables);
        cargo.args(["test", "--workspace", "--no-fail-fast"]);
        cargo.args(["--lib", "--bins", "--tests", "--examples"]);
        cargo.args(["--exclude", E2E]);
        Ok(with_postgres(cargo, need(&postgres)?))
    });
    report.tests("doc tests", || {
        let mut cargo = project.cargo();
        cargo.args(["test", "--workspace", "--no-fail-fast", "--doc"]);
        cargo.args(["--exclude", E2E]);
        Ok(with_postgres(cargo, need(&postgres)?))
    });

    if options.fast {
        for name in [
            "clippy for wasm",
            "page",
            "page size",
            "wasm tests",
            "npm package",
            "end-to-end tests",
        ] {
            report.leave_out(name, "--fast");
        }
    } else {
        in_the_browser(project, consent, &postgres, &mut report);
    }
    report.finish()
}

/// The checks that need the page's tools or a browser.
fn in_the_browser(
    project: &Project,
    consent: Consent,
    postgres: &Result<PathBuf>,
    report: &mut Report,
) {
    let tools = report.prepare("the page's tools", || Tools::ensure(project));
    let browser = report.prepare("Chromium and ChromeDriver", || Browser::ensure(consent));

    let firefox = report.prepare("Firefox and geckodriver", || {
        Ok((
            system::ensure_firefox(consent)?,
            tools::ensure_geckodriver(project)?,
        ))
    });
    let axe = report.prepare("axe-core", || tools::ensure_axe(project));

    report.check("clippy for wasm", || {
        need(&tools)?;
        let lint = ["clippy", "--package", PAGE, "--target", PAGE_TARGET];
        let strict = ["--all-targets", "--", "-D", "warnings"];
        succeed(project.cargo().args(lint).args(strict))
    });
    let page = report.check_for("page", || page::build(project, need(&tools)?));
    report.check("page size", || page::size::check(project, need(&page)?));
    let binary = report.check_for("connlint with the page", || {
        page::build_binary(project, need(&page)?, Mode::Debug)
    });
    report.browser_tests("wasm tests", || {
        let (tools, browser) = (need(&tools)?, need(&browser)?);
        let mut cargo = project.cargo();
        cargo
            .args(["test", "--package", PAGE, "--target", PAGE_TARGET])
            .args(["--tests", "--no-fail-fast"])
            .env("PATH", &tools.path)
            .env("CHROMEDRIVER", &browser.driver)
            .env(
                "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
                webdriver_settings(project, browser)?,
            )
            // In seconds, for a whole file of tests; the default is meant for quick machines.
            .env("WASM_BINDGEN_TEST_TIMEOUT", "180");
        Ok(cargo)
    });
    let node = report.prepare("Node.js", || Node::ensure(project, consent));
    let package = report.check_for("npm package", || npm::build(project, need(&tools)?));
    report.browser_tests("npm package in Node.js", || {
        npm::node_tests(project, need(&node)?, need(&package)?)
    });
    report.check("npm package's types", || {
        npm::check_types(project, need(&node)?, need(&package)?)
    });
    let bundle = report.check_for("npm package in Vite", || {
        npm::bundle(project, need(&node)?, need(&package)?)
    });
    let python = report.prepare("Python and the portals' generators", || {
        Python::ensure(project, &python::PORTALS, consent)
    });
    let portals = report.check_for("portals", || {
        portals::build(project, need(&python)?, need(&node)?)
    });
    let distribution = report.check_for("distribution", || {
        let folder = project.own_target().join("dist");
        dist::web(project, need(&tools)?, need(&page)?, &folder)?;
        Ok(folder)
    });
    report.browser_tests("end-to-end tests", || {
        let (browser, postgres) = (need(&browser)?, need(postgres)?);
        let (firefox, geckodriver) = need(&firefox)?;
        let mut cargo = project.cargo();
        cargo
            .args(["test", "--package", E2E, "--no-fail-fast"])
            .env("CONNLINT_BIN", need(&binary)?)
            .env("CONNLINT_BUNDLE", need(&bundle)?)
            .env("CONNLINT_PORTALS", need(&portals)?)
            .env("CONNLINT_DISTRIBUTION", need(&distribution)?)
            .env("CONNLINT_CHROME", &browser.chrome)
            .env("CHROMEDRIVER", &browser.driver)
            .env("CONNLINT_FIREFOX", firefox)
            .env("GECKODRIVER", geckodriver)
            .env("CONNLINT_AXE", need(&axe)?);
        Ok(with_postgres(cargo, postgres))
    });
}

/// Puts PostgreSQL's server programs on the PATH of the tests.
fn with_postgres(mut cargo: Command, postgres: &Path) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [postgres.to_path_buf()]
        .into_iter()
        .chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(folders) {
        cargo.env("PATH", path);
    }
    cargo.env("CONNLINT_PG_BIN", postgres);
    cargo
}

/// Writes the workspace's `webdriver.json` with the browser that was found, and gives its path.
fn webdriver_settings(project: &Project, browser: &Browser) -> Result<PathBuf> {
    let text = fs::read_to_string(project.root.join("webdriver.json")).context("webdriver.json")?;
    let mut settings: Value = serde_json::from_str(&text).context("webdriver.json")?;
    settings["goog:chromeOptions"]["binary"] = json!(browser.chrome);
    fs::create_dir_all(project.own_target())?;
    let file = project.own_target().join("webdriver.json");
    fs::write(&file, settings.to_string())?;
    Ok(file)
}

/// What an earlier step has made, or why this one cannot run.
fn need<T>(made: &Result<T>) -> Result<&T> {
    made.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// Runs a command with the terminal as its output.
fn succeed(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status()?;
    ensure!(status.success(), "it ended with {status}");
    Ok(())
}

/// Turns a list of what is wrong into a result.
fn none(wrong: &[String]) -> Result<()> {
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// What ran, how it went and how long it took.
#[derive(Debug, Default)]
struct Report {
    rows: Vec<Row>,
    left_out: Vec<(&'static str, String)>,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    /// `None` where something was only made ready.
    counts: Option<Counts>,
    took: Duration,
    /// Why it failed, where the output does not say it already.
    reason: Option<String>,
}

/// How many passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

impl Counts {
    const PASSED: Self = Self {
        passed: 1,
        failed: 0,
    };
    const FAILED: Self = Self {
        passed: 0,
        failed: 1,
    };
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Report {
    /// Runs a check that counts as one.
    fn check(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) {
        let _ = self.check_for(name, check);
    }

    /// Runs a check that counts as one and makes something for the steps after it.
    fn check_for<T>(&mut self, name: &'static str, check: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = begin(name);
        let result = check();
        let counts = if result.is_ok() {
            Counts::PASSED
        } else {
            Counts::FAILED
        };
        let reason = result.as_ref().err().map(|error| format!("{error:#}"));
        self.row(name, Some(counts), start, reason);
        result
    }

    /// Makes something ready that counts as nothing: where it fails, what needs it fails.
    fn prepare<T>(&mut self, name: &'static str, prepare: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = begin(name);
        let result = prepare();
        self.row(name, None, start, None);
        result
    }

    /// Runs a `cargo test`, and counts the tests in its output.
    fn tests(&mut self, name: &'static str, command: impl FnOnce() -> Result<Command>) {
        self.counted(name, command, false, &mut std::io::stdout());
    }

    /// The same for tests that a wrong setting could leave out: running none is a failure.
    fn browser_tests(&mut self, name: &'static str, command: impl FnOnce() -> Result<Command>) {
        self.counted(name, command, true, &mut std::io::stdout());
    }

    fn counted(
        &mut self,
        name: &'static str,
        command: impl FnOnce() -> Result<Command>,
        some: bool,
        out: &mut dyn Write,
    ) {
        let start = begin(name);
        let (counts, reason) = match command().and_then(|mut command| stream(&mut command, out)) {
            Ok((counts, _)) if some && counts == Counts::default() => {
                (Counts::FAILED, Some("not one test ran".to_owned()))
            }
            Ok((counts, true)) => (counts, None),
            // It did not compile, or a test program died: the summary lines do not count that.
            Ok((mut counts, false)) if counts.failed == 0 => {
                counts += Counts::FAILED;
                (counts, Some("cargo failed, see above".to_owned()))
            }
            Ok((counts, false)) => (counts, Some("see the failed tests above".to_owned())),
            Err(error) => (Counts::FAILED, Some(format!("{error:#}"))),
        };
        self.row(name, Some(counts), start, reason);
    }

    fn row(
        &mut self,
        name: &'static str,
        counts: Option<Counts>,
        start: Instant,
        reason: Option<String>,
    ) {
        if let Some(reason) = &reason {
            println!("FAILED {name}: {reason}");
        }
        self.rows.push(Row {
            name,
            counts,
            took: start.elapsed(),
            reason,
        });
    }

    /// Says that something did not run, and why.
    fn leave_out(&mut self, name: &'static str, why: impl Into<String>) {
        self.left_out.push((name, why.into()));
    }

    /// Prints the table and the last line.
    fn finish(&self) -> Result<ExitCode> {
        let mut total = Counts::default();
        let counts = self.rows.iter().filter_map(|row| row.counts);
        counts.for_each(|counts| total += counts);
        let mut out = std::io::stdout().lock();
        write!(out, "\n{}", self.table())?;
        writeln!(out, "{} passed, {} failed", total.passed, total.failed)?;
        out.flush()?;
        Ok(if total.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn table(&self) -> String {
        let mut lines = vec![format!(
            "{:<28}{:>8}{:>8}{:>10}",
            "", "passed", "failed", "time"
        )];
        for row in &self.rows {
            let (passed, failed) = row.counts.map_or_else(
                || ("-".to_owned(), "-".to_owned()),
                |counts| (counts.passed.to_string(), counts.failed.to_string()),
            );
            let took = format!("{:.1} s", row.took.as_secs_f64());
            lines.push(format!("{:<28}{passed:>8}{failed:>8}{took:>10}", row.name));
        }
        for (name, why) in &self.left_out {
            lines.push(format!("{name:<28} left out: {why}"));
        }
        for row in &self.rows {
            if let Some(reason) = &row.reason {
                lines.push(format!("FAILED {}: {reason}", row.name));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// Announces a step.
fn begin(name: &str) -> Instant {
    println!("\n== {name}");
    Instant::now()
}

/// Runs a command, passes its output on as it comes, and adds up its summary lines.
///
/// The second value tells whether the command succeeded.
fn stream(command: &mut Command, out: &mut dyn Write) -> Result<(Counts, bool)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let Some(mut stdout) = child.stdout.take() else {
        bail!("the output cannot be read");
    };
    let mut counts = Counts::default();
    let mut line = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let length = stdout.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..length).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        out.write_all(bytes)?;
        out.flush()?;
        for &byte in bytes {
            if byte == b'\n' {
                counts += summary(&String::from_utf8_lossy(&line)).unwrap_or_default();
                line.clear();
            } else {
                line.push(byte);
            }
        }
    }
    counts += summary(&String::from_utf8_lossy(&line)).unwrap_or_default();
    Ok((counts, child.wait()?.success()))
}

/// Reads `test result: ok. 3 passed; 1 failed; …`, with which every Rust test program ends, and the lines
/// `# pass 3` and `# fail 1` of Node.js.
fn summary(line: &str) -> Option<Counts> {
    if let Some(passed) = line.strip_prefix("# pass ") {
        let passed = passed.trim().parse().ok()?;
        return Some(Counts { passed, failed: 0 });
    }
    if let Some(failed) = line.strip_prefix("# fail ") {
        let failed = failed.trim().parse().ok()?;
        return Some(Counts { passed: 0, failed });
    }
    let (_, numbers) = line
        .trim()
        .strip_prefix("test result: ")?
        .split_once(". ")?;
    let mut counts = Counts::default();
    for part in numbers.split("; ") {
        match part.split_once(' ')? {
            (number, "passed") => counts.passed = number.parse().ok()?,
            (number, "failed") => counts.failed = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_line_of_a_test_program_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; \
                    0 filtered out; finished in 0.01s";
        assert_eq!(
            summary(line),
            Some(Counts {
                passed: 12,
                failed: 3
            })
        );
        assert_eq!(summary("test parse::works ... ok"), None);
        let node = ["# tests 4", "# pass 3", "# fail 1", "ok 1 - # pass 3"];
        let counts: Vec<_> = node.into_iter().map(summary).collect();
        let passed = |passed, failed| Some(Counts { passed, failed });
        assert_eq!(counts, [None, passed(3, 0), passed(0, 1), None]);
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn report_of(script: &'static str, some: bool) -> Report {
        let mut report = Report::default();
        // Into a sink: on the real output, the outer run would count these lines.
        report.counted("x", || Ok(shell(script)), some, &mut std::io::sink());
        report
    }

    #[test]
    fn the_tests_of_all_programs_are_added_up() {
        let two = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; \
                   printf 'test result: FAILED. 1 passed; 4 failed; 0 ignored'; exit 101";
        let report = report_of(two, false);
        assert_eq!(
            report.rows[0].counts,
            Some(Counts {
                passed: 3,
                failed: 4
            })
        );
        assert!(report.rows[0].reason.is_some());
    }

    #[test]
    fn a_command_that_fails_without_a_failed_test_counts_as_failed() {
        let report = report_of("exit 101", false);
        assert_eq!(report.rows[0].counts, Some(Counts::FAILED));
    }

    #[test]
    fn browser_tests_of_which_none_ran_have_failed() {
        let nothing = "echo 'test result: ok. 0 passed; 0 failed; 0 ignored'";
        assert_eq!(
            report_of(nothing, true).rows[0].counts,
            Some(Counts::FAILED)
        );
        assert_eq!(
            report_of(nothing, false).rows[0].counts,
            Some(Counts::default())
        );
    }

    #[test]
    fn what_needs_a_missing_thing_fails_with_its_reason() {
        let mut report = Report::default();
        let made: Result<()> = report.prepare("thing", || bail!("no thing. To install: this"));
        let tests = || need(&made).map(|()| shell("exit 0"));
        report.counted("tests", tests, false, &mut std::io::sink());
        assert!(report.rows[0].counts.is_none());
        assert_eq!(report.rows[1].counts, Some(Counts::FAILED));
        assert!(
            report
                .table()
                .contains("FAILED tests: no thing. To install: this")
        );
    }

    #[test]
    fn the_table_says_what_was_left_out() {
        let mut report = Report::default();
        report.check("good", || Ok(()));
        report.leave_out("browser", "--fast");
        let table = report.table();
        assert!(table.contains("good"), "{table}");
        assert!(
            table.contains("browser                      left out: --fast"),
            "{table}"
        );
    }
}

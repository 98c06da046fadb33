//! `cargo xtask conformance errors`: has the real clients fail in every way that there is, against real and fake servers on
//! loopback, and records what they say.
//!
//! What it works from lies in `conformance/errors/`: the ways to fail in `scenarios.py`, the servers in `servers.py`, one
//! small program for each client in `drivers/`, the list of them in `drivers.toml`. `crates/core/tests/errors.rs` holds
//! connlint to what was recorded.

use std::fs::{self, File};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::conformance::{Place, install, is_root, program, read_drivers, select};
use crate::project::Project;
use crate::system::{Consent, ensure_postgres};

/// What the servers need besides PostgreSQL.
const TOOLS: [&str; 4] = ["ip", "openssl", "pgbouncer", "localedef"];

/// Records the errors of the named clients, or of all; lines of the others stay as they are.
///
/// # Errors
/// When the list of clients cannot be read, or the servers do not start.
pub(crate) fn record(project: &Project, wanted: &[String]) -> Result<ExitCode> {
    let place = Place::errors(project)?;
    for tool in TOOLS {
        ensure!(
            crate::system::find_on_path(tool).is_some(),
            "{tool} is not installed; on Debian: apt-get install iproute2 openssl pgbouncer locales"
        );
    }
    let listed = read_drivers(&place.folder)?;
    let mut clients = Vec::new();
    for driver in &select(&listed, wanted)? {
        let prepared = install(&place, driver).and_then(|()| program(project, &place, driver));
        let command = match prepared {
            Ok(command) => command,
            Err(reason) => {
                eprintln!("      {} left out: {reason:#}", driver.full_name());
                continue;
            }
        };
        let text = |word: &std::ffi::OsStr| Value::from(word.to_string_lossy());
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        clients.push(json!({
            "name": driver.name,
            "version": driver.version,
            "reading": driver.reading,
            "dialects": driver.dialects,
            "command": words.map(text).collect::<Vec<Value>>(),
            "places": [place.own(driver), place.folder.join("drivers"), &place.tools],
            "env": command
                .get_envs()
                .filter_map(|(key, value)| Some((key.to_string_lossy().into_owned(), text(value?))))
                .collect::<Map<String, Value>>(),
        }));
    }
    let postgres = ensure_postgres(Consent::new(false))?;
    let run = place.tools.join("run");
    fs::write(run.join("errors.json"), Value::from(clients).to_string())?;
    let mut servers = Command::new("unshare");
    // PostgreSQL does not run as root, and root of a namespace cannot become anybody else.
    if !is_root() {
        servers.args(["--map-current-user", "--keep-caps"]);
    }
    servers.args(["--net", "--mount", "--", "python3", "-B"]);
    servers.arg(place.folder.join("record.py")).arg(postgres);
    let output = servers
        .stdin(File::open(run.join("errors.json"))?)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run unshare")?;
    let said = String::from_utf8(output.stdout).context("record.py: not UTF-8")?;
    let path = place.folder.join("recorded.jsonl");
    let before = fs::read_to_string(&path).unwrap_or_default();
    let of = |text: &str, name: &str| -> Vec<String> {
        text.lines()
            .filter(|line| {
                serde_json::from_str::<Value>(line).is_ok_and(|line| line["client"] == name)
            })
            .map(str::to_owned)
            .collect()
    };
    let mut lines = Vec::new();
    for driver in &listed {
        let new = of(&said, &driver.name);
        let kept = if new.is_empty() {
            of(&before, &driver.name)
        } else {
            new
        };
        println!("{:24} {:4} texts", driver.full_name(), kept.len());
        lines.extend(kept);
    }
    fs::write(&path, lines.join("\n") + "\n")?;
    ensure!(
        output.status.success(),
        "record.py ended with {}; what it had by then is kept",
        output.status
    );
    Ok(ExitCode::SUCCESS)
}

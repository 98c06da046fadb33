//! Running the binary as a user does, which the tests of every command need.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "every test file uses its own part of this"
)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};

/// The binary, without anything from the environment that would change what it does.
pub fn connlint(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connlint"));
    command.args(arguments).stdin(Stdio::null());
    for name in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "CONNLINT_TOKEN",
        "PGPASSWORD",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs it with something on its standard input.
pub fn feed(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut child = connlint(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its options does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_ref());
    child.wait_with_output().unwrap()
}

/// What it wrote to standard output.
pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it wrote to standard error.
pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// `connlint serve` on a free port of loopback; ends with the test.
pub struct Serving {
    child: Child,
    /// Its address, as for `--via`.
    pub url: String,
}

impl Serving {
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_with(&mut connlint(&[]), arguments)
    }

    pub fn start_with(command: &mut Command, arguments: &[&str]) -> Self {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let url = format!("http://{}", address.unwrap_or("?"));
        Self { child, url }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Running the binary as a user does, which the tests of every command need.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What a command wrote, and how it ended.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The binary, with nothing on its standard input and nothing from the environment that would change what it does.
pub(crate) fn connlint(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connlint"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        let known = name.to_string_lossy();
        let counts = ["CONNLINT_", "PG", "CLICOLOR"]
            .iter()
            .any(|start| known.starts_with(start));
        if counts || known == "NO_COLOR" {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs the binary to its end.
pub(crate) fn run(arguments: &[&str]) -> Run {
    connlint(arguments).output().unwrap().into()
}

/// Runs the binary to its end with something on its standard input.
pub(crate) fn feed(arguments: &[&str], input: impl AsRef<[u8]>) -> Run {
    let mut child = connlint(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let written = child.stdin.take().unwrap().write_all(input.as_ref());
    let run = Run::from(child.wait_with_output().unwrap());
    // Whoever refuses its options goes without reading.
    if run.code != Some(2) {
        written.unwrap();
    }
    run
}

/// `connlint serve`; ends with the test.
pub(crate) struct Serving {
    child: Child,
    /// The first line that it printed.
    pub(crate) line: String,
    output: BufReader<ChildStdout>,
}

impl Serving {
    /// On a free port of loopback.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::with_environment(arguments, &[])
    }

    /// On a free port of loopback, with variables.
    pub(crate) fn with_environment(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = connlint(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments).envs(environment.iter().copied());
        Self::of(command)
    }

    /// Where it chooses itself.
    pub(crate) fn anywhere() -> Self {
        Self::of(connlint(&["serve"]))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        Self {
            child,
            line,
            output,
        }
    }

    /// The next line that it prints.
    pub(crate) fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    /// Its host and port.
    pub(crate) fn address(&self) -> &str {
        let rest = self.line.split("http://").nth(1);
        rest.and_then(|rest| rest.split('/').next())
            .unwrap_or_else(|| panic!("no address in {:?}", self.line))
    }

    /// Its address, as for `--via`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The answer to a request, to its end.
    pub(crate) fn send(&self, request: &str) -> String {
        exchange(self.address(), request)
    }

    /// The answer to a GET request.
    pub(crate) fn get(&self, path: &str) -> String {
        get(self.address(), path)
    }

    /// Asks it to stop, as a service manager does: the code that it ends with.
    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(sent.unwrap().success());
        let until = Instant::now() + Duration::from_secs(15);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < until, "the server did not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The answer of any HTTP server to a GET request.
pub(crate) fn get(address: &str, path: &str) -> String {
    exchange(
        address,
        &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"),
    )
}

/// What is answered to `request`, up to the end of the connection.
pub(crate) fn exchange(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

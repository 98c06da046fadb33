//! `cargo xtask bench scan`: `connlint lint` on a large tree beside `rg -i postgres` on the same one, in turns, and how much memory
//! it takes. The tree is made for it in the temporary folder, and removed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::project::Project;
use crate::system::{Consent, ensure_ripgrep};

/// How many files there are, and how many in a folder.
const FILES: u64 = 60_000;
const IN_FOLDER: u64 = 60;

/// Of how many files one speaks of PostgreSQL, and of how many one has a connection string.
const SPEAKS: u64 = 200;
const HAS: u64 = 1_000;

/// How often each program runs; the first runs of all fill the caches and do not count.
const ROUNDS: usize = 15;

/// Runs the bench and says what it measured.
///
/// # Errors
/// When connlint does not compile, a program is missing, or one of them does not find what is there.
pub(crate) fn run(project: &Project, consent: Consent) -> Result<String> {
    let ripgrep = ensure_ripgrep(consent)?;
    let mut build = project.cargo();
    build.args(["build", "--release", "--package", "connlint"]);
    ensure!(build.status()?.success(), "connlint does not compile");
    let connlint = project.target.join("release/connlint");
    let tree = Tree::make()?;
    let mut out = format!(
        "{} files, {} MB, {} with a connection string\n",
        FILES,
        tree.bytes >> 20,
        FILES / HAS
    );
    let peers: [(&str, &Path, &[&str], i32); 2] = [
        (
            "connlint lint --format jsonl .",
            &connlint,
            &["lint", "--format", "jsonl", "."],
            1,
        ),
        (
            "rg --ignore-case postgres .",
            &ripgrep,
            &["--ignore-case", "postgres", "."],
            0,
        ),
    ];
    let mut times: [Vec<Duration>; 2] = Default::default();
    for round in 0..=ROUNDS {
        for (index, (_, program, arguments, code)) in peers.iter().enumerate() {
            let (took, lines) = tree.time(program, arguments, *code)?;
            ensure!(lines as u64 >= FILES / HAS, "only {lines} lines");
            if round > 0 {
                times[index].push(took);
            }
        }
    }
    for (index, (shown, ..)) in peers.iter().enumerate() {
        let (median, least) = of(&mut times[index]);
        let _ = writeln!(
            out,
            "{shown:34} median {:7.1} ms  least {:7.1} ms",
            ms(median),
            ms(least)
        );
    }
    let ratio = |pick: fn((Duration, Duration)) -> Duration, times: &mut [Vec<Duration>; 2]| {
        let [ours, theirs] = times;
        pick(of(ours)).as_secs_f64() / pick(of(theirs)).as_secs_f64()
    };
    let _ = writeln!(
        out,
        "connlint / rg: {:.2} by the medians, {:.2} by the least",
        ratio(|both| both.0, &mut times),
        ratio(|both| both.1, &mut times)
    );
    if let Some(most) = tree.memory(&connlint, &["lint", "--format", "jsonl", "."])? {
        let _ = writeln!(
            out,
            "connlint, memory at most: {:.1} MB",
            most as f64 / 1024.0
        );
    }
    Ok(out)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn of(times: &mut [Duration]) -> (Duration, Duration) {
    times.sort();
    (times[times.len() / 2], times[0])
}

/// A tree like that of a large repository; removed with the value.
struct Tree {
    folder: PathBuf,
    bytes: u64,
}

impl Tree {
    fn make() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("connlint-scan-{}", std::process::id()));
        let mut tree = Self { folder, bytes: 0 };
        let mut words = Words(0x9e37_79b9_7f4a_7c15);
        for number in 0..FILES {
            let folder = tree.folder.join(format!(
                "part{:02}/unit{:04}",
                number / IN_FOLDER % 20,
                number / IN_FOLDER
            ));
            if number % IN_FOLDER == 0 {
                fs::create_dir_all(&folder)?;
            }
            let (end, text) = words.file(number);
            tree.bytes += text.len() as u64;
            fs::write(folder.join(format!("f{number}.{end}")), text)?;
        }
        Ok(tree)
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }

    fn time(&self, program: &Path, arguments: &[&str], code: i32) -> Result<(Duration, usize)> {
        let mut command = self.command(program, arguments);
        let since = Instant::now();
        let output = command.output()?;
        let took = since.elapsed();
        ensure!(
            output.status.code() == Some(code),
            "{}: {}",
            program.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        let lines = output.stdout.iter().filter(|byte| **byte == b'\n').count();
        Ok((took, lines))
    }

    /// The most memory that a program had at once, in kB, where the system says it.
    fn memory(&self, program: &Path, arguments: &[&str]) -> Result<Option<u64>> {
        let mut child = self
            .command(program, arguments)
            .stdout(Stdio::null())
            .spawn()?;
        let file = format!("/proc/{}/status", child.id());
        let mut most = None;
        // What it had at most grows, so the last look before its end counts.
        while child.try_wait()?.is_none() {
            let status = fs::read_to_string(&file).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let size = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
            most = size.max(most);
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(most)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        // Whatever is left in the temporary folder, the system removes.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes texts that are the same in every run.
struct Words(u64);

const NAMES: &[&str] = &[
    "account", "address", "amount", "basket", "cache", "client", "config", "count", "customer",
    "date", "delivery", "entry", "error", "event", "factor", "filter", "handler", "index",
    "invoice", "item", "label", "limit", "list", "message", "name", "number", "offset", "option",
    "order", "page", "parser", "payment", "price", "product", "queue", "record", "report",
    "request", "result", "sample", "session", "shipment", "source", "status", "stream", "table",
    "target", "token", "user", "value", "vector", "window",
];

impl Words {
    fn next(&mut self, below: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
    }

    fn name(&mut self) -> &'static str {
        NAMES[self.next(NAMES.len() as u64) as usize]
    }

    /// A file of some language: how its name ends, and its text.
    fn file(&mut self, number: u64) -> (&'static str, String) {
        let language = number % 6;
        let lines = 20 + self.next(280);
        let mut text = String::new();
        for line in 0..lines {
            let (a, b, c) = (self.name(), self.name(), self.name());
            let n = self.next(10_000);
            let _ = match language {
                0 => writeln!(
                    text,
                    "    let {a}_{b} = self.{c}.iter().filter(|{a}| {a}.{b} > {n}).count();"
                ),
                1 => writeln!(
                    text,
                    "    def {a}_{b}(self, {c}, {a}={n}):  # see https://docs.example/{b}"
                ),
                2 => writeln!(
                    text,
                    "  const {a}{n} = await {b}.{c}({{ {a}: {n}, {b}: '{c}', host: {a}.host }});"
                ),
                3 => writeln!(
                    text,
                    "        {a}.set{n}({b}.{c}(), \"{a} {b}\"); // {c}: {n}"
                ),
                4 => writeln!(text, "{a}_{line}:\n  {b}: {n}\n  {c}: \"{a}-{b}\""),
                _ => writeln!(
                    text,
                    "The {a} of a {b} is {n} where the {c} has no {a}, see [{b}](#{c}-{n})."
                ),
            };
        }
        if number % SPEAKS == 7 {
            text.push_str("// kept in PostgreSQL, see the runbook\n");
        }
        if number % HAS == 7 {
            let _ = writeln!(
                text,
                "DATABASE_URL=postgresql://app:p@ss@db{number}.example:5432/shop"
            );
        }
        let end = ["rs", "py", "ts", "java", "yaml", "md"][language as usize];
        (end, text)
    }
}

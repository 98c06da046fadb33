//! `cargo xtask bench scan`: `connlint lint` on a large tree beside `rg -i postgres` on the same one, in turns, and how much memory
//! it takes; and on a share of it beside programs that look for secrets. The tree is made for it in the temporary folder, and
//! removed. What people have written themselves is gone through as well: the sources of the crates that cargo has at hand.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::node::Node;
use crate::project::Project;
use crate::python::{self, Python};
use crate::system::{Consent, ensure_ripgrep};

/// How many files there are, and how many in a folder.
const FILES: u64 = 60_000;
const IN_FOLDER: u64 = 60;

/// Into how many parts the folders are dealt; the slow programs look at one of them.
const PARTS: u64 = 200;

/// Of how many files one speaks of PostgreSQL, and of how many one has a connection string.
const SPEAKS: u64 = 200;
const HAS: u64 = 1_000;

/// How often each program runs; the first runs of all fill the caches and do not count.
const ROUNDS: usize = 15;

/// How often the slow programs run.
const SLOW_ROUNDS: usize = 2;

const LINT: &[&str] = &["lint", "--format", "jsonl", "."];
const GREP: &[&str] = &["--ignore-case", "postgres", "."];

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
    let lint = || Peer::new("connlint lint --format jsonl .", &connlint, LINT);
    let grep = || Peer::new("rg --ignore-case postgres .", &ripgrep, GREP);

    let mut out = format!(
        "{FILES} files, {} MB, {} with a connection string\n",
        tree.bytes >> 20,
        FILES / HAS
    );
    let strings = FILES / HAS;
    let ratios = in_turns(&mut out, &tree.files(), strings, ROUNDS, [lint(), grep()])?;
    let _ = writeln!(out, "connlint / rg: {ratios}");
    if let Some(most) = memory(&tree.files(), &connlint)? {
        let _ = writeln!(
            out,
            "connlint, memory at most: {:.1} MB",
            most as f64 / 1024.0
        );
    }

    if let Some(sources) = sources() {
        let (files, bytes) = size(&sources)?;
        let _ = writeln!(
            out,
            "\n{files} files, {} MB: the sources of crates",
            bytes >> 20
        );
        let ratios = in_turns(&mut out, &sources, 0, ROUNDS, [lint(), grep()])?;
        let _ = writeln!(out, "connlint / rg: {ratios}");
    }

    let part = tree.part();
    let (files, bytes) = size(&part)?;
    let _ = writeln!(
        out,
        "\n{files} files, {} kB: a part of the first tree",
        bytes >> 10
    );
    for searcher in searchers(project, consent, &tree)? {
        let shown = searcher.shown;
        let ratios = in_turns(&mut out, &part, 1, SLOW_ROUNDS, [searcher, lint()])?;
        let _ = writeln!(out, "{shown} / connlint: {ratios}");
    }
    Ok(out)
}

/// The programs that look for secrets in files.
fn searchers(project: &Project, consent: Consent, tree: &Tree) -> Result<[Peer; 2]> {
    let node = Node::ensure(project, consent)?;
    let script = node.tool("secretlint", "bin/secretlint.js")?;
    // It looks for its rules from the folder on that it looks at, where nothing is installed.
    let rules = node
        .set("secretlint")?
        .join("node_modules/@secretlint/secretlint-rule-preset-recommend");
    let settings = tree.folder.join("secretlint.json");
    let chosen = serde_json::json!({ "rules": [{ "id": rules }] });
    fs::write(&settings, chosen.to_string())?;
    let mut secretlint = node.node();
    secretlint.arg(script).arg("--secretlintrc").arg(settings);
    secretlint.args(["--no-color", "**/*"]);
    let mut detect =
        Python::ensure(project, &python::SEARCHERS, consent)?.program("detect-secrets");
    detect.args(["scan", "--all-files", "."]);
    Ok([
        Peer {
            shown: "secretlint, recommended rules",
            command: secretlint,
        },
        Peer {
            shown: "detect-secrets scan --all-files",
            command: detect,
        },
    ])
}

/// A program with its arguments.
struct Peer {
    shown: &'static str,
    command: Command,
}

impl Peer {
    fn new(shown: &'static str, program: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments);
        Self { shown, command }
    }

    /// How long it takes in a folder, and how many lines it writes.
    fn time(&mut self, folder: &Path) -> Result<(Duration, usize)> {
        self.command.current_dir(folder).stdin(Stdio::null());
        let since = Instant::now();
        let output = self.command.output().context(self.shown)?;
        let took = since.elapsed();
        // Each says by 1 that it has found something, or nothing.
        ensure!(
            matches!(output.status.code(), Some(0 | 1)),
            "{}: {}",
            self.shown,
            String::from_utf8_lossy(&output.stderr)
        );
        let lines = output.stdout.iter().filter(|byte| **byte == b'\n').count();
        Ok((took, lines))
    }
}

/// Runs two programs in turns, so that whatever else the machine does meets both, and says how long they took, and by how much
/// the first takes longer.
fn in_turns(
    out: &mut String,
    folder: &Path,
    least_lines: u64,
    rounds: usize,
    mut peers: [Peer; 2],
) -> Result<String> {
    let mut times: [Vec<Duration>; 2] = Default::default();
    let mut processor = [Some(0.0); 2];
    for round in 0..=rounds {
        for ((peer, times), sum) in peers.iter_mut().zip(&mut times).zip(&mut processor) {
            let before = of_children();
            let (took, lines) = peer.time(folder)?;
            ensure!(
                lines as u64 >= least_lines,
                "{} writes only {lines} lines",
                peer.shown
            );
            if round > 0 {
                times.push(took);
                let more = before
                    .zip(of_children())
                    .map(|(before, after)| after - before);
                *sum = sum.zip(more).map(|(sum, more)| sum + more);
            }
        }
    }
    for ((peer, times), sum) in peers.iter().zip(&mut times).zip(&processor) {
        times.sort();
        let _ = write!(
            out,
            "{:34} median {:8.1} ms  least {:8.1} ms",
            peer.shown,
            ms(median(times)),
            ms(least(times))
        );
        let _ = match sum {
            Some(sum) => writeln!(out, "  processor {:8.1} ms", sum / rounds as f64),
            None => writeln!(out),
        };
    }
    let [ours, theirs] = &times;
    let ratio = |pick: fn(&[Duration]) -> Duration| ms(pick(ours)) / ms(pick(theirs));
    let mut ratios = format!(
        "{:.2} by the medians, {:.2} by the least",
        ratio(median),
        ratio(least)
    );
    if let [Some(ours), Some(theirs)] = processor {
        let _ = write!(ratios, ", {:.2} by the processor's time", ours / theirs);
    }
    Ok(ratios)
}

/// The time in milliseconds that all programs together have had on a processor which ran so far and ended, where the system says
/// it: what else the machine does changes it least.
fn of_children() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name, which may hold anything; in hundredths of a second.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let (user, system) = (fields.next()?, fields.next()?);
    Some((user.parse::<f64>().ok()? + system.parse::<f64>().ok()?) * 10.0)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn median(sorted: &[Duration]) -> Duration {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn least(sorted: &[Duration]) -> Duration {
    sorted.first().copied().unwrap_or_default()
}

/// The most memory that connlint has at once, in kB, where the system says it.
fn memory(folder: &Path, connlint: &Path) -> Result<Option<u64>> {
    let mut child = Command::new(connlint)
        .args(LINT)
        .current_dir(folder)
        .stdin(Stdio::null())
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

/// Where cargo keeps the sources of what was ever built here.
fn sources() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    Some(home.join("registry/src")).filter(|folder| folder.is_dir())
}

/// How many files a folder has, and how large they are together.
fn size(folder: &Path) -> Result<(u64, u64)> {
    let mut sum = (0, 0);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let (files, bytes) = if kind.is_dir() {
            size(&entry.path())?
        } else if kind.is_file() {
            (1, entry.metadata()?.len())
        } else {
            (0, 0)
        };
        sum = (sum.0 + files, sum.1 + bytes);
    }
    Ok(sum)
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
            let folder = tree.files().join(format!(
                "part{:03}/unit{:04}",
                number / IN_FOLDER % PARTS,
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

    /// A part of the tree, in which a file has a connection string.
    fn part(&self) -> PathBuf {
        self.files().join("part000")
    }

    /// Where the files are; what is beside them belongs to nobody's tree.
    fn files(&self) -> PathBuf {
        self.folder.join("files")
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

    /// A number as code has them: most are small, some are powers of two, few are anything else.
    fn number(&mut self) -> u64 {
        const USUAL: &[u64] = &[
            200, 301, 404, 500, 1_000, 1_500, 2_024, 3_000, 3_600, 5_000, 8_080, 8_443, 10_000,
            65_535, 86_400,
        ];
        match self.next(20) {
            0..10 => self.next(11),
            10..16 => self.next(101),
            16..18 => 1 << self.next(15),
            _ => USUAL[self.next(USUAL.len() as u64) as usize],
        }
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
            let n = self.number();
            let _ = match language {
                0 => writeln!(
                    text,
                    "    let {a}_{b} = self.{c}.iter().filter(|{a}| {a}.{b} > {n}).count();"
                ),
                1 => writeln!(
                    text,
                    "    def {a}_{b}(self, {c}, {a}={n}):  # see the {b} of {a}"
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
        if number.is_multiple_of(3) {
            text.push_str("// see https://docs.example/guide and http://localhost:8080/\n");
        }
        if number % SPEAKS == 7 {
            text.push_str("// kept in PostgreSQL, see the runbook\n");
        }
        if number % HAS == 7 {
            let _ = writeln!(
                text,
                "DATABASE_URL=postgresql://app:p@ss@db{number}.example:5432/shop\n\
                 REPLICA_URL=\"postgresql://app:Vq7mK2xRtt@db{number}.internal.example:5432/shop\""
            );
        }
        let end = ["rs", "py", "ts", "java", "yaml", "md"][language as usize];
        (end, text)
    }
}

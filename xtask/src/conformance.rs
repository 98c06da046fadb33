//! `cargo xtask conformance`: asks the real drivers how they read the shared cases, and keeps
//! their answers as golden files.
//!
//! What it works from lies in `conformance/`: the inputs in `cases/`, one small program for each
//! driver in `drivers/`, the list of them in `drivers.toml`. What they need is installed into
//! `.tools/conformance/` with pip, npm and cargo, or comes from the system's packages. Each program
//! runs in a network namespace of its own, which has nothing but loopback; where the system does
//! not allow that, none is run.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::project::Project;
use crate::system::{Consent, ensure_postgres, find_on_path};

/// What the user asked for.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Compare with the golden files, write nothing.
    pub(crate) check: bool,
    /// The drivers to ask, by name or by name and version, or `tls`; all when empty.
    pub(crate) drivers: Vec<String>,
}

/// The fields of an answer in the order in which they are written. Absent ones are left out.
const FIELDS: [&str; 11] = [
    "id",
    "outcome",
    "error",
    "error_type",
    "hosts",
    "user",
    "database",
    "password",
    "tls",
    "settings",
    "at_connect",
];

/// How long one driver may take for all its cases, in seconds.
const PATIENCE: &str = "600";

/// Tells .NET's runtime which of itself to take.
const DOTNET: &str = concat!(
    r#"{"runtimeOptions": {"framework": {"#,
    r#""name": "Microsoft.NETCore.App", "version": "3.1.0"}}}"#
);

/// How many changed answers are shown for one driver; the files have the others.
const SHOWN: usize = 3;

/// Asks the drivers, writes or compares the golden files, and prints a table.
///
/// A driver that cannot be had here is left out with the reason, and is no failure. The exit code
/// tells whether all answers are those of the golden files; without `--check` they are then.
///
/// # Errors
/// When the list of drivers or the cases cannot be read, or a name is not in the list.
pub(crate) fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    let place = Place::new(project)?;
    let drivers = select(&read_drivers(&place.folder)?, &options.drivers)?;
    let cases = read_cases(&place.folder)?;
    place.check_cases()?;

    let (handshakes, readers): (Vec<Driver>, Vec<Driver>) =
        drivers.into_iter().partition(|driver| driver.tls);
    let steps = readers.len() + usize::from(!handshakes.is_empty());
    let mut table = Vec::new();
    let mut differs = false;
    for (index, driver) in readers.iter().enumerate() {
        let name = driver.full_name();
        eprintln!("[{}/{steps}] {name}", index + 1);
        let row = match ask(project, &place, driver, &cases) {
            Ok(answers) => {
                let changes = settle(&place, driver, &answers, options.check)?;
                differs |= options.check && !changes.is_empty();
                for change in changes.iter().take(SHOWN) {
                    eprintln!("      {change}");
                }
                [
                    driver.name.clone(),
                    answers.version.clone(),
                    answers.lines.len().to_string(),
                    changes.len().to_string(),
                ]
            }
            Err(reason) => {
                eprintln!("      left out: {reason:#}");
                [
                    driver.name.clone(),
                    driver.version.clone(),
                    "-".into(),
                    "left out".into(),
                ]
            }
        };
        table.push(row);
    }
    if !handshakes.is_empty() {
        eprintln!("[{steps}/{steps}] what TLS they end up with");
        let (rows, changed) = shake_hands(project, &place, &handshakes, options.check)?;
        differs |= options.check && changed;
        table.extend(rows);
    }
    print_table(&table);
    if differs {
        eprintln!("The answers are not those of the golden files.");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// The folders that everything happens in.
pub(crate) struct Place {
    /// `conformance/` of the workspace, or `conformance/errors/`.
    pub(crate) folder: PathBuf,
    /// `.tools/conformance/`: what was installed and built.
    pub(crate) tools: PathBuf,
}

impl Place {
    fn new(project: &Project) -> Result<Self> {
        ensure!(
            cfg!(target_os = "linux"),
            "the drivers are run on Linux only; their answers are in conformance/golden/"
        );
        let tools = project.root.join(".tools/conformance");
        fs::create_dir_all(tools.join("home"))?;
        fs::create_dir_all(tools.join("run"))?;
        Ok(Self {
            folder: project.root.join("conformance"),
            tools,
        })
    }

    /// Where clients are recorded as they fail, see `errors.rs`.
    pub(crate) fn errors(project: &Project) -> Result<Self> {
        let place = Self::new(project)?;
        Ok(Self {
            folder: place.folder.join("errors"),
            ..place
        })
    }

    /// Where a driver's own packages and built programs are kept.
    pub(crate) fn own(&self, driver: &Driver) -> PathBuf {
        self.tools.join(driver.full_name().replace('/', "-"))
    }

    /// Holds the files of cases to the script that writes them.
    fn check_cases(&self) -> Result<()> {
        let script = self.folder.join("cases.py");
        let done = Command::new("python3")
            .arg(script)
            .arg("--check")
            .status()
            .context("cannot run python3")?;
        ensure!(
            done.success(),
            "to write the cases anew: python3 conformance/cases.py"
        );
        Ok(())
    }

    /// The library that keeps a program from the network; built once.
    fn offline(&self) -> Result<PathBuf> {
        let source = self.folder.join("drivers/offline.c");
        let built = self.tools.join("offline.so");
        if is_newer(&built, &source) {
            return Ok(built);
        }
        let mut compiler = Command::new("cc");
        compiler.args(["-Wall", "-Wextra", "-O1", "-shared", "-fPIC", "-o"]);
        succeed(compiler.arg(&built).arg(&source).arg("-ldl"))?;
        Ok(built)
    }
}

/// One entry of `drivers.toml`.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) reading: String,
    pub(crate) dialects: Vec<String>,
    program: String,
    pip: Vec<String>,
    npm: Vec<String>,
    apt: Vec<String>,
    jar: Option<String>,
    npm_jar: Option<String>,
    offline: bool,
    wire: bool,
    /// Asked for what TLS it ends up with, not for how it reads the cases.
    tls: bool,
    /// A word for the program.
    argument: Option<String>,
}

impl Driver {
    fn read(table: &toml::Table) -> Result<Self> {
        let text = |key: &str| table.get(key)?.as_str().map(str::to_owned);
        let need = |key: &str| text(key).with_context(|| format!("a driver without `{key}`"));
        let list = |key: &str| -> Vec<String> {
            let values = table.get(key).and_then(toml::Value::as_array);
            let texts = values.into_iter().flatten();
            texts
                .filter_map(|value| Some(value.as_str()?.to_owned()))
                .collect()
        };
        let flag = |key: &str| table.get(key).and_then(toml::Value::as_bool) == Some(true);
        Ok(Self {
            name: need("name")?,
            version: need("version")?,
            reading: need("reading")?,
            dialects: list("dialects"),
            program: need("program")?,
            pip: list("pip"),
            npm: list("npm"),
            apt: list("apt"),
            jar: text("jar"),
            npm_jar: text("npm_jar"),
            offline: flag("offline"),
            wire: flag("wire"),
            tls: flag("tls"),
            argument: text("argument"),
        })
    }

    /// Such as `psycopg-3.3.9`.
    pub(crate) fn full_name(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    fn golden(&self, folder: &Path) -> PathBuf {
        let name = self.full_name().replace('/', "-");
        folder.join("golden").join(format!("{name}.jsonl"))
    }
}

pub(crate) fn read_drivers(folder: &Path) -> Result<Vec<Driver>> {
    let text = fs::read_to_string(folder.join("drivers.toml")).context("drivers.toml")?;
    let file: toml::Table = text.parse().context("drivers.toml")?;
    let entries = file.get("driver").and_then(toml::Value::as_array);
    let tables = entries.into_iter().flatten();
    tables
        .map(|entry| Driver::read(entry.as_table().context("drivers.toml: not a table")?))
        .collect()
}

/// The drivers whose name, or name and version, was given, those of `tls`; all when none was.
pub(crate) fn select(all: &[Driver], wanted: &[String]) -> Result<Vec<Driver>> {
    let fits = |driver: &Driver, name: &String| {
        driver.name == *name || driver.full_name() == *name || (driver.tls && name == "tls")
    };
    for name in wanted {
        if !all.iter().any(|driver| fits(driver, name)) {
            let mut names: Vec<&str> = all.iter().map(|driver| driver.name.as_str()).collect();
            names.dedup();
            bail!("no driver `{name}`; there are: {}", names.join(", "));
        }
    }
    let chosen =
        |driver: &&Driver| wanted.is_empty() || wanted.iter().any(|name| fits(driver, name));
    Ok(all.iter().filter(chosen).cloned().collect())
}

/// The inputs by dialect: identifier, and the whole line.
type Cases = BTreeMap<String, Vec<(String, String)>>;

fn read_cases(folder: &Path) -> Result<Cases> {
    let mut cases = Cases::new();
    for entry in fs::read_dir(folder.join("cases"))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        for line in text.lines() {
            let case: Value =
                serde_json::from_str(line).with_context(|| path.display().to_string())?;
            let (Some(id), Some(dialect)) = (case["id"].as_str(), case["dialect"].as_str()) else {
                bail!("{}: a case without id or dialect", path.display());
            };
            let of_dialect = cases.entry(dialect.to_owned()).or_default();
            of_dialect.push((id.to_owned(), line.to_owned()));
        }
    }
    Ok(cases)
}

/// What one driver said.
struct Answers {
    /// The version that the program found.
    version: String,
    /// The first line of the golden file.
    header: String,
    /// Identifier and line, in the order of the cases.
    lines: Vec<(String, String)>,
}

/// Installs what a driver needs, runs its program over its cases, and checks what came out.
fn ask(project: &Project, place: &Place, driver: &Driver, cases: &Cases) -> Result<Answers> {
    install(place, driver)?;
    let mut ids = Vec::new();
    let mut input = String::new();
    for dialect in &driver.dialects {
        let of_dialect = cases
            .get(dialect)
            .with_context(|| format!("there are no cases of `{dialect}`"))?;
        for (id, line) in of_dialect {
            ids.push(id.as_str());
            input.push_str(line);
            input.push('\n');
        }
    }
    let command = program(project, place, driver)?;
    let output = converse(place, driver, &command, &input)?;
    // What a driver says about files must not depend on where this project lies.
    let home = place.tools.join("home").display().to_string();
    let output = output.replace(&home, "~");

    let mut lines = output.lines();
    let header: Map<String, Value> = serde_json::from_str(lines.next().context("no answer")?)?;
    let version = header["version"].as_str().unwrap_or_default().to_owned();
    ensure!(
        speaks_for(&version, &driver.version),
        "what is here is version {version}, the golden file speaks for {}",
        driver.version
    );
    let mut answers = Vec::new();
    for (index, line) in lines.enumerate() {
        let answer: Map<String, Value> = serde_json::from_str(line)
            .with_context(|| format!("answer {} is not JSON: {line}", index + 1))?;
        let expected = ids.get(index).copied().unwrap_or_default();
        ensure!(
            answer.get("id").and_then(Value::as_str) == Some(expected),
            "answer {} is not about {expected}: {line}",
            index + 1
        );
        let unknown = answer.keys().find(|key| !FIELDS.contains(&key.as_str()));
        ensure!(unknown.is_none(), "{expected}: a field {unknown:?}");
        answers.push((expected.to_owned(), written(&answer, &FIELDS)));
    }
    ensure!(
        answers.len() == ids.len(),
        "{} answers to {} cases; the last one is about {}",
        answers.len(),
        ids.len(),
        answers.last().map_or("nothing", |(id, _)| id.as_str()),
    );
    let mut header = header;
    header.insert("reading".into(), driver.reading.clone().into());
    Ok(Answers {
        version,
        header: written(&header, &["driver", "version", "reading", "through"]),
        lines: answers,
    })
}

/// Has the drivers connect to real servers, and settles `golden/tls.jsonl`.
///
/// Lines of drivers that are not asked now stay as they are. Gives rows of the table, and whether
/// anything is different.
fn shake_hands(
    project: &Project,
    place: &Place,
    drivers: &[Driver],
    check: bool,
) -> Result<(Vec<[String; 4]>, bool)> {
    let mut rows = Vec::new();
    let mut clients = Vec::new();
    let mut changed = false;
    for driver in drivers {
        let prepared = install(place, driver).and_then(|()| program(project, place, driver));
        let command = match prepared {
            Ok(command) => command,
            Err(reason) => {
                eprintln!("      {} left out: {reason:#}", driver.full_name());
                let cells = [&*driver.name, &*driver.version, "-", "left out"];
                rows.push(cells.map(str::to_owned));
                continue;
            }
        };
        let text = |word: &std::ffi::OsStr| Value::from(word.to_string_lossy());
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        let environment = command.get_envs();
        clients.push(serde_json::json!({
            "name": driver.name,
            "reading": driver.reading,
            "command": words.map(text).collect::<Vec<Value>>(),
            "env": environment
                .filter_map(|(key, value)| Some((key.to_string_lossy().into_owned(), text(value?))))
                .collect::<Map<String, Value>>(),
        }));
    }
    let postgres = ensure_postgres(Consent::new(false))?;
    let run = place.tools.join("run");
    fs::write(run.join("clients.json"), Value::from(clients).to_string())?;
    let mut servers = Command::new("unshare");
    // PostgreSQL does not run as root, and root of a namespace cannot become anybody else.
    if !is_root() {
        servers.args(["--map-current-user", "--keep-caps"]);
    }
    servers.args(["--net", "--", "python3"]);
    servers
        .arg(place.folder.join("drivers/tls.py"))
        .arg(postgres);
    let output = servers
        .stdin(File::open(run.join("clients.json"))?)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run unshare")?;
    ensure!(
        output.status.success(),
        "tls.py ended with {}",
        output.status
    );

    let said = String::from_utf8(output.stdout).context("tls.py: not UTF-8")?;
    let path = place.folder.join("golden/tls.jsonl");
    let before = fs::read_to_string(&path).unwrap_or_default();
    let whose = |line: &str| -> Option<(String, String)> {
        let line: Value = serde_json::from_str(line).ok()?;
        Some((
            line["driver"].as_str()?.into(),
            line["version"].as_str()?.into(),
        ))
    };
    let mut kept: Vec<&str> = Vec::new();
    let listed = read_drivers(&place.folder)?;
    for driver in listed.iter().filter(|driver| driver.tls) {
        let of_driver = |text: &'_ str| -> Vec<String> {
            let lines = text.lines().filter(|line| {
                whose(line).is_some_and(|(name, version)| {
                    name == driver.name && speaks_for(&version, &driver.version)
                })
            });
            lines.map(str::to_owned).collect()
        };
        let (old, new) = (of_driver(&before), of_driver(&said));
        if new.is_empty() {
            kept.extend(
                before
                    .lines()
                    .filter(|line| old.iter().any(|each| each == line)),
            );
            continue;
        }
        let different: Vec<&String> = new.iter().filter(|line| !old.contains(line)).collect();
        for line in different.iter().take(SHOWN).filter(|_| !old.is_empty()) {
            eprintln!("      is now {line}");
        }
        changed |= !different.is_empty() || old.len() != new.len();
        let version = whose(&new[0]).map(|(_, version)| version);
        rows.push([
            driver.name.clone(),
            version.unwrap_or_default(),
            format!("{} TLS", new.len()),
            different.len().to_string(),
        ]);
        kept.extend(
            said.lines()
                .filter(|line| new.iter().any(|each| each == line)),
        );
    }
    if !check {
        let mut text = kept.join("\n");
        text.push('\n');
        fs::write(&path, text)?;
    }
    Ok((rows, changed))
}

/// Whether a version is the pinned one or begins with it: `15.20` speaks for `15`.
fn speaks_for(version: &str, pinned: &str) -> bool {
    version
        .strip_prefix(pinned)
        .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
}

/// One line of JSON with its fields in the given order.
fn written(object: &Map<String, Value>, fields: &[&str]) -> String {
    let present = fields
        .iter()
        .filter_map(|field| Some((Value::from(*field), object.get(*field)?)));
    let members: Vec<String> = present
        .map(|(field, value)| format!("{field}: {value}"))
        .collect();
    format!("{{{}}}", members.join(", "))
}

/// Runs the program over the cases with an environment that is the same everywhere.
fn converse(place: &Place, driver: &Driver, command: &Command, input: &str) -> Result<String> {
    let run = place.tools.join("run");
    let (asked, said) = (run.join("cases.jsonl"), run.join("answers.jsonl"));
    fs::write(&asked, input)?;

    // Nothing that a driver does can leave the machine: it gets a network of its own, in which
    // there is loopback and nothing else.
    ensure!(
        can_unshare(),
        "no program is run without a network of its own, and `unshare --map-root-user --net` \
         does not work here"
    );
    let words = || std::iter::once(command.get_program()).chain(command.get_args());
    let mut guarded = Command::new("timeout");
    guarded.args([PATIENCE, "unshare", "--map-root-user", "--net", "--"]);
    guarded.args(words());
    guarded
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", place.tools.join("home"))
        .envs([("USER", "osuser"), ("LOGNAME", "osuser")])
        .envs([("LC_ALL", "C.UTF-8"), ("TZ", "UTC"), ("TMPDIR", "/tmp")])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(
            command
                .get_envs()
                .filter_map(|(key, value)| Some((key, value?))),
        )
        .current_dir(place.folder.join("drivers"))
        .stdin(File::open(&asked)?)
        .stdout(File::create(&said)?)
        .stderr(File::create(run.join("errors.txt"))?);
    if driver.offline && !driver.wire {
        guarded.env("LD_PRELOAD", place.offline()?);
    }
    let done = guarded.status().context("cannot run timeout")?;
    if !done.success() {
        let errors = fs::read_to_string(run.join("errors.txt")).unwrap_or_default();
        let last: Vec<&str> = errors.lines().rev().take(4).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        bail!("the program ended with {done}: {}", last.join(" | "));
    }
    fs::read_to_string(&said).context("the answers are not UTF-8")
}

/// Whether a program can be run in a network of its own, which leads nowhere.
fn can_unshare() -> bool {
    Command::new("unshare")
        .args(["--map-root-user", "--net", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command that runs a driver's program, built first where it needs that.
pub(crate) fn program(project: &Project, place: &Place, driver: &Driver) -> Result<Command> {
    let drivers = place.folder.join("drivers");
    let source = drivers.join(&driver.program);
    let own = place.own(driver);
    let built = own.join("program");
    let ending = source.extension().and_then(|ending| ending.to_str());
    let run = |interpreter: &str| {
        let mut command = Command::new(interpreter);
        command.arg(&source);
        command
    };
    let mut command = match ending {
        Some("py") if driver.pip.is_empty() => run("python3"),
        Some("py") => {
            let mut command = Command::new(own.join("venv/bin/python"));
            command.arg(&source);
            command
        }
        Some("cjs") => {
            let mut command = run("node");
            command.env("NODE_PATH", own.join("node_modules"));
            command
        }
        Some("rb") => run("ruby"),
        Some("php") => run("php"),
        Some("pl") => run("perl"),
        Some("java") => {
            let jar = match (&driver.jar, &driver.npm_jar) {
                // Several are joined as a class path is.
                (Some(jars), _) => PathBuf::from(jars),
                (None, Some(jar)) => own.join("node_modules").join(jar),
                (None, None) => bail!("{} names no jar", driver.program),
            };
            for jar in env::split_paths(&jar) {
                ensure!(jar.exists(), "{} is not there", jar.display());
            }
            let mut command = Command::new("java");
            command.arg("-cp").arg(jar).arg(&source);
            command
        }
        Some("go") => {
            fs::create_dir_all(&own)?;
            let mut go = Command::new("go");
            go.args(["build", "-o"]).arg(&built).arg(&source);
            // Debian's Go packages are sources in a GOPATH; no module is ever asked for.
            go.envs([
                ("GO111MODULE", "off"),
                ("GOFLAGS", ""),
                ("GOPROXY", "off"),
                ("GOPATH", "/usr/share/gocode"),
            ]);
            succeed(&mut go)?;
            Command::new(&built)
        }
        Some("cs") => {
            fs::create_dir_all(&own)?;
            let mut compiler = Command::new("mcs");
            let built = own.join("program.exe");
            compiler.arg("-r:System.Data.dll");
            compiler.arg(format!("-out:{}", built.display()));
            succeed(compiler.arg(&source))?;
            // Mono's compiler, but Microsoft's runtime: the one that the wheel `dotnetcore2` ships.
            fs::write(own.join("program.runtimeconfig.json"), DOTNET)?;
            let mut python = Command::new(own.join("venv/bin/python"));
            python.args(["-c", "import dotnetcore2; print(dotnetcore2.__path__[0])"]);
            let found = python.output().context("cannot run python")?;
            let folder = String::from_utf8_lossy(&found.stdout).trim().to_owned();
            let mut command = Command::new(Path::new(&folder).join("bin/dotnet"));
            command.arg(&built);
            command.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
            command
        }
        Some("rs") => {
            let target = place.tools.join("rust");
            let stem = source.file_stem().context("a program without a name")?;
            let mut cargo = project.cargo();
            cargo.args([
                "build",
                "--quiet",
                "--locked",
                "--jobs",
                "2",
                "--manifest-path",
            ]);
            cargo.arg(drivers.join("rust/Cargo.toml"));
            cargo.arg("--bin").arg(stem);
            cargo.arg("--target-dir").arg(&target);
            succeed(&mut cargo)?;
            Command::new(target.join("debug").join(stem))
        }
        _ => bail!("no way to run {}", driver.program),
    };
    command.args(&driver.argument);
    if driver.wire {
        let mut wire = Command::new("python3");
        wire.arg(drivers.join("wire.py"));
        wire.arg(place.offline()?);
        wire.arg(command.get_program()).args(command.get_args());
        command = wire;
    }
    Ok(command)
}

/// Sees to it that what a driver needs is there, in the pinned versions.
pub(crate) fn install(place: &Place, driver: &Driver) -> Result<()> {
    install_apt(&driver.apt)?;
    let own = place.own(driver);
    let wanted = format!(
        "pip {}\nnpm {}\n",
        driver.pip.join(" "),
        driver.npm.join(" ")
    );
    let stamp = own.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    if driver.pip.is_empty() && driver.npm.is_empty() {
        return Ok(());
    }
    let _ = fs::remove_dir_all(&own);
    fs::create_dir_all(&own)?;
    if !driver.pip.is_empty() {
        eprintln!("      pip install {}", driver.pip.join(" "));
        let venv = own.join("venv");
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let mut pip = Command::new(venv.join("bin/python"));
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        succeed(pip.args(&driver.pip))?;
    }
    if !driver.npm.is_empty() {
        eprintln!("      npm install {}", driver.npm.join(" "));
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--no-update-notifier"]);
        npm.args(["--ignore-scripts", "--loglevel=error", "--prefix"]);
        succeed(npm.arg(&own).args(&driver.npm))?;
    }
    fs::write(&stamp, wanted)?;
    Ok(())
}

/// Checks for Debian's packages, and installs them when run by root.
fn install_apt(packages: &[String]) -> Result<()> {
    let missing: Vec<&String> = packages
        .iter()
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing
        .iter()
        .map(|name| name.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    ensure!(
        is_root() && find_on_path("apt-get").is_some(),
        "not installed; on Debian: sudo apt-get install --no-install-recommends {names}"
    );
    eprintln!("      apt-get install {names}");
    let mut apt = Command::new("apt-get");
    apt.args(["install", "--yes", "--no-install-recommends"]);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    succeed(apt.args(missing))
}

pub(crate) fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.stdout == b"installed")
}

/// Writes a driver's golden file, or compares with it; gives what is different.
fn settle(place: &Place, driver: &Driver, answers: &Answers, check: bool) -> Result<Vec<String>> {
    let path = driver.golden(&place.folder);
    let before = fs::read_to_string(&path).unwrap_or_default();
    let known: BTreeMap<String, &str> = before
        .lines()
        .skip(1)
        .filter_map(|line| {
            let answer: Value = serde_json::from_str(line).ok()?;
            Some((answer["id"].as_str()?.to_owned(), line))
        })
        .collect();
    let mut changes = Vec::new();
    if known.is_empty() {
        changes.push(format!("{} answers, all new", answers.lines.len()));
    }
    for (id, line) in answers.lines.iter().filter(|_| !known.is_empty()) {
        match known.get(id) {
            Some(before) if before == line => {}
            Some(before) => changes.push(format!("{id}\n        was {before}\n        is  {line}")),
            None => changes.push(format!("{id}: new")),
        }
    }
    let still: BTreeMap<&str, ()> = answers
        .lines
        .iter()
        .map(|(id, _)| (id.as_str(), ()))
        .collect();
    for id in known.keys() {
        if !still.contains_key(id.as_str()) {
            changes.push(format!("{id}: no longer asked"));
        }
    }
    if !check {
        let lines = answers.lines.iter().map(|(_, line)| line.as_str());
        let mut text: String = std::iter::once(answers.header.as_str())
            .chain(lines)
            .collect::<Vec<_>>()
            .join("\n");
        text.push('\n');
        fs::create_dir_all(place.folder.join("golden"))?;
        fs::write(&path, text)?;
    }
    Ok(changes)
}

fn print_table(rows: &[[String; 4]]) {
    let head = ["driver", "version", "cases", "changed"].map(str::to_owned);
    let widths: Vec<usize> = (0..4)
        .map(|column| {
            let cells = std::iter::once(&head).chain(rows);
            cells.map(|row| row[column].len()).max().unwrap_or(0)
        })
        .collect();
    for row in std::iter::once(&head).chain(rows) {
        let [name, version, cases, changed] = row;
        println!(
            "{name:0$}  {version:1$}  {cases:>2$}  {changed:>3$}",
            widths[0], widths[1], widths[2], widths[3]
        );
    }
}

/// Whether a built file is there and not older than its source.
fn is_newer(built: &Path, source: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
    matches!((changed(built), changed(source)), (Some(built), Some(source)) if built >= source)
}

/// Runs a command that has to succeed; its output is shown only when it does not.
fn succeed(command: &mut Command) -> Result<()> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {shown}"))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = errors.lines().rev().take(6).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    bail!("{shown} did not succeed: {}", last.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .unwrap()
            .join("conformance")
    }

    #[test]
    fn a_pinned_version_is_the_whole_or_a_leading_part() {
        assert!(speaks_for("3.3.9", "3.3.9"));
        assert!(speaks_for("15.20", "15"));
        assert!(!speaks_for("15.20", "15.2"));
        assert!(!speaks_for("150", "15"));
        assert!(!speaks_for("17.1", "15"));
    }

    #[test]
    fn an_answer_is_written_with_its_fields_in_order() {
        let answer: Map<String, Value> =
            serde_json::from_str(r#"{"settings":{"b":1,"a":"x"},"outcome":"accepted","id":"i"}"#)
                .unwrap();
        assert_eq!(
            written(&answer, &FIELDS),
            r#"{"id": "i", "outcome": "accepted", "settings": {"a":"x","b":1}}"#
        );
    }

    #[test]
    fn drivers_are_chosen_by_name_or_by_name_and_version() {
        let all = read_drivers(&folder()).unwrap();
        let names = |wanted: &[&str]| -> Vec<String> {
            let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let chosen = select(&all, &wanted).unwrap();
            chosen.iter().map(Driver::full_name).collect()
        };
        assert_eq!(names(&[]).len(), all.len());
        assert_eq!(names(&["sqlalchemy-1.4.54"]), ["sqlalchemy-1.4.54"]);
        assert_eq!(names(&["libpq"]), ["libpq-15"]);
        let error = select(&all, &["nosuch".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("libpq"), "{error}");
    }

    /// The golden files speak for the cases as they are: same dialects, same cases, same order.
    #[test]
    fn every_golden_file_answers_every_case_of_its_driver() {
        let cases = read_cases(&folder()).unwrap();
        let drivers = read_drivers(&folder()).unwrap();
        assert!(!drivers.is_empty());
        for driver in drivers.into_iter().filter(|driver| !driver.tls) {
            let path = driver.golden(&folder());
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let mut lines = text.lines();
            let header: Value = serde_json::from_str(lines.next().unwrap()).unwrap();
            assert!(
                speaks_for(header["version"].as_str().unwrap(), &driver.version),
                "{}: {header}",
                path.display()
            );
            assert_eq!(header["reading"], driver.reading.as_str());
            let answered: Vec<String> = lines
                .map(|line| {
                    let answer: Value = serde_json::from_str(line).unwrap();
                    let outcome = answer["outcome"].as_str().unwrap();
                    assert!(matches!(outcome, "accepted" | "refused"), "{line}");
                    answer["id"].as_str().unwrap().to_owned()
                })
                .collect();
            let asked: Vec<String> = driver
                .dialects
                .iter()
                .flat_map(|dialect| &cases[dialect])
                .map(|(id, _)| id.clone())
                .collect();
            assert_eq!(answered, asked, "{}", path.display());
        }
    }

    #[test]
    fn every_driver_of_the_tls_file_went_through_every_scenario() {
        let text = fs::read_to_string(folder().join("golden/tls.jsonl")).unwrap();
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let drivers = read_drivers(&folder()).unwrap();
        let mut scenarios: Option<Vec<&str>> = None;
        for driver in drivers.iter().filter(|driver| driver.tls) {
            let of_driver = lines.iter().filter(|line| {
                line["driver"] == driver.name.as_str()
                    && speaks_for(line["version"].as_str().unwrap(), &driver.version)
            });
            let ids: Vec<&str> = of_driver
                .map(|line| {
                    for server in ["good", "impostor", "other_name", "no_tls"] {
                        let outcome = line[server].as_str().unwrap();
                        assert!(["plain", "tls", "refused"].contains(&outcome), "{line}");
                    }
                    line["id"].as_str().unwrap()
                })
                .collect();
            assert!(ids.len() > 40, "{}: {}", driver.full_name(), ids.len());
            assert_eq!(*scenarios.get_or_insert_with(|| ids.clone()), ids);
        }
        assert!(scenarios.is_some());
    }

    #[test]
    fn identifiers_are_told_apart() {
        let cases = read_cases(&folder()).unwrap();
        let ids: Vec<&String> = cases.values().flatten().map(|(id, _)| id).collect();
        let different: std::collections::BTreeSet<&&String> = ids.iter().collect();
        assert_eq!(ids.len(), different.len());
        assert!(ids.len() >= 400, "{}", ids.len());
    }
}

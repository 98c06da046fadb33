//! What comes from the system: Chromium, ChromeDriver, Firefox, PostgreSQL and PgBouncer, found or installed with the
//! package manager, never with a question asked.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// Whether the task may use the system's package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Consent(bool);

impl Consent {
    /// Given with `--yes`, or by running where nobody can be asked: `CI` is set.
    pub(crate) fn new(yes: bool) -> Self {
        let ci = env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
        Self(yes || ci)
    }

    /// Whether it was given.
    pub(crate) const fn given(self) -> bool {
        self.0
    }
}

/// A browser and the program that drives it.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    /// Chromium or Google Chrome.
    pub(crate) chrome: PathBuf,
    /// The ChromeDriver of the same major version.
    pub(crate) driver: PathBuf,
}

impl Browser {
    /// Finds Chromium and ChromeDriver, and installs them where that is allowed.
    ///
    /// # Errors
    /// When one of them is missing and cannot be installed (the message says what would), or when
    /// their versions do not fit each other.
    pub(crate) fn ensure(consent: Consent) -> Result<Self> {
        let browser = match Self::find() {
            Some(browser) => browser,
            None => {
                install("Chromium and ChromeDriver", &CHROMIUM, consent)?;
                Self::find().context("Chromium was installed, but it is not on the PATH")?
            }
        };
        let chrome = major_version(&browser.chrome)?;
        let driver = major_version(&browser.driver)?;
        ensure!(
            chrome == driver,
            "{} is version {chrome}, but {} is version {driver}: they work together only when \
             equal. Install both from the same source, or name a pair with CONNLINT_CHROME and \
             CHROMEDRIVER.",
            browser.chrome.display(),
            browser.driver.display(),
        );
        Ok(browser)
    }

    fn find() -> Option<Self> {
        Some(Self {
            chrome: named_or_first(
                "CONNLINT_CHROME",
                &[
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "google-chrome-stable",
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                    "/Applications/Chromium.app/Contents/MacOS/Chromium",
                ],
            )?,
            driver: named_or_first(
                "CHROMEDRIVER",
                &[
                    "chromedriver",
                    "/usr/lib/chromium/chromedriver",
                    "/usr/lib/chromium-browser/chromedriver",
                    "chromium.chromedriver",
                ],
            )?,
        })
    }
}

/// Finds Firefox, and installs it where that is allowed.
///
/// # Errors
/// When it is missing and cannot be installed; the message says what would.
pub(crate) fn ensure_firefox(consent: Consent) -> Result<PathBuf> {
    let find = || {
        let names = [
            "firefox-esr",
            "firefox",
            "/Applications/Firefox.app/Contents/MacOS/firefox",
        ];
        named_or_first("CONNLINT_FIREFOX", &names)
    };
    if let Some(program) = find() {
        return Ok(program);
    }
    install("Firefox", &FIREFOX, consent)?;
    find().context("Firefox was installed, but it is not on the PATH")
}

/// Finds the folder with PostgreSQL's server programs, and installs them where that is allowed.
///
/// # Errors
/// When they are missing and cannot be installed; the message says what would.
pub(crate) fn ensure_postgres(consent: Consent) -> Result<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    install("PostgreSQL", &POSTGRES, consent)?;
    find_postgres().context("PostgreSQL was installed, but its `initdb` was not found")
}

/// Finds PgBouncer, and installs it where that is allowed.
///
/// # Errors
/// When it is missing and cannot be installed; the message says what would.
pub(crate) fn ensure_pgbouncer(consent: Consent) -> Result<PathBuf> {
    // Debian keeps it where only root looks.
    let find = || {
        ["pgbouncer", "/usr/sbin/pgbouncer"]
            .iter()
            .find_map(find_on_path)
    };
    if let Some(program) = find() {
        return Ok(program);
    }
    install("PgBouncer", &PGBOUNCER, consent)?;
    find().context("PgBouncer was installed, but it was not found")
}

/// Finds valgrind, and installs it where that is allowed.
///
/// # Errors
/// When it is missing and cannot be installed; the message says what would.
pub(crate) fn ensure_valgrind(consent: Consent) -> Result<PathBuf> {
    if let Some(program) = find_on_path("valgrind") {
        return Ok(program);
    }
    install("valgrind", &VALGRIND, consent)?;
    find_on_path("valgrind").context("valgrind was installed, but it is not on the PATH")
}

/// Finds ripgrep, and installs it where that is allowed.
///
/// # Errors
/// When it is missing and cannot be installed; the message says what would.
pub(crate) fn ensure_ripgrep(consent: Consent) -> Result<PathBuf> {
    if let Some(program) = find_on_path("rg") {
        return Ok(program);
    }
    install("ripgrep", &RIPGREP, consent)?;
    find_on_path("rg").context("ripgrep was installed, but it is not on the PATH")
}

/// Finds the C compiler for static binaries, and installs it where that is allowed.
///
/// # Errors
/// When it is missing and cannot be installed; the message says what would.
pub(crate) fn ensure_musl(consent: Consent) -> Result<()> {
    if find_on_path("musl-gcc").is_some() {
        return Ok(());
    }
    install("musl-gcc", &MUSL, consent)
}

/// Installs Node.js with npm where that is allowed.
///
/// # Errors
/// When it cannot be installed; the message says what would.
pub(crate) fn install_node(consent: Consent) -> Result<()> {
    install("Node.js", &NODE, consent)
}

/// Installs Python with what makes virtual environments, where that is allowed.
///
/// # Errors
/// When it cannot be installed; the message says what would.
pub(crate) fn install_python(consent: Consent) -> Result<()> {
    install("Python", &PYTHON, consent)
}

/// The folder that holds the server's programs and `psql`: the newest version's.
///
/// Debian and Homebrew keep the server's programs off the PATH.
fn find_postgres() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CONNLINT_PG_BIN").filter(|path| !path.is_empty()) {
        return Some(named.into());
    }
    let mut versions: Vec<(u32, PathBuf)> = [
        ("/usr/lib/postgresql", ""),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ]
    .into_iter()
    .flat_map(|(folder, prefix)| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(move |entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
    })
    .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    // A link on the PATH leads to the folder where the programs lie together.
    let on_path = find_on_path("initdb").and_then(|link| link.canonicalize().ok());
    versions
        .into_iter()
        .map(|(_, folder)| folder)
        .chain(on_path.and_then(|program| Some(program.parent()?.to_path_buf())))
        .find(|folder| {
            ["initdb", "postgres", "psql"]
                .iter()
                .all(|program| folder.join(program).exists())
        })
}

/// What the package managers call something.
struct Packages {
    debian: &'static [&'static str],
    /// Where Ubuntu's package is an empty one that points at a snap.
    ubuntu_snap: Option<&'static str>,
    brew: &'static str,
    fedora: &'static str,
    arch: &'static str,
}

const CHROMIUM: Packages = Packages {
    debian: &["chromium", "chromium-driver", "fonts-dejavu-core"],
    ubuntu_snap: Some("chromium"),
    brew: "--cask google-chrome chromedriver",
    fedora: "chromium chromedriver",
    arch: "chromium",
};

const FIREFOX: Packages = Packages {
    debian: &["firefox-esr", "fonts-dejavu-core"],
    ubuntu_snap: Some("firefox"),
    brew: "--cask firefox",
    fedora: "firefox",
    arch: "firefox",
};

const VALGRIND: Packages = Packages {
    debian: &["valgrind"],
    ubuntu_snap: None,
    brew: "valgrind",
    fedora: "valgrind",
    arch: "valgrind",
};

const RIPGREP: Packages = Packages {
    debian: &["ripgrep"],
    ubuntu_snap: None,
    brew: "ripgrep",
    fedora: "ripgrep",
    arch: "ripgrep",
};

const PGBOUNCER: Packages = Packages {
    debian: &["pgbouncer"],
    ubuntu_snap: None,
    brew: "pgbouncer",
    fedora: "pgbouncer",
    arch: "pgbouncer",
};

const PYTHON: Packages = Packages {
    debian: &["python3", "python3-venv"],
    ubuntu_snap: None,
    brew: "python",
    fedora: "python3",
    arch: "python",
};

const MUSL: Packages = Packages {
    debian: &["musl-tools"],
    ubuntu_snap: None,
    brew: "filosottile/musl-cross/musl-cross",
    fedora: "musl-gcc",
    arch: "musl",
};

const NODE: Packages = Packages {
    debian: &["nodejs", "npm"],
    ubuntu_snap: None,
    brew: "node",
    fedora: "nodejs npm",
    arch: "nodejs npm",
};

const POSTGRES: Packages = Packages {
    debian: &["postgresql"],
    ubuntu_snap: None,
    brew: "postgresql@17",
    fedora: "postgresql-server",
    arch: "postgresql",
};

/// How to install something here, ready to be run or to be shown.
#[derive(Debug, PartialEq, Eq)]
enum Manager {
    Apt(Vec<String>),
    /// Named only: the user decides.
    Other(String),
}

/// Installs a thing with the package manager, or says with which command the user can.
fn install(what: &str, packages: &Packages, consent: Consent) -> Result<()> {
    let os_release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let words = match manager(packages, &os_release, cfg!(target_os = "macos")) {
        Manager::Apt(words) => words,
        Manager::Other(command) => bail!("{what} not found. To install: {command}"),
    };
    let shown = words.join(" ");
    let root = is_root();
    let may = if root {
        find_on_path("apt-get").is_some()
    } else {
        consent.0 && find_on_path("sudo").is_some()
    };
    if !may {
        bail!("{what} not found. To install: sudo {shown}\n  (or run the task again with --yes)");
    }
    eprintln!("      installing {what}: {shown}");
    // The package lists are often there already; fetching them first would cost every run.
    let done = privileged(&words, root)?
        || (privileged(&["apt-get".into(), "update".into()], root)? && privileged(&words, root)?);
    ensure!(
        done,
        "{what} could not be installed. The command was: sudo {shown}"
    );
    Ok(())
}

/// Chooses the command by the text of `/etc/os-release`.
fn manager(packages: &Packages, os_release: &str, macos: bool) -> Manager {
    if macos {
        return Manager::Other(format!("brew install {}", packages.brew));
    }
    let field = |name: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim_matches('"').to_owned())
            .unwrap_or_default()
    };
    let ids = format!("{} {}", field("ID="), field("ID_LIKE="));
    let is = |id: &str| ids.split_whitespace().any(|each| each == id);
    match packages.ubuntu_snap {
        Some(snap) if is("ubuntu") => return Manager::Other(format!("sudo snap install {snap}")),
        _ => {}
    }
    if is("debian") || is("ubuntu") {
        let words = ["apt-get", "install", "--yes", "--no-install-recommends"];
        let words = words.iter().chain(packages.debian);
        return Manager::Apt(words.map(ToString::to_string).collect());
    }
    if is("fedora") || is("rhel") {
        return Manager::Other(format!("sudo dnf install {}", packages.fedora));
    }
    if is("arch") {
        return Manager::Other(format!("sudo pacman -S {}", packages.arch));
    }
    Manager::Other(format!(
        "your system's packages for {}",
        packages.debian.join(", ")
    ))
}

/// Runs a command as root without a question; tells whether it succeeded.
fn privileged(words: &[String], root: bool) -> Result<bool> {
    // `env` carries the setting through sudo, which drops the environment.
    let mut all: Vec<&str> = if root {
        vec![]
    } else {
        vec!["sudo", "--non-interactive"]
    };
    all.extend(["env", "DEBIAN_FRONTEND=noninteractive"]);
    all.extend(words.iter().map(String::as_str));
    let status = Command::new(all[0])
        .args(&all[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {}", all[0]))?;
    Ok(status.success())
}

/// Whether root runs this.
pub(crate) fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The program that a variable names, else the first of the names that exists.
fn named_or_first(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    names.iter().find_map(find_on_path)
}

/// Where the shell would find a program; an absolute path is only checked.
pub(crate) fn find_on_path(name: impl AsRef<OsStr>) -> Option<PathBuf> {
    let name = Path::new(name.as_ref());
    let folders = env::var_os("PATH").unwrap_or_default();
    // Joining an absolute path gives that path.
    env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// The first number in what a program answers to `--version`.
pub(crate) fn major_version(program: &Path) -> Result<u32> {
    let output = Command::new(program)
        .arg("--version")
        .output()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    first_number(&text)
        .with_context(|| format!("{} --version says {:?}", program.display(), text.trim()))
}

fn first_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|digits| !digits.is_empty())?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEBIAN: &str = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
    const UBUNTU: &str = "ID=ubuntu\nID_LIKE=debian\n";

    #[test]
    fn the_command_follows_the_system() {
        let apt = |words: &str| Manager::Apt(words.split(' ').map(str::to_owned).collect());
        let other = |command: &str| Manager::Other(command.to_owned());
        assert_eq!(
            manager(&POSTGRES, DEBIAN, false),
            apt("apt-get install --yes --no-install-recommends postgresql")
        );
        assert!(matches!(manager(&CHROMIUM, DEBIAN, false), Manager::Apt(_)));
        assert!(matches!(manager(&POSTGRES, UBUNTU, false), Manager::Apt(_)));
        assert_eq!(
            manager(&CHROMIUM, UBUNTU, false),
            other("sudo snap install chromium")
        );
        assert_eq!(
            manager(&POSTGRES, "ID=mint\nID_LIKE=\"ubuntu debian\"", false),
            manager(&POSTGRES, DEBIAN, false)
        );
        assert_eq!(
            manager(&POSTGRES, "ID=fedora", false),
            other("sudo dnf install postgresql-server")
        );
        assert_eq!(
            manager(&POSTGRES, "", true),
            other("brew install postgresql@17")
        );
    }

    #[test]
    fn versions_are_read_from_what_the_programs_say() {
        assert_eq!(
            first_number("Chromium 148.0.7778.167 built on Debian"),
            Some(148)
        );
        assert_eq!(first_number("ChromeDriver 148.0.1 (abc)"), Some(148));
        assert_eq!(first_number("no number"), None);
    }

    #[test]
    fn programs_are_found_like_the_shell_finds_them() {
        assert!(find_on_path("sh").is_some());
        assert!(find_on_path("/bin/sh").is_some());
        assert_eq!(find_on_path("no-such-program-of-connlint"), None);
    }
}

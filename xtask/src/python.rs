//! Python and what runs in it for the tests and benches: the pinned packages, installed into `.tools/`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::project::Project;
use crate::system::{self, Consent, find_on_path};

/// What is installed together, in an environment of its own. The one place where the versions are pinned.
#[derive(Debug)]
pub(crate) struct Set {
    folder: &'static str,
    packages: &'static [&'static str],
}

/// The portals' generators.
pub(crate) const PORTALS: Set = Set {
    folder: "python",
    packages: &["mkdocs==1.6.1", "mkdocs-material==9.6.23", "sphinx==7.4.7"],
};

/// What looks for secrets in files.
pub(crate) const SEARCHERS: Set = Set {
    folder: "python-searchers",
    packages: &["detect-secrets==1.5.0"],
};

/// A virtual environment of Python with the packages.
#[derive(Debug)]
pub(crate) struct Python {
    programs: PathBuf,
}

impl Python {
    /// Makes the environment, once; installs Python where that is allowed.
    ///
    /// # Errors
    /// When Python is missing and cannot be installed, or pip cannot install the packages.
    pub(crate) fn ensure(project: &Project, set: &Set, consent: Consent) -> Result<Self> {
        let own = project.root.join(".tools").join(set.folder);
        // Its programs know the place that they were installed for: a checkout that was moved gets new ones.
        let wanted = format!("{}\n{}", own.display(), set.packages.join("\n"));
        let stamp = own.join("packages.txt");
        let python = Self {
            programs: own.join("bin"),
        };
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(python);
        }
        let find = || find_on_path("python3");
        let makes =
            |program: &PathBuf| quiet(Command::new(program).args(["-m", "ensurepip", "--version"]));
        let program = match find().filter(makes) {
            Some(program) => program,
            None => {
                system::install_python(consent)?;
                find().context("Python was installed, but python3 is not on the PATH")?
            }
        };
        eprintln!(
            "      installing {} into .tools/ with pip, once",
            set.packages.join(", ")
        );
        let _ = fs::remove_dir_all(&own);
        let made = Command::new(program)
            .args(["-m", "venv"])
            .arg(&own)
            .status();
        ensure!(
            made.is_ok_and(|status| status.success()),
            "python3 -m venv failed"
        );
        let status = python
            .program("pip")
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .args(set.packages)
            .stdin(Stdio::null())
            .status()
            .context("cannot run pip")?;
        ensure!(
            status.success(),
            "pip could not install {}",
            set.packages.join(", ")
        );
        fs::write(stamp, wanted)?;
        Ok(python)
    }

    /// A program of one of the packages.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        // The theme's makers advertise their next product on the terminal.
        command.env("NO_MKDOCS_2_WARNING", "1");
        command
    }
}

fn quiet(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    command
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

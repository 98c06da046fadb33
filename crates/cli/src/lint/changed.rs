//! `--changed-since REV`: the files that git says have changed.

use crate::outcome::Failure;
use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The files that differ from what they were where the current branch left `rev`, and those that git does not know yet.
#[derive(Debug)]
pub(super) struct Changed {
    /// By their paths without links.
    files: HashSet<PathBuf>,
}

impl Changed {
    /// Asks git in the current folder.
    pub(super) fn since(rev: &str) -> Result<Self, Failure> {
        let top = line(git(&["rev-parse", "--show-toplevel"])?).ok_or_else(|| {
            Failure::new("--changed-since asks git, and this folder is in no git repository")
        })?;
        let commit = format!("{rev}^{{commit}}");
        let commit = line(git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?)
            .ok_or_else(|| {
                let shown = if crate::refuse::may_be_secret(rev) { "that" } else { rev };
                Failure::new(format!(
                    "--changed-since: git knows no commit {shown}; in a pipeline, fetch it first (a shallow clone does not have it)"
                ))
            })?;
        // What others have done on the branch meanwhile is none of ours.
        let base = line(git(&["merge-base", &commit, "HEAD"])?).unwrap_or(commit);
        let top = Path::new(&top);
        let mut files = HashSet::new();
        for arguments in [
            &[
                "diff",
                "--name-only",
                "-z",
                "--no-renames",
                "--diff-filter=d",
                &base,
            ][..],
            &[
                "ls-files",
                "--others",
                "--exclude-standard",
                "--full-name",
                "-z",
            ],
        ] {
            let mut command = command(arguments);
            command.current_dir(top);
            let output = command.output().map_err(|error| no_git(&error))?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                return Err(Failure::new(format!(
                    "--changed-since: git says: {}",
                    said.trim()
                )));
            }
            let names = output
                .stdout
                .split(|byte| *byte == 0)
                .filter(|n| !n.is_empty());
            files.extend(names.filter_map(|name| top.join(path(name)).canonicalize().ok()));
        }
        Ok(Self { files })
    }

    /// Whether `path`, which has no links in it, is one of them.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.files.contains(path)
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(arguments);
    command
}

fn git(arguments: &[&str]) -> Result<Output, Failure> {
    command(arguments).output().map_err(|error| no_git(&error))
}

fn no_git(error: &io::Error) -> Failure {
    Failure::new(format!(
        "--changed-since needs git, which cannot be run: {error}"
    ))
}

/// The line that a command answers, if it did.
fn line(output: Output) -> Option<String> {
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.trim_end_matches(['\r', '\n']);
    (output.status.success() && !line.is_empty()).then(|| line.to_owned())
}

#[cfg(unix)]
fn path(name: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(name).to_owned()
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> OsString {
    String::from_utf8_lossy(name).into_owned().into()
}

//! `--baseline FILE`: where the file is, and what it calls the others.

use crate::outcome::Failure;
use connlint_report::{Accepted, Baseline};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The file and what it says.
#[derive(Debug)]
pub(super) struct BaselineFile {
    folder: PathBuf,
    /// What it says.
    pub(super) baseline: Baseline,
}

impl BaselineFile {
    /// Reads the file; one that is to be written anew counts as empty.
    pub(super) fn read(file: &Path, anew: bool) -> Result<Self, Failure> {
        let folder = folder(file)?;
        if anew {
            return Ok(Self {
                folder,
                baseline: Baseline::default(),
            });
        }
        let wrong = |why: &str| Failure::new(format!("{}: {why}", file.display()));
        let text = fs::read_to_string(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                wrong("there is no such file; --write-baseline makes it")
            }
            _ => wrong(&error.to_string()),
        })?;
        let baseline = Baseline::from_json(&text).map_err(|why: String| wrong(&why))?;
        Ok(Self { folder, baseline })
    }

    /// The name of a file in the baseline.
    pub(super) fn name(&self, path: Option<&Path>) -> String {
        let Some(path) = path else {
            return "-".into();
        };
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let whole = whole.canonicalize().unwrap_or(whole);
        let inside = whole.strip_prefix(&self.folder).unwrap_or(&whole);
        let parts: Vec<_> = inside
            .components()
            .filter(|part| !matches!(part, Component::RootDir))
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        parts.join("/")
    }
}

/// Writes `findings` as the baseline.
pub(super) fn write(file: &Path, findings: Vec<Accepted>) -> Result<(), Failure> {
    let text = Baseline::from(findings)
        .to_json()
        .map_err(|e| Failure::new(e.to_string()))?;
    let write = || -> std::io::Result<()> {
        let new = tempfile::Builder::new()
            .prefix(".connlint-")
            .tempfile_in(folder(file).map_err(|_| std::io::ErrorKind::NotFound)?)?;
        fs::write(new.path(), text)?;
        readable(new.path())?;
        new.persist(file)?;
        Ok(())
    };
    write().map_err(|error| Failure::new(format!("cannot write {}: {error}", file.display())))
}

/// It is for everybody who has the repository; a temporary file is its owner's alone.
#[cfg(unix)]
fn readable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn readable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn folder(file: &Path) -> Result<PathBuf, Failure> {
    let parent = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    parent
        .canonicalize()
        .map_err(|_| Failure::new(format!("{}: there is no such folder", parent.display())))
}

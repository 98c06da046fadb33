//! `--baseline FILE`: findings that were there when a team began, and are accepted for now.
//!
//! The file names each by its fingerprint, which is made of nothing secret, and by its file and its rule, for people.

use crate::outcome::Failure;
use connlint_core::Analysis;
use connlint_report::fingerprints;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The version of the file's format.
const SCHEMA: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    schema: u32,
    findings: Vec<Accepted>,
}

/// A finding as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted {
    /// From the folder of the file, with `/`.
    path: String,
    code: String,
    fingerprint: String,
}

/// What the file says.
#[derive(Debug)]
pub(super) struct Baseline {
    folder: PathBuf,
    accepted: HashMap<String, Accepted>,
}

impl Baseline {
    /// Reads the file; one that is to be written anew counts as empty.
    pub(super) fn read(file: &Path, anew: bool) -> Result<Self, Failure> {
        let folder = folder(file)?;
        if anew {
            return Ok(Self {
                folder,
                accepted: HashMap::new(),
            });
        }
        let shown = file.display();
        let text = fs::read_to_string(file).map_err(|error| {
            let how = match error.kind() {
                std::io::ErrorKind::NotFound => {
                    "there is no such file; --write-baseline makes it".into()
                }
                _ => error.to_string(),
            };
            Failure::new(format!("{shown}: {how}"))
        })?;
        let content: Content = serde_json::from_str(&text).map_err(|error| {
            Failure::new(format!(
                "{shown}: this is no baseline of connlint's (line {}, column {})",
                error.line(),
                error.column()
            ))
        })?;
        if content.schema != SCHEMA {
            return Err(Failure::new(format!(
                "{shown}: a baseline of schema {}, this connlint reads {SCHEMA}",
                content.schema
            )));
        }
        let accepted = content
            .findings
            .into_iter()
            .map(|finding| (finding.fingerprint.clone(), finding))
            .collect();
        Ok(Self { folder, accepted })
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

    /// Takes out what is accepted; what was there, as the file would have it, and which of it is accepted.
    pub(super) fn sift(&self, name: &str, analysis: &mut Analysis) -> Sifted {
        let prints = fingerprints(name, analysis);
        let mut sifted = Sifted::default();
        let mut prints = prints.into_iter();
        for found in &mut analysis.strings {
            found.diagnostics.retain(|diagnostic| {
                let Some(fingerprint) = prints.next() else {
                    return true;
                };
                let known = self.accepted.contains_key(&fingerprint);
                if known {
                    sifted.accepted.push(fingerprint.clone());
                }
                sifted.all.push(Accepted {
                    path: name.into(),
                    code: diagnostic.code().into(),
                    fingerprint,
                });
                !known
            });
        }
        sifted
    }

    /// How many findings the file accepts.
    pub(super) fn len(&self) -> usize {
        self.accepted.len()
    }
}

/// What [`Baseline::sift`] saw.
#[derive(Debug, Default)]
pub(super) struct Sifted {
    /// Every finding.
    pub(super) all: Vec<Accepted>,
    /// The fingerprints of those that are accepted.
    pub(super) accepted: Vec<String>,
}

/// Writes `findings` as the baseline.
pub(super) fn write(file: &Path, mut findings: Vec<Accepted>) -> Result<(), Failure> {
    findings.sort();
    let content = Content {
        schema: SCHEMA,
        findings,
    };
    let text = serde_json::to_string_pretty(&content).map_err(|e| Failure::new(e.to_string()))?;
    let write = || -> std::io::Result<()> {
        let new = tempfile::Builder::new()
            .prefix(".connlint-")
            .tempfile_in(folder(file).map_err(|_| std::io::ErrorKind::NotFound)?)?;
        fs::write(new.path(), text + "\n")?;
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

//! Reading the inputs, and writing fixed files back.

use crate::refuse::{HINT, may_be_secret};
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// A file, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Standard input, written `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// The sources that the FILE arguments name: none is standard input.
    pub(crate) fn all(files: &[PathBuf]) -> Vec<Self> {
        if files.is_empty() {
            return vec![Self::Stdin];
        }
        files
            .iter()
            .map(|path| match path.as_os_str().to_str() {
                Some("-") => Self::Stdin,
                _ => Self::File(path.clone()),
            })
            .collect()
    }

    /// What the source is called in reports.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Stdin => Cow::Borrowed("-"),
            Self::File(path) => path.to_string_lossy(),
        }
    }

    /// The whole text.
    ///
    /// # Errors
    ///
    /// A message for the user.
    pub(crate) fn read(&self) -> Result<String, String> {
        let mut bytes = Vec::new();
        self.open()
            .and_then(|mut reader| reader.read_to_end(&mut bytes))
            .map_err(|error| self.cannot("read", &error))?;
        String::from_utf8(bytes).map_err(|error| {
            let why = not_utf8(error.as_bytes(), error.utf8_error().valid_up_to());
            format!("{} {why}", self.in_message())
        })
    }

    /// The source, for reading line by line.
    ///
    /// # Errors
    ///
    /// A message for the user.
    pub(crate) fn lines(&self) -> Result<Box<dyn BufRead>, String> {
        self.open().map_err(|error| self.cannot("read", &error))
    }

    fn open(&self) -> io::Result<Box<dyn BufRead>> {
        Ok(match self {
            Self::Stdin => {
                let stdin = io::stdin();
                if stdin.is_terminal() {
                    crate::outcome::remark(
                        "Paste a connection string, then press Ctrl-D on a new line (on Windows Ctrl-Z, Enter).",
                    );
                }
                Box::new(stdin.lock())
            }
            Self::File(path) => Box::new(BufReader::new(File::open(path)?)),
        })
    }

    /// Puts `text` into the file in one step: whoever reads it meanwhile sees the old text or the new one. Mode and owner
    /// stay as they are, and a link stays a link.
    ///
    /// # Errors
    ///
    /// A message for the user; the file is as it was.
    pub(crate) fn replace(path: &Path, text: &str) -> Result<(), String> {
        replace(path, text).map_err(|error| Self::File(path.into()).cannot("write", &error))
    }

    fn cannot(&self, act: &str, error: &io::Error) -> String {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".into(),
            io::ErrorKind::IsADirectory => "it is a folder; name the files in it".into(),
            io::ErrorKind::PermissionDenied => "permission denied".into(),
            _ => error.to_string(),
        };
        let hint = match self {
            Self::File(path) if may_be_secret(&path.to_string_lossy()) => {
                format!("\n\n{HINT}")
            }
            _ => String::new(),
        };
        format!("cannot {act} {}: {why}{hint}", self.in_message())
    }

    /// The name as messages give it: not at all where it is rather a connection string than a path.
    fn in_message(&self) -> Cow<'_, str> {
        match self {
            Self::Stdin => Cow::Borrowed("standard input"),
            Self::File(path) => {
                let name = path.to_string_lossy();
                if may_be_secret(&name) {
                    Cow::Borrowed("a file")
                } else {
                    name
                }
            }
        }
    }
}

fn not_utf8(bytes: &[u8], at: usize) -> String {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "is in UTF-16, connlint reads UTF-8; save it as UTF-8. It was not changed.".into()
    } else {
        format!("is not UTF-8 text: byte {at} does not belong there. It was not changed.")
    }
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let meta = fs::metadata(&path)?;
    if meta.permissions().readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    let folder = path
        .parent()
        .ok_or_else(|| io::Error::other("it is in no folder"))?;
    // Only its owner may read it while it is written: it holds the passwords of the file.
    let mut file = tempfile::Builder::new()
        .prefix(".connlint-")
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    keep_owner(file.as_file(), &meta)?;
    file.as_file().set_permissions(meta.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

#[cfg(unix)]
fn keep_owner(file: &File, meta: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = file.metadata()?;
    if (now.uid(), now.gid()) != (meta.uid(), meta.gid()) {
        fchown(file, Some(meta.uid()), Some(meta.gid()))?;
    }
    Ok(())
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
fn keep_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

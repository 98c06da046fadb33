//! Reading the inputs, and writing fixed files back.

use crate::encoding::Encoding;
use crate::refuse::{HINT, may_be_secret};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How much of a file is read before anything is decided about it, in bytes.
const FIRST: usize = 64 * 1024;

/// A text that was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    /// What it says.
    pub(crate) content: String,
    /// How it was written.
    pub(crate) encoding: Encoding,
    /// How long the file was, and when it had been changed.
    stamp: Option<(u64, Option<SystemTime>)>,
}

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
        Ok(self.read_text()?.content)
    }

    /// The whole text, with what is needed to write it back.
    ///
    /// # Errors
    ///
    /// A message for the user.
    pub(crate) fn read_text(&self) -> Result<Text, String> {
        let mut bytes = Vec::new();
        let cannot = |error| self.cannot("read", &error);
        match self {
            Self::Stdin => {
                self.open()
                    .and_then(|mut reader| reader.read_to_end(&mut bytes))
                    .map_err(cannot)?;
                self.decode(bytes)
            }
            Self::File(path) => {
                let mut file = File::open(path).map_err(cannot)?;
                file.read_to_end(&mut bytes).map_err(cannot)?;
                self.text(&file, bytes)
            }
        }
    }

    /// The text of a file below a folder, where it is one and `wanted` wants it: what is too large, what is no text and what is
    /// not wanted is passed over.
    ///
    /// # Errors
    ///
    /// A message for the user.
    pub(crate) fn read_if(
        &self,
        largest: u64,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<Option<Text>, String> {
        thread_local! {
            /// One for all files that a thread reads: long enough for most.
            static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; FIRST]);
        }
        let Self::File(path) = self else {
            return self.read_text().map(Some);
        };
        let cannot = |error| self.cannot("read", &error);
        let mut file = File::open(path).map_err(cannot)?;
        BUFFER.with_borrow_mut(|buffer| {
            let length = fill(&mut file, buffer).map_err(cannot)?;
            let begin = buffer.get(..length).unwrap_or_default();
            let encoding = Encoding::of(begin);
            let is_text =
                |bytes: &[u8]| encoding != Encoding::Utf8 || memchr::memchr(0, bytes).is_none();
            if !is_text(begin) {
                return Ok(None);
            }
            let mut bytes = Cow::Borrowed(begin);
            if length == FIRST {
                let expected = file.metadata().map_err(cannot)?.len();
                if expected > largest {
                    return Ok(None);
                }
                let whole = bytes.to_mut();
                whole.reserve_exact(
                    usize::try_from(expected).map_or(0, |all| (all + 1).saturating_sub(FIRST)),
                );
                // It may grow meanwhile.
                (&mut file)
                    .take(largest)
                    .read_to_end(whole)
                    .map_err(cannot)?;
                if !is_text(whole.get(FIRST..).unwrap_or_default()) {
                    return Ok(None);
                }
            }
            if bytes.len() as u64 > largest {
                return Ok(None);
            }
            if encoding == Encoding::Utf8 {
                if !wanted(&bytes) {
                    return Ok(None);
                }
                return self.text(&file, bytes.into_owned()).map(Some);
            }
            // What only begins like UTF-16 is no text.
            let text = self.text(&file, bytes.into_owned());
            Ok(text.ok().filter(|text| wanted(text.content.as_bytes())))
        })
    }

    /// The text of an open file that was read to its end.
    fn text(&self, file: &File, bytes: Vec<u8>) -> Result<Text, String> {
        let meta = file
            .metadata()
            .map_err(|error| self.cannot("read", &error))?;
        // The length of what is no file, such as a pipe, is not known.
        if meta.is_file() && meta.len() != bytes.len() as u64 {
            return Err(format!(
                "{} has changed while it was read; run connlint again",
                self.in_message()
            ));
        }
        let modified = meta.modified().ok();
        let mut text = self.decode(bytes)?;
        text.stamp = Some((meta.len(), modified));
        Ok(text)
    }

    fn decode(&self, bytes: Vec<u8>) -> Result<Text, String> {
        let encoding = Encoding::of(&bytes);
        let content = encoding
            .decode(bytes)
            .map_err(|why| format!("{} {why}. It was not changed.", self.in_message()))?;
        Ok(Text {
            content,
            encoding,
            stamp: None,
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

    /// Puts `text` in the place of `old` in the file, in one step: whoever reads it meanwhile sees the old text or the new
    /// one. Mode and owner stay as they are, so does the encoding, and a link stays a link.
    ///
    /// # Errors
    ///
    /// A message for the user; the file is as it was.
    pub(crate) fn replace(path: &Path, old: &Text, text: &str) -> Result<(), String> {
        replace(path, old, text).map_err(|error| Self::File(path.into()).cannot("write", &error))
    }

    fn cannot(&self, act: &str, error: &io::Error) -> String {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".into(),
            io::ErrorKind::IsADirectory => "it is a folder".into(),
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

/// Reads until the buffer is full or nothing is left, and says how much there was.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(free) = buffer.get_mut(length..).filter(|free| !free.is_empty()) {
        match file.read(free) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

fn replace(path: &Path, old: &Text, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let meta = fs::metadata(&path)?;
    if old
        .stamp
        .is_some_and(|stamp| stamp != (meta.len(), meta.modified().ok()))
    {
        return Err(io::Error::other(
            "it has changed since it was read; run connlint again",
        ));
    }
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
    file.write_all(&old.encoding.encode(text))?;
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

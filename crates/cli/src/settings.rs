//! `connlint.toml`: found upwards from each file, or named with `--config`.

use crate::outcome::Failure;
use connlint_config::{Config, Effective};
use globset::{GlobBuilder, GlobMatcher};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What the file is called.
const NAME: &str = "connlint.toml";

/// The settings of every file that was asked for so far.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The one that counts for all, where the user named it.
    named: Option<Arc<Loaded>>,
    /// By folder.
    found: Mutex<Found>,
}

/// A file that was read.
#[derive(Debug)]
struct Loaded {
    folder: PathBuf,
    config: Config,
    patterns: Vec<GlobMatcher>,
}

impl Settings {
    /// With the file that `--config` names, if it does.
    ///
    /// # Errors
    ///
    /// A message about what is wrong with the file, and where.
    pub(crate) fn new(named: Option<&Path>) -> Result<Self, Failure> {
        let named = named.map(Loaded::read).transpose()?.map(Arc::new);
        Ok(Self {
            named,
            found: Mutex::default(),
        })
    }

    /// What counts for a file: the nearest connlint.toml above it; without a name, above the current folder.
    ///
    /// # Errors
    ///
    /// A message about what is wrong with the file, and where.
    pub(crate) fn of(&self, path: Option<&Path>) -> Result<Effective, Failure> {
        let here = env::current_dir().unwrap_or_default();
        let path = path.map(|path| here.join(path));
        let folder = path.as_deref().and_then(Path::parent).unwrap_or(&here);
        let loaded = match &self.named {
            Some(named) => Some(Arc::clone(named)),
            None => {
                let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
                above(&mut found, folder)?
            }
        };
        Ok(loaded.map_or_else(Effective::default, |l| l.effective(path.as_deref())))
    }
}

/// The settings of a file by folder, looked for once each.
type Found = BTreeMap<PathBuf, Option<Arc<Loaded>>>;

fn above(found: &mut Found, folder: &Path) -> Result<Option<Arc<Loaded>>, Failure> {
    if let Some(known) = found.get(folder) {
        return Ok(known.clone());
    }
    let here = folder.join(NAME);
    let loaded = if here.is_file() {
        Some(Arc::new(Loaded::read(&here)?))
    } else {
        match folder.parent() {
            Some(parent) => above(found, parent)?,
            None => None,
        }
    };
    found.insert(folder.to_owned(), loaded.clone());
    Ok(loaded)
}

impl Loaded {
    fn read(path: &Path) -> Result<Self, Failure> {
        let wrong = |why: &str| Failure::new(format!("{}: {why}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => wrong("there is no such file"),
            _ => wrong(&error.to_string()),
        })?;
        let config = Config::from_toml(&text).map_err(|error| wrong(&error))?;
        let patterns = config
            .patterns()
            .map(|pattern| matcher(pattern).map_err(|error| wrong(&error)))
            .collect::<Result<_, _>>()?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self {
            folder,
            config,
            patterns,
        })
    }

    fn effective(&self, path: Option<&Path>) -> Effective {
        let folder = env::current_dir().unwrap_or_default().join(&self.folder);
        let inside = path.map(|path| path.strip_prefix(&folder).unwrap_or(path));
        self.config.effective(|index| {
            let pattern = self.patterns.get(index);
            inside.is_some_and(|inside| pattern.is_some_and(|p| p.is_match(inside)))
        })
    }
}

/// `*` stops at a folder, `**` does not; a pattern without a slash is about names in any folder.
fn matcher(pattern: &str) -> Result<GlobMatcher, String> {
    let anywhere = if pattern.contains('/') {
        pattern.to_owned()
    } else {
        format!("**/{pattern}")
    };
    GlobBuilder::new(&anywhere)
        .literal_separator(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| format!("the pattern `{pattern}`: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_people_expect() {
        for (pattern, path, matches) in [
            ("*.env", "a/b/c.env", true),
            ("*.env", "c.env", true),
            ("tests/**", "tests/a/b.yaml", true),
            ("tests/*", "tests/a/b.yaml", false),
            ("tests/**", "src/tests/b.yaml", false),
        ] {
            let matcher = matcher(pattern).unwrap();
            assert_eq!(matcher.is_match(path), matches, "{pattern} {path}");
        }
        assert!(matcher("a{").unwrap_err().contains("the pattern `a{`"));
    }
}

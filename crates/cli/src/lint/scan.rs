//! Which files are looked at: those that are named, and those below the folders that are named, as ripgrep chooses them.

use super::changed::Changed;
use crate::files::Source;
use crate::outcome::Failure;
use crate::refuse::may_be_secret;
use clap::Args;
use ignore::{DirEntry, WalkBuilder};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// Names files that are left out, as .gitignore does.
const IGNORE: &str = ".connlintignore";

/// Options that choose files.
#[derive(Clone, Debug, Args)]
pub(crate) struct ScanArgs {
    /// Below folders: hidden files and folders too
    #[arg(long)]
    hidden: bool,
    /// Below folders: also what .gitignore and its like leave out
    #[arg(long)]
    no_ignore: bool,
    /// Below folders: go where symbolic links lead
    #[arg(long)]
    follow: bool,
    /// Below folders: leave out files that are larger; K, M and G stand for powers of 1024
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "4M")]
    max_filesize: u64,
    /// Only files that have changed since the branch left this commit, as git says
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
    /// How many threads look; as many as there are processors
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// What is to be looked at.
#[derive(Debug)]
pub(super) enum Item {
    /// What the user has named.
    Named(Source),
    /// A file that was met below a folder.
    Met(PathBuf),
    /// What could not be looked into, in words.
    Trouble(String),
}

impl ScanArgs {
    /// How large a file below a folder may be.
    pub(super) const fn max_filesize(&self) -> u64 {
        self.max_filesize
    }

    /// How many threads are of use for `sources`.
    pub(super) fn threads(&self, sources: &[Source]) -> usize {
        let few = sources.len() < 3 && !sources.iter().any(is_folder);
        if few {
            return 1;
        }
        match self.threads {
            Some(threads) => usize::from(threads),
            None => std::thread::available_parallelism()
                .map_or(1, usize::from)
                .min(16),
        }
    }

    /// Everything that `sources` stand for, in an order that is always the same.
    pub(super) fn items(
        &self,
        sources: Vec<Source>,
        passed: &Arc<Passed>,
    ) -> Result<impl Iterator<Item = Item> + Send + use<>, Failure> {
        let passed = Arc::clone(passed);
        let changed = self
            .changed_since
            .as_deref()
            .map(Changed::since)
            .transpose()?
            .map(Arc::new);
        let args = self.clone();
        Ok(sources.into_iter().flat_map(move |source| {
            let folder = match &source {
                Source::File(path) if is_folder(&source) => path.clone(),
                source => {
                    let left_out = matches!((source, &changed), (Source::File(path), Some(changed))
                        if path.canonicalize().is_ok_and(|path| !changed.has(&path)));
                    let item = (!left_out).then(|| Item::Named(source.clone()));
                    return Items::One(item);
                }
            };
            Items::Many(Box::new(args.below(
                folder,
                changed.clone(),
                Arc::clone(&passed),
            )))
        }))
    }

    fn walk(&self, folder: &Path) -> WalkBuilder {
        let follow = !self.no_ignore;
        let mut walk = WalkBuilder::new(folder);
        walk.hidden(!self.hidden)
            .parents(follow)
            .ignore(follow)
            .git_ignore(follow)
            .git_global(follow)
            .git_exclude(follow)
            .add_custom_ignore_filename(IGNORE)
            .follow_links(self.follow)
            .filter_entry(|entry| entry.file_name() != ".git")
            .sort_by_file_name(Ord::cmp);
        walk
    }

    fn below(
        &self,
        folder: PathBuf,
        changed: Option<Arc<Changed>>,
        passed: Arc<Passed>,
    ) -> impl Iterator<Item = Item> + Send + use<> {
        let args = self.clone();
        let walk = self.walk(&folder).build();
        let whole = changed.as_ref().and_then(|_| folder.canonicalize().ok());
        walk.filter_map(move |entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return Some(Item::Trouble(format!("cannot look into {error}"))),
            };
            if !is_file(&entry) {
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                if is_folder && !args.hidden && changed.is_none() {
                    passed.look(entry.path(), &args);
                }
                return None;
            }
            let path = entry.into_path();
            if let Some(changed) = &changed {
                let inside = path.strip_prefix(&folder).unwrap_or(&path);
                let whole = whole.as_deref().unwrap_or(Path::new("")).join(inside);
                if !changed.has(&whole) {
                    return None;
                }
            }
            Some(Item::Met(path))
        })
    }
}

/// Hidden files that are known to hold settings and were passed over.
#[derive(Debug, Default)]
pub(super) struct Passed {
    count: AtomicUsize,
    first: OnceLock<PathBuf>,
}

impl Passed {
    /// Counts those in a folder that `--hidden` would have looked at.
    fn look(&self, folder: &Path, args: &ScanArgs) {
        // The walk has read the folder as well, but does not tell of what is hidden.
        let there = fs::read_dir(folder).is_ok_and(|entries| {
            let mut names = entries.flatten().map(|entry| entry.file_name());
            names.any(|name| holds_settings(&name))
        });
        if !there {
            return;
        }
        let mut walk = args.walk(folder);
        for entry in walk.hidden(false).max_depth(Some(1)).build().flatten() {
            if is_file(&entry) && holds_settings(entry.file_name()) {
                self.count.fetch_add(1, Ordering::Relaxed);
                self.first.get_or_init(|| entry.into_path());
            }
        }
    }

    /// What to tell of them, if there are any.
    pub(super) fn told(&self) -> Option<String> {
        let count = self.count.load(Ordering::Relaxed);
        let first = self.first.get()?.to_string_lossy();
        let such = if may_be_secret(&first) {
            String::new()
        } else {
            format!(", {}{first}", if count == 1 { "" } else { "such as " })
        };
        Some(if count == 1 {
            format!(
                "A hidden file that may hold settings was passed over{such}; --hidden looks at it too."
            )
        } else {
            format!(
                "{count} hidden files that may hold settings were passed over{such}; --hidden looks at them too."
            )
        })
    }
}

fn holds_settings(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let known: [&[u8]; 4] = [b".env", b".envrc", b".pgpass", b".pg_service.conf"];
    name.starts_with(b".env.") || known.contains(&name)
}

fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
}

/// One item, or those of a folder.
enum Items {
    One(Option<Item>),
    Many(Box<dyn Iterator<Item = Item> + Send>),
}

impl Iterator for Items {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        match self {
            Self::One(item) => item.take(),
            Self::Many(items) => items.next(),
        }
    }
}

fn is_folder(source: &Source) -> bool {
    matches!(source, Source::File(path) if path.is_dir())
}

fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text.get(digits.len()..).unwrap_or("") {
        "" | "B" => 1,
        "K" | "k" => 1 << 10,
        "M" | "m" => 1 << 20,
        "G" | "g" => 1 << 30,
        _ => return Err("a number, and K, M or G behind it".into()),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| "a number, and K, M or G behind it")?;
    number
        .checked_mul(factor)
        .ok_or_else(|| "that is too much".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_ripgrep_reads_them() {
        assert_eq!(size("10"), Ok(10));
        assert_eq!(size("4M"), Ok(4 << 20));
        assert_eq!(size("1k"), Ok(1024));
        for wrong in ["", "M", "4X", "-1", "99999999999G"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}

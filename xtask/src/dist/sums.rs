//! `SHA256SUMS`: a hash of every file, as `sha256sum --check` reads them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;
use ring::digest::{SHA256, digest};

use super::files;

/// The file's name.
pub(super) const FILE: &str = "SHA256SUMS";

/// Writes the sums of everything in `folder`.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn write(folder: &Path) -> Result<()> {
    fs::write(folder.join(FILE), of(folder)?)?;
    Ok(())
}

/// One line for each file but the list itself, in the order of the names.
fn of(folder: &Path) -> Result<String> {
    let mut lines = String::new();
    for name in files(folder)? {
        if name == FILE {
            continue;
        }
        let bytes = fs::read(folder.join(&name))?;
        for byte in digest(&SHA256, &bytes).as_ref() {
            let _ = write!(lines, "{byte:02x}");
        }
        let _ = writeln!(lines, "  {name}");
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_sha256sum_reads() {
        let folder = std::env::temp_dir().join(format!("connlint-sums-{}", std::process::id()));
        fs::create_dir_all(folder.join("site")).unwrap();
        fs::write(folder.join("site/a.txt"), "abc").unwrap();
        write(&folder).unwrap();
        write(&folder).unwrap();
        assert_eq!(
            fs::read_to_string(folder.join(FILE)).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  site/a.txt\n"
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}

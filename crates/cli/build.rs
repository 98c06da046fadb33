//! Puts the built page into the binary: the files of the folder that `CONNLINT_DIST` names. Without
//! it the binary builds all the same, and `connlint serve` says how to get the page.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    // Cargo's way of being told things is the standard output.
    #![allow(clippy::print_stdout)]
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CONNLINT_DIST");
    let mut files = Vec::new();
    if let Some(dist) = env::var_os("CONNLINT_DIST").filter(|dist| !dist.is_empty()) {
        let dist = fs::canonicalize(&dist)?;
        println!("cargo::rerun-if-changed={}", dist.display());
        collect(&dist, &dist, &mut files)?;
        files.sort();
    }
    let mut code = String::from("&[\n");
    for (name, path) in &files {
        let _ = writeln!(
            code,
            "    ({name:?}, include_bytes!({:?})),",
            path.display().to_string()
        );
    }
    code.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("page_files.rs"), code)
}

/// Every file below `folder` with its path as the URL has it.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // `.stage` and the like are the build's own; `_headers` is for hosts that read it.
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(['.', '_']));
        if hidden {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Ok(relative) = path.strip_prefix(root) {
            let parts: Vec<_> = relative
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect();
            files.push((parts.join("/"), path.clone()));
        }
    }
    Ok(())
}

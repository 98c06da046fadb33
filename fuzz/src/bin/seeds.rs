//! Writes the first inputs of every target: `seeds FOLDER`, where `FOLDER/<target>/` is the target's corpus.

use connlint_fuzz::{TARGETS, seeds};
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        return Err(io::Error::other("usage: seeds FOLDER"));
    };
    for target in TARGETS {
        let corpus = folder.join(target.name);
        fs::create_dir_all(&corpus)?;
        for (index, seed) in seeds::of(target.seeds).iter().enumerate() {
            fs::write(corpus.join(format!("seed-{index:04}")), seed)?;
        }
    }
    Ok(())
}

//! Every target, fed with what was found once, with its first inputs, and with a bounded number of changes to them.

#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use connlint_fuzz::mutate::{Random, mutate};
use connlint_fuzz::{TARGETS, Target, seeds};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

fn fuzz_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// How many changed inputs each target gets; more are for cargo-fuzz. `CONNLINT_FUZZ_INPUTS` says another number.
fn inputs() -> usize {
    let wanted = std::env::var("CONNLINT_FUZZ_INPUTS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(1_500)
}

/// Feeds `data`, and says which input it was where it fails.
fn feed(target: &Target, data: &[u8], name: &str) {
    let fed = catch_unwind(AssertUnwindSafe(|| (target.body)(data)));
    assert!(
        fed.is_ok(),
        "{} breaks a promise on {name}: {:?}",
        target.name,
        String::from_utf8_lossy(data)
    );
}

fn run(target: &Target) {
    let found_once = fuzz_folder().join("regressions").join(target.name);
    for entry in fs::read_dir(found_once).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        let data = fs::read(&path).expect("a readable file");
        feed(target, &data, &path.display().to_string());
    }
    let seeds = seeds::of(target.seeds);
    assert!(!seeds.is_empty());
    let mut random = Random::new(20_261_126);
    // Every so many of them as they are, and the others changed.
    let step = (seeds.len() / 400).max(1);
    for (index, seed) in seeds.iter().enumerate().step_by(step) {
        feed(target, seed, &format!("seed {index}"));
    }
    for number in 0..inputs() {
        let mut data = seeds[random.below(seeds.len())].clone();
        let other = &seeds[random.below(seeds.len())];
        mutate(&mut data, other, &mut random);
        feed(target, &data, &format!("change {number}"));
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test] fn $name() {
            let target = TARGETS.iter().find(|target| target.name == stringify!($name));
            run(target.expect("a target of that name"));
        })*

        const TESTED: &[&str] = &[$(stringify!($name)),*];
    };
}

targets! {
    lint lint_file triage report config baseline layers readings convert parse_uri parse_pairs parse_ado_net parse_jdbc parse_odbc parse_pdo parse_command
    parse_pgpass parse_entries probe_answer probe_certificate probe_host
    probe_request
}

#[test]
fn every_target_is_tested_and_has_a_file_for_cargo_fuzz() {
    let manifest = fs::read_to_string(fuzz_folder().join("libfuzzer/Cargo.toml"));
    let manifest = manifest.expect("fuzz/libfuzzer/Cargo.toml");
    for target in TARGETS {
        assert!(TESTED.contains(&target.name), "{}", target.name);
        let file = format!("fuzz_targets/{}.rs", target.name);
        assert!(
            fuzz_folder().join("libfuzzer").join(&file).exists(),
            "{file}"
        );
        assert!(manifest.contains(&file), "{file} is not in its Cargo.toml");
    }
}

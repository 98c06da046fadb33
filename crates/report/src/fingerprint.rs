//! What a finding is known by from one run to the next: by the file, the rule and the string that it is about, and not by the
//! line that they stand on.
//!
//! It is made of nothing but what a report shows, so it tells nothing about a secret.

use connlint_core::{Analysis, Found};
use std::collections::HashMap;

/// The fingerprints of an analysis' findings, in the order of [`Analysis::diagnostics`]; each is there once. `path` is the
/// file as it is called from one run to the next, with `/` between its parts.
#[must_use]
pub fn fingerprints(path: &str, analysis: &Analysis) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut out = Vec::new();
    for found in &analysis.strings {
        let string = string(found);
        for diagnostic in &found.diagnostics {
            let key = format!("{path}\n{}\n{string}", diagnostic.code());
            // Of findings that are alike, the first, the second and so on.
            let number = seen.entry(key.clone()).or_default();
            *number += 1;
            out.push(format!("{:032x}", fnv1a(&format!("{key}\n{number}"))));
        }
    }
    out
}

/// What a string is known by, with its secrets masked.
fn string(found: &Found) -> String {
    let settings = &found.settings;
    let hosts: Vec<String> = settings
        .hosts
        .iter()
        .map(|h| {
            let port = h.port.map_or(String::new(), |port| format!(":{port}"));
            format!("{}{port}", h.host.as_deref().unwrap_or(""))
        })
        .collect();
    format!(
        "{}\n{}\n{}\n{}",
        found.dialect.name(),
        hosts.join(","),
        settings.user.as_deref().unwrap_or(""),
        settings.database.as_deref().unwrap_or("")
    )
}

/// FNV-1a with 128 bits: short, spread well, and the same on every computer and in every version.
fn fnv1a(text: &str) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    text.bytes().fold(OFFSET, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::{Options, lint};

    fn of(text: &str) -> Vec<String> {
        fingerprints("a.env", &lint(text, &Options::default()))
    }

    #[test]
    fn a_finding_that_moves_is_the_same_and_another_is_not() {
        let text = "URL=postgresql://app:p@ss@db.example/shop";
        let first = of(text);
        assert!(!first.is_empty());
        assert_eq!(of(&format!("# moved\n\n{text}\n")), first);
        let analysis = lint(text, &Options::default());
        assert_ne!(fingerprints("b.env", &analysis), first);
        assert_ne!(of(&text.replace("shop", "stock")), first);
    }

    #[test]
    fn the_password_has_no_part_in_it() {
        let [one, other] = ["hunter2", "correct-horse"]
            .map(|password| of(&format!("postgresql://app:{password}@db.example/shop")));
        assert_eq!(one, other);
    }

    #[test]
    fn findings_that_are_alike_are_told_apart() {
        let text =
            "A=postgresql://app:p@ss@db.example/shop\nB=postgresql://app:p@ss@db.example/shop\n";
        let mut all = of(text);
        let number = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), number);
        let one = of(text.lines().next().unwrap());
        assert!(one.iter().all(|print| all.contains(print)));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // From the authors' test vectors.
        assert_eq!(fnv1a(""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(fnv1a("a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }
}

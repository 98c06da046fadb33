//! Holds docs/privacy.md to its word: each claim names a test, and the tests that it names are there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::project::Project;

/// Where the tests are, relative to the root.
const SOURCES: &[&str] = &["crates", "tests", "src"];

/// What is wrong with docs/privacy.md.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn violations(project: &Project) -> Result<Vec<String>> {
    let file = project.root.join("docs/privacy.md");
    let claims = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let mut sources = String::new();
    for folder in SOURCES {
        read(&project.root.join(folder), &mut sources)?;
    }
    Ok(compare(&claims, &sources))
}

fn read(folder: &Path, sources: &mut String) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, sources)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            sources.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn compare(claims: &str, sources: &str) -> Vec<String> {
    let rows = claims.lines().filter(|line| line.starts_with("| "));
    let mut wrong = Vec::new();
    for row in rows.skip(1) {
        let mut cells = row.trim_matches('|').split('|');
        let (claim, tests) = (
            cells.next().unwrap_or_default().trim(),
            cells.next().unwrap_or_default(),
        );
        let tests: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        if tests.is_empty() {
            wrong.push(format!("docs/privacy.md: no test for: {claim}"));
        }
        for test in tests {
            if !sources.contains(&format!("fn {test}(")) {
                wrong.push(format!("docs/privacy.md names `{test}`, which is no test"));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_without_a_test_that_exists_is_a_violation() {
        let claims = "| claim | proved by |\n|---|---|\n| a | `one`, `two` |\n| b | |\n";
        assert_eq!(
            compare(claims, "fn one() {}"),
            [
                "docs/privacy.md names `two`, which is no test",
                "docs/privacy.md: no test for: b"
            ]
        );
        let claims = "| claim | proved by |\n|---|---|\n| a | `one` |\n";
        assert!(compare(claims, "async fn one(").is_empty());
    }
}

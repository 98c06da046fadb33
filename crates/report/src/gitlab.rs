//! A lint report as GitLab's code quality report, which merge requests show beside the change.
//!
//! Source: GitLab Docs, "Code Quality", the report's format.

use crate::Input;
use crate::fingerprint::fingerprints;
use crate::format::nested;
use crate::printable::printable;
use connlint_core::{LineIndex, Severity};
use serde_json::{Value, json};

/// The findings of one input, with commas between them.
pub(crate) fn input(input: &Input<'_>) -> String {
    let index = LineIndex::new(input.text);
    let path = path(input.path);
    let prints = fingerprints(&path, input.analysis);
    let findings: Vec<String> = input
        .analysis
        .diagnostics()
        .zip(prints)
        .map(|(diagnostic, fingerprint)| {
            let start = index.line_column(diagnostic.span.start);
            let end = index.line_column(diagnostic.span.end);
            let finding: Value = json!({
                "description": printable(&diagnostic.message),
                "check_name": diagnostic.code(),
                "fingerprint": fingerprint,
                "severity": match diagnostic.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                "location": {
                    "path": path,
                    "lines": {"begin": start.line, "end": end.line},
                },
            });
            nested(&finding, 2)
        })
        .collect();
    findings.join(",")
}

/// A path from the top of the repository, where connlint is run.
fn path(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::human::Layout;
    use crate::{LintFormat, sample};

    #[test]
    fn each_finding_has_what_gitlab_asks_for() {
        let analysis = sample::analysis();
        let input = Input {
            path: "./conf/prod.env",
            text: sample::TEXT,
            analysis: &analysis,
        };
        let format = LintFormat::named("gitlab").unwrap();
        let text = format.whole(&[input, input], Layout::default());
        let report: Value = serde_json::from_str(&text).unwrap();
        let findings = report.as_array().unwrap();
        assert_eq!(findings.len(), 4);
        assert_eq!(
            findings[0]["description"],
            "a raw `@` ends the password early"
        );
        assert_eq!(findings[0]["check_name"], "SYN998");
        assert_eq!(findings[0]["severity"], "major");
        assert_eq!(findings[1]["severity"], "minor");
        assert_eq!(
            findings[0]["location"],
            json!({"path": "conf/prod.env", "lines": {"begin": 2, "end": 2}})
        );
        assert_ne!(findings[0]["fingerprint"], findings[1]["fingerprint"]);
    }
}

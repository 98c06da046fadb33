//! A lint report as SARIF 2.1.0, for code scanning.
//!
//! Columns count Unicode scalar values, which the report says. Source: OASIS, "Static Analysis Results Interchange Format
//! (SARIF) Version 2.1.0", sections 3.13 to 3.56.

use crate::Input;
use crate::fingerprint::fingerprints;
use crate::format::nested;
use crate::printable::printable;
use connlint_core::rules::Rule;
use connlint_core::{Applicability, Diagnostic, LineIndex, Severity, Span};
use serde_json::{Value, json};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What stands before the results: the tool with every rule, whether it found something or not.
pub(crate) fn head() -> String {
    let driver = json!({
        "name": "connlint",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": Rule::all().map(descriptor).collect::<Vec<_>>(),
    });
    format!(
        "{{\n  \"$schema\": \"{SCHEMA}\",\n  \"version\": \"2.1.0\",\n  \"runs\": [\n    {{\n      \
         \"tool\": {{\n        \"driver\": {}\n      }},\n      \
         \"columnKind\": \"unicodeCodePoints\",\n      \"results\": [",
        nested(&driver, 8).trim_start()
    )
}

/// The results of one input, with commas between them.
pub(crate) fn input(input: &Input<'_>) -> String {
    let index = LineIndex::new(input.text);
    let prints = fingerprints(input.path, input.analysis);
    let results: Vec<String> = input
        .analysis
        .diagnostics()
        .zip(prints)
        .map(|(diagnostic, print)| nested(&result(input, &index, diagnostic, &print), 8))
        .collect();
    results.join(",")
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary()},
        "help": {"text": rule.docs, "markdown": rule.docs},
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": [rule.group.name()]},
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(input: &Input<'_>, index: &LineIndex<'_>, diagnostic: &Diagnostic, print: &str) -> Value {
    let place = |span| {
        json!({
            "artifactLocation": {"uri": uri(input.path)},
            "region": region(index, span),
        })
    };
    let related: Vec<Value> = diagnostic
        .related
        .iter()
        .map(|r| json!({"physicalLocation": place(r.span), "message": {"text": printable(&r.message)}}))
        .collect();
    let fixes: Vec<Value> = diagnostic
        .fixes
        .iter()
        .filter(|fix| fix.applicability == Applicability::Safe && !fix.edits.is_empty())
        .map(|fix| {
            let replacements: Vec<Value> = fix
                .edits
                .iter()
                .map(|edit| {
                    json!({
                        "deletedRegion": region(index, edit.span),
                        "insertedContent": {"text": edit.text},
                    })
                })
                .collect();
            json!({
                "description": {"text": printable(&fix.title)},
                "artifactChanges": [{
                    "artifactLocation": {"uri": uri(input.path)},
                    "replacements": replacements,
                }],
            })
        })
        .collect();
    let mut text = printable(&diagnostic.message).into_owned();
    if !diagnostic.help.is_empty() {
        text.push_str(". ");
        text.push_str(&printable(&diagnostic.help));
    }
    let mut out = json!({
        "ruleId": diagnostic.code(),
        "level": level(diagnostic.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": place(diagnostic.span)}],
        "partialFingerprints": {"connlint/v1": print},
        "properties": {"certainty": diagnostic.certainty.name()},
    });
    if let Some(rule) = Rule::all().position(|rule| rule.code == diagnostic.code()) {
        out["ruleIndex"] = rule.into();
    }
    if !related.is_empty() {
        out["relatedLocations"] = related.into();
    }
    if !fixes.is_empty() {
        out["fixes"] = fixes.into();
    }
    out
}

fn region(index: &LineIndex<'_>, span: Span) -> Value {
    let start = index.line_column(span.start);
    let end = index.line_column(span.end);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": span.start,
        "byteLength": span.len(),
    })
}

/// A path as a relative reference: what a URI cannot hold is encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/+,=@()!$'*".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::human::Layout;
    use crate::{LintFormat, sample};

    fn log(input: Input<'_>) -> Value {
        let format = LintFormat::named("sarif").unwrap();
        serde_json::from_str(&format.whole(&[input], Layout::default())).unwrap()
    }

    #[test]
    fn a_finding_has_its_rule_its_region_and_its_safe_fix() {
        let analysis = sample::analysis();
        let input = Input {
            path: "conf\\prod one.env",
            text: sample::TEXT,
            analysis: &analysis,
        };
        let log = log(input);
        let run = &log["runs"][0];
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(
            run["tool"]["driver"]["rules"].as_array().unwrap().len(),
            Rule::all().count()
        );
        let first = &run["results"][0];
        assert_eq!(first["level"], "error");
        let place = &first["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "conf/prod%20one.env");
        assert_eq!(place["region"]["startLine"], 2);
        assert_eq!(place["region"]["startColumn"], 38);
        assert_eq!(place["region"]["endColumn"], 39);
        let fixes = first["fixes"].as_array().unwrap();
        assert_eq!(fixes.len(), 1);
        assert_eq!(
            fixes[0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
            "%40"
        );
        assert_eq!(
            first["relatedLocations"][0]["message"]["text"],
            "meant to end it"
        );
        // An unsafe fix is for people to look at.
        assert!(run["results"][1].get("fixes").is_none());
    }

    #[test]
    fn a_real_finding_names_its_rule_by_index() {
        let text = "postgresql://u:p@ss@h.example/db";
        let analysis = connlint_core::lint(text, &connlint_core::Options::default());
        let input = Input {
            path: "-",
            text,
            analysis: &analysis,
        };
        let log = log(input);
        let run = &log["runs"][0];
        let index = run["results"][0]["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            run["results"][0]["ruleId"]
        );
    }
}

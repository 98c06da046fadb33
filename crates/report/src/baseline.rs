//! Findings that a team accepts for now: the file that names them, and what is left of an analysis without them.
//!
//! The file names each by its fingerprint, which is made of nothing secret, and by its file and its rule, for people.

use crate::fingerprint::fingerprints;
use connlint_core::Analysis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file's format.
const SCHEMA: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    schema: u32,
    findings: Vec<Accepted>,
}

/// A finding as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// From the folder of the file, with `/`.
    path: String,
    code: String,
    fingerprint: String,
}

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    accepted: BTreeMap<String, Accepted>,
}

impl Baseline {
    /// Reads the text of the file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words that go behind its name.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let content: Content = serde_json::from_str(text).map_err(|error| {
            format!(
                "this is no baseline of connlint's (line {}, column {})",
                error.line(),
                error.column()
            )
        })?;
        if content.schema != SCHEMA {
            return Err(format!(
                "a baseline of schema {}, this connlint reads {SCHEMA}",
                content.schema
            ));
        }
        Ok(Self::from(content.findings))
    }

    /// The text of the file, in an order that is always the same.
    ///
    /// # Errors
    ///
    /// Where serialising fails, for which nothing here is a reason.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut findings: Vec<Accepted> = self.accepted.values().cloned().collect();
        findings.sort();
        let content = Content {
            schema: SCHEMA,
            findings,
        };
        Ok(serde_json::to_string_pretty(&content)? + "\n")
    }

    /// Takes out what is accepted; what was there, as the file would have it, and which of it is accepted. `name` is what the
    /// file calls the text.
    pub fn sift(&self, name: &str, analysis: &mut Analysis) -> Sifted {
        let prints = fingerprints(name, analysis);
        let mut sifted = Sifted::default();
        let mut prints = prints.into_iter();
        for found in &mut analysis.strings {
            found.diagnostics.retain(|diagnostic| {
                let Some(fingerprint) = prints.next() else {
                    return true;
                };
                let known = self.accepted.contains_key(&fingerprint);
                if known {
                    sifted.accepted.push(fingerprint.clone());
                }
                sifted.all.push(Accepted {
                    path: name.into(),
                    code: diagnostic.code().into(),
                    fingerprint,
                });
                !known
            });
        }
        sifted
    }

    /// How many findings it accepts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.accepted.len()
    }

    /// Whether it accepts none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accepted.is_empty()
    }
}

impl From<Vec<Accepted>> for Baseline {
    fn from(findings: Vec<Accepted>) -> Self {
        let of = |finding: Accepted| (finding.fingerprint.clone(), finding);
        Self {
            accepted: findings.into_iter().map(of).collect(),
        }
    }
}

/// What [`Baseline::sift`] saw.
#[derive(Clone, Debug, Default)]
pub struct Sifted {
    /// Every finding.
    pub all: Vec<Accepted>,
    /// The fingerprints of those that are accepted.
    pub accepted: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::{Diagnostic, Options, lint};

    fn analysis() -> Analysis {
        let text =
            "A=postgresql://app:p@ss@db.example/shop\nB=postgresql://app:p@ss@db.example/shop\n";
        lint(text, &Options::default())
    }

    #[test]
    fn what_was_accepted_is_taken_out_and_the_rest_stays() {
        let mut found = analysis();
        let all = Baseline::default().sift("a.env", &mut found).all;
        assert_eq!(all.len(), found.diagnostics().count());
        let (rest, first) = all.split_last().unwrap();
        let text = Baseline::from(first.to_vec()).to_json().unwrap();
        let read = Baseline::from_json(&text).unwrap();
        assert_eq!(read.len(), first.len());
        let mut found = analysis();
        assert_eq!(read.sift("a.env", &mut found).accepted.len(), first.len());
        let left: Vec<&str> = found.diagnostics().map(Diagnostic::code).collect();
        assert_eq!(left, [rest.code.as_str()]);
        let mut elsewhere = analysis();
        assert!(read.sift("b.env", &mut elsewhere).accepted.is_empty());
    }

    #[test]
    fn other_texts_are_refused_with_the_place() {
        for (text, said) in [
            ("", "this is no baseline of connlint's (line 1, column 0)"),
            (
                "{\"schema\": 1,\n\"finding\": []}",
                "this is no baseline of connlint's (line 2, column 9)",
            ),
            (
                "{\"schema\": 2, \"findings\": []}",
                "a baseline of schema 2, this connlint reads 1",
            ),
        ] {
            assert_eq!(Baseline::from_json(text).unwrap_err(), said);
        }
    }
}

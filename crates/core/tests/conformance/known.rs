//! The table of known differences, and the accounts that are kept of it.

use crate::golden::folder;
use std::collections::BTreeSet;
use std::fs;

/// What of connlint's answer is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    /// Whether the text is taken, hosts, ports, user, database, password.
    Reading,
    /// The driver's words where it refuses.
    Words,
    /// Which keywords have no effect, and which go to the server.
    Keywords,
    /// What TLS the connection ends up with.
    Tls,
}

impl Aspect {
    const fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Words => "words",
            Self::Keywords => "keywords",
            Self::Tls => "tls",
        }
    }
}

/// A case of a line `| answers | what | cases | reason |` of the table; `*` at its end stands for several.
pub(crate) struct Known {
    answers: String,
    what: String,
    case: String,
}

impl Known {
    /// Whether it speaks of that case of that file.
    pub(crate) fn covers(&self, answers: &str, id: &str) -> bool {
        self.answers == answers
            && match self.case.strip_suffix('*') {
                Some(start) => id.starts_with(start),
                None => id == self.case,
            }
    }
}

/// Every case that the table names.
pub(crate) fn rows() -> Vec<Known> {
    let text = fs::read_to_string(folder().join("known-differences.md")).expect("the table");
    let mut out = Vec::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", answers, what, cases, reason, ""] = cells.as_slice() else {
            continue;
        };
        if !answers.starts_with('`') {
            continue;
        }
        assert!(!reason.is_empty(), "{answers}: no reason");
        out.extend(cases.split_whitespace().map(|case| Known {
            answers: answers.trim_matches('`').into(),
            what: (*what).into(),
            case: case.trim_matches('`').into(),
        }));
    }
    out
}

/// Which cases agree, which differ, and which of them the table knows.
pub(crate) struct Ledger {
    known: Vec<Known>,
    used: BTreeSet<usize>,
    compared: usize,
    agreeing: Vec<String>,
    differing: Vec<String>,
}

impl Ledger {
    pub(crate) fn of(aspect: Aspect) -> Self {
        let mut known = rows();
        known.retain(|row| row.what == aspect.name());
        Self {
            known,
            used: BTreeSet::new(),
            compared: 0,
            agreeing: Vec::new(),
            differing: Vec::new(),
        }
    }

    /// Enters a comparison.
    pub(crate) fn settle(
        &mut self,
        answers: &str,
        id: &str,
        same: bool,
        describe: impl FnOnce() -> String,
    ) {
        self.compared += 1;
        let row = self.known.iter().position(|k| k.covers(answers, id));
        match (same, row) {
            (true, None) => {}
            // A line that is too wide would hide the next mistake.
            (true, Some(row)) => {
                let case = &self.known[row].case;
                self.agreeing.push(format!("{answers} {id}: {case}"));
            }
            (false, Some(row)) => {
                self.used.insert(row);
            }
            (false, None) => {
                self.differing
                    .push(format!("{answers} {id}\n    {}", describe()));
            }
        }
    }

    /// Fails where something differs that is not in the table, or the reverse, or too little was compared.
    pub(crate) fn close(self, at_least: usize) {
        let Self {
            known,
            used,
            compared,
            agreeing,
            differing,
        } = self;
        assert!(
            differing.is_empty(),
            "{} of {compared} differ:\n{}",
            differing.len(),
            differing.join("\n")
        );
        assert!(
            agreeing.is_empty(),
            "listed, and no difference: {agreeing:#?}"
        );
        let unused: Vec<String> = known
            .iter()
            .enumerate()
            .filter(|(row, _)| !used.contains(row))
            .map(|(_, k)| format!("{} {}", k.answers, k.case))
            .collect();
        assert!(unused.is_empty(), "no difference any more: {unused:?}");
        assert!(compared >= at_least, "only {compared} compared");
    }
}

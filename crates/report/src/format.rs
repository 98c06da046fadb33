//! The formats of a lint report, and the report that is written piece by piece: whatever the number of inputs, only one of
//! them is at hand at a time, and the pieces can be made side by side.

use crate::human::{self, Layout};
use crate::{Input, azure_devops, github, gitlab, json, junit, markdown, narrated, sarif};
use connlint_core::{Applicability, Severity};
use std::fmt;

/// A way to write a lint report.
pub struct LintFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// Whom it is for.
    pub help: &'static str,
    /// Whether it is for a person at a terminal, and so has colours.
    pub coloured: bool,
    /// What stands before the inputs.
    head: fn() -> String,
    /// What is said about one input; may be nothing.
    input: fn(&Input<'_>, Layout) -> String,
    /// What stands between two inputs of which something is said.
    between: &'static str,
    /// What stands behind the inputs.
    tail: fn(&Totals, Layout) -> String,
}

impl fmt::Debug for LintFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn nothing() -> String {
    String::new()
}

fn no_tail(_: &Totals, _: Layout) -> String {
    String::new()
}

/// The end of a list that the head of a format has opened.
fn closed(totals: &Totals, deep: &str, end: &str) -> String {
    let line = if totals.pieces > 0 {
        format!("\n{deep}")
    } else {
        String::new()
    };
    format!("{line}]{end}")
}

impl LintFormat {
    /// Every format.
    pub const ALL: &[Self] = &[
        Self {
            name: "human",
            help: "For people",
            coloured: true,
            head: nothing,
            input: human::lint_input,
            between: "",
            tail: human::lint_totals,
        },
        Self {
            name: "narrated",
            help: "For people who listen: sentences, no drawings",
            coloured: false,
            head: nothing,
            input: |input, _| narrated::input(input),
            between: "",
            tail: no_tail,
        },
        Self {
            name: "json",
            help: "For programs",
            coloured: false,
            head: json::lint_head,
            input: |input, _| json::lint_input(input),
            between: ",",
            tail: |totals, _| closed(totals, "  ", "\n}\n"),
        },
        Self {
            name: "jsonl",
            help: "For programs that read line by line: a JSON object for each file",
            coloured: false,
            head: nothing,
            input: |input, _| json::lint_line(input),
            between: "",
            tail: no_tail,
        },
        Self {
            name: "sarif",
            help: "SARIF 2.1.0, for code scanning",
            coloured: false,
            head: sarif::head,
            input: |input, _| sarif::input(input),
            between: ",",
            tail: |totals, _| closed(totals, "      ", "\n    }\n  ]\n}\n"),
        },
        Self {
            name: "github",
            help: "GitHub's workflow commands",
            coloured: false,
            head: nothing,
            input: |input, _| github::input(input),
            between: "",
            tail: no_tail,
        },
        Self {
            name: "gitlab",
            help: "GitLab's code quality report",
            coloured: false,
            head: || "[".into(),
            input: |input, _| gitlab::input(input),
            between: ",",
            tail: |totals, _| closed(totals, "", "\n"),
        },
        Self {
            name: "azure-devops",
            help: "Logging commands of Azure Pipelines",
            coloured: false,
            head: nothing,
            input: |input, _| azure_devops::input(input),
            between: "",
            tail: no_tail,
        },
        Self {
            name: "junit",
            help: "JUnit's XML, for test reports",
            coloured: false,
            head: junit::head,
            input: |input, _| junit::input(input),
            between: "",
            tail: |_, _| "</testsuites>\n".into(),
        },
        Self {
            name: "markdown",
            help: "For a comment or a ticket",
            coloured: false,
            head: || "## connlint\n".into(),
            input: |input, _| markdown::input(input),
            between: "",
            tail: |totals, _| markdown::tail(totals),
        },
    ];

    /// The format with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|format| format.name == name)
    }

    /// What is said about one input. It depends on nothing but the input.
    #[must_use]
    pub fn piece(&self, input: &Input<'_>, layout: Layout) -> Piece {
        let text = (self.input)(input, layout);
        let mut totals = Totals::of(input);
        totals.pieces = usize::from(!text.is_empty());
        Piece { text, totals }
    }

    /// The whole report on `inputs`.
    #[must_use]
    pub fn whole(&'static self, inputs: &[Input<'_>], layout: Layout) -> String {
        let mut report = LintReport::new(self, layout);
        let mut out = report.begin();
        for input in inputs {
            out.push_str(&report.add(&self.piece(input, layout)));
        }
        out.push_str(&report.end());
        out
    }
}

/// What a report says about one input.
#[derive(Clone, Debug)]
pub struct Piece {
    text: String,
    totals: Totals,
}

/// How much was looked at, and what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Inputs of which nothing is said, because they hold no connection string.
    pub passed_over: usize,
    /// Connection strings.
    pub strings: usize,
    /// Findings that comments have silenced.
    pub suppressed: usize,
    /// Findings, by severity.
    pub errors: usize,
    /// As above.
    pub warnings: usize,
    /// As above.
    pub infos: usize,
    /// Findings that `--fix` mends.
    pub safe: usize,
    /// Findings that take `--unsafe-fixes`.
    pub risky: usize,
    /// The first of the worst findings: how bad it is, and its code.
    pub first: Option<(Severity, &'static str)>,
    /// Inputs of which something was written.
    pieces: usize,
}

impl Totals {
    fn of(input: &Input<'_>) -> Self {
        let analysis = input.analysis;
        let fixable = |level: Applicability| {
            analysis
                .diagnostics()
                .filter(|d| d.fixes.iter().map(|f| f.applicability).min() == Some(level))
                .count()
        };
        Self {
            passed_over: 0,
            strings: analysis.strings.len(),
            suppressed: analysis.suppressed,
            errors: analysis.count(Severity::Error),
            warnings: analysis.count(Severity::Warning),
            infos: analysis.count(Severity::Info),
            safe: fixable(Applicability::Safe),
            risky: fixable(Applicability::Unsafe),
            first: analysis
                .diagnostics()
                .min_by_key(|d| d.severity)
                .map(|d| (d.severity, d.code())),
            pieces: 0,
        }
    }

    /// All findings.
    #[must_use]
    pub const fn findings(&self) -> usize {
        self.errors + self.warnings + self.infos
    }

    fn add(&mut self, other: &Self) {
        self.passed_over += other.passed_over;
        self.strings += other.strings;
        self.suppressed += other.suppressed;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
        self.safe += other.safe;
        self.risky += other.risky;
        self.pieces += other.pieces;
        self.first = match (self.first, other.first) {
            (Some(first), Some(next)) if next.0 < first.0 => Some(next),
            (first, next) => first.or(next),
        };
    }
}

/// A report that is being written.
#[derive(Debug)]
pub struct LintReport {
    format: &'static LintFormat,
    layout: Layout,
    totals: Totals,
}

impl LintReport {
    /// A report with nothing in it.
    #[must_use]
    pub fn new(format: &'static LintFormat, layout: Layout) -> Self {
        Self {
            format,
            layout,
            totals: Totals::default(),
        }
    }

    /// What is to be written first.
    #[must_use]
    pub fn begin(&self) -> String {
        (self.format.head)()
    }

    /// What is to be written for the next input.
    #[must_use]
    pub fn add(&mut self, piece: &Piece) -> String {
        let between = if self.totals.pieces > 0 && !piece.text.is_empty() {
            self.format.between
        } else {
            ""
        };
        self.totals.add(&piece.totals);
        format!("{between}{}", piece.text)
    }

    /// Counts inputs that hold no connection string and need not be spoken of.
    pub const fn pass_over(&mut self, inputs: usize) {
        self.totals.passed_over += inputs;
    }

    /// What is to be written last.
    #[must_use]
    pub fn end(&self) -> String {
        (self.format.tail)(&self.totals, self.layout)
    }

    /// What was counted so far.
    #[must_use]
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }
}

/// `value` over several lines as it stands inside of a report, `deep` blanks from the left.
pub(crate) fn nested(value: &impl serde::Serialize, deep: usize) -> String {
    let indent = format!("\n{:deep$}", "");
    let text = json::pretty(value).unwrap_or_default();
    // Line ends inside of a value are escaped.
    format!("{indent}{}", text.replace('\n', &indent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use connlint_core::{Options, lint};

    fn whole(name: &str, inputs: &[Input<'_>]) -> String {
        LintFormat::named(name)
            .unwrap()
            .whole(inputs, Layout::default())
    }

    #[test]
    fn names_are_unique_and_every_format_says_whom_it_is_for() {
        for (index, format) in LintFormat::ALL.iter().enumerate() {
            assert!(!format.help.is_empty() && !format.help.ends_with('.'));
            let first = LintFormat::ALL.iter().position(|f| f.name == format.name);
            assert_eq!(first, Some(index), "{}", format.name);
        }
    }

    #[test]
    fn what_is_json_is_json_however_many_inputs_there_are() {
        let analysis = sample::analysis();
        let clean = lint("postgresql://app@db.example/shop", &Options::default());
        let none = lint("nothing", &Options::default());
        let input = |analysis| Input {
            path: "a.env",
            text: sample::TEXT,
            analysis,
        };
        let (found, clean, none) = (input(&analysis), input(&clean), input(&none));
        for inputs in [
            &[][..],
            &[none],
            &[found],
            &[none, found, clean, found, none],
        ] {
            for name in ["json", "sarif", "gitlab"] {
                let text = whole(name, inputs);
                let value: Result<serde_json::Value, _> = serde_json::from_str(&text);
                assert!(value.is_ok(), "{name}: {text}");
                assert!(text.ends_with('\n'));
            }
            let lines = whole("jsonl", inputs);
            assert_eq!(lines.lines().count(), inputs.len());
            for line in lines.lines() {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(value["schema"], 1);
            }
            let all = json::pretty(&json::lint(inputs)).unwrap();
            assert_eq!(whole("json", inputs), all + "\n");
        }
    }

    #[test]
    fn totals_are_those_of_all_inputs() {
        let analysis = sample::analysis();
        let input = Input {
            path: "a.env",
            text: sample::TEXT,
            analysis: &analysis,
        };
        let format = LintFormat::named("human").unwrap();
        let mut report = LintReport::new(format, Layout::default());
        let piece = format.piece(&input, Layout::default());
        for _ in 0..2 {
            let _ = report.add(&piece);
        }
        report.pass_over(3);
        let totals = report.totals();
        assert_eq!((totals.errors, totals.warnings, totals.strings), (2, 2, 2));
        assert_eq!((totals.safe, totals.risky, totals.passed_over), (2, 2, 3));
        assert_eq!(totals.first, Some((Severity::Error, "SYN998")));
    }
}

//! A support bundle: what failed, as Markdown to paste into a request, without a secret in it.

use crate::human::{evidence, persistence};
use crate::markdown::{finding, prose};
use crate::printable::printable;
use crate::{Input, Masked};
use connlint_core::readings::{Column, Outcome, Reading, readings_of};
use connlint_core::triage::{Paste, Time, Timeline, Triage, duration};
use connlint_core::{Certainty, Found, LineIndex, Options, Span};
use std::fmt::Write as _;

/// How many lines of the error are shown.
const LINES: usize = 12;
/// How many outages are listed.
const OUTAGES: usize = 20;
/// How many strings are shown where no error says which one it is about.
const STRINGS: usize = 5;

/// What a support bundle is made of.
#[derive(Clone, Copy, Debug)]
pub struct Bundle<'a> {
    /// The text that was pasted.
    pub text: &'a str,
    /// What is said of it.
    pub paste: &'a Paste,
    /// With what that was found out.
    pub options: &'a Options,
    /// The parts of the text that may be shown besides its strings.
    pub shown: &'a [Span],
    /// What the probes saw, one entry for each that was asked.
    pub probes: &'a [ProbeReport],
    /// When the bundle is made, in UTC.
    pub made: Option<Time>,
}

/// What one probe saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProbeReport {
    /// The place that it looked from; empty where there is only one.
    pub from: String,
    /// What it concluded, and how its looks went if there were several: one sentence each.
    pub conclusions: Vec<String>,
    /// The stages that it went through.
    pub lines: Vec<ProbeLine>,
}

/// A stage of the probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeLine {
    /// Microseconds since its beginning.
    pub microseconds: u64,
    /// The stage, such as `TCP`.
    pub stage: &'static str,
    /// The address that it went to.
    pub address: Option<String>,
    /// How it ended, such as `ok`.
    pub state: &'static str,
    /// What it saw.
    pub text: String,
}

/// The bundle. Passwords are masked, and what connlint does not know is left out.
#[must_use]
pub fn bundle(bundle: &Bundle<'_>) -> String {
    let triage = &bundle.paste.triage;
    let mut out = format!("# {}\n\n", prose(&title(bundle)));
    let made = bundle
        .made
        .map_or_else(String::new, |time| format!(", {} UTC", time.text()));
    let _ = writeln!(
        out,
        "Made by connlint {}{made}. Passwords are masked; `…` stands for text that was left out.",
        env!("CARGO_PKG_VERSION")
    );
    if triage.failure.is_some() || bundle.paste.analysis.strings.is_empty() {
        out.push('\n');
        facts(triage, &mut out);
    }
    strings(bundle, &mut out);
    error(bundle, &mut out);
    if let Some(timeline) = &triage.timeline {
        when(timeline, &mut out);
    }
    for report in bundle.probes {
        probe(report, &mut out);
    }
    steps(triage, &mut out);
    out
}

/// What failed; without an error in the text, what the probe concluded, or what the string means.
fn title(bundle: &Bundle<'_>) -> String {
    let triage = &bundle.paste.triage;
    let concluded = || {
        bundle
            .probes
            .iter()
            .find_map(|report| report.conclusions.first())
    };
    if triage.failure.is_some() {
        triage.advice.summary.to_owned()
    } else if let Some(concluded) = concluded() {
        concluded.clone()
    } else if let Some(found) = bundle.paste.analysis.strings.first() {
        found.summary.clone()
    } else {
        triage.advice.summary.to_owned()
    }
}

fn facts(triage: &Triage, out: &mut String) {
    let mut row = |what: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "- {what}: {}", prose(value));
        }
    };
    if let Some(failure) = triage.failure {
        row(
            "Failure",
            &format!("{} {}", failure.rule.code, failure.rule.name),
        );
    }
    let sure = match triage.certainty {
        Certainty::Certain => "",
        Certainty::Likely => "; likely, not certain",
        Certainty::Depends => "; not certain: others say the same for other reasons",
    };
    row(
        "Category",
        &format!(
            "{}, {} ({}){sure}",
            triage.category().name(),
            triage.persistence().name(),
            persistence(triage.persistence())
        ),
    );
    row("SQLSTATE", triage.sqlstate.as_deref().unwrap_or_default());
    row(
        "Client library",
        triage.client.map_or("", connlint_core::Driver::label),
    );
    row("Named in the error", &evidence(&triage.evidence));
    if triage.count > 1 {
        row("Seen", &format!("{} times", triage.count));
    }
    for other in &triage.others {
        let failure = other.failure;
        row(
            "Also seen",
            &format!(
                "{} {}, {} times",
                failure.rule.code, failure.rule.name, other.count
            ),
        );
    }
}

fn strings(bundle: &Bundle<'_>, out: &mut String) {
    let strings = bundle.paste.analysis.strings.iter().enumerate();
    match bundle.paste.triage.string {
        Some(wanted) => {
            for (index, found) in strings.filter(|(index, _)| *index == wanted) {
                string(bundle, index, found, out);
            }
        }
        None => {
            for (index, found) in strings.take(STRINGS) {
                string(bundle, index, found, out);
            }
        }
    }
}

fn string(bundle: &Bundle<'_>, at: usize, found: &Found, out: &mut String) {
    let index = LineIndex::new(bundle.text);
    let input = Input {
        path: "-",
        text: bundle.text,
        analysis: &bundle.paste.analysis,
    };
    let text = Masked::new(&input);
    let lines = |span: Span| index.line_column(span.start).line..=index.line_column(span.end).line;
    let _ = writeln!(out, "\n## Connection string\n\n{}\n", prose(&found.summary));
    let shown: Vec<String> = lines(found.span).map(|line| text.line(line, &[])).collect();
    fenced(&shown, out);
    out.push('\n');
    for diagnostic in &found.diagnostics {
        finding(&index, diagnostic, out);
    }
    if found.diagnostics.is_empty() {
        out.push_str("- Nothing found.\n");
    }
    let readings = readings_of(bundle.text, at, bundle.options);
    let mut own = readings
        .iter()
        .filter(|r| r.driver == found.driver)
        .peekable();
    if own.peek().is_some() {
        let _ = writeln!(out, "\n### What {} does with it\n", found.driver.label());
    }
    for reading in own {
        self::reading(reading, out);
    }
}

/// A driver's reading in a line or two.
fn reading(reading: &Reading, out: &mut String) {
    let what = match reading.outcome {
        Outcome::Accepted => {
            let cells = Column::ALL.iter().filter_map(|column| {
                let value = reading.cell(*column)?;
                Some(format!("{} {}", column.heading(), prose(&value)))
            });
            cells.collect::<Vec<_>>().join(", ")
        }
        Outcome::Refused => {
            let error = reading.error.as_deref().unwrap_or("without a text");
            format!("refuses it: {}", prose(error))
        }
        Outcome::NotApplicable => "does not read this kind of string".to_owned(),
    };
    let _ = writeln!(out, "- {}: {what}", prose(reading.versions));
    if !reading.ignored.is_empty() {
        let _ = writeln!(out, "  - ignores {}", prose(&reading.ignored.join(", ")));
    }
}

/// The lines of the error, from the one that answers.
fn error(bundle: &Bundle<'_>, out: &mut String) {
    let Some(said_at) = bundle.paste.triage.said_at else {
        return;
    };
    let input = Input {
        path: "-",
        text: bundle.text,
        analysis: &bundle.paste.analysis,
    };
    let text = Masked::new(&input).and(bundle.shown);
    let first = text.index().line_column(said_at.start).line;
    let known = |line: &usize| {
        let span = text.index().line_span(*line);
        let next = bundle.shown.partition_point(|s| s.end <= span.start);
        bundle.shown.get(next).is_some_and(|s| s.start < span.end)
    };
    let lines: Vec<String> = (first..=text.index().lines())
        .take(LINES * 4)
        .filter(known)
        .take(LINES)
        .map(|line| text.line(line, &[]))
        .collect();
    out.push_str("\n## Error\n\n");
    fenced(&lines, out);
}

fn when(timeline: &Timeline, out: &mut String) {
    let zone = if timeline.utc {
        "Times are in UTC."
    } else {
        "Times are as in the log, which does not say its zone."
    };
    let _ = writeln!(out, "\n## When\n\n{} {zone}\n", timeline.words());
    out.push_str(
        "| first error | last error | at least | errors | failure |\n|---|---|---|---|---|\n",
    );
    for outage in timeline.outages.iter().take(OUTAGES) {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            outage.first.time.text(),
            outage.last.time.text(),
            duration(outage.seconds()),
            outage.count,
            outage.first.code
        );
    }
    if timeline.outages.len() > OUTAGES {
        let _ = writeln!(out, "\nand {} more", timeline.outages.len() - OUTAGES);
    }
}

fn probe(report: &ProbeReport, out: &mut String) {
    if report.lines.is_empty() && report.conclusions.is_empty() {
        return;
    }
    let from = match report.from.as_str() {
        "" => String::new(),
        place => format!(" from {}", prose(place)),
    };
    let _ = writeln!(out, "\n## Probe{from}\n");
    for conclusion in &report.conclusions {
        let _ = writeln!(out, "{}\n", prose(conclusion));
    }
    if report.lines.is_empty() {
        return;
    }
    out.push_str("| after | stage | address | state | what it saw |\n|---|---|---|---|---|\n");
    for line in &report.lines {
        let _ = writeln!(
            out,
            "| {}.{:03} s | {} | {} | {} | {} |",
            line.microseconds / 1_000_000,
            line.microseconds / 1000 % 1000,
            line.stage,
            prose(line.address.as_deref().unwrap_or_default()),
            line.state,
            prose(&line.text)
        );
    }
}

fn steps(triage: &Triage, out: &mut String) {
    if triage.advice.steps.is_empty() {
        return;
    }
    out.push_str("\n## Tried so far\n\n");
    for step in &triage.advice.steps {
        let _ = writeln!(out, "- [ ] {}", prose(&step.text));
    }
}

/// Lines as code, between fences longer than any in them.
fn fenced(lines: &[String], out: &mut String) {
    let ticks = lines
        .iter()
        .flat_map(|line| line.split(|c| c != '`'))
        .map(str::len)
        .max();
    let fence = "`".repeat(ticks.unwrap_or(0).max(2) + 1);
    let _ = writeln!(out, "{fence}text");
    for line in lines {
        let _ = writeln!(out, "{}", printable(line).trim_end());
    }
    let _ = writeln!(out, "{fence}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::triage::Catalogue;

    fn made(text: &str, probes: &[ProbeReport]) -> String {
        let catalogue = Catalogue::new();
        let options = Options::default();
        let paste = catalogue.paste(text, &options);
        let shown = catalogue.shown_parts(text, &paste.analysis);
        bundle(&Bundle {
            text,
            paste: &paste,
            options: &options,
            shown: &shown,
            probes,
            made: None,
        })
    }

    #[test]
    fn a_bundle_has_everything_and_no_password() {
        let text = "DATABASE_URL=postgresql://app:hunter2@db.example:5432/shop?sslmode=require\nAPI_KEY=sekrit99\n2024-07-24 14:29:20 UTC psql: error: connection to server at \"db.example\" (192.0.2.4), port 5432 failed: FATAL:  the database system is starting up";
        let line = ProbeLine {
            microseconds: 12_345,
            stage: "TCP",
            address: Some("192.0.2.4:5432".into()),
            state: "ok",
            text: "The port takes connections.".into(),
        };
        let report = ProbeReport {
            from: "Office".into(),
            conclusions: vec!["The server can be reached.".into()],
            lines: vec![line],
        };
        let out = made(text, &[report]);
        for part in [
            "# The server is starting up, shutting down or recovering.",
            "- Failure: ERR039 server-starting-or-stopping",
            "- SQLSTATE: 57P03",
            "postgresql://app:***@db.example:5432/shop?sslmode=require",
            "psql: error: connection to server at \"db.example\" (192.0.2.4), port 5432 failed: FATAL:  the database system is starting up",
            "| 2024-07-24 14:29:20 | 2024-07-24 14:29:20 | 0 s | 1 | ERR039 |",
            "### What libpq does with it",
            "## Probe from Office\n\nThe server can be reached.",
            "| 0.012 s | TCP | 192.0.2.4:5432 | ok | The port takes connections. |",
            "- [ ] Retry: a restart",
        ] {
            assert!(out.contains(part), "{part}\n\n{out}");
        }
        assert!(
            !out.contains("hunter2") && !out.contains("sekrit99"),
            "{out}"
        );
    }

    #[test]
    fn without_an_error_the_probe_or_the_string_gives_the_title() {
        let text = "postgresql://app:hunter2@db.example/shop?sslmode=requir";
        let out = made(text, &[]);
        let first = out.lines().next().unwrap();
        assert!(
            first.starts_with("# ") && !first.contains("knows no"),
            "{out}"
        );
        assert!(!out.contains("- Category"), "{out}");
        assert!(out.contains("refuses it: "), "{out}");
        let report = ProbeReport {
            conclusions: vec!["Nothing listens there.".into()],
            ..ProbeReport::default()
        };
        let out = made(text, &[report]);
        assert!(out.starts_with("# Nothing listens there.\n"), "{out}");
        assert!(!out.contains("hunter2"), "{out}");
    }

    #[test]
    fn what_the_error_repeats_of_the_password_is_left_out() {
        let out = made(
            "psql: error: invalid integer value \"hunter2@db.example:5432\" for connection option \"port\"",
            &[],
        );
        assert!(out.contains("invalid integer value"), "{out}");
        assert!(!out.contains("hunter2"), "{out}");
    }
}

//! What an error text tells, for people who have to get the connection going.

use super::advice::advice;
use super::excerpt::{Mark, draw, gutter};
use super::{BOLD, DIM, Layout, severity_style};
use crate::printable::printable;
use crate::{Input, Masked};
use connlint_core::triage::{Evidence, Paste, Persistence, PointsAt, Timeline, Triage, duration};
use connlint_core::{Certainty, Span};
use std::fmt::Write as _;

/// How many outages are listed.
const OUTAGES: usize = 10;

/// The answer to the error in `text`; `shown` are the parts of it that may be shown.
#[must_use]
pub fn triage(text: &str, paste: &Paste, shown: &[Span], layout: Layout) -> String {
    let triage = &paste.triage;
    let input = Input {
        path: "-",
        text,
        analysis: &paste.analysis,
    };
    let mut out = String::new();
    let summary = layout.wrap(triage.advice.summary, "", "");
    let _ = writeln!(out, "{}", layout.paint(BOLD, &summary));
    let _ = writeln!(
        out,
        "{}",
        layout.paint(DIM, &layout.wrap(&facts(triage), "  ", "  "))
    );
    out.push('\n');
    excerpt(&Masked::new(&input).and(shown), triage, layout, &mut out);
    let names = evidence(&triage.evidence);
    if !names.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            layout.wrap(&printable(&names), "It names: ", "  ")
        );
        out.push('\n');
    }
    out.push_str(&advice(&triage.advice, layout));
    if let Some(timeline) = &triage.timeline {
        when(timeline, layout, &mut out);
    }
    others(triage, layout, &mut out);
    if let Some(failure) = triage.failure {
        let _ = writeln!(out, "\nMore on it: connlint explain {}", failure.rule.code);
    }
    out
}

/// Code and name, how long it stays, how sure it is, who says it.
fn facts(triage: &Triage) -> String {
    let Some(failure) = triage.failure else {
        return "other".into();
    };
    let mut facts = vec![
        format!("{} {}", failure.rule.code, failure.rule.name),
        triage.category().name().into(),
        persistence(triage.persistence()).into(),
    ];
    match triage.certainty {
        Certainty::Certain => {}
        Certainty::Likely => facts.push("likely".into()),
        Certainty::Depends => facts.push("not sure: others say the same for other reasons".into()),
    }
    if let Some(state) = &triage.sqlstate {
        facts.push(format!("SQLSTATE {state}"));
    }
    if let Some(client) = triage.client {
        facts.push(format!("said by {}", client.label()));
    }
    if triage.count > 1 {
        facts.push(format!("{} times", triage.count));
    }
    facts.join(" · ")
}

/// Whether trying again helps, in words.
pub(crate) fn persistence(persistence: Persistence) -> &'static str {
    match persistence {
        Persistence::Transient => "it passes: try again",
        Persistence::Persistent => "it stays until something is changed",
        Persistence::Depends => "it may pass or stay",
    }
}

/// The line that says it, and the part of the string that it points at.
fn excerpt(text: &Masked<'_>, triage: &Triage, layout: Layout, out: &mut String) {
    let Some(said_at) = triage.said_at else {
        return;
    };
    let style = severity_style(
        triage
            .failure
            .map_or(connlint_core::Severity::Info, |f| f.rule.severity),
    );
    let mut marks = vec![Mark {
        span: first_line(text, said_at),
        character: '^',
        label: "",
        style,
    }];
    if let Some(place) = triage.place {
        marks.push(Mark {
            span: place,
            character: '~',
            label: pointer(triage.points_at()),
            style: DIM,
        });
    }
    let gutter = gutter(text, marks.iter().map(|m| m.span));
    out.push_str(&draw(text, &marks, gutter, layout));
    out.push('\n');
}

/// The part of a span on its first line.
fn first_line(text: &Masked<'_>, span: Span) -> Span {
    let line = text
        .index()
        .line_span(text.index().line_column(span.start).line);
    Span::new(span.start, span.end.min(line.end).max(span.start))
}

fn pointer(part: PointsAt) -> &'static str {
    match part {
        PointsAt::Host => "look at the host",
        PointsAt::Port => "look at the port",
        PointsAt::User => "look at the user",
        PointsAt::Password => "look at the password",
        PointsAt::Database => "look at the database",
        PointsAt::Sslmode => "look at TLS",
        PointsAt::None => "the server that is meant",
    }
}

/// What the text names, in one line.
pub(crate) fn evidence(evidence: &Evidence) -> String {
    let names = evidence.named().into_iter();
    let names: Vec<String> = names
        .map(|(what, value)| format!("{what} {value}"))
        .collect();
    names.join(", ")
}

/// The outages of a log.
fn when(timeline: &Timeline, layout: Layout, out: &mut String) {
    let zone = if timeline.utc { " (UTC)" } else { "" };
    let _ = writeln!(out, "\n{}", layout.paint(BOLD, &format!("When{zone}")));
    for outage in timeline.outages.iter().take(OUTAGES) {
        let _ = writeln!(
            out,
            "  {}  {:>9}  {:>4}x  {}",
            outage.first.time.text(),
            duration(outage.seconds()),
            outage.count,
            outage.first.code
        );
    }
    if timeline.outages.len() > OUTAGES {
        let _ = writeln!(out, "  … and {} more", timeline.outages.len() - OUTAGES);
    }
    let _ = writeln!(out, "{}", layout.wrap(&timeline.words(), "  ", "  "));
}

fn others(triage: &Triage, layout: Layout, out: &mut String) {
    if triage.others.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", layout.paint(BOLD, "Also in the text"));
    for other in &triage.others {
        let times = if other.count > 1 {
            format!(" ({} times)", other.count)
        } else {
            String::new()
        };
        let line = format!(
            "{}{times} {}",
            other.failure.rule.code,
            other.failure.summary()
        );
        let _ = writeln!(out, "{}", layout.wrap(&line, "  ", "    "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::Options;
    use connlint_core::triage::Catalogue;

    fn told(text: &str) -> String {
        let catalogue = Catalogue::new();
        let paste = catalogue.paste(text, &Options::default());
        let shown = catalogue.shown_parts(text, &paste.analysis);
        triage(text, &paste, &shown, Layout::default())
    }

    #[test]
    fn the_answer_comes_first_and_commands_stay_whole() {
        let text = told(
            "hunter2 psql: error: connection to server at \"shop.postgres.database.azure.com\" (192.0.2.1), port 5432 failed: FATAL:  no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"orders\", SSL on",
        );
        assert!(
            text.starts_with(
                "The server is there, and its access rules do not let this client in.\n"
            ),
            "{text}"
        );
        assert!(
            text.contains("ERR011 not-in-pg-hba · server-firewall · it stays"),
            "{text}"
        );
        assert!(
            text.contains("FATAL:  no pg_hba.conf entry for host"),
            "{text}"
        );
        assert!(text.contains("as the server sees it 203.0.113.7"), "{text}");
        let command = text.lines().find(|l| l.contains("$ az")).unwrap();
        assert!(command.ends_with("203.0.113.7"), "{command}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!text.contains("Try again"), "{text}");
    }

    #[test]
    fn the_string_beside_it_is_pointed_at() {
        let text = told(
            "psql: error: FATAL:  database \"shop\" does not exist\npostgresql://app:hunter2@db.example/shop",
        );
        assert!(text.contains("~~~~ look at the database"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[test]
    fn a_log_is_drawn() {
        let text = told("2024-07-24 14:29:20 UTC FATAL:  the database system is starting up");
        assert!(
            text.contains("When (UTC)\n  2024-07-24 14:29:20        0 s     1x  ERR039"),
            "{text}"
        );
        assert!(text.contains("Try again\n  wait 5 s"), "{text}");
    }
}

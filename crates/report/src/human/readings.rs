//! The readings of a string for people: one row a driver, what differs from most marked.

use super::{BOLD, DIM, Layout};
use anstyle::{AnsiColor, Style};
use connlint_core::HostView;
use connlint_core::readings::{Encrypted, Outcome, Reading, Tls};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

const DIFFERENT: Style = AnsiColor::Yellow.on_default().bold();
const REFUSED: Style = AnsiColor::Red.on_default();
const HEADINGS: [&str; 5] = ["driver", "connects to", "as", "database", "TLS"];
/// What stands before a cell that differs from most.
const MARK: char = '≠';

/// `readings` as a table.
#[must_use]
pub fn readings(readings: &[Reading], layout: Layout) -> String {
    let mut out = String::new();
    let accepted: Vec<(&Reading, [String; 5])> = readings
        .iter()
        .filter(|r| r.outcome == Outcome::Accepted)
        .map(|r| (r, cells(r)))
        .collect();
    let usual: Vec<Option<String>> = (0..5)
        .map(|column| most_common(accepted.iter().filter_map(|(_, cells)| cells.get(column))))
        .collect();
    table(&mut out, &accepted, &usual, layout);
    for reading in readings.iter().filter(|r| r.outcome == Outcome::Refused) {
        let words = reading.error.as_deref().unwrap_or("");
        let line = format!(
            "{}{}{words}",
            name(reading),
            if words.is_empty() { "" } else { ": " }
        );
        let _ = writeln!(
            out,
            "{}",
            layout.paint(REFUSED, &layout.wrap(&line, "refused by ", "    "))
        );
    }
    let others: Vec<String> = readings
        .iter()
        .filter(|r| r.outcome == Outcome::NotApplicable)
        .map(|r| r.driver.label().to_string())
        .collect();
    if !others.is_empty() {
        let mut others = others;
        others.dedup();
        let line = others.join(", ");
        let _ = writeln!(
            out,
            "{}",
            layout.paint(DIM, &layout.wrap(&line, "another dialect for ", "    "))
        );
    }
    notes(&mut out, &accepted, layout);
    out
}

fn table(
    out: &mut String,
    rows: &[(&Reading, [String; 5])],
    usual: &[Option<String>],
    layout: Layout,
) {
    if rows.is_empty() {
        return;
    }
    let widths: Vec<usize> = HEADINGS
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            rows.iter()
                .filter_map(|(_, cells)| cells.get(column))
                .map(|cell| cell.width())
                .chain([heading.width()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |cells: Vec<String>| cells.join("  ").trim_end().to_string();
    let pad = |text: &str, width: usize| {
        format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
    };
    let headings = HEADINGS
        .iter()
        .zip(&widths)
        .map(|(h, width)| format!("  {}", layout.paint(BOLD, &pad(h, *width))))
        .collect();
    let _ = writeln!(out, "{}", line(headings));
    for (_, cells) in rows {
        let shown = cells
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                let common = usual.get(column).and_then(Option::as_ref);
                let differs = column > 0 && common.is_some_and(|common| common != cell);
                let padded = pad(cell, *width);
                if differs {
                    format!("{MARK} {}", layout.paint(DIFFERENT, &padded))
                } else {
                    format!("  {padded}")
                }
            })
            .collect();
        let _ = writeln!(out, "{}", line(shown));
    }
    let _ = writeln!(out, "{MARK} differs from what most drivers do\n");
}

fn notes(out: &mut String, rows: &[(&Reading, [String; 5])], layout: Layout) {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    let mut tell = |what: String, who: String| match told.iter_mut().find(|(text, _)| *text == what)
    {
        Some((_, drivers)) => drivers.push(who),
        None => told.push((what, vec![who])),
    };
    for (reading, _) in rows {
        if !reading.ignored.is_empty() {
            tell(
                format!("ignores {}", reading.ignored.join(", ")),
                name(reading),
            );
        }
        if !reading.sent_to_server.is_empty() {
            tell(
                format!(
                    "sends to the server as a setting: {}",
                    reading.sent_to_server.join(", ")
                ),
                name(reading),
            );
        }
        for note in &reading.notes {
            tell((*note).to_string(), name(reading));
        }
    }
    for (what, who) in told {
        let line = format!("{}: {what}", who.join(", "));
        let _ = writeln!(out, "{}", layout.wrap(&line, "- ", "  "));
    }
}

fn name(reading: &Reading) -> String {
    format!("{} {}", reading.driver.label(), reading.versions)
}

fn cells(reading: &Reading) -> [String; 5] {
    let host = |h: &HostView| {
        let host = h.host.as_deref().unwrap_or("its default host");
        h.port
            .map_or_else(|| host.to_string(), |port| format!("{host}:{port}"))
    };
    let hosts: Vec<String> = reading.hosts.iter().map(host).collect();
    let hosts = if hosts.is_empty() {
        "its default host".into()
    } else {
        hosts.join(", ")
    };
    [
        name(reading),
        hosts,
        reading.user.clone().unwrap_or_else(|| "–".into()),
        reading.database.clone().unwrap_or_else(|| "–".into()),
        reading.tls.map_or_else(String::new, tls),
    ]
}

fn tls(tls: Tls) -> String {
    let when = match tls.encrypted {
        Encrypted::Always => "always",
        Encrypted::IfOffered => "if offered",
        Encrypted::IfRequired => "if required",
        Encrypted::Never => return "never".into(),
    };
    let what = match (tls.chain, tls.host_name) {
        (true, true) => "certificate and name checked",
        (true, false) => "certificate checked",
        _ => "unchecked",
    };
    format!("{when}, {what}")
}

/// The value that stands there most often, the first of several.
fn most_common<'a>(values: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut counts: BTreeMap<&String, (usize, usize)> = BTreeMap::new();
    for (order, value) in values.enumerate() {
        let entry = counts.entry(value).or_insert((0, order));
        entry.0 += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(_, (count, order))| (*count, usize::MAX - order))
        .map(|(value, _)| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::Options;
    use connlint_core::readings::readings as read;

    #[test]
    fn differences_are_marked() {
        let rows = read(
            "postgresql://app:Zq7xKw@db.example/shop?sslmode=require",
            &Options::default(),
        );
        let text = readings(&rows, Layout::default());
        let line = |driver: &str| {
            text.lines()
                .find(|l| l.contains(driver))
                .unwrap_or_default()
                .to_string()
        };
        assert!(line("libpq 15").ends_with("always, unchecked"), "{text}");
        assert!(
            line("node-postgres 8").contains("≠ always, certificate and name checked"),
            "{text}"
        );
        assert!(line("Ecto").contains("≠ never"), "{text}");
        assert!(
            text.contains("another dialect for Npgsql, pgJDBC, R2DBC, psqlODBC"),
            "{text}"
        );
        assert!(!text.contains("Zq7xKw"), "{text}");
    }
}

//! The readings of a string for people: one row a driver, what differs from most marked.

use super::{BOLD, DIM, Layout};
use anstyle::{AnsiColor, Style};
use connlint_core::readings::{Column, Outcome, Reading, differing};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

const DIFFERENT: Style = AnsiColor::Yellow.on_default().bold();
const REFUSED: Style = AnsiColor::Red.on_default();
/// What stands before a cell that differs from most.
const MARK: char = '≠';

/// `readings` as a table.
#[must_use]
pub fn readings(readings: &[Reading], layout: Layout) -> String {
    let mut out = String::new();
    let differs = Column::ALL.map(|column| differing(readings, column));
    let rows: Vec<Row<'_>> = readings
        .iter()
        .enumerate()
        .filter(|(_, r)| r.outcome == Outcome::Accepted)
        .map(|(index, r)| Row::new(r, differs.each_ref().map(|d| d.get(index) == Some(&true))))
        .collect();
    table(&mut out, &rows, layout);
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
    notes(&mut out, &rows, layout);
    out
}

/// A line of the table: what stands in each column, and whether it is marked.
struct Row<'a> {
    reading: &'a Reading,
    cells: [(String, bool); 5],
}

impl<'a> Row<'a> {
    fn new(reading: &'a Reading, differs: [bool; 4]) -> Self {
        let cell = |column: Column| {
            reading.cell(column).unwrap_or_else(|| match column {
                Column::Hosts => "its default host".into(),
                Column::User | Column::Database => "–".into(),
                Column::Tls => String::new(),
            })
        };
        let [hosts, user, database, tls] = Column::ALL.map(cell);
        let [a, b, c, d] = differs;
        Self {
            reading,
            cells: [
                (name(reading), false),
                (hosts, a),
                (user, b),
                (database, c),
                (tls, d),
            ],
        }
    }
}

fn table(out: &mut String, rows: &[Row<'_>], layout: Layout) {
    if rows.is_empty() {
        return;
    }
    let [hosts, user, database, tls] = Column::ALL.map(Column::heading);
    let headings = ["driver", hosts, user, database, tls];
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            rows.iter()
                .filter_map(|row| row.cells.get(column))
                .map(|(cell, _)| cell.width())
                .chain([heading.width()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |cells: Vec<String>| cells.join("  ").trim_end().to_string();
    let pad = |text: &str, width: usize| {
        format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
    };
    let headings = headings
        .iter()
        .zip(&widths)
        .map(|(h, width)| format!("  {}", layout.paint(BOLD, &pad(h, *width))))
        .collect();
    let _ = writeln!(out, "{}", line(headings));
    for row in rows {
        let shown = row
            .cells
            .iter()
            .zip(&widths)
            .map(|((cell, differs), width)| {
                let padded = pad(cell, *width);
                if *differs {
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

fn notes(out: &mut String, rows: &[Row<'_>], layout: Layout) {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    let mut tell = |what: String, who: String| match told.iter_mut().find(|(text, _)| *text == what)
    {
        Some((_, drivers)) => drivers.push(who),
        None => told.push((what, vec![who])),
    };
    for Row { reading, .. } in rows {
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

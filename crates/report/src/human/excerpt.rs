//! Draws a line of the user's text with a mark under the characters that a finding is about.

use super::{FRAME, Layout};
use crate::masked::{Cell, Masked};
use anstyle::Style;
use connlint_core::Span;
use std::fmt::Write as _;

/// What is drawn under the text.
pub(super) struct Mark<'a> {
    pub(super) span: Span,
    pub(super) character: char,
    pub(super) label: &'a str,
    pub(super) style: Style,
}

/// The lines on which the marks' spans begin, in a frame, with the marks under them.
///
/// A line that is too long for the layout is cut on both sides so that its first mark stays in sight.
pub(super) fn draw(text: &Masked<'_>, marks: &[Mark<'_>], gutter: usize, layout: Layout) -> String {
    let mut lines: Vec<(usize, Vec<&Mark<'_>>)> = Vec::new();
    for mark in marks {
        let number = text.index().line_column(mark.span.start).line;
        match lines.iter_mut().find(|(line, _)| *line == number) {
            Some((_, marks)) => marks.push(mark),
            None => lines.push((number, vec![mark])),
        }
    }
    let bar = layout.paint(FRAME, "|");
    let mut out = String::new();
    for (number, marks) in lines {
        let reveal: Vec<Span> = marks.iter().map(|mark| mark.span).collect();
        let cells = text.cells_near(text.index().line_span(number), reveal[0], &reveal);
        let room = layout.width.saturating_sub(gutter + 3).max(20);
        let view = Window::new(&cells, columns(&cells, reveal[0]), room);
        let _ = writeln!(out, "{:gutter$} {bar}", "");
        let _ = writeln!(
            out,
            "{} {bar} {}",
            layout.paint(FRAME, &format!("{number:>gutter$}")),
            view.line.trim_end()
        );
        for mark in marks {
            let (start, end) = view.place(columns(&cells, mark.span));
            let mut under = mark.character.to_string().repeat(end - start);
            if !mark.label.is_empty() {
                under.push(' ');
                under.push_str(mark.label);
            }
            let under = layout.paint(mark.style, &under);
            let _ = writeln!(out, "{:gutter$} {bar} {:start$}{under}", "", "");
        }
    }
    out
}

/// How many cells the widest of the line numbers takes.
pub(super) fn gutter(text: &Masked<'_>, spans: impl Iterator<Item = Span>) -> usize {
    spans
        .map(|span| text.index().line_column(span.start).line)
        .max()
        .unwrap_or(1)
        .to_string()
        .len()
        .max(2)
}

/// The columns (from 0, end exclusive) that `span` takes in the shown line.
fn columns(cells: &[Cell], span: Span) -> (usize, usize) {
    let mut at = 0;
    let mut found: Option<(usize, usize)> = None;
    for cell in cells {
        let hit = if span.is_empty() {
            found.is_none() && cell.source.start <= span.start && span.start < cell.source.end
        } else {
            cell.source.overlaps(span)
        };
        if hit {
            let width = if span.is_empty() { 1 } else { cell.width };
            let (start, _) = found.unwrap_or((at, at));
            found = Some((start, at + width));
        }
        at += cell.width;
    }
    // Behind the last character: the line's end.
    let (start, end) = found.unwrap_or((at, at + 1));
    (start, end.max(start + 1))
}

/// The part of a line that fits the layout.
struct Window {
    line: String,
    /// How many columns of the line were left out at its beginning.
    cut: usize,
    /// How many columns stand in their place.
    sign: usize,
    room: usize,
}

impl Window {
    /// The part of at most `room` columns in which the columns from `start` to `end` can be seen.
    fn new(cells: &[Cell], (start, end): (usize, usize), room: usize) -> Self {
        const CUT: &str = "…";
        let total: usize = cells.iter().map(|c| c.width).sum();
        let mut view = Self {
            line: String::new(),
            cut: 0,
            sign: 0,
            room,
        };
        if total.max(end) <= room {
            view.line = cells.iter().map(|c| c.text.as_str()).collect();
            return view;
        }
        // One column is kept on each side for the sign that something was left out.
        let inner = room.saturating_sub(2);
        let from = if end <= inner {
            0
        } else {
            start
                .saturating_sub(inner.saturating_sub(end - start) / 2)
                .min(total.max(end).saturating_sub(inner))
        };
        let mut at = 0;
        for cell in cells {
            if at < from {
                view.cut = at + cell.width;
                view.sign = 1;
            } else if at + cell.width > view.cut + inner {
                view.line.push_str(CUT);
                break;
            } else {
                view.line.push_str(&cell.text);
            }
            at += cell.width;
        }
        if view.sign == 1 {
            view.line.insert_str(0, CUT);
        }
        view
    }

    /// Where the columns from `start` to `end` of the line are seen; what is out of sight is at the edge.
    fn place(&self, (start, end): (usize, usize)) -> (usize, usize) {
        let seen = |column: usize| (column + self.sign).saturating_sub(self.cut);
        let start = seen(start).min(self.room - 1);
        (start, seen(end).clamp(start + 1, self.room))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;
    use connlint_core::{Options, lint};

    /// Draws the first place of `needle` in `text`.
    fn drawn(text: &str, needle: &str, width: usize) -> String {
        let analysis = lint(text, &Options::default());
        let masked = Masked::new(&Input {
            path: "-",
            text,
            analysis: &analysis,
        });
        let start = text.find(needle).unwrap();
        let mark = Mark {
            span: Span::new(start, start + needle.len()),
            character: '^',
            label: "",
            style: Style::new(),
        };
        let layout = Layout {
            colour: false,
            width,
        };
        draw(&masked, &[mark], 2, layout)
    }

    #[test]
    fn the_mark_stands_under_the_masked_line() {
        assert_eq!(
            drawn("postgresql://u:longpassword@h.example/db", "h.example", 100),
            "   |\n 1 | postgresql://u:***@h.example/db\n   |                    ^^^^^^^^^\n"
        );
        assert_eq!(
            drawn("postgresql://u:long@password@h.example/db", "@", 100),
            "   |\n 1 | postgresql://u:***@***@h.example/db\n   |                   ^\n"
        );
        assert_eq!(
            drawn(
                "postgresql://u:longpassword@h.example/db",
                "longpassword",
                100
            ),
            "   |\n 1 | postgresql://u:***@h.example/db\n   |                ^^^\n"
        );
    }

    #[test]
    fn wide_characters_and_tabs_keep_their_cells() {
        assert_eq!(
            drawn("\tpostgresql://日本:x@h.example/db", "h.example", 100),
            "   |\n 1 |     postgresql://日本:***@h.example/db\n   |                           ^^^^^^^^^\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_round_the_mark() {
        let text = format!(
            "postgresql://u@h.example/db?application_name={}&sslmode=require&options={}",
            "a".repeat(100),
            "b".repeat(100)
        );
        let drawing = drawn(&text, "sslmode", 60);
        let lines: Vec<&str> = drawing.lines().collect();
        assert!(lines.iter().all(|l| l.chars().count() <= 60), "{drawing}");
        let mark = lines[2].find('^').unwrap();
        let shown: String = lines[1].chars().skip(mark).take(7).collect();
        assert_eq!(shown, "sslmode", "{drawing}");
        assert!(
            lines[1].contains("| …") && lines[1].ends_with('…'),
            "{drawing}"
        );
    }

    #[test]
    fn of_a_huge_line_only_what_is_near_is_drawn() {
        let text = format!(
            "postgresql://u:{}@h.example/db?application_name={}",
            "pä".repeat(20_000),
            "ü".repeat(20_000)
        );
        assert_eq!(
            drawn(&text, "h.example", 60),
            format!(
                "   |\n 1 | …***@h.example/db?application_name={}…\n   |      ^^^^^^^^^\n",
                "ü".repeat(18)
            )
        );
    }

    #[test]
    fn an_insertion_at_the_end_is_marked_behind_the_text() {
        let text = "postgresql://u@h.example/db";
        let analysis = lint(text, &Options::default());
        let masked = Masked::new(&Input {
            path: "-",
            text,
            analysis: &analysis,
        });
        let mark = Mark {
            span: Span::empty(text.len()),
            character: '^',
            label: "here",
            style: Style::new(),
        };
        assert_eq!(
            draw(&masked, &[mark], 1, Layout::default()),
            format!("  |\n1 | {text}\n  | {:27}^ here\n", "")
        );
    }
}

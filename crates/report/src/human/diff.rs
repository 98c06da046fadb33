//! What a fix would change, as a unified diff with its secrets masked.

use super::{BOLD, FRAME, Layout};
use crate::printable::printable;
use crate::{Input, Masked};
use anstyle::{AnsiColor, Style};
use connlint_core::Span;
use similar::{ChangeTag, DiffOp, DiffTag, TextDiff};
use std::fmt::Write as _;
use std::ops::Range;

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();

/// The lines in which `after` differs from `before`; empty if they are the same.
///
/// Only the connection strings of a line are shown. Inside a password, a separator that is replaced is shown with what
/// replaces it, and nothing else; so the diff is for reading, not for `patch`.
#[must_use]
pub fn diff(before: &Input<'_>, after: &Input<'_>, layout: Layout) -> String {
    if before.text == after.text {
        return String::new();
    }
    let lines = TextDiff::from_lines(before.text, after.text);
    let (old, new) = (Masked::new(before), Masked::new(after));
    let path = printable(before.path);
    let mut out = String::new();
    let _ = writeln!(out, "{}", layout.paint(BOLD, &format!("--- {path}")));
    let _ = writeln!(
        out,
        "{}",
        layout.paint(BOLD, &format!("+++ {path} (fixed)"))
    );
    for op in lines.ops().iter().filter(|op| op.tag() != DiffTag::Equal) {
        let header = format!(
            "@@ -{} +{} @@",
            range(&op.old_range()),
            range(&op.new_range())
        );
        let _ = writeln!(out, "{}", layout.paint(FRAME, &header));
        let changed = Changed::new(before.text, after.text, op, &old, &new);
        for line in op.old_range() {
            let text = format!("-{}", old.line(line + 1, &changed.removed));
            let _ = writeln!(out, "{}", layout.paint(REMOVED, &text));
        }
        for line in op.new_range() {
            let text = format!("+{}", new.line(line + 1, &changed.added));
            let _ = writeln!(out, "{}", layout.paint(ADDED, &text));
        }
    }
    out
}

/// A hunk's lines as unified diffs write them: `3` or `3,2`.
fn range(lines: &Range<usize>) -> String {
    match lines.len() {
        1 => (lines.start + 1).to_string(),
        0 => format!("{},0", lines.start),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// The characters of a hunk that differ, one span each, in the coordinates of their text.
struct Changed {
    removed: Vec<Span>,
    added: Vec<Span>,
}

impl Changed {
    fn new(before: &str, after: &str, op: &DiffOp, old: &Masked<'_>, new: &Masked<'_>) -> Self {
        let old = block(old, &op.old_range());
        let new = block(new, &op.new_range());
        let (old_text, new_text) = (text(before, old), text(after, new));
        let mut changed = Self {
            removed: Vec::new(),
            added: Vec::new(),
        };
        let (mut old_at, mut new_at) = (0, 0);
        let mut run: (Range<usize>, Range<usize>) = (0..0, 0..0);
        let characters = TextDiff::from_chars(old_text, new_text);
        for change in characters.iter_all_changes() {
            let len = change.value().len();
            match change.tag() {
                ChangeTag::Equal => {
                    changed.take(old_text, new_text, old, new, &run);
                    old_at += len;
                    new_at += len;
                    run = (old_at..old_at, new_at..new_at);
                }
                ChangeTag::Delete => {
                    old_at += len;
                    run.0.end = old_at;
                }
                ChangeTag::Insert => {
                    new_at += len;
                    run.1.end = new_at;
                }
            }
        }
        changed.take(old_text, new_text, old, new, &run);
        changed
    }

    fn take(
        &mut self,
        old_text: &str,
        new_text: &str,
        old: Span,
        new: Span,
        run: &(Range<usize>, Range<usize>),
    ) {
        self.removed.extend(pieces(old_text, &run.0, old.start));
        self.added.extend(pieces(new_text, &run.1, new.start));
    }
}

/// The bytes that the lines `lines` (from 0) take.
fn block(masked: &Masked<'_>, lines: &Range<usize>) -> Span {
    if lines.is_empty() {
        return Span::default();
    }
    Span::new(
        masked.index().line_span(lines.start + 1).start,
        masked.index().line_span(lines.end).end,
    )
}

fn text(whole: &str, span: Span) -> &str {
    connlint_core::text::slice(whole, span)
}

/// Each character or percent-encoded byte of `run` in `text`, which begins at byte `start` of the whole.
fn pieces(text: &str, run: &Range<usize>, start: usize) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = run.start;
    while at < run.end {
        let rest = text.get(at..run.end).unwrap_or("");
        let encoded = rest.starts_with('%')
            && rest
                .get(1..3)
                .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let len = if encoded {
            3
        } else {
            rest.chars().next().map_or(run.end - at, char::len_utf8)
        };
        out.push(Span::new(at, at + len).shifted(start));
        at += len;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::{Options, lint};

    fn drawn(before: &str, after: &str) -> String {
        let options = Options::default();
        let (old, new) = (lint(before, &options), lint(after, &options));
        let input = |text, analysis| Input {
            path: "x.env",
            text,
            analysis,
        };
        diff(&input(before, &old), &input(after, &new), Layout::default())
    }

    #[test]
    fn only_what_changes_is_shown_of_a_password() {
        let before = "TOKEN=private\nSECRET=x A=postgresql://u:hun@ter2@h.example/db\nB=1\n";
        let after = "TOKEN=private\nSECRET=x A=postgresql://u:hun%40ter2@h.example/db\nB=1\n";
        assert_eq!(
            drawn(before, after),
            "--- x.env\n+++ x.env (fixed)\n@@ -2 +2 @@\n-…postgresql://u:***@***@h.example/db\n+…postgresql://u:***%40***@h.example/db\n"
        );
    }

    #[test]
    fn several_lines_and_no_change() {
        assert_eq!(drawn("a", "a"), "");
        let before = "postgresql://u:p@h/a\n\npostgresql://u:p@h/b\n";
        let after = "postgresql://u:p@h/c\n\npostgresql://u:p@h/b?sslmode=require\n";
        assert_eq!(
            drawn(before, after),
            "--- x.env\n+++ x.env (fixed)\n@@ -1 +1 @@\n-postgresql://u:***@h/a\n+postgresql://u:***@h/c\n@@ -3 +3 @@\n-postgresql://u:***@h/b\n+postgresql://u:***@h/b?sslmode=require\n"
        );
    }
}

//! What a fix would change, line by line, as it may be shown: the changed characters, what stands round them, no secret.

use connlint_core::order::Order as _;
use connlint_core::redact::Redactor;
use connlint_core::text::slice;
use connlint_core::{Analysis, Edit, LineIndex, Span};

/// How much is shown on each side of a change, in characters.
const NEAR: usize = 32;
/// How much of a changed piece is shown, in characters.
const MOST: usize = 64;
/// What stands for text that is left out.
const CUT: &str = "…";

/// A line of the preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether it goes or comes.
    pub side: Side,
    /// What is in it.
    pub pieces: Vec<Piece>,
}

/// Which text a line is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The text as it is.
    Before,
    /// The text with the fix.
    After,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whether the fix changes it.
    pub changed: bool,
    /// What is shown of it.
    pub text: String,
}

/// Shows what fixes change in a text. It knows the text's lines, strings and secrets: one is enough for all fixes.
pub struct Preview<'a> {
    text: &'a str,
    index: LineIndex<'a>,
    redactor: Redactor,
    strings: Vec<Span>,
}

impl<'a> Preview<'a> {
    /// What is needed to show a change of `text`.
    #[must_use]
    pub fn new(text: &'a str, analysis: &Analysis) -> Self {
        Self {
            text,
            index: LineIndex::new(text),
            redactor: analysis.redactor(),
            strings: analysis.strings.iter().map(|found| found.span).collect(),
        }
    }

    /// The lines of the text.
    #[must_use]
    pub const fn index(&self) -> &LineIndex<'a> {
        &self.index
    }

    /// The lines that `edits` change, each before and after.
    #[must_use]
    pub fn lines(&self, edits: &[Edit]) -> Vec<Line> {
        let mut sorted: Vec<&Edit> = edits.iter().collect();
        sorted.order_by_key(|edit| (edit.span.start, edit.span.end));
        let mut lines = Vec::new();
        let mut hunk: Vec<&Edit> = Vec::new();
        let mut end = 0;
        for edit in sorted {
            let first = self.index.line_column(edit.span.start).line;
            if first > end && !hunk.is_empty() {
                lines.extend(self.hunk(&hunk));
                hunk.clear();
            }
            end = end.max(self.index.line_column(edit.span.end).line);
            hunk.push(edit);
        }
        if !hunk.is_empty() {
            lines.extend(self.hunk(&hunk));
        }
        lines
    }

    /// The lines of changes that stand together: first all as they are, then all as they will be.
    fn hunk(&self, edits: &[&Edit]) -> Vec<Line> {
        let index = &self.index;
        let (Some(first), Some(last)) = (edits.first(), edits.last()) else {
            return Vec::new();
        };
        let end = edits.iter().map(|edit| edit.span.end).max();
        let end = end.unwrap_or(last.span.end);
        let start = index
            .line_span(index.line_column(first.span.start).line)
            .start;
        let end = index.line_span(index.line_column(end).line).end;
        let (mut before, mut after) = (Pieces::default(), Pieces::default());
        let mut at = start;
        for (nth, edit) in edits.iter().enumerate() {
            let same = Span::new(at, edit.span.start.max(at));
            for side in [&mut before, &mut after] {
                side.same(&self.near(same, nth > 0, true));
            }
            before.changed(slice(self.text, edit.span));
            after.changed(&edit.text);
            at = edit.span.end.max(at);
        }
        let rest = Span::new(at, end.max(at));
        for side in [&mut before, &mut after] {
            side.same(&self.near(rest, true, false));
        }
        let of = |side, pieces: Pieces| {
            let changed = |line: &Vec<Piece>| line.iter().any(|piece| piece.changed);
            let lines = pieces.lines.into_iter();
            // Where a line is cut in two, one part may be as it was.
            let lines = lines.filter(move |line| changed(line) || !line.is_empty());
            lines.map(move |pieces| Line { side, pieces })
        };
        let mut lines: Vec<Line> = of(Side::Before, before).collect();
        lines.extend(of(Side::After, after));
        lines
    }

    /// Unchanged text between two changes, or from a change to the end of a line: what is near to them.
    fn near(&self, span: Span, changed_before: bool, changed_behind: bool) -> String {
        let shown = self.shown(span);
        let count = shown.chars().count();
        let (head, tail) = (
            if changed_before { NEAR } else { 0 },
            if changed_behind { NEAR } else { 0 },
        );
        if count <= head + tail + 1 {
            return shown;
        }
        let start: String = shown.chars().take(head).collect();
        let end: String = shown.chars().skip(count - tail).collect();
        format!("{start}{CUT}{end}")
    }

    /// The text of `span`: secrets masked, what belongs to no connection string left out.
    fn shown(&self, span: Span) -> String {
        let mut out = String::new();
        let mut at = span.start;
        for string in self.strings.iter().filter(|string| string.overlaps(span)) {
            let inside = Span::new(string.start.max(at), string.end.min(span.end));
            self.outside(Span::new(at, inside.start.max(at)), &mut out);
            out.push_str(&self.redactor.show(self.text, inside));
            at = inside.end.max(at);
        }
        self.outside(Span::new(at, span.end.max(at)), &mut out);
        out
    }

    /// Signs and blanks round a string tell nothing; all else stays out of sight.
    fn outside(&self, span: Span, out: &mut String) {
        let text = slice(self.text, span);
        let plain = |c: char| c.is_whitespace() || c.is_ascii_punctuation();
        if text.chars().all(plain) {
            out.push_str(text);
        } else {
            out.push_str(CUT);
        }
    }
}

/// Pieces, line by line.
struct Pieces {
    lines: Vec<Vec<Piece>>,
}

impl Default for Pieces {
    fn default() -> Self {
        Self {
            lines: vec![Vec::new()],
        }
    }
}

impl Pieces {
    fn same(&mut self, text: &str) {
        self.add(text, false);
    }

    fn changed(&mut self, text: &str) {
        self.add(text, true);
    }

    fn add(&mut self, text: &str, changed: bool) {
        for (nth, part) in text.split('\n').enumerate() {
            if nth > 0 {
                if changed && let Some(line) = self.lines.last_mut() {
                    // A line break that goes or comes is to be seen.
                    line.push(Piece {
                        changed,
                        text: "↵".into(),
                    });
                }
                self.lines.push(Vec::new());
            }
            if let Some(line) = self.lines.last_mut().filter(|_| !part.is_empty()) {
                line.push(Piece {
                    changed,
                    text: shorten(part),
                });
            }
        }
    }
}

fn shorten(text: &str) -> String {
    let count = text.chars().count();
    if count <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST / 2).collect();
    let tail: String = text.chars().skip(count - MOST / 2).collect();
    format!("{head}{CUT}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::{Applicability, Options, lint};

    /// The preview as text: `-` before, `+` after, changes in brackets.
    fn drawn(text: &str, edits: &[Edit]) -> Vec<String> {
        let analysis = lint(text, &Options::default());
        let lines = Preview::new(text, &analysis).lines(edits);
        lines
            .iter()
            .map(|line| {
                let sign = match line.side {
                    Side::Before => '-',
                    Side::After => '+',
                };
                let piece = |piece: &Piece| match piece.changed {
                    true => format!("[{}]", piece.text),
                    false => piece.text.clone(),
                };
                format!(
                    "{sign}{}",
                    line.pieces.iter().map(piece).collect::<String>()
                )
            })
            .collect()
    }

    fn first_fix(text: &str, code: &str) -> Vec<Edit> {
        let analysis = lint(text, &Options::default());
        let diagnostic = analysis.diagnostics().find(|d| d.code() == code).unwrap();
        diagnostic.fixes[0].edits.clone()
    }

    #[test]
    fn a_change_is_shown_in_its_line_without_the_password() {
        let text = "postgresql://app@shop:Gr33nTea@db.example/db";
        assert_eq!(
            drawn(text, &first_fix(text, "SYN003")),
            [
                "-postgresql://app[@]shop:***@db.example/db",
                "+postgresql://app[%40]shop:***@db.example/db"
            ]
        );
    }

    #[test]
    fn inside_a_password_only_the_changed_character_is_shown() {
        let text = "TOKEN=private\nA=postgresql://u:hun@ter2@h.example/db\nB=secret\n";
        assert_eq!(
            drawn(text, &first_fix(text, "SYN003")),
            [
                "-…postgresql://u:***[@]***@h.example/db",
                "+…postgresql://u:***[%40]***@h.example/db"
            ]
        );
    }

    #[test]
    fn a_long_line_is_cut_away_from_the_change() {
        let name = "a".repeat(200);
        let text = format!("postgresql://u@db.example/shop?sslmode=requir&application_name={name}");
        let at = text.find("requir").unwrap();
        let edits = [Edit::replace(Span::new(at, at + 6), "require")];
        let lines = drawn(&text, &edits);
        assert_eq!(lines.len(), 2);
        assert!(
            lines[1].starts_with("+…") && lines[1].ends_with('…'),
            "{lines:?}"
        );
        assert!(lines[1].chars().count() < 90, "{lines:?}");
    }

    #[test]
    fn changes_in_one_line_are_one_pair_and_far_ones_another() {
        let text = "postgresql://h/a?x=1&y=2\n\npostgresql://h/b?z=3\n";
        let at = |what: &str| text.find(what).unwrap();
        let edits = [
            Edit::replace(Span::new(at("1"), at("1") + 1), "9"),
            Edit::replace(Span::new(at("2"), at("2") + 1), "8"),
            Edit::delete(Span::new(at("?z=3"), at("?z=3") + 4)),
        ];
        assert_eq!(
            drawn(text, &edits),
            [
                "-postgresql://h/a?x=[1]&y=[2]",
                "+postgresql://h/a?x=[9]&y=[8]",
                "-postgresql://h/b[?z=3]",
                "+postgresql://h/b",
            ]
        );
    }

    #[test]
    fn a_line_break_that_goes_is_to_be_seen() {
        let text = "postgresql://app@db.example/\nshop";
        let at = text.find('\n').unwrap();
        let lines = drawn(text, &[Edit::delete(Span::new(at, at + 1))]);
        assert!(lines[0].ends_with("[↵]"), "{lines:?}");
        assert_eq!(lines.iter().filter(|l| l.starts_with('+')).count(), 1);
    }

    #[test]
    fn no_preview_of_a_safe_fix_shows_a_password() {
        for text in [
            "postgresql://app:Gr33n@Tea#9@db.example/db?sslmode=required",
            "host=db.example user=app password='Gr33n Tea' sslmode=on",
            "Server=db.example;User Id=app;Password=Gr33n;Tea=1;Ssl Mode=require;",
        ] {
            let analysis = lint(text, &Options::default());
            let fixes = analysis.diagnostics().flat_map(|d| &d.fixes);
            for fix in fixes.filter(|f| f.applicability == Applicability::Safe) {
                let lines = drawn(text, &fix.edits).concat();
                assert!(!lines.contains("Gr33n"), "{lines}");
            }
        }
    }
}

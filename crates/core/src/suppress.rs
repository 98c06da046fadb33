//! Comments that silence findings: `# connlint: ignore SYN003`, in whatever way the text writes comments.
//!
//! Behind something, the comment is about its own line; alone on a line, about the next one that is neither blank nor such a
//! comment. `ignore-file` is about the whole text. Without codes, everything is silenced.

use crate::diagnostics::Diagnostic;
use crate::policy::Pick;
use crate::text::Span;
use alloc::vec::Vec;

const MARK: &str = "connlint:";

/// What a comment begins with, in the languages that connection strings stand in; longer ones first.
const COMMENTS: &[&str] = &["<!--", "{{/*", "/*", "#", "//", "--", ";", "*", "'", "%"];

/// What ends the codes.
const ENDS: &[&str] = &["-->", "*/", "--", "#"];

/// The comments of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suppressions {
    /// In order: the line that a comment is about, and which rules; none for all.
    lines: Vec<(Span, Vec<Pick>)>,
    /// What is silenced in the whole text, each once; `Some` of nothing is everything.
    whole: Option<Vec<Pick>>,
}

impl Suppressions {
    /// Looks through `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut out = Self::default();
        if !text.contains(MARK) {
            return out;
        }
        // A comment alone on its line waits for the line that it is about.
        let mut waiting: Vec<Vec<Pick>> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let span = Span::new(at, at + line.len());
            at = span.end;
            match comment(line) {
                Some(found) if found.whole_text => out.everywhere(found.picks),
                Some(found) if found.alone => waiting.push(found.picks),
                Some(found) => out.lines.push((span, found.picks)),
                None if line.trim().is_empty() => {}
                None => out
                    .lines
                    .extend(waiting.drain(..).map(|picks| (span, picks))),
            }
        }
        out
    }

    /// Takes out what the comments silence, and says how many that were.
    pub(crate) fn silence(&self, diagnostics: &mut Vec<Diagnostic>) -> usize {
        let before = diagnostics.len();
        diagnostics.retain(|d| !self.cover(d));
        before - diagnostics.len()
    }

    fn everywhere(&mut self, picks: Vec<Pick>) {
        match &mut self.whole {
            Some(all) if all.is_empty() => {}
            Some(all) if !picks.is_empty() => {
                all.extend(
                    picks
                        .into_iter()
                        .filter(|p| !all.contains(p))
                        .collect::<Vec<_>>(),
                );
            }
            whole => *whole = Some(picks),
        }
    }

    fn cover(&self, diagnostic: &Diagnostic) -> bool {
        let about =
            |picks: &[Pick]| picks.is_empty() || picks.iter().any(|pick| pick.is(diagnostic.rule));
        let at = diagnostic.span.start;
        let first = self.lines.partition_point(|(line, _)| line.end <= at);
        self.whole.as_deref().is_some_and(about)
            || self
                .lines
                .iter()
                .skip(first)
                .take_while(|(line, _)| line.start <= at)
                .any(|(_, picks)| about(picks))
    }
}

struct Comment {
    picks: Vec<Pick>,
    alone: bool,
    whole_text: bool,
}

fn comment(line: &str) -> Option<Comment> {
    let (before, rest) = line.split_once(MARK)?;
    let before = before.trim();
    let marker = COMMENTS.iter().find(|marker| before.ends_with(**marker))?;
    let rest = rest.trim_start().strip_prefix("ignore")?;
    let (whole_text, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_') {
        return None;
    }
    let end = ENDS.iter().filter_map(|end| rest.find(end)).min();
    let codes = end.map_or(rest, |end| rest.get(..end).unwrap_or(rest));
    let words = || {
        codes
            .split(|c: char| c.is_whitespace() || matches!(c, ',' | '=' | ':' | '(' | ')'))
            .filter(|word| !word.is_empty())
    };
    // Words that are no codes are the reason; a comment with nothing but those is about everything.
    let picks: Vec<Pick> = words().filter_map(Pick::parse).collect();
    let meant_codes = words().any(|w| w.len() == 6 && w.ends_with(|c: char| c.is_ascii_digit()));
    if picks.is_empty() && meant_codes {
        return None;
    }
    Some(Comment {
        picks,
        alone: before.len() == marker.len(),
        whole_text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::{Options, lint};

    /// The codes that are left, and how many were silenced.
    fn left(text: &str) -> (Vec<&'static str>, usize) {
        let analysis = lint(text, &Options::default());
        let codes = analysis.diagnostics().map(Diagnostic::code);
        (
            codes.filter(|c| *c == "SYN003").collect(),
            analysis.suppressed,
        )
    }

    const BAD: &str = "DATABASE_URL='postgresql://u:p@ss@localhost/db'";

    #[test]
    fn a_comment_silences_its_line_or_the_next() {
        for text in [
            std::format!("{BAD} # connlint: ignore SYN003"),
            std::format!("{BAD} # connlint: ignore"),
            std::format!("# connlint: ignore SYN003\n{BAD}"),
            std::format!("# connlint: ignore raw-at-in-userinfo\n# connlint: ignore TLS\n\n{BAD}"),
            std::format!("// connlint: ignore=SYN003, TLS001 (a test)\n{BAD}"),
            std::format!("<!-- connlint: ignore SYN -->\n{BAD}"),
            std::format!("A=1\n{BAD}\n; connlint: ignore-file\n"),
        ] {
            let (codes, suppressed) = left(&text);
            assert!(codes.is_empty() && suppressed >= 1, "{text}: {codes:?}");
        }
    }

    #[test]
    fn what_is_not_meant_stays() {
        for text in [
            std::format!("# connlint: ignore TLS\n{BAD}"),
            std::format!("# connlint: ignore SYN\nA=1\n{BAD}"),
            std::format!("# connlint: ignore XYZ003\n{BAD}"),
            std::format!("connlint: ignore\n{BAD}"),
            std::format!("# connlint: ignored by nobody\n{BAD}"),
        ] {
            assert_eq!(left(&text).0, ["SYN003"], "{text}");
        }
    }
}

//! A lint report as Markdown: for a comment on a change, a job's summary, a ticket.

use crate::printable::printable;
use crate::{Input, Totals};
use connlint_core::{Applicability, Certainty, Diagnostic, LineIndex, Severity};
use std::fmt::Write as _;

/// The section of one input, if there is a connection string in it.
pub(crate) fn input(input: &Input<'_>) -> String {
    if input.analysis.strings.is_empty() {
        return String::new();
    }
    let mut out = format!("\n### {}\n\n", prose(input.path));
    let index = LineIndex::new(input.text);
    for found in &input.analysis.strings {
        let line = index.line_column(found.span.start).line;
        let _ = writeln!(out, "Line {line}: {}\n", prose(&found.summary));
        for diagnostic in &found.diagnostics {
            finding(&index, diagnostic, &mut out);
        }
        if found.diagnostics.is_empty() {
            out.push_str("- Nothing found.\n");
        }
        out.push('\n');
    }
    out
}

/// What stands behind the sections.
pub(crate) fn tail(totals: &Totals) -> String {
    if totals.strings == 0 {
        "\nNo connection string found.\n".into()
    } else {
        String::new()
    }
}

/// One finding as an item of a list.
pub(crate) fn finding(index: &LineIndex<'_>, diagnostic: &Diagnostic, out: &mut String) {
    let at = index.line_column(diagnostic.span.start);
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let certainty = match diagnostic.certainty {
        Certainty::Certain => "",
        Certainty::Likely => " (likely)",
        Certainty::Depends => " (it depends)",
    };
    let _ = writeln!(
        out,
        "- **{word}** `{}` at {}:{}: {}{certainty}",
        diagnostic.code(),
        at.line,
        at.column,
        prose(&diagnostic.message),
    );
    if !diagnostic.help.is_empty() {
        let _ = writeln!(out, "  {}", prose(&diagnostic.help));
    }
    for fix in &diagnostic.fixes {
        let how = match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "changes the meaning",
            Applicability::DisplayOnly => "by hand",
        };
        let _ = writeln!(out, "  - Fix ({how}): {}", prose(&fix.title));
    }
}

/// `text` on one line, with what Markdown or HTML would take for markup made harmless; what stands in code spans stays.
pub(crate) fn prose(text: &str) -> String {
    let text = printable(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(c) = rest.chars().next() {
        // A code span ends with as many backticks as it begins with; one without an end is text.
        let ticks = rest.chars().take_while(|c| *c == '`').count();
        if ticks > 0 {
            let fence = &rest[..ticks];
            let inside = &rest[ticks..];
            match inside.find(fence) {
                Some(end) => {
                    let span = &rest[..ticks + end + ticks];
                    out.push_str(span);
                    rest = &rest[span.len()..];
                }
                None => {
                    out.extend(fence.chars().flat_map(|c| ['\\', c]));
                    rest = inside;
                }
            }
            continue;
        }
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', c]),
            c => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::human::Layout;
    use crate::{LintFormat, sample};

    fn markdown(inputs: &[Input<'_>]) -> String {
        let format = LintFormat::named("markdown").unwrap();
        format.whole(inputs, Layout::default())
    }

    #[test]
    fn a_report_is_a_list_below_each_file() {
        let analysis = sample::analysis();
        let nothing = connlint_core::lint("nothing", &connlint_core::Options::default());
        let inputs = [
            Input {
                path: "a_b.env",
                text: sample::TEXT,
                analysis: &analysis,
            },
            Input {
                path: "c.env",
                text: "nothing",
                analysis: &nothing,
            },
        ];
        let text = markdown(&inputs);
        assert!(
            text.starts_with("## connlint\n\n### a\\_b.env\n\nLine 2: Connects to"),
            "{text}"
        );
        assert!(
            text.contains(
                "- **error** `SYN998` at 2:38: a raw `@` ends the password early\n  libpq takes"
            ),
            "{text}"
        );
        assert!(
            text.contains("  - Fix (safe): Encode the `@` as `%40`\n"),
            "{text}"
        );
        assert!(
            text.contains("the database may not exist (it depends)\n"),
            "{text}"
        );
        assert!(!text.contains("c.env"), "{text}");
        assert!(markdown(&inputs[1..]).contains("No connection string found"));
    }

    #[test]
    fn markup_from_the_text_is_shown_and_not_obeyed() {
        assert_eq!(prose("<b>&a_b*"), "&lt;b>&amp;a\\_b\\*");
        assert_eq!(prose("`<a_b>` [x](y)"), "`<a_b>` \\[x\\](y)");
        assert_eq!(prose("a ` b"), "a \\` b");
        assert_eq!(prose("``a ` b`` _"), "``a ` b`` \\_");
    }
}

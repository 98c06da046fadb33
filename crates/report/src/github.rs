//! A lint report as GitHub's workflow commands, which put a finding beside the changed line.
//!
//! Source: GitHub Docs, "Workflow commands for GitHub Actions"; the escaping is that of `actions/toolkit`
//! `packages/core/src/command.ts`.

use crate::Input;
use crate::printable::printable;
use connlint_core::{LineIndex, Severity};
use std::fmt::Write as _;

/// One line for each finding.
pub(crate) fn input(input: &Input<'_>) -> String {
    let mut out = String::new();
    let index = LineIndex::new(input.text);
    for diagnostic in input.analysis.diagnostics() {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let start = index.line_column(diagnostic.span.start);
        let end = index.line_column(diagnostic.span.end);
        let mut text = printable(&diagnostic.message).into_owned();
        for more in [&diagnostic.help]
            .into_iter()
            .chain(diagnostic.fixes.first().map(|fix| &fix.title))
            .filter(|more| !more.is_empty())
        {
            text.push('\n');
            text.push_str(&printable(more));
        }
        let _ = write!(out, "::{command} file={}", property(input.path));
        let _ = write!(out, ",line={},endLine={}", start.line, end.line);
        // Columns are taken only where they are on one line.
        if start.line == end.line {
            let _ = write!(
                out,
                ",col={},endColumn={}",
                start.column,
                end.column.max(start.column + 1)
            );
        }
        let title = format!("{} {}", diagnostic.code(), diagnostic.name());
        let _ = writeln!(out, ",title={}::{}", property(&title), data(&text));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn each_finding_is_one_command() {
        let analysis = sample::analysis();
        let input = Input {
            path: "a,b:c.env",
            text: sample::TEXT,
            analysis: &analysis,
        };
        assert_eq!(
            super::input(&input),
            "::error file=a%2Cb%3Ac.env,line=2,endLine=2,col=38,endColumn=39,title=SYN998 made-up::a raw `@` ends the password early%0Alibpq takes what follows the first `@` for the host, so it looks for a server that does not exist and the password is cut.%0AEncode the `@` as `%2540`\n\
             ::warning file=a%2Cb%3Ac.env,line=2,endLine=2,col=59,endColumn=63,title=SYN998 made-up::the database may not exist%0AUse `postgres`\n"
        );
    }
}

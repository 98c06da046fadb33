//! A lint report as logging commands of Azure Pipelines, which the summary of a run lists.
//!
//! Source: Microsoft Learn, "Logging commands", `task.logissue` and its escapes; there are two types of issue.

use crate::Input;
use crate::printable::printable;
use connlint_core::{LineIndex, Severity};
use std::fmt::Write as _;

/// One line for each finding.
pub(crate) fn input(input: &Input<'_>) -> String {
    let mut out = String::new();
    let index = LineIndex::new(input.text);
    for diagnostic in input.analysis.diagnostics() {
        let at = index.line_column(diagnostic.span.start);
        let (kind, word) = match diagnostic.severity {
            Severity::Error => ("error", ""),
            Severity::Warning => ("warning", ""),
            Severity::Info => ("warning", "info: "),
        };
        let mut text = format!("{word}{}", printable(&diagnostic.message));
        for more in [&diagnostic.help]
            .into_iter()
            .chain(diagnostic.fixes.first().map(|fix| &fix.title))
            .filter(|more| !more.is_empty())
        {
            // The list of issues shows one line.
            let _ = write!(text, ". {}", printable(more));
        }
        let _ = writeln!(
            out,
            "##vso[task.logissue type={kind};sourcepath={};linenumber={};columnnumber={};code={};]{}",
            property(input.path),
            at.line,
            at.column,
            diagnostic.code(),
            data(&text)
        );
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn each_finding_is_one_command() {
        let analysis = sample::analysis();
        let one = Input {
            path: "a;b]c.env",
            text: sample::TEXT,
            analysis: &analysis,
        };
        assert_eq!(
            input(&one),
            "##vso[task.logissue type=error;sourcepath=a%3Bb%5Dc.env;linenumber=2;columnnumber=38;code=SYN998;]a raw `@` ends the password early. libpq takes what follows the first `@` for the host, so it looks for a server that does not exist and the password is cut.. Encode the `@` as `%AZP2540`\n\
             ##vso[task.logissue type=warning;sourcepath=a%3Bb%5Dc.env;linenumber=2;columnnumber=59;code=SYN998;]the database may not exist. Use `postgres`\n"
        );
    }
}

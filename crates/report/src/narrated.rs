//! A lint report in sentences, without drawings, columns or colours: for screen readers and for reading aloud.

use crate::Input;
use crate::printable::printable;
use connlint_core::{Applicability, Certainty, Diagnostic, LineIndex, Severity};
use std::fmt::Write as _;

/// What is said about one input.
pub(crate) fn input(input: &Input<'_>) -> String {
    let mut out = String::new();
    let name = match input.path {
        "-" => "The text".into(),
        path => format!("File {}", printable(path)),
    };
    let strings = input.analysis.strings.len();
    let _ = match strings {
        0 => writeln!(out, "{name} has no connection string."),
        1 => writeln!(out, "{name} has one connection string."),
        n => writeln!(out, "{name} has {n} connection strings."),
    };
    let index = LineIndex::new(input.text);
    for (number, found) in input.analysis.strings.iter().enumerate() {
        let line = index.line_column(found.span.start).line;
        out.push('\n');
        if strings > 1 {
            let _ = write!(out, "Connection string {} of {strings}, ", number + 1);
        } else {
            out.push_str("Connection string ");
        }
        let _ = writeln!(out, "on line {line}: {}", printable(&found.summary));
        let _ = writeln!(
            out,
            "It is read as {} for {}.",
            found.dialect.label(),
            found.driver.label()
        );
        if let Some(error) = &found.refused_by_driver {
            let _ = writeln!(
                out,
                "{} refuses it: {}",
                found.driver.label(),
                printable(error)
            );
        }
        let all = found.diagnostics.len();
        for (number, diagnostic) in found.diagnostics.iter().enumerate() {
            finding(&index, number + 1, all, diagnostic, &mut out);
        }
        if all == 0 {
            out.push_str("Nothing is wrong with it.\n");
        }
    }
    out
}

fn finding(
    index: &LineIndex<'_>,
    number: usize,
    all: usize,
    diagnostic: &Diagnostic,
    out: &mut String,
) {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let certainty = match diagnostic.certainty {
        Certainty::Certain => "",
        Certainty::Likely => ", likely",
        Certainty::Depends => ", it depends",
    };
    let start = index.line_column(diagnostic.span.start);
    let end = index.line_column(diagnostic.span.end);
    let width = end.column.saturating_sub(start.column);
    let place = match (start.line == end.line, width) {
        (true, 0 | 1) => format!("line {}, character {}", start.line, start.column),
        (true, _) => format!(
            "line {}, characters {} to {}",
            start.line,
            start.column,
            end.column - 1
        ),
        (false, _) => format!(
            "line {}, character {}, to line {}",
            start.line, start.column, end.line
        ),
    };
    let _ = writeln!(
        out,
        "\nFinding {number} of {all}, {severity} {}{certainty}, {place}: {}",
        diagnostic.code(),
        sentence(&diagnostic.message)
    );
    if !diagnostic.help.is_empty() {
        let _ = writeln!(out, "{}", printable(&diagnostic.help));
    }
    for related in &diagnostic.related {
        let at = index.line_column(related.span.start);
        let _ = writeln!(
            out,
            "See also line {}, character {}: {}",
            at.line,
            at.column,
            sentence(&related.message)
        );
    }
    for fix in &diagnostic.fixes {
        let how = match fix.applicability {
            Applicability::Safe => "A safe fix",
            Applicability::Unsafe => "A fix that changes the meaning",
            Applicability::DisplayOnly => "By hand",
        };
        let _ = writeln!(out, "{how}: {}", sentence(&fix.title));
    }
}

/// With a full stop, unless it is a question.
fn sentence(text: &str) -> String {
    let mut out = printable(text).into_owned();
    if !out.ends_with(['.', '?']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_question_keeps_its_mark() {
        assert_eq!(sentence("is this one?"), "is this one?");
        assert_eq!(sentence("no host"), "no host.");
    }

    #[test]
    fn everything_is_a_sentence() {
        let analysis = sample::analysis();
        let input = Input {
            path: "prod.env",
            text: sample::TEXT,
            analysis: &analysis,
        };
        assert_eq!(
            super::input(&input),
            "File prod.env has one connection string.\n\n\
             Connection string on line 2: Connects to `***@db.example` as `app`, database `shop`, over TLS if the server offers it, without checking the certificate.\n\
             It is read as URI for libpq.\n\n\
             Finding 1 of 2, error SYN998, line 2, character 38: a raw `@` ends the password early.\n\
             libpq takes what follows the first `@` for the host, so it looks for a server that does not exist and the password is cut.\n\
             See also line 2, character 42: meant to end it.\n\
             A safe fix: Encode the `@` as `%40`.\n\
             By hand: Take the password out of the string.\n\n\
             Finding 2 of 2, warning SYN998, it depends, line 2, characters 59 to 62: the database may not exist.\n\
             A fix that changes the meaning: Use `postgres`.\n"
        );
    }
}

//! A lint report as JUnit's XML, which most build servers show as tests: a suite for each file, a test for each finding and
//! for each connection string without one.
//!
//! Source: the schema that Jenkins' xUnit plugin keeps (junit-10.xsd).

use crate::Input;
use crate::printable::printable;
use connlint_core::{LineIndex, Severity};
use std::fmt::Write as _;

/// What stands before the suites.
pub(crate) fn head() -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"connlint\">\n".into()
}

/// The suite of one input, if there is a connection string in it.
pub(crate) fn input(input: &Input<'_>) -> String {
    if input.analysis.strings.is_empty() {
        return String::new();
    }
    let index = LineIndex::new(input.text);
    let path = xml(input.path);
    let mut cases = String::new();
    let (mut tests, mut failures) = (0, 0);
    let mut case = |name: &str, line: usize, inside: &str| {
        tests += 1;
        let _ = write!(
            cases,
            "    <testcase classname=\"{path}\" name=\"{}\" file=\"{path}\" line=\"{line}\" time=\"0\"",
            xml(name)
        );
        let _ = match inside {
            "" => writeln!(cases, "/>"),
            inside => writeln!(cases, ">\n{inside}    </testcase>"),
        };
    };
    for found in &input.analysis.strings {
        let at = index.line_column(found.span.start);
        if found.diagnostics.is_empty() {
            let name = format!("{}:{} connection string", at.line, at.column);
            case(&name, at.line, "");
        }
        for diagnostic in &found.diagnostics {
            let at = index.line_column(diagnostic.span.start);
            let name = format!("{}:{} {}", at.line, at.column, diagnostic.code());
            let mut text = diagnostic.help.clone();
            for fix in &diagnostic.fixes {
                let _ = write!(text, "\nFix: {}", fix.title);
            }
            let lines: Vec<String> = text
                .lines()
                .filter(|line| !line.is_empty())
                .map(xml)
                .collect();
            let text = lines.join("\n");
            let message = xml(&diagnostic.message);
            let kind = diagnostic.severity.name();
            let inside = if diagnostic.severity == Severity::Info {
                format!("      <system-out>{message}\n{text}</system-out>\n")
            } else {
                failures += 1;
                format!("      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>\n")
            };
            case(&name, at.line, &inside);
        }
    }
    format!(
        "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"0\">\n\
         {cases}  </testsuite>\n"
    )
}

/// `text` as it stands in an attribute or in an element, without what XML cannot hold.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::human::Layout;
    use crate::{LintFormat, sample};
    use connlint_core::{Options, lint};

    #[test]
    fn findings_are_failed_tests_and_sound_strings_are_passed_ones() {
        let analysis = sample::analysis();
        let text = "postgresql://app@db.example/shop?sslmode=verify-full&sslrootcert=system";
        let clean = lint(text, &Options::default());
        assert_eq!(clean.diagnostics().count(), 0);
        let inputs = [
            Input {
                path: "a&b.env",
                text: sample::TEXT,
                analysis: &analysis,
            },
            Input {
                path: "clean.env",
                text,
                analysis: &clean,
            },
        ];
        let report = LintFormat::named("junit")
            .unwrap()
            .whole(&inputs, Layout::default());
        assert_eq!(
            report,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="connlint">
  <testsuite name="a&amp;b.env" tests="2" failures="2" errors="0" skipped="0" time="0">
    <testcase classname="a&amp;b.env" name="2:38 SYN998" file="a&amp;b.env" line="2" time="0">
      <failure type="error" message="a raw `@` ends the password early">libpq takes what follows the first `@` for the host, so it looks for a server that does not exist and the password is cut.
Fix: Encode the `@` as `%40`
Fix: Take the password out of the string</failure>
    </testcase>
    <testcase classname="a&amp;b.env" name="2:59 SYN998" file="a&amp;b.env" line="2" time="0">
      <failure type="warning" message="the database may not exist">Fix: Use `postgres`</failure>
    </testcase>
  </testsuite>
  <testsuite name="clean.env" tests="1" failures="0" errors="0" skipped="0" time="0">
    <testcase classname="clean.env" name="1:1 connection string" file="clean.env" line="1" time="0"/>
  </testsuite>
</testsuites>
"#
        );
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            xml("<a b=\"\u{0}\u{1b}\u{ffff}\">&"),
            "&lt;a b=&quot;\u{fffd}\u{fffd}\u{fffd}&quot;&gt;&amp;"
        );
    }
}

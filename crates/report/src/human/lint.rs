//! A lint report for people: each string in one sentence, each finding with the characters that it is about.

use super::excerpt::{Mark, draw, gutter};
use super::{BOLD, DIM, FRAME, Layout, count, severity_style};
use crate::printable::printable;
use crate::{Input, Masked, Totals};
use connlint_core::{Applicability, Certainty, Diagnostic, Dialect, Found, Layer, Severity};
use std::fmt::Write as _;

/// What is said about one input.
pub(crate) fn lint_input(input: &Input<'_>, layout: Layout) -> String {
    let mut out = String::new();
    let text = Masked::new(input);
    for found in &input.analysis.strings {
        string(input, &text, found, layout, &mut out);
    }
    // Of standard input, what is said at the end says it all.
    if input.analysis.strings.is_empty() && input.path != "-" {
        let _ = writeln!(
            out,
            "{}: no connection string found\n",
            printable(input.path)
        );
    }
    out
}

/// What one string means, how it was read, and what is wrong with it.
fn string(input: &Input<'_>, text: &Masked<'_>, found: &Found, layout: Layout, out: &mut String) {
    let place = place(input, text, found.span.start);
    let summary = format!("{place}: {}", printable(&found.summary));
    let _ = writeln!(
        out,
        "{}",
        layout.paint(BOLD, &layout.wrap(&summary, "", "  "))
    );
    let _ = writeln!(
        out,
        "{}",
        layout.paint(DIM, &layout.wrap(&reading(found), "  ", "  "))
    );
    if let Some(template) = found.template {
        let from = format!("from: {}", template.name);
        let _ = writeln!(
            out,
            "{}",
            layout.paint(DIM, &layout.wrap(&from, "  ", "  "))
        );
    }
    if let Some(error) = &found.refused_by_driver {
        let error = format!("{} says: {}", found.driver.label(), printable(error));
        let _ = writeln!(out, "{}", layout.wrap(&error, "  ", "  "));
    }
    out.push('\n');
    for diagnostic in &found.diagnostics {
        finding(input, text, diagnostic, layout, out);
    }
}

/// `path:line:column`
fn place(input: &Input<'_>, text: &Masked<'_>, offset: usize) -> String {
    let at = text.index().line_column(offset);
    format!("{}:{}:{}", printable(input.path), at.line, at.column)
}

/// The flavour that the string was read in: what was found out can be wrong, so it is always said.
fn reading(found: &Found) -> String {
    let how = |given| if given { "" } else { " (detected)" };
    let layer = match found.layer {
        Layer::Plain => String::new(),
        layer => format!(" in {}", layer.label()),
    };
    format!(
        "{}{layer}, driver {}{}, target {}{}",
        found.dialect.label(),
        found.driver.label(),
        how(found.driver_given),
        found.target.label(),
        how(found.target_given)
    )
}

fn finding(
    input: &Input<'_>,
    text: &Masked<'_>,
    diagnostic: &Diagnostic,
    layout: Layout,
    out: &mut String,
) {
    let style = severity_style(diagnostic.severity);
    let certainty = match diagnostic.certainty {
        Certainty::Certain => "",
        Certainty::Likely => " (likely)",
        Certainty::Depends => " (it depends)",
    };
    let _ = writeln!(
        out,
        "{}: {}: {}{certainty}",
        place(input, text, diagnostic.span.start),
        layout.paint(
            style,
            &format!("{}[{}]", diagnostic.severity.name(), diagnostic.code())
        ),
        layout.paint(BOLD, &printable(&diagnostic.message)),
    );
    let labels: Vec<_> = diagnostic
        .related
        .iter()
        .map(|related| printable(&related.message))
        .collect();
    let mut marks = vec![Mark {
        span: diagnostic.span,
        character: '^',
        label: "",
        style,
    }];
    for (related, label) in diagnostic.related.iter().zip(&labels) {
        if related.span == diagnostic.span && marks[0].label.is_empty() {
            // What is said of the very place of the finding needs no line of its own.
            marks[0].label = label;
        } else {
            marks.push(Mark {
                span: related.span,
                character: '-',
                label,
                style: FRAME,
            });
        }
    }
    let gutter = gutter(text, marks.iter().map(|mark| mark.span));
    out.push_str(&draw(text, &marks, gutter, layout));
    if !diagnostic.help.is_empty() {
        note(gutter, "help", &diagnostic.help, layout, out);
    }
    for fix in &diagnostic.fixes {
        let how = match fix.applicability {
            Applicability::Safe => "safe: --fix does it",
            Applicability::Unsafe => "changes the meaning: --fix --unsafe-fixes does it",
            Applicability::DisplayOnly => "by hand",
        };
        note(
            gutter,
            "fix",
            &format!("{} ({how})", fix.title),
            layout,
            out,
        );
    }
    out.push('\n');
}

/// `   = help: …`, wrapped under itself.
fn note(gutter: usize, label: &str, text: &str, layout: Layout, out: &mut String) {
    let first = format!("{:gutter$} = {label}: ", "");
    let rest = " ".repeat(first.len());
    let wrapped = layout.wrap(&printable(text), &first, &rest);
    let body = wrapped.strip_prefix(&first).unwrap_or(&wrapped);
    let _ = writeln!(
        out,
        "{:gutter$} {} {}: {body}",
        "",
        layout.paint(FRAME, "="),
        layout.paint(BOLD, label)
    );
}

/// What was found in all.
pub(crate) fn lint_totals(totals: &Totals, layout: Layout) -> String {
    let mut out = String::new();
    if totals.strings == 0 {
        let known: Vec<&str> = Dialect::ALL.iter().map(|d| d.label()).collect();
        let others = match totals.passed_over {
            0 => String::new(),
            number => format!(" in {}", count(number, "file")),
        };
        let text = format!(
            "No connection string found{others}. connlint reads these kinds: {}.",
            known.join(", ")
        );
        let _ = writeln!(out, "{}", layout.wrap(&text, "", ""));
        return out;
    }
    let kinds: Vec<String> = [
        (
            Severity::Error,
            count(totals.errors, "error"),
            totals.errors,
        ),
        (
            Severity::Warning,
            count(totals.warnings, "warning"),
            totals.warnings,
        ),
        (
            Severity::Info,
            format!("{} info", totals.infos),
            totals.infos,
        ),
    ]
    .into_iter()
    .filter(|(_, _, number)| *number > 0)
    .map(|(severity, text, _)| layout.paint(severity_style(severity), &text))
    .collect();
    let strings = count(totals.strings, "connection string");
    let others = match totals.passed_over {
        0 => String::new(),
        1 => " 1 other file holds none.".into(),
        number => format!(" {number} other files hold none."),
    };
    let silenced = match totals.suppressed {
        0 => String::new(),
        number => format!(" Comments silence {}.", count(number, "finding")),
    };
    if kinds.is_empty() {
        let _ = writeln!(out, "Nothing found in {strings}.{others}{silenced}");
        return out;
    }
    let _ = writeln!(out, "{} in {strings}.{others}{silenced}", kinds.join(", "));
    let several = totals.findings() > 1;
    let these = |number: usize| {
        if several {
            format!("{number} of them")
        } else {
            "it".into()
        }
    };
    match (totals.safe, totals.risky) {
        (0, 0) => {}
        (safe, 0) => {
            let _ = writeln!(out, "--fix mends {}.", these(safe));
        }
        (0, risky) => {
            let _ = writeln!(
                out,
                "--fix --unsafe-fixes mends {}; look at it first with --diff --unsafe-fixes.",
                these(risky)
            );
        }
        (safe, risky) => {
            let _ = writeln!(
                out,
                "--fix mends {}, --fix --unsafe-fixes {risky} more; look at it first with --diff --unsafe-fixes.",
                these(safe)
            );
        }
    }
    if let Some((_, code)) = totals.first {
        let _ = writeln!(out, "More on a code: connlint explain {code}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LintFormat, sample};
    use connlint_core::{Options, lint as analyse};

    fn lint(inputs: &[Input<'_>], layout: Layout) -> String {
        let format = LintFormat::named("human").unwrap();
        format.whole(inputs, layout)
    }

    fn report(layout: Layout) -> String {
        let analysis = sample::analysis();
        let input = Input {
            path: "prod.env",
            text: sample::TEXT,
            analysis: &analysis,
        };
        lint(&[input], layout)
    }

    #[test]
    fn a_report_shows_place_reason_and_way_out() {
        let text = report(Layout {
            colour: false,
            width: 80,
        });
        assert_eq!(
            text,
            r#"prod.env:2:15: Connects to `***@db.example` as `app`, database `shop`, over TLS
  if the server offers it, without checking the certificate.
  URI in .env file, driver libpq (detected), target PostgreSQL (detected)

prod.env:2:38: error[SYN998]: a raw `@` ends the password early
   |
 2 | …postgresql://app:***@***@db.example:5432/shop"
   |                      ^
   |                          - meant to end it
   = help: libpq takes what follows the first `@` for the host, so it looks for
           a server that does not exist and the password is cut.
   = fix: Encode the `@` as `%40` (safe: --fix does it)
   = fix: Take the password out of the string (by hand)

prod.env:2:59: warning[SYN998]: the database may not exist (it depends)
   |
 2 | …postgresql://app:***@db.example:5432/shop"
   |                                       ^^^^
   = fix: Use `postgres` (changes the meaning: --fix --unsafe-fixes does it)

1 error, 1 warning in 1 connection string.
--fix mends 1 of them, --fix --unsafe-fixes 1 more; look at it first with --diff --unsafe-fixes.
More on a code: connlint explain SYN998
"#
        );
    }

    #[test]
    fn a_string_that_a_tool_has_handed_out_says_which() {
        let text = "host=shop.postgres.database.azure.com port=5432 dbname=db user=app password={your_password}";
        let analysis = analyse(text, &Options::default());
        let input = Input {
            path: "-",
            text,
            analysis: &analysis,
        };
        let report = lint(&[input], Layout::default());
        assert!(
            report.contains("\n  from: Azure portal or PowerShell, keyword/value\n"),
            "{report}"
        );
    }

    #[test]
    fn without_colour_there_is_no_escape_and_with_it_the_same_text() {
        let plain = report(Layout::default());
        assert!(!plain.contains('\u{1b}'));
        let coloured = report(Layout {
            colour: true,
            ..Layout::default()
        });
        let mut stripped = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, escape)) = rest.split_once("\u{1b}[") {
            stripped.push_str(before);
            rest = escape.split_once('m').unwrap().1;
        }
        stripped.push_str(rest);
        assert_eq!(stripped, plain);
        assert!(coloured.contains("\u{1b}["));
    }

    #[test]
    fn a_text_without_a_string_says_what_is_looked_for() {
        let analysis = analyse("nothing here", &Options::default());
        let input = Input {
            path: "-",
            text: "nothing here",
            analysis: &analysis,
        };
        let text = lint(&[input], Layout::default());
        assert!(text.starts_with("No connection string found."), "{text}");
        assert!(text.contains("ADO.NET"), "{text}");
        let file = Input {
            path: "a.env",
            ..input
        };
        let both = lint(&[file, input], Layout::default());
        assert!(
            both.starts_with("a.env: no connection string found\n"),
            "{both}"
        );
    }
}

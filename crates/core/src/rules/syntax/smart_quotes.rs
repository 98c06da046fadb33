//! SYN025: typographic quotes where a program wants plain ones.

use super::together::together;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Setting};
use crate::rules::precedence::EVERY_OTHER;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, plain_quote};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN025",
    name: "smart-quotes",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[EVERY_OTHER],
    docs: docs!("smart_quotes.md"),
    check,
};

fn message(quote: char) -> String {
    format!("typographic quote `{quote}` in the place of a plain one")
}

const ROUND: &str = "No programming language, shell or configuration file takes it for a quote: Python answers `invalid character`, a shell and an .env file make it a part of the value, and the driver then finds no scheme that it knows.";

const INSIDE: &str = "The driver knows plain quotes only and takes this one for a part of the value, which then ends at the next blank or separator, or is another name.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    round(ctx, out);
    if ctx.text.is_ascii() {
        return;
    }
    let mut found = Vec::new();
    for setting in &ctx.settings().all {
        inside(ctx, setting, &mut found);
    }
    out.extend(together(found));
}

/// The quotes of the literal that the string stands in.
fn round(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let around = ctx.surroundings;
    let opening = around.before.chars().next_back().filter(|c| is_smart(*c));
    let closing = around.after.chars().next().filter(|c| is_smart(*c));
    let Some(quote) = opening else { return };
    let start = around.span.start - quote.len_utf8();
    let plain = plain_quote(quote).unwrap_or('"');
    // With such a quote in it, the plain ones would end too early.
    let fits = !ctx.text.contains(plain);
    let before = around.before.trim_end_matches(quote).trim_end();
    let is_code = before.ends_with(['=', '(', ',', '[', '{', ':', '>']);
    let first = Span::new(start, around.span.start);
    let last = closing.map(|c| Span::new(around.span.end, around.span.end + c.len_utf8()));
    for (span, quote) in core::iter::once((first, quote)).chain(last.zip(closing)) {
        let mut finding = Finding::beside(span, message(quote)).help(ROUND);
        if !is_code {
            // Perhaps they are those of a sentence.
            finding = finding
                .severity(Severity::Warning)
                .certainty(Certainty::Likely);
        }
        if let Some(last) = last.filter(|_| fits) {
            let edits = [first, last].map(|span| Edit::replace(span, plain));
            finding = finding.fix("Write plain quotes", Applicability::Safe, edits);
        }
        out.push(finding);
    }
}

/// The quotes of a value, which are none.
fn inside(ctx: &Context<'_>, setting: &Setting, out: &mut Vec<Finding>) {
    let value = setting.value.span;
    let raw = ctx.raw(value);
    if setting.value.quote.is_some() || ctx.has_variable(value) {
        return;
    }
    let first = raw.chars().next().filter(|c| is_smart(*c));
    let last = raw.chars().next_back().filter(|c| is_smart(*c));
    let one = raw.chars().nth(1).is_none();
    // One alone may belong to a password.
    if setting.param.is_secret() && (first.is_none() || last.is_none() || one) {
        return;
    }
    let Some(quote) = first.or(last) else { return };
    let opening = first.map(|c| Span::new(value.start, value.start + c.len_utf8()));
    let closing = last
        .filter(|_| !one)
        .map(|c| Span::new(value.end - c.len_utf8(), value.end));
    let Some(span) = opening.or(closing) else {
        return;
    };
    let mut finding = Finding::new(span, message(quote)).help(INSIDE);
    if let Some(closing) = closing.filter(|_| opening.is_some()) {
        finding = finding.related(closing, "and here it would end");
    }
    if setting.param.is_secret() {
        finding = finding.certainty(Certainty::Likely);
    }
    let plain = match ctx.grammar() {
        Grammar::KeyValue | Grammar::Pdo => "'",
        Grammar::AdoNet | Grammar::Entries => "\"",
        // No quotes belong into a URI, a line of .pgpass or ODBC.
        _ => "",
    };
    let inner = Span::new(
        opening.map_or(value.start, |s| s.end),
        closing.map_or(value.end, |s| s.start),
    );
    let content = ctx.raw(inner);
    let both = opening.is_some() && closing.is_some();
    let quotes = if both && !plain.is_empty() { plain } else { "" };
    let fits = !content.contains(['"', '\'', '\\']) && (both || !content.contains(' '));
    if fits {
        let applicability = if setting.param.is_secret() {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
        let edits: Vec<Edit> = opening
            .into_iter()
            .chain(closing)
            .map(|span| Edit::replace(span, quotes))
            .collect();
        let title = if quotes.is_empty() {
            "Take it out"
        } else {
            "Write plain quotes"
        };
        finding = finding.fix(title, applicability, edits);
    }
    out.push(finding);
}

const fn is_smart(c: char) -> bool {
    plain_quote(c).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn quotes_round_the_string_are_both_found() {
        carets(
            &RULE,
            &auto(),
            "
DB_URL = “postgresql://app:pw@db.example/app”
         ^ typographic quote `“` in the place of a plain one
                                            ^ typographic quote `”` in the place of a plain one
",
        );
        for (text, expected) in [
            (
                "DB_URL = “postgresql://app:pw@db.example/app”",
                "DB_URL = \"postgresql://app:pw@db.example/app\"",
            ),
            (
                "psycopg2.connect(‘host=db.example port=5432 dbname=app’)",
                "psycopg2.connect('host=db.example port=5432 dbname=app')",
            ),
            (
                "\"ConnectionString\": “Host=db.example;Database=app;Username=app”",
                "\"ConnectionString\": \"Host=db.example;Database=app;Username=app\"",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        let prose = findings(
            &RULE,
            &auto(),
            "Use “postgresql://app@db.example/app” for it.",
        );
        assert_eq!(prose[0].severity, Severity::Warning);
    }

    #[test]
    fn quotes_round_a_value_are_found() {
        for (text, expected) in [
            (
                "host=db.example dbname=‘app’ user=app",
                "host=db.example dbname='app' user=app",
            ),
            (
                "Host=db.example;Username=app;Password=“pw”;Database=app",
                "Host=db.example;Username=app;Password=\"pw\";Database=app",
            ),
            (
                "psycopg2.connect(host=“db.example”, user='app')",
                "psycopg2.connect(host=\"db.example\", user='app')",
            ),
            (
                "postgresql://app:pw@db.example/app?sslmode=require”",
                "postgresql://app:pw@db.example/app?sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn plain_quotes_and_apostrophes_are_left_alone() {
        for text in [
            "url = \"postgresql://app:pw@db.example/app\"",
            "postgresql://app:p’w@db.example/app",
            "host=db.example user=app password=it’s",
            "host=db.example user=app password='“pw”'",
            "“${DATABASE_URL}”",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

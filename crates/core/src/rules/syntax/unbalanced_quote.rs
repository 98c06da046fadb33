//! SYN020: a quote that nothing closes, or that closes nothing.

use crate::detect::keyword_starts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::parse::{ErrorKind, ParseError};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN020",
    name: "unbalanced-quote",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001"],
    docs: docs!("unbalanced_quote.md"),
    check,
};

const OPEN: &str = "this quote is never closed";
const ALONE: &str = "this quote is not balanced";

fn help(ctx: &Context<'_>, error: &ParseError) -> String {
    let said = error.driver_text(ctx.text, ctx.redactor);
    let way = if ctx.grammar() == Grammar::AdoNet {
        "A value with a quote at its beginning or end must stand in quotes of the other kind."
    } else {
        "A quote that belongs to the value is written as `\\'`."
    };
    format!(
        "{} answers: {}. {way}",
        ctx.driver.label(),
        said.trim_end_matches('.')
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let of_quote = |e: &&ParseError| {
        e.kind == ErrorKind::Syntax
            && matches!(slice(ctx.text, e.span), "'" | "\"")
            && !ctx.has_variable(e.span)
    };
    let Some(error) = ctx.parse.errors.iter().find(of_quote) else {
        return;
    };
    match ctx.grammar() {
        Grammar::KeyValue | Grammar::Pdo => out.push(unclosed(ctx, error)),
        Grammar::AdoNet => out.push(alone(ctx, error)),
        _ => {}
    }
}

/// A quote that opens a value of a keyword/value string.
fn unclosed(ctx: &Context<'_>, error: &ParseError) -> Finding {
    let quote = error.span;
    let next = keyword_starts(ctx.text)
        .find(|start| *start > quote.end)
        .unwrap_or(ctx.text.len());
    let inside = Span::new(quote.end, next);
    let content = ctx
        .raw(inside)
        .trim_end_matches(|c: char| c.is_whitespace() || c == ';');
    let end = quote.end + content.len();
    let mut finding = Finding::new(quote, OPEN).help(help(ctx, error));
    if !content.is_empty() && !ctx.has_variable(inside) {
        finding = finding.fix(
            "Close it where the value ends",
            Applicability::Unsafe,
            [Edit::insert(end, "'")],
        );
    }
    finding
}

/// A quote at the beginning or the end of a value of an ADO.NET string.
fn alone(ctx: &Context<'_>, error: &ParseError) -> Finding {
    let span = error.span;
    let finding = Finding::new(span, ALONE).help(help(ctx, error));
    let Some(setting) = ctx.meant.settings.all.last() else {
        return finding;
    };
    let value = setting.value.span;
    let raw = ctx.raw(value);
    let first = span.start == value.start;
    let last = span.end == value.end;
    if setting.value.quote.is_some()
        || !(first || last)
        || setting.param == Param::Unknown
        || ctx.has_variable(value)
    {
        return finding;
    }
    let (other, title) = if raw.contains('"') {
        ("'", "Put the value in single quotes")
    } else {
        ("\"", "Put the value in double quotes")
    };
    if raw.contains(other) {
        return finding;
    }
    let wrap = [
        Edit::insert(value.start, other),
        Edit::insert(value.end, other),
    ];
    if !first {
        return finding.fix(title, Applicability::Safe, wrap);
    }
    // It may belong to the value, or its partner may be missing.
    finding.fix(title, Applicability::Unsafe, wrap).fix(
        "Close it where the value ends",
        Applicability::Unsafe,
        [Edit::insert(value.end, slice(ctx.text, span))],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn quotes_want_a_partner() {
        for fixture in [
            "
host=db.example port=5432 password='abc dbname=app
                                   ^ this quote is never closed
",
            "
Host=db.example;Username=app;Password='kR9wTz;Database=app
                                      ^ this quote is not balanced
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
        for (text, expected) in [
            (
                "host=db.example password='abc dbname=app",
                "host=db.example password='abc' dbname=app",
            ),
            (
                "host=db.example user=app password='a b",
                "host=db.example user=app password='a b'",
            ),
            (
                "Host=db.example;Password='kR9wTz;Database=app",
                "Host=db.example;Password=\"'kR9wTz\";Database=app",
            ),
            (
                "Host=db.example;Database=app;Password=kR9\"",
                "Host=db.example;Database=app;Password='kR9\"'",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn quotes_in_the_middle_are_left_alone() {
        for text in [
            "host=db.example password=it's user=app",
            "host=db.example password='it\\'s' user=app",
            "Host=db.example;Password=it's;Database=app",
            "Host=db.example;Password=\"'kR9w;z\";Database=app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

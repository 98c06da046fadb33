//! SYN023: parameters that begin with another sign than the dialect's: `/db&sslmode=require`, `… ?sslmode=require`.

use super::separators::seams;
use super::url_parts::UrlParts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::order::Order as _;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN023",
    name: "query-begun-wrong",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[
        "SYN001", "SYN006", "SYN022", "SYN024", "PAR001", "PAR003", "PAR004", "PRT001", "TLS004",
    ],
    docs: docs!("query_begun_wrong.md"),
    check,
};

fn message(sign: &str) -> String {
    match sign.trim() {
        "" => "a blank begins no query, `?` does".into(),
        sign => format!("`{sign}` begins no query, `?` does"),
    }
}

const BEHIND_PAIRS: &str = "`?` belongs to URLs, and these are pairs";

const HELP: &str = "What follows is not read as parameters: it becomes a part of the database name or the port, or the driver refuses the text. The first parameter of a URL stands behind `?`, the others behind `&`.";

const HELP_PAIRS: &str = "Here a parameter is a pair like the others. As it stands, the driver takes the sign for a part of a keyword or a value: invalid connection option.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    match ctx.grammar() {
        Grammar::Uri | Grammar::Jdbc => in_url(ctx, out),
        Grammar::KeyValue => behind_pairs(ctx, " ", out),
        Grammar::AdoNet => behind_pairs(ctx, ";", out),
        _ => {}
    }
}

fn in_url(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(parts) = UrlParts::of(ctx) else {
        return;
    };
    let Some(first) = parts.pairs.first().map(|pair| pair.separator) else {
        return;
    };
    let is_wrong = |span: &Span, right: char| {
        let sign = slice(&parts.text, *span);
        !(sign.chars().eq([right]) || sign == "&amp;")
    };
    // Where the host ends with it, the text may be another kind of broken.
    if !is_wrong(&first, '?') || parts.hosts.is_empty() || ctx.has_variable(first) {
        return;
    }
    let edits: Vec<Edit> = parts
        .pairs
        .iter()
        .enumerate()
        .filter(|(index, pair)| *index == 0 || is_wrong(&pair.separator, '&'))
        .map(|(index, pair)| Edit::replace(pair.separator, if index == 0 { "?" } else { "&" }))
        .collect();
    out.push(Finding::new(first, message(ctx.raw(first))).help(HELP).fix(
        "Begin the query with `?`",
        Applicability::Safe,
        edits,
    ));
}

/// `host=… ?sslmode=require&…`, `Host=…;Database=app?sslmode=…`
fn behind_pairs(ctx: &Context<'_>, separator: &str, out: &mut Vec<Finding>) {
    let mut found: Vec<(Span, &str)> = Vec::new();
    for setting in &ctx.settings().all {
        let key = setting.key_span.unwrap_or_default();
        if ctx.raw(key).starts_with(['?', '&']) && ctx.raw(key).len() > 1 {
            found.push((Span::new(key.start, key.start + 1), ""));
        }
    }
    let seams = seams(ctx);
    let marked = |span: Span| ctx.raw(span).contains('?');
    if found.is_empty() && !seams.iter().any(|seam| marked(seam.span)) {
        return;
    }
    found.extend(
        seams
            .iter()
            .filter(|seam| marked(seam.span) || ctx.raw(seam.span) == "&")
            .map(|seam| (seam.span, separator)),
    );
    found.order_by_key(|(span, _)| *span);
    let Some((first, _)) = found.first().copied() else {
        return;
    };
    let mut finding = Finding::new(first, BEHIND_PAIRS).help(HELP_PAIRS);
    for (span, _) in found.iter().skip(1) {
        finding = finding.related(*span, "here too");
    }
    let edits: Vec<Edit> = found
        .iter()
        .map(|(span, text)| Edit::replace(*span, *text))
        .collect();
    out.push(finding.fix("Write a pair like the others", Applicability::Safe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn a_query_that_begins_with_another_sign_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@db.example/app&sslmode=require
                               ^ `&` begins no query, `?` does
",
        );
        for (text, expected) in [
            (
                "postgresql://db.example/app sslmode=require connect_timeout=5",
                "postgresql://db.example/app?sslmode=require&connect_timeout=5",
            ),
            (
                "jdbc:postgresql://db.example:5432/app&user=app&password=pw",
                "jdbc:postgresql://db.example:5432/app?user=app&password=pw",
            ),
            (
                "postgresql://app@db.example/app;sslmode=require;connect_timeout=5",
                "postgresql://app@db.example/app?sslmode=require&connect_timeout=5",
            ),
            (
                "postgresql://app@db.example/app&sslmode=require?connect_timeout=5",
                "postgresql://app@db.example/app?sslmode=require&connect_timeout=5",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn a_query_behind_pairs_is_found() {
        for (text, expected) in [
            (
                "host=db.example dbname=app user=app ?sslmode=require",
                "host=db.example dbname=app user=app sslmode=require",
            ),
            (
                "host=db.example user=app dbname=app?sslmode=require&connect_timeout=5",
                "host=db.example user=app dbname=app sslmode=require connect_timeout=5",
            ),
            (
                "Host=db.example;Username=app;Database=app?SslMode=Require",
                "Host=db.example;Username=app;Database=app;SslMode=Require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn a_query_that_begins_as_it_should_is_left_alone() {
        for text in [
            "postgresql://app@db.example/app?sslmode=require",
            "postgresql://app@db.example?sslmode=require",
            "postgresql://app@db.example/R&D",
            "postgresql://app@db.example/a&b=c",
            "jdbc:postgresql:app?user=app",
            "host=db.example dbname=app user=app password=?a=b",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

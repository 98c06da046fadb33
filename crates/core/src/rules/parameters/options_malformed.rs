//! PAR017: `options` that the server cannot read as a command line.

use super::options::{Argument, arguments};
use super::strange::driver;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Setting};
use crate::parse::{ErrorKind, keywords};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR017",
    name: "options-malformed",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["PAR001", "PAR003", "PAR004", "PAR006"],
    docs: docs!("options_malformed.md"),
    check,
};

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for setting in &ctx.settings().all {
        let named = setting.key.eq_ignore_ascii_case("options") || setting.key == "PGOPTIONS";
        let readable = match ctx.grammar() {
            Grammar::Entries => setting.key == "PGOPTIONS",
            Grammar::Command | Grammar::Pgpass | Grammar::Odbc => false,
            // It has a form of its own for them.
            _ => ctx.driver != Driver::R2dbc,
        };
        let span = setting.value.span;
        let judged = named
            && readable
            && setting.key_span.is_some()
            && !ctx.redactor.hides(span)
            && !ctx.has_variable(span)
            && placeholder::find(ctx.raw(span)).is_empty();
        if !judged {
            continue;
        }
        if let Some(finding) = cut_off(ctx, setting).or_else(|| trouble(ctx, setting)) {
            out.push(finding);
        }
    }
}

/// `options=-c name=value` without quotes: the blank ends the value, and the rest becomes a keyword.
fn cut_off(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let span = setting.value.span;
    if ctx.grammar() != Grammar::KeyValue || setting.value.quote.is_some() || ctx.raw(span) != "-c"
    {
        return None;
    }
    let next = ctx
        .settings()
        .all
        .iter()
        .find(|s| s.key_span.is_some_and(|key| key.start > span.end))?;
    let key = next.key_span?;
    let unknown = ctx
        .meant
        .errors
        .iter()
        .any(|e| e.kind == ErrorKind::UnknownKeyword && e.span == key)
        || keywords::server_setting(&next.key).is_some();
    if !unknown || next.value.quote.is_some() || ctx.redactor.hides(next.value.span) {
        return None;
    }
    let whole = span.to(next.value.span);
    let finding = Finding::new(whole, "the value of `options` ends at its first blank").help(format!(
        "{} takes `-c` for the whole value and `{}` for a keyword. Put the value in single quotes.",
        driver(ctx),
        ctx.show(key)
    ));
    let edits = alloc::vec![
        Edit::insert(span.start, "'"),
        Edit::insert(next.value.span.end, "'")
    ];
    Some(finding.fix(
        "Put the value in single quotes",
        Applicability::Unsafe,
        edits,
    ))
}

fn trouble(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let value = setting.value.expose();
    let all = arguments(value);
    let at = all.iter().position(|a| {
        matches!(
            a,
            Argument::Loose(_) | Argument::NoValue(_) | Argument::Bare
        )
    })?;
    // A blank behind a comma ends the value before it.
    let list = match at.checked_sub(1).and_then(|before| all.get(before)) {
        Some(Argument::Setting { value, .. }) => value.ends_with(','),
        _ => false,
    };
    let (message, said): (String, String) = match all.get(at)? {
        // A service of its own reads these before the server does.
        Argument::Loose(word) if at == 0 && is_a_proxys(word) => return None,
        Argument::Loose(_) if list => (
            "the blank behind the comma ends the value".into(),
            "The server answers: invalid value for parameter. Take the blank out, or write a backslash before it.".into(),
        ),
        Argument::Loose(word) if word.contains('=') => (
            format!("`{word}` wants `-c` before it"),
            format!("The server answers: invalid command-line argument for server process: {word}. Settings are written as `-c name=value` or `--name=value`."),
        ),
        Argument::Loose(word) => (
            format!("`{word}` belongs to nothing in `options`"),
            format!("The server answers: invalid command-line argument for server process: {word}. A blank inside a value is written with a backslash before it."),
        ),
        Argument::NoValue(name) => (
            format!("`-c {name}` has no value"),
            format!("The server answers: -c {name} requires a value. No blank may stand round the `=`."),
        ),
        Argument::Bare => (
            "`-c` wants a setting behind it".into(),
            "The server answers: invalid command-line argument for server process: -c. Settings are written as `-c name=value`.".into(),
        ),
        _ => return None,
    };
    let finding = Finding::new(setting.value.span, message).help(said);
    let fix = match all.get(at)? {
        Argument::Loose(_) if list => {
            without_blanks(ctx, setting).map(|e| ("Take the blank out", e))
        }
        Argument::Loose(word) if at == 0 && word.contains('=') => {
            with_switch(ctx, setting).map(|e| ("Write `-c` before it", e))
        }
        _ => None,
    };
    Some(match fix {
        Some((title, edits)) => finding.fix(title, Applicability::Unsafe, edits),
        None => finding,
    })
}

/// Neon's proxy takes the name of the endpoint this way.
fn is_a_proxys(word: &str) -> bool {
    ["endpoint=", "project=", "databricks"]
        .iter()
        .any(|name| word.starts_with(name))
}

/// Every blank behind a comma, raw or encoded, taken out.
fn without_blanks(ctx: &Context<'_>, setting: &Setting) -> Option<Vec<Edit>> {
    let span = setting.value.span;
    let raw = slice(ctx.text, span);
    let mut edits = Vec::new();
    for comma in [",", "%2C", "%2c"] {
        for (at, _) in raw.match_indices(comma) {
            let from = at + comma.len();
            let rest = raw.get(from..)?;
            let blank = ["%20", " ", "+"].into_iter().find(|b| rest.starts_with(b));
            // `+` is a blank in some drivers only.
            if let Some(blank) = blank.filter(|b| *b != "+") {
                let start = span.start + from;
                edits.push(Edit::delete(Span::new(start, start + blank.len())));
            }
        }
    }
    (!edits.is_empty()).then_some(edits)
}

fn with_switch(ctx: &Context<'_>, setting: &Setting) -> Option<Vec<Edit>> {
    let span = setting.value.span;
    match (ctx.grammar(), setting.value.quote) {
        (Grammar::Uri | Grammar::Jdbc, _) => Some(alloc::vec![Edit::insert(span.start, "-c%20")]),
        (Grammar::KeyValue, None) => Some(alloc::vec![
            Edit::insert(span.start, "'-c "),
            Edit::insert(span.end, "'")
        ]),
        (Grammar::KeyValue | Grammar::AdoNet, _) => {
            Some(alloc::vec![Edit::insert(span.start, "-c ")])
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn what_the_server_cannot_read_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?options=statement_timeout%3D5000
                                    ^^^^^^^^^^^^^^^^^^^^^^^^ `statement_timeout=5000` wants `-c` before it
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=db.example user=app options=-c search_path=shop
                                 ^^^^^^^^^^^^^^^^^^^ the value of `options` ends at its first blank
",
        );
        for (text, expected) in [
            (
                "postgresql://db.example/app?options=statement_timeout%3D5000",
                "postgresql://db.example/app?options=-c%20statement_timeout%3D5000",
            ),
            (
                "host=db.example user=app options=-c search_path=shop",
                "host=db.example user=app options='-c search_path=shop'",
            ),
            (
                "host=db.example user=app options='-c search_path=shop, public'",
                "host=db.example user=app options='-c search_path=shop,public'",
            ),
            (
                "postgresql://db.example/app?options=-c%20search_path%3Dshop,%20public",
                "postgresql://db.example/app?options=-c%20search_path%3Dshop,public",
            ),
            (
                "Host=db.example;Username=app;Options=jit=off",
                "Host=db.example;Username=app;Options=-c jit=off",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        for text in [
            "host=db.example user=app options='-c search_path = shop'",
            "host=db.example user=app options='-c statement_timeout=5 min'",
            "host=db.example user=app options='-c'",
            "PGHOST=db.example\nPGUSER=app\nPGOPTIONS=jit=off",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
    }

    #[test]
    fn it_is_told_once() {
        let all = crate::lint::lint(
            "host=db.example user=app options=-c search_path=shop",
            &auto(),
        );
        let codes: Vec<&str> = all
            .diagnostics()
            .map(crate::diagnostics::Diagnostic::code)
            .collect();
        assert!(
            !codes.contains(&"PAR006") && codes.contains(&"PAR017"),
            "{codes:?}"
        );
    }

    #[test]
    fn command_lines_are_left_alone() {
        for text in [
            "postgresql://db.example/app?options=-c%20synchronous_commit%3Doff",
            "postgresql://db.example/app?options=--search_path%3Dshop",
            "host=db.example user=app options='-csearch_path=shop,public -c jit=off'",
            "host=db.example user=app options='-c search_path=shop,\\\\ public'",
            "postgresql://ep-x.neon.example/app?options=endpoint%3Dep-x",
            "r2dbc:postgresql://db.example/app?options=jit=off;work_mem=4MB",
            "host=db.example user=app options='$PGOPTIONS'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

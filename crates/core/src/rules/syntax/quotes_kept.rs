//! SYN018: quotes or braces round a value that the driver takes for a part of it.

use super::together::together;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Dialect, Grammar, Param, Setting};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN018",
    name: "quotes-kept",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[
        "SYN001", "SYN021", "PAR001", "PAR002", "PRT001", "TLS004", "SEC001", "HST020",
    ],
    docs: docs!("quotes_kept.md"),
    check,
};

/// The longest value that is looked at, in characters.
const LONGEST: usize = 400;

fn message(sign: &str, noun: &str) -> String {
    format!("{sign} are a part of the {noun} here")
}

fn help(ctx: &Context<'_>, sign: &str) -> String {
    let right = match ctx.grammar() {
        Grammar::KeyValue | Grammar::Pdo => "Only single quotes hold a value together.",
        Grammar::AdoNet => "Quotes hold a value together here, braces do so in ODBC only.",
        Grammar::Pgpass => "A .pgpass line has no quotes; a backslash takes a colon as it is.",
        _ => "Nothing takes them off: a value runs to the end of its line.",
    };
    format!(
        "The driver does not take the {sign} off, so that the name or the password is another one, which the server does not know. {right}"
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let settings = ctx.settings().all.iter().filter(|s| !is_told(ctx, s));
    let found: Vec<Finding> = match ctx.grammar() {
        Grammar::KeyValue | Grammar::Pdo => settings.filter_map(|s| in_pairs(ctx, s)).collect(),
        Grammar::AdoNet => settings.filter_map(|s| braces(ctx, s)).collect(),
        Grammar::Pgpass => settings.filter_map(|s| bare(ctx, s)).collect(),
        Grammar::Entries if ctx.parse.dialect == Dialect::ServiceFile => {
            settings.filter_map(|s| bare(ctx, s)).collect()
        }
        Grammar::Entries => {
            let all = ctx.settings().all.iter();
            settings
                .filter_map(|s| twice(ctx, s))
                .chain(all.filter_map(|s| in_cmd(ctx, s)))
                .collect()
        }
        _ => Vec::new(),
    };
    out.extend(together(found));
}

/// Whether a rule about hosts (HST030), users (USR014) or databases (DBN011) speaks of the quotes round this name.
fn is_told(ctx: &Context<'_>, setting: &Setting) -> bool {
    let raw = ctx.raw(setting.value.span);
    let named = matches!(setting.param, Param::Host | Param::User | Param::Database);
    named
        && ['"', '\'']
            .iter()
            .any(|quote| raw.len() > 1 && raw.starts_with(*quote) && raw.ends_with(*quote))
}

/// Double quotes in a keyword/value string; a value with blanks in it falls apart besides.
fn in_pairs(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let start = setting.value.span.start;
    let tail = rest(ctx.text, start);
    // Of a port its own rule speaks.
    if setting.value.quote.is_some() || !tail.starts_with('"') || setting.param == Param::Port {
        return None;
    }
    // Up to the quote that a separator follows.
    let close = tail
        .char_indices()
        .skip(1)
        // No value is longer; the bound keeps a text full of quotes cheap.
        .take(LONGEST)
        .find(|(at, c)| {
            *c == '"'
                && tail.get(at + 1..).is_some_and(|b| {
                    b.is_empty() || b.starts_with(|c: char| c.is_whitespace() || c == ';')
                })
        })
        .map(|(at, _)| at)?;
    let span = Span::new(start, start + close + 1);
    let inner = tail.get(1..close)?;
    // Another pair in between: the quote that closes it is not this one.
    if inner.contains(['"', '\n']) || ctx.has_variable(Span::new(start, start + 1)) {
        return None;
    }
    let fits =
        !inner.contains(['\'', '\\']) && (ctx.grammar() != Grammar::Pdo || !inner.contains(';'));
    Some(finding(
        ctx,
        setting,
        span,
        "double quotes",
        fits.then_some(("'", "'")),
    ))
}

/// `Password={a;b}`
fn braces(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let start = setting.value.span.start;
    let tail = rest(ctx.text, start);
    if setting.value.quote.is_some() || !tail.starts_with('{') {
        return None;
    }
    let close = tail.find('}')?;
    let span = Span::new(start, start + close + 1);
    let inner = tail.get(1..close)?;
    let behind = tail.get(close + 1..)?.trim_start();
    let ends = behind.is_empty() || behind.starts_with(';');
    let template = !placeholder::find(ctx.raw(span)).is_empty();
    if template || !ends || inner.is_empty() || ctx.has_variable(span) {
        return None;
    }
    // Braces without need could be the password's own.
    if setting.param.is_secret() && !inner.contains([';', ' ', '\'', '"']) {
        return None;
    }
    let fits = !inner.contains('"');
    Some(finding(
        ctx,
        setting,
        span,
        "braces",
        fits.then_some(("\"", "\"")),
    ))
}

/// Quotes in a file that knows none.
fn bare(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let span = setting.value.span;
    let raw = ctx.raw(span);
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let quoted = raw.len() > 2 && raw.ends_with(quote) && !ctx.has_variable(span);
    quoted.then(|| finding(ctx, setting, span, "quotes", Some(("", ""))))
}

/// `PGHOST="'db.example'"`
fn twice(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let outer = setting.value.quote?;
    let found = bare(ctx, setting)?;
    let raw = ctx.raw(setting.value.span);
    // A dictionary of quoted JSON is no value.
    (!raw.starts_with(outer) && setting.param != Param::Known).then_some(found)
}

/// `set PGPASSWORD="…"`: cmd.exe keeps the quotes.
fn in_cmd(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let key = setting.key_span?;
    let quote = setting.value.quote.filter(|quote| *quote == '"')?;
    let before = ctx.text.get(..key.start)?;
    let line = match before.rsplit_once('\n') {
        Some((_, line)) => line,
        None if before.is_empty() => ctx.surroundings.before.rsplit('\n').next().unwrap_or(""),
        None => before,
    };
    if !line.trim_start().eq_ignore_ascii_case("set ") {
        return None;
    }
    let value = setting.value.span;
    let span = Span::new(value.start - quote.len_utf8(), value.end + quote.len_utf8());
    let equals = ctx.raw(Span::new(key.end, span.start));
    (equals == "=").then(|| finding(ctx, setting, span, "quotes", Some(("", ""))))
}

/// `span` is the value with its signs, which are one byte each.
fn finding(
    ctx: &Context<'_>,
    setting: &Setting,
    span: Span,
    sign: &str,
    right: Option<(&'static str, &'static str)>,
) -> Finding {
    let first = Span::new(span.start, span.start + 1);
    let last = Span::new(span.end - 1, span.end);
    let mut finding = Finding::new(span, message(sign, setting.param.noun())).help(help(ctx, sign));
    let secret = setting.param.is_secret();
    if secret {
        finding = finding.certainty(Certainty::Likely);
    }
    match right {
        None => finding,
        Some((open, close)) => finding.fix(
            if open.is_empty() {
                "Take them out"
            } else {
                "Write the right quotes"
            },
            if secret {
                Applicability::Unsafe
            } else {
                Applicability::Safe
            },
            [Edit::replace(first, open), Edit::replace(last, close)],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn quotes_that_are_none_are_found() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example dbname=app sslmode=\"require\"
                                   ^^^^^^^^^ double quotes are a part of the value here
",
        );
        for (text, expected) in [
            (
                "host=db.example dbname=app application_name=\"app\"",
                "host=db.example dbname=app application_name='app'",
            ),
            (
                "host=db.example dbname=\"my app\" user=app",
                "host=db.example dbname='my app' user=app",
            ),
            (
                "host=db.example user=app password=\"correct horse\" dbname=app",
                "host=db.example user=app password='correct horse' dbname=app",
            ),
            (
                "Host=db.example;Username=app;Password={a;b};Database=app",
                "Host=db.example;Username=app;Password=\"a;b\";Database=app",
            ),
            ("db.example:5432:*:app:\"p@w\"", "db.example:5432:*:app:p@w"),
            (
                "[shop]\nhost=db.example\ndbname=app\nsslmode=\"require\"\n# pg_service.conf",
                "[shop]\nhost=db.example\ndbname=app\nsslmode=require\n# pg_service.conf",
            ),
            (
                "PGHOST=db.example\nPGPASSWORD=\"'pw'\"",
                "PGHOST=db.example\nPGPASSWORD=\"pw\"",
            ),
            (
                "set PGHOST=\"db.example\"\nset PGUSER=app",
                "set PGHOST=db.example\nset PGUSER=app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn quotes_that_hold_a_value_together_are_left_alone() {
        for text in [
            "host=db.example password='\"a\"' user=app",
            "host=db.example password=a\"b user=app",
            "Host=db.example;Password=\"{a;b}\";Database=app",
            "Host=db.example;Password={your_password};Database=app",
            "Host=db.example;Password={abc};Database=app",
            "Driver={PostgreSQL Unicode};Server=db.example;Pwd={a;b};",
            "PGHOST=\"db.example\"\nPGUSER='app'",
            "$env:PGHOST=\"db.example\"\n$env:PGUSER=\"app\"",
            "db.example:5432:*:app:p\"w",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

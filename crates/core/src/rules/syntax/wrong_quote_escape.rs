//! SYN019: a quote inside a quoted value that is escaped the way of another dialect.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN019",
    name: "wrong-quote-escape",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "SYN020", "SYN021", "PAR001"],
    docs: docs!("wrong_quote_escape.md"),
    check,
};

const DOUBLED: &str = "a doubled quote ends the value, it escapes nothing";
const BACKSLASH: &str = "a backslash escapes no quote, doubling does";

const HELP_DOUBLED: &str = "libpq and its like end the value at the first of the two and take the rest for a keyword: missing \"=\" in connection info string. Inside single quotes, write a quote as `\\'` and a backslash as `\\\\`.";
const HELP_BACKSLASH: &str = ".NET ends the value at this quote and refuses the string: Format of the initialization string does not conform to specification. Write the quote twice, or put the value in quotes of the other kind.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let slip = match ctx.grammar() {
        Grammar::KeyValue | Grammar::Pdo => doubled,
        Grammar::AdoNet => backslash,
        _ => return,
    };
    let settings = ctx.settings().all.iter();
    out.extend(settings.filter_map(|s| slip(ctx, s)).next());
}

/// `'it''s'` in a keyword/value string.
fn doubled(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let value = setting.value.span;
    if setting.value.quote != Some('\'') || !rest(ctx.text, value.end).starts_with("''") {
        return None;
    }
    // Read as SQL does: two quotes are one.
    let mut pairs = Vec::new();
    let mut at = value.end;
    let end = loop {
        let quote = at + rest(ctx.text, at).find('\'')?;
        if rest(ctx.text, quote + 1).starts_with('\'') {
            pairs.push(Span::new(quote, quote + 2));
            at = quote + 2;
        } else {
            break quote;
        }
    };
    let behind = rest(ctx.text, end + 1);
    let ends = behind.is_empty() || behind.starts_with(|c: char| c.is_whitespace() || c == ';');
    let first = *pairs.first()?;
    // `password=''` is an empty value, and `'a''` may have lost its end.
    if !ends || ctx.has_variable(Span::new(value.start, end)) {
        return None;
    }
    let edits: Vec<Edit> = pairs
        .iter()
        .map(|pair| Edit::replace(Span::new(pair.start, pair.start + 1), "\\"))
        .collect();
    Some(Finding::new(first, DOUBLED).help(HELP_DOUBLED).fix(
        "Write `\\'`",
        Applicability::Safe,
        edits,
    ))
}

/// `'it\'s'` in an ADO.NET string.
fn backslash(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let value = setting.value.span;
    let quote = setting.value.quote?;
    let close = rest(ctx.text, value.end + 1).trim_start();
    if !ctx.raw(value).ends_with('\\') || close.is_empty() || close.starts_with(';') {
        return None;
    }
    let mut escapes = Vec::new();
    let mut at = value.start;
    let end = loop {
        let next = at + rest(ctx.text, at).find(quote)?;
        let before = ctx.text.get(value.start..next)?;
        if before.ends_with('\\') {
            escapes.push(Span::new(next - 1, next));
            at = next + 1;
        } else {
            break next;
        }
    };
    let behind = rest(ctx.text, end + 1).trim_start();
    let first = *escapes.first()?;
    if !(behind.is_empty() || behind.starts_with(';'))
        || ctx.has_variable(Span::new(value.start, end))
    {
        return None;
    }
    let double = if quote == '"' { "\"" } else { "'" };
    let edits: Vec<Edit> = escapes
        .iter()
        .map(|escape| Edit::replace(*escape, double))
        .collect();
    Some(
        Finding::new(Span::new(first.start, first.end + 1), BACKSLASH)
            .help(HELP_BACKSLASH)
            .fix("Write the quote twice", Applicability::Safe, edits),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn each_dialect_has_its_own_escape() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example dbname='it''s' user=app
                          ^^ a doubled quote ends the value, it escapes nothing
",
        );
        for (text, expected) in [
            (
                "host=db.example password='it''s a ''b' user=app",
                r"host=db.example password='it\'s a \'b' user=app",
            ),
            (
                r"Host=db.example;Username=app;Password='it\'s';Database=app",
                "Host=db.example;Username=app;Password='it''s';Database=app",
            ),
            (
                r#"Host=db.example;Username=app;Password="a\"b;c""#,
                r#"Host=db.example;Username=app;Password="a""b;c""#,
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn the_right_escape_is_left_alone() {
        for text in [
            r"host=db.example password='it\'s' user=app",
            "host=db.example password='' user=app",
            "host='db.example'user='app'dbname='app'",
            "Host=db.example;Password='it''s';Database=app",
            r"Host=db.example;Password='C:\';Database=app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! SYN001: the driver cannot read the text, for a reason that no other rule explains better.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::parse::{ErrorKind, ParseError};
use crate::rules::quoting::quote_secret;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN001",
    name: "refused-by-driver",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: include_str!("refused_by_driver.md"),
    check,
};

/// What is wrong, in words that do not need the driver's.
fn message(ctx: &Context<'_>, error: &ParseError) -> String {
    let text = slice(ctx.text, error.span);
    match error.kind {
        ErrorKind::Percent => "`%` without two hexadecimal digits behind it".into(),
        ErrorKind::Blank => "raw blank, which ends the value here".into(),
        ErrorKind::Missing if error.template.contains("NAME") => "no database is given".into(),
        ErrorKind::Missing if text == "," => "nothing stands beside this comma".into(),
        ErrorKind::Missing => "no host is given".into(),
        ErrorKind::HostPortCount if error.template.contains("hostaddr") => {
            "not as many addresses as hosts".into()
        }
        ErrorKind::HostPortCount => "not as many ports as hosts".into(),
        _ if error.template.starts_with("missing \"=\"") => "no `=` behind this word".into(),
        _ if error.template.starts_with("unterminated") => "this quote is never closed".into(),
        _ if error.template.starts_with("extra key/value") => "second `=` in one parameter".into(),
        _ if error.template.starts_with("missing key/value") => {
            "parameter without `=` and value".into()
        }
        _ if error.template.contains("IPv6") => "IPv6 address is not closed or empty".into(),
        _ if ctx.grammar() == Grammar::Pgpass => "the password ends at this colon".into(),
        _ if matches!(text, "'" | "\"") => "this quote is not balanced".into(),
        _ => format!("{} cannot read on from here", ctx.driver.label()),
    }
}

/// Errors that a rule of their own explains.
const fn has_own_rule(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Percent
            | ErrorKind::UnknownKeyword
            | ErrorKind::PortNotANumber
            | ErrorKind::PortOutOfRange
            | ErrorKind::BadValue
            | ErrorKind::WrongDialect
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // What a raw reserved character in the userinfo brings about is said by the rules about that.
    let userinfo = super::reserved_in_userinfo::userinfo(ctx);
    let raws = super::raw::broken(ctx);
    let own = |error: &&ParseError| {
        !has_own_rule(error.kind)
            && !ctx.has_variable(error.span)
            && !userinfo.is_some_and(|span| span.overlaps(error.span))
            && !raws
                .iter()
                .take(64)
                .any(|raw| raw.helps && raw.value.overlaps(error.span))
    };
    // The first error is the one that the driver gives; those behind it may be its echo.
    let Some(error) = ctx.meant.errors.iter().find(own) else {
        return;
    };
    out.push(finding(ctx, error));
}

/// What is said of `error`.
pub(in crate::rules) fn finding(ctx: &Context<'_>, error: &ParseError) -> Finding {
    let said = error.driver_text(ctx.text, ctx.redactor);
    let mut finding = Finding::new(error.span, message(ctx, error)).help(help(ctx, error, &said));
    if let Some((title, edits)) = repair(ctx, error) {
        finding = finding.fix(title, Applicability::Safe, edits);
    } else if let Some((title, edits)) = quote_secret(ctx, error.span) {
        // That all of it belongs to the password is a guess, if a good one.
        finding = finding.fix(title, Applicability::Unsafe, edits);
    }
    finding
}

fn help(ctx: &Context<'_>, error: &ParseError, said: &str) -> String {
    let said = said.trim_end_matches('.');
    let what_to_do = match (ctx.grammar(), error.kind) {
        (_, ErrorKind::Percent) => "Write a percent sign itself as `%25`.",
        (_, ErrorKind::Blank) => "Write a blank as `%20`, or take it out.",
        (Grammar::AdoNet, ErrorKind::Missing) => "Npgsql needs at least `Host=`.",
        (Grammar::AdoNet, _) => {
            "A value with a quote at its beginning or end, or with a `;`, must stand in quotes: `Password=\"…\"`, with a `\"` inside doubled."
        }
        (Grammar::KeyValue, _) => {
            "A value with blanks must stand in single quotes: `password='…'`; inside them, write `'` as `\\'` and a backslash twice."
        }
        (Grammar::Jdbc, _) => "The form is `jdbc:postgresql://host:port/database?key=value`.",
        (Grammar::Uri, _) => {
            "The form is `postgresql://user:password@host:port/database?key=value`."
        }
        (Grammar::Pdo, _) => {
            "The form is `pgsql:host=…;port=…;dbname=…`. PDO turns every `;` into a blank, also inside quotes: give a password with one to the constructor instead."
        }
        (Grammar::Pgpass, _) => "Write a colon in the password as `\\:`.",
        (Grammar::Odbc | Grammar::Command | Grammar::Entries, _) => "Look at what stands here.",
    };
    if ctx.grammar() == Grammar::Pgpass {
        return format!(
            "libpq takes only what stands before it, and the server answers that authentication failed. {what_to_do}"
        );
    }
    format!("{} answers: {said}. {what_to_do}", ctx.driver.label())
}

fn repair(ctx: &Context<'_>, error: &ParseError) -> Option<(&'static str, Vec<Edit>)> {
    let span = error.span;
    match error.kind {
        ErrorKind::Percent if slice(ctx.text, span) == "%" => Some((
            "Encode the `%` as `%25`",
            alloc::vec![Edit::replace(span, "%25")],
        )),
        ErrorKind::Blank => Some((
            "Encode the blank as `%20`",
            alloc::vec![Edit::replace(span, "%20")],
        )),
        ErrorKind::Syntax if ctx.grammar() == Grammar::Pgpass => {
            let colons = ctx.raw(Span::new(span.start, ctx.text.len()));
            let edits = colons
                .match_indices(':')
                .filter(|(at, _)| {
                    !colons
                        .get(..*at)
                        .is_some_and(|before| before.ends_with('\\'))
                })
                .map(|(at, _)| Edit::insert(span.start + at, "\\"))
                .collect();
            Some(("Write a backslash before the colon", edits))
        }
        ErrorKind::Syntax if ctx.grammar() == Grammar::AdoNet => unbalanced(ctx, span),
        _ => None,
    }
}

/// Quotes the value whose own quote stands alone.
fn unbalanced(ctx: &Context<'_>, span: Span) -> Option<(&'static str, Vec<Edit>)> {
    let setting = ctx.meant.settings.all.last()?;
    let value = setting.value.span;
    let raw = slice(ctx.text, value);
    // Only a quote at the very beginning or end of an unquoted value can be put right without guessing.
    let ends = span == Span::new(value.start, value.start + 1)
        || span == Span::new(value.end.checked_sub(1)?, value.end);
    if setting.value.quote.is_some()
        || !ends
        || raw.contains('"')
        || setting.param == Param::Unknown
    {
        return None;
    }
    Some((
        "Put the value in double quotes",
        alloc::vec![
            Edit::insert(value.start, "\""),
            Edit::insert(value.end, "\"")
        ],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn points_at_the_character_that_stops_the_driver() {
        for fixture in [
            "
host=db.example port=5432 password='abc dbname=app
                                   ^ this quote is never closed
",
            "
host=db.example password=correct horse dbname=app
                                 ^^^^^ no `=` behind this word
",
            "
Host=db.example;Username=app;Password='kR9wTz;Database=app
                                      ^ this quote is not balanced
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn repairs_what_needs_no_guess() {
        for (text, expected) in [
            (
                "host=db.example password=correct horse dbname=app",
                "host=db.example password='correct horse' dbname=app",
            ),
            (
                "Host=db.example;Username=app;Password=pa;ss;",
                "Host=db.example;Username=app;Password=\"pa;ss\";",
            ),
            (
                "db.example:5432:*:app:p:w7:Kq",
                r"db.example:5432:*:app:p\:w7\:Kq",
            ),
            (
                "Host=db.example;Password='kR9wTz;Database=app",
                "Host=db.example;Password=\"'kR9wTz\";Database=app",
            ),
            (
                "Host=db.example;Database=app;Password=kR9'",
                "Host=db.example;Database=app;Password=\"kR9'\"",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn says_nothing_where_the_driver_reads_on() {
        for text in [
            "postgresql://app:pw@db.example:5432/app?options=-c%20a%3Db",
            "host=db.example password='it\\'s' application_name=''",
            "Host=db.example;Username=app;Password=\"'kR9w;z\";Database=app",
            "jdbc:postgresql:app?user=u",
            "postgresql://${HOST NAME}/app",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::Sqlx),
            "postgresql://app:p%ss@db.example/app",
        );
    }
}

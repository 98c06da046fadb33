//! SYN001: the driver cannot read the text, for a reason that no other rule explains better.

use crate::diagnostics::{Certainty, Severity};
use crate::model::Grammar;
use crate::parse::{ErrorKind, ParseError};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::slice;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN001",
    name: "refused-by-driver",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("refused_by_driver.md"),
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
        _ if error.template.contains("IPv6") => "address of IPv6 is not closed or empty".into(),
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
        // Of .pgpass its own rules speak.
        !has_own_rule(error.kind)
            && ctx.grammar() != Grammar::Pgpass
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
    Finding::new(error.span, message(ctx, error)).help(help(ctx, error, &said))
}

fn help(ctx: &Context<'_>, error: &ParseError, said: &str) -> String {
    let said = said.trim_end_matches('.');
    let what_to_do = match (ctx.grammar(), error.kind) {
        (_, ErrorKind::Percent) => "Write a percent sign itself as `%25`.",
        (_, ErrorKind::Blank) => "Write a blank as `%20`, or take it out.",
        (Grammar::AdoNet, ErrorKind::Missing) => "Npgsql needs at least `Host=`.",
        (Grammar::AdoNet, _) => {
            "The form is `Host=…;Port=…;Database=…;Username=…;Password=…`; a value with a `;` stands in quotes."
        }
        (Grammar::KeyValue, _) => {
            "The form is `host=… port=… dbname=… user=…`; a value with blanks stands in single quotes."
        }
        (Grammar::Jdbc, _) => "The form is `jdbc:postgresql://host:port/database?key=value`.",
        (Grammar::Uri, _) => {
            "The form is `postgresql://user:password@host:port/database?key=value`."
        }
        (Grammar::Pdo, _) => "The form is `pgsql:host=…;port=…;dbname=…`.",
        (Grammar::Pgpass, _) => "The form is `host:port:database:user:password`.",
        (Grammar::Odbc | Grammar::Command | Grammar::Entries, _) => "Look at what stands here.",
    };
    format!("{} answers: {said}. {what_to_do}", ctx.driver.label())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, silent};

    #[test]
    fn points_at_the_character_that_stops_the_driver() {
        for fixture in [
            "
host=db.example dbname=app port 5432
                           ^^^^ no `=` behind this word
",
            "
postgresql://[::1/app
             ^ address of IPv6 is not closed or empty
",
        ] {
            carets(&RULE, &auto(), fixture);
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

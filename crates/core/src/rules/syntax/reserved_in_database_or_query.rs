//! SYN006: a raw reserved character in a database name or a query's value, where the driver stumbles over it.

use super::raw::{Raw, broken};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::parse::percent;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN006",
    name: "reserved-in-database-or-query",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "PAR001"],
    docs: docs!("reserved_in_database_or_query.md"),
    check,
};

fn message(raw: Raw) -> String {
    let part = match (raw.in_database, raw.secret) {
        (true, _) => "the database name",
        (false, true) => "a password of the query",
        (false, false) => "a value of the query",
    };
    match raw.c {
        ' ' => format!("raw blank in {part}"),
        c if c.is_ascii() => format!("raw `{c}` in {part}"),
        _ => format!("raw non-ASCII character in {part}"),
    }
}

fn help(ctx: &Context<'_>, raw: Raw, encoded: &str) -> String {
    let name = ctx.driver.label();
    let said = ctx
        .parse
        .errors
        .iter()
        .take(32)
        .find(|e| e.span.overlaps(raw.span))
        .map(|e| e.driver_text(ctx.text, ctx.redactor));
    let consequence = match (said, raw.c) {
        (Some(said), _) => format!("{name} answers: {}.", said.trim_end_matches('.')),
        (None, '&') => format!("{name} takes it for the end of the value."),
        (None, ';') => format!("{name} drops the whole pair without a word."),
        _ => format!("{name} reads another value here."),
    };
    let before = if raw.fine_before {
        " Older versions take it as it is."
    } else {
        ""
    };
    format!("{consequence}{before} In a URL, write it as `{encoded}`.")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let raws: Vec<Raw> = broken(ctx)
        .into_iter()
        .filter(|raw| raw.helps && !matches!(raw.c, '#' | '%'))
        .collect();
    let Some(first) = raws.first().copied() else {
        return;
    };
    let encoded = percent::encode(ctx.raw(first.span));
    let mut finding = Finding::new(first.span, message(first)).help(help(ctx, first, &encoded));
    for raw in raws.iter().skip(1) {
        finding = finding.related(raw.span, message(*raw));
    }
    let edits: Vec<Edit> = raws
        .iter()
        .map(|raw| Edit::replace(raw.span, percent::encode(ctx.raw(raw.span))))
        .collect();
    let title = if edits.len() == 1 {
        format!("Encode it as `{encoded}`")
    } else {
        String::from("Percent-encode these characters")
    };
    out.push(finding.fix(title, Applicability::Safe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn each_driver_stumbles_over_its_own_characters() {
        for (d, text, fixed) in [
            (
                Driver::Libpq,
                "postgresql://app@db.example/my app",
                "postgresql://app@db.example/my%20app",
            ),
            (
                Driver::Libpq,
                "postgresql://app@db.example/app?options=-c geqo=off",
                "postgresql://app@db.example/app?options=-c%20geqo%3Doff",
            ),
            (
                Driver::Libpq,
                "postgresql://db.example/app?user=app&password=p&w&sslmode=require",
                "postgresql://db.example/app?user=app&password=p%26w&sslmode=require",
            ),
            (
                Driver::Pgjdbc,
                "jdbc:postgresql://db.example/app?user=app&password=p&w&sslmode=require",
                "jdbc:postgresql://db.example/app?user=app&password=p%26w&sslmode=require",
            ),
            (
                Driver::Pgx,
                "postgresql://db.example/app?user=app&password=p;w",
                "postgresql://db.example/app?user=app&password=p%3Bw",
            ),
            (
                Driver::Libpq,
                "postgresql://db.example/app?user=app&password=p=w",
                "postgresql://db.example/app?user=app&password=p%3Dw",
            ),
        ] {
            fixes(&RULE, &driver(d), text, fixed);
        }
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example/app?user=app&password=p&w=1&sslmode=require
                                                    ^ raw `&` in a password of the query
",
        );
    }

    #[test]
    fn what_the_driver_takes_as_it_is_is_left_alone() {
        for text in [
            "jdbc:postgresql://db.example/app?user=a b&password=p=w;x#y?z",
            "postgresql://app@db.example/my-app_1?application_name=a:b/c,d@e!$(f)*'~",
            "postgresql://app@db.example/app?options=-c%20geqo%3Doff",
            "postgresql://db.example/app?user=app&password=${PASSWORD}&sslmode=require",
            "postgresql://db.example/{your_database}?sslmode=require",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://app@db.example/app?application_name=a b",
        );
    }
}

//! SYN022: pairs that are separated by another sign than the dialect's, or by none.

use super::separators::{Seam, seams};
use super::url_parts::UrlParts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::order::gathered;
use crate::parse::{allowed_values, keywords};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN022",
    name: "wrong-separator",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[
        "SYN001", "SYN006", "SYN024", "PAR001", "PAR002", "PAR003", "HST010", "PRT001", "PRT004",
        "TLS004",
    ],
    docs: docs!("wrong_separator.md"),
    check,
};

fn message(sign: &str, right: &str) -> String {
    let sign = match sign.trim() {
        "" if sign.contains('\n') => "a line break",
        "" => "a blank",
        sign => return format!("`{sign}` separates no pairs here, {right} does"),
    };
    format!("{sign} separates no pairs here, {right} does")
}

const MISSING: &str = "no separator before this keyword";

fn help(ctx: &Context<'_>, right: &str) -> String {
    format!(
        "{} takes the sign and what follows for a part of the value before it, so that this value is wrong and the keywords behind it are not read. Pairs are separated by {right}.",
        ctx.driver.label()
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    match ctx.grammar() {
        Grammar::Uri | Grammar::Jdbc => in_query(ctx, out),
        Grammar::KeyValue => in_pairs(ctx, "a blank", " ", out),
        Grammar::AdoNet => in_pairs(ctx, "`;`", ";", out),
        Grammar::Pdo => in_pairs(ctx, "`;`", ";", out),
        _ => {}
    }
}

fn in_query(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(parts) = UrlParts::of(ctx) else {
        return;
    };
    // What the query begins with is another rule's.
    if parts
        .pairs
        .first()
        .is_none_or(|first| slice(&parts.text, first.separator) != "?")
    {
        return;
    }
    let settings = ctx.parse.settings.all.iter();
    let read: BTreeSet<usize> = gathered(settings.filter_map(|s| s.key_span.map(|key| key.start)));
    let wrong: Vec<Span> = parts
        .pairs
        .iter()
        .skip(1)
        .filter(|pair| pair.value.is_some() && !read.contains(&pair.key.start))
        .map(|pair| pair.separator)
        .filter(|span| !slice(&parts.text, *span).contains('&') && !ctx.has_variable(*span))
        .collect();
    if let Some(first) = wrong.first() {
        let mut finding =
            Finding::new(*first, message(ctx.raw(*first), "`&`")).help(help(ctx, "`&`"));
        for span in wrong.iter().skip(1) {
            finding = finding.related(*span, "here too");
        }
        let edits: Vec<Edit> = wrong.iter().map(|span| Edit::replace(*span, "&")).collect();
        out.push(finding.fix("Write `&`", Applicability::Safe, edits));
        return;
    }
    let missing: Vec<(Span, usize)> = parts
        .pairs
        .iter()
        .filter_map(|pair| {
            let key = slice(&parts.text, pair.key);
            let value = pair.value?;
            let at = glued(ctx, key, slice(&parts.text, value))?;
            let keyword = slice(&parts.text, value).get(at..)?.find('=')?;
            let start = value.start + at;
            Some((Span::new(start, start + keyword), start))
        })
        .filter(|(span, _)| !ctx.has_variable(*span))
        .collect();
    let Some((first, _)) = missing.first() else {
        return;
    };
    let edits: Vec<Edit> = missing
        .iter()
        .map(|(_, at)| Edit::insert(*at, "&"))
        .collect();
    out.push(Finding::new(*first, MISSING).help(help(ctx, "`&`")).fix(
        "Put a `&` before it",
        Applicability::Safe,
        edits,
    ));
}

/// Where a keyword begins that a word or a number runs into: `requireconnect_timeout=10`.
fn glued(ctx: &Context<'_>, key: &str, value: &str) -> Option<usize> {
    let equals = value.find('=')?;
    let before = value.get(..equals)?;
    let words = allowed_values(ctx.driver, ctx.parse.dialect, key);
    let digits = before.bytes().take_while(u8::is_ascii_digit).count();
    words
        .iter()
        .copied()
        .filter(|word| before.starts_with(word))
        .map(str::len)
        .chain((digits > 0).then_some(digits))
        .find(|len| {
            before.get(*len..).is_some_and(|name| {
                keywords::libpq(name).is_some() || keywords::pgjdbc(name).is_some()
            })
        })
}

fn in_pairs(ctx: &Context<'_>, right: &str, sign: &str, out: &mut Vec<Finding>) {
    let seams: Vec<Seam> = seams(ctx)
        .into_iter()
        .filter(|seam| !ctx.raw(seam.span).contains('?'))
        .collect();
    let Some(first) = seams.first() else { return };
    let mut finding =
        Finding::new(first.span, message(ctx.raw(first.span), right)).help(help(ctx, right));
    for seam in seams.iter().skip(1) {
        finding = finding.related(seam.span, "here too");
    }
    let applicability = if seams.iter().any(|seam| seam.param.is_secret()) {
        Applicability::Unsafe
    } else {
        Applicability::Safe
    };
    let edits: Vec<Edit> = seams
        .iter()
        .map(|seam| Edit::replace(seam.span, if seam.at_end { "" } else { sign }))
        .collect();
    let title = if seams.iter().all(|seam| seam.at_end) {
        "Take the sign out"
    } else {
        "Write the right separator"
    };
    out.push(finding.fix(title, applicability, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn other_signs_in_a_query_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@db.example/app?sslmode=require;connect_timeout=10
                                               ^ `;` separates no pairs here, `&` does
",
        );
        for (text, expected) in [
            (
                "postgresql://app@db.example/app?sslmode=require?connect_timeout=10",
                "postgresql://app@db.example/app?sslmode=require&connect_timeout=10",
            ),
            (
                "postgresql://app@db.example/app?sslmode=require, connect_timeout=10;application_name=a",
                "postgresql://app@db.example/app?sslmode=require&connect_timeout=10&application_name=a",
            ),
            (
                "postgresql://app@db.example/app?sslmode=require connect_timeout=10",
                "postgresql://app@db.example/app?sslmode=require&connect_timeout=10",
            ),
            (
                "postgresql://app@db.example/app?sslmode=requireconnect_timeout=10",
                "postgresql://app@db.example/app?sslmode=require&connect_timeout=10",
            ),
            (
                "jdbc:postgresql://db.example/app?user=app;password=pw;sslmode=require",
                "jdbc:postgresql://db.example/app?user=app&password=pw&sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::Pgx),
            "postgresql://app@db.example/app?sslmode=require;connect_timeout=10",
            "postgresql://app@db.example/app?sslmode=require&connect_timeout=10",
        );
    }

    #[test]
    fn other_signs_between_pairs_are_found() {
        for (text, expected) in [
            (
                "host=db.example;port=5432;dbname=app user=app",
                "host=db.example port=5432 dbname=app user=app",
            ),
            (
                "host=db.example, port=5432, dbname=app, user=app",
                "host=db.example port=5432 dbname=app user=app",
            ),
            (
                "Host=db.example,Port=5432,Database=app,Username=app",
                "Host=db.example;Port=5432;Database=app;Username=app",
            ),
            (
                "Host=db.example Port=5432 Database=app Username=app",
                "Host=db.example;Port=5432;Database=app;Username=app",
            ),
            (
                "Host=db.example;Port=5432\nDatabase=app\nUser Id=app",
                "Host=db.example;Port=5432;Database=app;User Id=app",
            ),
            (
                "host=db.example dbname=app&user=app&sslmode=require",
                "host=db.example dbname=app user=app sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn the_dialect_s_own_signs_are_left_alone() {
        for text in [
            "postgresql://app@db.example/app?sslmode=require&amp;connect_timeout=10",
            "postgresql://app@db.example/app?options=-c%20a%3Db;c&sslmode=require",
            "postgresql://h1.example,h2.example/app?sslmode=require",
            "host=h1.example,h2.example port=5432,5433 dbname=app",
            "host=db.example password='a;port=1' dbname=app",
            "host=db.example password=pw, dbname=app",
            "Host=db.example;Password=\"a,Port=1\";Database=app",
            "Host=h1.example,h2.example;Search Path=a,b;Options=-c geqo=off",
            "pgsql:host=db.example;port=5432;dbname=app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }

    #[test]
    fn what_a_separator_draws_in_is_not_shown() {
        for text in [
            "postgresql://u@h/db?sslmode=require;password=Tr0ub4dor",
            "Host=h;SSL Mode=Require Password=Tr0ub4dor",
            "host=h,password=Tr0ub4dor user=u",
        ] {
            let found = findings(&RULE, &auto(), text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(!format!("{found:?}").contains("Tr0ub4dor"), "{found:?}");
        }
    }
}

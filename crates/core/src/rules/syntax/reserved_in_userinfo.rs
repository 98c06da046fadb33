//! SYN002: a raw reserved character other than `@` in the user name or password of a URI.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar};
use crate::parse::percent;
use crate::parse::reserved::{Outcome, is_reserved, outcome};
use crate::parse::{Userinfo, userinfo_as_meant, userinfo_read_otherwise};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN002",
    name: "reserved-in-userinfo",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("reserved_in_userinfo.md"),
    check,
};

fn message(c: char, part: &str) -> String {
    match c {
        ' ' => format!("raw blank in the {part}"),
        '%' => format!("`%` in the {part} that begins no percent sequence"),
        c if c.is_ascii() => format!("raw `{c}` in the {part}"),
        _ => format!("raw non-ASCII character in the {part}"),
    }
}

fn help(driver: Driver, c: char, encoded: &str) -> String {
    let name = if driver == Driver::RubyPg {
        "Rails"
    } else {
        driver.label()
    };
    let consequence = match c {
        '/' | '?' | '#' => {
            "ends the user name and password here and takes the rest for something else, often with an error about the port"
        }
        '%' => "wants two hexadecimal digits behind it and refuses the text",
        _ => "refuses a URI with this character in it",
    };
    format!("{name} {consequence}. In a URI, write it as `{encoded}`.")
}

/// The user name and password as meant, as one span.
pub(super) fn userinfo(ctx: &Context<'_>) -> Option<Span> {
    if ctx.grammar() != Grammar::Uri {
        return None;
    }
    let Userinfo { user, password, at } = userinfo_as_meant(ctx.text)?;
    let start = user.or(password).map_or(at, |span| span.start);
    Some(Span::new(start, at))
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Uri {
        return;
    }
    let Some(meant) = userinfo_as_meant(ctx.text) else {
        return;
    };
    let mut raw: Vec<(Span, char, &str)> = Vec::new();
    for (span, part) in [(meant.user, "user name"), (meant.password, "password")] {
        let Some(span) = span else { continue };
        let text = slice(ctx.text, span);
        // A template is not a value yet.
        if !placeholder::find(text).is_empty() {
            continue;
        }
        for (offset, c) in text.char_indices() {
            let place = Span::new(span.start + offset, span.start + offset + c.len_utf8());
            let stands_for_itself = c != '@'
                && is_reserved(c)
                && !(c == '%' && is_sequence(text, offset))
                && !ctx.has_variable(place);
            if stands_for_itself && outcome(ctx.driver, c, part == "password") == Outcome::Broken {
                raw.push((place, c, part));
            }
        }
    }
    let Some(&(first, c, part)) = raw.first() else {
        return;
    };
    let encoded = percent::encode(slice(ctx.text, first));
    let mut finding = Finding::new(first, message(c, part)).help(help(ctx.driver, c, &encoded));
    for &(place, c, part) in raw.iter().skip(1) {
        finding = finding.related(place, message(c, part));
    }
    // Every reserved character goes at once, also those that this driver would forgive: another one may read the string.
    let edits: Vec<Edit> = raw
        .iter()
        .map(|(place, _, _)| Edit::replace(*place, percent::encode(slice(ctx.text, *place))))
        .collect();
    let title = if edits.len() == 1 {
        format!("Encode it as `{encoded}`")
    } else {
        String::from("Percent-encode these characters")
    };
    // Where the text can be read in two ways, this is the fix for one of them.
    let applicability = match userinfo_read_otherwise(ctx.text) {
        Some(_) => Applicability::Unsafe,
        None => Applicability::Safe,
    };
    out.push(finding.fix(title, applicability, edits));
}

fn is_sequence(text: &str, at: usize) -> bool {
    text.get(at + 1..at + 3)
        .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn each_driver_stumbles_over_its_own_characters() {
        let text = |c: char| format!("postgresql://app:p{c}w@db.example:5432/app");
        for (c, broken, fine) in [
            (
                '/',
                &[Driver::Libpq, Driver::NodePostgres, Driver::Asyncpg][..],
                &[Driver::Sqlalchemy][..],
            ),
            (
                '#',
                &[Driver::NodePostgres, Driver::Prisma, Driver::Pgx],
                &[Driver::Libpq, Driver::Sqlalchemy],
            ),
            (
                '?',
                &[Driver::Sqlx, Driver::LibPq],
                &[Driver::Libpq, Driver::TokioPostgres],
            ),
            (
                '%',
                &[Driver::Libpq, Driver::PostgresJs, Driver::Pgx],
                &[Driver::NodePostgres, Driver::Sqlx],
            ),
            (
                '[',
                &[Driver::Asyncpg, Driver::RubyPg],
                &[Driver::Libpq, Driver::NodePostgres],
            ),
            (
                '^',
                &[Driver::Pgx, Driver::RubyPg],
                &[Driver::Libpq, Driver::NodePostgres],
            ),
            (' ', &[Driver::Libpq], &[Driver::NodePostgres]),
            (':', &[], &[Driver::Libpq, Driver::Pgx]),
            ('!', &[], &[Driver::Libpq, Driver::Pgx]),
        ] {
            for d in broken {
                let encoded = percent::encode(&String::from(c));
                let fixed = format!("postgresql://app:p{encoded}w@db.example:5432/app");
                fixes(&RULE, &driver(*d), &text(c), &fixed);
            }
            for d in fine {
                silent(&RULE, &driver(*d), &text(c));
            }
        }
    }

    #[test]
    fn points_at_the_first_and_mends_all() {
        carets(
            &RULE,
            &driver(Driver::Prisma),
            "
postgres://app:R&VbV6#wL^es?q@some.url:5432/some_db
                     ^ raw `#` in the password
",
        );
        fixes(
            &RULE,
            &driver(Driver::Prisma),
            "postgres://app:R&VbV6#wL^es?q@some.url:5432/some_db",
            "postgres://app:R&VbV6%23wL^es%3Fq@some.url:5432/some_db",
        );
    }

    #[test]
    fn variables_placeholders_and_good_strings_are_left_alone() {
        for text in [
            "postgresql://app:${PASSWORD}@db.example/app",
            "postgresql://app:{your_password}@db.example/app",
            "postgresql://app:<password>@db.example/app",
            "postgresql://app:p%2Fw@db.example/app",
            "postgresql://db.example/app?application_name=a#b",
            "host=db.example password=a#b/c?d",
        ] {
            silent(&RULE, &auto(), text);
            silent(&RULE, &driver(Driver::Pgx), text);
        }
    }
}

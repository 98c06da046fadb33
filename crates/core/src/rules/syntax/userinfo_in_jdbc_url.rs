//! SYN011: user name and password before the host of a JDBC URL, where pgJDBC has no place for them.

use super::raw::is_sequence;
use super::url_parts::UrlParts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::parse::{percent, userinfo_as_meant};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest, slice};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN011",
    name: "userinfo-in-jdbc-url",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "PRT001", "PRT002", "HST001", "HST006", "HST007"],
    docs: docs!("userinfo_in_jdbc_url.md"),
    check,
};

const MESSAGE: &str = "pgJDBC takes user name and password in the query only";

const HELP: &str = "It takes everything before the first slash for the host, so that the name is not found: UnknownHostException, or, where a port cannot be read, No suitable driver. The error shows the password. Write `?user=…&password=…`, or give them to the pool or to `getConnection`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Jdbc {
        return;
    }
    let Some(parts) = UrlParts::of(ctx) else {
        return;
    };
    let Some(meant) = userinfo_as_meant(&parts.text) else {
        return;
    };
    let start = meant
        .user
        .or(meant.password)
        .map_or(meant.at, |span| span.start);
    let finding = Finding::new(Span::new(start, meant.at + 1), MESSAGE).help(HELP);
    let fixed = meant
        .user
        .filter(|user| user.start == start)
        .and_then(|user| moved(ctx, user, meant.password, meant.at));
    out.push(match fixed {
        Some(edits) => finding.fix("Move them into the query", Applicability::Safe, edits),
        None => finding,
    });
}

/// The host and what follows it come before the user name, which stays in its place, and so does the password: an edit never
/// holds one.
fn moved(ctx: &Context<'_>, user: Span, password: Option<Span>, at: usize) -> Option<Vec<Edit>> {
    let behind = Span::new(at + 1, ctx.text.len());
    let tail = ctx.raw(behind);
    let named = ["user=", "password="].iter().any(|key| {
        ["?", "&"]
            .iter()
            .any(|sign| tail.contains(&format!("{sign}{key}")))
    });
    if named || ctx.redactor.hides(behind) || tail.is_empty() || tail.contains(char::is_whitespace)
    {
        return None;
    }
    let mut target = String::from(tail);
    match tail.find('?') {
        Some(_) if tail.ends_with(['?', '&']) => {}
        Some(_) => target.push('&'),
        None => {
            if !tail.contains('/') {
                target.push('/');
            }
            target.push('?');
        }
    }
    target.push_str("user=");
    let mut edits = alloc::vec![Edit::insert(user.start, target)];
    edits.extend(encoded(ctx, user));
    match password {
        Some(password) => {
            edits.push(Edit::replace(
                Span::new(user.end, password.start),
                "&password=",
            ));
            edits.extend(encoded(ctx, password));
            edits.push(Edit::delete(Span::new(password.end, ctx.text.len())));
        }
        None => edits.push(Edit::delete(Span::new(user.end, ctx.text.len()))),
    }
    Some(edits)
}

/// What means something else in a query.
fn encoded(ctx: &Context<'_>, span: Span) -> Vec<Edit> {
    let raw = slice(ctx.text, span);
    raw.char_indices()
        .filter(|(at, c)| match c {
            '%' => !is_sequence(raw, *at),
            c => matches!(c, '&' | '+'),
        })
        .map(|(at, c)| {
            let place = Span::new(span.start + at, span.start + at + 1);
            (place, c)
        })
        .filter(|(place, _)| !ctx.has_variable(*place) && !rest(ctx.text, place.start).is_empty())
        .map(|(place, c)| Edit::replace(place, percent::encode(&c.to_string())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn what_stands_before_the_host_is_moved_into_the_query() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://app:pw@db.example:5432/app
                  ^^^^^^^ pgJDBC takes user name and password in the query only
",
        );
        for (text, expected) in [
            (
                "jdbc:postgresql://app:p+w&x%@db.example:5432/app?sslmode=require",
                "jdbc:postgresql://db.example:5432/app?sslmode=require&user=app&password=p%2Bw%26x%25",
            ),
            (
                "jdbc:postgresql://app@db.example",
                "jdbc:postgresql://db.example/?user=app",
            ),
            (
                "jdbc:postgresql://app:p@w@db.example/app",
                "jdbc:postgresql://db.example/app?user=app&password=p@w",
            ),
            (
                "<url>jdbc:postgresql://app:pw@db.example/app?sslmode=require</url>",
                "<url>jdbc:postgresql://db.example/app?sslmode=require&amp;user=app&amp;password=pw</url>",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn the_fix_holds_no_password() {
        let found = findings(
            &RULE,
            &auto(),
            "jdbc:postgresql://app:Tr0ub4dor@db.example/app",
        );
        assert!(!format!("{found:?}").contains("Tr0ub4dor"));
    }

    #[test]
    fn where_they_belong_they_are_left_alone() {
        for text in [
            "jdbc:postgresql://db.example/app?user=app@shop&password=p@w",
            "jdbc:postgresql://db.example:5432/app",
            "postgresql://app:pw@db.example/app",
            "jdbc:postgresql://${DB_HOST}/app?user=${U}",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

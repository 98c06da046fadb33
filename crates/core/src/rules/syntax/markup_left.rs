//! SYN029: signs of Markdown or HTML that came along with the string.

use super::places::{Place, Places};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::order::Order as _;
use crate::rules::precedence::EVERY_OTHER;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest, until};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN029",
    name: "markup-left",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Safe),
    supersedes: &[EVERY_OTHER],
    docs: docs!("markup_left.md"),
    check,
};

fn message(what: &str, language: &str) -> String {
    format!("`{what}` is left over from {language}")
}

const HELP: &str = "It belongs to the page that the string was copied from. To the driver it is a part of the name that it stands in, which is then not found.";

const HELP_ROUND: &str = "It belongs to the page that the string was copied from. Where a program reads it, it is a part of the value: the scheme is not found, or the database does not exist.";

/// What Markdown puts before and behind a text, and what it is called.
const ROUND: [(&str, &str, &str); 6] = [
    ("<", ">", "<…>"),
    ("**", "**", "**"),
    ("__", "__", "__"),
    ("[", "](", "[…](…)"),
    ("](", ")", "[…](…)"),
    ("*", "*", "*"),
];

/// Elements that a renderer puts into running text; `<user>` and its like are placeholders.
const ELEMENTS: [&str; 14] = [
    "br", "wbr", "p", "/p", "/span", "/b", "/i", "/a", "/code", "/strong", "/em", "/div", "/pre",
    "/td",
];

/// Characters before which Markdown wants a backslash, and which a connection string has.
const ESCAPED: &str = "_*-.#!~@&[]()<>";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    round(ctx, out);
    if ctx.text.contains(['<', '\\', '`']) {
        inside(ctx, out);
    }
}

fn round(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let around = ctx.surroundings;
    let Some((open, close, what)) = ROUND
        .iter()
        .find(|(open, close, _)| around.before.ends_with(open) && around.after.starts_with(close))
    else {
        return;
    };
    // An element of XML, or a link's text that is none.
    if around.after.starts_with("</") || !ctx.grammar().is_url() {
        return;
    }
    // Where what is near begins in the paste.
    let near = around.span.start - around.before.len();
    let mut first = Span::new(around.span.start - open.len(), around.span.start);
    let mut last = Span::new(around.span.end, around.span.end + close.len());
    if *open == "[" {
        let Some(len) = around.after.find(')') else {
            return;
        };
        last.end = around.span.end + len + 1;
    }
    if *open == "](" {
        let Some(start) = around.before.rfind('[') else {
            return;
        };
        first.start = near + start;
    }
    let before = around.before.get(..first.start - near).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("").trim_end();
    let is_value = line.ends_with(['=', ':', '"', '\'']);
    let mut finding = Finding::beside(first, message(what, "Markdown"))
        .help(HELP_ROUND)
        .related(last, "it ends here")
        .fix(
            "Take it out",
            Applicability::Safe,
            [Edit::delete(first), Edit::delete(last)],
        );
    if !is_value {
        finding = finding.severity(Severity::Warning);
    }
    out.push(finding);
}

fn inside(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let places = Places::of(ctx);
    let mut found: Vec<(Span, Span, &'static str)> = Vec::new();
    let mut in_secret: Vec<(Span, Span, &'static str)> = Vec::new();
    for (at, c) in ctx.text.char_indices() {
        let place = places.at(at);
        let one = match c {
            '<' => element(ctx.text, at).map(|span| (span, span, "HTML")),
            '\\' if escapes(ctx, at, place) => {
                let span = Span::new(at, at + 2);
                Some((span, Span::new(at, at + 1), "Markdown"))
            }
            '`' if is_last_alone(ctx, at) => {
                let span = Span::new(at, at + 1);
                Some((span, span, "Markdown"))
            }
            _ => None,
        };
        let Some(one) = one.filter(|(span, _, _)| !ctx.has_variable(*span)) else {
            continue;
        };
        if place.is_secret() {
            in_secret.push(one);
        } else {
            found.push(one);
        }
    }
    // A password alone may have such signs of its own; beside others it shares their fate.
    let Some((span, _, language)) = found.first().copied() else {
        return;
    };
    found.extend(in_secret.into_iter().filter(|(_, _, l)| *l == language));
    found.order_by_key(|(span, _, _)| span.start);
    let mut finding = Finding::new(span, message(&ctx.show(span), language)).help(HELP);
    for (other, _, _) in found.iter().filter(|(other, _, _)| *other != span) {
        finding = finding.related(*other, "here too");
    }
    let breaks = ctx.grammar() == Grammar::KeyValue;
    let edits: Vec<Edit> = found
        .iter()
        .map(|(_, cut, language)| {
            // A line break between two pairs is one.
            let blank = if breaks && *language == "HTML" {
                " "
            } else {
                ""
            };
            Edit::replace(*cut, blank)
        })
        .collect();
    out.push(finding.fix("Take it out", Applicability::Safe, edits));
}

/// `<br>`, `<br />`, `</p>` at byte `at`.
fn element(text: &str, at: usize) -> Option<Span> {
    let end = until(text, at, |c| c == '>');
    let name = text.get(at + 1..end)?.trim_end_matches(['/', ' ']);
    ELEMENTS
        .iter()
        .any(|element| element.eq_ignore_ascii_case(name))
        .then(|| Span::new(at, end + 1))
}

/// Whether the backslash at byte `at` is Markdown's: libpq has its own in pairs, and so has every quoted value.
fn escapes(ctx: &Context<'_>, at: usize, place: Place<'_>) -> bool {
    let url_or_ado = ctx.grammar().is_url() || ctx.grammar() == Grammar::AdoNet;
    let named = matches!(
        place.param(),
        Some(Param::Host | Param::User | Param::Database | Param::Password)
    ) || matches!(place, Place::Keyword);
    // On Windows, a user may have a domain.
    let domain = place.param() == Some(Param::User) && !rest(ctx.text, at + 1).starts_with('_');
    url_or_ado && named && !domain && rest(ctx.text, at + 1).starts_with(|c| ESCAPED.contains(c))
}

/// A backtick that closes nothing, at the very end.
fn is_last_alone(ctx: &Context<'_>, at: usize) -> bool {
    at + 1 == ctx.text.len()
        && ctx.text.matches('`').count() == 1
        && !ctx.surroundings.before.ends_with('`')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn what_stands_round_the_string_is_found() {
        carets(
            &RULE,
            &auto(),
            "
DATABASE_URL=<postgresql://app:pw@db.example/app>
             ^ `<…>` is left over from Markdown
",
        );
        for text in [
            "**postgresql://app:pw@db.example/app**",
            "<postgresql://app:pw@db.example/app>",
            "[postgresql://app:pw@db.example/app](postgresql://app:pw@db.example/app)",
            "[the database](postgresql://app:pw@db.example/app)",
        ] {
            fixes(&RULE, &auto(), text, "postgresql://app:pw@db.example/app");
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
    }

    #[test]
    fn what_stands_in_it_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app\\_user:p\\_w@my\\_db.example/app
                ^^ `\\_` is left over from Markdown
",
        );
        for (text, expected) in [
            (
                "postgresql://app\\_user:p\\_w@db.example/app\\_db",
                "postgresql://app_user:p_w@db.example/app_db",
            ),
            (
                "postgresql://app:pw@db.example/app<br>",
                "postgresql://app:pw@db.example/app",
            ),
            (
                "Host=db.example;Port=5432;<br/>Database=app",
                "Host=db.example;Port=5432;Database=app",
            ),
            (
                "host=db.example<br>port=5432<br>dbname=app",
                "host=db.example port=5432 dbname=app",
            ),
            (
                "postgresql://app:pw@db.example/app`",
                "postgresql://app:pw@db.example/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn code_placeholders_and_passwords_are_left_alone() {
        for text in [
            "`postgresql://app:pw@db.example/app`",
            "<url>jdbc:postgresql://db.example/app</url>",
            "postgresql://<user>:<password>@db.example/<db>",
            "postgresql://app:p\\_w@db.example/app",
            "host=db.example password=a\\_b dbname=app",
            "Host=db.example;Username=CORP\\app;Database=app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

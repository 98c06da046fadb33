//! SYN040: escape sequences of JSON in a text that nothing unescapes.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::Notation;
use crate::rules::precedence::EVERY_OTHER;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN040",
    name: "json-escapes-left",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[EVERY_OTHER],
    docs: docs!("json_escapes_left.md"),
    check,
};

fn message(sequence: &str, c: char) -> String {
    format!("`{sequence}` is JSON's way to write `{c}`")
}

const HELP: &str = "It came along from a JSON document or from a log. Outside of JSON nothing makes one sign of it again, and the driver gets it as it stands. Write the sign itself.";

/// The signs that encoders of JSON escape although they need not, and that URLs are full of.
const SIGNS: &str = "/&=<>'+";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let stands_bare = ctx.excerpt.quotes.is_none()
        && !matches!(
            ctx.excerpt.notation,
            Notation::Json | Notation::Code(_) | Notation::Properties | Notation::Shell
        );
    if !stands_bare || !ctx.grammar().is_url() {
        return;
    }
    let left: Vec<(Span, &str, char)> = ctx
        .excerpt
        .escaped()
        .into_iter()
        .filter(|(_, c)| SIGNS.contains(*c))
        .map(|(span, c)| {
            let place = ctx.excerpt.to_paste(span);
            (place, slice(ctx.surroundings.paste, place), c)
        })
        .filter(|(_, sequence, _)| sequence.starts_with('\\'))
        .collect();
    let Some(&(first, sequence, c)) = left.first() else {
        return;
    };
    let mut finding = Finding::beside(first, message(sequence, c)).help(HELP);
    for (place, sequence, c) in left.iter().skip(1) {
        finding = finding.related(*place, message(sequence, *c));
    }
    let edits: Vec<Edit> = left
        .iter()
        .map(|(place, _, c)| Edit::replace(*place, String::from(*c)))
        .collect();
    out.push(finding.fix("Write the signs themselves", Applicability::Safe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn sequences_of_json_outside_of_it_are_found() {
        carets(
            &RULE,
            &auto(),
            "
DATABASE_URL=postgresql://app:pw@db.example/app?sslmode=require\\u0026connect_timeout=10
                                                               ^^^^^^ `\\u0026` is JSON's way to write `&`
",
        );
        for (text, expected) in [
            (
                "url: postgresql:\\/\\/app:pw@db.example\\/app",
                "url: postgresql://app:pw@db.example/app",
            ),
            (
                "postgresql:\\/\\/app:pw@db.example\\/app?sslmode\\u003drequire",
                "postgresql://app:pw@db.example/app?sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn in_json_and_code_they_are_what_they_should_be() {
        for text in [
            "{\"url\": \"postgresql:\\/\\/app:pw@db.example\\/app?sslmode=require\\u0026connect_timeout=10\"}",
            "url = \"postgresql://app:pw@db.example/app?sslmode=require\\u0026connect_timeout=10\"",
            "url: postgresql://app:p\\w@db.example/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

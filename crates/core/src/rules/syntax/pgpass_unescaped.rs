//! SYN016: a colon or a backslash in a .pgpass line that wants a backslash before it.

use super::together::together;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::parse::ErrorKind;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN016",
    name: "pgpass-unescaped",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001"],
    docs: docs!("pgpass_unescaped.md"),
    check,
};

const COLON: &str = "the password ends at this colon";
const BACKSLASH: &str = "this backslash is dropped";

const HELP_COLON: &str = "libpq takes only what stands before it, and the server answers that authentication failed. Write a colon in the password as `\\:`.";
const HELP_BACKSLASH: &str = "A backslash takes the character behind it as it is and is no part of the password itself, so that the server gets another one. Write a backslash as `\\\\`. If it was put there to escape, leave it.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Pgpass || super::pgpass_field_count::is_off(ctx) {
        return;
    }
    let mut found = Vec::new();
    found.extend(colons(ctx));
    found.extend(backslashes(ctx));
    out.extend(together(found));
}

fn colons(ctx: &Context<'_>) -> Option<Finding> {
    let errors = ctx.parse.errors.iter();
    let error = errors
        .filter(|e| !ctx.has_variable(e.span))
        .find(|e| e.kind == ErrorKind::Syntax)?;
    let mut edits = Vec::new();
    let mut escaped = false;
    for (at, c) in rest(ctx.text, error.span.start).char_indices() {
        if c == ':' && !escaped {
            edits.push(Edit::insert(error.span.start + at, "\\"));
        }
        escaped = c == '\\' && !escaped;
    }
    Some(
        Finding::new(error.span, COLON)
            .help(HELP_COLON)
            // The driver takes less than the whole line as it stands.
            .fix("Write a backslash before it", Applicability::Safe, edits),
    )
}

/// Backslashes before characters that need none, or at the end.
fn backslashes(ctx: &Context<'_>) -> Option<Finding> {
    let password = ctx
        .parse
        .settings
        .all
        .iter()
        .find(|s| s.param == Param::Password)?;
    let span = password.value.span;
    let mut lone = Vec::new();
    let mut chars = ctx.raw(span).char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        match chars.peek() {
            Some((_, ':' | '\\')) => {
                chars.next();
            }
            _ => lone.push(span.start + at),
        }
    }
    let first = *lone.first()?;
    if ctx.has_variable(span) {
        return None;
    }
    let mut finding = Finding::new(Span::new(first, first + 1), BACKSLASH)
        .help(HELP_BACKSLASH)
        .certainty(Certainty::Likely);
    for at in lone.iter().skip(1) {
        finding = finding.related(Span::new(*at, at + 1), BACKSLASH);
    }
    let edits: Vec<Edit> = lone.iter().map(|at| Edit::insert(*at, "\\")).collect();
    Some(finding.fix("Double it", Applicability::Unsafe, edits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn colons_and_backslashes_are_escaped() {
        carets(
            &RULE,
            &auto(),
            "
db.example:5432:*:app:p:w7:Kq
                       ^ the password ends at this colon
",
        );
        for (text, expected) in [
            (
                "db.example:5432:*:app:p:w7:Kq",
                r"db.example:5432:*:app:p\:w7\:Kq",
            ),
            (
                r"db.example:5432:*:app:p\w\\x\:y",
                r"db.example:5432:*:app:p\\w\\x\:y",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        let found = findings(&RULE, &auto(), r"db.example:5432:*:app:p\w");
        assert_eq!(found[0].certainty, Certainty::Likely);
        assert_eq!(found[0].fixes[0].applicability, Applicability::Unsafe);
    }

    #[test]
    fn what_is_escaped_is_left_alone() {
        for text in [
            r"db.example:5432:*:app:p\:w\\x",
            "db.example:5432:*:app:p@w/x#y",
            r"host=db.example user=app password=p\\w",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! USR016: a user name of several words that has no quotes round it.

use crate::detect::keyword_starts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR016",
    name: "blank-in-user",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["SYN001"],
    docs: docs!("blank_in_user.md"),
    check,
};

const MESSAGE: &str = "the user name ends at the blank before this word";

const HELP: &str = "In a keyword/value string a value with blanks must stand in single quotes, or have a backslash before each blank. As it stands, the driver takes this word for the next keyword and finds no `=` behind it.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::KeyValue {
        return;
    }
    let Some(user) = ctx.get(Param::User) else {
        return;
    };
    let value = user.value.span;
    if value.is_empty() || user.value.quote.is_some() || ctx.redactor.hides(value) {
        return;
    }
    let Some(error) = ctx.meant.errors.iter().find(|error| {
        let between = ctx.text.get(value.end..error.span.start).unwrap_or("x");
        error.template.starts_with("missing \"=\"")
            && !between.is_empty()
            && between.trim().is_empty()
    }) else {
        return;
    };
    let end = keyword_starts(ctx.text)
        .find(|&start| start > error.span.start)
        .unwrap_or(ctx.text.len());
    let words = ctx.text.get(error.span.start..end).unwrap_or("").trim_end();
    let all = Span::new(error.span.start, error.span.start + words.len());
    let plain = |c: char| c.is_alphanumeric() || " -_.@#()".contains(c);
    if !words.chars().all(plain) || ctx.redactor.hides(all) || ctx.has_variable(all) {
        return;
    }
    out.push(Finding::new(all, MESSAGE).help(HELP).fix(
        "Put the name in single quotes",
        Applicability::Unsafe,
        alloc::vec![Edit::insert(value.start, "'"), Edit::insert(all.end, "'")],
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn the_words_behind_the_first_are_found() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example user=DB Admins dbname=shop
                        ^^^^^^ the user name ends at the blank before this word
",
        );
        for (text, expected) in [
            (
                "host=db.example user=DB Admins dbname=shop",
                "host=db.example user='DB Admins' dbname=shop",
            ),
            (
                "host=db.example dbname=shop user=Shop DB Readers (EU)",
                "host=db.example dbname=shop user='Shop DB Readers (EU)'",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn quoted_names_and_other_values_are_left_alone() {
        for text in [
            "host=db.example user='DB Admins' dbname=shop",
            r"host=db.example user=DB\ Admins dbname=shop",
            "host=db.example user=app dbname=my shop",
            "host=db.example user=app password=correct horse dbname=shop",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! USR015: two different user names in one string.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR015",
    name: "user-given-twice",
    group: Group::User,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: include_str!("user_given_twice.md"),
    check,
};

const MESSAGE: &str = "another user name in this string counts";

fn help(ctx: &Context<'_>, counts: &str) -> String {
    format!(
        "{} connects as `{counts}`. Which of several counts differs by driver: the last one for most, the first for Go's.",
        ctx.driver.label()
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(counts) = ctx.get(Param::User) else {
        return;
    };
    let spans = counts.value.span;
    if ctx.redactor.hides(spans) || ctx.is_misread() {
        return;
    }
    for other in ctx.settings().every(Param::User) {
        let idle = other.value.span;
        let compared = [idle, spans]
            .iter()
            .all(|s| !s.is_empty() && !ctx.has_variable(*s));
        if idle == spans
            || !compared
            || other.value.expose() == counts.value.expose()
            || ctx.redactor.hides(idle)
        {
            continue;
        }
        let finding = Finding::new(idle, MESSAGE)
            .help(help(ctx, &ctx.show(spans)))
            .related(spans, "this one counts");
        out.push(match removal(ctx, other) {
            Some(edit) => finding.fix(
                "Take the other one out",
                Applicability::Safe,
                alloc::vec![edit],
            ),
            None => finding,
        });
    }
}

/// Takes `setting` out with the separator behind or before it.
fn removal(ctx: &Context<'_>, setting: &Setting) -> Option<Edit> {
    let value = setting.value.span;
    let quote = setting.value.quote.map_or(0, char::len_utf8);
    let (start, end) = match setting.key_span {
        Some(key) => (key.start, value.end + quote),
        // `user@` goes with its `@`; a password behind it would be left alone.
        None => {
            let behind = ctx.text.get(value.end..)?;
            return behind
                .starts_with('@')
                .then(|| Edit::delete(Span::new(value.start, value.end + 1)));
        }
    };
    let separators: &[char] = match ctx.grammar() {
        Grammar::Uri | Grammar::Jdbc => &['&'],
        Grammar::KeyValue => &[' '],
        Grammar::AdoNet | Grammar::Odbc => &[';'],
        _ => return None,
    };
    let behind = ctx.text.get(end..)?;
    let before = ctx.text.get(..start)?;
    if let Some(c) = behind.chars().next().filter(|c| separators.contains(c)) {
        return Some(Edit::delete(Span::new(start, end + c.len_utf8())));
    }
    let c = before
        .chars()
        .next_back()
        .filter(|c| separators.contains(c))?;
    Some(Edit::delete(Span::new(start - c.len_utf8(), end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn the_one_that_does_not_count_is_found() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example user=app dbname=shop user=ann
                     ^^^ another user name in this string counts
",
        );
        carets(
            &RULE,
            &driver(Driver::Pgx),
            "
host=db.example user=app dbname=shop user=ann
                     ^^^ another user name in this string counts
",
        );
        for (text, expected) in [
            (
                "host=db.example user=app dbname=shop user=ann",
                "host=db.example dbname=shop user=ann",
            ),
            (
                "Host=db.example;Username=app;Database=shop;User Id=ann",
                "Host=db.example;Database=shop;User Id=ann",
            ),
            (
                "postgresql://app@db.example/shop?user=ann",
                "postgresql://db.example/shop?user=ann",
            ),
            (
                "jdbc:postgresql://db.example/shop?user=app&ssl=true&user=ann",
                "jdbc:postgresql://db.example/shop?ssl=true&user=ann",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn one_name_and_the_same_twice_are_left_alone() {
        for text in [
            "host=db.example user=app dbname=shop",
            "host=db.example user=app dbname=shop user=app",
            "postgresql://app@db.example/shop?user=${USER}",
            "postgresql://app:Tr0ub4dor@db.example/shop",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

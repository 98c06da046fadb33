//! SYN007: a percent sign that begins no sequence, or a sequence that stands for nothing.

use super::raw::{broken, is_sequence};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::parse::{ErrorKind, ParseError};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN007",
    name: "bad-percent-sequence",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001"],
    docs: docs!("bad_percent_sequence.md"),
    check,
};

const SIGN: &str = "`%` without two hexadecimal digits behind it";
const NUL: &str = "`%00` stands for a character that no value can hold";
const BYTES: &str = "percent sequence stands for no character";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let signs: Vec<Span> = broken(ctx)
        .into_iter()
        .filter(|raw| raw.c == '%' && raw.helps)
        .map(|raw| raw.span)
        .collect();
    if let Some(first) = signs.first() {
        let mut finding = Finding::new(*first, SIGN).help(help(
            ctx,
            *first,
            "Write a percent sign itself as `%25`.",
        ));
        for span in signs.iter().skip(1) {
            finding = finding.related(*span, SIGN);
        }
        let edits: Vec<Edit> = signs
            .iter()
            .map(|span| Edit::replace(*span, "%25"))
            .collect();
        out.push(finding.fix("Encode the `%` as `%25`", Applicability::Safe, edits));
    }
    // Sequences that are well written and stand for nothing.
    let errors = ctx.meant.errors.iter();
    if let Some(error) = errors
        .filter(|e| e.kind == ErrorKind::Percent && !ctx.has_variable(e.span))
        .find(|e| is_well_written(ctx, e) && !signs.iter().any(|s| e.span.overlaps(*s)))
    {
        let (message, advice) = if ctx.raw(error.span).starts_with("%00") {
            (NUL, "C's texts end there. Take it out.")
        } else {
            (
                BYTES,
                "Its bytes are no UTF-8: encode the character from UTF-8, `é` as `%C3%A9`.",
            )
        };
        out.push(Finding::new(error.span, message).help(help(ctx, error.span, advice)));
    }
}

/// Whether the error is about what a sequence stands for, not about how it is written.
fn is_well_written(ctx: &Context<'_>, error: &ParseError) -> bool {
    let text = rest(ctx.text, error.span.start);
    let first = text.find('%').unwrap_or(0);
    is_sequence(text, first)
}

fn help(ctx: &Context<'_>, span: Span, advice: &str) -> String {
    let name = ctx.driver.label();
    let said = ctx
        .meant
        .errors
        .iter()
        .take(32)
        .find(|e| e.kind == ErrorKind::Percent && e.span.overlaps(span))
        .map(|e| e.driver_text(ctx.text, ctx.redactor));
    match said {
        Some(said) => format!("{name} answers: {}. {advice}", said.trim_end_matches('.')),
        None => {
            format!("{name} drops the whole pair without a word, or reads another value. {advice}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn signs_that_begin_nothing_are_encoded() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@db.example/app?application_name=100%
                                                    ^ `%` without two hexadecimal digits behind it
",
        );
        for (d, text, fixed) in [
            (
                Driver::Libpq,
                "postgresql://app@db.example/a%pp?application_name=%zz%",
                "postgresql://app@db.example/a%25pp?application_name=%25zz%25",
            ),
            (
                Driver::Pgjdbc,
                "jdbc:postgresql://db.example/app?user=app&password=p%w",
                "jdbc:postgresql://db.example/app?user=app&password=p%25w",
            ),
            (
                Driver::Pgx,
                "postgresql://app@db.example/app?application_name=100%",
                "postgresql://app@db.example/app?application_name=100%25",
            ),
        ] {
            fixes(&RULE, &driver(d), text, fixed);
        }
    }

    #[test]
    fn sequences_that_stand_for_nothing_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:p%00w@db.example/app
                  ^^^ `%00` stands for a character that no value can hold
",
        );
        carets(
            &RULE,
            &driver(Driver::Psycopg),
            "
postgresql://app@db.example/caf%E9
                            ^^^^^^ percent sequence stands for no character
",
        );
    }

    #[test]
    fn where_the_sign_stands_for_itself_it_is_left_alone() {
        silent(
            &RULE,
            &driver(Driver::Sqlx),
            "postgresql://app@db.example/app?application_name=100%",
        );
        for text in [
            "postgresql://app:p%40w@db.example/caf%C3%A9",
            "host=db.example password=100% user=app",
            "postgresql://app:%(pw)s@db.example/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

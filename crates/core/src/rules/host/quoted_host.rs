//! HST030: quotes that are a part of the host.

use super::names::keyword;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::placeholder;
use crate::rules::ends::kept_quotes;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST030",
    name: "quoted-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001"],
    docs: docs!("quoted_host.md"),
    check,
};

const MESSAGE: &str = "the quotes belong to the host here";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(setting) = keyword(ctx) else { return };
    let span = setting.value.span;
    let known = !ctx.redactor.hides(span)
        && !ctx.has_variable(span)
        && placeholder::find(ctx.raw(span)).is_empty();
    let Some((open, close)) = kept_quotes(ctx, setting).filter(|_| known) else {
        return;
    };
    out.push(
        Finding::new(span, MESSAGE)
            .help(format!(
                "{} looks them up with the name, which does not exist then. In libpq's pairs only single quotes are quotes, and in a URL none are.",
                ctx.driver.label()
            ))
            .fix(
                "Take the quotes out",
                Applicability::Safe,
                alloc::vec![Edit::delete(open), Edit::delete(close)],
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn quotes_that_nobody_strips_are_found() {
        carets(
            &RULE,
            &auto(),
            "
host=\"db.example\" dbname=shop user=u
     ^^^^^^^^^^^^ the quotes belong to the host here
",
        );
        fixes(
            &RULE,
            &auto(),
            "pgsql:host=\"db.example\";dbname=app",
            "pgsql:host=db.example;dbname=app",
        );
    }

    #[test]
    fn quotes_that_the_dialect_strips_are_left_alone() {
        for text in [
            "host='db.example' dbname=shop",
            "Host=\"db.example\";Database=shop",
            "PGHOST=\"db.example\"\nPGUSER=u",
            "psql -h \"db.example\" -U u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! SYN013: a URI without its scheme.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::parse::scheme;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, until};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN013",
    name: "scheme-missing",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "SYN004", "PAR001", "DRV001"],
    docs: docs!("scheme_missing.md"),
    check,
};

const MESSAGE: &str = "no scheme stands before this";

const HELP: &str = "Drivers tell a URL by its scheme. Without one libpq takes the text for the name of a database or for pairs, and others answer that the URL is not valid, or take the user name for the scheme.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Uri
        || scheme::end(ctx.text) > 0
        || !scheme::is_missing(ctx.text)
        || ctx.has_variable(Span::empty(0))
    {
        return;
    }
    let slashes = ctx.text.starts_with("//");
    let start = if slashes { 2 } else { 0 };
    let end = until(ctx.text, start, |c| ":@/?".contains(c));
    let text = if slashes {
        "postgresql:"
    } else {
        "postgresql://"
    };
    out.push(Finding::new(Span::new(0, end), MESSAGE).help(HELP).fix(
        "Write the scheme",
        Applicability::Safe,
        [Edit::insert(0, text)],
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn a_scheme_that_is_missing_is_written() {
        carets(
            &RULE,
            &auto(),
            "
DATABASE_URL=app:pw@shop.postgres.database.azure.com:5432/app?sslmode=require
             ^^^ no scheme stands before this
",
        );
        for (text, expected) in [
            (
                "app:pw@db.example:5432/app",
                "postgresql://app:pw@db.example:5432/app",
            ),
            (
                "//app:pw@db.example:5432/app",
                "postgresql://app:pw@db.example:5432/app",
            ),
            (
                "url = \"app:pw@db.example:5432/app\"",
                "url = \"postgresql://app:pw@db.example:5432/app\"",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_texts_with_an_at_are_left_alone() {
        for text in [
            "postgresql://app:pw@db.example/app",
            "git@github.com:x/y",
            "redis://app:pw@db.example:5432/0",
            "db.example:5432:app:app:p@w",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

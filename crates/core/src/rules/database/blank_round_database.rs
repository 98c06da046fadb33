//! DBN006: an encoded blank at the beginning or end of the database's name, which is a part of it.

use super::names::name;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::ends::blanks;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN006",
    name: "blank-round-database",
    group: Group::Database,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("blank_round_database.md"),
    check,
};

const BEGINS: &str = "the database's name begins with a blank";
const ENDS: &str = "the database's name ends with a blank";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx) else { return };
    let (leading, trailing) = blanks(ctx, name.setting);
    for (span, message) in [(leading, BEGINS), (trailing, ENDS)] {
        if span.is_empty() {
            continue;
        }
        out.push(
            Finding::new(span, message)
                .help("PostgreSQL does not trim names: it looks for a database with the blank in its name, and answers that it does not exist.")
                .fix(
                    "Take the blank out",
                    Applicability::Unsafe,
                    alloc::vec![Edit::delete(span)],
                ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn blanks_at_the_ends_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@h/app%20?sslmode=require
                      ^^^ the database's name ends with a blank
",
        );
        carets(
            &RULE,
            &auto(),
            "
pgsql:host=h;dbname=' app';user=u
                     ^ the database's name begins with a blank
",
        );
        fixes(
            &RULE,
            &auto(),
            "postgresql://u:p@h/app%0A",
            "postgresql://u:p@h/app",
        );
    }

    #[test]
    fn other_names_are_left_alone() {
        for text in [
            "postgresql://u:p@h/my%20app",
            "postgresql://u:p@h/app",
            "host=h dbname='my app' user=u",
            "host=h dbname=app%20 user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

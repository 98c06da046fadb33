//! USR013: an encoded blank at the beginning or end of the user name, which is a part of it.

use super::parts::{decodes, literal_user};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::ends::blanks;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR013",
    name: "blank-round-user",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("blank_round_user.md"),
    check,
};

fn message(where_: &str) -> String {
    format!("the user name {where_} with an encoded blank")
}

const HELP: &str = "PostgreSQL does not trim names: it looks for a role with the blank in its name, and a missing role looks like a wrong password.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // Raw blanks round any value are another rule's.
    let Some(user) = literal_user(ctx).filter(|_| decodes(ctx)) else {
        return;
    };
    let (leading, trailing) = blanks(ctx, user);
    let edits: Vec<Edit> = [leading, trailing]
        .into_iter()
        .filter(|span| !span.is_empty())
        .map(Edit::delete)
        .collect();
    let Some(first) = edits.first() else {
        return;
    };
    let where_ = if first.span == leading {
        "begins"
    } else {
        "ends"
    };
    out.push(Finding::new(first.span, message(where_)).help(HELP).fix(
        "Take the blank out",
        Applicability::Unsafe,
        edits,
    ));
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
postgresql://app%20:Tr0ub4dor@db.example/shop
                ^^^ the user name ends with an encoded blank
",
        );
        for (text, expected) in [
            (
                "jdbc:postgresql://db.example/shop?user=%20app%0A&password=Tr0ub4dor",
                "jdbc:postgresql://db.example/shop?user=app&password=Tr0ub4dor",
            ),
            (
                "postgresql://app%20:Tr0ub4dor@db.example/shop",
                "postgresql://app:Tr0ub4dor@db.example/shop",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn blanks_inside_and_round_the_value_are_left_alone() {
        for text in [
            "host=db.example user='DB Admins' dbname=shop",
            "Host=db.example;Username= app ;Database=shop",
            "host = db.example user = app dbname = shop",
            "PGHOST=db.example\nPGUSER=app \nPGDATABASE=shop",
            "postgresql://DB%20Admins:Tr0ub4dor@db.example/shop",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

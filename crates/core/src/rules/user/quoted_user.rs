//! USR014: quotes that are a part of the user name.

use super::parts::literal_user;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::ends::kept_quotes;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR014",
    name: "quoted-user",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["SYN001", "SYN002"],
    docs: docs!("quoted_user.md"),
    check,
};

const MESSAGE: &str = "the quotes belong to the user name here";

fn help(ctx: &Context<'_>, shown: &str) -> String {
    format!(
        "{} hands them on, and the server looks for a role `{shown}`, quotes and all. A missing role looks like a wrong password.",
        ctx.driver.label()
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(user) = literal_user(ctx) else {
        return;
    };
    let Some((open, close)) = kept_quotes(ctx, user) else {
        return;
    };
    let (name, value) = (user.value.expose(), user.value.span);
    out.push(Finding::new(value, MESSAGE).help(help(ctx, name)).fix(
        "Take the quotes out",
        Applicability::Unsafe,
        alloc::vec![Edit::delete(open), Edit::delete(close)],
    ));
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
host=db.example user=\"app\" dbname=shop
                     ^^^^^ the quotes belong to the user name here
",
        );
        for (text, expected) in [
            (
                "host=db.example user=\"app\" dbname=shop",
                "host=db.example user=app dbname=shop",
            ),
            (
                "postgresql://%22app%22:Tr0ub4dor@db.example/shop",
                "postgresql://app:Tr0ub4dor@db.example/shop",
            ),
            (
                "jdbc:postgresql://db.example/shop?user='app'&password=Tr0ub4dor",
                "jdbc:postgresql://db.example/shop?user=app&password=Tr0ub4dor",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn quotes_that_the_dialect_strips_are_left_alone() {
        for text in [
            "host=db.example user='app' dbname=shop",
            "Host=db.example;Username=\"app\";Database=shop",
            "PGHOST=db.example\nPGUSER=\"app\"\nPGDATABASE=shop",
            "psql -h db.example -U \"app\" shop",
            "psycopg2.connect(host='db.example', user='app')",
            "host=db.example user=o'brien'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

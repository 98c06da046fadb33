//! DBN011: quotes that are a part of the database's name.

use super::names::name;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::ends::kept_quotes;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN011",
    name: "quoted-database",
    group: Group::Database,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["SYN001", "SYN006", "DBN007"],
    docs: docs!("quoted_database.md"),
    check,
};

const MESSAGE: &str = "the quotes belong to the database's name here";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx) else { return };
    let Some((open, close)) = kept_quotes(ctx, name.setting) else {
        return;
    };
    out.push(
        Finding::new(name.setting.value.span, MESSAGE)
            .help(format!(
                "{} hands them on, and the server looks for a database `{}`, quotes and all. Capitals count in a connection string without them.",
                ctx.driver.label(),
                name.text
            ))
            .fix(
                "Take the quotes out",
                Applicability::Unsafe,
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
host=db.example dbname=\"shop\" user=u
                       ^^^^^^ the quotes belong to the database's name here
",
        );
        for (text, expected) in [
            (
                "postgresql://u:p@h/%22ShopDb%22",
                "postgresql://u:p@h/ShopDb",
            ),
            (
                "postgresql://u:p@h/\"ShopDb\"?sslmode=require",
                "postgresql://u:p@h/ShopDb?sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn quotes_that_the_dialect_strips_are_left_alone() {
        for text in [
            "host=db.example dbname='shop' user=u",
            "Host=db.example;Database=\"shop\"",
            "PGHOST=db.example\nPGDATABASE=\"shop\"",
            "psql -h db.example -d \"shop\"",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

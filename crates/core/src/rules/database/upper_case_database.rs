//! DBN007: capitals in the database's name, which SQL folds and a connection string does not.

use super::names::name;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN007",
    name: "upper-case-database",
    group: Group::Database,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("upper_case_database.md"),
    check,
};

const MESSAGE: &str = "the database is looked up with these capitals";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx).filter(|name| name.text.contains(|c: char| c.is_ascii_uppercase()))
    else {
        return;
    };
    let lower = name.text.to_ascii_lowercase();
    out.push(Finding::new(name.setting.value.span, MESSAGE).help(format!(
        "`CREATE DATABASE {}` without quotes makes `{lower}`, and a connection string is not folded like that. If the server answers that the database does not exist, write `{lower}`.",
        name.text
    )));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn capitals_are_worth_a_note() {
        carets(
            &RULE,
            &auto(),
            "
Host=h;Database=ShopDb;Username=u
                ^^^^^^ the database is looked up with these capitals
",
        );
    }

    #[test]
    fn small_letters_are_left_alone() {
        for text in [
            "postgresql://u:p@h/shop_db",
            "postgresql://u:p@H/shop",
            "postgresql://u:p@h/$DB",
            "postgresql://u:p@h/{Database}",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

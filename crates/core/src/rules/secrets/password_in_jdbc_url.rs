//! SEC007: a password in a JDBC URL, which drivers and pools print.

use super::password;
use crate::diagnostics::{Certainty, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC007",
    name: "password-in-jdbc-url",
    group: Group::Secrets,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("password_in_jdbc_url.md"),
    check,
};

const MESSAGE: &str = "a password in a JDBC URL gets into logs";
const HELP: &str = "Java prints the whole URL when it cannot use it: `No suitable driver found for jdbc:…`, `Unable to parse URL jdbc:…`. Pools and frameworks log it when they start. Give user and password apart, as arguments, `spring.datasource.password` and the like; then they need no encoding either.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() == Grammar::Jdbc
        && let Some(setting) = password::real(ctx)
    {
        out.push(Finding::new(setting.value.span, MESSAGE).help(HELP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn a_password_in_the_url_is_found() {
        carets(
            &RULE,
            &auto(),
            "
jdbc:postgresql://db.example:5432/shop?user=app&password=Tr0ub4dor&sslmode=require
                                                         ^^^^^^^^^ a password in a JDBC URL gets into logs
",
        );
    }

    #[test]
    fn urls_without_and_other_dialects_are_left_alone() {
        for text in [
            "jdbc:postgresql://db.example:5432/shop?user=app",
            "jdbc:postgresql://db.example:5432/shop?user=app&password=${PASSWORD}",
            "jdbc:postgresql://db.example:5432/shop?user=app&password={your_password}",
            "postgresql://app:Tr0ub4dor@db.example/shop",
            "spring.datasource.url=jdbc:postgresql://db.example/shop\nspring.datasource.password=Tr0ub4dor",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

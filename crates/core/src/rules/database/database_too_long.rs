//! DBN008: a database's name that is longer than PostgreSQL's names can be.

use super::names::name;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN008",
    name: "database-too-long",
    group: Group::Database,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("database_too_long.md"),
    check,
};

/// `NAMEDATALEN - 1`
const LONGEST: usize = 63;

fn message(len: usize) -> String {
    format!("of this name's {len} bytes the server takes {LONGEST}")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx).filter(|name| name.text.len() > LONGEST) else {
        return;
    };
    out.push(
        Finding::new(name.setting.value.span, message(name.text.len())).help(
            "The rest is cut off, when a database is made as well as here. So it works, and two names that differ only behind byte 63 are one database.",
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, silent};

    #[test]
    fn bytes_are_counted_after_decoding() {
        let long = "a".repeat(64);
        let found = findings(&RULE, &auto(), &format!("host=h dbname={long} user=u"));
        assert_eq!(
            found[0].message,
            "of this name's 64 bytes the server takes 63"
        );
        let umlauts = "%C3%A9".repeat(32);
        let text = format!("postgresql://u:p@h/{umlauts}");
        assert_eq!(findings(&RULE, &auto(), &text).len(), 1);
    }

    #[test]
    fn names_that_fit_are_left_alone() {
        silent(
            &RULE,
            &auto(),
            &format!("host=h dbname={} user=u", "a".repeat(63)),
        );
        silent(
            &RULE,
            &auto(),
            &format!("postgresql://u:p@h/{}", "%20x".repeat(30)),
        );
        silent(
            &RULE,
            &auto(),
            &format!("postgresql://u:p@h/${{{}}}", "A".repeat(70)),
        );
    }
}

//! The list of rules for people.

use super::{BOLD, Layout, count, severity_style};
use connlint_core::Applicability;
use connlint_core::rules::{Group, Rule};
use std::fmt::Write as _;

/// `rules` by group, each with what it finds.
#[must_use]
pub fn rules(rules: &[&Rule], layout: Layout) -> String {
    let mut out = String::new();
    for group in Group::ALL {
        let mut members = rules.iter().filter(|r| r.group == *group).peekable();
        if members.peek().is_none() {
            continue;
        }
        let heading = format!("{} {}", group.letters(), group.name());
        let _ = writeln!(out, "{}", layout.paint(BOLD, &heading));
        for rule in members {
            let fix = match rule.fix {
                Some(Applicability::Safe) => "  --fix",
                Some(Applicability::Unsafe) => "  --unsafe-fixes",
                _ => "",
            };
            let severity = format!("{:7}", rule.severity.name());
            let _ = writeln!(
                out,
                "  {}  {}  {}{fix}",
                rule.code,
                layout.paint(severity_style(rule.severity), &severity),
                rule.name
            );
            let _ = writeln!(
                out,
                "{}",
                layout.wrap(rule.summary(), "          ", "          ")
            );
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "{}. More on one of them: connlint explain CODE",
        count(rules.len(), "rule")
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::RULE;

    #[test]
    fn rules_are_listed_by_group() {
        assert_eq!(
            rules(&[&RULE], Layout::default()),
            "SYN syntax\n  SYN998  error    made-up  --fix\n          A raw `@` in the password.\n\n1 rule. More on one of them: connlint explain CODE\n"
        );
    }
}

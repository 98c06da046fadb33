//! A rule's documentation for people.

use super::{Layout, markdown};
use connlint_core::rules::Rule;
use std::fmt::Write as _;

/// The documentation of `rule`.
#[must_use]
pub fn explain(rule: &Rule, layout: Layout) -> String {
    let mut out = markdown::render(rule.docs, layout);
    let fix = match rule.fix {
        None => "",
        Some(level) => match level.name() {
            "safe" => ", mended by --fix",
            "unsafe" => ", mended by --fix --unsafe-fixes",
            _ => "",
        },
    };
    let _ = writeln!(
        out,
        "\n{} {}, group {}, {}{fix}",
        rule.code,
        rule.name,
        rule.group.name(),
        rule.severity.name()
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::RULE;

    #[test]
    fn an_explanation_ends_with_the_rules_facts() {
        assert_eq!(
            explain(&RULE, Layout::default()),
            "SYN998: made up\n\nWhat it finds\n\nA raw `@` in the password.\n\nSYN998 made-up, group syntax, error, mended by --fix\n"
        );
    }
}

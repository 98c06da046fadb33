//! The list of rules as JSON.

use super::{SCHEMA, Tool};
use connlint_core::rules::Rule;
use serde::Serialize;

/// Every rule with what it says of itself.
#[derive(Clone, Debug, Serialize)]
pub struct RulesReport {
    schema: u32,
    tool: Tool,
    rules: Vec<RuleView>,
}

#[derive(Clone, Debug, Serialize)]
struct RuleView {
    code: &'static str,
    name: &'static str,
    group: &'static str,
    severity: &'static str,
    certainty: &'static str,
    /// The safest fix that the rule ever offers; null if it offers none.
    fix: Option<&'static str>,
    summary: &'static str,
    docs: String,
}

/// The list of `rules`.
#[must_use]
pub fn rules(rules: &[&'static Rule]) -> RulesReport {
    RulesReport {
        schema: SCHEMA,
        tool: Tool::THIS,
        rules: rules
            .iter()
            .map(|rule| RuleView {
                code: rule.code,
                name: rule.name,
                group: rule.group.letters(),
                severity: rule.severity.name(),
                certainty: rule.certainty.name(),
                fix: rule.fix.map(connlint_core::Applicability::name),
                summary: rule.summary(),
                docs: rule.docs_url(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::RULE;
    use serde_json::json;

    #[test]
    fn a_rule_says_of_itself() {
        assert_eq!(
            serde_json::to_value(rules(&[&RULE])).unwrap()["rules"],
            json!([{
                "code": "SYN998", "name": "made-up", "group": "SYN", "severity": "error",
                "certainty": "certain", "fix": "safe", "summary": "A raw `@` in the password.",
                "docs": "docs/rules/SYN998.md#SYN998"
            }])
        );
    }
}

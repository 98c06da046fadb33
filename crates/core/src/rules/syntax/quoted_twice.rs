//! SYN038: quotes inside of the quotes, which stay when the outer ones are taken off.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN038",
    name: "quoted-twice",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("quoted_twice.md"),
    check,
};

const MESSAGE: &str = "these quotes are a part of the value";

const HELP: &str = "One pair of quotes is taken off where the value is read; these come on top of it and reach the driver, which then finds no scheme and no keyword that it knows. Take them out.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some((open, close)) = ctx.excerpt.quotes.filter(|_| ctx.excerpt.twice_quoted) else {
        return;
    };
    let finding = Finding::beside(open, MESSAGE)
        .help(HELP)
        .related(close, "and this one");
    // In base64 they have no characters of their own that could be taken out.
    out.push(if ctx.excerpt.is_encoded() {
        finding
    } else {
        let edits = alloc::vec![Edit::delete(open), Edit::delete(close)];
        finding.fix("Take the inner quotes out", Applicability::Safe, edits)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, fixes, silent};

    #[test]
    fn the_inner_quotes_go() {
        for (text, expected) in [
            (
                "DATABASE_URL='\"postgresql://app:pw@db.example/app\"'",
                "DATABASE_URL='postgresql://app:pw@db.example/app'",
            ),
            (
                "{\"url\": \"\\\"postgresql://app:pw@db.example/app\\\"\"}",
                "{\"url\": \"postgresql://app:pw@db.example/app\"}",
            ),
            (
                "url: \"'postgresql://app:pw@db.example/app'\"",
                "url: \"postgresql://app:pw@db.example/app\"",
            ),
            (
                "kind: Secret\nstringData:\n  url: |-\n    \"postgresql://app:pw@db.example/app\"\n",
                "kind: Secret\nstringData:\n  url: |-\n    postgresql://app:pw@db.example/app\n",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn in_base64_it_is_said_and_no_more() {
        let text = "kind: Secret\ndata:\n  url: InBvc3RncmVzcWw6Ly9hcHA6cHdAZGIuZXhhbXBsZS9hcHAi\n";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found.len(), 1);
        assert!(found[0].fixes.is_empty());
    }

    #[test]
    fn one_pair_of_quotes_is_left_alone() {
        for text in [
            "DATABASE_URL=\"postgresql://app:pw@db.example/app\"",
            "\"postgresql://app:pw@db.example/app\"",
            "az x --settings '{\"url\": \"postgresql://app:pw@db.example/app\"}'",
            "sh -c 'psql \"postgresql://app:pw@db.example/app\"'",
            "run: |\n  psql \"postgresql://app:pw@db.example/app\"\n",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

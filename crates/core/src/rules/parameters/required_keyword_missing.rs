//! PAR090: a keyword is missing that the team's policy asks for.

use crate::diagnostics::{Certainty, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR090",
    name: "required-keyword-missing",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("required_keyword_missing.md"),
    check,
};

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if matches!(ctx.grammar(), Grammar::Pgpass) {
        return;
    }
    for keyword in &ctx.policy.keywords {
        let wanted = squeeze(keyword);
        let set = ctx.settings().all.iter().any(|s| squeeze(&s.key) == wanted);
        // A variable that stands where keywords do can bring it.
        let may_come = ctx.variables.iter().any(|&variable| {
            let values = || ctx.settings().all.iter().map(|s| s.value.span);
            !values().any(|value| value.contains(variable))
                && !ctx.host().is_some_and(|h| h.span.contains(variable))
        });
        if set || may_come {
            continue;
        }
        let place = ctx
            .host()
            .map_or(Span::new(0, ctx.text.len()), |host| host.span);
        out.push(
            Finding::new(place, format!("`{keyword}` is missing, and the policy asks for it"))
                .help(format!(
                    "connlint was told that every string sets `{keyword}`. Add it, in the spelling of {}.",
                    ctx.driver.label()
                )),
        );
    }
}

/// Drivers spell a keyword with blanks, hyphens, capitals; it is the same keyword.
fn squeeze(key: &str) -> String {
    key.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Options;
    use crate::policy::Policy;
    use crate::rules::testing::{auto, carets, silent};

    fn asking(keyword: &str) -> Options {
        Options {
            policy: Policy {
                keywords: alloc::vec![keyword.into()],
                ..Policy::default()
            },
            ..auto()
        }
    }

    #[test]
    fn what_is_missing_is_said_at_the_host() {
        carets(
            &RULE,
            &asking("application_name"),
            "
postgresql://app@db.example/shop
                 ^^^^^^^^^^ `application_name` is missing, and the policy asks for it
",
        );
    }

    #[test]
    fn every_spelling_counts() {
        for text in [
            "postgresql://app@db.example/shop?application_name=web",
            "Host=db.example;Username=app;Application Name=web",
            "jdbc:postgresql://db.example/shop?ApplicationName=web",
            "postgresql://app@db.example/shop?${PARAMETERS}",
        ] {
            silent(&RULE, &asking("application_name"), text);
        }
        silent(&RULE, &auto(), "postgresql://app@db.example/shop");
    }
}

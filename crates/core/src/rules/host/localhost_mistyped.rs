//! HST028: a host that is almost, but not quite, `localhost`.

use super::names::hosts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::near::distance;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST028",
    name: "localhost-mistyped",
    group: Group::Host,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("localhost_mistyped.md"),
    check,
};

const NAME: &str = "localhost";

fn message(host: &str) -> String {
    format!("`{host}` looks like a slip for `{NAME}`")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in hosts(ctx) {
        if !is_slip(host.raw) {
            continue;
        }
        out.push(
            Finding::new(host.piece.span, message(host.raw))
                .help(format!(
                    "Unless a name server knows it, nothing is found: could not translate host name \"{}\" to address.",
                    host.raw
                ))
                .fix(
                    format!("Write `{NAME}`"),
                    Applicability::Unsafe,
                    alloc::vec![Edit::replace(host.piece.span, NAME)],
                ),
        );
    }
}

/// Letters lost, doubled, changed or in the wrong order. Something added in front or behind, `localhost2` or `mylocalhost`, is a
/// name of somebody's own.
fn is_slip(host: &str) -> bool {
    let letters = host.bytes().all(|b| b.is_ascii_alphabetic());
    let added = host.len() > NAME.len() && host.to_ascii_lowercase().contains(NAME);
    letters && !added && (1..=2).contains(&distance(host, NAME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn slips_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@locahost:5432/app
                 ^^^^^^^^ `locahost` looks like a slip for `localhost`
",
        );
        for host in [
            "localhsot",
            "loclahost",
            "lcoalhost",
            "locallhost",
            "localhos",
        ] {
            fixes(
                &RULE,
                &auto(),
                &format!("host={host} user=u"),
                "host=localhost user=u",
            );
        }
    }

    #[test]
    fn names_of_ones_own_are_left_alone() {
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost2",
            "mylocalhost",
            "localhosts",
            "local",
            "localdb",
            "db-localhost",
            "localhost.localdomain",
            "vocalist",
        ] {
            silent(&RULE, &auto(), &format!("host={host} user=u"));
        }
    }
}

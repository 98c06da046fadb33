//! HST090: a host that the team's policy does not name.

use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST090",
    name: "host-not-allowed",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("host_not_allowed.md"),
    check,
};

fn help(allowed: &[String]) -> String {
    let shown: Vec<&str> = allowed.iter().take(5).map(String::as_str).collect();
    let more = if allowed.len() > shown.len() {
        " and others"
    } else {
        ""
    };
    format!(
        "connlint was told which hosts strings may name: {}{more}. Name one of them, or have the policy changed.",
        shown.join(", ")
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let allowed = &ctx.policy.hosts;
    if allowed.is_empty() {
        return;
    }
    for host in ctx.settings().hosts.iter().filter_map(|h| h.host.as_ref()) {
        let name = host.text.trim_matches(['[', ']']);
        let socket = name.starts_with(['/', '@']);
        // What fills a variable in is not known, and a piece of a secret is not shown.
        if socket
            || name.is_empty()
            || ctx.has_variable(host.span)
            || ctx.redactor.hides(host.span)
            || ctx.policy.allows_host(name)
        {
            continue;
        }
        out.push(
            Finding::new(host.span, "this host is not one that the policy allows")
                .help(help(allowed)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::Options;
    use crate::policy::Policy;
    use crate::rules::testing::{auto, carets, silent};

    fn allowing(hosts: &[&str]) -> Options {
        Options {
            policy: Policy {
                hosts: hosts.iter().map(|&h| h.into()).collect(),
                ..Policy::default()
            },
            ..auto()
        }
    }

    #[test]
    fn each_host_that_is_not_allowed_is_pointed_at() {
        carets(
            &RULE,
            &allowing(&[".db.example", "localhost"]),
            "
postgresql://app@a.db.example,b.elsewhere.example:5433/shop
                              ^^^^^^^^^^^^^^^^^^^ this host is not one that the policy allows
",
        );
    }

    #[test]
    fn what_is_not_known_or_stays_on_this_machine_is_left_alone() {
        let options = allowing(&[".db.example"]);
        for text in [
            "postgresql://app@${HOST}/shop",
            "postgresql:///shop?host=/run/postgresql",
            "postgresql://app@A.DB.EXAMPLE/shop",
        ] {
            silent(&RULE, &options, text);
        }
        silent(&RULE, &auto(), "postgresql://app@b.elsewhere.example/shop");
    }
}

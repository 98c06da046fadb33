//! HST021: Docker's name for the computer that it runs on, which not every container knows.

use super::names::hosts;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST021",
    name: "docker-host-name",
    group: Group::Host,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("docker_host_name.md"),
    check,
};

fn message(host: &str) -> String {
    format!("`{host}` exists in some containers only")
}

const NAMES: [&str; 5] = [
    "host.docker.internal",
    "gateway.docker.internal",
    "host.containers.internal",
    "docker.for.mac.localhost",
    "docker.for.win.localhost",
];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let known = ctx
        .surroundings
        .containers
        .around(ctx.surroundings.span.start)
        .is_some_and(|service| service.knows_its_host);
    for host in hosts(ctx) {
        if known || !NAMES.iter().any(|name| name.eq_ignore_ascii_case(host.raw)) {
            continue;
        }
        out.push(Finding::new(host.piece.span, message(host.raw)).help(
            "It is the computer that runs the container, in Docker Desktop or Podman. With Docker on Linux it does not resolve, unless the container is started with `--add-host=host.docker.internal:host-gateway`; in Compose that is `extra_hosts`. On the computer itself, write `localhost`.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn the_name_is_worth_a_note() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@host.docker.internal:5432/app
                 ^^^^^^^^^^^^^^^^^^^^ `host.docker.internal` exists in some containers only
",
        );
    }

    #[test]
    fn where_it_is_made_to_work_nothing_is_said() {
        for text in [
            "services:\n  app:\n    extra_hosts:\n      - host.docker.internal:host-gateway\n    environment:\n      DATABASE_URL: postgresql://u:p@host.docker.internal/app\n",
            "host=docker.internal user=u",
            "host=localhost user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

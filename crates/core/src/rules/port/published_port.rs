//! PRT005: a port that a container publishes on its computer, where another container needs its own.

use super::places::{number, ports};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT005",
    name: "published-port",
    group: Group::Port,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["PRT009"],
    docs: docs!("published_port.md"),
    check,
};

fn message(service: &str, port: u16) -> String {
    format!("between services `{service}` listens on port {port}")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let containers = ctx.surroundings.containers;
    let Some(here) = containers
        .around(ctx.surroundings.span.start)
        .filter(|here| !here.shares_network)
    else {
        return;
    };
    for found in ports(ctx) {
        let Some(service) = found.host.and_then(|host| containers.named(&host.text)) else {
            continue;
        };
        let Some(own) = number(found.port)
            .and_then(|port| u16::try_from(port).ok())
            .and_then(|port| service.behind_published(port))
            .filter(|_| service.name != here.name)
        else {
            continue;
        };
        let span = found.port.span;
        out.push(
            Finding::new(span, message(&service.name, own))
                .help(format!(
                    "`{}:{own}` under `ports:` opens the port on the computer that runs Docker. Services reach each other directly, on the container's own port: here nothing listens, Connection refused.",
                    ctx.raw(span)
                ))
                .fix(
                    format!("Write `{own}`"),
                    Applicability::Unsafe,
                    alloc::vec![Edit::replace(span, own.to_string())],
                ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, fixes, silent};

    fn compose(url: &str, more: &str) -> String {
        format!(
            "services:\n  app:\n    image: example/app\n{more}    environment:\n      DATABASE_URL: {url}\n  db:\n    image: postgres:16\n    ports:\n      - \"5433:5432\"\n"
        )
    }

    #[test]
    fn the_published_port_is_found() {
        let text = compose("postgresql://u:p@db:5433/app", "");
        fixes(
            &RULE,
            &auto(),
            &text,
            &compose("postgresql://u:p@db:5432/app", ""),
        );
        let found = findings(&RULE, &auto(), &text);
        assert_eq!(
            found[0].message,
            "between services `db` listens on port 5432"
        );
    }

    #[test]
    fn other_ports_and_places_are_left_alone() {
        for text in [
            compose("postgresql://u:p@db:5432/app", ""),
            compose("postgresql://u:p@db:5434/app", ""),
            compose("postgresql://u:p@other:5433/app", ""),
            compose("postgresql://u:p@db:5433/app", "    network_mode: host\n"),
            "DATABASE_URL=postgresql://u:p@db:5433/app".into(),
        ] {
            silent(&RULE, &auto(), &text);
        }
    }
}

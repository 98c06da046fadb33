//! PRT007: one port behind a list of hosts, which is for the last one or for all, as the driver likes.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, until};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT007",
    name: "port-for-last-host",
    group: Group::Port,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("port_for_last_host.md"),
    check,
};

const LAST: &str = "this port is for the last host only";

fn message_all(who: &str) -> String {
    format!("this port is for every host to {who} alone")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some((without, port)) = list(ctx) else {
        return;
    };
    let number = ctx.raw(port);
    let hosts = &ctx.settings().hosts;
    // A driver that takes one host looks all of it up as one name: that is said by another rule.
    if hosts.len() != without.len() + 1 || number == "5432" {
        return;
    }
    let serves_all = hosts
        .first()
        .and_then(|h| h.port.as_ref())
        .is_some_and(|p| p.text == number);
    let (message, help, applicability) = if serves_all {
        (
            message_all(ctx.driver.label()),
            "Other drivers, libpq among them, take 5432 for the hosts without a port of their own. Give every host its port, and all read the same.",
            Applicability::Safe,
        )
    } else {
        (
            LAST.into(),
            "The hosts before it get 5432. pgx up to version 5 and lib/pq take it for every host. If that is meant, give every host its port, and all drivers read the same.",
            Applicability::Unsafe,
        )
    };
    let edits: Vec<Edit> = without
        .into_iter()
        .map(|end| Edit::insert(end, format!(":{number}")))
        .collect();
    out.push(Finding::new(port, message).help(help).fix(
        "Give every host this port",
        applicability,
        edits,
    ));
}

/// Where each host ends that has no port, and the port of the last one; `None` where another one has a port too.
fn list(ctx: &Context<'_>) -> Option<(Vec<usize>, Span)> {
    if !ctx.grammar().is_url() {
        return None;
    }
    let start = ctx.settings().first_host()?.span.start;
    let end = until(ctx.text, start, |c| c.is_whitespace() || "/?#".contains(c));
    let span = Span::new(start, end);
    let before = ctx.text.get(..start)?;
    if !before.ends_with(['/', '@']) || ctx.redactor.hides(span) || ctx.has_variable(span) {
        return None;
    }
    let mut without = Vec::new();
    let mut at = start;
    let mut parts = ctx.raw(span).split(',').peekable();
    while let Some(part) = parts.next() {
        let behind = part.rfind(']').map_or(0, |bracket| bracket + 1);
        let colon = part.get(behind..)?.find(':').map(|len| behind + len);
        let last = parts.peek().is_none();
        match colon {
            Some(colon) if last => {
                let port = Span::new(at + colon + 1, at + part.len());
                let digits = !port.is_empty() && ctx.raw(port).bytes().all(|b| b.is_ascii_digit());
                return (digits && !without.is_empty()).then_some((without, port));
            }
            None if !last && !part.is_empty() => without.push(at + part.len()),
            _ => return None,
        }
        at += part.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn a_port_of_the_last_host_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@a.example,b.example:6432/app
                                     ^^^^ this port is for the last host only
",
        );
        carets(
            &RULE,
            &driver(Driver::LibPq),
            "
postgresql://u:p@a.example,b.example:6432/app
                                     ^^^^ this port is for every host to lib/pq alone
",
        );
    }

    #[test]
    fn every_host_gets_it() {
        for (text, expected) in [
            (
                "postgresql://u:p@a,[::1],b:6432/app",
                "postgresql://u:p@a:6432,[::1]:6432,b:6432/app",
            ),
            (
                "jdbc:postgresql://a,b:6432/app?user=u",
                "jdbc:postgresql://a:6432,b:6432/app?user=u",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_lists_are_left_alone() {
        for text in [
            "postgresql://a,b/app",
            "postgresql://a,b:5432/app",
            "postgresql://a:6432,b:6432/app",
            "postgresql://a:6432,b/app",
            "postgresql://a:6432/app",
            "host=a,b port=6432 user=u",
            "Host=a,b;Port=6432",
            "postgresql://u:p@/app?host=a,b&port=6432",
            "postgresql://${A},b:6432/app",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://u:p@a,b:6432/app",
        );
    }
}

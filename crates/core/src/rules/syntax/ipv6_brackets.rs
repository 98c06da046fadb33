//! SYN015: an IPv6 address without brackets in a URL.

use super::url_parts::UrlParts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::vec::Vec;
use core::net::Ipv6Addr;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN015",
    name: "ipv6-brackets",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001", "PRT001", "PRT002", "HST006", "HST008"],
    docs: docs!("ipv6_brackets.md"),
    check,
};

const MESSAGE: &str = "address of IPv6 without brackets";

const HELP: &str = "In a URL a colon ends the host, so that the rest of the address is read as the port: invalid integer value. An address of IPv6 stands in brackets there.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(parts) = UrlParts::of(ctx) else {
        return;
    };
    let mut at = parts.hosts.start;
    for host in slice(&parts.text, parts.hosts).split(',') {
        let start = at;
        at += host.len() + 1;
        let span = Span::new(start, start + host.len());
        let Some((address, sure)) = address(host) else {
            continue;
        };
        if ctx.has_variable(span) {
            continue;
        }
        let brackets = |len: usize| [Edit::insert(start, "["), Edit::insert(start + len, "]")];
        let finding = Finding::new(Span::new(start, start + address), MESSAGE).help(HELP);
        out.push(if sure {
            finding.fix("Put it in brackets", Applicability::Safe, brackets(address))
        } else {
            // The last group can be a port, or the end of the address.
            finding
                .fix(
                    "Put it in brackets, the port behind them",
                    Applicability::Unsafe,
                    brackets(address),
                )
                .fix(
                    "Put all of it in brackets",
                    Applicability::Unsafe,
                    brackets(host.len()),
                )
        });
    }
}

/// The length of the address that `host` begins with, and whether that is sure.
fn address(host: &str) -> Option<(usize, bool)> {
    let bare = |text: &str| -> bool {
        let plain = text.split('%').next().unwrap_or(text);
        plain.parse::<Ipv6Addr>().is_ok()
    };
    if host.starts_with('[') || host.matches(':').count() < 2 {
        return None;
    }
    let (before, last) = host.rsplit_once(':')?;
    let port = last.len() >= 4 && last.bytes().all(|b| b.is_ascii_digit());
    match (bare(host), port && bare(before)) {
        (true, true) => Some((before.len(), false)),
        (true, false) => Some((host.len(), true)),
        (false, true) => Some((before.len(), true)),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn a_url_wants_brackets() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@2001:db8::10/app
                    ^^^^^^^^^^^^ address of IPv6 without brackets
",
        );
        for (text, expected) in [
            (
                "postgresql://app:pw@2001:db8:0:0:0:0:0:10:5432/app",
                "postgresql://app:pw@[2001:db8:0:0:0:0:0:10]:5432/app",
            ),
            (
                "jdbc:postgresql://2001:db8::10/app",
                "jdbc:postgresql://[2001:db8::10]/app",
            ),
            (
                "postgresql://app@fe80::1%25eth0/app",
                "postgresql://app@[fe80::1%25eth0]/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        let found = findings(&RULE, &auto(), "postgresql://app:pw@2001:db8::10:5432/app");
        assert_eq!(found[0].fixes.len(), 2);
        assert!(
            found[0]
                .fixes
                .iter()
                .all(|f| f.applicability == Applicability::Unsafe)
        );
    }

    #[test]
    fn addresses_as_they_should_be_are_left_alone() {
        for text in [
            "postgresql://app:pw@[2001:db8::10]:5432/app",
            "postgresql://app:a:b:c@db.example/app",
            "host=[2001:db8::10] port=5432 dbname=app",
            "jdbc:postgresql://[::1]/app",
            "Host=[::1];Port=5432;Database=app",
            "postgresql://app@db.example:5432,db2.example:5432/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

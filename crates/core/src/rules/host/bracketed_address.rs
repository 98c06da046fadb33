//! HST029: brackets round an IPv6 address, in a setting that holds the address alone.

use super::names::{hosts, reaches_a_driver};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;
use core::net::Ipv6Addr;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST029",
    name: "bracketed-address",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: include_str!("bracketed_address.md"),
    check,
};

const MESSAGE: &str = "brackets round an address belong into a URL";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // .NET takes them.
    if ctx.grammar().is_url() || ctx.grammar() == Grammar::AdoNet || !reaches_a_driver(ctx) {
        return;
    }
    for host in hosts(ctx) {
        let inside = host
            .raw
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if !host.is_literal() || inside.is_none_or(|text| text.parse::<Ipv6Addr>().is_err()) {
            continue;
        }
        let close = host.raw.len() - 1;
        out.push(
            Finding::new(host.piece.span, MESSAGE)
                .help("They tell the address from a port there. In this setting the driver looks them up with the address, as a name: could not translate host name.")
                .fix(
                    "Take the brackets out",
                    Applicability::Safe,
                    alloc::vec![Edit::delete(host.part(0, 1)), Edit::delete(host.part(close, 1))],
                ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn brackets_are_found_where_there_is_no_port_to_tell_apart() {
        carets(
            &RULE,
            &auto(),
            "
host=[::1] dbname=app user=u
     ^^^^^ brackets round an address belong into a URL
",
        );
        for (text, expected) in [
            ("psql -h [2001:db8::7] -U app", "psql -h 2001:db8::7 -U app"),
            ("pgsql:host=[::1];dbname=app", "pgsql:host=::1;dbname=app"),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn urls_and_bare_addresses_are_left_alone() {
        for text in [
            "postgresql://u:p@[::1]:5432/app",
            "jdbc:postgresql://[::1]:5432/app",
            "Host=[::1];Database=app",
            "host=::1 user=u",
            "host=[db] user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

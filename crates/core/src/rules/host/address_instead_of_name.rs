//! HST017: an address stands where the server's name is needed.

use super::names::{Host, hosts};
use crate::diagnostics::{Certainty, Severity};
use crate::readings::tls_of;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;
use core::net::IpAddr;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST017",
    name: "address-instead-of-name",
    group: Group::Host,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("address_instead_of_name.md"),
    check,
};

const MESSAGE: &str = "an address for an Azure server, which has a name";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // An address does not show whose it is. Where the name is checked, the rule about that says more.
    let checked = tls_of(ctx.driver, ctx.settings()).host_name;
    if !(ctx.target_given && ctx.target.is_azure()) || checked {
        return;
    }
    for host in hosts(ctx) {
        if is_remote_address(&host) {
            out.push(Finding::new(host.piece.span, MESSAGE).help(
                "Azure may give the server another address at any time, and does so in a failover; only the name follows. Use `<server>.postgres.database.azure.com`.",
            ));
        }
    }
}

/// An address of another computer; this one has a tunnel's end, or a server that has no name.
fn is_remote_address(host: &Host<'_>) -> bool {
    let bare = host.raw.trim_matches(['[', ']']);
    match bare.parse::<IpAddr>() {
        Ok(address) => !(address.is_loopback() || address.is_unspecified()),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Target;
    use crate::rules::testing::{auto, carets, silent, target};

    #[test]
    fn addresses_of_azure_servers_are_found() {
        carets(
            &RULE,
            &target(Target::AzureFlexible),
            "
postgresql://u:p@203.0.113.7:5432/app?sslmode=require
                 ^^^^^^^^^^^ an address for an Azure server, which has a name
",
        );
    }

    #[test]
    fn names_and_this_computer_are_left_alone() {
        for text in [
            "host=127.0.0.1 port=15432 user=u",
            "host=[::1] user=u",
            "host=shop.postgres.database.azure.com user=u",
            "host=203.0.113.7 user=u sslmode=verify-full sslrootcert=azure.pem",
        ] {
            silent(&RULE, &target(Target::AzureFlexible), text);
        }
        silent(&RULE, &auto(), "host=203.0.113.7 user=u");
    }
}

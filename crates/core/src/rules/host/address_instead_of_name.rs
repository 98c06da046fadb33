//! HST017: an address stands where the server's name is needed.

use super::names::{Host, hosts};
use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::readings::{Encrypted, tls_of};
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
    docs: include_str!("address_instead_of_name.md"),
    check,
};

const AZURE: &str = "an address for an Azure server, which has a name";
const CHECKED: &str = "the certificate has to name this address";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let azure = ctx.target_given && ctx.target.is_azure();
    let tls = tls_of(ctx.driver, ctx.settings());
    let checked = tls.host_name && tls.encrypted == Encrypted::Always;
    // With `hostaddr` the name to check stands apart.
    let alone = ctx.get(Param::HostAddr).is_none();
    if !(azure || checked && alone) {
        return;
    }
    for host in hosts(ctx) {
        if !is_remote_address(&host) {
            continue;
        }
        let finding = if azure {
            let verified = if checked {
                " The certificate names the server, not its address, so the check that this string asks for fails."
            } else {
                ""
            };
            Finding::new(host.piece.span, AZURE).help(alloc::format!(
                "Azure may give the server another address at any time, and does so in a failover; only the name follows.{verified} Use `<server>.postgres.database.azure.com`."
            ))
        } else {
            Finding::new(host.piece.span, CHECKED)
                .severity(Severity::Info)
                .certainty(Certainty::Depends)
                .help("The TLS mode checks the certificate for what stands here. Most certificates hold names only, and the check then fails: server certificate does not match host name. Use the server's name, unless its certificate holds the address.")
        };
        out.push(finding);
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
    use crate::model::{Driver, Target};
    use crate::rules::testing::{auto, carets, driver, findings, silent, target};

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
    fn a_checked_name_is_a_question_elsewhere() {
        let text = "host=10.0.0.4 user=u sslmode=verify-full sslrootcert=ca.pem";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
        // node-postgres checks the name in this mode as well.
        let text = "postgresql://u:p@10.0.0.4/app?sslmode=require";
        assert_eq!(
            findings(&RULE, &driver(Driver::NodePostgres), text).len(),
            1
        );
        silent(&RULE, &auto(), text);
    }

    #[test]
    fn names_and_this_computer_are_left_alone() {
        for text in [
            "host=127.0.0.1 user=u sslmode=verify-full sslrootcert=ca.pem",
            "host=db.example user=u sslmode=verify-full sslrootcert=ca.pem",
            "host=db.example hostaddr=10.0.0.4 user=u sslmode=verify-full sslrootcert=ca.pem",
            "host=10.0.0.4 user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
        for text in [
            "host=127.0.0.1 port=15432 user=u",
            "host=[::1] user=u",
            "host=shop.postgres.database.azure.com user=u",
        ] {
            silent(&RULE, &target(Target::AzureFlexible), text);
        }
    }
}

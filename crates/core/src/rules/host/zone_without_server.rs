//! HST004: Azure's zone stands where a server's name should.

use crate::azure::AzureHost;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::slice;
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST004",
    name: "zone-without-server",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("zone_without_server.md"),
    check,
};

const MESSAGE: &str = "the server's name is missing before Azure's suffix";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in ctx.settings().hosts.iter().filter_map(|h| h.host.as_ref()) {
        let name = slice(ctx.text, host.span);
        // An empty label before the zone is no server either: `.postgres.database.azure.com`.
        let bare =
            AzureHost::parse(name.trim_start_matches('.')).is_some_and(|h| h.labels.is_empty());
        if bare {
            out.push(Finding::new(host.span, MESSAGE).help(format!(
                "`{}` is the zone that all servers share and has no address of its own. Put the server's name before it: `<server>.{}`.",
                name.trim_start_matches('.'),
                name.trim_start_matches('.')
            )));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn the_bare_zone_is_no_host() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@postgres.database.azure.com/app
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server's name is missing before Azure's suffix
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=.postgres.database.chinacloudapi.cn user=app
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the server's name is missing before Azure's suffix
",
        );
    }

    #[test]
    fn a_server_or_a_variable_before_it_is_fine() {
        for host in [
            "shop.postgres.database.azure.com",
            "${SERVER}.postgres.database.azure.com",
            "{server}.postgres.database.azure.com",
        ] {
            silent(&RULE, &auto(), &format!("host={host} user=app"));
        }
    }
}

//! HST011: a name of Azure's own inner workings stands where the server's name should.

use super::names::with_variables;
use crate::azure::{AzureHost, Kind};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST011",
    name: "internal-azure-name",
    group: Group::Host,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("internal_azure_name.md"),
    check,
};

fn message(label: &str) -> String {
    format!("`{label}` belongs to an inner name of Azure")
}

const fn help(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::PrivateLink => {
            "The server's own name leads to this one inside the network, and the certificate is for the server's own name. Use that: it also works from where there is no private endpoint."
        }
        Kind::PrivateZone => {
            "This is how the CLI names the private DNS zone of a server in a virtual network, not the server. Its name is the one without this label."
        }
        Kind::Record => {
            "The server's own name leads to this record, which Azure can change at any time. Use the server's own name."
        }
        Kind::Server | Kind::Writer | Kind::Reader | Kind::Other => return None,
    })
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in with_variables(ctx) {
        let Some(azure) = AzureHost::parse(host.raw) else {
            continue;
        };
        let (Some(help), Some((before, last))) =
            (help(azure.kind()), azure.labels.rsplit_once('.'))
        else {
            continue;
        };
        let label = host.part(before.len() + 1, last.len());
        if ctx.has_variable(label) {
            continue;
        }
        out.push(Finding::new(label, message(last)).help(help).fix(
            "Use the server's own name",
            Applicability::Unsafe,
            alloc::vec![Edit::delete(host.part(before.len(), 1 + last.len()))],
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn inner_names_are_found() {
        for fixture in [
            "
postgresql://u:p@shop.privatelink.postgres.database.azure.com:5432/app
                      ^^^^^^^^^^^ `privatelink` belongs to an inner name of Azure
",
            "
Host=shop.private.postgres.database.azure.com;Database=app
          ^^^^^^^ `private` belongs to an inner name of Azure
",
            "
host=shop.rs-0a1b2c3d4e5f6a7.postgres.database.azure.com user=u
          ^^^^^^^^^^^^^^^^^^ `rs-0a1b2c3d4e5f6a7` belongs to an inner name of Azure
",
            "
host=${SERVER}.privatelink.postgres.database.usgovcloudapi.net user=u
               ^^^^^^^^^^^ `privatelink` belongs to an inner name of Azure
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn the_fix_is_the_servers_own_name() {
        for (text, expected) in [
            (
                "jdbc:postgresql://shop.privatelink.postgres.database.azure.com:5432/app",
                "jdbc:postgresql://shop.postgres.database.azure.com:5432/app",
            ),
            (
                "host=c-shop.abcdefgh.privatelink.postgres.cosmos.azure.com user=citus",
                "host=c-shop.abcdefgh.postgres.cosmos.azure.com user=citus",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_names_are_left_alone() {
        for host in [
            "shop.postgres.database.azure.com",
            "shop.writer.postgres.database.azure.com",
            "privatelink.postgres.database.azure.com",
            "shop.intern.postgres.database.azure.com",
            "shop.${ZONE}.postgres.database.azure.com",
            "shop.privatelink.example",
        ] {
            silent(&RULE, &auto(), &format!("host={host} user=u"));
        }
    }
}

//! HST014: a name that no Azure server can have.

use super::names::hosts;
use crate::azure::{AzureHost, BadName, Kind, Service, bad_server_name};
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST014",
    name: "impossible-azure-name",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &["SYN001"],
    docs: docs!("impossible_azure_name.md"),
    check,
};

fn message(bad: BadName, shown: &str) -> String {
    match bad {
        BadName::Short => "an Azure server's name has at least 3 characters".to_string(),
        BadName::Long => "an Azure server's name has at most 63 characters".to_string(),
        BadName::Character(_) => format!("no Azure server has `{shown}` in its name"),
        BadName::Edge(_) => "no Azure server's name begins or ends with a hyphen".to_string(),
        BadName::Doubled(_) => "no Azure server has two hyphens in a row".to_string(),
    }
}

const HELP: &str = "A server's name has 3 to 63 letters, digits and single hyphens between them, so no server with this one exists, and the name does not resolve. Look the name up in the portal, or with `az postgres flexible-server list`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in hosts(ctx) {
        let Some(azure) = AzureHost::parse(host.raw) else {
            continue;
        };
        // In a zone of somebody's own, names follow other rules.
        let named = azure.zone.service == Service::Postgres && azure.kind() != Kind::Other;
        let label = azure.server();
        // A scheme, a user or a path before it is for other rules.
        if !named || label.is_empty() || label.contains(['@', ':', '/', '\\', '%', ' ', ',']) {
            continue;
        }
        let Some(bad) = bad_server_name(label) else {
            continue;
        };
        let span = match bad {
            BadName::Short | BadName::Long => host.part(0, label.len()),
            BadName::Character(at) | BadName::Edge(at) | BadName::Doubled(at) => {
                let len = label
                    .get(at..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8);
                host.part(at, len)
            }
        };
        let mut finding = Finding::new(span, message(bad, ctx.raw(span))).help(HELP);
        if matches!(bad, BadName::Doubled(_)) {
            finding = finding.severity(Severity::Warning);
        }
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn names_that_cannot_be_are_found() {
        for fixture in [
            "
postgresql://u:p@my_shop.postgres.database.azure.com/app
                   ^ no Azure server has `_` in its name
",
            "
Host=-shop.postgres.database.azure.com;Database=app
     ^ no Azure server's name begins or ends with a hyphen
",
            "
host=db.postgres.database.azure.com user=u
     ^^ an Azure server's name has at least 3 characters
",
            "
host=my--shop.reader.postgres.database.azure.com user=u
        ^ no Azure server has two hyphens in a row
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
        let long = "a".repeat(64);
        carets(
            &RULE,
            &auto(),
            &format!(
                "\nhost={long}.postgres.database.azure.com user=u\n     {} an Azure server's name has at most 63 characters\n",
                "^".repeat(64)
            ),
        );
    }

    #[test]
    fn names_that_can_be_are_left_alone() {
        for host in [
            "shop.postgres.database.azure.com",
            "SHOP-01.postgres.database.azure.com",
            "123.postgres.database.azure.com",
            "${NAME}_x.postgres.database.azure.com",
            "{your_server}.postgres.database.azure.com",
            "<server_name>.postgres.database.azure.com",
            "x.intern.postgres.database.azure.com",
            "c-shop_x.abc.postgres.cosmos.azure.com",
            "my_shop.example",
            "postgres.database.azure.com",
        ] {
            silent(&RULE, &auto(), &format!("host={host} user=u"));
        }
    }
}

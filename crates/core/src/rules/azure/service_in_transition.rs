//! AZR005: a service of Azure that takes no new projects, or is not final yet.

use crate::azure::Service;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR005",
    name: "service-in-transition",
    group: Group::Azure,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("service_in_transition.md"),
    check,
};

const MESSAGE_COSMOS: &str = "this is Azure Cosmos DB for PostgreSQL, which takes no new projects";

const HELP_COSMOS: &str = "Its successor is the elastic cluster of Azure Database for PostgreSQL, with Citus as well. Its first role and its database are both called `citus`; on the successor, the admin's name is chosen, and the first database is `postgres`.";

const MESSAGE_HORIZON: &str = "this is Azure HorizonDB, which is a preview";

const HELP_HORIZON: &str = "Names, ports and limits may still change, and connlint knows less of it than of Azure Database for PostgreSQL.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let (Some(host), Some(azure)) = (ctx.host(), ctx.azure_host()) else {
        return;
    };
    let (message, help) = match azure.zone.service {
        Service::Cosmos => (MESSAGE_COSMOS, HELP_COSMOS),
        Service::Horizon => (MESSAGE_HORIZON, HELP_HORIZON),
        Service::Postgres => return,
    };
    out.push(Finding::new(host.span, message).help(help));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn the_services_are_named() {
        carets(
            &RULE,
            &auto(),
            "
host=c-shop.abcdefghijklmn.postgres.cosmos.azure.com user=citus dbname=citus
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is Azure Cosmos DB for PostgreSQL, which takes no new projects
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@shop.0123456789ab.westeurope.horizondb.azure.com/db
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is Azure HorizonDB, which is a preview
",
        );
    }

    #[test]
    fn other_servers_are_left_alone() {
        for text in [
            "host=shop.postgres.database.azure.com user=app dbname=db",
            "host=db.example user=citus dbname=citus",
            "host=shop.mongo.cosmos.azure.com user=app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

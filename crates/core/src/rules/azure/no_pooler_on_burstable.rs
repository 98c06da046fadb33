//! AZR011: the built-in pooler's port on a server of a size that has no pooler.

use crate::detect::FactKind;
use crate::diagnostics::{Certainty, Severity};
use crate::model::HostPort;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR011",
    name: "no-pooler-on-burstable",
    group: Group::Azure,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("no_pooler_on_burstable.md"),
    check,
};

const MESSAGE: &str = "servers of the Burstable tier have no pooler on 6432";

const HELP: &str = "The size that stands beside this string is of the Burstable tier, on which PgBouncer cannot be switched on: nothing listens on 6432. Connect to 5432, or choose a size of the tiers General Purpose or Memory Optimized.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let burstable = ctx
        .surroundings
        .azure
        .iter()
        .any(|fact| fact.kind == FactKind::Burstable);
    if !burstable || ctx.azure_host().is_none() {
        return;
    }
    for host in &ctx.settings().hosts {
        let pooled = HostPort::port_number(host) == Some(6432);
        if let Some(port) = host.port.as_ref().filter(|_| pooled)
            && !ctx.has_variable(port.span)
        {
            out.push(Finding::new(port.span, MESSAGE).help(HELP));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, silent};

    const CREATE: &str =
        "az postgres flexible-server create -n shop --tier Burstable --sku-name Standard_B1ms\n";

    #[test]
    fn the_poolers_port_is_found_where_the_size_is_known() {
        let text = alloc::format!(
            "{CREATE}psql \"host=shop.postgres.database.azure.com port=6432 user=app sslmode=require\""
        );
        let found = findings(&RULE, &auto(), &text);
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].span.start..found[0].span.end], "6432");
    }

    #[test]
    fn other_ports_sizes_and_servers_are_left_alone() {
        let string =
            "psql \"host=shop.postgres.database.azure.com port=6432 user=app sslmode=require\"";
        for text in [
            string.into(),
            alloc::format!("{CREATE}{}", string.replace("6432", "5432")),
            alloc::format!(
                "{CREATE}{}",
                string.replace("shop.postgres.database.azure.com", "pool.example")
            ),
            alloc::format!(
                "{}{string}",
                CREATE
                    .replace("Burstable", "GeneralPurpose")
                    .replace("_B1ms", "_D2s_v3")
            ),
        ] {
            silent(&RULE, &auto(), &text);
        }
    }
}

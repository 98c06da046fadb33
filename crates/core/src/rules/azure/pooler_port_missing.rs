//! AZR006: the CLI's psql string has no port, though the others beside it go to the pooler.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::templates::Quirk;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR006",
    name: "pooler-port-missing",
    group: Group::Azure,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("pooler_port_missing.md"),
    check,
};

const MESSAGE: &str = "no port here, though the pooler's 6432 was asked for";

const HELP: &str = "`az postgres flexible-server show-connection-string --pg-bouncer` writes port 6432 into every string but this one. Without a port it goes to 5432, past the pooler.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let never_a_port = ctx.template.is_some_and(|t| t.quirk == Quirk::NoPort);
    let no_port = ctx.settings().hosts.iter().all(|host| host.port.is_none());
    let Some(host) = ctx.host() else {
        return;
    };
    if never_a_port && no_port && ctx.surroundings.mention_pooler {
        out.push(Finding::new(host.span, MESSAGE).help(HELP).fix(
            "Append `:6432`",
            Applicability::Unsafe,
            alloc::vec![Edit::insert(host.span.end, ":6432")],
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, fixes, silent};

    #[test]
    fn the_string_without_a_port_is_found_among_those_with_one() {
        fixes(
            &RULE,
            &auto(),
            r#"{"jdbc": "jdbc:postgresql://shop.postgres.database.azure.com:6432/db?user=app&password=Tr0ub4dor&sslmode=require", "psql_cmd": "postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com/db?sslmode=require"}"#,
            r#"{"jdbc": "jdbc:postgresql://shop.postgres.database.azure.com:6432/db?user=app&password=Tr0ub4dor&sslmode=require", "psql_cmd": "postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com:6432/db?sslmode=require"}"#,
        );
    }

    #[test]
    fn other_strings_are_left_alone() {
        for text in [
            r#"{"jdbc": "jdbc:postgresql://shop.postgres.database.azure.com:5432/db?user=app&password=Tr0ub4dor&sslmode=require", "psql_cmd": "postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com/db?sslmode=require"}"#,
            "pool = 'postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com:6432/db?sslmode=require'\ndirect = 'postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com/db?sslmode=require'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! AZR002: an access token is fetched for another service than PostgreSQL.

use crate::detect::FactKind;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR002",
    name: "wrong-token-resource",
    group: Group::Azure,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: include_str!("wrong_token_resource.md"),
    check,
};

fn message(service: &str) -> String {
    format!("this token is for {service}, not for PostgreSQL")
}

const HELP: &str = "Azure Database for PostgreSQL answers that the token does not have a valid audience claim. Ask for `--resource-type oss-rdbms`, or for the scope `https://ossrdbms-aad.database.windows.net/.default`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let facts = ctx.surroundings.azure;
    // Where the right one is fetched as well, the other one is for something else.
    let right = facts.iter().any(|f| matches!(f.kind, FactKind::Token(_)));
    if ctx.azure_host().is_none() || right {
        return;
    }
    for fact in facts {
        if let FactKind::TokenForOther(service) = fact.kind {
            out.push(Finding::beside(fact.span, message(service)).help(HELP));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, silent};

    #[test]
    fn tokens_for_other_services_are_found() {
        for (text, message) in [
            (
                "token = cred.get_token('https://database.windows.net/.default')\nurl = f'postgresql://app:{token}@shop.postgres.database.azure.com/db?sslmode=require'",
                "this token is for Azure SQL Database, not for PostgreSQL",
            ),
            (
                "PGHOST=shop.postgres.database.azure.com\nPGUSER=ann@contoso.com\nPGPASSWORD=$(az account get-access-token --query accessToken -o tsv)",
                "this token is for Azure Resource Manager, not for PostgreSQL",
            ),
        ] {
            assert_eq!(findings(&RULE, &auto(), text)[0].message, message);
        }
    }

    #[test]
    fn the_right_token_and_other_servers_are_left_alone() {
        for text in [
            "PGHOST=shop.postgres.database.azure.com\nPGUSER=ann@contoso.com\nPGPASSWORD=$(az account get-access-token --resource-type oss-rdbms --query accessToken -o tsv)",
            "sql = cred.get_token('https://database.windows.net/.default')\npg = cred.get_token('https://ossrdbms-aad.database.windows.net/.default')\nurl = f'postgresql://app:{pg}@shop.postgres.database.azure.com/db?sslmode=require'",
            "token = cred.get_token('https://database.windows.net/.default')\nurl = 'postgresql://app@db.example/db'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! AZR002: an access token is fetched for another service than PostgreSQL.

use crate::detect::FactKind;
use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule};
use crate::token::resource_of;
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
    docs: docs!("wrong_token_resource.md"),
    check,
};

fn message(service: &str) -> String {
    format!("this token is for {service}, not for PostgreSQL")
}

fn help(resource: &str) -> String {
    format!(
        "Azure Database for PostgreSQL answers that the token does not have a valid audience claim. Ask for `--resource-type oss-rdbms`, or for the scope `https://{resource}/.default`."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let facts = ctx.surroundings.azure;
    let Some(resource) = ctx.azure_host().and_then(|h| resource_of(h.zone.name)) else {
        return;
    };
    // Where the right one is fetched as well, or a password stands in the string, the other one is for something else.
    let right = facts.iter().any(|f| matches!(f.kind, FactKind::Token(_)));
    let password = ctx
        .get(Param::Password)
        .is_some_and(|s| !s.value.span.is_empty() && !ctx.has_variable(s.value.span));
    if right || password {
        return;
    }
    for fact in facts {
        if let FactKind::TokenForOther(service) = fact.kind {
            out.push(Finding::beside(fact.span, message(service)).help(help(resource)));
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
            "sql = cred.get_token('https://database.windows.net/.default')\nurl = 'postgresql://app:Tr0ub4dor@shop.postgres.database.azure.com/db?sslmode=require'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

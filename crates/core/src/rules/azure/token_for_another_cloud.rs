//! AZR001: access tokens are for another cloud than the server's.

use crate::azure::{Service, ZONES};
use crate::detect::FactKind;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::token::resource_of;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR001",
    name: "token-for-another-cloud",
    group: Group::Azure,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("token_for_another_cloud.md"),
    check,
};

fn message(token: &str, server: &str) -> String {
    format!("the token is for {token}, the server is in {server}")
}

fn message_login(login: &str, server: &str) -> String {
    format!("the login is that of {login}, the server is in {server}")
}

fn help(resource: &str) -> String {
    format!(
        "Each of Azure's clouds has tokens of its own, and the server answers that the token does not have a valid audience claim. For this server it is `https://{resource}`; `--resource-type oss-rdbms` takes the one of the cloud that the CLI is logged in to."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(zone) = ctx.azure_host().map(|host| host.zone) else {
        return;
    };
    let right = ZONES
        .iter()
        .find(|z| z.cloud == zone.cloud && z.service == Service::Postgres)
        .and_then(|z| resource_of(z.name));
    let Some(right) = right else {
        return;
    };
    for fact in ctx.surroundings.azure {
        match fact.kind {
            FactKind::Token(cloud) if cloud != zone.cloud => out.push(
                Finding::beside(fact.span, message(cloud, zone.cloud))
                    .help(help(right))
                    .fix(
                        format!("Write `{right}`"),
                        Applicability::Unsafe,
                        alloc::vec![Edit::replace(fact.span, right)],
                    ),
            ),
            FactKind::Login(cloud) if cloud != zone.cloud => out.push(
                Finding::beside(fact.span, message_login(cloud, zone.cloud))
                    .severity(Severity::Warning)
                    .help(help(right)),
            ),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, fixes, silent};

    #[test]
    fn a_token_of_another_cloud_is_found() {
        for (text, expected) in [
            (
                "export PGPASSWORD=$(az account get-access-token --resource https://ossrdbms-aad.database.windows.net --query accessToken -o tsv)\npsql \"host=shop.postgres.database.usgovcloudapi.net user=ann@contoso.us dbname=db sslmode=require\"",
                "export PGPASSWORD=$(az account get-access-token --resource https://ossrdbms-aad.database.usgovcloudapi.net --query accessToken -o tsv)\npsql \"host=shop.postgres.database.usgovcloudapi.net user=ann@contoso.us dbname=db sslmode=require\"",
            ),
            (
                "token = credential.get_token('https://ossrdbms-aad.database.chinacloudapi.cn/.default')\nurl = f'postgresql://app:{token.token}@shop.postgres.database.azure.com/db?sslmode=require'",
                "token = credential.get_token('https://ossrdbms-aad.database.windows.net/.default')\nurl = f'postgresql://app:{token.token}@shop.postgres.database.azure.com/db?sslmode=require'",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn the_login_of_another_cloud_is_found() {
        let text = "az cloud set --name AzureChinaCloud\npsql \"host=shop.postgres.database.azure.com user=app sslmode=require\"";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(
            found[0].message,
            "the login is that of Azure China, the server is in Azure"
        );
        assert_eq!(found[0].severity, Severity::Warning);
        silent(
            &RULE,
            &auto(),
            &text.replace("azure.com", "chinacloudapi.cn"),
        );
    }

    #[test]
    fn the_right_cloud_and_other_servers_are_left_alone() {
        for text in [
            "token = get_token('https://ossrdbms-aad.database.windows.net/.default')\nurl = 'postgresql://app@shop.postgres.database.azure.com/db?sslmode=require'",
            "token = get_token('https://ossrdbms-aad.database.windows.net/.default')\nurl = 'postgresql://app@db.example/db?sslmode=require'",
            "token = get_token('https://ossrdbms-aad.database.chinacloudapi.cn/.default')\nurl = 'postgresql://app@shop.postgres.database.chinacloudapi.cn/db?sslmode=require'",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! SEC003: a token in the place of the password that is not for this server.

use super::password;
use crate::azure::Service;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::token::{self, Audience, Token};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC003",
    name: "token-for-another-service",
    group: Group::Secrets,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &["SEC002"],
    docs: docs!("token_for_another_service.md"),
    check,
};

fn message(service: &str) -> String {
    format!("the token is for {service}, not for this server")
}

fn help(resource: &str) -> String {
    format!(
        "The server answers `The access token does not have a valid audience claim. Please acquire a new token for the resource \"https://{resource}\"`. Get one with `az account get-access-token --resource https://{resource}`; without a resource, the CLI gives a token for Azure Resource Manager."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let wanted = ctx
        .azure_host()
        .filter(|host| host.zone.service == Service::Postgres)
        .and_then(|host| token::resource_of(host.zone.name));
    let (Some(setting), Some(wanted)) = (password::real(ctx), wanted) else {
        return;
    };
    let service = match Token::read(setting.value.expose()).map(|token| token.audience) {
        Some(Audience::Other(service)) => service,
        Some(Audience::Databases(resource)) if resource != wanted => "another of Azure's clouds",
        _ => return,
    };
    out.push(Finding::new(setting.value.span, message(service)).help(help(wanted)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, silent};
    use crate::token::made;

    fn text(host: &str, audience: &str) -> String {
        let token = made(&format!(r#"{{"aud":"{audience}","exp":1700000000}}"#));
        format!("host={host} port=5432 user=ann@contoso.com password={token}")
    }

    #[test]
    fn the_service_is_named() {
        for (host, audience, expected) in [
            (
                "shop.postgres.database.azure.com",
                "https://management.core.windows.net/",
                "the token is for Azure Resource Manager, not for this server",
            ),
            (
                "shop.postgres.database.azure.com",
                "https://database.windows.net",
                "the token is for Azure SQL Database, not for this server",
            ),
            (
                "shop.postgres.database.usgovcloudapi.net",
                "https://ossrdbms-aad.database.windows.net",
                "the token is for another of Azure's clouds, not for this server",
            ),
        ] {
            let found = findings(&RULE, &auto(), &text(host, audience));
            assert_eq!(found.len(), 1, "{audience}");
            assert_eq!(found[0].message, expected);
        }
    }

    #[test]
    fn it_is_told_instead_of_the_token_s_end() {
        let analysis = crate::lint::lint(
            &text(
                "shop.postgres.database.azure.com",
                "https://graph.microsoft.com",
            ),
            &auto(),
        );
        assert!(analysis.diagnostics().all(|d| d.code() != "SEC002"));
    }

    #[test]
    fn the_right_and_the_unknown_are_left_alone() {
        for (host, audience) in [
            (
                "shop.postgres.database.azure.com",
                "https://ossrdbms-aad.database.windows.net",
            ),
            (
                "shop.postgres.database.chinacloudapi.cn",
                "https://ossrdbms-aad.database.chinacloudapi.cn/",
            ),
            (
                "shop.postgres.database.azure.com",
                "123cd850-0000-40bd-94d5-c9f07b7fa203",
            ),
            ("db.example", "https://management.core.windows.net/"),
        ] {
            silent(&RULE, &auto(), &text(host, audience));
        }
    }
}

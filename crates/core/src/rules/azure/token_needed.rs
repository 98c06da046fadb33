//! AZR010: Service Connector's string without a password, to which a token has to be added.

use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule};
use crate::templates::Quirk;
use crate::token::resource_of;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR010",
    name: "token-needed",
    group: Group::Azure,
    severity: Severity::Info,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("token_needed.md"),
    check,
};

const MESSAGE: &str = "no password: the program has to add an access token";

fn help(resource: &str) -> String {
    format!(
        "Service Connector leaves the password out where it has set up Microsoft Entra ID. Fetch a token for `https://{resource}/.default` when a connection is opened and give it as the password. It is good for an hour at most for users, longer for managed identities; only logging in needs it."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let resource = ctx.azure_host().and_then(|h| resource_of(h.zone.name));
    let passwordless =
        ctx.template.is_some_and(|t| t.quirk == Quirk::Token) && ctx.get(Param::Password).is_none();
    if let Some(user) = ctx.get(Param::User).filter(|_| passwordless)
        && !user.value.span.is_empty()
        && !ctx.redactor.hides(user.value.span)
        && let Some(resource) = resource
    {
        out.push(Finding::new(user.value.span, MESSAGE).help(help(resource)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn strings_without_a_password_are_noted() {
        carets(
            &RULE,
            &auto(),
            "
Server=shop.postgres.database.azure.com;Database=db;Port=5432;Ssl Mode=Require;User Id=web-identity;
                                                                                       ^^^^^^^^^^^^ no password: the program has to add an access token
",
        );
        for text in [
            "AZURE_POSTGRESQL_CONNECTIONSTRING=dbname=db host=shop.postgres.database.azure.com port=5432 sslmode=require user=web-identity",
            "AZURE_POSTGRESQL_NAME=db\nAZURE_POSTGRESQL_HOST=shop.postgres.database.azure.com\nAZURE_POSTGRESQL_USER=web-identity",
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
        }
    }

    #[test]
    fn strings_with_one_and_strings_of_others_are_left_alone() {
        for text in [
            "Server=shop.postgres.database.azure.com;Database=db;Port=5432;Ssl Mode=Require;User Id=app;Password=Tr0ub4dor;",
            "AZURE_POSTGRESQL_NAME=db\nAZURE_POSTGRESQL_HOST=shop.postgres.database.azure.com\nAZURE_POSTGRESQL_USER=app\nAZURE_POSTGRESQL_PASSWORD=Tr0ub4dor",
            "host=shop.postgres.database.azure.com dbname=db user=app sslmode=require",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

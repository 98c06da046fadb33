//! USR010: a user principal name of Microsoft Entra ID beside a password that is no token.

use super::parts::{given, literal_user, server_label};
use crate::azure::AzureHost;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Param, Target};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR010",
    name: "entra-name-with-password",
    group: Group::User,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("entra_name_with_password.md"),
    check,
};

const MESSAGE: &str = "is this Microsoft Entra ID? It wants a token as password";

const HELP: &str = "With a name of Microsoft Entra ID, Azure takes an access token and not the account's password. `az account get-access-token --resource-type oss-rdbms` prints one, which is good for an hour at most. If a role of PostgreSQL's own has this name, all is well.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.azure_host().is_none() || given(ctx, Target::AzureSingle) {
        return;
    }
    let (Some(user), Some(password)) = (literal_user(ctx), ctx.get(Param::Password)) else {
        return;
    };
    let name = user.value.expose();
    let span = password.value.span;
    let token_or_unknown = span.is_empty()
        || ctx.has_variable(span)
        || ctx.is_expression(password)
        || is_token(password.value.expose())
        || !placeholder::find(ctx.raw(span)).is_empty();
    if token_or_unknown || !is_principal(name) {
        return;
    }
    // The whole host behind the `@` is what Single Server's form is mistaken for.
    let tail = name.rsplit_once('@').map_or("", |(_, tail)| tail);
    let is_server = AzureHost::parse(tail).is_some()
        || server_label(ctx).is_some_and(|label| label.eq_ignore_ascii_case(tail));
    if !is_server {
        out.push(Finding::new(user.value.span, MESSAGE).help(HELP));
    }
}

/// `name@domain.tld`
fn is_principal(name: &str) -> bool {
    name.split_once('@').is_some_and(|(local, domain)| {
        let last = domain.rsplit('.').next().unwrap_or("");
        !local.is_empty()
            && domain.contains('.')
            && !domain.contains('@')
            && last.len() >= 2
            && last.chars().all(|c| c.is_ascii_alphabetic())
            && domain
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
    })
}

/// A JSON Web Token: three parts, the first of which encodes an object.
fn is_token(password: &str) -> bool {
    password.starts_with("eyJ") && password.matches('.').count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent, target};
    use std::format;

    #[test]
    fn a_principal_with_a_password_is_asked_about() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://ann%40contoso.com:Tr0ub4dor@shop.postgres.database.azure.com/db
             ^^^^^^^^^^^^^^^^^ is this Microsoft Entra ID? It wants a token as password
",
        );
        let text = "Host=shop.postgres.database.azure.com;Username=ann@contoso.onmicrosoft.com;Password=Tr0ub4dor";
        assert_eq!(findings(&RULE, &auto(), text).len(), 1);
    }

    #[test]
    fn tokens_and_what_is_filled_in_are_left_alone() {
        for password in [
            "",
            "${TOKEN}",
            "<access-token>",
            "{your_password}",
            "eyJ0eXAi.eyJhdWQi.c2ln",
        ] {
            let text = format!(
                "Host=shop.postgres.database.azure.com;Username=ann@contoso.com;Password={password}"
            );
            silent(&RULE, &auto(), &text);
        }
        for text in [
            "host=shop.postgres.database.azure.com user=ann@contoso.com",
            "psycopg2.connect(host='shop.postgres.database.azure.com', user='ann@contoso.com', password=token)",
            "host=shop.postgres.database.azure.com user=app@shop password=Tr0ub4dor",
            "host=shop.postgres.database.azure.com user=app@shop.postgres.database.azure.com password=Tr0ub4dor",
            "host=db.example user=ann@contoso.com password=Tr0ub4dor",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &target(Target::AzureSingle),
            "host=shop.postgres.database.azure.com user=ann@contoso.com password=Tr0ub4dor",
        );
    }
}

//! USR006: a superuser's usual name, which no Azure server has by itself.

use super::parts::role;
use crate::azure::Service;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR006",
    name: "not-an-azure-admin",
    group: Group::User,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("not_an_azure_admin.md"),
    check,
};

/// Names that Azure refuses for the admin login.
const REFUSED: [&str; 4] = ["admin", "administrator", "guest", "root"];

fn message(name: &str) -> String {
    format!("an Azure server has no role `{name}` unless somebody made it")
}

fn help(name: &str) -> String {
    let rule = match name {
        "postgres" => "Azure creates no `postgres`, but an admin with a name of your choice.",
        "root" => {
            "Azure does not allow this name for the admin. It often comes from a program in a container that was given no user name."
        }
        _ => "Azure does not allow this name for the admin.",
    };
    format!(
        "{rule} If there is no such role, the server answers `password authentication failed for user \"{name}\"`; `az postgres flexible-server show --query administratorLogin` prints the admin's name."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let on_azure = ctx
        .azure_host()
        .is_some_and(|h| h.zone.service == Service::Postgres);
    let Some((setting, name)) = role(ctx).filter(|_| on_azure) else {
        return;
    };
    if name == "postgres" || REFUSED.contains(&name) {
        out.push(Finding::new(setting.value.span, message(name)).help(help(name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn a_superusers_usual_name_is_asked_about() {
        for (name, carets_below) in [("postgres", "^^^^^^^^"), ("root", "^^^^")] {
            carets(
                &RULE,
                &auto(),
                &format!(
                    "
host=shop.postgres.database.azure.com user={name} dbname=app
                                           {carets_below} an Azure server has no role `{name}` unless somebody made it
"
                ),
            );
        }
    }

    #[test]
    fn other_names_and_other_servers_are_left_alone() {
        for text in [
            "host=shop.postgres.database.azure.com user=pgadmin",
            "host=db.example user=postgres",
            "host=localhost user=root",
            "postgresql://postgres:Tr0ub4dor@localhost/postgres",
            "host=c-shop.abcdefghijklmn.postgres.cosmos.azure.com user=postgres",
            "host=shop.postgres.database.azure.com user=$POSTGRES_USER",
            "psycopg2.connect(host='shop.postgres.database.azure.com', user=admin, password=key)",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

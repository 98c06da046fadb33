//! USR001: a user name for Single Server without the server in it.

use super::parts::{at_sign, decodes, given, is_literal, server_label, user};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Target;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR001",
    name: "single-server-user-without-server",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("single_server_user_without_server.md"),
    check,
};

fn message(server: &str) -> String {
    format!("the user name lacks `@{server}`, which Single Server wants")
}

const HELP: &str = "Single Server finds the server by the user name and answers `Invalid Username specified. Please check the Username and retry connection. The Username should be in <username@hostname> format.` Single Server was retired on 2025-03-28; if the server has moved to Flexible Server, the name is right as it stands.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !given(ctx, Target::AzureSingle) {
        return;
    }
    let (Some(user), Some(server)) = (user(ctx), server_label(ctx)) else {
        return;
    };
    let span = user.setting.value.span;
    // `%40` where nothing decodes it is another mistake than a missing server.
    let encoded = !decodes(ctx) && ctx.raw(span).contains("%40");
    if user.at.is_some() || encoded || !is_literal(ctx, span) {
        return;
    }
    let added = format!("{}{server}", at_sign(ctx));
    out.push(Finding::new(span, message(server)).help(HELP).fix(
        format!("Append `{added}`"),
        Applicability::Unsafe,
        alloc::vec![Edit::insert(span.end, added)],
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent, target};

    #[test]
    fn a_bare_user_name_is_found() {
        carets(
            &RULE,
            &target(Target::AzureSingle),
            "
engine = create_engine('postgresql://scott:tiger@myhost.postgres.database.azure.com:5432/db')
                                     ^^^^^ the user name lacks `@myhost`, which Single Server wants
",
        );
    }

    #[test]
    fn the_server_is_added_as_the_dialect_writes_an_at() {
        for (text, expected) in [
            (
                "postgresql://scott:tiger@shop.postgres.database.azure.com/db",
                "postgresql://scott%40shop:tiger@shop.postgres.database.azure.com/db",
            ),
            (
                "postgresql://shop.postgres.database.azure.com/db?user=scott&password=tiger",
                "postgresql://shop.postgres.database.azure.com/db?user=scott%40shop&password=tiger",
            ),
            (
                "host=shop.postgres.database.azure.com user=scott password=tiger",
                "host=shop.postgres.database.azure.com user=scott@shop password=tiger",
            ),
            (
                "host=shop.postgres.database.chinacloudapi.cn user='scott' password=tiger",
                "host=shop.postgres.database.chinacloudapi.cn user='scott@shop' password=tiger",
            ),
            (
                "Server=shop.postgres.database.azure.com;User Id=\"scott\";Password=tiger",
                "Server=shop.postgres.database.azure.com;User Id=\"scott@shop\";Password=tiger",
            ),
            (
                "jdbc:postgresql://shop.postgres.database.azure.com/db?user=scott&password=tiger",
                "jdbc:postgresql://shop.postgres.database.azure.com/db?user=scott%40shop&password=tiger",
            ),
            (
                "DATABASE_URL=postgresql://scott:tiger@${SERVER}.postgres.database.azure.com/db",
                "DATABASE_URL=postgresql://scott%40${SERVER}:tiger@${SERVER}.postgres.database.azure.com/db",
            ),
        ] {
            fixes(&RULE, &target(Target::AzureSingle), text, expected);
        }
    }

    #[test]
    fn it_is_about_single_server_only_and_about_names_that_are_known() {
        let single = target(Target::AzureSingle);
        for text in [
            "postgresql://scott%40shop:tiger@shop.postgres.database.azure.com/db",
            "postgresql://scott@shop:tiger@shop.postgres.database.azure.com/db",
            "postgresql://${DB_USER}:tiger@shop.postgres.database.azure.com/db",
            "postgresql://{your_user}:tiger@shop.postgres.database.azure.com/db",
            "host=shop.postgres.database.azure.com user=scott%40shop password=tiger",
            "jdbc:postgresql://shop.postgres.database.azure.com/db?user=scott@shop",
            "jdbc:postgresql://shop.postgres.database.azure.com/db",
            "postgresql://scott:tiger@postgres.database.azure.com/db",
            "postgresql://scott:tiger@localhost/db",
            "postgresql://citus:tiger@c-shop.abc.postgres.cosmos.azure.com/citus",
        ] {
            silent(&RULE, &single, text);
        }
        let text = "postgresql://scott:tiger@shop.postgres.database.azure.com/db";
        silent(&RULE, &auto(), text);
        silent(&RULE, &target(Target::AzureFlexible), text);
    }
}

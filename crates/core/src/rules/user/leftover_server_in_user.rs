//! USR002: `@servername` of Single Server, left over in a user name for Flexible Server.

use super::parts::{given, single_server_tail};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Target;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR002",
    name: "leftover-server-in-user",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("leftover_server_in_user.md"),
    check,
};

fn message(tail: &str) -> String {
    format!("`{tail}` in the user name is left over from Single Server")
}

fn question(tail: &str) -> String {
    format!("`{tail}` belongs to Single Server only: is this one?")
}

fn help(shown: &str) -> String {
    format!(
        "Flexible Server takes all of it for the name and answers `password authentication failed for user \"{shown}\"`, whatever the password. Only servers that Azure has moved over by itself take both forms."
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if given(ctx, Target::AzureSingle) {
        return;
    }
    let Some((user, tail)) = single_server_tail(ctx) else {
        return;
    };
    // Nothing but the server: then there is no name to keep.
    if tail.start == user.setting.value.span.start {
        return;
    }
    let shown = ctx.show(user.setting.value.span).replace("%40", "@");
    let finding = if is_flexible(ctx) {
        Finding::new(tail, message(&ctx.show(tail)))
    } else {
        Finding::new(tail, question(&ctx.show(tail)))
            .severity(Severity::Info)
            .certainty(Certainty::Depends)
    };
    out.push(finding.help(help(&shown)).fix(
        format!("Take `{}` out", ctx.show(tail)),
        Applicability::Unsafe,
        alloc::vec![Edit::delete(tail)],
    ));
}

/// The user said so, or the port does: the pooler on 6432 and the ports of elastic clusters exist on Flexible Server only.
fn is_flexible(ctx: &Context<'_>) -> bool {
    let port = || {
        ctx.settings()
            .hosts
            .first()
            .filter(|h| h.port.as_ref().is_some_and(|p| !ctx.has_variable(p.span)))
            .and_then(crate::model::HostPort::port_number)
    };
    given(ctx, Target::AzureFlexible)
        || (!ctx.target_given && matches!(port(), Some(6432 | 7432 | 8432)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent, target};

    #[test]
    fn on_flexible_server_the_server_is_left_over() {
        carets(
            &RULE,
            &target(Target::AzureFlexible),
            "
Server=shop.postgres.database.azure.com;User Id=app@SHOP;Password=pw
                                                   ^^^^^ `@SHOP` in the user name is left over from Single Server
",
        );
        carets(
            &RULE,
            &target(Target::AzureFlexible),
            "
`postgresql://${env.U}@${env.S}:${env.P}@${env.S}.postgres.database.azure.com:6432/${env.D}?sslmode=require`
                      ^^^^^^^^^ `@${env.S}` in the user name is left over from Single Server
",
        );
    }

    #[test]
    fn without_a_target_it_is_a_question() {
        let text = "postgresql://app%40shop:pw@shop.postgres.database.azure.com/db?sslmode=require";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
        assert_eq!(
            findings(&RULE, &target(Target::AzureFlexible), text)[0].severity,
            Severity::Error
        );
        silent(&RULE, &target(Target::AzureSingle), text);
        // The pooler is on Flexible Server only.
        let pooled = text.replace("/db", ":6432/db");
        assert_eq!(
            findings(&RULE, &auto(), &pooled)[0].severity,
            Severity::Error
        );
    }

    #[test]
    fn the_fix_leaves_the_name() {
        for (text, expected) in [
            (
                "postgresql://app%40shop:pw@shop.postgres.database.azure.com/db",
                "postgresql://app:pw@shop.postgres.database.azure.com/db",
            ),
            (
                "postgresql://app@shop:pw@shop.postgres.database.azure.com/db",
                "postgresql://app:pw@shop.postgres.database.azure.com/db",
            ),
            (
                "host=shop.postgres.database.azure.com user='app@shop' password=pw",
                "host=shop.postgres.database.azure.com user='app' password=pw",
            ),
            (
                "jdbc:postgresql://shop.postgres.database.azure.com/db?user=app@shop&password=pw",
                "jdbc:postgresql://shop.postgres.database.azure.com/db?user=app&password=pw",
            ),
            (
                "host=shop.postgres.database.azure.com user=app@shop.postgres.database.azure.com",
                "host=shop.postgres.database.azure.com user=app",
            ),
            (
                "host=shop.postgres.database.azure.com user=me@corp.onmicrosoft.com@shop",
                "host=shop.postgres.database.azure.com user=me@corp.onmicrosoft.com",
            ),
            (
                "<add connectionString=\"Server=shop.postgres.database.azure.com;User Id=app@shop;Password=&quot;a;b&quot;\" />",
                "<add connectionString=\"Server=shop.postgres.database.azure.com;User Id=app;Password=&quot;a;b&quot;\" />",
            ),
        ] {
            fixes(&RULE, &target(Target::AzureFlexible), text, expected);
        }
    }

    #[test]
    fn other_names_with_an_at_are_left_alone() {
        let flexible = target(Target::AzureFlexible);
        for text in [
            "postgresql://app:pw@shop.postgres.database.azure.com/db",
            "host=shop.postgres.database.azure.com user=me@corp.onmicrosoft.com",
            "host=shop.postgres.database.azure.com user=app@other",
            "host=shop.postgres.database.azure.com user=@shop",
            "host=shop.postgres.database.azure.com user=app%40shop",
            "postgresql://${USER_AT_SERVER}:pw@shop.postgres.database.azure.com/db",
            "host=db.example user=app@db",
            "host=localhost user=app@localhost",
            "host=c-shop.abc.postgres.cosmos.azure.com user=citus@c-shop",
        ] {
            silent(&RULE, &flexible, text);
        }
    }
}

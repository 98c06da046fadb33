//! USR003: `user@server` with another server than the host.

use super::parts::{given, is_literal, server_label, user};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Target;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR003",
    name: "server-in-user-is-another",
    group: Group::User,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("server_in_user_is_another.md"),
    check,
};

fn message(written: &str, label: &str) -> String {
    format!("the user name says server `{written}`, the host says `{label}`")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let (Some(user), Some(label)) = (user(ctx), server_label(ctx)) else {
        return;
    };
    let (Some(at), Some(server), Some(host)) = (user.at, user.server, ctx.host()) else {
        return;
    };
    let written = ctx.raw(server);
    let name_is_there = at.start > user.setting.value.span.start;
    // With a dot it is the domain of a user principal name; with anything else that no server's name has, something that
    // a missing separator has drawn in.
    let named_like_a_server = written
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if written.is_empty()
        || !named_like_a_server
        || !name_is_there
        || written.eq_ignore_ascii_case(label)
        || !is_literal(ctx, server)
        || !is_literal(
            ctx,
            Span::new(host.span.start, host.span.start + label.len()),
        )
    {
        return;
    }
    let shown = ctx.show(server);
    let finding = Finding::new(server, message(&shown, label)).related(host.span, "the host");
    out.push(if given(ctx, Target::AzureSingle) {
        finding
            .severity(Severity::Error)
            .help(format!(
                "Single Server's gateway goes by the user name, not by the host: the connection ends at `{shown}`, or fails with `Invalid Username specified`. It is typical after a server was restored or copied under a new name."
            ))
            .fix(
                format!("Write `{label}`"),
                Applicability::Unsafe,
                alloc::vec![Edit::replace(server, label)],
            )
    } else {
        let tail = at.to(server);
        let finding = if given(ctx, Target::AzureFlexible) {
            finding.severity(Severity::Error)
        } else {
            finding
        };
        finding
            .help(
                "Flexible Server wants the name alone and takes all of this for it: `password authentication failed for user`, whatever the password. Single Server, retired on 2025-03-28, would go to the server in the user name, not to the host.",
            )
            .fix(
                format!("Take `{}` out", ctx.show(tail)),
                Applicability::Unsafe,
                alloc::vec![Edit::delete(tail)],
            )
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent, target};

    #[test]
    fn two_servers_in_one_string_are_found() {
        carets(
            &RULE,
            &auto(),
            "
host=shop2.postgres.database.azure.com user=app@shop password=pw
                                                ^^^^ the user name says server `shop`, the host says `shop2`
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://app%40shop:pw@shop-eu.postgres.database.azure.com/db
                   ^^^^ the user name says server `shop`, the host says `shop-eu`
",
        );
    }

    #[test]
    fn the_target_decides_how_bad_it_is_and_what_to_do() {
        let text = "Host=shop2.postgres.database.azure.com;Username=app@shop;Password=pw";
        let severity = |options| findings(&RULE, &options, text)[0].severity;
        assert_eq!(severity(auto()), Severity::Warning);
        assert_eq!(severity(target(Target::AzureFlexible)), Severity::Error);
        assert_eq!(severity(target(Target::AzureSingle)), Severity::Error);
        fixes(
            &RULE,
            &target(Target::AzureSingle),
            text,
            "Host=shop2.postgres.database.azure.com;Username=app@shop2;Password=pw",
        );
        for options in [auto(), target(Target::AzureFlexible)] {
            fixes(
                &RULE,
                &options,
                text,
                "Host=shop2.postgres.database.azure.com;Username=app;Password=pw",
            );
        }
        fixes(
            &RULE,
            &auto(),
            "postgresql://app@shop:pw@shop2.postgres.database.azure.com/db",
            "postgresql://app:pw@shop2.postgres.database.azure.com/db",
        );
    }

    #[test]
    fn what_is_the_same_or_cannot_be_compared_is_left_alone() {
        for text in [
            "host=shop.postgres.database.azure.com user=app@shop",
            "host=SHOP.postgres.database.azure.com user=app@shop",
            "host=shop.privatelink.postgres.database.azure.com user=app@shop",
            "host=shop.postgres.database.azure.com user=ann@contoso.onmicrosoft.com",
            "host=shop.postgres.database.azure.com user=app",
            "postgresql://app%40${SERVER}:pw@shop.postgres.database.azure.com/db",
            "postgresql://app%40shop:pw@${SERVER}.postgres.database.azure.com/db",
            "host=shop.postgres.database.azure.com user={login}@{server}",
            "host={server}.postgres.database.azure.com user=app@shop",
            "host=postgres.database.azure.com user=app@shop",
            "Host=shop.postgres.database.azure.com;Username=app@shop Password=pw",
            "host=db.example user=app@shop",
            "host=localhost user=app@shop",
            "host=c-shop.abc.postgres.cosmos.azure.com user=citus@other",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

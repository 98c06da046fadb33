//! USR017: `user@server` on a service of Azure that never had this form.

use super::parts::user;
use crate::azure::Service;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR017",
    name: "server-in-user-elsewhere",
    group: Group::User,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("server_in_user_elsewhere.md"),
    check,
};

fn message(tail: &str) -> String {
    format!("`{tail}` is Single Server's form, which this service never had")
}

const HELP: &str = "The user name stands alone here. With the server behind it, the service looks for a role with an `@` in its name and answers that authentication failed.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = ctx
        .azure_host()
        .filter(|h| h.zone.service != Service::Postgres)
    else {
        return;
    };
    let Some(user) = user(ctx) else {
        return;
    };
    let (Some(at), Some(server)) = (user.at, user.server) else {
        return;
    };
    // `c-shop` of `c-shop.abcdefghijklmn`, the cluster's name in it, or all of the labels.
    let written = ctx.raw(server);
    let label = host.server();
    let named = [label, label.trim_start_matches("c-"), host.labels]
        .iter()
        .any(|name| !name.is_empty() && name.eq_ignore_ascii_case(written));
    let tail = at.to(server);
    if !named || ctx.has_variable(server) || tail.start == user.setting.value.span.start {
        return;
    }
    out.push(Finding::new(tail, message(&ctx.show(tail))).help(HELP).fix(
        format!("Take `{}` out", ctx.show(tail)),
        Applicability::Unsafe,
        alloc::vec![Edit::delete(tail)],
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn the_cluster_in_the_user_name_is_found() {
        carets(
            &RULE,
            &auto(),
            "
host=c-shop.abcdefghijklmn.postgres.cosmos.azure.com user=citus@c-shop dbname=citus
                                                               ^^^^^^^ `@c-shop` is Single Server's form, which this service never had
",
        );
        for (text, expected) in [
            (
                "postgresql://citus%40shop:Tr0ub4dor@c-shop.abcdefghijklmn.postgres.cosmos.azure.com/citus",
                "postgresql://citus:Tr0ub4dor@c-shop.abcdefghijklmn.postgres.cosmos.azure.com/citus",
            ),
            (
                "Host=shop.0123456789ab.westeurope.horizondb.azure.com;Username=app@shop;Database=db",
                "Host=shop.0123456789ab.westeurope.horizondb.azure.com;Username=app;Database=db",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_names_and_other_services_are_left_alone() {
        for text in [
            "host=c-shop.abcdefghijklmn.postgres.cosmos.azure.com user=citus",
            "host=c-shop.abcdefghijklmn.postgres.cosmos.azure.com user=ann@contoso.com",
            "host=c-shop.abcdefghijklmn.postgres.cosmos.azure.com user=@c-shop",
            "host=shop.postgres.database.azure.com user=app@shop",
            "host=db.example user=app@db",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! PRT008: settings for PgBouncer, and the port of the server behind it.

use super::places::number;
use crate::azure::{AzureHost, Service};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT008",
    name: "past-the-pooler",
    group: Group::Port,
    severity: Severity::Info,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("past_the_pooler.md"),
    check,
};

const MESSAGE: &str = "this is for PgBouncer, and the port is the server's own";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(wish) = ctx.settings().all.iter().find(|s| {
        s.key.eq_ignore_ascii_case("pgbouncer") && s.value.expose().eq_ignore_ascii_case("true")
    }) else {
        return;
    };
    let [only] = ctx.settings().hosts.as_slice() else {
        return;
    };
    let Some(host) = only.host.as_ref().filter(|h| !ctx.redactor.hides(h.span)) else {
        return;
    };
    let azure = AzureHost::parse(ctx.raw(host.span))
        .is_some_and(|host| matches!(host.zone.service, Service::Postgres | Service::Cosmos));
    let edit = match &only.port {
        None => Edit::insert(host.span.end, ":6432"),
        Some(port) if number(port) == Some(5432) && !ctx.has_variable(port.span) => {
            Edit::replace(port.span, "6432")
        }
        Some(_) => return,
    };
    if !azure || !ctx.grammar().is_url() {
        return;
    }
    out.push(
        Finding::new(wish.span(), MESSAGE)
            .help("Azure's PgBouncer listens on 6432 of the same host, where it is enabled; 5432 leads past it to the server. Either use 6432, or leave this setting out: it only gives up prepared statements then.")
            .fix("Use port `6432`", Applicability::Unsafe, alloc::vec![edit]),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn a_pooler_that_is_meant_and_passed_by_is_worth_a_note() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@shop.postgres.database.azure.com:5432/app?pgbouncer=true
                                                           ^^^^^^^^^^^^^^ this is for PgBouncer, and the port is the server's own
",
        );
        fixes(
            &RULE,
            &auto(),
            "postgresql://u:p@shop.postgres.database.azure.com/app?pgbouncer=true",
            "postgresql://u:p@shop.postgres.database.azure.com:6432/app?pgbouncer=true",
        );
    }

    #[test]
    fn the_pooler_and_other_hosts_are_left_alone() {
        for text in [
            "postgresql://u:p@shop.postgres.database.azure.com:6432/app?pgbouncer=true",
            "postgresql://u:p@shop.postgres.database.azure.com:5432/app?pgbouncer=false",
            "postgresql://u:p@shop.postgres.database.azure.com:5432/app",
            "postgresql://u:p@db.example:5432/app?pgbouncer=true",
            "postgresql://u:p@shop.postgres.database.azure.com:${PORT}/app?pgbouncer=true",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

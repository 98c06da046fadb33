//! HST013: several Azure servers are listed, where one name follows the primary by itself.

use super::names::with_variables;
use crate::azure::{AzureHost, Kind};
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST013",
    name: "several-azure-hosts",
    group: Group::Host,
    severity: Severity::Info,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("several_azure_hosts.md"),
    check,
};

const MESSAGE: &str = "several Azure servers are tried in turn";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let hosts = with_variables(ctx);
    let (Some(first), Some(last)) = (hosts.first(), hosts.last()) else {
        return;
    };
    let servers = hosts
        .iter()
        .filter(|host| {
            AzureHost::parse(host.raw)
                .is_some_and(|azure| matches!(azure.kind(), Kind::Server | Kind::Writer))
        })
        .count();
    if servers < 2 || servers < hosts.len() {
        return;
    }
    let span = Span::new(first.piece.span.start, last.piece.span.end);
    // A port of its own behind a host belongs to the list as well; what could be a secret does not.
    if ctx.redactor.hides(span) {
        return;
    }
    out.push(Finding::new(span, MESSAGE).help(
        "Azure's high availability keeps the server's name and leads it to the new primary, so one host is enough. For replicas there is the reader endpoint. With several hosts, `target_session_attrs=read-write` keeps writes away from replicas.",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn lists_of_azure_servers_are_worth_a_note() {
        carets(
            &RULE,
            &auto(),
            "
host=shop1.postgres.database.azure.com,shop2.postgres.database.azure.com user=u
     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ several Azure servers are tried in turn
",
        );
    }

    #[test]
    fn one_server_and_other_lists_are_left_alone() {
        for text in [
            "host=shop1.postgres.database.azure.com user=u",
            "host=a.example,b.example user=u",
            "host=shop.writer.postgres.database.azure.com,shop.reader.postgres.database.azure.com user=u",
            "host=localhost,shop1.postgres.database.azure.com user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

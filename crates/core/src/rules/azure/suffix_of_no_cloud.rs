//! AZR003: a suffix put together from two clouds, or that of a cloud which is no more.

use crate::azure::strip_zone;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR003",
    name: "suffix-of-no-cloud",
    group: Group::Azure,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["HST002"],
    docs: docs!("suffix_of_no_cloud.md"),
    check,
};

/// What people write for the suffix of a cloud, what it is, and the cloud.
const MIXED: [(&str, &str, &str); 2] = [
    (
        "postgres.database.azure.us",
        "postgres.database.usgovcloudapi.net",
        "Azure US Government",
    ),
    (
        "postgres.database.azure.cn",
        "postgres.database.chinacloudapi.cn",
        "Azure China",
    ),
];

/// The zone of the German cloud.
const CLOSED: [&str; 2] = [
    "postgres.database.cloudapi.de",
    "postgres.database.azure.de",
];

fn message(shown: &str) -> String {
    format!("no cloud has PostgreSQL servers in `{shown}`")
}

const MESSAGE_CLOSED: &str = "the German cloud of Microsoft was closed in 2021";

const HELP_CLOSED: &str = "Its names do not resolve any more. Servers in the regions Germany West Central and Germany North are part of the public cloud: `<server>.postgres.database.azure.com`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = ctx.host() else {
        return;
    };
    let raw = ctx.raw(host.span);
    let zone_at = |zone: &str| {
        strip_zone(raw, zone).filter(|labels| !labels.is_empty())?;
        let span = Span::new(host.span.end - zone.len(), host.span.end);
        (!ctx.has_variable(span)).then_some(span)
    };
    if let Some(span) = CLOSED.iter().find_map(|zone| zone_at(zone)) {
        out.push(Finding::new(span, MESSAGE_CLOSED).help(HELP_CLOSED));
        return;
    }
    for (wrong, right, cloud) in MIXED {
        if let Some(span) = zone_at(wrong) {
            out.push(
                Finding::new(span, message(wrong))
                    .help(format!(
                        "In {cloud} they are called `<server>.{right}`. As it stands, the name does not resolve."
                    ))
                    .fix(
                        format!("Write `{right}`"),
                        Applicability::Unsafe,
                        alloc::vec![Edit::replace(span, right)],
                    ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn mixed_and_closed_clouds_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:Tr0ub4dor@shop.postgres.database.cloudapi.de/db
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the German cloud of Microsoft was closed in 2021
",
        );
        for (text, expected) in [
            (
                "Host=shop.postgres.database.azure.us;Username=app;Database=db",
                "Host=shop.postgres.database.usgovcloudapi.net;Username=app;Database=db",
            ),
            (
                "postgresql://app:Tr0ub4dor@shop.postgres.database.azure.cn:5432/db",
                "postgresql://app:Tr0ub4dor@shop.postgres.database.chinacloudapi.cn:5432/db",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn the_suffixes_of_the_clouds_are_left_alone() {
        for text in [
            "host=shop.postgres.database.azure.com user=app",
            "host=shop.postgres.database.usgovcloudapi.net user=app",
            "host=shop.postgres.database.chinacloudapi.cn user=app",
            "host=shop.database.windows.net user=app",
            "host=shop.postgres.database.windows.net user=app",
            "host=postgres.database.azure.us user=app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

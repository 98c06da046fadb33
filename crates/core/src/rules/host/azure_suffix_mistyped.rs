//! HST002: a host that ends almost, but not quite, like one of Azure's.

use crate::azure::{AzureHost, NEIGHBOURS, ZONES, strip_zone};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::near::distance;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST002",
    name: "azure-suffix-mistyped",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("azure_suffix_mistyped.md"),
    check,
};

/// Endings that people write, too far from the right one to count as a slip, with the zone that is meant.
const KNOWN_SLIPS: &[(&str, &str)] = &[
    (
        "postgres.database.windows.net",
        "postgres.database.azure.com",
    ),
    (
        "postgresql.database.windows.net",
        "postgres.database.azure.com",
    ),
    ("postgres.azure.com", "postgres.database.azure.com"),
    ("postgresql.azure.com", "postgres.database.azure.com"),
    ("database.azure.com", "postgres.database.azure.com"),
    (
        "postgres.database.azure.cn",
        "postgres.database.chinacloudapi.cn",
    ),
    (
        "postgres.database.azure.us",
        "postgres.database.usgovcloudapi.net",
    ),
];

fn message(ending: &str) -> String {
    format!("no Azure PostgreSQL server has a name ending in `{ending}`")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in ctx.settings().hosts.iter().filter_map(|h| h.host.as_ref()) {
        let name = slice(ctx.text, host.span);
        if AzureHost::parse(name).is_some()
            || NEIGHBOURS.iter().any(|(zone, _)| is_neighbour(name, zone))
        {
            continue;
        }
        let Some((start, zone)) = slip(name) else {
            continue;
        };
        let span = Span::new(host.span.start + start, host.span.end);
        if ctx.has_variable(span) {
            continue;
        }
        let ending = slice(ctx.text, span);
        out.push(
            Finding::new(span, message(ending))
                .help(format!(
                    "The name resolves nowhere, or to something else. Azure's suffix is `{zone}`."
                ))
                .fix(
                    format!("Write `{zone}`"),
                    Applicability::Unsafe,
                    alloc::vec![Edit::replace(span, zone)],
                ),
        );
    }
}

/// Whether the host belongs to another service of Azure: that is a finding of its own.
fn is_neighbour(name: &str, zone: &str) -> bool {
    strip_zone(name, zone)
        .is_some_and(|labels| !labels.split('.').any(|label| label.starts_with("postgres")))
}

/// Where the slip begins in `name`, and the zone that was meant.
fn slip(name: &str) -> Option<(usize, &'static str)> {
    let host = name.strip_suffix('.').unwrap_or(name);
    // Every ending that begins at a label: near enough to a zone to be a slip, and near for its length.
    let starts = core::iter::once(0).chain(host.match_indices('.').map(|(at, _)| at + 1));
    let near = starts
        .filter_map(|start| {
            let ending = host.get(start..)?;
            ZONES
                .iter()
                .filter(|zone| ending.len().abs_diff(zone.name.len()) <= 4)
                .map(|zone| (distance(ending, zone.name), start, zone.name))
                .min()
        })
        .filter(|(distance, _, _)| (1..=3).contains(distance))
        .min()
        .map(|(_, start, zone)| (start, zone));
    near.or_else(|| {
        KNOWN_SLIPS.iter().find_map(|(ending, zone)| {
            let labels = strip_zone(host, ending)?;
            Some((labels.len() + usize::from(!labels.is_empty()), *zone))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn slips_are_found_and_the_nearest_zone_is_offered() {
        carets(&RULE, &auto(), "
postgresql://app:pw@shop.postgresql.database.azure.com/app
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no Azure PostgreSQL server has a name ending in `postgresql.database.azure.com`
");
        for (ending, zone) in [
            ("postgre.database.azure.com", "postgres.database.azure.com"),
            (
                "postgres.databases.azure.com",
                "postgres.database.azure.com",
            ),
            ("postgres.database.azur.com", "postgres.database.azure.com"),
            ("postgres.database.azure.net", "postgres.database.azure.com"),
            (
                "postgres.database.windows.net",
                "postgres.database.azure.com",
            ),
            ("database.azure.com", "postgres.database.azure.com"),
            (
                "postgres.database.usgovcloudapi.com",
                "postgres.database.usgovcloudapi.net",
            ),
            (
                "postgres.database.chinacloudapi.com",
                "postgres.database.chinacloudapi.cn",
            ),
        ] {
            fixes(
                &RULE,
                &auto(),
                &format!("host=shop.{ending} user=app"),
                &format!("host=shop.{zone} user=app"),
            );
        }
    }

    #[test]
    fn right_and_foreign_names_are_left_alone() {
        for host in [
            "shop.postgres.database.azure.com",
            "shop.postgres.database.azure.com.",
            "shop.postgres.database.chinacloudapi.cn",
            "shop.postgres.database.usgovcloudapi.net",
            "shop.privatelink.postgres.database.azure.com",
            "c-shop.abcdefghijklmn.postgres.cosmos.azure.com",
            "shop.mysql.database.azure.com",
            "shop.database.windows.net",
            "db.internal.example",
            "postgres.database.svc.cluster.local",
            "shop.postgres.database.azure.com.internal.example",
            "localhost",
            "10.0.0.4",
        ] {
            silent(&RULE, &auto(), &format!("host={host} user=app"));
        }
    }
}

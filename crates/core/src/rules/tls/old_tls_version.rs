//! TLS017: versions of TLS that are too old, asked for or let in.

use super::modes::{self, Distance, speaks_to_azure};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Setting;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS017",
    name: "old-tls-version",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("old_tls_version.md"),
    check,
};

fn highest(shown: &str) -> String {
    format!("`{shown}` keeps TLS below version 1.2")
}

fn lowest(shown: &str) -> String {
    format!("`{shown}` lets versions of TLS in that are broken")
}

const HIGHEST: &str = "libpq itself wants at least TLS 1.2, unless `ssl_min_protocol_version` says otherwise, and refuses with `invalid SSL protocol version range`; PostgreSQL since version 13 and Azure want it too. Leave the upper bound out.";
const LOWEST: &str = "TLS 1.0 and 1.1 have known weaknesses and were withdrawn in 2021. libpq's own bound is TLSv1.2, and so is that of PostgreSQL since version 13.";
const LOWEST_AZURE: &str = "Azure's servers offer TLS 1.2 and 1.3 only, so this has no use there.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let distance = modes::distance(ctx);
    if distance == Distance::Here {
        return;
    }
    let azure = speaks_to_azure(ctx);
    for setting in &ctx.settings().all {
        let Some(is_highest) = bound(setting).filter(|_| is_old(ctx, setting)) else {
            continue;
        };
        let span = setting.value.span;
        let shown = ctx.show(span);
        let finding = if is_highest {
            Finding::new(span, highest(&shown))
                .help(HIGHEST)
                .severity(Severity::Error)
        } else if azure {
            Finding::new(span, lowest(&shown))
                .help(LOWEST_AZURE)
                .severity(Severity::Info)
        } else {
            let severity = modes::severity_at(distance);
            Finding::new(span, lowest(&shown))
                .help(LOWEST)
                .severity(severity)
        };
        out.push(finding.fix(
            "Write `TLSv1.2`",
            Applicability::Unsafe,
            alloc::vec![Edit::replace(span, "TLSv1.2")],
        ));
    }
}

/// Whether the setting is the upper bound of versions, or else the lower one.
fn bound(setting: &Setting) -> Option<bool> {
    match setting.key.as_str() {
        "ssl_max_protocol_version" | "PGSSLMAXPROTOCOLVERSION" => Some(true),
        "ssl_min_protocol_version" | "PGSSLMINPROTOCOLVERSION" => Some(false),
        _ => None,
    }
}

fn is_old(ctx: &Context<'_>, setting: &Setting) -> bool {
    let value = setting.value.expose();
    !ctx.has_variable(setting.span())
        && ["TLSv1", "TLSv1.0", "TLSv1.1"]
            .iter()
            .any(|old| value.eq_ignore_ascii_case(old))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn both_bounds_are_looked_at() {
        carets(
            &RULE,
            &auto(),
            "
host=db.example port=5432 sslmode=require ssl_max_protocol_version=TLSv1.1
                                                                   ^^^^^^^ `TLSv1.1` keeps TLS below version 1.2
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@db.example/app?sslmode=require&ssl_min_protocol_version=TLSv1
                                                                         ^^^^^ `TLSv1` lets versions of TLS in that are broken
",
        );
        carets(
            &RULE,
            &auto(),
            "
PGSSLMINPROTOCOLVERSION=tlsv1.1 psql -h db.example -U app
                        ^^^^^^^ `tlsv1.1` lets versions of TLS in that are broken
",
        );
    }

    #[test]
    fn azure_does_not_offer_them_anyway() {
        let text =
            "host=shop.postgres.database.azure.com sslmode=require ssl_min_protocol_version=TLSv1";
        assert_eq!(findings(&RULE, &auto(), text)[0].severity, Severity::Info);
        let text =
            "host=shop.postgres.database.azure.com sslmode=require ssl_max_protocol_version=TLSv1";
        assert_eq!(findings(&RULE, &auto(), text)[0].severity, Severity::Error);
    }

    #[test]
    fn the_fix_takes_a_version_that_holds() {
        fixes(
            &RULE,
            &auto(),
            "host=db.example port=5432 sslmode=require ssl_min_protocol_version=TLSv1.1",
            "host=db.example port=5432 sslmode=require ssl_min_protocol_version=TLSv1.2",
        );
    }

    #[test]
    fn current_versions_are_left_alone() {
        for text in [
            "host=db.example port=5432 ssl_min_protocol_version=TLSv1.2",
            "host=db.example port=5432 ssl_max_protocol_version=TLSv1.3",
            "host=localhost port=5432 ssl_min_protocol_version=TLSv1",
            "host=db.example port=5432 ssl_min_protocol_version=$MIN",
            // Not a version that libpq knows: that is another rule's.
            "host=db.example port=5432 ssl_min_protocol_version=1.0",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

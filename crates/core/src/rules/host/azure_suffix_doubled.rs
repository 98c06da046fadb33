//! HST015: Azure's suffix stands there twice.

use super::names::with_variables;
use crate::azure::AzureHost;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST015",
    name: "azure-suffix-doubled",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["HST004"],
    docs: docs!("azure_suffix_doubled.md"),
    check,
};

const MESSAGE: &str = "the suffix of Azure stands here a second time";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in with_variables(ctx) {
        let twice =
            AzureHost::parse(host.raw).filter(|outer| AzureHost::parse(outer.labels).is_some());
        let Some(outer) = twice else { continue };
        let len = host.raw.trim_end_matches('.').len();
        let span = host.part(outer.labels.len(), len - outer.labels.len());
        if ctx.has_variable(span) {
            continue;
        }
        out.push(
            Finding::new(span, MESSAGE)
                .help("No such name exists. Something adds the suffix to a name that has it already: where a template does, give it the short name.")
                .fix(
                    "Take the second one out",
                    Applicability::Safe,
                    alloc::vec![Edit::delete(span)],
                ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn the_second_suffix_is_found() {
        carets(
            &RULE,
            &auto(),
            "
host=shop.postgres.database.azure.com.postgres.database.azure.com user=u
                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the suffix of Azure stands here a second time
",
        );
        fixes(
            &RULE,
            &auto(),
            "postgresql://u:p@${NAME}.postgres.database.azure.com.postgres.database.azure.com:5432/app",
            "postgresql://u:p@${NAME}.postgres.database.azure.com:5432/app",
        );
    }

    #[test]
    fn one_suffix_is_left_alone() {
        for host in [
            "shop.postgres.database.azure.com",
            "postgres.database.azure.com",
            "shop.postgres.database.azure.com.example",
            "${FQDN}.postgres.database.azure.com",
        ] {
            silent(&RULE, &auto(), &std::format!("host={host} user=u"));
        }
    }
}

//! DRV003: a URL that leaves the driver to SQLAlchemy, which takes another one since version 2.1.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Driver;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DRV003",
    name: "default-driver-changes",
    group: Group::Drivers,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("default_driver_changes.md"),
    check,
};

const SCHEME: &str = "postgresql";
const MESSAGE: &str = "which driver this means depends on SQLAlchemy's version";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.driver != Driver::Sqlalchemy || !ctx.text.starts_with("postgresql://") {
        return;
    }
    out.push(
        Finding::new(Span::new(0, SCHEME.len()), MESSAGE)
            .help("Up to version 2.0 it is psycopg2, since 2.1 psycopg (3). Where only the other one is installed, create_engine fails: No module named 'psycopg'. Name the driver in the scheme.")
            .fix(
                "Name psycopg2",
                Applicability::Unsafe,
                alloc::vec![Edit::insert(SCHEME.len(), "+psycopg2")],
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn a_scheme_without_a_driver_is_named() {
        carets(
            &RULE,
            &auto(),
            "
create_engine('postgresql://app@shop.example/orders')
               ^^^^^^^^^^ which driver this means depends on SQLAlchemy's version
",
        );
        fixes(
            &RULE,
            &auto(),
            "create_engine('postgresql://app@shop.example/orders')",
            "create_engine('postgresql+psycopg2://app@shop.example/orders')",
        );
    }

    #[test]
    fn a_driver_that_is_named_is_left_alone() {
        for text in [
            "create_engine('postgresql+psycopg2://app@shop.example/orders')",
            "create_engine('postgresql+asyncpg://app@shop.example/orders')",
            "postgresql://app@shop.example/orders",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

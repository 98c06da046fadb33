//! DBN002: an application's string names the database for maintenance.

use super::names::{name, stands_alone};
use crate::diagnostics::{Certainty, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN002",
    name: "maintenance-database",
    group: Group::Database,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("maintenance_database.md"),
    check,
};

const MESSAGE: &str = "`postgres` is the database for maintenance";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx).filter(|name| name.text == "postgres" && stands_alone(ctx)) else {
        return;
    };
    // The administrator's own string, or a server for trying things out.
    let by_itself = ctx
        .get(Param::User)
        .is_none_or(|user| user.value.expose() == "postgres");
    if by_itself {
        return;
    }
    out.push(Finding::new(name.setting.value.span, MESSAGE).help(
        "Every server has it, and tools connect to it to make other databases. An application is better off with one of its own, which can be copied, restored and given rights to as a whole.",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn the_database_for_maintenance_is_worth_a_note() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:pw@db.example:5432/postgres?sslmode=require
                                    ^^^^^^^^ `postgres` is the database for maintenance
",
        );
    }

    #[test]
    fn administrators_and_others_are_left_alone() {
        for text in [
            "postgresql://postgres:pw@localhost/postgres",
            "psql -h db.example -U app -d postgres",
            "postgresql://app:pw@db.example/shop",
            "postgresql://app:pw@db.example/postgres_app",
            "host=db.example dbname=postgres",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

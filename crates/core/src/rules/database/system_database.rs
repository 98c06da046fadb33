//! DBN003: a database that belongs to PostgreSQL or to Azure.

use super::names::name;
use crate::diagnostics::{Certainty, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN003",
    name: "system-database",
    group: Group::Database,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("system_database.md"),
    check,
};

fn message(name: &str) -> String {
    match name {
        "template0" => format!("`{name}` takes no connections"),
        "template1" => format!("`{name}` is what new databases are copied from"),
        "azure_sys" => format!("`{name}` belongs to Azure's Query Store"),
        _ => format!("`{name}` belongs to Azure itself"),
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx) else { return };
    let by_hand = ctx.grammar() == Grammar::Command;
    let finding = Finding::new(name.setting.value.span, message(name.text));
    let finding = match name.text {
        "template0" => finding
            .help("The server answers: database \"template0\" is not currently accepting connections. Name the database that is meant, or `postgres`."),
        "template1" if !by_hand => finding
            .severity(Severity::Warning)
            .help("As long as somebody is connected to it, no database can be made: source database \"template1\" is being accessed by other users. And what is made in it comes along into every new one. Name the database that is meant, or `postgres`."),
        "azure_maintenance" => finding
            .certainty(Certainty::Likely)
            .help("Azure manages the server from it, and gives nobody else rights there. Name your own database, or `postgres`."),
        "azure_sys" if !by_hand => finding
            .severity(Severity::Info)
            .certainty(Certainty::Depends)
            .help("Right for looking at the statistics of queries. An application has nothing to store there."),
        _ => return,
    };
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn databases_of_the_system_are_found() {
        for fixture in [
            "
postgresql://u:p@shop.postgres.database.azure.com/azure_maintenance
                                                  ^^^^^^^^^^^^^^^^^ `azure_maintenance` belongs to Azure itself
",
            "
Host=db.example;Database=template0;Username=u
                         ^^^^^^^^^ `template0` takes no connections
",
            "
host=db.example dbname=template1 user=u
                       ^^^^^^^^^ `template1` is what new databases are copied from
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
        let store = findings(&RULE, &auto(), "postgresql://u:p@db.example/azure_sys");
        assert_eq!(store[0].severity, Severity::Info);
    }

    #[test]
    fn other_databases_are_left_alone() {
        for text in [
            "postgresql://u:p@db.example/template",
            "postgresql://u:p@db.example/postgres",
            "psql -h db.example -U u -d template1",
            "postgresql://u:p@db.example/$DB",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

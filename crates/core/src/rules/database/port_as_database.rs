//! DBN009: a port behind a slash, where the database belongs.

use super::names::name;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN009",
    name: "port-as-database",
    group: Group::Database,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["DBN005", "SYN001", "SYN006", "SYN012"],
    docs: docs!("port_as_database.md"),
    check,
};

fn message(port: &str) -> String {
    format!("`{port}` stands where the database belongs")
}

/// Ports that PostgreSQL and its poolers usually have: alone, any other number could be a database's name.
const USUAL: [&str; 6] = ["5432", "5433", "5434", "6432", "7432", "8432"];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !ctx.grammar().is_url() {
        return;
    }
    let Some(name) = name(ctx).filter(|name| name.setting.key_span.is_none()) else {
        return;
    };
    let [only] = ctx.settings().hosts.as_slice() else {
        return;
    };
    let start = name.setting.value.span.start;
    let raw = ctx.raw(name.setting.value.span);
    let (port, behind) = raw.split_once('/').unwrap_or((raw, ""));
    let telling = USUAL.contains(&port)
        || (!behind.is_empty()
            && (4..=5).contains(&port.len())
            && port.parse::<u16>().is_ok_and(|port| port > 1023));
    let Some(slash) = start.checked_sub(1).map(|slash| Span::new(slash, start)) else {
        return;
    };
    if !telling || only.port.is_some() || only.host.is_none() || ctx.raw(slash) != "/" {
        return;
    }
    out.push(
        Finding::new(Span::new(start, start + port.len()), message(port))
            .help(format!(
                "The driver takes it for the database, or a part of its name, and 5432 for the port. A port follows the host after a colon: `:{port}`."
            ))
            .fix(
                "Write a colon for the slash",
                Applicability::Unsafe,
                alloc::vec![Edit::replace(slash, ":")],
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn a_port_in_the_databases_place_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@db.example/5432/app
                            ^^^^ `5432` stands where the database belongs
",
        );
        for (text, expected) in [
            (
                "postgresql://u:p@db.example/15432/app?sslmode=require",
                "postgresql://u:p@db.example:15432/app?sslmode=require",
            ),
            (
                "postgresql://u:p@db.example/5432",
                "postgresql://u:p@db.example:5432",
            ),
            (
                "jdbc:postgresql://db.example/5432/app",
                "jdbc:postgresql://db.example:5432/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn databases_that_are_numbers_are_left_alone() {
        for text in [
            "postgresql://u:p@db.example/2024",
            "postgresql://u:p@db.example:5432/5432",
            "postgresql://u:p@db.example:5432/5433/app",
            "postgresql://u:p@db.example/app/5432",
            "postgresql://u:p@/5432",
            "host=db.example dbname=5432 user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

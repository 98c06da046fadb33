//! HST009: the host is written the way of SQL Server.

use super::names::hosts;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST009",
    name: "sql-server-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("sql_server_host.md"),
    check,
};

fn message_local(shown: &str) -> String {
    format!("`{shown}` is SQL Server's name for this computer")
}

fn message_instance(shown: &str) -> String {
    format!("`{shown}` names an instance of SQL Server")
}

/// What SQL Server's clients take for the computer that they run on.
const LOCAL: [&str; 3] = [".", "(local)", "(localdb)"];

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !matches!(ctx.grammar(), Grammar::AdoNet | Grammar::Odbc) {
        return;
    }
    for host in hosts(ctx) {
        let (name, instance) = host.raw.split_once('\\').unwrap_or((host.raw, ""));
        let local = LOCAL.iter().any(|known| known.eq_ignore_ascii_case(name));
        let computer = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
        let with_instance = !instance.is_empty()
            && !name.is_empty()
            && instance
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_$".contains(c));
        let finding = if with_instance && (local || computer) {
            let span = host.part(name.len(), 1 + instance.len());
            let finding = Finding::new(span, message_instance(ctx.raw(span))).help(
                "PostgreSQL has no named instances: a second server on a computer has another port. The driver looks all of it up as one name, which does not exist.",
            );
            if local {
                finding
            } else {
                finding.fix(
                    "Take the instance out",
                    Applicability::Unsafe,
                    alloc::vec![Edit::delete(span)],
                )
            }
        } else if local {
            Finding::new(host.piece.span, message_local(host.raw))
                .help("The driver looks it up as a name, which does not exist. Write `localhost`.")
                .fix(
                    "Write `localhost`",
                    Applicability::Unsafe,
                    alloc::vec![Edit::replace(host.piece.span, "localhost")],
                )
        } else {
            continue;
        };
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn names_and_instances_of_sql_server_are_found() {
        for fixture in [
            "
Server=.;Port=5432;Database=app;Username=u
       ^ `.` is SQL Server's name for this computer
",
            r"
Server=.\SQLEXPRESS;Port=5432;Database=app;Username=u
        ^^^^^^^^^^^ `\SQLEXPRESS` names an instance of SQL Server
",
            r"
Host=db1.example\APP;Database=app;Username=u
                ^^^^ `\APP` names an instance of SQL Server
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn the_fix_is_the_name_for_postgresql() {
        for (text, expected) in [
            (
                "Server=(local);Database=app;Username=u",
                "Server=localhost;Database=app;Username=u",
            ),
            (
                r"Host=db1.example\APP;Database=app;Username=u",
                "Host=db1.example;Database=app;Username=u",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_hosts_are_left_alone() {
        for text in [
            "Host=localhost;Database=app",
            r"Host=C:\sockets;Database=app;Username=u",
            r"Host=\\pipe\x;Database=app;Username=u",
            "Host=/tmp;Database=app",
            "host=. user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

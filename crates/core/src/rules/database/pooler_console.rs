//! DBN004: the database is PgBouncer's console.

use super::names::name;
use crate::azure::{AzureHost, Service};
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN004",
    name: "pooler-console",
    group: Group::Database,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("pooler_console.md"),
    check,
};

const CONSOLE: &str = "`pgbouncer` is the pooler's console, without tables";
const PAST: &str = "`pgbouncer` exists on the pooler's port only";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(name) = name(ctx).filter(|name| name.text == "pgbouncer") else {
        return;
    };
    let past_it = ctx.settings().hosts.first().is_some_and(|first| {
        let azure = first
            .host
            .as_ref()
            .and_then(|host| AzureHost::parse(ctx.raw(host.span)))
            .is_some_and(|host| host.zone.service == Service::Postgres);
        let port = match &first.port {
            None => true,
            Some(port) => first.port_number() == Some(5432) && !ctx.has_variable(port.span),
        };
        azure && port
    });
    let finding = Finding::new(name.setting.value.span, CONSOLE);
    out.push(if past_it {
        Finding::new(name.setting.value.span, PAST)
            .severity(Severity::Warning)
            .certainty(Certainty::Likely)
            .help("The port here is the server's own, which has no such database: database \"pgbouncer\" does not exist. PgBouncer and its console are on 6432.")
    } else {
        finding.help("It takes commands such as `SHOW POOLS`, from the users in `stats_users`, and no other SQL. To go through the pooler to a database, name that database on the pooler's port.")
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn the_console_is_worth_a_note() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@db.example:6432/pgbouncer
                                 ^^^^^^^^^ `pgbouncer` is the pooler's console, without tables
",
        );
    }

    #[test]
    fn on_the_servers_own_port_there_is_none() {
        let host = "shop.postgres.database.azure.com";
        for (text, expected) in [
            (
                alloc::format!("postgresql://u:p@{host}:5432/pgbouncer"),
                Severity::Warning,
            ),
            (
                alloc::format!("host={host} dbname=pgbouncer user=u"),
                Severity::Warning,
            ),
            (
                alloc::format!("postgresql://u:p@{host}:6432/pgbouncer"),
                Severity::Info,
            ),
        ] {
            assert_eq!(
                findings(&RULE, &auto(), &text)[0].severity,
                expected,
                "{text}"
            );
        }
        silent(
            &RULE,
            &auto(),
            "postgresql://pgbouncer:p@db.example:6432/app",
        );
    }
}

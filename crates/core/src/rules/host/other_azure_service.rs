//! HST003: the host belongs to another service of Azure.

use crate::azure::{NEIGHBOURS, strip_zone};
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST003",
    name: "other-azure-service",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("other_azure_service.md"),
    check,
};

fn message(service: &str) -> String {
    format!("this host belongs to {service}")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in ctx.settings().hosts.iter().filter_map(|h| h.host.as_ref()) {
        let name = slice(ctx.text, host.span);
        let name = name.strip_suffix('.').unwrap_or(name);
        let Some((labels, service)) = NEIGHBOURS
            .iter()
            .find_map(|(zone, service)| Some((strip_zone(name, zone)?, *service)))
        else {
            continue;
        };
        // `shop.postgres.database.windows.net` is a slip in the suffix, not Azure SQL.
        if labels.split('.').any(|label| label.starts_with("postgres")) {
            continue;
        }
        let start = host.span.start + labels.len() + usize::from(!labels.is_empty());
        out.push(
            Finding::new(Span::new(start, host.span.start + name.len()), message(service)).help(format!(
                "{service} does not speak PostgreSQL's protocol, so the client sees a time-out, a refused connection or an answer that it cannot read. A PostgreSQL server's name ends in `postgres.database.azure.com`."
            )),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn other_services_are_named() {
        carets(
            &RULE,
            &auto(),
            "
Server=shop.mysql.database.azure.com;Database=app;User Id=app;
            ^^^^^^^^^^^^^^^^^^^^^^^^ this host belongs to Azure Database for MySQL
",
        );
        carets(
            &RULE,
            &auto(),
            "
host=shop.database.windows.net user=app
          ^^^^^^^^^^^^^^^^^^^^ this host belongs to Azure SQL Database
",
        );
    }

    #[test]
    fn postgresql_hosts_are_left_alone() {
        for host in [
            "shop.postgres.database.azure.com",
            "shop.postgres.database.windows.net",
            "db.example",
            "mysql.database.azure.com.example",
        ] {
            silent(&RULE, &auto(), &format!("host={host} user=app"));
        }
    }
}

//! PRT003: a port on which no Azure PostgreSQL server listens.

use super::known::usually;
use super::places::{Port, number, ports};
use crate::azure::{AzureHost, Service};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Target;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT003",
    name: "port-not-postgresql-on-azure",
    group: Group::Port,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("port_not_postgresql_on_azure.md"),
    check,
};

fn message(port: i64) -> String {
    format!("no Azure PostgreSQL server listens on port {port}")
}

fn message_pooler(port: i64) -> String {
    format!("port {port} is the pooler of Flexible Server")
}

fn message_cluster(port: i64) -> String {
    format!("port {port} exists on elastic clusters only")
}

const TIMES_OUT: &str = "The connection would run into its time-out.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for found in ports(ctx) {
        let Some(service) = found
            .host
            .and_then(|host| AzureHost::parse(ctx.raw(host.span)))
            .map(|host| host.zone.service)
        else {
            continue;
        };
        let Some(number) = number(found.port).filter(|number| (1..=65535).contains(number)) else {
            continue;
        };
        if let Some(finding) = judge(ctx, found, service, number) {
            out.push(finding);
        }
    }
}

fn judge(ctx: &Context<'_>, found: Port<'_>, service: Service, number: i64) -> Option<Finding> {
    let span = found.port.span;
    let single = ctx.target_given && ctx.target == Target::AzureSingle;
    let finding = match (service, number) {
        // Nothing is known of HorizonDB's ports beyond the usual one.
        (Service::Horizon, _) | (_, 5432) => return None,
        (Service::Postgres, 6432) if single => Finding::new(span, message_pooler(number))
            .severity(Severity::Warning)
            .help(format!(
                "Single Server has no built-in PgBouncer. {TIMES_OUT} Its port is 5432."
            )),
        (_, 6432) => return None,
        (Service::Postgres, 7432 | 8432) if !single => {
            return Some(
                Finding::new(span, message_cluster(number))
                    .severity(Severity::Info)
                    .certainty(Certainty::Depends)
                    .help(if number == 7432 {
                        "On an elastic cluster it leads to any one of the nodes. On a plain Flexible Server nothing listens there: use 5432."
                    } else {
                        "On an elastic cluster it is the load-balanced PgBouncer. On a plain Flexible Server nothing listens there: use 5432, or 6432 for its PgBouncer."
                    }),
            );
        }
        _ => Finding::new(span, message(number)).help(help(service, number, single)),
    };
    Some(finding.fix(
        "Write `5432`",
        Applicability::Unsafe,
        alloc::vec![Edit::replace(span, "5432")],
    ))
}

fn help(service: Service, number: i64, single: bool) -> String {
    let whose =
        usually(number).map_or_else(String::new, |what| format!("{number} is usually {what}. "));
    let right = match service {
        Service::Postgres if single => "Single Server listens on 5432.",
        Service::Postgres => {
            "Flexible Server listens on 5432, its built-in PgBouncer, where enabled, on 6432."
        }
        _ => "The service listens on 5432, its managed PgBouncer on 6432.",
    };
    format!("{whose}{TIMES_OUT} {right} The port cannot be changed.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent, target};

    #[test]
    fn ports_of_other_products_are_found() {
        carets(
            &RULE,
            &auto(),
            "
Server=shop.postgres.database.azure.com;Port=1433;Database=db
                                             ^^^^ no Azure PostgreSQL server listens on port 1433
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@shop.postgres.database.usgovcloudapi.net:5433/db
                                                          ^^^^ no Azure PostgreSQL server listens on port 5433
",
        );
        let help = &findings(
            &RULE,
            &auto(),
            "host=shop.postgres.database.azure.com port=3306 user=u",
        )[0]
        .help;
        assert!(help.contains("MySQL"), "{help}");
    }

    #[test]
    fn the_fix_is_the_port_of_postgresql() {
        for (text, expected) in [
            (
                "jdbc:postgresql://shop.postgres.database.azure.com:443/db",
                "jdbc:postgresql://shop.postgres.database.azure.com:5432/db",
            ),
            (
                "host=a.postgres.database.azure.com,b.postgres.database.azure.com port=1433 user=u",
                "host=a.postgres.database.azure.com,b.postgres.database.azure.com port=5432 user=u",
            ),
            (
                "postgresql://u:p@c-shop.abc.postgres.cosmos.azure.com:10255/citus",
                "postgresql://u:p@c-shop.abc.postgres.cosmos.azure.com:5432/citus",
            ),
        ] {
            assert_eq!(findings(&RULE, &auto(), text).len(), 1, "{text}");
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn the_pooler_is_known_and_missing_on_single_server() {
        let text = "postgresql://u:p@shop.postgres.database.azure.com:6432/db";
        silent(&RULE, &auto(), text);
        silent(&RULE, &target(Target::AzureFlexible), text);
        let single = target(Target::AzureSingle);
        let found = findings(&RULE, &single, text);
        assert_eq!(found[0].severity, Severity::Warning);
        fixes(
            &RULE,
            &single,
            text,
            "postgresql://u:p@shop.postgres.database.azure.com:5432/db",
        );
    }

    #[test]
    fn ports_of_elastic_clusters_are_a_question() {
        for port in [7432, 8432] {
            let text = format!("host=shop.postgres.database.azure.com port={port} user=u");
            let found = findings(&RULE, &auto(), &text);
            assert_eq!(found[0].severity, Severity::Info);
            assert_eq!(found[0].certainty, Certainty::Depends);
            let single = findings(&RULE, &target(Target::AzureSingle), &text);
            assert_eq!(single[0].severity, Severity::Error);
        }
    }

    #[test]
    fn elsewhere_any_port_will_do() {
        for text in [
            "postgresql://u:p@shop.postgres.database.azure.com:5432/db",
            "postgresql://u:p@shop.postgres.database.azure.com/db",
            "postgresql://u:p@shop.postgres.database.azure.com:${PORT}/db",
            "postgresql://u:p@c-shop.abc.postgres.cosmos.azure.com:6432/citus",
            "postgresql://u:p@c1.0123456789ab.eastus.horizondb.azure.com:6000/db",
            "postgresql://u:p@shop.mysql.database.azure.com:3306/db",
            "postgresql://u:p@localhost:1433/db",
            "host=db.example port=15432 user=u",
            "host=localhost,shop.postgres.database.azure.com port=15432,5432 user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
        // A tunnel's end on this side.
        silent(
            &RULE,
            &target(Target::AzureFlexible),
            "host=127.0.0.1 port=15432 user=u",
        );
    }
}

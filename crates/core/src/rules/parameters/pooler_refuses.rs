//! PAR015: a setting that travels in the start-up packet, and that PgBouncer refuses there.

use super::options::{Argument, arguments};
use super::strange::driver;
use crate::detect::accepts;
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::{Driver, Grammar, Setting};
use crate::near::letters;
use crate::parse::keywords;
use crate::readings::{Unknown, unknown_to};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR015",
    name: "pooler-refuses-parameter",
    group: Group::Parameters,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("pooler_refuses.md"),
    check,
};

fn message(key: &str) -> String {
    format!("`{key}` is refused by PgBouncer on this port")
}

fn question(key: &str) -> String {
    format!("if this port is PgBouncer's, it refuses `{key}`")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !accepts(ctx.driver, ctx.parse.dialect) || !is_pooled(ctx) {
        return;
    }
    for setting in &ctx.settings().all {
        let Some(key) = setting.key_span else {
            continue;
        };
        if ctx.has_variable(setting.span()) || setting.value.expose().trim().is_empty() {
            continue;
        }
        let Some(name) = refused(ctx, setting) else {
            continue;
        };
        let shown = ctx.show(key);
        let finding = if ctx.is_azure() {
            Finding::new(setting.span(), message(&shown))
        } else {
            Finding::new(setting.span(), question(&shown))
                .severity(Severity::Info)
                .certainty(Certainty::Depends)
        };
        let finding = finding.help(format!(
            "{} sends it when it connects, and PgBouncer answers: unsupported startup parameter: {name}. It takes it if `ignore_startup_parameters` names it, and drops it then. Set it with ALTER ROLE … SET, or use the server's own port.",
            driver(ctx)
        ));
        out.push(match pairs::remove(ctx, setting) {
            Some(edit) => finding.fix(
                format!("Take `{shown}` out"),
                Applicability::Unsafe,
                alloc::vec![edit],
            ),
            None => finding,
        });
    }
}

/// PgBouncer's port, and on Azure that of elastic clusters.
fn is_pooled(ctx: &Context<'_>) -> bool {
    ctx.settings().hosts.iter().any(|host| {
        let free = host
            .port
            .as_ref()
            .is_some_and(|p| !ctx.has_variable(p.span));
        free && match host.port_number() {
            Some(6432) => true,
            Some(8432) => ctx.is_azure(),
            _ => false,
        }
    })
}

/// What PgBouncer follows from connection to connection (`init_var_lookup` in varcache.c, and `track_extra_parameters`).
fn is_tracked(name: &str) -> bool {
    [
        "application_name",
        "client_encoding",
        "DateStyle",
        "TimeZone",
        "standard_conforming_strings",
        "IntervalStyle",
    ]
    .iter()
    .any(|tracked| tracked.eq_ignore_ascii_case(name))
}

/// The name under which the setting arrives at the pooler, if it is one that it refuses.
fn refused(ctx: &Context<'_>, setting: &Setting) -> Option<String> {
    let key = &*setting.key;
    let name = match (ctx.grammar(), ctx.driver) {
        (Grammar::AdoNet, _) => match &*letters(key) {
            "searchpath" => "search_path",
            "options" => "options",
            _ => return None,
        },
        (Grammar::Jdbc, _) => match key {
            "currentSchema" => "search_path",
            "options" => "options",
            "replication" => "replication",
            _ => return None,
        },
        (_, Driver::R2dbc) => match key {
            "schema" | "currentSchema" => "search_path",
            "statementTimeout" => "statement_timeout",
            "lockWaitTimeout" => "lock_timeout",
            _ => return None,
        },
        (_, Driver::NodePostgres)
            if matches!(
                key,
                "statement_timeout" | "lock_timeout" | "idle_in_transaction_session_timeout"
            ) =>
        {
            key
        }
        (Grammar::Entries | Grammar::Command, _) => match key {
            "PGOPTIONS" => "options",
            _ => return None,
        },
        (Grammar::Pgpass, _) => return None,
        _ if matches!(key, "options" | "replication") => key,
        // What the driver hands on because it does not know it, or knows it to be the server's.
        (_, driver) => {
            let sends = matches!(
                driver,
                Driver::Pgx | Driver::LibPq | Driver::Asyncpg | Driver::PostgresJs
            );
            let own = keywords::server_setting(key)
                .filter(|_| sends)
                .filter(|_| unknown_to(driver, setting).is_none_or(|u| u == Unknown::Sent));
            own?
        }
    };
    if name == "options" {
        return options(setting.value.expose());
    }
    (!is_tracked(name)).then(|| name.to_string())
}

/// The first setting in `options` that it refuses. Versions before 1.20 refuse `options` whatever it holds.
fn options(value: &str) -> Option<String> {
    arguments(value)
        .into_iter()
        .find_map(|argument| match argument {
            Argument::Setting { name, .. } if is_tracked(&name) => None,
            Argument::Setting { .. } | Argument::Other => Some("options".into()),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver as given, findings, fixes, silent};

    #[test]
    fn what_travels_in_the_start_up_packet_is_named() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@shop.postgres.database.azure.com:6432/app?sslmode=require&options=-c%20search_path%3Dshop
                                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `options` is refused by PgBouncer on this port
",
        );
        for (text, expected) in [
            (
                "Host=shop.postgres.database.azure.com;Port=6432;Search Path=shop;SSL Mode=Require",
                "Host=shop.postgres.database.azure.com;Port=6432;SSL Mode=Require",
            ),
            (
                "jdbc:postgresql://shop.postgres.database.azure.com:6432/app?sslmode=require&currentSchema=shop",
                "jdbc:postgresql://shop.postgres.database.azure.com:6432/app?sslmode=require",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        for (driver, query) in [
            (Driver::Pgx, "statement_timeout=5000"),
            (Driver::NodePostgres, "statement_timeout=5000"),
            (Driver::Asyncpg, "search_path=shop"),
            (Driver::Libpq, "replication=database"),
        ] {
            let text = format!(
                "postgresql://app@shop.postgres.database.azure.com:6432/app?sslmode=require&{query}"
            );
            assert_eq!(findings(&RULE, &given(driver), &text).len(), 1, "{driver}");
        }
    }

    #[test]
    fn elsewhere_the_port_may_be_something_else() {
        let found = findings(
            &RULE,
            &auto(),
            "postgresql://app@pool.example:6432/app?options=-c%20jit%3Doff",
        );
        assert_eq!(found[0].severity, Severity::Info);
        assert_eq!(found[0].certainty, Certainty::Depends);
    }

    #[test]
    fn what_the_pooler_follows_is_left_alone() {
        for text in [
            "postgresql://app@shop.postgres.database.azure.com:6432/app?application_name=x&client_encoding=UTF8&sslmode=require",
            "postgresql://app@shop.postgres.database.azure.com:5432/app?options=-c%20jit%3Doff",
            "Host=shop.postgres.database.azure.com;Port=6432;Timezone=UTC;Client Encoding=UTF8;SSL Mode=Require",
            "postgresql://app@shop.postgres.database.azure.com:6432/app?options=-c%20TimeZone%3DUTC",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! DRV002: a TLS mode to which the next version of node-postgres gives another meaning.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DRV002",
    name: "sslmode-changes-in-pg-9",
    group: Group::Drivers,
    severity: Severity::Info,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("sslmode_changes_in_pg_9.md"),
    check,
};

fn message(mode: &str) -> String {
    format!("`{mode}` will check less in node-postgres 9")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.driver != Driver::NodePostgres || ctx.grammar() != Grammar::Uri {
        return;
    }
    let compat = ctx.settings().all.iter().any(|s| s.key == "uselibpqcompat");
    let Some(setting) = ctx
        .get(Param::SslMode)
        .filter(|s| !compat && !ctx.has_variable(s.value.span))
    else {
        return;
    };
    let mode = setting.value.expose();
    let less = match mode {
        "prefer" => "encrypt if the server offers it, and check nothing",
        "require" => "check nothing without `sslrootcert`, and not the host's name with it",
        "verify-ca" => "not check the host's name",
        _ => return,
    };
    out.push(
        Finding::new(setting.value.span, message(mode))
            .help(format!(
                "Version 8 takes it for `verify-full` and says so in a warning; version 9 is announced to do as libpq does, and would {less}. `verify-full` means in both what it means now; `uselibpqcompat=true` has libpq's meaning already."
            ))
            .fix(
                "Write `verify-full`",
                Applicability::Unsafe,
                alloc::vec![Edit::replace(setting.value.span, "verify-full")],
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn modes_that_change_are_named() {
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
postgresql://app@shop.example/orders?sslmode=require
                                             ^^^^^^^ `require` will check less in node-postgres 9
",
        );
        fixes(
            &RULE,
            &auto(),
            "new Pool({connectionString: 'postgres://app@shop.example/orders?sslmode=prefer'})",
            "new Pool({connectionString: 'postgres://app@shop.example/orders?sslmode=verify-full'})",
        );
    }

    #[test]
    fn modes_that_stay_and_other_drivers_are_left_alone() {
        for text in [
            "postgresql://app@shop.example/orders?sslmode=verify-full",
            "postgresql://app@shop.example/orders?sslmode=no-verify",
            "postgresql://app@shop.example/orders?sslmode=require&uselibpqcompat=true",
            "postgresql://app@shop.example/orders",
        ] {
            silent(&RULE, &driver(Driver::NodePostgres), text);
        }
        silent(
            &RULE,
            &driver(Driver::PostgresJs),
            "postgresql://app@shop.example/orders?sslmode=require",
        );
    }
}

//! TLS028: a mode that node-postgres is announced to take for less in its next major version.

use super::modes::{self, Distance};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS028",
    name: "mode-will-weaken",
    group: Group::Tls,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: include_str!("mode_will_weaken.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("`{shown}` is to check less from pg 9 on")
}

const HELP: &str = "node-postgres 8 checks certificate and name in this mode, and prints a warning; version 9 is announced to do as libpq does, which checks less. `verify-full` keeps what you have, in both; `uselibpqcompat=true` has libpq's meaning today.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.driver != Driver::NodePostgres
        || ctx.grammar() != Grammar::Uri
        || modes::distance(ctx) == Distance::Here
    {
        return;
    }
    let all = &ctx.settings().all;
    let compat = all
        .iter()
        .any(|s| s.key == "uselibpqcompat" && s.value.expose() == "true");
    let Some(mode) = modes::setting(ctx).filter(|_| !compat) else {
        return;
    };
    if !matches!(mode.value.expose(), "prefer" | "require" | "verify-ca") {
        return;
    }
    let span = mode.value.span;
    out.push(Finding::new(span, message(&ctx.show(span))).help(HELP).fix(
        "Write `verify-full`",
        Applicability::Unsafe,
        alloc::vec![Edit::replace(span, "verify-full")],
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn the_modes_of_the_announcement_are_found() {
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
postgres://u:p@db.example/app?sslmode=require
                                      ^^^^^^^ `require` is to check less from pg 9 on
",
        );
        fixes(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgres://u:p@db.example/app?sslmode=prefer&a=b",
            "postgres://u:p@db.example/app?sslmode=verify-full&a=b",
        );
    }

    #[test]
    fn others_are_left_alone() {
        for text in [
            "postgres://u:p@db.example/app?sslmode=verify-full",
            "postgres://u:p@db.example/app?sslmode=no-verify",
            "postgres://u:p@db.example/app?sslmode=disable",
            "postgres://u:p@localhost/app?sslmode=require",
            "postgres://u:p@db.example/app?uselibpqcompat=true&sslmode=require",
            "postgres://u:p@db.example/app?sslmode=${MODE}",
        ] {
            silent(&RULE, &driver(Driver::NodePostgres), text);
        }
        silent(
            &RULE,
            &auto(),
            "postgres://u:p@db.example/app?sslmode=require",
        );
    }
}

//! SEC009: an empty password, which counts as none.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar, Param};
use crate::rules::tls::modes::{Distance, distance};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SEC009",
    name: "password-empty",
    group: Group::Secrets,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: None,
    supersedes: &[],
    docs: docs!("password_empty.md"),
    check,
};

const MESSAGE: &str = "the password is empty, which counts as none";

fn help(driver: Driver) -> String {
    let does = match driver {
        Driver::NodePostgres => {
            "node-postgres then answers `SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string`"
        }
        Driver::Npgsql => {
            "Npgsql then looks in `PGPASSWORD` and the password file, or answers `No password has been provided but the backend requires one`"
        }
        Driver::Pgjdbc => {
            "pgJDBC then answers `The server requested SCRAM-based authentication, but no password was provided`"
        }
        Driver::Libpq | Driver::Psycopg | Driver::RubyPg | Driver::PhpPgsql | Driver::PhpPdo => {
            "libpq then looks in `PGPASSWORD` and `~/.pgpass`, or answers `fe_sendauth: no password supplied`"
        }
        _ => "The driver then has none to give, unless the environment or a password file has one",
    };
    format!("{does}. Put it in, or take the empty one out where it comes from elsewhere.")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if distance(ctx) != Distance::Outside || ctx.grammar() == Grammar::Pgpass {
        return;
    }
    let Some(span) = empty(ctx) else { return };
    let finding = Finding::new(span, MESSAGE).help(help(ctx.driver));
    // In a file of variables, something else may fill it in.
    let stored = ctx.is_azure() && ctx.grammar() != Grammar::Entries;
    out.push(if stored {
        finding
    } else {
        finding.severity(Severity::Info)
    });
}

/// Where the password should stand: its keyword, or the colon before the `@`.
fn empty(ctx: &Context<'_>) -> Option<Span> {
    if let Some(setting) = ctx.get(Param::Password) {
        let span = setting.span();
        return (setting.value.expose().is_empty() && !ctx.has_variable(span) && !span.is_empty())
            .then_some(span);
    }
    if ctx.grammar() != Grammar::Uri {
        return None;
    }
    let start = ctx.text.find("://")? + 3;
    let at = start + ctx.text.get(start..)?.find(['@', '/', '?'])?;
    let userinfo = ctx.raw(Span::new(start, at));
    let colon = Span::new(at.checked_sub(1)?, at);
    let ends =
        userinfo.len() > 1 && userinfo.ends_with(':') && ctx.text.get(at..)?.starts_with('@');
    (ends && userinfo.matches(':').count() == 1).then_some(colon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, silent};

    #[test]
    fn an_empty_one_is_pointed_at() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:@shop.postgres.database.azure.com/db?sslmode=require
                ^ the password is empty, which counts as none
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=shop.postgres.database.azure.com;Username=app;Password=;SSL Mode=Require
                                                   ^^^^^^^^^ the password is empty, which counts as none
",
        );
    }

    #[test]
    fn where_something_may_fill_it_in_it_is_good_to_know() {
        for text in [
            "DB_HOST=shop.postgres.database.azure.com\nDB_PORT=5432\nDB_USERNAME=app\nDB_PASSWORD=\"\"\n",
            "Host=db.example;Username=app;Password=;Database=shop",
        ] {
            assert_eq!(
                findings(&RULE, &auto(), text)[0].severity,
                Severity::Info,
                "{text}"
            );
        }
    }

    #[test]
    fn none_at_all_and_this_machine_are_left_alone() {
        for text in [
            "postgresql://app@shop.postgres.database.azure.com/db",
            "postgresql://app:pw@shop.postgres.database.azure.com/db",
            "postgresql://app:${PW}@shop.postgres.database.azure.com/db",
            "postgresql://postgres:@localhost/db",
            "Host=localhost;Username=app;Password=;Database=shop",
            "postgresql://shop.postgres.database.azure.com:/db",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

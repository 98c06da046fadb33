//! USR007: no user name, so that the driver takes one from its surroundings.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Dialect, Grammar, Param};
use crate::rules::{Context, Finding, Group, Mentions, Rule};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "USR007",
    name: "user-missing",
    group: Group::User,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("user_missing.md"),
    check,
};

const MESSAGE: &str = "no user name is given for this Azure server";

const HELP: &str = "The driver takes `PGUSER`, and without it the name of the operating system's user, `root` in many containers. Azure then answers `password authentication failed for user \"root\"`, or with another name that nobody wrote.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = ctx.host().filter(|_| ctx.azure_host().is_some()) else {
        return;
    };
    // Where the user name is an argument of its own, as for JDBC, R2DBC and PDO, its place is not the string.
    let whole = match ctx.grammar() {
        Grammar::Uri => ctx.parse.dialect != Dialect::R2dbcUrl,
        Grammar::KeyValue | Grammar::AdoNet | Grammar::Command => true,
        _ => false,
    };
    let given = ctx
        .settings()
        .every(Param::User)
        .any(|s| !s.value.span.is_empty());
    let elsewhere = ctx.settings().all.iter().any(|s| s.key == "service");
    if !whole || given || elsewhere || says_user(ctx) {
        return;
    }
    out.push(Finding::new(host.span, MESSAGE).help(HELP));
}

/// Whether the string or the paste round it speaks of a user in words that the reader did not take for one.
fn says_user(ctx: &Context<'_>) -> bool {
    ctx.surroundings.mention_user || Mentions::of(ctx.text, Mentions::USER).anywhere()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn a_string_without_a_user_is_asked_about() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://shop.postgres.database.azure.com/db?sslmode=require
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no user name is given for this Azure server
",
        );
        carets(
            &RULE,
            &auto(),
            "
psql -h shop.postgres.database.azure.com -d db
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no user name is given for this Azure server
",
        );
    }

    #[test]
    fn what_says_it_elsewhere_is_left_alone() {
        for text in [
            "postgresql://app@shop.postgres.database.azure.com/db",
            "postgresql://shop.postgres.database.azure.com/db?user=app",
            "PGUSER=app psql -h shop.postgres.database.azure.com -d db",
            "export PGUSER=app\npsql -h shop.postgres.database.azure.com -d db",
            "new Client({connectionString: 'postgresql://shop.postgres.database.azure.com/db', user: name})",
            "jdbc:postgresql://shop.postgres.database.azure.com/db?sslmode=require",
            "new PDO('pgsql:host=shop.postgres.database.azure.com;dbname=db', $name, $key)",
            "postgresql://localhost/db",
            "postgresql://db.example/db",
            "service=shop host=shop.postgres.database.azure.com",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

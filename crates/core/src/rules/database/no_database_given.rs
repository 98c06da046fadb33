//! DBN001: no database is given, and the driver takes one of its own accord.

use super::names::stands_alone;
use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Param};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DBN001",
    name: "no-database-given",
    group: Group::Database,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("no_database_given.md"),
    check,
};

fn message(default: &str) -> String {
    format!("no database is given, so `{default}` is taken")
}

const USERS: &str = "no database is given, so the user's name is taken";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(host) = ctx.host().filter(|_| stands_alone(ctx)) else {
        return;
    };
    let missing = ctx
        .get(Param::Database)
        .is_none_or(|s| s.value.expose().is_empty());
    // Ecto insists on one. What the driver cannot read may have one.
    let refused = ctx.driver == Driver::Ecto || !ctx.parse.errors.is_empty();
    if !missing || refused || ctx.is_misread() || ctx.has_variable_outside_values() {
        return;
    }
    let (message, taken) = if ctx.driver == Driver::Prisma {
        (message("postgres"), "postgres".into())
    } else {
        let Some(user) = ctx.get(Param::User) else {
            return;
        };
        let span = user.value.span;
        let known = !span.is_empty()
            && !ctx.redactor.hides(span)
            && !ctx.has_variable(span)
            && placeholder::find(ctx.raw(span)).is_empty();
        match user.value.shown().filter(|_| known) {
            Some(name) => (message(name), String::from(name)),
            None => (USERS.into(), String::from("…")),
        }
    };
    out.push(Finding::new(host.span, message).help(format!(
        "{}'s default. Where there is no such database, the server answers: database \"{taken}\" does not exist. Name the one that is meant.",
        ctx.driver.label()
    )));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, silent};

    #[test]
    fn the_default_is_worth_a_note() {
        for fixture in [
            "
postgresql://app:pw@db.example:5432
                    ^^^^^^^^^^ no database is given, so `app` is taken
",
            "
Host=db.example;Username=app;Password=pw
     ^^^^^^^^^^ no database is given, so `app` is taken
",
            "
host=db.example user=$USER
     ^^^^^^^^^^ no database is given, so the user's name is taken
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
        carets(
            &RULE,
            &driver(Driver::Prisma),
            "
postgresql://app:pw@db.example:5432/?schema=shop
                    ^^^^^^^^^^ no database is given, so `postgres` is taken
",
        );
    }

    #[test]
    fn where_it_is_given_or_could_be_nothing_is_said() {
        for text in [
            "postgresql://app:pw@db.example/shop",
            "postgresql://app:pw@db.example/$DB",
            "postgresql://app:pw@db.example/?dbname=shop",
            "psql -h db.example -U app",
            "PGHOST=db.example\nPGUSER=app",
            "db.example:5432:*:app:pw",
            "postgresql://db.example",
            "user=app password=pw",
            "Server=db.example;Initial Catalog=shop;User Id=app",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::Ecto),
            "postgresql://app:pw@db.example",
        );
    }
}

//! SYN005: a raw `#` behind the host, from which on the driver drops the text.

use super::raw::{Raw, broken};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN005",
    name: "fragment-cut-off",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["SYN001"],
    docs: docs!("fragment_cut_off.md"),
    check,
};

fn message(part: &str) -> String {
    format!("raw `#` cuts the {part} off")
}

fn help(ctx: &Context<'_>, raw: Raw) -> String {
    let name = ctx.driver.label();
    let way = if raw.helps {
        "Write it as `%23`."
    } else {
        "It does not decode `%23` there either: give the name in a setting of its own."
    };
    format!(
        "{name} takes what follows a `#` for the fragment of a URL and drops it, with everything behind it, without a word. libpq makes it a part of the name. {way}"
    )
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // The first one cuts off all that follows.
    let Some(raw) = broken(ctx).into_iter().find(|raw| raw.c == '#') else {
        return;
    };
    let part = match (raw.in_database, raw.secret) {
        (true, _) => "database name",
        (false, true) => "password",
        (false, false) => "value",
    };
    let span = Span::new(raw.span.start, raw.span.end);
    let mut finding = Finding::new(span, message(part)).help(help(ctx, raw));
    if raw.helps {
        finding = finding.fix(
            "Encode it as `%23`",
            Applicability::Safe,
            [Edit::replace(span, "%23")],
        );
    }
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn what_follows_the_sign_is_lost_to_most() {
        carets(
            &RULE,
            &driver(Driver::Asyncpg),
            "
postgresql://app:pw@db.example/my#db?sslmode=require
                                 ^ raw `#` cuts the database name off
",
        );
        for d in [Driver::Asyncpg, Driver::Pgx, Driver::Sqlx] {
            fixes(
                &RULE,
                &driver(d),
                "postgresql://app@db.example/app?application_name=a#b",
                "postgresql://app@db.example/app?application_name=a%23b",
            );
        }
        // node-postgres leaves `%23` in a name as it is.
        let text = "postgresql://app@db.example/my#db";
        let found = findings(&RULE, &driver(Driver::NodePostgres), text);
        assert!(found[0].fixes.is_empty());
    }

    #[test]
    fn where_it_is_a_letter_it_is_left_alone() {
        for text in [
            "postgresql://app@db.example/my#db",
            "postgresql://app@db.example/app?application_name=a#b",
            "host=db.example dbname=my#db user=app",
            "jdbc:postgresql://db.example/app?password=a#b",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::Asyncpg),
            "postgresql://app@db.example/my%23db",
        );
    }
}

//! SYN032: a single `%` in an INI file in which Python's configparser fills in values.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::Escapes;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN032",
    name: "percent-not-doubled",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("percent_not_doubled.md"),
    check,
};

const MESSAGE: &str = "a single `%` begins an interpolation in this file";

const HELP: &str = "Python's configparser reads `%(name)s` in a value, and refuses a `%` that begins none: `'%' must be followed by '%' or '('`, with the rest of the value in the error, password included. Write `%%` for each; the driver gets a single one.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let all = Span::new(0, ctx.text.len());
    let places: Vec<Span> = ctx
        .excerpt
        .raw_in(all, |c| c == '%', |escapes| escapes == Escapes::Percent)
        .into_iter()
        .filter(|place| !rest(ctx.text, place.end).starts_with('(') && !ctx.has_variable(*place))
        .collect();
    let Some(&first) = places.first() else {
        return;
    };
    let mut finding = Finding::new(first, MESSAGE).help(HELP);
    for place in places.iter().skip(1) {
        finding = finding.related(*place, MESSAGE);
    }
    let edits: Vec<Edit> = places.iter().map(|p| Edit::replace(*p, "%")).collect();
    let title = if edits.len() == 1 {
        "Double it"
    } else {
        "Double the percent signs"
    };
    out.push(finding.fix(title, Applicability::Safe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, fixes, silent};

    #[test]
    fn single_percent_signs_are_doubled() {
        for (text, expected) in [
            (
                "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql+psycopg2://app:a%40b%23c@db.example/app\n",
                "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql+psycopg2://app:a%%40b%%23c@db.example/app\n",
            ),
            (
                "[database]\nsql_alchemy_conn = postgresql+psycopg2://airflow:a%2Fb@db.example/airflow",
                "[database]\nsql_alchemy_conn = postgresql+psycopg2://airflow:a%%2Fb@db.example/airflow",
            ),
            (
                "[db]\nuser = app\nurl = postgresql://%(user)s:a%%40b%3D@db.example/app",
                "[db]\nuser = app\nurl = postgresql://%(user)s:a%%40b%%3D@db.example/app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_files_and_doubled_signs_are_left_alone() {
        for text in [
            "[alembic]\nsqlalchemy.url = postgresql+psycopg2://app:a%%40b@db.example/app",
            "[alembic]\nsqlalchemy.url = postgresql://%(user)s@db.example/app",
            "[mydb]\nhost=db.example\nuser=app\npassword=a%40b",
            "[database]\nurl = \"postgresql://app:a%40b@db.example/app\"",
            "DATABASE_URL=postgresql://app:a%40b@db.example/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

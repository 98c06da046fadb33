//! SYN004: the scheme is not one that the driver knows.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar};
use crate::parse::{ErrorKind, scheme};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN004",
    name: "wrong-scheme",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("wrong_scheme.md"),
    check,
};

fn message(driver: Driver, scheme: &str) -> String {
    format!(
        "{} does not know the scheme `{scheme}`",
        name_in_message(driver)
    )
}

/// A message begins in lower case; names keep theirs, behind a word.
fn name_in_message(driver: Driver) -> String {
    let label = driver.label();
    if label.starts_with(|c: char| c.is_uppercase()) {
        format!("driver {label}")
    } else {
        label.into()
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let Some((span, right)) = wrong(ctx) else {
        return;
    };
    let written = slice(ctx.text, span);
    let answer = match ctx.driver {
        Driver::Sqlalchemy => {
            "SQLAlchemy 1.4 and later answers: Can't load plugin: sqlalchemy.dialects:postgres. "
        }
        Driver::Pgjdbc => "Java answers: No suitable driver found. ",
        _ => {
            "libpq then takes the whole text for keyword/value pairs and answers: missing \"=\" after the text. "
        }
    };
    let mut finding = Finding::new(span, message(ctx.driver, written));
    let mut applicability = Applicability::Safe;
    if !ctx.driver_given && scheme::is_alias(written) {
        finding = finding.certainty(Certainty::Depends).help(format!(
            "{answer}Some tools, such as Laravel, Doctrine and django-environ, take `{written}` as well; drivers want `{right}`."
        ));
        applicability = Applicability::Unsafe;
    } else {
        finding = finding.help(format!("{answer}The spelling has to be exactly `{right}`."));
    }
    out.push(finding.fix(
        format!("Write `{right}`"),
        applicability,
        alloc::vec![Edit::replace(span, right)],
    ));
}

/// Where the wrong scheme stands, and the right one.
fn wrong(ctx: &Context<'_>) -> Option<(Span, &'static str)> {
    let error = ctx
        .parse
        .errors
        .iter()
        .find(|e| e.kind == ErrorKind::WrongDialect);
    let refused = error.is_some();
    match ctx.grammar() {
        Grammar::Jdbc => {
            let span = error?.span;
            (!span.is_empty()).then_some((span, "jdbc:postgresql:"))
        }
        Grammar::Uri => {
            let span = Span::new(0, ctx.text.find("://")?);
            let sqlalchemy =
                ctx.driver == Driver::Sqlalchemy && slice(ctx.text, span) == "postgres";
            (refused || sqlalchemy).then_some((span, "postgresql"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn the_spelling_has_to_be_exact() {
        carets(
            &RULE,
            &auto(),
            "
POSTGRESQL://app:pw@db.example/app
^^^^^^^^^^ libpq does not know the scheme `POSTGRESQL`
",
        );
        fixes(
            &RULE,
            &auto(),
            "jdbc:postgres://db.example/app",
            "jdbc:postgresql://db.example/app",
        );
        fixes(
            &RULE,
            &auto(),
            "jdbc:pgsql://db.example/app",
            "jdbc:postgresql://db.example/app",
        );
        fixes(
            &RULE,
            &auto(),
            "engine = create_engine('postgres://app:pw@db/app')",
            "engine = create_engine('postgresql://app:pw@db/app')",
        );
    }

    #[test]
    fn what_some_tools_take_depends() {
        let text = "pgsql://app:pw@db.example/app";
        let found = findings(&RULE, &auto(), text);
        assert_eq!(found[0].certainty, Certainty::Depends);
        let found = findings(&RULE, &driver(Driver::Libpq), text);
        assert_eq!(found[0].certainty, Certainty::Certain);
        fixes(
            &RULE,
            &auto(),
            "postgress://app:pw@db.example/app",
            "postgresql://app:pw@db.example/app",
        );
    }

    #[test]
    fn what_the_driver_takes_is_left_alone() {
        silent(&RULE, &auto(), "postgres://db.example/app");
        silent(
            &RULE,
            &driver(Driver::NodePostgres),
            "POSTGRESQL://db.example/app",
        );
        silent(&RULE, &auto(), "jdbc:postgresql://db.example/app");
    }
}

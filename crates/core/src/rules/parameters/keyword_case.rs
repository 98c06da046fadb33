//! PAR004: a keyword in a spelling that the driver does not forgive.

use super::strange::{self, Meant};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::readings::Unknown;
use crate::rules::{Context, Finding, Group, Rule};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR004",
    name: "keyword-case",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("keyword_case.md"),
    check,
};

fn message(key: &str, name: &str) -> String {
    format!("`{key}` must be spelled `{name}` here")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for strange in strange::all(ctx) {
        let Meant::Spelled(name) = strange.meant else {
            continue;
        };
        let shown = ctx.show(strange.key);
        let mut finding = Finding::new(strange.key, message(&shown, name))
            .help(format!("{} Write `{name}`.", strange.consequence(ctx)));
        let mut applicability = Applicability::Safe;
        if strange.unknown == Unknown::Ignored {
            finding = finding.severity(Severity::Warning);
            // So far it has had no effect.
            applicability = Applicability::Unsafe;
        }
        if !strange.is_taken(ctx, name) {
            finding = finding.fix(
                format!("Write `{name}`"),
                applicability,
                alloc::vec![Edit::replace(strange.key, name)],
            );
        }
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn case_blanks_and_hyphens_count_where_the_driver_minds_them() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://db.example/app?sslMode=require
                            ^^^^^^^ `sslMode` must be spelled `sslmode` here
",
        );
        for (text, expected) in [
            (
                "postgresql://db.example/app?sslMode=require",
                "postgresql://db.example/app?sslmode=require",
            ),
            (
                "host=db.example port=5432 ssl_mode=require",
                "host=db.example port=5432 sslmode=require",
            ),
            (
                "jdbc:postgresql://db.example/app?SSLMode=require",
                "jdbc:postgresql://db.example/app?sslmode=require",
            ),
            (
                "jdbc:postgresql://db.example/app?applicationname=x",
                "jdbc:postgresql://db.example/app?ApplicationName=x",
            ),
            (
                "jdbc:postgresql://db.example/app?connect_timeout=10",
                "jdbc:postgresql://db.example/app?connectTimeout=10",
            ),
            (
                "r2dbc:postgresql://db.example/app?SSLMode=require",
                "r2dbc:postgresql://db.example/app?sslMode=require",
            ),
            (
                "Host=db.example;Database=app;User_Id=app",
                "Host=db.example;Database=app;User Id=app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        fixes(
            &RULE,
            &driver(Driver::NodePostgres),
            "postgresql://db.example/app?SSLMODE=require",
            "postgresql://db.example/app?sslmode=require",
        );
    }

    #[test]
    fn a_driver_that_passes_over_it_makes_it_a_warning() {
        let text = "postgresql://db.example/app?SSLMode=require";
        let of = |given| findings(&RULE, &driver(given), text)[0].severity;
        assert_eq!(of(Driver::Libpq), Severity::Error);
        assert_eq!(of(Driver::Asyncpg), Severity::Error);
        assert_eq!(of(Driver::NodePostgres), Severity::Warning);
        assert_eq!(of(Driver::Sqlx), Severity::Warning);
        assert_eq!(of(Driver::Prisma), Severity::Warning);
    }

    #[test]
    fn what_the_driver_forgives_is_left_alone() {
        for text in [
            "host=db.example sslmode=require",
            "HOST=db.example;SSLMODE=Require;user id=app",
            "Driver={PostgreSQL Unicode};SERVER=db.example;uid=app;sslMODE=require",
            "jdbc:postgresql://db.example/app?sslmode=REQUIRE",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::Pgx),
            "postgresql://db.example/app?TIMEZONE=UTC",
        );
    }
}

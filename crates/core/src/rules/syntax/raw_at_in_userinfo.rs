//! SYN003: a raw `@` in the user name or password of a URI.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Dialect, Driver, Grammar};
use crate::parse::reserved::{Outcome, outcome};
use crate::parse::{parse, userinfo_as_meant, userinfo_read_otherwise};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, slice};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN003",
    name: "raw-at-in-userinfo",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("raw_at_in_userinfo.md"),
    check,
};

fn message(part: &str) -> String {
    format!("raw `@` in the {part} ends it early")
}

fn message_where_it_works(part: &str) -> String {
    format!("raw `@` in the {part} is read differently by drivers")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Uri {
        return;
    }
    let Some(meant) = userinfo_as_meant(ctx.text) else {
        return;
    };
    let ats = |span: Option<Span>| -> Vec<usize> {
        let Some(span) = span else { return Vec::new() };
        slice(ctx.text, span)
            .match_indices('@')
            .map(|(at, _)| span.start + at)
            .filter(|&at| !ctx.has_variable(Span::new(at, at + 1)))
            .collect()
    };
    let in_user = ats(meant.user);
    let in_password = ats(meant.password);
    let all: Vec<usize> = in_user.iter().chain(&in_password).copied().collect();
    let Some(&first) = all.first() else { return };

    let part = if in_user.is_empty() {
        "password"
    } else {
        "user name"
    };
    let breaks = (!in_user.is_empty() && outcome(ctx.driver, '@', false) == Outcome::Broken)
        || (!in_password.is_empty() && outcome(ctx.driver, '@', true) == Outcome::Broken);
    let span = Span::new(first, first + 1);
    let edits: Vec<Edit> = all
        .iter()
        .map(|&at| Edit::replace(Span::new(at, at + 1), "%40"))
        .collect();
    let mut finding = if breaks && ctx.driver == Driver::R2dbc {
        Finding::new(span, message(part)).help("Java finds no host where there is a second `@`, and R2DBC then takes `host:port` for the host's name: UnknownHostException. Write it as `%40`.")
    } else if breaks {
        Finding::new(span, message(part)).help(format!(
            "{} takes everything behind this `@` for the host, so the connection fails, often with an error about the port that shows the password. Write it as `%40`.",
            driver_name(ctx)
        ))
    } else {
        Finding::new(span, message_where_it_works(part))
            .severity(Severity::Warning)
            .help(format!(
                "{} splits at the last `@` and gets it right, but libpq, psql, asyncpg and others split at the first one. Written as `%40`, every driver reads the same.",
                driver_name(ctx)
            ))
    };
    finding = both_readings(ctx, finding, first, meant.at);
    for &at in all.iter().skip(1) {
        finding = finding.related(Span::new(at, at + 1), "this one too");
    }
    out.push(match userinfo_read_otherwise(ctx.text) {
        None => finding.fix("Encode the `@` as `%40`", Applicability::Safe, edits),
        // Both ways lead to a host: the author knows which one is it.
        Some(other) => {
            let in_path: Vec<Edit> = slice(ctx.text, Span::new(other.at + 1, meant.at + 1))
                .match_indices('@')
                .map(|(at, _)| other.at + 1 + at)
                .map(|at| Edit::replace(Span::new(at, at + 1), "%40"))
                .collect();
            // Without its slashes the password would end there all the same.
            let password = meant.password.unwrap_or_default();
            let slashes = slice(ctx.text, password)
                .match_indices('/')
                .map(|(at, _)| password.start + at)
                .map(|at| Edit::replace(Span::new(at, at + 1), "%2F"));
            let edits: Vec<Edit> = edits.into_iter().chain(slashes).collect();
            finding
                .fix(
                    "Encode it: the password goes on behind it",
                    Applicability::Unsafe,
                    edits,
                )
                .fix(
                    "Encode the last one: the host ends at the slash",
                    Applicability::Unsafe,
                    in_path,
                )
        }
    });
}

fn driver_name(ctx: &Context<'_>) -> &'static str {
    match ctx.driver {
        Driver::Auto => Driver::Libpq.label(),
        // The name that people meet is Rails.
        Driver::RubyPg => "Rails",
        driver => driver.label(),
    }
}

/// How the two families of readers split the text, each at its own `@`.
fn both_readings(ctx: &Context<'_>, finding: Finding, first: usize, last: usize) -> Finding {
    let host = |driver| {
        let parse = parse(ctx.text, Dialect::LibpqUri, driver);
        let piece = parse.settings.first_host().map(|host| host.span);
        piece
            .map(|span| ctx.show(span))
            .filter(|host| !host.is_empty())
    };
    let mut finding = finding;
    if let Some(host) = host(Driver::Libpq) {
        finding = finding.related(
            Span::new(first, first + 1),
            format!("libpq, psycopg and asyncpg split here: host `{host}`"),
        );
    }
    if let Some(host) = host(Driver::NodePostgres) {
        finding = finding.related(
            Span::new(last, last + 1),
            format!("node-postgres, Prisma, SQLx and Go split here: host `{host}`"),
        );
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn the_at_of_azure_s_old_user_names_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@shop:pw@shop.postgres.database.azure.com/db?sslmode=require
                ^ raw `@` in the user name ends it early
",
        );
    }

    #[test]
    fn the_first_of_several_is_shown_and_all_are_fixed() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:p@s@s@db.example/db
                  ^ raw `@` in the password ends it early
",
        );
        fixes(
            &RULE,
            &auto(),
            "postgresql://app:p@s@s@db.example/db",
            "postgresql://app:p%40s%40s@db.example/db",
        );
    }

    #[test]
    fn where_the_driver_reads_it_right_it_is_a_warning() {
        let text = "postgresql://app@shop:pw@db.example/db";
        for (d, severity) in [
            (Driver::Libpq, Severity::Error),
            (Driver::Asyncpg, Severity::Error),
            (Driver::R2dbc, Severity::Error),
            (Driver::NodePostgres, Severity::Warning),
            (Driver::Sqlalchemy, Severity::Warning),
            (Driver::Prisma, Severity::Warning),
        ] {
            assert_eq!(
                findings(&RULE, &driver(d), text)[0].severity,
                severity,
                "{d}"
            );
        }
        let text = "postgresql://app:p@w@db.example/db";
        assert_eq!(
            findings(&RULE, &driver(Driver::Sqlalchemy), text)[0].severity,
            Severity::Error
        );
    }

    #[test]
    fn an_edit_is_written_in_the_escaping_of_its_layer() {
        fixes(
            &RULE,
            &auto(),
            r#"{"url": "postgresql://a@b:p\"w@db.example/db"}"#,
            r#"{"url": "postgresql://a%40b:p\"w@db.example/db"}"#,
        );
    }

    #[test]
    fn where_both_ways_lead_to_a_host_both_are_offered() {
        let text = "postgresql://app:pw@one.example/x@two.example/db";
        let found = findings(&RULE, &auto(), text);
        let fixed: Vec<String> = found[0]
            .fixes
            .iter()
            .map(|fix| crate::diagnostics::apply(text, &fix.edits).unwrap())
            .collect();
        assert_eq!(
            fixed,
            [
                "postgresql://app:pw%40one.example%2Fx@two.example/db",
                "postgresql://app:pw@one.example/x%40two.example/db"
            ]
        );
        assert!(
            found[0]
                .fixes
                .iter()
                .all(|fix| fix.applicability == Applicability::Unsafe)
        );
        crate::rules::testing::sound(&RULE, &auto(), text);
    }

    #[test]
    fn what_is_meant_that_way_is_left_alone() {
        for text in [
            "postgresql://app%40shop:pw@db.example/db",
            "postgresql://db.example/db?user=app@shop",
            "postgresql://app:pw@db.example:5432/a@b",
            "postgresql://${USER_AT_SERVER}:${PASSWORD}@db.example/db",
            "host=db.example user=app@shop password=p@w",
            "jdbc:postgresql://db.example/db?user=app@shop&password=p@w",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

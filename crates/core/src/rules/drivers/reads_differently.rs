//! DRV006: a URI that other drivers read otherwise, where nothing says which one it is for.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Driver, Grammar, Origin, Param, Setting, Settings};
use crate::parse::parse;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DRV006",
    name: "reads-differently",
    group: Group::Drivers,
    severity: Severity::Info,
    certainty: Certainty::Depends,
    fix: None,
    supersedes: &[],
    docs: docs!("reads_differently.md"),
    check,
};

/// Drivers that people give the same URI to as libpq's.
const OTHERS: [Driver; 7] = [
    Driver::NodePostgres,
    Driver::PostgresJs,
    Driver::Asyncpg,
    Driver::Sqlalchemy,
    Driver::Pgx,
    Driver::Sqlx,
    Driver::Prisma,
];

fn message(drivers: &[Driver], what: &str) -> String {
    let names: Vec<&str> = drivers.iter().take(2).map(|d| d.label()).collect();
    let more = if drivers.len() > 2 { " and others" } else { "" };
    let joined = names.join(if more.is_empty() { " and " } else { ", " });
    format!("this is another {what} to {joined}{more}")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let bare = ctx.driver == Driver::Libpq && !ctx.driver_given && ctx.grammar() == Grammar::Uri;
    // Without one of these all of them read the same.
    let (before, query) = ctx.text.split_once('?').unwrap_or((ctx.text, ""));
    let overrides = |s: &Setting| {
        s.origin == Origin::Query && parts().iter().any(|(param, _)| s.param == *param)
    };
    let telling = before.contains([',', '+', '#', '%'])
        || query.contains('#')
        || ctx.parse.settings.all.iter().any(overrides);
    // What is refused or damaged is said by others; what something fills in is not known.
    let line = ctx.surroundings.before.rsplit('\n').next().unwrap_or("");
    let judged = bare
        && !["psql", "pg_"].iter().any(|tool| line.contains(tool))
        && telling
        && ctx.parse.errors.is_empty()
        && !ctx.is_misread()
        && ctx.variables.is_empty();
    if !judged {
        return;
    }
    let own = &ctx.parse.settings;
    let parts = parts();
    let mut differ: [Vec<Driver>; 4] = Default::default();
    for driver in OTHERS {
        let theirs = parse(ctx.text, ctx.parse.dialect, driver);
        // A driver that refuses the text says so itself.
        if !theirs.errors.is_empty() {
            continue;
        }
        for ((param, _), drivers) in parts.iter().zip(differ.iter_mut()) {
            if part(own, *param) != part(&theirs.settings, *param) {
                drivers.push(driver);
            }
        }
    }
    for ((param, what), drivers) in parts.iter().zip(&differ) {
        let Some(span) = place(ctx, *param).filter(|_| !drivers.is_empty()) else {
            continue;
        };
        let all: Vec<&str> = drivers.iter().map(|d| d.label()).collect();
        out.push(Finding::new(span, message(drivers, what)).help(format!(
            "libpq reads this {what} as it stands; {} read it otherwise: see what each driver will do. {}",
            all.join(", "),
            advice(*param)
        )));
        // One part is enough to see that it differs.
        return;
    }
}

/// What is compared, and what it is called.
const fn parts() -> [(Param, &'static str); 4] {
    [
        (Param::Host, "host"),
        (Param::User, "user"),
        (Param::Password, "password"),
        (Param::Database, "database"),
    ]
}

const fn advice(param: Param) -> &'static str {
    match param {
        Param::Host => {
            "A list of hosts is for drivers that take one; elsewhere give one name, and its port."
        }
        _ => {
            "Percent-encode everything but letters, digits, `-`, `.`, `_` and `~`, and say it before the `?`."
        }
    }
}

/// What is compared, with what it may not differ in: the case of hosts, and where the text is silent.
fn part(settings: &Settings, param: Param) -> String {
    if param == Param::Host {
        let hosts: Vec<String> = settings
            .hosts
            .iter()
            .map(|h| {
                let name = h.host.as_ref().map_or("", |p| p.text.as_str());
                let name = name.trim_matches(['[', ']']).to_ascii_lowercase();
                format!("{name}:{}", h.port_number().unwrap_or(5432))
            })
            .collect();
        return hosts.join(",");
    }
    settings
        .get(param)
        .map_or_else(String::new, |s| s.value.expose().to_string())
}

fn place(ctx: &Context<'_>, param: Param) -> Option<Span> {
    if param == Param::Host {
        let hosts = || ctx.settings().hosts.iter().filter_map(|h| h.host.as_ref());
        let span = Span::new(hosts().next()?.span.start, hosts().next_back()?.span.end);
        return (!ctx.redactor.hides(span)).then_some(span);
    }
    ctx.get(param)
        .map(|s| s.value.span)
        .filter(|s| !s.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, silent};

    #[test]
    fn a_text_that_means_something_else_elsewhere_is_named() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@a.example,b.example:5433/orders
                 ^^^^^^^^^^^^^^^^^^^ this is another host to node-postgres, SQLAlchemy and others
",
        );
        for (text, part) in [
            ("postgresql://app@db.example/a%2Fb", "database"),
            ("postgresql://db.example/orders?user=app", "user"),
        ] {
            let found = findings(&RULE, &auto(), text);
            assert!(
                found.iter().any(|d| d.message.contains(part)),
                "{text}: {found:?}"
            );
            assert!(found.iter().all(|d| d.severity == Severity::Info));
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let found = findings(
            &RULE,
            &auto(),
            "postgresql://app@db.example/orders?password=Zq7+xKwLm",
        );
        assert!(!format!("{found:?}").contains("xKwLm"));
    }

    #[test]
    fn what_all_read_the_same_is_left_alone() {
        for text in [
            "postgresql://app:pw@db.example:5433/orders",
            "postgresql://app:p%40ss@db.example/orders?sslmode=require&application_name=x",
            "postgresql://app@DB.example/orders?sslmode=require",
            "create_engine('postgresql://app@db.example/orders?user=x')",
            "psql \"postgresql://db.example/orders?user=x\"",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &driver(Driver::Libpq),
            "postgresql://app@a.example,b.example:5433/orders",
        );
    }
}

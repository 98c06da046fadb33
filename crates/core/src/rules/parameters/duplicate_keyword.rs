//! PAR012: a setting that is given twice, so that one of the two has no effect.

use super::strange::driver;
use crate::convert::equivalents::{Family, Row};
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::{Driver, Grammar, Origin, Param, Setting};
use crate::near::letters;
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR012",
    name: "duplicate-keyword",
    group: Group::Parameters,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("duplicate_keyword.md"),
    check,
};

fn message(pair: &str, place: &str, same: bool) -> String {
    if same {
        format!("{pair} is given again {place}")
    } else {
        format!("{pair} has no effect: the one {place} counts")
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if matches!(
        ctx.grammar(),
        Grammar::Command | Grammar::Pgpass | Grammar::Entries
    ) {
        return;
    }
    let mut groups: BTreeMap<Cow<'_, str>, Vec<&Setting>> = BTreeMap::new();
    for setting in &ctx.settings().all {
        if let Some(name) = canonical(ctx, setting) {
            groups.entry(name).or_default().push(setting);
        }
    }
    for (name, group) in groups {
        if group.len() > 1 {
            one_counts(ctx, &name, &group, out);
        }
    }
}

/// What a setting is about, whatever it is called; `None` for what is judged elsewhere.
fn canonical<'a>(ctx: &Context<'_>, setting: &'a Setting) -> Option<Cow<'a, str>> {
    let addition = ctx.driver == Driver::TokioPostgres || is_sqlalchemy(ctx);
    Some(match setting.param {
        Param::Unknown => return None,
        // Several of them are a list there.
        Param::Host | Param::Port if addition => return None,
        Param::Host => "host".into(),
        Param::Port => "port".into(),
        Param::User => "user".into(),
        Param::Password => "password".into(),
        Param::Database => "dbname".into(),
        Param::SslMode => "sslmode".into(),
        _ => match ctx.grammar() {
            Grammar::AdoNet => Row::find(Family::Npgsql, &setting.key)
                .map_or_else(|| letters(&setting.key).into(), |row| row.name.into()),
            Grammar::Odbc => setting.key.to_ascii_lowercase().into(),
            _ => setting.key.as_str().into(),
        },
    })
}

fn is_sqlalchemy(ctx: &Context<'_>) -> bool {
    matches!(ctx.driver, Driver::Sqlalchemy | Driver::Django)
}

fn one_counts(ctx: &Context<'_>, name: &str, group: &[&Setting], out: &mut Vec<Finding>) {
    let (positions, keywords): (Vec<&Setting>, Vec<&Setting>) =
        group.iter().partition(|s| s.origin == Origin::Authority);
    let winner = if ctx.settings().first_wins {
        keywords.first()
    } else {
        keywords.last()
    };
    let Some(&winner) = winner else { return };
    // Each of them becomes an element of a list, which is no value of anything.
    if keywords.len() > 1 && is_sqlalchemy(ctx) {
        return;
    }
    let counts = value(winner);
    // A socket's directory takes the place of a host that only has to be there.
    let socket = name == "host" && counts.starts_with('/');
    if !positions.is_empty() && !socket {
        let given: Vec<String> = positions.iter().map(|s| value(s)).collect();
        let place = positions
            .iter()
            .map(|s| s.value.span)
            .reduce(crate::text::Span::to);
        if let (Some(span), false) = (place, given.iter().any(String::is_empty)) {
            let same = given.join(",") == counts;
            out.push(finding(ctx, name, span, winner, "in the query", same));
        }
    }
    let place = if ctx.settings().first_wins {
        "before it"
    } else {
        "behind it"
    };
    for loser in keywords {
        if core::ptr::eq(loser, winner) || ctx.has_variable(loser.span()) {
            continue;
        }
        let same = value(loser) == counts;
        let finding = finding(ctx, name, loser.span(), winner, place, same);
        out.push(match pairs::remove(ctx, loser) {
            Some(edit) => finding.fix(
                "Take the one without effect out",
                Applicability::Safe,
                alloc::vec![edit],
            ),
            None => finding,
        });
    }
}

/// What is compared: libpq reads `ssl=true` as a TLS mode.
fn value(setting: &Setting) -> String {
    let value = setting.value.expose();
    if setting.param == Param::SslMode && setting.key == "ssl" && value == "true" {
        "require".into()
    } else {
        value.into()
    }
}

fn finding(
    ctx: &Context<'_>,
    name: &str,
    span: crate::text::Span,
    winner: &Setting,
    place: &str,
    same: bool,
) -> Finding {
    let shown = match name {
        "password" => "this password".to_string(),
        _ => format!("`{}`", ctx.show(span)),
    };
    let rule = match (place, ctx.settings().first_wins) {
        ("in the query", _) => "what the query says counts",
        (_, true) => "the first of several counts",
        (_, false) => "the last of several counts",
    };
    let elsewhere = match (ctx.grammar(), ctx.driver) {
        (Grammar::Uri, Driver::Libpq | Driver::Auto) => {
            " Other drivers differ: Go's take the first, SQLAlchemy makes a list of them."
        }
        _ => "",
    };
    let finding = Finding::new(span, message(&shown, place, same))
        .help(format!(
            "In {} {rule}.{elsewhere} Keep the one that is meant.",
            driver(ctx)
        ))
        .related(winner.span(), "this one counts");
    if same {
        finding.severity(Severity::Info)
    } else {
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver as given, findings, fixes, silent};

    #[test]
    fn the_one_that_loses_is_pointed_at() {
        carets(
            &RULE,
            &auto(),
            "
host=a.example user=app host=b.example port=5432
^^^^^^^^^^^^^^ `host=a.example` has no effect: the one behind it counts
",
        );
        carets(
            &RULE,
            &given(Driver::Pgx),
            "
postgres://app@db.example/app?connect_timeout=5&connect_timeout=9
                                                ^^^^^^^^^^^^^^^^^ `connect_timeout=9` has no effect: the one before it counts
",
        );
        carets(
            &RULE,
            &auto(),
            "
postgresql://app@db.example/app?user=other
             ^^^ `app` has no effect: the one in the query counts
",
        );
        for (text, expected) in [
            (
                "host=db.example user=a sslmode=require user=b",
                "host=db.example sslmode=require user=b",
            ),
            (
                "postgresql://app@db.example/app?connect_timeout=5&sslmode=require&connect_timeout=9",
                "postgresql://app@db.example/app?sslmode=require&connect_timeout=9",
            ),
            (
                "Server=a.example;Database=app;Host=b.example;User Id=app",
                "Database=app;Host=b.example;User Id=app",
            ),
            (
                "Host=db.example;Max Pool Size=5;Maximum Pool Size=10;Username=app",
                "Host=db.example;Maximum Pool Size=10;Username=app",
            ),
            (
                "jdbc:postgresql://db.example/app?user=a&user=b",
                "jdbc:postgresql://db.example/app?user=b",
            ),
            (
                "pgsql:host=a.example;dbname=app;host=b.example",
                "pgsql:dbname=app;host=b.example",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn the_same_value_twice_is_only_worth_knowing() {
        let found = findings(
            &RULE,
            &auto(),
            "host=db.example user=app sslmode=require sslmode=require",
        );
        assert_eq!(found[0].severity, Severity::Info);
        let found = findings(
            &RULE,
            &auto(),
            "postgresql://app@db.example/app?sslmode=require&ssl=true",
        );
        assert!(found.iter().all(|d| d.severity == Severity::Info));
    }

    #[test]
    fn a_password_is_not_shown() {
        let found = findings(
            &RULE,
            &auto(),
            "host=db.example user=app password=Zq7xKwLm password=Wn4tRvPd",
        );
        assert_eq!(found.len(), 1);
        let all = format!("{found:?}");
        assert!(!all.contains("Zq7xKwLm") && !all.contains("Wn4tRvPd"));
    }

    #[test]
    fn what_is_no_repetition_is_left_alone() {
        for text in [
            "postgresql://a.example:5432,b.example:5433/app?target_session_attrs=any",
            "postgresql://app:pw@localhost/app?host=/cloudsql/x:y:z",
            "postgresql://app@/app?host=db.example&port=5433",
            "Host=db.example;SSL Mode=Require;SSL Key=a;SSL Certificate=b;SSL Password=c",
            "jdbc:postgresql://db.example:5432/app?user=a&password=b",
        ] {
            silent(&RULE, &auto(), text);
        }
        silent(
            &RULE,
            &given(Driver::Sqlalchemy),
            "postgresql://app@/app?host=a.example:5432&host=b.example:5432",
        );
    }
}

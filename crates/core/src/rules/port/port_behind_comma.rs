//! PRT004: the port stands behind a comma, the way of SQL Server, and is taken for a second host.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Driver, Grammar, HostPort, Param};
use crate::rules::{Context, Finding, Group, Rule, append};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT004",
    name: "port-behind-comma",
    group: Group::Port,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["HST010"],
    docs: docs!("port_behind_comma.md"),
    check,
};

fn message(port: &str) -> String {
    format!("`{port}` stands where a second host would")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let hosts = &ctx.settings().hosts;
    // Of two elements only: more of them are a list, whatever is wrong with it.
    let Some((span, port)) = (match hosts.as_slice() {
        [first, second] => pair(ctx, first, second),
        [one] => joined(ctx, one),
        _ => None,
    }) else {
        return;
    };
    if ctx.redactor.hides(span) || ctx.has_variable(span) {
        return;
    }
    let number = Span::new(span.end - port.len(), span.end);
    let form = if ctx.grammar().is_url() {
        "A port follows its host after a colon"
    } else {
        "The port has a setting of its own"
    };
    let mut finding = Finding::new(number, message(port)).help(format!(
        "A comma separates hosts here, so `{port}` is looked up as one. {form}. With the comma the string is for SQL Server."
    ));
    if let Some((title, edits)) = repair(ctx, span, port) {
        finding = finding.fix(title, Applicability::Safe, edits);
    }
    out.push(finding);
}

fn is_port(text: &str) -> bool {
    (2..=5).contains(&text.len()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// A driver that knows lists has made two hosts of it.
fn pair<'a>(ctx: &Context<'a>, first: &HostPort, second: &HostPort) -> Option<(Span, &'a str)> {
    let (host, port) = (first.host.as_ref()?, second.host.as_ref()?);
    let comma = port.span.start.checked_sub(1)?;
    let raw = ctx.raw(port.span);
    let gap = Span::new(comma, comma + 1);
    let apart = host.span.end <= comma && ctx.raw(gap) == ",";
    (apart && is_port(raw)).then(|| (Span::new(comma, port.span.end), raw))
}

/// One that does not has one host with a comma in its name.
fn joined<'a>(ctx: &Context<'a>, one: &HostPort) -> Option<(Span, &'a str)> {
    let host = one.host.as_ref()?;
    let raw = ctx.raw(host.span);
    let (name, port) = raw.split_once(',')?;
    (is_port(port) && !name.is_empty() && raw == host.text).then(|| {
        let comma = host.span.start + name.len();
        (Span::new(comma, host.span.end), port)
    })
}

fn repair(ctx: &Context<'_>, span: Span, port: &str) -> Option<(String, Vec<Edit>)> {
    let comma = Span::new(span.start, span.start + 1);
    let given = ctx
        .settings()
        .every(Param::Port)
        .last()
        .filter(|_| ctx.grammar() != Grammar::Uri || ctx.driver != Driver::Auto);
    if let Some(given) = given {
        let same = given.value.expose() == port && !ctx.has_variable(given.value.span);
        return same.then(|| {
            (
                format!("Take `,{port}` out, which is given already"),
                alloc::vec![Edit::delete(span)],
            )
        });
    }
    if ctx.grammar().is_url() {
        return Some((
            "Write a colon for the comma".into(),
            alloc::vec![Edit::replace(comma, ":")],
        ));
    }
    let setting = ctx.get(Param::Host).filter(|s| s.key_span.is_some())?;
    let added = append::behind(ctx, setting, Param::Port, port)?;
    Some((
        "Give the port in its own setting".into(),
        alloc::vec![Edit::delete(span), added],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, driver, findings, fixes, silent};

    #[test]
    fn a_port_behind_a_comma_is_found() {
        for fixture in [
            "
Server=shop.postgres.database.azure.com,5432;Database=db;User Id=u
                                        ^^^^ `5432` stands where a second host would
",
            "
postgresql://u:p@db.example,5432/db
                            ^^^^ `5432` stands where a second host would
",
            "
host=db.example,6432 user=u
                ^^^^ `6432` stands where a second host would
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
        carets(
            &RULE,
            &driver(Driver::NodePostgres),
            "
postgresql://u:p@db.example,5432/db
                            ^^^^ `5432` stands where a second host would
",
        );
    }

    #[test]
    fn it_goes_where_the_driver_reads_it() {
        for (text, expected) in [
            (
                "Server=db.example,5432;Database=db;User Id=u",
                "Server=db.example;Port=5432;Database=db;User Id=u",
            ),
            (
                "Server=db.example,5432;Port=5432;Database=db",
                "Server=db.example;Port=5432;Database=db",
            ),
            (
                "postgresql://u:p@db.example,5432/db",
                "postgresql://u:p@db.example:5432/db",
            ),
            (
                "jdbc:postgresql://db.example,5432/db",
                "jdbc:postgresql://db.example:5432/db",
            ),
            (
                "host=db.example,6432 user=u",
                "host=db.example port=6432 user=u",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        let other = "Server=db.example,5432;Port=6432;Database=db";
        assert!(findings(&RULE, &auto(), other)[0].fixes.is_empty());
    }

    #[test]
    fn lists_of_hosts_are_left_alone() {
        for text in [
            "host=a,b user=u",
            "host=a,b port=5432,5433 user=u",
            "postgresql://a:5432,b:5433/db",
            "host=10.0.0.4,10.0.0.5 user=u",
            "host=db1,2 user=u",
            "host=a,b,5432 user=u",
            "host=a,${PORT} user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! HST008: a slash or a path stands behind the host, in a setting that holds the host alone.

use super::names::{Host, hosts, keyword, unless_taken_apart};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule, append};
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST008",
    name: "path-behind-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &["DBN001"],
    docs: docs!("path_behind_host.md"),
    check,
};

const SLASH: &str = "a slash stands behind the host";
const PATH: &str = "a path stands behind the host";

const HELP: &str = "Only a URL has a path there. In this setting all of it is looked up as one name, which does not exist. The database has a setting of its own.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar().is_url() {
        return;
    }
    let alone = ctx.settings().hosts.len() == 1;
    for host in hosts(ctx) {
        let Some((name, path)) = parts(&host) else {
            continue;
        };
        let message = if path.is_empty() { SLASH } else { PATH };
        let span = host.part(name.len(), 1 + path.len());
        let mut finding = Finding::new(span, message).help(HELP);
        finding = unless_taken_apart(ctx, finding);
        if let Some((title, edits)) = repair(ctx, path, Edit::delete(span), alone) {
            finding = finding.fix(title, Applicability::Safe, edits);
        }
        out.push(finding);
    }
}

/// `name/path`: a socket's directory begins with the slash, and a scheme or a user is said by other rules.
fn parts<'a>(host: &Host<'a>) -> Option<(&'a str, &'a str)> {
    let (name, path) = host.raw.split_once('/').filter(|_| host.is_literal())?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !name.ends_with(':')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c));
    (is_name && !path.contains(['@', '?', '='])).then_some((name, path))
}

fn repair(ctx: &Context<'_>, path: &str, cut: Edit, alone: bool) -> Option<(String, Vec<Edit>)> {
    if path.is_empty() {
        return Some(("Take the slash out".into(), alloc::vec![cut]));
    }
    if let Some(given) = ctx.get(Param::Database) {
        let same = given.value.expose() == path && !ctx.has_variable(given.value.span);
        return same.then(|| {
            let title = "Take the path out, which is given as the database already";
            (title.into(), alloc::vec![cut])
        });
    }
    let setting = keyword(ctx).filter(|_| alone)?;
    let added = append::behind(ctx, setting, Param::Database, path)?;
    Some((
        "Give the path as the database".into(),
        alloc::vec![cut, added],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn slashes_and_paths_are_found() {
        for fixture in [
            "
Host=db.example/;Database=app;Username=u
               ^ a slash stands behind the host
",
            "
host=db.example/app user=u
               ^^^^ a path stands behind the host
",
            "
PGHOST=db.example/
                 ^ a slash stands behind the host
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn they_go_where_they_belong() {
        for (text, expected) in [
            (
                "host=db.example/ dbname=app user=u",
                "host=db.example dbname=app user=u",
            ),
            (
                "host=db.example/app user=u",
                "host=db.example dbname=app user=u",
            ),
            (
                "Host=db.example/app;Database=app;Username=u",
                "Host=db.example;Database=app;Username=u",
            ),
            (
                "Host=db.example/app;Username=u",
                "Host=db.example;Database=app;Username=u",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        let other = "host=db.example/app dbname=shop user=u";
        assert!(findings(&RULE, &auto(), other)[0].fixes.is_empty());
    }

    #[test]
    fn sockets_and_urls_are_left_alone() {
        for text in [
            "host=/var/run/postgresql user=u",
            "postgresql://u@db.example/app",
            "postgresql://u@/app?host=/var/run/postgresql",
            "jdbc:postgresql://db.example/app",
            "host=https://db.example/ user=u",
            "host=app@db.example/app user=u",
            "host=$HOST/ user=u",
            "host=~/sock user=u",
            "host=db.example/app?sslmode=require user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

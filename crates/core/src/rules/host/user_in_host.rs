//! HST007: a user name stands in front of the host, in a setting that holds the host alone.

use super::names::{hosts, keyword, unless_taken_apart};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule, append};
use crate::text::Span;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST007",
    name: "user-in-host",
    group: Group::Host,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("user_in_host.md"),
    check,
};

const USER: &str = "a user name stands in front of the host";
/// What stands there may be a password, so it is not quoted.
const LOGIN: &str = "a login stands in front of the host";

const HELP: &str = "Only a URL has room for `user@` there. In this setting all of it is looked up as one name, which does not exist. The user name has a setting of its own.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // A URL is read with its userinfo; what pgJDBC makes of one is for the rules about syntax.
    if ctx.grammar().is_url() {
        return;
    }
    let alone = ctx.settings().hosts.len() == 1;
    for host in hosts(ctx) {
        // `@name` is libpq's and Npgsql's way to name an abstract socket.
        let Some(at) = host.raw.rfind('@').filter(|&at| at > 0) else {
            continue;
        };
        // `scheme://user@host` is said by the rule about schemes.
        let before = host.raw.get(..at).unwrap_or("");
        if before.contains("//") {
            continue;
        }
        let message = if before.contains(':') { LOGIN } else { USER };
        let mut finding = Finding::new(host.part(0, at + 1), message).help(HELP);
        finding = unless_taken_apart(ctx, finding);
        let fix = repair(ctx, before, host.part(0, at + 1));
        if let Some((title, edits)) = fix.filter(|_| alone && host.is_literal()) {
            finding = finding.fix(title, Applicability::Safe, edits);
        }
        out.push(finding);
    }
}

/// Moves the name to its own setting, or takes it out where the same one is given already.
fn repair(ctx: &Context<'_>, name: &str, span: Span) -> Option<(String, Vec<Edit>)> {
    let cut = Edit::delete(span);
    if let Some(given) = ctx.get(Param::User) {
        let same = given.value.expose() == name && !ctx.has_variable(given.value.span);
        return same.then(|| {
            (
                "Take the user name out, which is given already".into(),
                alloc::vec![cut],
            )
        });
    }
    let added = append::behind(ctx, keyword(ctx)?, Param::User, name)?;
    Some((
        "Give the user name in its own setting".into(),
        alloc::vec![cut, added],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, findings, fixes, silent};

    #[test]
    fn a_user_name_is_found() {
        for fixture in [
            "
host=app@db.example dbname=app
     ^^^^ a user name stands in front of the host
",
            "
Host=app@db.example;Database=app;Username=app
     ^^^^ a user name stands in front of the host
",
            "
host=app:Tr0ub4dor@db.example dbname=app
     ^^^^^^^^^^^^^^ a login stands in front of the host
",
        ] {
            carets(&RULE, &auto(), fixture);
        }
    }

    #[test]
    fn it_moves_to_its_own_setting() {
        for (text, expected) in [
            (
                "host=app@db.example dbname=app",
                "host=db.example user=app dbname=app",
            ),
            (
                "Host=app@db.example;Database=app",
                "Host=db.example;Username=app;Database=app",
            ),
            (
                "host=app@db.example user=app dbname=app",
                "host=db.example user=app dbname=app",
            ),
            (
                "psql -h app@db.example -d app",
                "psql -h db.example -U app -d app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
        let other = "host=app@db.example user=admin dbname=app";
        assert!(findings(&RULE, &auto(), other)[0].fixes.is_empty());
    }

    #[test]
    fn what_is_none_is_left_alone() {
        for text in [
            "postgresql://app@db.example/app",
            "postgresql://app@shop:pw@db.example/app",
            "host=@abstract user=u",
            "host=db.example user=app@shop",
            "host=${USER}@db user=u",
            "jdbc:postgresql://app@db.example/app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

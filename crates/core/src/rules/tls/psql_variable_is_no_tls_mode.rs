//! TLS018: `psql --set=sslmode=require`, which sets a variable of psql's own.

use super::modes::{self, Distance};
use crate::detect::SwitchKind;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS018",
    name: "psql-variable-is-no-tls-mode",
    group: Group::Tls,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("psql_variable_is_no_tls_mode.md"),
    check,
};

/// The ways to set one of psql's variables.
const SETS: [&str; 7] = [
    "--set=sslmode=",
    "--set sslmode=",
    "--variable=sslmode=",
    "--variable sslmode=",
    "-v sslmode=",
    "-vsslmode=",
    "-v=sslmode=",
];

const MESSAGE: &str = "this sets a variable of psql, and leaves TLS as it is";
const HELP: &str = "psql takes it without a word, and the connection uses TLS if the server offers it, without a check. `PGSSLMODE=…` before the command sets the mode, or `psql \"host=… sslmode=…\"`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if modes::distance(ctx) == Distance::Here {
        return;
    }
    if ctx.grammar() != Grammar::Command {
        beside(ctx, out);
        return;
    }
    let Some((start, set)) = SETS
        .iter()
        .filter_map(|set| Some((ctx.text.find(set)?, *set)))
        .min()
    else {
        return;
    };
    let from = start + set.len();
    let rest = ctx.text.get(from..).unwrap_or("");
    let len = rest
        .find(|c: char| c.is_whitespace() || "\"'".contains(c))
        .unwrap_or(rest.len());
    let span = Span::new(start, from + len);
    let mode = ctx.raw(Span::new(from, from + len));
    let mut finding = Finding::new(span, MESSAGE).help(HELP);
    if let Some(edits) = moved(ctx, span, mode) {
        let title = format!("Write `PGSSLMODE={mode}` before the command");
        finding = finding.fix(title, Applicability::Unsafe, edits);
    }
    out.push(finding);
}

/// Behind a connection string that psql is given as an argument.
fn beside(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.get(Param::SslMode).is_some() {
        return;
    }
    let variable = ctx
        .surroundings
        .switches
        .iter()
        .find(|s| s.kind == SwitchKind::PsqlVariable);
    if let Some(variable) = variable {
        out.push(Finding::beside(variable.span, MESSAGE).help(HELP));
    }
}

/// The mode taken out and put before the command, in the way of a POSIX shell.
fn moved(ctx: &Context<'_>, span: Span, mode: &str) -> Option<Vec<Edit>> {
    let known = modes::names().any(|name| name == mode);
    let stands_first = ctx.text.starts_with("psql ") && !ctx.surroundings.before.ends_with(' ');
    let before = ctx.text.get(..span.start)?;
    let blanks = before.len() - before.trim_end_matches(' ').len();
    let variable: String = format!("PGSSLMODE={mode} ");
    (known && stands_first && blanks > 0).then(|| {
        alloc::vec![
            Edit::insert(0, variable),
            Edit::delete(Span::new(span.start - blanks, span.end)),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn every_way_to_set_it_is_found() {
        carets(
            &RULE,
            &auto(),
            "
psql --set=sslmode=require -h shop.postgres.database.azure.com -U app -d app
     ^^^^^^^^^^^^^^^^^^^^^ this sets a variable of psql, and leaves TLS as it is
",
        );
        carets(
            &RULE,
            &auto(),
            "
psql -h db.example -U app -v sslmode=verify-full app
                          ^^^^^^^^^^^^^^^^^^^^^^ this sets a variable of psql, and leaves TLS as it is
",
        );
    }

    #[test]
    fn it_is_found_behind_a_string_too() {
        carets(
            &RULE,
            &auto(),
            "
psql \"host=shop.postgres.database.azure.com user=app\" --set=sslmode=require
                                                      ^^^^^^^^^^^^^^ this sets a variable of psql, and leaves TLS as it is
",
        );
    }

    #[test]
    fn the_fix_sets_the_mode() {
        for (text, expected) in [
            (
                "psql --set=sslmode=require -h shop.postgres.database.azure.com -U app",
                "PGSSLMODE=require psql -h shop.postgres.database.azure.com -U app",
            ),
            (
                "psql -h db.example -U app --set=sslmode=require",
                "PGSSLMODE=require psql -h db.example -U app",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_variables_and_this_machine_are_left_alone() {
        for text in [
            "psql -v ON_ERROR_STOP=1 -h db.example -U app",
            "PGSSLMODE=require psql -h db.example -U app",
            "psql --set=sslmode=require -h localhost -U app",
            "psql \"host=db.example sslmode=require\"",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

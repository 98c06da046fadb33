//! PAR005: a keyword that the driver had once and gave up.

use super::strange::{self, Meant};
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR005",
    name: "keyword-removed",
    group: Group::Parameters,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("keyword_removed.md"),
    check,
};

fn message(key: &str, in_version: &str) -> String {
    if in_version.is_empty() {
        format!("`{key}` is gone from Npgsql")
    } else {
        format!("`{key}` is gone since Npgsql {in_version}")
    }
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for strange in strange::all(ctx) {
        let Meant::Removed(removed) = strange.meant else {
            continue;
        };
        let shown = ctx.show(strange.key);
        let instead = removed.instead;
        let usable = !instead.is_empty() && !strange.is_taken(ctx, instead);
        let advice = if usable {
            format!("`{instead}` has taken its place.")
        } else {
            "Take it out: nothing has taken its place.".into()
        };
        let finding = Finding::new(strange.key, message(&shown, removed.in_version))
            .help(format!("{} {advice}", strange.consequence(ctx)));
        let fix = if usable {
            Some((
                format!("Write `{instead}`"),
                Edit::replace(strange.key, instead),
            ))
        } else {
            pairs::remove(ctx, strange.setting).map(|edit| (format!("Take `{shown}` out"), edit))
        };
        out.push(match fix {
            Some((title, edit)) => finding.fix(title, Applicability::Unsafe, alloc::vec![edit]),
            None => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn what_npgsql_gave_up_is_named_with_its_successor() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Database=app;IntegratedSecurity=true;Pooling=true
                             ^^^^^^^^^^^^^^^^^^ `IntegratedSecurity` is gone since Npgsql 8
",
        );
        for (text, expected) in [
            (
                "Host=db.example;Database=app;Integrated Security=true;Pooling=true",
                "Host=db.example;Database=app;Pooling=true",
            ),
            (
                "Host=db.example;Client Certificate=app.pfx",
                "Host=db.example;SSL Certificate=app.pfx",
            ),
            (
                "Host=db.example;Username=app;Use SSL Stream=true;",
                "Host=db.example;Username=app;",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn what_is_still_there_is_left_alone() {
        silent(
            &RULE,
            &auto(),
            "Host=db.example;SSL Certificate=app.pfx;Include Error Detail=true;Multiplexing=true",
        );
    }
}

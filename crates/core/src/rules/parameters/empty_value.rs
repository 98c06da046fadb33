//! PAR013: a keyword of Npgsql's without a value, which counts as not given.

use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::{Grammar, Param, Setting};
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PAR013",
    name: "empty-value",
    group: Group::Parameters,
    severity: Severity::Info,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("empty_value.md"),
    check,
};

fn message(key: &str) -> String {
    format!("`{key}` is empty, which counts as not given")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::AdoNet {
        return;
    }
    for setting in &ctx.settings().all {
        let Some(key) = setting.key_span.filter(|key| !ctx.has_variable(*key)) else {
            continue;
        };
        if !is_empty(setting) {
            continue;
        }
        let shown = ctx.show(key);
        let finding = Finding::new(key, message(&shown)).help(format!(
            "Npgsql takes its default for `{shown}`. Give it a value, or take it out."
        ));
        out.push(match pairs::remove(ctx, setting) {
            Some(edit) => finding.fix(
                format!("Take `{shown}` out, which changes nothing"),
                Applicability::Safe,
                alloc::vec![edit],
            ),
            None => finding,
        });
    }
}

/// Who connects, where to and with what is judged by the rules about that.
fn is_empty(setting: &Setting) -> bool {
    setting.value.span.is_empty()
        && setting.value.quote.is_none()
        && matches!(
            setting.param,
            Param::Known | Param::SslMode | Param::SslRootCert
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn npgsql_takes_the_default() {
        carets(
            &RULE,
            &auto(),
            "
Host=db.example;Timeout=;Username=app
                ^^^^^^^ `Timeout` is empty, which counts as not given
",
        );
        fixes(
            &RULE,
            &auto(),
            "Host=db.example;Timeout=;Username=app",
            "Host=db.example;Username=app",
        );
    }

    #[test]
    fn values_that_are_there_and_other_drivers_are_left_alone() {
        for text in [
            "Host=db.example;Username=app;Password=;",
            "Host=db.example;Username=app;Search Path=\"\"",
            "Host=db.example;Username=app;Timeout=${TIMEOUT}",
            "postgresql://app@db.example/app?application_name=",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

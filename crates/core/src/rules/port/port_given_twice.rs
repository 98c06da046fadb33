//! PRT006: a port behind the host, and another one in its own setting.

use super::places::number;
use crate::diagnostics::{Applicability, Certainty, Severity};
use crate::model::Param;
use crate::rules::{Context, Finding, Group, Rule, pairs};
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT006",
    name: "port-given-twice",
    group: Group::Port,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("port_given_twice.md"),
    check,
};

const MESSAGE: &str = "the port behind the host counts, not this one";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // Lists pair hosts with ports, and what is given twice under one name is for another rule.
    let [only] = ctx.settings().hosts.as_slice() else {
        return;
    };
    let (Some(host), Some(other)) = (
        ctx.get(Param::Host).filter(|s| s.key_span.is_some()),
        ctx.get(Param::Port).filter(|s| s.key_span.is_some()),
    ) else {
        return;
    };
    let Some((counts, wins)) = only
        .port
        .as_ref()
        .and_then(|port| Some((number(port)?, port.span)))
        .filter(|(_, span)| host.value.span.contains(*span))
    else {
        return;
    };
    let span = other.value.span;
    let differs = other
        .value
        .expose()
        .trim()
        .parse::<i64>()
        .is_ok_and(|port| port != counts);
    let known = [span, wins]
        .iter()
        .all(|s| !ctx.redactor.hides(*s) && !ctx.has_variable(*s));
    if !(differs && known) {
        return;
    }
    let mut finding = Finding::new(span, MESSAGE)
        .help(format!(
            "{} takes the port behind the host, {counts}, and passes this one over.",
            ctx.driver.label()
        ))
        .related(wins, "this one counts");
    if let Some(edit) = pairs::remove(ctx, other) {
        finding = finding.fix(
            "Take the one without effect out",
            Applicability::Safe,
            alloc::vec![edit],
        );
    }
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn the_port_behind_the_host_counts() {
        carets(
            &RULE,
            &auto(),
            "
Host=h:5433;Port=5432;Database=app
                 ^^^^ the port behind the host counts, not this one
",
        );
        fixes(
            &RULE,
            &auto(),
            "Host=h:5433;Port=5432;Database=app",
            "Host=h:5433;Database=app",
        );
    }

    #[test]
    fn one_port_and_other_dialects_are_left_alone() {
        for text in [
            "Host=h:5433;Database=app",
            "Host=h:5433;Port=5433;Database=app",
            "Host=h:5433;Port=${PORT};Database=app",
            "Host=a:5433,b;Port=5432;Database=app",
            "postgresql://u:p@h:5432/app?port=6432",
            "host=h:5433 port=5432 user=u",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

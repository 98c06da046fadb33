//! PRT006: two different ports in one string.

use super::places::number;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Origin, Param, Setting};
use crate::placeholder;
use crate::rules::{Context, Finding, Group, Rule, pairs};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "PRT006",
    name: "port-given-twice",
    group: Group::Port,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: include_str!("port_given_twice.md"),
    check,
};

const MESSAGE: &str = "another port in this string counts";

fn help(ctx: &Context<'_>, counts: i64) -> String {
    let others = if ctx.grammar().is_url() {
        "Of a port in the address and one in the query, libpq, pgx and node-postgres take the latter, asyncpg the former."
    } else {
        "Most drivers take the last one; Npgsql takes the one behind the host."
    };
    format!("{} connects to port {counts}. {others}", ctx.driver.label())
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    // Lists pair hosts with ports.
    let [only] = ctx.settings().hosts.as_slice() else {
        return;
    };
    let Some((counts, wins)) = only
        .port
        .as_ref()
        .and_then(|port| Some((number(port)?, port.span)))
        .filter(|(_, span)| !ctx.redactor.hides(*span) && !ctx.is_misread())
    else {
        return;
    };
    // Some readers have no port in the query: to them it is a keyword like any other.
    let all = ctx.settings().all.iter();
    for other in all.filter(|s| s.param == Param::Port || s.key == "port") {
        let span = other.value.span;
        let differs = other
            .value
            .expose()
            .trim()
            .parse::<i64>()
            .is_ok_and(|port| port != counts);
        if span == wins
            || !differs
            || ctx.redactor.hides(span)
            || ctx.has_variable(span)
            || ctx.has_variable(wins)
            || !placeholder::find(ctx.raw(span)).is_empty()
        {
            continue;
        }
        let mut finding = Finding::new(span, MESSAGE)
            .help(help(ctx, counts))
            .related(wins, "this one counts");
        if let Some(edit) = removal(ctx, other) {
            finding = finding.fix(
                "Take the other one out",
                Applicability::Safe,
                alloc::vec![edit],
            );
        }
        out.push(finding);
    }
}

fn removal(ctx: &Context<'_>, setting: &Setting) -> Option<Edit> {
    if setting.origin != Origin::Authority {
        return pairs::remove(ctx, setting);
    }
    let port = setting.value.span;
    let with_colon = Span::new(port.start.checked_sub(1)?, port.end);
    ctx.raw(with_colon)
        .starts_with(':')
        .then(|| Edit::delete(with_colon))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Driver;
    use crate::rules::testing::{auto, carets, driver, fixes, silent};

    #[test]
    fn the_port_that_does_not_count_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@h:5432/app?port=6432&sslmode=require
                   ^^^^ another port in this string counts
",
        );
        carets(
            &RULE,
            &driver(Driver::Asyncpg),
            "
postgresql://u:p@h:5432/app?port=6432
                                 ^^^^ another port in this string counts
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=h:5433;Port=5432;Database=app
                 ^^^^ another port in this string counts
",
        );
    }

    #[test]
    fn the_fix_takes_it_out() {
        for (text, expected) in [
            (
                "postgresql://u:p@h:5432/app?port=6432&sslmode=require",
                "postgresql://u:p@h/app?port=6432&sslmode=require",
            ),
            (
                "Host=h:5433;Port=5432;Database=app",
                "Host=h:5433;Database=app",
            ),
            (
                "host=h port=5432 user=u port=6432",
                "host=h user=u port=6432",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn one_port_and_lists_are_left_alone() {
        for text in [
            "postgresql://u:p@h:5432/app",
            "postgresql://u:p@h:5432/app?port=5432",
            "postgresql://a:5432,b:5433/app",
            "host=a,b port=5432,5433 user=u",
            "postgresql://u:p@h:5432/app?port=${PORT}",
            "Host=h:5433;Database=app",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! SYN033: a `!` in the double quotes of a shell, which an interactive one replaces by an earlier command.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::{Escapes, Notation};
use crate::model::Grammar;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::{Span, rest};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN033",
    name: "history-expansion",
    group: Group::Syntax,
    severity: Severity::Warning,
    certainty: Certainty::Depends,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("history_expansion.md"),
    check,
};

const MESSAGE: &str = "an interactive shell takes this `!` for an earlier command";

const HELP: &str = "Typed into bash or zsh, it ends in `event not found`, or in a piece of an earlier command. In double quotes a backslash does not help, because it stays. Put the value in single quotes, or write `%21` in a URL. A script is not affected.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.excerpt.notation != Notation::Shell {
        return;
    }
    let all = Span::new(0, ctx.text.len());
    let places: Vec<Span> = ctx
        .excerpt
        .raw_in(
            all,
            |c| c == '!',
            |escapes| matches!(escapes, Escapes::ShellDouble | Escapes::ShellBare),
        )
        .into_iter()
        .filter(|place| {
            let next = rest(ctx.text, place.end).chars().next();
            next.is_some_and(|c| !c.is_whitespace() && !"=(\"".contains(c))
                && !ctx.has_variable(*place)
        })
        .collect();
    let Some(&first) = places.first() else {
        return;
    };
    let finding = Finding::new(first, MESSAGE)
        .help(HELP)
        .severity(Severity::Info);
    out.push(if matches!(ctx.grammar(), Grammar::Uri | Grammar::Jdbc) {
        let edits: Vec<Edit> = places.iter().map(|p| Edit::replace(*p, "%21")).collect();
        finding.fix("Encode it as `%21`", Applicability::Safe, edits)
    } else {
        finding
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, findings, fixes, silent};

    #[test]
    fn it_is_a_question_and_encoded_in_a_url() {
        let text = "export DATABASE_URL=\"postgresql://app:pw!x@db.example/app\"";
        assert_eq!(findings(&RULE, &auto(), text)[0].severity, Severity::Info);
        fixes(
            &RULE,
            &auto(),
            text,
            "export DATABASE_URL=\"postgresql://app:pw%21x@db.example/app\"",
        );
        let pairs = "psql \"host=db.example user=app password=a!b dbname=app\"";
        assert!(findings(&RULE, &auto(), pairs)[0].fixes.is_empty());
    }

    #[test]
    fn other_places_are_left_alone() {
        for text in [
            "export DATABASE_URL='postgresql://app:pw!x@db.example/app'",
            "DATABASE_URL=\"postgresql://app:pw!x@db.example/app\"",
            "psql \"host=db.example user=app password='a! b' dbname=app\"",
            "url = \"postgresql://app:pw!x@db.example/app\"",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

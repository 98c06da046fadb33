//! AZR009: semicolons between the pairs of a keyword/value string, where they belong to the values.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR009",
    name: "semicolon-in-pairs",
    group: Group::Azure,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Unsafe),
    supersedes: &["HST002"],
    docs: docs!("semicolon_in_pairs.md"),
    check,
};

const MESSAGE: &str = "the semicolon belongs to the value here";

const HELP: &str = "In a keyword/value string only blanks separate. The driver makes the semicolon a part of the host or the name before it. The Ruby string of Azure's portal and PowerShell has one behind the host.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::KeyValue {
        return;
    }
    let semicolons: Vec<Span> = ctx
        .settings()
        .all
        .iter()
        .filter(|s| s.value.quote.is_none() && !s.param.is_secret())
        // A port with something stuck to it has a rule of its own.
        .filter(|s| s.param != Param::Port)
        .map(|s| s.value.span)
        // What fills the string's end may be the end of a statement round it.
        .filter(|value| value.end < ctx.text.len() && ctx.raw(*value).ends_with(';'))
        .filter(|value| !ctx.redactor.hides(*value) && value.len() > 1)
        .map(|value| Span::new(value.end - 1, value.end))
        .collect();
    let Some(&first) = semicolons.first() else {
        return;
    };
    let mut finding = Finding::new(first, MESSAGE).help(HELP);
    for &other in semicolons.iter().skip(1) {
        finding = finding.related(other, "here too");
    }
    let edits: Vec<Edit> = semicolons.into_iter().map(Edit::delete).collect();
    out.push(finding.fix("Take the semicolons out", Applicability::Unsafe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::lint;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn semicolons_behind_values_are_found() {
        carets(
            &RULE,
            &auto(),
            "
host=shop.postgres.database.azure.com; dbname=db user=app
                                     ^ the semicolon belongs to the value here
",
        );
        fixes(
            &RULE,
            &auto(),
            "host=db.example; dbname=db; user=app",
            "host=db.example dbname=db user=app",
        );
        let analysis = lint(
            "host=shop.postgres.database.azure.com; dbname=db user=app sslmode=require",
            &auto(),
        );
        let codes: Vec<&str> = analysis
            .diagnostics()
            .map(crate::diagnostics::Diagnostic::code)
            .collect();
        assert_eq!(codes, ["AZR009"]);
    }

    #[test]
    fn other_dialects_and_semicolons_inside_are_left_alone() {
        for text in [
            "host=db.example port=5432 dbname=db user=app",
            "Host=db.example; Port=5432; Database=db; Username=app",
            "host=db.example password=a; dbname=db",
            "host=db.example application_name='a;' dbname=db",
            "pgsql:host=db.example;port=5432;dbname=db",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

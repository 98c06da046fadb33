//! AZR008: several properties on one line, so that the first one takes in the rest.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Dialect, Grammar};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "AZR008",
    name: "properties-on-one-line",
    group: Group::Azure,
    severity: Severity::Error,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &["SYN027"],
    docs: docs!("properties_on_one_line.md"),
    check,
};

const MESSAGE: &str = "the properties behind this blank become part of the URL";

const HELP: &str = "In a properties file a value goes on to the end of its line: the database gets all that follows for its name, and user name and password are not set. The Azure CLI writes its Spring string so. Put each property on a line of its own.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Jdbc && ctx.parse.dialect != Dialect::SpringProperties {
        return;
    }
    let gaps = gaps(ctx.text);
    let Some(&first) = gaps.first() else {
        return;
    };
    let edits: Vec<Edit> = gaps.iter().map(|gap| Edit::replace(*gap, "\n")).collect();
    out.push(Finding::new(first, MESSAGE).help(HELP).fix(
        "Put each property on a line of its own",
        Applicability::Unsafe,
        edits,
    ));
}

/// Blanks on one line with a dotted name and `=` behind them.
fn gaps(text: &str) -> Vec<Span> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices('=') {
        let before = text.get(..at).unwrap_or("");
        let name_at = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)))
            .map_or(0, |p| p + 1);
        let name = before.get(name_at..).unwrap_or("");
        let head = before.get(..name_at).unwrap_or("");
        let start = head.trim_end_matches([' ', '\t']).len();
        let dotted = name.matches('.').count() >= 1
            && name
                .split('.')
                .all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()));
        if start < name_at
            && start > 0
            && dotted
            && !head.get(..start).unwrap_or("").ends_with('\n')
        {
            out.push(Span::new(start, name_at));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    const TEXT: &str = "spring.datasource.url=jdbc:postgresql://shop.postgres.database.azure.com:5432/db  spring.datasource.username=app  spring.datasource.password=Tr0ub4dor";

    #[test]
    fn the_blanks_between_properties_are_found() {
        carets(
            &RULE,
            &auto(),
            &alloc::format!(
                "
{TEXT}
                                                                                ^^ the properties behind this blank become part of the URL
"
            ),
        );
        fixes(
            &RULE,
            &auto(),
            TEXT,
            "spring.datasource.url=jdbc:postgresql://shop.postgres.database.azure.com:5432/db\nspring.datasource.username=app\nspring.datasource.password=Tr0ub4dor",
        );
    }

    #[test]
    fn lines_and_other_blanks_are_left_alone() {
        for text in [
            "spring.datasource.url=jdbc:postgresql://db.example:5432/db\nspring.datasource.username=app",
            "jdbc:postgresql://db.example/db?options=-c work_mem=1MB",
            "jdbc:postgresql://db.example/my db?user=app",
            "jdbc:postgresql://db.example/db?sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

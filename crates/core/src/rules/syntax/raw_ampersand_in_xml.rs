//! SYN041: a raw `&` in XML.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::layer::Escapes;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN041",
    name: "raw-ampersand-in-xml",
    group: Group::Syntax,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("raw_ampersand_in_xml.md"),
    check,
};

const MESSAGE: &str = "in XML this `&` begins an entity";

const HELP: &str = "A reader of XML wants a name and a `;` behind it, and refuses the whole file. Write `&amp;`; the driver gets a single `&`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    let all = Span::new(0, ctx.text.len());
    let places = ctx
        .excerpt
        .raw_in(all, |c| c == '&', |escapes| escapes == Escapes::Xml);
    let Some(&first) = places.first() else {
        return;
    };
    let mut finding = Finding::new(first, MESSAGE).help(HELP);
    for place in places.iter().skip(1) {
        finding = finding.related(*place, MESSAGE);
    }
    let edits: Vec<Edit> = places.iter().map(|p| Edit::replace(*p, "&")).collect();
    out.push(finding.fix("Write `&amp;`", Applicability::Safe, edits));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, fixes, silent};

    #[test]
    fn every_raw_ampersand_is_written_out() {
        for (text, expected) in [
            (
                "<url>jdbc:postgresql://db.example/app?user=app&amp;password=pw&sslmode=require</url>",
                "<url>jdbc:postgresql://db.example/app?user=app&amp;password=pw&amp;sslmode=require</url>",
            ),
            (
                "<add name=\"a\" connectionString=\"Host=db.example;Username=app;Password=a&b&c\" />",
                "<add name=\"a\" connectionString=\"Host=db.example;Username=app;Password=a&amp;b&amp;c\" />",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn entities_and_other_layers_are_left_alone() {
        for text in [
            "<url>jdbc:postgresql://db.example/app?user=app&amp;password=pw&#38;sslmode=require</url>",
            "<url><![CDATA[jdbc:postgresql://db.example/app?user=app&password=pw]]></url>",
            "url=jdbc:postgresql://db.example/app?user=app&password=pw",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

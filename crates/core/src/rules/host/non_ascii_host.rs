//! HST026: letters in the host that DNS does not have.

use super::names::hosts;
use crate::diagnostics::{Certainty, Severity};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "HST026",
    name: "non-ascii-host",
    group: Group::Host,
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("non_ascii_host.md"),
    check,
};

fn message(shown: &str) -> String {
    format!("`{shown}` is looked up differently by different drivers")
}

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    for host in hosts(ctx) {
        // A socket's directory may have any letters.
        if host.raw.is_ascii() || host.raw.starts_with(['/', '@']) {
            continue;
        }
        let letter = |c: char| !c.is_ascii() && c.is_alphabetic();
        let Some(from) = host.raw.find(letter) else {
            continue;
        };
        let to = host.raw.rfind(letter).map_or(from, |at| {
            at + host
                .raw
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8)
        });
        let start = host.piece.span.start;
        let span = Span::new(start + from, start + to);
        out.push(Finding::new(span, message(ctx.raw(span))).help(
            "DNS has letters without accents, digits and hyphens. Other letters are written in a form that begins with `xn--`. Python translates by itself; libpq, pgJDBC and Go take the letters as they are, and the name is not found. A letter of another alphabet can also look like one of ours. Write the name in its `xn--` form.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, silent};

    #[test]
    fn letters_that_dns_does_not_have_are_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://u:p@bücher.example/app
                  ^ `ü` is looked up differently by different drivers
",
        );
        carets(
            &RULE,
            &auto(),
            "
Host=shöp-größe.example;Database=app
       ^^^^^^^ `öp-größ` is looked up differently by different drivers
",
        );
    }

    #[test]
    fn plain_names_and_sockets_are_left_alone() {
        for text in [
            "host=xn--bcher-kva.example user=u",
            "host=/tmp/bücher user=bücher dbname=bücher",
            "postgresql://bücher:p@h/bücher",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

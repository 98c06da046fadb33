//! SYN008: a percent sequence that was encoded once more.

use super::encoded::sequences;
use super::together::together;
use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Origin, Param, Setting};
use crate::parse::percent::decode_lenient;
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN008",
    name: "double-encoded",
    group: Group::Syntax,
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    fix: Some(Applicability::Unsafe),
    supersedes: &[],
    docs: docs!("double_encoded.md"),
    check,
};

fn message(param: Param) -> String {
    format!("the {} looks percent-encoded twice", param.noun())
}

const HELP: &str = "Drivers decode once, so that `%2540` becomes `%40` and not `@`, and the server answers that authentication failed or that the database does not exist. Encode once: either the code does it, or the string has it already. If the value really holds a percent sequence, leave it.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if !ctx.grammar().is_url() || !ctx.text.contains("%25") {
        return;
    }
    let settings = ctx.settings().all.iter();
    out.extend(together(settings.filter_map(|s| finding(ctx, s)).collect()));
}

fn finding(ctx: &Context<'_>, setting: &Setting) -> Option<Finding> {
    let value = setting.value.span;
    let judged = match setting.param {
        Param::User | Param::Password | Param::OtherSecret => true,
        // A `%` in a pattern or a path is rare, and twice encoded `options` are nobody's.
        Param::Database => setting.origin == Origin::Authority,
        _ => false,
    };
    let raw = ctx.raw(value);
    if !judged || ctx.has_variable(value) || sequences(&decode_lenient(raw)).is_empty() {
        return None;
    }
    let twice: Vec<Span> = raw
        .match_indices("%25")
        .filter(|(at, _)| {
            raw.get(at + 3..at + 5)
                .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
        })
        .map(|(at, _)| Span::new(value.start + at, value.start + at + 3))
        .collect();
    let first = *twice.first()?;
    let mut finding = Finding::new(
        Span::new(first.start, first.end + 2),
        message(setting.param),
    )
    .help(HELP);
    for other in twice.iter().skip(1) {
        finding = finding.related(*other, "here too");
    }
    let edits: Vec<Edit> = twice.iter().map(|span| Edit::replace(*span, "%")).collect();
    Some(finding.fix("Decode it once", Applicability::Unsafe, edits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn what_was_encoded_twice_is_found() {
        carets(
            &RULE,
            &auto(),
            "
postgresql://app:p%2540w%2523@db.example/app
                  ^^^^^ the password looks percent-encoded twice
",
        );
        for (text, expected) in [
            (
                "postgresql://app:p%2540w%2523@db.example/app",
                "postgresql://app:p%40w%23@db.example/app",
            ),
            (
                "postgresql://app%2540shop:pw@db.example/app",
                "postgresql://app%40shop:pw@db.example/app",
            ),
            (
                "jdbc:postgresql://db.example/app?user=app&password=p%2526w",
                "jdbc:postgresql://db.example/app?user=app&password=p%26w",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn a_percent_sign_of_its_own_is_left_alone() {
        for text in [
            "postgresql://app:100%25@db.example/app",
            "postgresql://app:p%25zz@db.example/app",
            "postgresql://app:p%2541w@db.example/app",
            "postgresql://app:p%40w@[fe80::1%25eth0]/app",
            "host=db.example password=p%2540w",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

//! TLS024: a TLS mode in psqlODBC's `pqopt`, which refuses it.

use crate::diagnostics::{Applicability, Certainty, Edit, Severity};
use crate::model::{Grammar, Param, Setting};
use crate::rules::{Context, Finding, Group, Rule};
use crate::text::Span;
use alloc::format;
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TLS024",
    name: "mode-in-pqopt",
    group: Group::Tls,
    severity: Severity::Error,
    certainty: Certainty::Certain,
    fix: Some(Applicability::Safe),
    supersedes: &[],
    docs: docs!("mode_in_pqopt.md"),
    check,
};

const MESSAGE: &str = "psqlODBC takes no TLS mode in `pqopt`";
const HELP: &str = "It always hands a mode of its own to libpq, `disable` if none is given, and answers `sslmode parameter in pqopt option conflicts with other ordinary option`. Write the mode beside `pqopt`.";

fn check(ctx: &Context<'_>, out: &mut Vec<Finding>) {
    if ctx.grammar() != Grammar::Odbc {
        return;
    }
    let all = &ctx.settings().all;
    let Some(outer) = all.iter().find(|s| s.key.eq_ignore_ascii_case("pqopt")) else {
        return;
    };
    let Some(mode) = all.iter().find(|s| {
        s.param == Param::SslMode
            && outer.value.span.contains(s.span())
            && !ctx.has_variable(s.span())
    }) else {
        return;
    };
    let mut finding = Finding::new(mode.span(), MESSAGE).help(HELP);
    let beside = all
        .iter()
        .any(|s| s.param == Param::SslMode && !outer.value.span.contains(s.span()));
    if !beside && let Some(edits) = moved(ctx, outer, mode) {
        finding = finding.fix("Write it beside `pqopt`", Applicability::Safe, edits);
    }
    out.push(finding);
}

/// The mode put before `pqopt`, which goes where nothing else is in it.
fn moved(ctx: &Context<'_>, outer: &Setting, mode: &Setting) -> Option<Vec<Edit>> {
    let key = outer.key_span?;
    let value = ctx.raw(mode.value.span);
    let pair = format!("sslmode={value}");
    let simple = value.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let inside = outer.value.span;
    if value.is_empty() || !simple || ctx.raw(mode.span()) != pair {
        return None;
    }
    if ctx.raw(inside).trim() == pair {
        let end = inside.end + usize::from(outer.value.quote.is_some());
        return Some(alloc::vec![Edit::replace(Span::new(key.start, end), pair)]);
    }
    // With the blanks beside it.
    let mut span = mode.span();
    let before = ctx.raw(Span::new(inside.start, span.start));
    let after = ctx.raw(Span::new(span.end, inside.end));
    match before.len() - before.trim_end().len() {
        0 => span.end += after.len() - after.trim_start().len(),
        blanks => span.start -= blanks,
    }
    Some(alloc::vec![
        Edit::insert(key.start, pair + ";"),
        Edit::delete(span),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{auto, carets, fixes, silent};

    #[test]
    fn a_mode_inside_is_found() {
        carets(
            &RULE,
            &auto(),
            "
Driver={PostgreSQL Unicode};Server=db.example;Uid=u;Pwd=p;pqopt={sslmode=require}
                                                                 ^^^^^^^^^^^^^^^ psqlODBC takes no TLS mode in `pqopt`
",
        );
    }

    #[test]
    fn the_fix_writes_it_beside() {
        for (text, expected) in [
            (
                "Driver={PostgreSQL Unicode};Server=db.example;pqopt={sslmode=require};Uid=u",
                "Driver={PostgreSQL Unicode};Server=db.example;sslmode=require;Uid=u",
            ),
            (
                "Driver={PostgreSQL Unicode};Server=db.example;pqopt={sslrootcert=a.pem sslmode=verify-ca}",
                "Driver={PostgreSQL Unicode};Server=db.example;sslmode=verify-ca;pqopt={sslrootcert=a.pem}",
            ),
            (
                "Driver={PostgreSQL Unicode};Server=db.example;pqopt={sslmode=verify-ca sslrootcert=a.pem}",
                "Driver={PostgreSQL Unicode};Server=db.example;sslmode=verify-ca;pqopt={sslrootcert=a.pem}",
            ),
        ] {
            fixes(&RULE, &auto(), text, expected);
        }
    }

    #[test]
    fn other_options_are_left_alone() {
        for text in [
            "Driver={PostgreSQL Unicode};Server=db.example;sslmode=verify-ca;pqopt={sslrootcert=a.pem}",
            "Driver={PostgreSQL Unicode};Server=db.example;sslmode=require",
        ] {
            silent(&RULE, &auto(), text);
        }
    }
}

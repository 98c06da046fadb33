//! A cause is told once: where several rules see the same fault, the most specific speaks.

use super::Group;
use crate::diagnostics::{Diagnostic, Severity};
use crate::order::Order as _;
use crate::text::Span;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Stands in a rule's [`supersedes`](super::Rule::supersedes) for every other rule: where the characters themselves are damaged,
/// nothing that follows from them is worth a word, unless it is worse.
pub(super) const EVERY_OTHER: &str = "*";

/// Drops what a more specific finding on the same characters [supersedes](super::Rule::supersedes).
///
/// Places that belong to the finding count as well. An empty span stands between two characters and meets what begins or
/// ends there. Time is n log n in the findings.
///
/// Rules that name each other's codes come first: one that is silenced by name silences nobody itself.
pub(crate) fn keep_most_specific(diagnostics: &mut Vec<Diagnostic>) {
    let mut taken: BTreeMap<&'static str, Vec<Span>> = BTreeMap::new();
    for diagnostic in &*diagnostics {
        for code in diagnostic.rule.supersedes {
            if *code != EVERY_OTHER {
                let spans = taken.entry(code).or_default();
                spans.extend(places(diagnostic));
            }
        }
    }
    for spans in taken.values_mut() {
        *spans = merged(core::mem::take(spans));
    }
    diagnostics.retain(|d| {
        let told = taken.get(d.rule.code);
        told.is_none_or(|spans| !meets_any(spans, d.span))
    });
    let damages = |d: &Diagnostic| d.rule.supersedes.contains(&EVERY_OTHER);
    let damage = diagnostics.iter().filter(|d| damages(d));
    let Some(worst) = damage.clone().map(|d| d.severity).min() else {
        return;
    };
    let damaged = merged(damage.flat_map(places).collect());
    diagnostics.retain(|d| damages(d) || d.severity < worst || !meets_any(&damaged, d.span));
}

/// Where a finding and what belongs to it stand.
fn places(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    let related = diagnostic.related.iter().map(|r| r.span);
    related.chain([diagnostic.span])
}

/// Drops advice on how to bear faults where the string has some of its own: those come first.
pub(crate) fn keep_advice_for_sound_strings(diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.iter().any(|d| d.severity != Severity::Info) {
        diagnostics.retain(|d| d.severity != Severity::Info || d.rule.group != Group::Resilience);
    }
}

/// The same characters in spans that are in order and do not overlap.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.order_by_key(|s| (s.start, s.end));
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

fn meets_any(spans: &[Span], span: Span) -> bool {
    let first = spans.partition_point(|s| s.end < span.start);
    spans
        .iter()
        .skip(first)
        .take_while(|s| s.start <= span.end)
        .any(|s| s.overlaps(span) || ((s.is_empty() || span.is_empty()) && s.start <= span.end))
}

#[cfg(test)]
mod tests {
    use super::super::{RULES, Rule};
    use super::*;

    #[test]
    fn what_a_rule_supersedes_exists_and_is_another_rule() {
        for rule in RULES {
            for code in rule.supersedes {
                assert!(
                    Rule::find(code).is_some() || *code == EVERY_OTHER,
                    "{} supersedes {code}",
                    rule.code
                );
                assert_ne!(*code, rule.code);
            }
        }
    }

    #[test]
    fn spans_meet_where_they_share_a_character_or_stand_at_one() {
        let spans = merged(
            [(8, 9), (0, 3), (2, 4), (6, 6)]
                .map(|(a, b)| Span::new(a, b))
                .into(),
        );
        assert_eq!(spans.len(), 3);
        for (start, end, meets) in [
            (0, 1, true),
            (3, 5, true),
            (4, 6, true),
            (4, 5, false),
            (4, 4, true),
            (7, 7, false),
            (9, 12, false),
            (9, 9, true),
            (5, 20, true),
        ] {
            assert_eq!(
                meets_any(&spans, Span::new(start, end)),
                meets,
                "{start}..{end}"
            );
        }
    }
}

//! Makes one finding of several of a kind, so that one fix mends all of them.

use crate::diagnostics::{Applicability, Edit};
use crate::rules::Finding;
use alloc::vec::Vec;

/// The first of `findings`, with the others as related places, as bad as the worst of them; its fix is all of theirs.
pub(super) fn together(findings: Vec<Finding>) -> Option<Finding> {
    let mut rest = findings.into_iter();
    let mut first = rest.next()?;
    // Without a fix of one there is none for all.
    let mut fixable = true;
    let mut edits: Vec<Edit> = Vec::new();
    let mut level = Applicability::Safe;
    let mut take = |fixes: Vec<crate::diagnostics::Fix>| match fixes.into_iter().next() {
        Some(fix) => {
            edits.extend(fix.edits);
            level = level.max(fix.applicability);
        }
        None => fixable = false,
    };
    let title = first.fixes.first().map(|fix| fix.title.clone());
    take(core::mem::take(&mut first.fixes));
    for other in rest {
        first = first.related(other.span, other.message);
        first.related.extend(other.related);
        first.severity = first.severity.min(other.severity);
        take(other.fixes);
    }
    Some(match title.filter(|_| fixable) {
        Some(title) => first.fix(title, level, edits),
        None => first,
    })
}

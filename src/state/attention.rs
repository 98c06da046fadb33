//! Which finding has the person's attention: the one at hand, where the caret is, and the one that is pointed at with
//! the mouse or by the focus. Text and list show both, so that each leads to the other.

use super::findings::Findings;
use connlint_core::Span;
use std::rc::Rc;
use yew::Reducible;

/// Where the person's attention is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attention {
    /// The selection, or where the caret is, in bytes.
    pub caret: Span,
    picked: Option<(Findings, usize)>,
    pointed: Option<(Findings, usize)>,
}

/// What can happen to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The selection or the caret is here now.
    Caret(Span),
    /// A finding was chosen, with a key or a button.
    Pick(Findings, usize),
    /// The mouse or the focus is on a finding, in the text or in the list.
    Point(Findings, usize),
    /// It has left it.
    Leave,
}

impl Attention {
    /// The finding at hand: the one that was picked as long as the caret stays in it, else the one under the caret.
    #[must_use]
    pub fn current(&self, findings: &Findings) -> Option<usize> {
        let inside = |span: Span| span.start <= self.caret.start && self.caret.end <= span.end;
        of(&self.picked, findings)
            .filter(|&index| {
                let span = findings.get(index).and_then(|finding| finding.span);
                span.is_some_and(inside)
            })
            .or_else(|| findings.at(self.caret))
    }

    /// The finding that is pointed at.
    #[must_use]
    pub fn pointed(&self, findings: &Findings) -> Option<usize> {
        of(&self.pointed, findings)
    }
}

/// The index, as long as it is one of these findings and not of an earlier text's.
fn of(chosen: &Option<(Findings, usize)>, findings: &Findings) -> Option<usize> {
    let (list, index) = chosen.as_ref()?;
    (list == findings && *index < findings.len()).then_some(*index)
}

impl Reducible for Attention {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Caret(caret) => next.caret = caret,
            Action::Pick(findings, index) => next.picked = Some((findings, index)),
            Action::Point(findings, index) => next.pointed = Some((findings, index)),
            Action::Leave => next.pointed = None,
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::document::Checked;
    use crate::state::vantage::Points;
    use connlint_core::Options;

    const TEXT: &str = "postgresql://app@shop:pw@shop.postgres.database.azure.com/db";

    fn findings(text: &str) -> Findings {
        Findings::collect(&Checked::new(text, Options::default()), &Points::default())
    }

    fn after(actions: impl IntoIterator<Item = Action>) -> Rc<Attention> {
        let start = Rc::new(Attention::default());
        actions.into_iter().fold(start, Attention::reduce)
    }

    #[test]
    fn the_finding_at_hand_is_the_picked_one_while_the_caret_stays_in_it() {
        let findings = findings(TEXT);
        let places = || findings.iter().map(|f| f.span.unwrap()).enumerate();
        // Two that overlap: the caret alone means the narrower one.
        let (wide, outer) = places().max_by_key(|(_, span)| span.len()).unwrap();
        let inner = findings.at(Span::empty(outer.start + 1)).unwrap();
        let caret = findings[inner].span.unwrap();
        let attention = after([Action::Caret(caret)]);
        assert_eq!(attention.current(&findings), findings.at(caret));
        let attention = attention.reduce(Action::Caret(outer));
        let attention = attention.reduce(Action::Pick(findings.clone(), wide));
        assert_eq!(attention.current(&findings), Some(wide));
        let outside = Span::empty(0);
        let attention = attention.reduce(Action::Caret(outside));
        assert_eq!(attention.current(&findings), findings.at(outside));
    }

    #[test]
    fn what_was_pointed_at_in_another_text_is_forgotten() {
        let (before, now) = (findings(TEXT), findings(TEXT));
        let attention = after([Action::Point(before.clone(), 0)]);
        assert_eq!(attention.pointed(&before), Some(0));
        assert_eq!(attention.pointed(&now), None);
        assert_eq!(attention.reduce(Action::Leave).pointed(&before), None);
    }

    #[test]
    fn what_changes_nothing_gives_the_same_attention() {
        let before = after([Action::Point(findings(TEXT), 0)]);
        let (list, index) = before.pointed.clone().unwrap();
        for action in [Action::Caret(Span::default()), Action::Point(list, index)] {
            let after = Rc::clone(&before).reduce(action);
            assert!(Rc::ptr_eq(&before, &after));
        }
        let none = after([]);
        assert!(Rc::ptr_eq(&none, &Rc::clone(&none).reduce(Action::Leave)));
    }
}

//! What the list shows of each finding, in words. Made once for a text, and kept where it would look the same, so that a
//! keystroke draws only the findings that it changes.

use super::diff::{Line, Preview};
use super::document::Checked;
use super::findings::{Finding, Findings};
use super::words;
use connlint_core::triage::Advice;
use connlint_core::{Applicability, Certainty, LineIndex, Severity, Span};
use std::collections::HashMap;
use std::rc::Rc;
use yew::AttrValue;

/// How many findings the list shows by itself.
pub const MOST: usize = 50;

/// A finding as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The finding's number.
    pub id: u32,
    /// Its code.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// What is wrong.
    pub title: AttrValue,
    /// Why it matters and what to do, paragraph by paragraph.
    pub help: Vec<AttrValue>,
    /// Where it is in the text, if it has a place there.
    pub place: Option<AttrValue>,
    /// Other places that belong to it: where, and what is there.
    pub related: Vec<(AttrValue, AttrValue)>,
    /// For a failure: what in the text leads to it.
    pub explained: Option<AttrValue>,
    /// The ways to fix it, best first.
    pub ways: Vec<Way>,
    /// The code of the rule, for a finding in the text.
    pub rule: Option<&'static str>,
    /// The steps, for a failure that the probe saw.
    pub advice: Option<Advice>,
}

/// A way to fix a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What it does.
    pub title: AttrValue,
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// What it changes.
    pub lines: Vec<Line>,
}

/// The cards of the first findings.
#[derive(Clone, Debug, Default)]
pub struct Cards(Vec<Rc<Card>>);

impl std::ops::Deref for Cards {
    type Target = [Rc<Card>];

    fn deref(&self) -> &[Rc<Card>] {
        &self.0
    }
}

impl Cards {
    /// The cards of the first `most` findings. Those that look as they did are the same ones as before.
    #[must_use]
    pub fn follow(&self, checked: &Checked, findings: &Findings, most: usize) -> Self {
        if findings.is_empty() {
            return Self::default();
        }
        let preview = Preview::new(&checked.text, &checked.analysis);
        let old: HashMap<u32, &Rc<Card>> = self.0.iter().map(|card| (card.id, card)).collect();
        let cards = findings.iter().take(most).map(|finding| {
            let card = card(finding, &preview);
            match old.get(&card.id) {
                Some(&old) if **old == card => Rc::clone(old),
                _ => Rc::new(card),
            }
        });
        Self(cards.collect())
    }
}

fn card(finding: &Finding, preview: &Preview<'_>) -> Card {
    let place = |span: Span| place(preview.index(), span);
    let help = finding.help.split("\n\n").filter(|text| !text.is_empty());
    let related = finding.related.iter().map(|related| {
        let place = words::sentence(&place(related.span));
        (place.into(), related.message.clone().into())
    });
    let ways = finding.fixes.iter().map(|fix| Way {
        title: fix.title.clone().into(),
        applicability: fix.applicability,
        lines: preview.lines(&fix.edits),
    });
    Card {
        id: finding.id,
        code: finding.code,
        severity: finding.severity,
        certainty: finding.certainty,
        title: words::sentence(&finding.message).into(),
        help: help.map(|text| text.to_owned().into()).collect(),
        place: finding.span.map(|span| place(span).into()),
        related: related.collect(),
        explained: (!finding.explained_by.is_empty())
            .then(|| words::explained(&finding.explained_by).into()),
        ways: ways.collect(),
        rule: finding.rule.map(|rule| rule.code),
        advice: finding.advice.clone(),
    }
}

/// Where something is: the line only where there are several.
fn place(index: &LineIndex<'_>, span: Span) -> String {
    let at = index.line_column(span.start);
    if index.lines() > 1 {
        format!("line {}, column {}", at.line, at.column)
    } else {
        format!("column {}", at.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::Options;

    fn texts(port: &str) -> String {
        format!(
            "A=postgresql://app@shop:Gr33n@a.example/x\nB=postgresql://u:pw@b.example:{port}/x?sslmode=on\n"
        )
    }

    #[test]
    fn what_looks_as_before_is_the_same_card() {
        let of = |text: &str| Checked::new(text, Options::default());
        let before = of(&texts("543"));
        let findings = Findings::of_text(&before);
        let cards = Cards::default().follow(&before, &findings, MOST);
        assert_eq!(cards.len(), findings.len());
        // One more character at the end of the other string.
        let after = of(&texts("5432"));
        let findings = findings.follow(&after, &crate::state::findings::Seen::default());
        let next = cards.follow(&after, &findings, MOST);
        let in_first = |card: &&Rc<Card>| {
            card.place
                .as_ref()
                .is_some_and(|p| p.starts_with("line 1,"))
        };
        let (old, new): (Vec<_>, Vec<_>) = (
            cards.iter().filter(in_first).collect(),
            next.iter().filter(in_first).collect(),
        );
        assert!(!old.is_empty() && old.len() == new.len());
        assert!(old.iter().zip(&new).all(|(old, new)| Rc::ptr_eq(old, new)));
        let changed = |card: &&Rc<Card>| !cards.iter().any(|old| Rc::ptr_eq(old, card));
        assert!(next.iter().any(|card| changed(&card)));
    }

    #[test]
    fn no_more_cards_are_made_than_are_shown() {
        let checked = Checked::new(texts("5432").repeat(30), Options::default());
        let findings = Findings::of_text(&checked);
        assert!(findings.len() > MOST);
        let some = Cards::default().follow(&checked, &findings, MOST);
        assert_eq!(some.len(), MOST);
        let all = some.follow(&checked, &findings, usize::MAX);
        assert_eq!(all.len(), findings.len());
        assert!(Rc::ptr_eq(&some[0], &all[0]));
    }

    #[test]
    fn a_card_says_where_and_what_a_fix_changes() {
        let checked = Checked::new(
            "postgresql://app@shop:Gr33n@a.example/x",
            Options::default(),
        );
        let findings = Findings::of_text(&checked);
        let cards = Cards::default().follow(&checked, &findings, MOST);
        let card = cards.iter().find(|card| card.code == "SYN003").unwrap();
        assert_eq!(card.place.as_deref(), Some("column 17"));
        assert!(card.ways.iter().any(|way| !way.lines.is_empty()));
        assert!(!format!("{card:?}").contains("Gr33n"));
    }
}

//! Undo and redo. The page keeps its own history, because a browser forgets its own one as soon as a program changes the
//! text; so one undo takes back typing and fixes alike, in the order in which they happened.

use super::selection::changed;
use connlint_core::Span;
use std::rc::Rc;

/// How a text came about, which decides what one undo takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A character typed: joins the ones typed just before it.
    Insert,
    /// A character deleted: likewise.
    Delete,
    /// A paste, a drop, a cut, a fix: stands alone.
    Step,
}

/// Keystrokes further apart than this are undone one by one.
const PAUSE_MS: f64 = 1000.0;

/// How many steps are kept.
const MOST_STEPS: usize = 300;

/// How many bytes of old texts are kept; the oldest go first.
const MOST_BYTES: usize = 8 << 20;

/// The texts before and after the present one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    past: Vec<Rc<str>>,
    future: Vec<Rc<str>>,
    last: Option<Last>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Last {
    change: Change,
    at: Span,
    at_ms: f64,
}

impl History {
    /// Remembers that `old` became `new` at `at_ms` (milliseconds of any steady clock).
    #[must_use]
    pub fn record(&self, old: &Rc<str>, new: &str, change: Change, at_ms: f64) -> Self {
        let at = changed(old, new);
        let joins = self.last.is_some_and(|last| {
            last.change == change
                && at_ms - last.at_ms < PAUSE_MS
                && match change {
                    Change::Insert => {
                        last.at.end == at.start
                            && !new.get(at.start..at.end).unwrap_or("").contains('\n')
                    }
                    Change::Delete => last.at.start >= at.start && last.at.start - at.start <= 4,
                    Change::Step => false,
                }
        });
        let mut past = self.past.clone();
        if !joins {
            past.push(Rc::clone(old));
        }
        let mut bytes = 0;
        let keep = past
            .iter()
            .rev()
            .take(MOST_STEPS)
            .take_while(|text| {
                bytes += text.len();
                bytes <= MOST_BYTES
            })
            .count();
        past.drain(..past.len() - keep);
        Self {
            past,
            future: Vec::new(),
            last: Some(Last { change, at, at_ms }),
        }
    }

    /// Goes one step back from `now`; `None` at the beginning.
    #[must_use]
    pub fn undo(&self, now: &Rc<str>) -> Option<(Rc<str>, Self)> {
        let mut next = self.clone();
        let text = next.past.pop()?;
        next.future.push(Rc::clone(now));
        next.last = None;
        Some((text, next))
    }

    /// Goes one step forward from `now`; `None` at the end.
    #[must_use]
    pub fn redo(&self, now: &Rc<str>) -> Option<(Rc<str>, Self)> {
        let mut next = self.clone();
        let text = next.future.pop()?;
        next.past.push(Rc::clone(now));
        next.last = None;
        Some((text, next))
    }

    /// Whether there is something to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(history: &History, texts: &[&str], change: Change, step_ms: f64) -> History {
        texts
            .windows(2)
            .enumerate()
            .fold(history.clone(), |history, (i, pair)| {
                #[allow(clippy::cast_precision_loss)]
                let at = i as f64 * step_ms;
                history.record(&pair[0].into(), pair[1], change, at)
            })
    }

    #[test]
    fn a_word_typed_in_one_go_is_one_step() {
        let history = typed(
            &History::default(),
            &["", "h", "ho", "hos"],
            Change::Insert,
            100.0,
        );
        let (text, before) = history.undo(&"hos".into()).unwrap();
        assert_eq!(&*text, "");
        assert!(!before.can_undo());
        let (text, _) = before.redo(&text).unwrap();
        assert_eq!(&*text, "hos");
    }

    #[test]
    fn a_pause_a_jump_or_a_line_break_begins_a_new_step() {
        let slow = typed(
            &History::default(),
            &["", "h", "ho"],
            Change::Insert,
            1500.0,
        );
        assert_eq!(&*slow.undo(&"ho".into()).unwrap().0, "h");
        let jump = typed(
            &History::default(),
            &["ab", "abc", "xabc"],
            Change::Insert,
            10.0,
        );
        assert_eq!(&*jump.undo(&"xabc".into()).unwrap().0, "abc");
        let line = typed(&History::default(), &["", "h", "h\n"], Change::Insert, 10.0);
        assert_eq!(&*line.undo(&"h\n".into()).unwrap().0, "h");
    }

    #[test]
    fn deletions_join_deletions_only() {
        let history = typed(
            &History::default(),
            &["abc", "ab", "a"],
            Change::Delete,
            10.0,
        );
        assert_eq!(&*history.undo(&"a".into()).unwrap().0, "abc");
        let history = history.record(&"a".into(), "ax", Change::Insert, 30.0);
        assert_eq!(&*history.undo(&"ax".into()).unwrap().0, "a");
    }

    #[test]
    fn a_new_change_forgets_what_was_undone() {
        let history = typed(&History::default(), &["", "one", "two"], Change::Step, 10.0);
        let (text, history) = history.undo(&"two".into()).unwrap();
        assert!(history.can_redo());
        let history = history.record(&text, "three", Change::Step, 99.0);
        assert!(!history.can_redo());
    }

    #[test]
    fn old_steps_go_when_there_are_too_many() {
        let big: Rc<str> = "x".repeat(MOST_BYTES / 2).into();
        let mut history = History::default();
        for i in 0..5 {
            history = history.record(&big, &i.to_string(), Change::Step, 0.0);
        }
        assert_eq!(history.past.len(), 2);
    }
}

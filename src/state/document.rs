//! The text, what connlint says about it, and everything that changes it.

use super::history::{Change, History};
use super::selection::{Selection, changed};
use super::words;
use crate::late;
use connlint_core::diagnostics::apply;
use connlint_core::lint::{Memory, lint_after};
use connlint_core::order::Order as _;
use connlint_core::triage::{Catalogue, Failure, Paste, Triage};
use connlint_core::{Analysis, Applicability, Driver, Edit, Fix, Options, Span, Target, fix_all};
use std::rc::Rc;
use std::sync::LazyLock;
use yew::Reducible;

/// A text with its analysis. Shared, never changed: two of them are equal if they are the same one.
#[derive(Debug)]
pub struct Checked {
    /// The text.
    pub text: Rc<str>,
    /// What the user knows better than the text says.
    pub options: Options,
    /// What connlint says of its strings.
    pub analysis: Analysis,
    /// What the error in it tells, if there is one.
    pub triage: Option<Triage>,
    /// Whether there is an error in it that cannot be read yet, because what reads it comes after the first result. Until
    /// then nothing is said of the text: what looks like a string may be a part of the error.
    pub waits: bool,
    /// What makes the check of the next text quicker.
    memory: Memory,
}

/// Reads the error in a text, given what is said of its strings.
pub(crate) fn with_error(analysis: Analysis, text: &str, options: &Options) -> Paste {
    CATALOGUE.both(analysis, text, options)
}

/// What error messages are compared with: made once, at the first text.
pub(super) static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

impl PartialEq for Checked {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Checked {
    /// Checks `text`.
    #[must_use]
    pub fn new(text: impl Into<Rc<str>>, options: Options) -> Rc<Self> {
        Self::after(&Memory::default(), text.into(), options)
    }

    /// Checks the text that this one becomes.
    #[must_use]
    pub fn next(&self, text: impl Into<Rc<str>>) -> Rc<Self> {
        Self::after(&self.memory, text.into(), self.options.clone())
    }

    fn after(memory: &Memory, text: Rc<str>, options: Options) -> Rc<Self> {
        let (analysis, memory) = lint_after(memory, &text, &options);
        let (analysis, triage, waits) = if CATALOGUE.knows(&text) {
            match late::here() {
                Some(late) => {
                    let Paste { analysis, triage } = (late.error)(analysis, &text, &options);
                    (analysis, Some(triage), false)
                }
                None => (Analysis::default(), None, true),
            }
        } else {
            (analysis, None, false)
        };
        Rc::new(Self {
            text,
            options,
            analysis,
            triage: triage.filter(|t| t.failure.is_some_and(Failure::is_of_connection)),
            waits,
            memory,
        })
    }

    /// How many findings have a fix that keeps the meaning.
    #[must_use]
    pub fn safe_fixes(&self) -> usize {
        self.analysis
            .diagnostics()
            .filter(|d| {
                d.fixes
                    .iter()
                    .any(|f| f.applicability == Applicability::Safe)
            })
            .count()
    }
}

/// Something that the editor is asked to do once; a new one has a higher number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FocusRequest {
    /// Counts the requests; 0 is none.
    pub number: u32,
    /// What to select.
    pub selection: Selection,
}

/// Something to say aloud once; a new one has a higher number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Counts what was said; 0 is nothing.
    pub number: u32,
    /// The words.
    pub text: String,
}

/// The state of the editor.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Undo and redo.
    pub history: History,
    /// What the editor should select next.
    pub focus: FocusRequest,
    /// What changed without the user typing it.
    pub said: Said,
    /// What the fixes did that led to the present text; empty once it changes otherwise.
    pub done: Rc<[Done]>,
}

/// A change that a fix made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The rule's code; empty for a fix that no rule offers.
    pub code: String,
    /// What it did, as its button says it.
    pub title: String,
}

/// What can happen to the document.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The user typed, pasted or deleted: the text is now this one.
    Type {
        /// The whole text.
        text: String,
        /// How it came about.
        change: Change,
        /// When, in milliseconds of any steady clock.
        at_ms: f64,
    },
    /// The text is replaced by an example.
    Load(Rc<str>),
    /// The text is taken away.
    Clear,
    /// The string is for this driver.
    Driver(Driver),
    /// The string is for this product.
    Target(Target),
    /// Applies a fix.
    Fix {
        /// The fix.
        fix: Fix,
        /// The text that it was offered for; for another one it is not applied.
        of: Rc<str>,
    },
    /// Applies every fix that keeps the meaning.
    FixAll,
    /// What reads errors is here now.
    Complete,
    /// Takes the last step back.
    Undo,
    /// Does it again.
    Redo,
    /// Shows a place in the text.
    Show(Span),
}

impl Document {
    /// A document with that text.
    #[must_use]
    pub fn new(text: impl Into<Rc<str>>, options: Options) -> Self {
        Self {
            checked: Checked::new(text, options),
            history: History::default(),
            focus: FocusRequest::default(),
            said: Said::default(),
            done: Rc::default(),
        }
    }

    fn options(&self, options: Options) -> Self {
        Self {
            checked: Checked::new(Rc::clone(&self.checked.text), options),
            ..self.clone()
        }
    }

    /// The document with another text, one step later in its history.
    fn step(&self, text: String) -> Self {
        let history = self
            .history
            .record(&self.checked.text, &text, Change::Step, f64::MAX);
        self.now(text, history)
    }

    /// The document with another text; what fixes did before is over.
    fn now(&self, text: impl Into<Rc<str>>, history: History) -> Self {
        Self {
            checked: self.checked.next(text),
            history,
            done: Rc::default(),
            ..self.clone()
        }
    }

    fn back_to(&self, (text, history): (Rc<str>, History), said: &str) -> Self {
        let at = changed(&self.checked.text, &text);
        self.now(text, history)
            .show(Span::empty(at.end))
            .say(said.to_owned())
    }

    fn show(mut self, span: Span) -> Self {
        self.focus = FocusRequest {
            number: self.focus.number.wrapping_add(1),
            selection: Selection::of(&self.checked.text, span),
        };
        self
    }

    fn say(mut self, text: String) -> Self {
        self.said = Said {
            number: self.said.number.wrapping_add(1),
            text,
        };
        self
    }

    fn did(mut self, done: Vec<Done>) -> Self {
        self.done = done.into();
        self
    }

    fn fix(&self, fix: &Fix, of: &Rc<str>) -> Option<Self> {
        if !Rc::ptr_eq(of, &self.checked.text) || fix.applicability == Applicability::DisplayOnly {
            return None;
        }
        let text = apply(&self.checked.text, &fix.edits).ok()?;
        let mut offers = self.checked.analysis.diagnostics();
        let code = offers
            .find(|d| d.fixes.contains(fix))
            .map_or("", connlint_core::Diagnostic::code);
        let done = Done {
            code: code.to_owned(),
            title: fix.title.clone(),
        };
        let next = self.step(text).show(after(&fix.edits)).did(vec![done]);
        let left = words::left(&next.checked.analysis);
        Some(next.say(format!("Done: {}. {left}", words::plain(&fix.title))))
    }

    fn fix_all(&self) -> Option<Self> {
        let outcome = fix_all(
            &self.checked.text,
            &self.checked.options,
            Applicability::Safe,
        );
        if *outcome.text == *self.checked.text {
            return None;
        }
        let at = changed(&self.checked.text, &outcome.text);
        let done: Vec<Done> = outcome
            .applied
            .into_iter()
            .map(|(code, title)| Done {
                code: code.to_owned(),
                title,
            })
            .collect();
        let count = words::count(done.len(), "fix", "fixes");
        let next = self.step(outcome.text).show(at).did(done);
        let left = words::left(&next.checked.analysis);
        Some(next.say(format!("Applied {count}. {left}")))
    }
}

/// Where the text that `edits` put in stands afterwards: from the first to the last of it.
fn after(edits: &[Edit]) -> Span {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.order_by_key(|e| (e.span.start, e.span.end));
    let mut whole: Option<Span> = None;
    let (mut added, mut removed) = (0, 0);
    for edit in sorted {
        let start = edit.span.start + added - removed;
        let here = Span::new(start, start + edit.text.len());
        whole = Some(whole.map_or(here, |span| span.to(here)));
        added += edit.text.len();
        removed += edit.span.len();
    }
    whole.unwrap_or_default()
}

impl Reducible for Document {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let options = self.checked.options.clone();
        let next = match action {
            Action::Type {
                text,
                change,
                at_ms,
            } if *text != *self.checked.text => {
                let history = self
                    .history
                    .record(&self.checked.text, &text, change, at_ms);
                Some(self.now(text, history))
            }
            Action::Load(text) if *text != *self.checked.text => {
                Some(self.step(text.as_ref().to_owned()).show(Span::empty(0)))
            }
            Action::Clear if !self.checked.text.is_empty() => Some(
                self.step(String::new())
                    .show(Span::empty(0))
                    .say("The text is cleared. Undo brings it back.".into()),
            ),
            Action::Driver(driver) if driver != options.driver => {
                Some(self.options(Options { driver, ..options }))
            }
            Action::Target(target) if target != options.target => {
                Some(self.options(Options { target, ..options }))
            }
            Action::Fix { fix, of } => self.fix(&fix, &of),
            Action::FixAll => self.fix_all(),
            Action::Complete if self.checked.waits => Some(self.options(options)),
            Action::Undo => self
                .history
                .undo(&self.checked.text)
                .map(|step| self.back_to(step, "Undone.")),
            Action::Redo => self
                .history
                .redo(&self.checked.text)
                .map(|step| self.back_to(step, "Done again.")),
            Action::Show(span) => Some((*self).clone().show(span)),
            _ => None,
        };
        next.map_or(self, Rc::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Rc<Document> {
        Rc::new(Document::new(text, Options::default()))
    }

    fn typed(text: &str) -> Action {
        Action::Type {
            text: text.into(),
            change: Change::Step,
            at_ms: 0.0,
        }
    }

    #[test]
    fn what_changes_nothing_gives_the_same_document() {
        let before = document("host=a");
        for action in [
            typed("host=a"),
            Action::Undo,
            Action::Redo,
            Action::FixAll,
            Action::Driver(Driver::Auto),
            Action::Target(Target::Auto),
            Action::Load("host=a".into()),
        ] {
            let after = Rc::clone(&before).reduce(action.clone());
            assert!(Rc::ptr_eq(&before, &after), "{action:?}");
        }
    }

    #[test]
    fn typing_is_checked_at_once_and_can_be_undone() {
        let first = document("");
        let second = first.reduce(typed("postgresql://app@db.example/shop"));
        assert_eq!(second.checked.analysis.strings.len(), 1);
        let undone = second.reduce(Action::Undo);
        assert_eq!(&*undone.checked.text, "");
        assert!(undone.focus.number > 0 && !undone.said.text.is_empty());
        let redone = undone.reduce(Action::Redo);
        assert_eq!(redone.checked.analysis.strings.len(), 1);
    }

    #[test]
    fn the_driver_and_the_target_are_taken_as_given() {
        let text = "postgresql://app@db.example/shop";
        let next = document(text)
            .reduce(Action::Driver(Driver::NodePostgres))
            .reduce(Action::Target(Target::AzureFlexible));
        let found = &next.checked.analysis.strings[0];
        assert_eq!(found.driver, Driver::NodePostgres);
        assert!(found.driver_given && found.target_given);
        assert_eq!(&*next.checked.text, text);
        assert!(!next.history.can_undo(), "the text did not change");
    }

    #[test]
    fn a_fix_for_another_text_is_not_applied() {
        let before = document("postgresql://app@db.example/shop");
        let fix = Fix {
            title: "Drop everything".into(),
            applicability: Applicability::Safe,
            edits: vec![Edit::delete(Span::new(0, 10))],
        };
        let of = Rc::from("postgresql://app@db.example/shop");
        let after = Rc::clone(&before).reduce(Action::Fix { fix, of });
        assert!(Rc::ptr_eq(&before, &after));
    }

    #[test]
    fn what_the_fixes_did_is_told_until_the_text_changes_otherwise() {
        let before = document(
            "postgresql://app@shop:Gr33n#Tea@shop.postgres.database.azure.com/db?sslmode=require",
        );
        assert!(before.done.is_empty());
        let fixed = before.reduce(Action::FixAll);
        let codes: Vec<&str> = fixed.done.iter().map(|done| &*done.code).collect();
        assert!(codes.contains(&"SYN003"), "{codes:?}");
        assert!(fixed.done.iter().all(|done| !done.title.is_empty()));
        let shown = Rc::clone(&fixed).reduce(Action::Show(Span::empty(0)));
        assert_eq!(shown.done, fixed.done, "a look changes nothing");
        let undone = Rc::clone(&fixed).reduce(Action::Undo);
        assert!(undone.done.is_empty());
        assert!(fixed.reduce(typed("host=a")).done.is_empty());
    }

    #[test]
    fn a_fix_of_a_finding_names_its_rule() {
        let before = document("postgresql://app@shop:Gr33nTea@db.example/db");
        let fix = before
            .checked
            .analysis
            .diagnostics()
            .find(|d| d.code() == "SYN003")
            .unwrap()
            .fixes[0]
            .clone();
        let of = Rc::clone(&before.checked.text);
        let fixed = before.reduce(Action::Fix { fix, of });
        assert_eq!(fixed.done[0].code, "SYN003");
        assert!(fixed.checked.text.contains("app%40shop"));
    }

    #[test]
    fn the_place_after_several_edits_covers_them_all() {
        let edits = [
            Edit::replace(Span::new(8, 9), "%40"),
            Edit::replace(Span::new(2, 3), "%23"),
        ];
        assert_eq!(after(&edits), Span::new(2, 13));
        assert_eq!(after(&[Edit::delete(Span::new(2, 9))]), Span::empty(2));
        assert_eq!(after(&[Edit::insert(4, "ab")]), Span::new(4, 6));
    }
}

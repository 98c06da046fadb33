//! What an app in a widget has with the page round it: it hears of each text that was checked, and can set one.

use crate::state::document::{Action, Checked};
use crate::state::findings::Findings;
use crate::state::history::Change as Kind;
use crate::widget::{Change, Embedding};
use std::rc::Rc;
use yew::prelude::*;

/// Connects the two; does nothing for the page, which has no other round it.
#[hook]
pub fn use_embedding(
    embedding: Option<&Embedding>,
    checked: &Rc<Checked>,
    findings: &Findings,
    on_action: &Callback<Action>,
) {
    let (on_change, on_action) = (
        embedding.map(|embedding| embedding.on_change.clone()),
        on_action.clone(),
    );
    let told = use_mut_ref(|| false);
    use_effect_with(
        (Rc::clone(checked), findings.clone()),
        move |(checked, findings)| {
            // An empty widget has nothing to tell until something was in it.
            let first = !std::mem::replace(&mut *told.borrow_mut(), true);
            if !(first && checked.text.is_empty())
                && let Some(on_change) = on_change
            {
                on_change.emit(Change::new(checked, findings));
            }
        },
    );
    let text = embedding.map(|embedding| embedding.text.clone());
    use_effect_with(text, move |text| {
        if let Some((number, text)) = text
            && *number > 0
        {
            // As if it was typed: it can be undone, and takes the focus from nobody.
            on_action.emit(Action::Type {
                text: text.to_string(),
                change: Kind::Step,
                at_ms: f64::MAX,
            });
        }
    });
}

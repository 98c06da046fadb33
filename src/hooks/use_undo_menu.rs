//! Undo and redo from the browser's own menu, which a text area knows of only by an event of its own.

use crate::platform::textarea::{Menu, menu};
use crate::state::document::Action;
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlTextAreaElement, InputEvent};
use yew::prelude::*;

/// Leads the menu's undo and redo in `area` to the page's own history.
#[hook]
pub fn use_undo_menu(area: &NodeRef, on_action: &Callback<Action>) {
    use_effect_with((area.clone(), on_action.clone()), |(area, on_action)| {
        let on_action = on_action.clone();
        let listener = area.cast::<HtmlTextAreaElement>().map(|area| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&area, "beforeinput", options, move |event| {
                if let Some(asked) = event.dyn_ref::<InputEvent>().and_then(menu) {
                    event.prevent_default();
                    on_action.emit(match asked {
                        Menu::Undo => Action::Undo,
                        Menu::Redo => Action::Redo,
                    });
                }
            })
        });
        move || drop(listener)
    });
}

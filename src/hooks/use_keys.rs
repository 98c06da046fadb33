//! The keys that work wherever the focus is.

use crate::platform::page;
use crate::state::keys::{Command, Press};
use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// Calls `run` for each command; it says whether it did something, so that the key is not used twice. With a `scope`, only
/// while the focus is in that element: a page can have several widgets, and keys of its own.
#[hook]
pub fn use_keys(run: Callback<Command, bool>, scope: Option<Element>) {
    use_effect_with((run, scope), |(run, scope)| {
        let (run, scope) = (run.clone(), scope.clone());
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&document(), "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                    && !event.is_composing()
                    && !page::has_dialog()
                    && let Some(command) = press(event).command()
                    && scope.as_ref().is_none_or(page::had_focus)
                    && run.emit(command)
                {
                    event.prevent_default();
                }
            });
        move || drop(listener)
    });
}

fn press(event: &KeyboardEvent) -> Press {
    Press {
        key: event.key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
        control: event.ctrl_key() || event.meta_key(),
        typing: page::is_typing(),
    }
}

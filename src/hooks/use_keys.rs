//! The keys that work wherever the focus is.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// F8: the next finding.
    Next,
    /// Shift+F8: the finding before.
    Previous,
    /// Alt+Enter: the safe fix of the finding at hand.
    Fix,
    /// Esc: back to the text.
    Back,
}

/// Calls `run` for each command; it says whether it did something, so that the key is not used twice.
#[hook]
pub fn use_keys(run: Callback<Command, bool>) {
    use_effect_with(run, |run| {
        let run = run.clone();
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&document(), "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                    && let Some(command) = command(event)
                    && run.emit(command)
                {
                    event.prevent_default();
                }
            });
        move || drop(listener)
    });
}

fn command(event: &KeyboardEvent) -> Option<Command> {
    let only_alt = event.alt_key() && !event.ctrl_key() && !event.meta_key();
    let no_modifier = !event.alt_key() && !event.ctrl_key() && !event.meta_key();
    match event.key().as_str() {
        _ if event.is_composing() => None,
        "F8" if no_modifier && event.shift_key() => Some(Command::Previous),
        "F8" if no_modifier => Some(Command::Next),
        "Enter" if only_alt => Some(Command::Fix),
        "Escape" if no_modifier => Some(Command::Back),
        _ => None,
    }
}

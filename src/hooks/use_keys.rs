//! The keys that work wherever the focus is.

use crate::platform::page;
use crate::state::keys::{Command, Press};
use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// Calls `run` for each command; it says whether it did something, so that the key is not used twice. Where `root` is only a
/// part of the page (`embedded`), it is called only while the focus is in there: a page can have several widgets, and keys
/// of its own.
#[hook]
pub fn use_keys(run: Callback<Command, bool>, root: &Element, embedded: bool) {
    use_effect_with((run, root.clone()), move |(run, root)| {
        let (run, root) = (run.clone(), root.clone());
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&document(), "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>()
                    && !event.is_composing()
                    && (!embedded || page::had_focus(&root))
                    && !page::has_dialog(&root)
                    && let Some(command) = press(event).command()
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

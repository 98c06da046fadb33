//! The text area: its selection, and what kind of change an input event is.

use super::page;
use crate::state::history::Change;
use crate::state::selection::Selection;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlTextAreaElement, InputEvent};

/// What is selected, or where the caret is.
#[must_use]
pub fn selection(area: &HtmlTextAreaElement) -> Selection {
    let offset = |result: Result<Option<u32>, _>| result.ok().flatten().unwrap_or(0);
    Selection {
        start: offset(area.selection_start()),
        end: offset(area.selection_end()),
    }
}

/// Focuses the text area and selects `selection` in it.
///
/// `text` is put there first if it is not there yet, as the framework may write it only afterwards.
pub fn select(area: &HtmlTextAreaElement, text: &str, selection: Selection) {
    if area.value() != text {
        area.set_value(text);
    }
    let _ = area.focus();
    let _ = area.set_selection_range(selection.start, selection.end);
}

/// Moves the focus to the text area; tells whether it was elsewhere.
pub fn take_focus(area: &HtmlTextAreaElement) -> bool {
    let there = page::active_element();
    let elsewhere = there.as_ref() != Some(area.unchecked_ref());
    elsewhere && area.focus().is_ok()
}

/// The kind of an input event; empty for the plain events that extensions and scripts send.
fn kind(event: &InputEvent) -> String {
    Reflect::get(event, &JsValue::from_str("inputType"))
        .ok()
        .and_then(|kind| kind.as_string())
        .unwrap_or_default()
}

/// What an input event did, as far as undo is concerned.
#[must_use]
pub fn change(event: &InputEvent) -> Change {
    match kind(event).as_str() {
        "insertText" | "insertCompositionText" | "insertLineBreak" => Change::Insert,
        "deleteContentBackward" | "deleteContentForward" => Change::Delete,
        _ => Change::Step,
    }
}

/// What the browser's own menu asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Undo.
    Undo,
    /// Redo.
    Redo,
}

/// Whether an event that comes before input is the browser's undo or redo.
#[must_use]
pub fn menu(event: &InputEvent) -> Option<Menu> {
    match kind(event).as_str() {
        "historyUndo" => Some(Menu::Undo),
        "historyRedo" => Some(Menu::Redo),
        _ => None,
    }
}

//! The text area itself. It is a plain one, so that everything that people and their tools know of text areas works.

use super::layer::{Layer, under};
use crate::hooks::use_undo_menu;
use crate::platform::textarea;
use crate::state::attention::Attention;
use crate::state::document::{Action, Checked, FocusRequest};
use crate::state::findings::{Ask, Findings};
use connlint_core::Span;
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// See [`Area`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// What to underline.
    pub findings: Findings,
    /// The finding at hand, and the one pointed at.
    pub attention: Attention,
    /// What to select next.
    pub focus: FocusRequest,
    /// Whether something is wrong, said only once the user pauses.
    pub invalid: bool,
    /// The text area, for those who need its selection.
    pub area: NodeRef,
    /// Told about each change.
    pub on_action: Callback<Action>,
    /// Told where the caret is, in bytes.
    pub on_caret: Callback<Span>,
    /// Told which finding's squiggle the mouse is on.
    pub on_ask: Callback<Ask>,
}

/// The text area and the layer behind it.
#[component]
pub fn Area(props: &Props) -> Html {
    let scroller = use_node_ref();
    let layer = use_node_ref();
    {
        let (area, scroller, text) = (
            props.area.clone(),
            scroller.clone(),
            Rc::clone(&props.checked.text),
        );
        let on_caret = props.on_caret.clone();
        use_effect_with(props.focus, move |focus| {
            if focus.number == 0 {
                return;
            }
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                textarea::select(&area, &text, focus.selection);
                on_caret.emit(focus.selection.span(&text));
            }
            if let Some(scroller) = scroller.cast::<web_sys::Element>() {
                crate::platform::page::reveal(&scroller, "[data-anchor]");
            }
        });
    }

    use_undo_menu(&props.area, &props.on_action);

    let tell_caret = {
        let on_caret = props.on_caret.clone();
        move |area: &HtmlTextAreaElement| {
            on_caret.emit(textarea::selection(area).span(&area.value()));
        }
    };
    let oninput = {
        let (on_action, on_caret) = (props.on_action.clone(), props.on_caret.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                let text = area.value();
                on_caret.emit(textarea::selection(&area).span(&text));
                on_action.emit(Action::Type {
                    text,
                    change: textarea::change(&event),
                    at_ms: event.time_stamp(),
                });
            }
        })
    };
    let onkeydown = {
        let on_action = props.on_action.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(action) = undo_key(&event) {
                event.prevent_default();
                on_action.emit(action);
            }
        })
    };
    let caret_moved = |tell: Rc<dyn Fn(&HtmlTextAreaElement)>| {
        move |area: Option<HtmlTextAreaElement>| {
            if let Some(area) = area {
                tell(&area);
            }
        }
    };
    let moved = caret_moved(Rc::new(tell_caret));
    let onkeyup = {
        let moved = moved.clone();
        Callback::from(move |event: KeyboardEvent| moved(event.target_dyn_into()))
    };
    let onselect = {
        let moved = moved.clone();
        Callback::from(move |event: Event| moved(event.target_dyn_into()))
    };
    let onclick = Callback::from(move |event: MouseEvent| moved(event.target_dyn_into()));
    // The text area lies on the layer, so it is told of the mouse in the layer's place.
    let onmousemove = {
        let (on_ask, layer) = (props.on_ask.clone(), layer.clone());
        Callback::from(move |event: MouseEvent| {
            let (x, y) = (event.client_x(), event.client_y());
            on_ask.emit(Ask::Point(under(&layer, x, y)));
        })
    };
    let onmouseleave = props.on_ask.reform(|_: MouseEvent| Ask::Point(None));

    html! {
        <div class="editor" part="editor" ref={scroller}>
            <Layer
                checked={Rc::clone(&props.checked)}
                findings={props.findings.clone()}
                attention={props.attention.clone()}
                anchor={props.focus}
                {layer}
            />
            <textarea
                id="input"
                ref={props.area.clone()}
                value={AttrValue::from(Rc::clone(&props.checked.text))}
                placeholder="Paste a connection string, or the code, file or command that holds it"
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                autocorrect="off"
                translate="no"
                rows="4"
                aria-label="Text with a connection string"
                // Only together: what describes a text that is in order would be read with every focus for nothing.
                aria-describedby={props.invalid.then_some("status")}
                aria-invalid={props.invalid.then_some("true")}
                {oninput}
                {onkeydown}
                {onkeyup}
                {onselect}
                {onclick}
                {onmousemove}
                {onmouseleave}
            />
        </div>
    }
}

/// Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, with Cmd on a Mac.
fn undo_key(event: &KeyboardEvent) -> Option<Action> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
        return None;
    }
    match event.key().as_str() {
        "z" | "Z" if event.shift_key() => Some(Action::Redo),
        "z" | "Z" => Some(Action::Undo),
        "y" | "Y" if event.ctrl_key() => Some(Action::Redo),
        _ => None,
    }
}

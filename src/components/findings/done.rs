//! What the last fixes did, change by change, and the way back.

use crate::components::layout::{Icon, Picture, Prose};
use crate::state::document::{Action, Done};
use crate::state::words;
use std::rc::Rc;
use yew::prelude::*;

/// See [`DoneView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What was done; not empty.
    pub(super) done: Rc<[Done]>,
    /// Told to take it back.
    pub(super) on_action: Callback<Action>,
}

/// The list of changes. The live region has said it already, so this one is silent.
#[component]
pub(super) fn DoneView(props: &Props) -> Html {
    let undo = props.on_action.reform(|_: MouseEvent| Action::Undo);
    let count = words::count(props.done.len(), "fix", "fixes");
    html! {
        <div class="done" data-done={props.done.len().to_string()}>
            <div class="done-head">
                <p class="done-title"><Icon picture={Picture::Ok} />{format!("Applied {count}")}</p>
                <button type="button" class="button small" data-action="undo-done" onclick={undo}>{"Undo"}</button>
            </div>
            <ul>{ for props.done.iter().map(one) }</ul>
        </div>
    }
}

fn one(done: &Done) -> Html {
    html! {
        <li>
            if !done.code.is_empty() { <span class="badge badge-plain">{done.code.clone()}</span>{" "} }
            <Prose text={done.title.clone()} />
        </li>
    }
}

//! What the last fixes did, change by change, and the way back.

use crate::components::layout::{Picture, icon, prose};
use crate::state::document::{Action, Done};
use crate::state::words;
use yew::prelude::*;

/// The list of changes, which is not empty. The live region has said it already, so this one is silent. `on_action` is told to
/// take it back.
pub(super) fn done(all: &[Done], on_action: &Callback<Action>) -> Html {
    let undo = on_action.reform(|_: MouseEvent| Action::Undo);
    let count = words::count(all.len(), "fix", "fixes");
    html! {
        <div class="done" data-done={all.len().to_string()}>
            <div class="done-head">
                <p class="done-title">{icon(Picture::Ok)}{format!("Applied {count}")}</p>
                <button type="button" class="button small" data-action="undo-done" onclick={undo}>{"Undo"}</button>
            </div>
            <ul>{ for all.iter().map(one) }</ul>
        </div>
    }
}

fn one(done: &Done) -> Html {
    html! {
        <li>
            if !done.code.is_empty() { <span class="badge badge-plain">{done.code.clone()}</span>{" "} }
            {prose(&done.title)}
        </li>
    }
}

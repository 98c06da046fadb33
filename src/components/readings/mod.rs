//! What each driver will do with the string: one line, and the table behind it for who wants to know.

mod cells;
mod table;

use crate::hooks::use_rested;
use crate::state::document::Checked;
use crate::state::readings::{Table, at, which};
use connlint_core::Span;
use std::rc::Rc;
use table::TableView;
use yew::prelude::*;

/// See [`ReadingsPanel`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Where the caret is, in bytes: with several strings, the one there is meant.
    pub caret: Span,
}

/// The panel with the table. While it is closed, its line waits until the typing pauses.
#[component]
pub fn ReadingsPanel(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let index = at(&props.checked.analysis.strings, props.caret);
    let now = (Rc::clone(&props.checked), index);
    let rested = use_rested(&now);
    let shown = if *open { now } else { rested };
    let table = use_memo(shown.clone(), |(checked, index)| Table::of(checked, *index));
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let (checked, index) = shown;
    html! {
        <section class="panel readings" id="readings" aria-labelledby="readings-title">
            <div class="panel-head">
                <h2 id="readings-title">
                    {"What each driver will do"}
                    <span class="tally">{table.tally()}</span>
                </h2>
                <button
                    type="button"
                    class="button"
                    id="readings-toggle"
                    aria-expanded={open.to_string()}
                    aria-controls="readings-body"
                    onclick={toggle}
                >
                    { if *open { "Close the table" } else { "Show the table" } }
                </button>
            </div>
            <div id="readings-body" hidden={!*open}>
                if *open {
                    if let Some(which) = which(&checked, index) { <p class="note">{which}</p> }
                    <TableView {checked} {index} {table} />
                }
            </div>
        </section>
    }
}

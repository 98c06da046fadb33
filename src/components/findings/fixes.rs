//! A way to fix a finding: what it does, what it changes, and the button.

use super::caution;
use crate::components::layout::Prose;
use crate::state::document::{Action, Checked};
use connlint_core::text::slice;
use connlint_core::{Applicability, Fix};
use std::rc::Rc;
use yew::prelude::*;

/// See [`FixView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The text that the fix is for.
    pub(super) checked: Rc<Checked>,
    /// The fix.
    pub(super) fix: Fix,
    /// Told to apply it.
    pub(super) on_action: Callback<Action>,
}

/// How much of a changed piece is shown, in characters.
const MOST: usize = 48;

/// The fix with its preview: only the characters that change, not what stands round them.
#[component]
pub(super) fn FixView(props: &Props) -> Html {
    let fix = &props.fix;
    let edits = fix.edits.iter().map(|edit| {
        let before = shorten(slice(&props.checked.text, edit.span));
        let after = shorten(&edit.text);
        html! {
            <span class="edit">
                if !before.is_empty() {
                    <del><span class="visually-hidden">{"take out "}</span>{before}</del>
                }
                if !after.is_empty() {
                    <ins><span class="visually-hidden">{" put in "}</span>{after}</ins>
                }
            </span>
        }
    });
    let apply = props.on_action.reform({
        let fix = fix.clone();
        move |_: MouseEvent| Action::Fix(fix.clone())
    });
    let primary = fix.applicability == Applicability::Safe;
    let title = html! { <Prose text={fix.title.clone()} /> };
    html! {
        <div class="fix" data-applicability={fix.applicability.name()}>
            if fix.applicability == Applicability::DisplayOnly {
                <span class="fix-title">{title}</span>
            } else {
                <button type="button" class={classes!("button", primary.then_some("primary"))} data-action="fix" onclick={apply}>
                    {title}
                </button>
            }
            <span class="edits">{ for edits }</span>
            if let Some(caution) = caution(fix.applicability) { <span class="caution">{caution}</span> }
        </div>
    }
}

fn shorten(text: &str) -> String {
    let count = text.chars().count();
    if count <= MOST {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST / 2).collect();
    let tail: String = text.chars().skip(count - MOST / 2).collect();
    format!("{head}…{tail}")
}

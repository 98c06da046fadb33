//! A way to fix a finding: the button, what it changes line by line, and what to mind.

use crate::components::layout::Prose;
use crate::state::diff::{Line, Piece, Side, preview};
use crate::state::document::{Action, Checked};
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

/// The fix with its preview.
#[component]
pub(super) fn FixView(props: &Props) -> Html {
    let fix = &props.fix;
    let lines = preview(&props.checked.text, &props.checked.analysis, &fix.edits);
    let apply = props.on_action.reform({
        let (fix, of) = (fix.clone(), Rc::clone(&props.checked.text));
        move |_: MouseEvent| Action::Fix {
            fix: fix.clone(),
            of: Rc::clone(&of),
        }
    });
    let primary = fix.applicability == Applicability::Safe;
    let title = html! { <Prose text={fix.title.clone()} /> };
    html! {
        <div class="fix" data-applicability={fix.applicability.name()}>
            <div class="fix-head">
                if fix.applicability == Applicability::DisplayOnly {
                    <span class="fix-title">{title}</span>
                } else {
                    <button type="button" class={classes!("button", primary.then_some("primary"))} data-action="fix" part="fix-button" onclick={apply}>
                        {title}
                    </button>
                }
                if let Some(caution) = caution(fix.applicability) { <span class="caution">{caution}</span> }
            </div>
            if !lines.is_empty() {
                <div class="diff" role="group" aria-label="What it changes">{ for lines.iter().map(line) }</div>
            }
        </div>
    }
}

fn line(line: &Line) -> Html {
    let (name, sign, word) = match line.side {
        Side::Before => ("before", "−", "before: "),
        Side::After => ("after", "+", "after: "),
    };
    html! {
        <p class={format!("diff-{name}")}>
            <span class="diff-sign" aria-hidden="true">{sign}</span>
            <span class="visually-hidden">{word}</span>
            { for line.pieces.iter().map(|p| piece(p, line.side)) }
        </p>
    }
}

fn piece(piece: &Piece, side: Side) -> Html {
    match (piece.changed, side) {
        (false, _) => html! { {piece.text.clone()} },
        (true, Side::Before) => html! { <del>{piece.text.clone()}</del> },
        (true, Side::After) => html! { <ins>{piece.text.clone()}</ins> },
    }
}

/// How a fix's trustworthiness is put into words.
const fn caution(applicability: Applicability) -> Option<&'static str> {
    match applicability {
        Applicability::Safe => None,
        Applicability::Unsafe => Some("changes what the string means"),
        Applicability::DisplayOnly => Some("a hint, to be done by hand"),
    }
}

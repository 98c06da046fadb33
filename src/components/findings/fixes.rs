//! A way to fix a finding: the button, what it changes line by line, and what to mind.

use crate::components::layout::prose;
use crate::state::cards::{Card, Way};
use crate::state::diff::{Line, Piece, Side};
use crate::state::findings::Ask;
use connlint_core::Applicability;
use yew::prelude::*;

/// The nth way to fix a finding, with its preview.
pub(super) fn way(card: &Card, nth: usize, way: &Way, on_ask: &Callback<Ask>) -> Html {
    let id = card.id;
    let apply = on_ask.reform(move |_: MouseEvent| Ask::Fix(id, nth));
    let primary = way.applicability == Applicability::Safe;
    let title = prose(&way.title);
    html! {
        <div key={nth} class="fix" data-applicability={way.applicability.name()}>
            <div class="fix-head">
                if way.applicability == Applicability::DisplayOnly {
                    <span class="fix-title">{title}</span>
                } else {
                    <button type="button" class={classes!("button", primary.then_some("primary"))} data-action="fix" part="fix-button" onclick={apply}>
                        {title}
                    </button>
                }
                if let Some(caution) = caution(way.applicability) { <span class="caution">{caution}</span> }
            </div>
            if !way.lines.is_empty() {
                <div class="diff" role="group" aria-label="What it changes">{ for way.lines.iter().map(line) }</div>
            }
        </div>
    }
}

fn line(line: &Line) -> Html {
    let (name, sign, word) = match line.side {
        Side::Before => ("diff-before", "−", "before: "),
        Side::After => ("diff-after", "+", "after: "),
    };
    html! {
        <p class={name}>
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

//! Stands where something of the later module will be drawn.

use crate::hooks::{Stage, use_later};
use crate::late::Late;
use yew::prelude::*;

/// See [`Later`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Whether nothing stands there until the module is here, because it would be in the way.
    #[prop_or_default]
    pub silent: bool,
    /// Draws it.
    pub draw: Callback<&'static Late, Html>,
}

/// What [`draw`](Props::draw) draws, or why it is not here yet.
#[component]
pub fn Later(props: &Props) -> Html {
    let (stage, again) = use_later();
    match stage {
        Stage::Here(late) => props.draw.emit(late),
        _ if props.silent => Html::default(),
        Stage::Coming => {
            html! { <p class="later" role="status">{"This part is being loaded."}</p> }
        }
        Stage::Missing => html! {
            <div class="notice" role="status" data-later="missing">
                <p>{"This part of the page could not be loaded: the connection broke off, or a file is missing. Your text is still here."}</p>
                <button type="button" class="button" data-action="load-again" onclick={again.reform(|_: MouseEvent| ())}>
                    {"Try again"}
                </button>
            </div>
        },
    }
}

//! Running text with code, weight, emphasis and links in it.

use crate::state::markdown::{Inline, inline};
use yew::prelude::*;

/// Draws a line of text; nothing in it is taken as HTML.
pub fn prose(text: &str) -> Html {
    let parts = inline(text).into_iter().map(|piece| match piece {
        Inline::Text(text) => html! { {text.to_owned()} },
        Inline::Code(text) => html! { <code>{text.to_owned()}</code> },
        Inline::Strong(text) => html! { <strong>{text.to_owned()}</strong> },
        Inline::Emphasis(text) => html! { <em>{text.to_owned()}</em> },
        Inline::Link(text, address) => html! {
            <a href={address.to_owned()} target="_blank" rel="noreferrer">{text.to_owned()}</a>
        },
    });
    html! { <>{ for parts }</> }
}

//! A rule's or a failure's documentation, opened in place.

use super::prose;
use crate::hooks::use_documents;
use crate::state::markdown::{Block, blocks};
use yew::prelude::*;

/// See [`Docs`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The code of the rule or failure.
    pub code: &'static str,
}

/// The documentation, or why it is not here.
#[component]
pub fn Docs(props: &Props) -> Html {
    let documents = use_documents();
    match documents.of(props.code) {
        Some(markdown) => html! { <>{ for blocks(markdown).into_iter().map(draw) }</> },
        None => html! { <p role="status">{prose(documents.excuse())}</p> },
    }
}

fn draw(block: Block<'_>) -> Html {
    match block {
        Block::Heading(text) => html! { <h4>{prose(&text)}</h4> },
        Block::Paragraph(text) => html! { <p>{prose(&text)}</p> },
        Block::List { ordered, items } => {
            let items = items.into_iter().map(|entry| {
                // A line is not worth a paragraph of its own.
                let blocks = entry
                    .into_iter()
                    .enumerate()
                    .map(|(index, part)| match part {
                        Block::Paragraph(text) if index == 0 => prose(&text),
                        part => draw(part),
                    });
                html! { <li>{ for blocks }</li> }
            });
            if ordered {
                html! { <ol>{ for items }</ol> }
            } else {
                html! { <ul>{ for items }</ul> }
            }
        }
        Block::Code { info, text } => sample(info, text),
    }
}

/// Code; an example says whether it works.
fn sample(info: &str, text: String) -> Html {
    let label = match info.split(',').nth(1).map(str::trim) {
        Some("bad") => Some(("bad", "Goes wrong")),
        Some("good" | "fixed") => Some(("good", "Works")),
        _ => None,
    };
    let class = classes!("sample", label.map(|(class, _)| format!("sample-{class}")));
    html! {
        <div {class}>
            if let Some((_, words)) = label {
                <p class="sample-label">{words}</p>
            }
            <pre tabindex="0"><code>{text}</code></pre>
        </div>
    }
}

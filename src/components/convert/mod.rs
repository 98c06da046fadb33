//! The string in another dialect: masked as shown, with what is lost on the way.

use crate::components::layout::{CopyButton, prose};
use crate::state::convert::{converted, fate, targets};
use crate::state::document::Checked;
use crate::state::readings::{at, which};
use connlint_core::convert::{Converted, Loss};
use connlint_core::{Dialect, Span};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// See [`ConvertPanel`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Where the caret is, in bytes: with several strings, the one there is meant.
    pub caret: Span,
}

/// The panel. It converts only once a dialect is chosen.
#[component]
pub fn ConvertPanel(props: &Props) -> Html {
    let to = use_state_eq(|| None::<Dialect>);
    let index = at(&props.checked.analysis.strings, props.caret);
    let result = use_memo(
        (Rc::clone(&props.checked), index, *to),
        |(checked, index, to)| to.map(|to| converted(checked, *index, to)),
    );
    let onchange = {
        let to = to.setter();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            to.set(select.and_then(|select| Dialect::from_name(&select.value())));
        })
    };
    let choices = targets().map(|dialect| {
        html! { <option value={dialect.name()} selected={*to == Some(dialect)}>{dialect.label()}</option> }
    });
    let body = match &*result {
        None | Some(Ok(None)) => Html::default(),
        Some(Err(why)) => {
            html! { <p class="refusal" data-convert="refused">{prose(why)}</p> }
        }
        Some(Ok(Some(converted))) => html! {
            <>
                if let Some(which) = which(&props.checked, index) { <p class="note">{which}</p> }
                { written(converted) }
            </>
        },
    };
    html! {
        <section class="panel convert" id="convert" aria-labelledby="convert-title">
            <div class="panel-head">
                <h2 id="convert-title">{"Convert"}</h2>
                <label class="chip">
                    <span class="chip-label">{"Write it as"}</span>
                    <select id="convert-to" {onchange}>
                        <option value="" selected={to.is_none()}>{"choose"}</option>
                        { for choices }
                    </select>
                </label>
            </div>
            {body}
        </section>
    }
}

/// The result. The password is in the second button's care only, not in the page.
fn written(converted: &Converted) -> Html {
    let secret = converted.text != converted.masked;
    let label = if secret { "Copy masked" } else { "Copy" };
    html! {
        <>
            <pre tabindex="0" data-convert="done"><code>{converted.masked.clone()}</code></pre>
            <div class="convert-actions">
                <CopyButton text={converted.masked.clone()} {label} />
                if secret {
                    <CopyButton text={converted.text.clone()} label="Copy with password" />
                }
            </div>
            if converted.losses.is_empty() {
                <p class="calm">{"Nothing is lost on the way."}</p>
            } else {
                <ul class="losses" aria-label="What is lost on the way">{ for converted.losses.iter().map(loss) }</ul>
            }
        </>
    }
}

fn loss(loss: &Loss) -> Html {
    html! {
        <li data-loss={loss.kind.name()}>
            <code>{loss.keyword.clone()}</code>
            {" "}
            <span class="fate">{fate(loss.kind)}</span>
            {": "}
            {prose(&loss.note)}
        </li>
    }
}

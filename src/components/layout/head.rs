//! The head of the page.

use crate::state::theme::Theme;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// See [`Head`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The colours that were chosen.
    pub theme: Theme,
    /// Told about a choice of colours.
    pub on_theme: Callback<Theme>,
    /// Told to show the keys.
    pub on_keys: Callback<()>,
}

/// Name and purpose, keys and colours.
#[component]
pub fn Head(props: &Props) -> Html {
    let onchange = {
        let on_theme = props.on_theme.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(theme) = select.and_then(|select| Theme::from_name(&select.value())) {
                on_theme.emit(theme);
            }
        })
    };
    let themes = Theme::ALL.map(|theme| {
        html! { <option value={theme.name()} selected={theme == props.theme}>{theme.label()}</option> }
    });
    html! {
        <header class="head">
            <h1 class="wordmark">{"connlint"}</h1>
            <p class="tagline">{"What is wrong with this PostgreSQL connection string, and can the server be reached?"}</p>
            <div class="head-tools">
                <button type="button" class="button quiet" id="keys-open" aria-haspopup="dialog" onclick={props.on_keys.reform(|_| ())}>
                    {"Keys "}<kbd aria-hidden="true">{"?"}</kbd>
                </button>
                <label class="chip">
                    <span class="chip-label">{"Colours"}</span>
                    <select id="theme" {onchange}>{ for themes }</select>
                </label>
            </div>
        </header>
    }
}

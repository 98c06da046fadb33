//! The head of the page.

use yew::prelude::*;

/// Name and purpose.
#[component]
pub fn Head() -> Html {
    html! {
        <header class="head">
            <h1 class="wordmark">{"connlint"}</h1>
            <p class="tagline">{"What is wrong with this PostgreSQL connection string, and can the server be reached?"}</p>
        </header>
    }
}

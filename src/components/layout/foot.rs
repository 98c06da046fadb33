//! The foot of the page: what happens to the text, and the keys.

use super::SealView;
use yew::prelude::*;

/// Privacy and keys.
#[component]
pub fn Foot() -> Html {
    let key = |keys: &[&'static str], does: &'static str| {
        html! {
            <div>
                <dt>{ for keys.iter().map(|key| html! { <kbd>{*key}</kbd> }) }</dt>
                <dd>{does}</dd>
            </div>
        }
    };
    html! {
        <footer class="foot">
            <section aria-labelledby="foot-privacy">
                <h2 id="foot-privacy">{"Your text stays here"}</h2>
                <p>{"connlint reads it inside this page. It is not sent, not stored and not logged. Only a connection test, \
                     if you start one, sends host, port, user, database and TLS mode to the probe; never the password."}</p>
                <SealView />
            </section>
            <section aria-labelledby="foot-keys">
                <h2 id="foot-keys">{"Keys"}</h2>
                <dl class="keys">
                    { key(&["F8"], "next finding") }
                    { key(&["Shift", "F8"], "finding before") }
                    { key(&["Alt", "Enter"], "apply its safe fix") }
                    { key(&["Esc"], "back to the text") }
                    { key(&["Ctrl", "Z"], "undo, also a fix") }
                </dl>
            </section>
        </footer>
    }
}

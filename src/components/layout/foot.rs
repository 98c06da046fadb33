//! The foot of the page: what happens to the text.

use super::Later;
use crate::late::Late;
use yew::prelude::*;

/// Privacy.
pub fn foot() -> Html {
    html! {
        <footer class="foot">
            <section aria-labelledby="foot-privacy">
                <h2 id="foot-privacy">{"Your text stays here"}</h2>
                <p>{"connlint reads it inside this page. It is not sent, not stored and not logged. Only a connection test, \
                     if you start one, sends host, port, user, database and TLS mode to the probe; never the password."}</p>
                <Later silent=true draw={|late: &'static Late| (late.seal)()} />
            </section>
        </footer>
    }
}

//! What libpq would make of the server's TLS at each `sslmode`.

use crate::components::layout::{Picture, icon};
use crate::state::seen::at_mode;
use connlint_probe_api::{ModeView, SslMode};
use yew::prelude::*;

/// The modes, one a line; `asked` is the one in the text.
pub(super) fn modes(modes: &[ModeView], asked: Option<SslMode>) -> Html {
    let lines = modes.iter().map(|view| {
        let picture = if view.accepted {
            Picture::Ok
        } else {
            Picture::Error
        };
        let own = asked == Some(view.sslmode);
        html! {
            <li
                class={classes!(if view.accepted { "mode-ok" } else { "mode-bad" }, own.then_some("asked"))}
                data-mode={view.sslmode.name()}
                data-accepted={view.accepted.to_string()}
            >
                {icon(picture)}
                <span>
                    <code>{view.sslmode.name()}</code>
                    {" "}
                    {at_mode(view)}
                    if own { {" "}<span class="why">{"in the text"}</span> }
                </span>
            </li>
        }
    });
    html! {
        <div class="modes" data-modes="">
            <p class="modes-title">{"What libpq does with this server at each sslmode"}</p>
            <ul>{ for lines }</ul>
        </div>
    }
}

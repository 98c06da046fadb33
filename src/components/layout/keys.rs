//! The keys, in a dialog.

use crate::state::keys::HELP;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// See [`Keys`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The dialog's element, for whoever opens it.
    pub dialog: NodeRef,
}

/// The dialog, closed at first. The browser keeps the focus in it, closes it with Esc and gives the focus back.
#[component]
pub fn Keys(props: &Props) -> Html {
    let entries = HELP.iter().map(|(keys, does)| {
        html! {
            <div>
                <dt>{ for keys.iter().map(|key| html! { <kbd>{*key}</kbd> }) }</dt>
                <dd>{*does}</dd>
            </div>
        }
    });
    let close = {
        let dialog = props.dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    html! {
        <dialog id="keys" class="dialog" aria-labelledby="keys-title" ref={props.dialog.clone()}>
            <h2 id="keys-title">{"Keys"}</h2>
            <dl class="keys">{ for entries }</dl>
            <button type="button" class="button primary" data-action="close" onclick={close}>{"Close"}</button>
        </dialog>
    }
}

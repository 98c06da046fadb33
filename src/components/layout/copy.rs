//! A button that copies a text.

use crate::platform::clipboard;
use yew::platform::spawn_local;
use yew::prelude::*;

/// See [`CopyButton`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What is copied.
    pub text: AttrValue,
    /// What the button says.
    #[prop_or("Copy")]
    pub label: &'static str,
}

#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    None,
    Copied,
    Refused,
}

/// Copies its text and says whether that worked.
#[component]
pub fn CopyButton(props: &Props) -> Html {
    let outcome = use_state_eq(|| Outcome::None);
    {
        // Another text is not copied yet.
        let outcome = outcome.setter();
        use_effect_with(props.text.clone(), move |_| outcome.set(Outcome::None));
    }
    let onclick = {
        let (outcome, text) = (outcome.clone(), props.text.clone());
        Callback::from(move |_| {
            let (outcome, text) = (outcome.clone(), text.clone());
            spawn_local(async move {
                let copied = clipboard::copy(&text).await;
                outcome.set(if copied {
                    Outcome::Copied
                } else {
                    Outcome::Refused
                });
            });
        })
    };
    let label = match *outcome {
        Outcome::None => props.label,
        Outcome::Copied => "Copied",
        Outcome::Refused => "Select and copy it by hand",
    };
    html! {
        <button type="button" class="button small" data-action="copy" aria-live="polite" {onclick}>{label}</button>
    }
}

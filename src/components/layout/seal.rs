//! The seal: says that it is closed, and lets everyone try to break it.

use crate::components::layout::{Picture, icon};
use crate::hooks::use_seal;
use crate::platform::seal::try_to_break;
use crate::state::seal::{Attempt, Outcome, Seal};
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(Clone, PartialEq)]
enum Trial {
    None,
    Running,
    Done(Vec<(Attempt, Outcome)>),
}

/// The seal's badge and its trial; nothing where the page is not sealed, as inside another page.
#[component]
pub fn SealView() -> Html {
    let trial = use_state_eq(|| Trial::None);
    let onclick = {
        let trial = trial.clone();
        Callback::from(move |_: MouseEvent| {
            let trial = trial.clone();
            trial.set(Trial::Running);
            spawn_local(async move {
                trial.set(Trial::Done(try_to_break().await));
            });
        })
    };
    let Seal::Closed(allowed) = use_seal() else {
        return Html::default();
    };
    html! {
        <div class="seal" id="seal">
            <p class="seal-state">
                <span class="badge badge-ok">{icon(Picture::Ok)}{"Sealed"}</span>
                {" "}
                if allowed.is_empty() {
                    {"This page has told the browser to refuse it every further request. That cannot be undone until the page is loaded again."}
                } else {
                    {"This page has told the browser to refuse it every further request, except to the probe at "}
                    { for allowed.iter().map(|address| html! { <code>{address.clone()}</code> }) }
                    {". That cannot be undone until the page is loaded again."}
                }
            </p>
            <button type="button" class="button small" data-action="try-seal" disabled={*trial == Trial::Running} {onclick}>
                {"Try to break it"}
            </button>
            <div role="status">
                if let Trial::Done(outcomes) = &*trial {
                    <ul class="attempts">{ for outcomes.iter().map(result) }</ul>
                    <p>{"Each was for an address on this page's own server that names the attempt, and nothing else. The browser's \
                         console lists the same refusals."}</p>
                }
            </div>
        </div>
    }
}

fn result((attempt, outcome): &(Attempt, Outcome)) -> Html {
    let (name, picture, words) = match outcome {
        Outcome::Refused(directive) => (
            "refused",
            Picture::Ok,
            format!("the browser refused it ({directive})"),
        ),
        Outcome::NotRefused => (
            "not-refused",
            Picture::Warning,
            "the browser did not say that it refused it".to_owned(),
        ),
    };
    html! {
        <li data-attempt={attempt.address()} data-outcome={name}>
            {icon(picture)}{" "}{attempt.label()}{": "}{words}
        </li>
    }
}

//! The buttons of a finding or an error, the last of which opens its documentation in place.

use super::docs;
use super::later::Later;
use crate::late::Late;
use yew::prelude::*;

/// See [`Explain`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What the documentation's element is called: unique in the page.
    pub id: AttrValue,
    /// The code of the rule or failure whose documentation it is, if there is any.
    pub code: Option<&'static str>,
    /// Opens the documentation, each time that it changes.
    #[prop_or_default]
    pub asked: Option<u32>,
    /// The other buttons.
    #[prop_or_default]
    pub children: Html,
}

/// Draws the buttons, and the documentation once it is asked for.
#[component]
pub fn Explain(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    {
        let open = open.setter();
        use_effect_with(props.asked, move |asked| {
            if asked.is_some() {
                open.set(true);
            }
        });
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    html! {
        <>
            <div class="finding-actions">
                {props.children.clone()}
                if props.code.is_some() {
                    <button
                        type="button"
                        class="button"
                        data-action="explain"
                        aria-expanded={open.to_string()}
                        aria-controls={props.id.clone()}
                        onclick={toggle}
                    >
                        { if *open { "Close the explanation" } else { "Explain" } }
                    </button>
                }
            </div>
            if let Some(code) = props.code {
                <div id={props.id.clone()} class="docs" hidden={!*open}>
                    if *open { <Later draw={move |late: &'static Late| (late.docs)(docs::Props { code })} /> }
                </div>
            }
        </>
    }
}

//! The support report: made when it is asked for, shown before it is copied or saved.

use crate::components::layout::CopyButton;
use crate::platform::page;
use crate::state::document::Checked;
use crate::state::report::{FILE, report};
use crate::state::vantage::Points;
use std::rc::Rc;
use yew::prelude::*;

/// See [`SupportPanel`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with what is said of it.
    pub checked: Rc<Checked>,
    /// What the probes saw.
    pub points: Points,
}

/// The panel. A report of an older text or test is taken away: it would be about something else.
#[component]
pub fn SupportPanel(props: &Props) -> Html {
    let made = use_state_eq(|| None::<AttrValue>);
    {
        let made = made.setter();
        use_effect_with(props.clone(), move |_| made.set(None));
    }
    let make = {
        let (made, props) = (made.clone(), props.clone());
        Callback::from(move |_: MouseEvent| {
            let text = report(&props.checked, &props.points, page::now_ms());
            made.set(Some(AttrValue::from(text)));
        })
    };
    let close = {
        let made = made.clone();
        Callback::from(move |_: MouseEvent| made.set(None))
    };
    html! {
        <section class="panel support" id="support" aria-labelledby="support-title">
            <div class="panel-head">
                <h2 id="support-title">{"Support report"}</h2>
                if made.is_some() {
                    <button type="button" class="button" id="support-close" onclick={close}>{"Close the report"}</button>
                } else {
                    <button type="button" class="button" id="support-make" onclick={make}>{"Make a report"}</button>
                }
            </div>
            <p class="note">
                {"For a ticket: the string without its secrets, what connlint finds, what the driver makes of it, and what the \
                  connection test saw. It is made in this page; read it before you send it to somebody."}
            </p>
            if let Some(text) = &*made {
                <pre tabindex="0" data-report=""><code>{text.clone()}</code></pre>
                <div class="convert-actions">
                    <CopyButton text={text.clone()} label="Copy the report" />
                    <a class="button" id="support-save" download={FILE} href={page::text_address(text)}>{"Save as a file"}</a>
                </div>
            }
        </section>
    }
}

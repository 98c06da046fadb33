//! What the live region says: what was done at once, the summary of the findings after a pause.

use crate::state::document::Said;
use gloo::timers::callback::Timeout;
use yew::prelude::*;

/// How long the text has to stay as it is before its summary is read out, in milliseconds.
const PAUSE_MS: u32 = 900;

/// The words for the live region, and whether they speak of the text as it is now.
#[hook]
pub fn use_announcer(said: &Said, summary: AttrValue) -> AttrValue {
    let words = use_state(AttrValue::default);
    let setter = words.setter();
    use_effect_with(summary, move |summary| {
        let summary = summary.clone();
        let timer = Timeout::new(PAUSE_MS, move || setter.set(summary));
        move || drop(timer)
    });
    let setter = words.setter();
    use_effect_with(said.clone(), move |said| {
        if said.number > 0 {
            setter.set(AttrValue::from(said.text.clone()));
        }
    });
    (*words).clone()
}

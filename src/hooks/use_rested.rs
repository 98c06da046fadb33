//! A value that follows another one once that has come to rest: for what need not keep up with typing.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

/// How long the value has to stay as it is, in milliseconds.
const PAUSE_MS: u32 = 300;

/// The last `value` that was the same for a moment; the first one counts at once.
#[hook]
pub fn use_rested<T: Clone + PartialEq + 'static>(value: &T) -> T {
    let rested = use_state_eq(|| value.clone());
    let setter = rested.setter();
    use_effect_with(value.clone(), move |value| {
        let value = value.clone();
        let timer = Timeout::new(PAUSE_MS, move || setter.set(value));
        move || drop(timer)
    });
    (*rested).clone()
}

//! How long ago something last changed, told again and again while it matters.

use gloo::timers::callback::Interval;
use yew::prelude::*;

/// How often it is told, in milliseconds.
const EVERY_MS: u32 = 200;

/// Milliseconds since `key` changed, in steps; stands still at 0 unless `running`.
#[hook]
pub fn use_elapsed<K: Clone + PartialEq + 'static>(key: &K, running: bool) -> u32 {
    let elapsed = use_state_eq(|| 0_u32);
    let setter = elapsed.setter();
    use_effect_with((key.clone(), running), move |(_, running)| {
        setter.set(0);
        let mut passed = 0;
        let timer = running.then(|| {
            Interval::new(EVERY_MS, move || {
                passed += EVERY_MS;
                setter.set(passed);
            })
        });
        move || drop(timer)
    });
    *elapsed
}

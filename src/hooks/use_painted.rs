//! A value that follows another one once that is painted: for what may come a moment behind the keys.

use crate::platform::page;
use std::cell::Cell;
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

/// The last `value` that was the same when a frame was painted; the first one counts at once.
#[hook]
pub fn use_painted<T: Clone + PartialEq + 'static>(value: &T) -> T {
    let painted = use_state_eq(|| value.clone());
    let setter = painted.setter();
    use_effect_with(value.clone(), move |value| {
        let gone = Rc::new(Cell::new(false));
        let (value, over) = (value.clone(), Rc::clone(&gone));
        spawn_local(async move {
            page::drawn().await;
            if !over.get() {
                setter.set(value);
            }
        });
        move || gone.set(true)
    });
    (*painted).clone()
}

//! Light or dark, for as long as the page is open.

use crate::platform::page;
use crate::state::theme::Theme;
use web_sys::Element;
use yew::prelude::*;

/// The theme of the page that `root` is in, and how to choose another one.
#[hook]
pub fn use_theme(root: &Element) -> (Theme, Callback<Theme>) {
    let theme = use_state_eq(Theme::default);
    use_effect_with((root.clone(), *theme), |(root, theme)| {
        page::set_theme(root, theme.name());
    });
    let choose = {
        let theme = theme.setter();
        use_callback((), move |chosen: Theme, ()| theme.set(chosen))
    };
    (*theme, choose)
}

//! Driver and target: what connlint found out, and the user's word where it is wrong.

use crate::state::document::{Action, Checked};
use crate::state::words;
use connlint_core::{Driver, Found, Target};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// See [`Chips`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Told about a choice.
    pub on_action: Callback<Action>,
}

/// The two chips.
#[component]
pub fn Chips(props: &Props) -> Html {
    let strings = &props.checked.analysis.strings;
    let options = &props.checked.options;
    let seen = |label: fn(&Found) -> String| {
        let mut labels: Vec<String> = strings.iter().map(label).collect();
        labels.dedup();
        match labels.as_slice() {
            [] => "detect".to_owned(),
            [one] => format!("detected: {one}"),
            [one, ..] => format!("detected: {one} and others"),
        }
    };
    // What is set hides what would be detected, so the first entry does not claim to know.
    let driver_seen = if options.driver == Driver::Auto {
        seen(|found| found.driver.label().to_owned())
    } else {
        "detect".to_owned()
    };
    let target_seen = if options.target == Target::Auto {
        seen(|found| words::product(found).unwrap_or_else(|| "not clear".into()))
    } else {
        "detect".to_owned()
    };
    let drivers = choices(
        Driver::ALL,
        Driver::name,
        Driver::label,
        options.driver,
        &driver_seen,
    );
    let targets = choices(
        Target::ALL,
        Target::name,
        Target::label,
        options.target,
        &target_seen,
    );
    let pick = |choose: fn(&str) -> Option<Action>| {
        let on_action = props.on_action.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>()
                && let Some(action) = choose(&select.value())
            {
                on_action.emit(action);
            }
        })
    };
    html! {
        <div class="chips">
            { chip("driver", "Driver", options.driver != Driver::Auto, drivers,
                pick(|name| Driver::from_name(name).map(Action::Driver))) }
            { chip("target", "Server", options.target != Target::Auto, targets,
                pick(|name| Target::from_name(name).map(Action::Target))) }
        </div>
    }
}

fn chip(
    id: &'static str,
    label: &'static str,
    given: bool,
    options: Html,
    onchange: Callback<Event>,
) -> Html {
    html! {
        <label class={classes!("chip", given.then_some("given"))}>
            <span class="chip-label">{label}</span>
            <select {id} {onchange} data-given={given.then_some("")}>{options}</select>
        </label>
    }
}

fn choices<T: Copy + PartialEq>(
    all: &[T],
    name: fn(T) -> &'static str,
    label: fn(T) -> &'static str,
    chosen: T,
    first: &str,
) -> Html {
    let entries = all.iter().enumerate().map(|(index, &value)| {
        let text = if index == 0 {
            AttrValue::from(first.to_owned())
        } else {
            AttrValue::Static(label(value))
        };
        html! { <option value={name(value)} selected={value == chosen}>{text}</option> }
    });
    html! { <>{ for entries }</> }
}

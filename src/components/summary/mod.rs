//! What each string that was found means, in one sentence.

pub mod splits;

use crate::components::layout::{Later, prose};
use crate::hooks::use_rested;
use crate::late::Late;
use crate::state::document::{Action, Checked};
use crate::state::words;
use connlint_core::{Driver, Found};
use std::rc::Rc;
use yew::prelude::*;

/// How many strings are summed up; the findings are shown for all.
const MOST: usize = 12;

/// See [`Summary`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Told which reading is meant.
    pub on_action: Callback<Action>,
}

/// The summaries, or what connlint looks for if it found nothing.
#[component]
pub fn Summary(props: &Props) -> Html {
    let strings = &props.checked.analysis.strings;
    // In how many ways it can be cut is worked out once the typing pauses.
    let rested = use_rested(&props.checked) == props.checked;
    if props.checked.text.trim().is_empty() {
        return Html::default();
    }
    if props.checked.waits {
        return html! { <Later draw={|_: &'static Late| Html::default()} /> };
    }
    if strings.is_empty() && props.checked.triage.is_some() {
        // The error's own panel says what it means.
        return Html::default();
    }
    if strings.is_empty() {
        return html! {
            <div class="summary none">
                <p class="sentence">{"There is no connection string in this text, as far as connlint can see."}</p>
                <p class="about">
                    {prose("It knows URIs (`postgresql://…`), keyword/value strings (`host=… user=…`), ADO.NET strings (`Host=…;Username=…`), JDBC URLs (`jdbc:postgresql://…`) and others, also inside code, `.env`, YAML and JSON, and the errors of clients that cannot connect.")}
                </p>
            </div>
        };
    }
    let more = strings.len().saturating_sub(MOST);
    html! {
        <div class="summary" role="group" aria-label="What it means">
            { for strings.iter().take(MOST).enumerate().map(|(index, found)| one(index, found, rested, props)) }
            if more > 0 {
                <p class="about">{format!("and {more} more")}</p>
            }
        </div>
    }
}

fn one(index: usize, found: &Found, rested: bool, props: &Props) -> Html {
    let driver = found.driver.label();
    html! {
        <div class="string" key={index}>
            <p class="sentence" data-summary={index.to_string()}>{prose(&found.summary)}</p>
            if let Some(error) = &found.refused_by_driver {
                <p class="refusal">{format!("{driver} says: ")}<q>{error.clone()}</q></p>
            }
            <p class="about">{about(found)}</p>
            if let Some(template) = found.template {
                <p class="about" data-template={template.name}>{format!("From: {}", template.name)}</p>
            }
            if rested {
                { ways(index, props) }
            }
        </div>
    }
}

fn ways(index: usize, props: &Props) -> Html {
    let props = splits::Props {
        checked: Rc::clone(&props.checked),
        index,
        on_action: props.on_action.clone(),
    };
    html! { <Later silent=true draw={move |late: &'static Late| (late.splits)(props.clone())} /> }
}

/// `URI in a .env file, read as libpq reads it, for Azure Flexible Server`
fn about(found: &Found) -> String {
    use connlint_core::Layer;
    let mut text = found.dialect.label().to_owned();
    if found.layer != Layer::Plain {
        text.push_str(" in ");
        text.push_str(found.layer.label());
    }
    if found.driver != Driver::Auto {
        text.push_str(&format!(", read as {} reads it", found.driver.label()));
    }
    if let Some(product) = words::product(found) {
        text.push_str(&format!(", for {product}"));
    }
    text
}

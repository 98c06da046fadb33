//! One finding.

use super::fixes::way;
use crate::components::advice;
use crate::components::layout::{Explain, Later, Picture, icon, prose};
use crate::late::Late;
use crate::state::cards::Card;
use crate::state::embedding::Runbooks;
use crate::state::findings::Ask;
use crate::state::words;
use connlint_core::triage::Advice;
use connlint_core::{Certainty, Severity};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

/// See [`Item`]. None of it changes with the text alone: a finding that looks as before is not drawn anew.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What to show.
    pub(super) card: Rc<Card>,
    /// Whether it is the one at hand.
    pub(super) current: bool,
    /// Whether its place in the text is pointed at.
    pub(super) pointed: bool,
    /// Opens the explanation and takes the focus, each time that it changes.
    pub(super) asked: Option<u32>,
    /// Told what is asked for.
    pub(super) on_ask: Callback<Ask>,
}

/// A finding with everything that helps.
#[component]
pub(super) fn Item(props: &Props) -> Html {
    let title = use_node_ref();
    {
        let title = title.clone();
        use_effect_with(props.asked, move |asked| {
            if asked.is_some()
                && let Some(title) = title.cast::<HtmlElement>()
            {
                let _ = title.focus();
            }
        });
    }
    let runbooks = use_context::<Runbooks>().unwrap_or_default();
    let (card, on_ask) = (&props.card, &props.on_ask);
    let severity = card.severity;
    let picture = match severity {
        Severity::Error => Picture::Error,
        Severity::Warning => Picture::Warning,
        Severity::Info => Picture::Note,
    };
    let id = card.id;
    let show = on_ask.reform(move |_: MouseEvent| Ask::Show(id));
    let onmouseenter = on_ask.reform(move |_: MouseEvent| Ask::Point(Some(id)));
    let onmouseleave = on_ask.reform(|_: MouseEvent| Ask::Point(None));
    let onfocusin = on_ask.reform(move |_: FocusEvent| Ask::Point(Some(id)));
    let onfocusout = on_ask.reform(|_: FocusEvent| Ask::Point(None));
    let title_id = format!("finding-{id}");
    let docs_id = format!("finding-{id}-docs");
    let related = card.related.iter().enumerate();
    let related = related.map(|(nth, (place, message))| {
        let onclick = on_ask.reform(move |_: MouseEvent| Ask::Related(id, nth));
        html! {
            <li>
                <button type="button" class="link" {onclick}>{place.clone()}</button>
                {": "}{prose(message)}
            </li>
        }
    });
    let ways = card.ways.iter().enumerate();
    let ways = ways.map(|(nth, each)| way(card, nth, each, on_ask));
    html! {
        <li
            class={classes!("finding", format!("finding-{}", severity.name()), props.current.then_some("current"), props.pointed.then_some("pointed"))}
            part="finding"
            data-code={card.code}
            data-category={card.advice.as_ref().map(|advice| advice.category.name())}
            data-severity={severity.name()}
            data-id={id.to_string()}
            aria-current={props.current.then_some("true")}
            {onmouseenter}
            {onmouseleave}
            {onfocusin}
            {onfocusout}
        >
            <article aria-labelledby={title_id.clone()}>
                <p class="finding-kind">
                    <span class={classes!("severity", format!("severity-{}", severity.name()))}>
                        {icon(picture)}{words::severity(severity)}
                    </span>
                    <span class={classes!("badge", format!("badge-{}", severity.name()))} part="badge">{card.code}</span>
                    if let Some(place) = card.place.clone() { <span class="place">{place}</span> }
                    if let Some(doubt) = doubt(card.certainty) { <span class="doubt">{doubt}</span> }
                </p>
                <h3 id={title_id} class="finding-title" tabindex="-1" ref={title}>{prose(&card.title)}</h3>
                { for card.help.iter().map(|text| html! { <p class="finding-help">{prose(text)}</p> }) }
                if !card.related.is_empty() { <ul class="related">{ for related }</ul> }
                if let Some(explained) = card.explained.clone() {
                    <p class="finding-help" data-explained-by="">{explained}</p>
                }
                { for ways }
                if let Some(advice) = &card.advice { {steps(advice)} }
                <Explain id={docs_id} code={card.rule} asked={props.asked}>
                    if card.place.is_some() {
                        <button type="button" class="button" data-action="show" onclick={show}>{"Show in text"}</button>
                    }
                    if let Some(address) = runbooks.of(card.code) {
                        <a class="runbook" href={address.to_owned()} target="_blank" rel="noreferrer">{format!("Our page about {}", card.code)}</a>
                    }
                </Explain>
            </article>
        </li>
    }
}

fn steps(advice: &Advice) -> Html {
    let props = advice::Props {
        advice: advice.clone(),
    };
    html! { <Later draw={move |late: &'static Late| (late.advice)(props.clone())} /> }
}

const fn doubt(certainty: Certainty) -> Option<&'static str> {
    match certainty {
        Certainty::Certain => None,
        Certainty::Likely => Some("very likely"),
        Certainty::Depends => Some("depends on the server"),
    }
}

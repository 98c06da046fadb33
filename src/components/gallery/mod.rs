//! Every rule on a broken string: to see what there is, and to try it.

use crate::components::layout::{Later, prose};
use crate::hooks::use_documents;
use crate::late::Late;
use crate::state::documents::Documents;
use connlint_core::rules::{Example, Group, RULES, Rule};
use yew::prelude::*;

/// See [`Gallery`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Told which example to open.
    pub on_example: Callback<Example>,
}

/// The gallery, closed until it is asked for.
#[component]
pub fn Gallery(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let ontoggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let shelves = {
        let props = props.clone();
        html! { <Later draw={move |late: &'static Late| (late.shelves)(props.clone())} /> }
    };
    html! {
        <section class="gallery" aria-labelledby="gallery-title">
            <h2 id="gallery-title">
                <button
                    type="button"
                    class="link"
                    data-action="gallery"
                    aria-expanded={open.to_string()}
                    aria-controls="gallery-rules"
                    onclick={ontoggle}
                >
                    {format!("Everything that connlint finds: {} rules, each on a broken string", RULES.len())}
                </button>
            </h2>
            <div id="gallery-rules" hidden={!*open}>
                if *open { {shelves} }
            </div>
        </section>
    }
}

/// The rules by their groups.
#[component]
pub fn Shelves(props: &Props) -> Html {
    let documents = use_documents();
    if let Documents::Here(_) = documents {
        let shelves = Group::ALL
            .iter()
            .map(|group| shelf(*group, &documents, &props.on_example));
        html! { <>{ for shelves }</> }
    } else {
        html! { <p role="status">{prose(documents.excuse())}</p> }
    }
}

fn shelf(group: Group, documents: &Documents, on_example: &Callback<Example>) -> Html {
    let mut rules = RULES.iter().filter(|rule| rule.group == group).peekable();
    if rules.peek().is_none() {
        return Html::default();
    }
    let items = rules.filter_map(|rule| exhibit(rule, documents, on_example));
    html! {
        <>
            <h3>{group.letters()}{" "}{group.name()}</h3>
            <ul>{ for items }</ul>
        </>
    }
}

fn exhibit(
    rule: &'static Rule,
    documents: &Documents,
    on_example: &Callback<Example>,
) -> Option<Html> {
    let document = documents.of(rule.code)?;
    let summary = Rule::summary_in(document)?.to_owned();
    let examples = Example::all_in(document).ok()?;
    let bad = examples.into_iter().find(|e| e.kind == "bad")?;
    let onclick = on_example.reform(move |_: MouseEvent| bad.clone());
    Some(html! {
        <li key={rule.code}>
            <button type="button" class="link" data-example={rule.code} {onclick}>{rule.code}</button>
            {" "}{prose(&summary)}
        </li>
    })
}

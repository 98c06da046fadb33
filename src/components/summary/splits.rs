//! The ways in which drivers cut the text, drawn as its parts, where a click says which one is meant.

use crate::state::document::{Action, Checked};
use connlint_core::parse::TokenKind;
use connlint_core::readings::{Part, Split, splits_of};
use std::rc::Rc;
use yew::prelude::*;

/// How many drivers are named.
const NAMED: usize = 4;

/// See [`SplitsView`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Which of its strings.
    pub index: usize,
    /// Told which fix to apply.
    pub on_action: Callback<Action>,
}

/// The ways; nothing where all drivers cut alike, or no click could change it.
#[component]
pub fn SplitsView(props: &Props) -> Html {
    let checked = &props.checked;
    let splits = use_memo((Rc::clone(checked), props.index), |(checked, index)| {
        let found = checked.analysis.strings.get(*index);
        found.map_or_else(Vec::new, |found| splits_of(&checked.text, *index, found))
    });
    if splits.iter().all(|split| split.fix.is_none()) {
        return Html::default();
    }
    html! {
        <div class="splits" data-splits={splits.len().to_string()}>
            <p class="splits-title">{format!("This text can be cut in {} ways. Which one is meant?", splits.len())}</p>
            <ol>{ for splits.iter().map(|split| way(split, checked, &props.on_action)) }</ol>
        </div>
    }
}

fn way(split: &Split, checked: &Rc<Checked>, on_action: &Callback<Action>) -> Html {
    let choose = split.fix.clone().map(|fix| {
        let of = Rc::clone(&checked.text);
        let onclick = on_action.reform(move |_: MouseEvent| Action::Fix {
            fix: fix.clone(),
            of: Rc::clone(&of),
        });
        html! { <button type="button" class="button small" data-action="choose-split" {onclick}>{"This is meant"}</button> }
    });
    let names: Vec<&str> = split.drivers.iter().map(|driver| driver.label()).collect();
    let more = names.len().saturating_sub(NAMED);
    let named = names
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    let who = match more {
        _ if names.is_empty() => "no driver, as the text stands".to_owned(),
        0 => named,
        _ => format!("{named} and {more} more"),
    };
    html! {
        <li class="split">
            <p class="split-who">
                {who}
                if split.refused { {", "}<span class="split-refused">{"which refuse it"}</span> }
            </p>
            <div class="split-line">
                <div class="parts">{ for split.parts.iter().map(part) }</div>
                {choose}
            </div>
        </li>
    }
}

fn part(part: &Part) -> Html {
    html! {
        <span class={format!("part part-{}", part.kind.name())}>
            <span class="part-name">{name(part.kind)}<span class="visually-hidden">{": "}</span></span>
            <code>{part.shown.clone()}</code>
            <span class="visually-hidden">{", "}</span>
        </span>
    }
}

const fn name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::User => "user",
        TokenKind::Password => "password",
        TokenKind::Host => "host",
        TokenKind::Port => "port",
        TokenKind::Database => "database",
        _ => "part",
    }
}

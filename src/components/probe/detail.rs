//! What was seen at a stage, for who wants to know: the names that DNS led through, the certificate and its chain, and what
//! libpq makes of them at each TLS mode.

use super::modes::modes;
use crate::state::seen;
use connlint_probe_api::{Certificate, Detail};
use std::rc::Rc;
use yew::prelude::*;

/// See [`DetailView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What was seen.
    pub(super) detail: Rc<Detail>,
}

/// The details, closed until they are asked for; nothing where there are none.
#[component]
pub(super) fn DetailView(props: &Props) -> Html {
    let detail = &props.detail;
    html! {
        <>
            if detail.chain.len() > 1 { {names(&detail.chain)} }
            if let Some(certificate) = &detail.certificate {
                <details class="certificate" data-certificate="">
                    <summary>{"Certificate and TLS modes"}</summary>
                    {chain(&seen::chain(detail))}
                    {lines(certificate)}
                    if !detail.modes.is_empty() { {modes(&detail.modes, None)} }
                </details>
            }
        </>
    }
}

/// One name after the other, as each leads to the next.
fn names(chain: &[String]) -> Html {
    html! {
        <ol class="chain" aria-label="The names that it leads through" data-chain="">
            { for chain.iter().map(|name| html! { <li><code>{name.clone()}</code></li> }) }
        </ol>
    }
}

/// From the server's certificate to the root.
fn chain(chain: &[String]) -> Html {
    html! {
        <ol class="chain" aria-label="From the server’s certificate to its root">
            { for chain.iter().map(|name| html! { <li>{name.clone()}</li> }) }
        </ol>
    }
}

fn lines(certificate: &Certificate) -> Html {
    let lines = seen::certificate(certificate).into_iter();
    html! {
        <dl class="facts">
            { for lines.map(|(what, value)| html! { <div><dt>{what}</dt><dd>{value}</dd></div> }) }
        </dl>
    }
}

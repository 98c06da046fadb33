//! The ladder: one for each host and each of its addresses.

use crate::components::layout::{Icon, Picture};
use crate::state::ladder::{HostLadder, Ladder, Rung, RungState, label, question};
use crate::state::words;
use yew::prelude::*;

/// See [`LadderView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The ladder.
    pub(super) ladder: Ladder,
}

/// Draws the ladder.
#[component]
pub(super) fn LadderView(props: &Props) -> Html {
    html! { <>{ for props.ladder.hosts.iter().map(host) }</> }
}

fn host(host: &HostLadder) -> Html {
    html! {
        <div class="ladder">
            <h3 class="ladder-title">{format!("{}:{}", host.host, host.port)}</h3>
            <ol class="rungs">{ for host.rungs.iter().map(rung) }</ol>
            { for host.addresses.iter().map(|row| html! {
                <div class="ladder-address" data-address={row.address.clone()}>
                    <h4 class="ladder-address-title">{row.address.clone()}</h4>
                    <ol class="rungs">{ for row.rungs.iter().map(rung) }</ol>
                </div>
            }) }
        </div>
    }
}

fn rung(rung: &Rung) -> Html {
    let picture = match rung.state {
        RungState::Waiting => Picture::Waiting,
        RungState::Running => Picture::Running,
        RungState::Ok => Picture::Ok,
        RungState::Warn => Picture::Warning,
        RungState::Failed => Picture::Error,
        RungState::Skipped => Picture::Skipped,
    };
    let text = rung
        .text
        .clone()
        .unwrap_or_else(|| question(rung.stage).to_owned());
    html! {
        <li class={classes!("rung", format!("rung-{}", rung.state.name()))} data-stage={rung.stage.name()} data-state={rung.state.name()}>
            <Icon {picture} />
            <div class="rung-body">
                <p class="rung-line">
                    <span class="rung-stage">{label(rung.stage)}</span>
                    <span class="rung-word">{rung.word()}</span>
                    if let Some(us) = rung.dur_us { <span class="rung-time">{words::duration(us)}</span> }
                </p>
                <p class="rung-text">{text}</p>
                if !rung.facts.is_empty() {
                    <ul class="rung-facts">{ for rung.facts.iter().map(|fact| html! { <li>{fact.clone()}</li> }) }</ul>
                }
            </div>
        </li>
    }
}

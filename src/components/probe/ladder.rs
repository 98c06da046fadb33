//! The ladder: one for each host and each of its addresses, with the times of all of them to one scale.

use super::bar::bar;
use super::detail::DetailView;
use crate::components::layout::{Picture, icon};
use crate::hooks::use_elapsed;
use crate::state::ladder::{AddressLadder, HostLadder, Ladder, Rung, RungState, label, question};
use crate::state::words;
use yew::prelude::*;

/// See [`LadderView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The ladder.
    pub(super) ladder: Ladder,
    /// Whether it still fills in.
    pub(super) running: bool,
}

/// Draws the ladder.
#[component]
pub(super) fn LadderView(props: &Props) -> Html {
    let ladder = &props.ladder;
    let since = use_elapsed(&ladder.last_us, props.running);
    let now = ladder.last_us + u64::from(since) * 1000;
    let time = Time {
        now,
        scale: ladder.scale(now),
    };
    html! {
        <>
            { for ladder.hosts.iter().map(|host| time.host(host)) }
            if ladder.began_us.is_some() {
                <p class="ladder-scale" aria-hidden="true">
                    <span>{"0"}</span>
                    <span>{words::duration(time.scale.1 - time.scale.0)}</span>
                </p>
            }
        </>
    }
}

/// What all times are drawn against, in microseconds.
struct Time {
    now: u64,
    scale: (u64, u64),
}

impl Time {
    fn host(&self, host: &HostLadder) -> Html {
        let several = host.addresses.len() > 1;
        html! {
            <div class="ladder">
                <h3 class="ladder-title">{format!("{}:{}", host.host, host.port)}</h3>
                <ol class="rungs">{ for host.rungs.iter().map(|rung| self.rung(rung)) }</ol>
                { for host.addresses.iter().map(|row| self.row(row, several)) }
            </div>
        }
    }

    fn row(&self, row: &AddressLadder, several: bool) -> Html {
        html! {
            <div class="ladder-address" data-address={row.address.clone()}>
                <h4 class="ladder-address-title">
                    <code>{row.address.clone()}</code>
                    {" "}<span class="family">{row.family()}</span>
                    if several && row.tried_first {
                        {" "}<span class="why" data-tried-first="">{"libpq tries it first"}</span>
                    }
                </h4>
                <ol class="rungs">{ for row.rungs.iter().map(|rung| self.rung(rung)) }</ol>
            </div>
        }
    }

    fn rung(&self, rung: &Rung) -> Html {
        let picture = match rung.state {
            RungState::Waiting => Picture::Waiting,
            RungState::Running => Picture::Running,
            RungState::Ok => Picture::Ok,
            RungState::Warn => Picture::Warning,
            RungState::Failed => Picture::Error,
            RungState::Skipped => Picture::Skipped,
        };
        // What was not reached has nothing to say.
        let text = match (&rung.text, rung.state) {
            (Some(text), _) => Some(text.clone()),
            (None, RungState::Skipped) => None,
            (None, _) => Some(question(rung.stage).to_owned()),
        };
        let facts = rung.facts();
        html! {
            <li class={classes!("rung", format!("rung-{}", rung.state.name()))} data-stage={rung.stage.name()} data-state={rung.state.name()}>
                {icon(picture)}
                <div class="rung-body">
                    <p class="rung-line">
                        <span class="rung-stage">{label(rung.stage)}</span>
                        <span class="rung-word">{rung.word()}</span>
                        if let Some(us) = rung.dur_us { <span class="rung-time">{words::duration(us)}</span> }
                    </p>
                    if rung.state != RungState::Skipped {
                        {bar(rung.stretch(self.now), self.scale)}
                    }
                    if let Some(text) = text { <p class="rung-text">{text}</p> }
                    if !facts.is_empty() {
                        <ul class="rung-facts">{ for facts.iter().map(|fact| html! { <li>{fact.clone()}</li> }) }</ul>
                    }
                    <DetailView detail={std::rc::Rc::clone(&rung.detail)} />
                </div>
            </li>
        }
    }
}

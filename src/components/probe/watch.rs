//! The looks of a watch on a line, to scale, so that a blip can be told from an outage at a glance.

use super::bar::place;
use crate::components::layout::{Picture, icon};
use crate::hooks::use_elapsed;
use crate::state::watch::{self, Outage, PERSISTENT_US, length_us, outages, so_far, ticks};
use connlint_probe_api::{Round, WatchKind, WatchVerdict};
use yew::prelude::*;

/// How wide and high the drawing is, in its own units.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 56.0;
/// Where the line of the looks is.
const AXIS: f64 = 34.0;
/// The least width of a look.
const LEAST: f64 = 2.5;
/// How many outages are listed.
const LISTED: usize = 6;

/// See [`WatchView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The looks that are over.
    pub(super) rounds: Vec<Round>,
    /// For how long was asked, in seconds.
    pub(super) seconds: u16,
    /// What it came to.
    pub(super) verdict: Option<WatchVerdict>,
    /// Whether it still goes on.
    pub(super) running: bool,
}

/// The drawing and its words.
#[component]
pub(super) fn WatchView(props: &Props) -> Html {
    let rounds = &props.rounds;
    let since = use_elapsed(&rounds.len(), props.running);
    let seen = rounds.last().map_or(0, |r| r.t_us.saturating_add(r.dur_us));
    let now = props.running.then(|| seen + u64::from(since) * 1000);
    let found = outages(rounds);
    let words = match &props.verdict {
        Some(verdict) => watch::words(verdict),
        None => so_far(rounds),
    };
    let more = found.len().saturating_sub(LISTED);
    // While it goes on there is room for what is to come; a watch can end early, once its answer is clear.
    let watched = if props.running { props.seconds } else { 0 };
    html! {
        <div
            class="watch"
            data-looks={rounds.len().to_string()}
            data-outages={found.len().to_string()}
            data-watch={props.verdict.as_ref().map(|verdict| verdict.kind.name())}
        >
            if let Some(verdict) = &props.verdict {
                <p class="watch-title">{icon(picture(verdict.kind))}{watch::title(verdict.kind)}</p>
            }
            <p class="watch-words">{words.clone()}</p>
            {drawing(rounds, &found, length_us(rounds, watched), now, words)}
            <p class="watch-key" aria-hidden="true">
                <span class="key-ok">{"answered"}</span>
                <span class="key-failed">{"no answer"}</span>
                if found.iter().any(|outage| outage.lasted_us() > PERSISTENT_US) {
                    <span class="key-limit">{"60 s: no blip any more"}</span>
                }
            </p>
            if !found.is_empty() {
                <ul class="watch-outages">
                    { for found.iter().take(LISTED).map(|outage| html! { <li>{watch::line(outage)}</li> }) }
                    if more > 0 { <li>{format!("and {more} more")}</li> }
                </ul>
            }
        </div>
    }
}

const fn picture(kind: WatchKind) -> Picture {
    match kind {
        WatchKind::Steady => Picture::Ok,
        WatchKind::Transient | WatchKind::Flapping => Picture::Warning,
        WatchKind::Persistent => Picture::Error,
        WatchKind::Undecided | WatchKind::Unknown => Picture::Note,
    }
}

fn drawing(
    rounds: &[Round],
    outages: &[Outage],
    length: u64,
    now: Option<u64>,
    words: String,
) -> Html {
    let scale = (0, length);
    let x = |at| place(at, scale, WIDTH);
    let rect = |class: &'static str, from: f64, to: f64, y: f64, height: f64| {
        let width = (to - from).max(LEAST);
        html! {
            <rect
                {class}
                x={format!("{:.1}", from.min(WIDTH - LEAST))}
                y={y.to_string()}
                width={format!("{width:.1}")}
                height={height.to_string()}
            />
        }
    };
    let bands = outages.iter().map(|outage| {
        let limit = outage.from_us.saturating_add(PERSISTENT_US);
        html! {
            <>
                { rect("watch-band", x(outage.from_us), x(outage.to_us), 6.0, AXIS - 6.0) }
                if limit < outage.to_us {
                    <line class="watch-limit" x1={format!("{:.1}", x(limit))} x2={format!("{:.1}", x(limit))} y1="2" y2={AXIS.to_string()} />
                }
            </>
        }
    });
    // What failed is tall and what did not is low: colour is not all that tells them apart.
    let looks = rounds.iter().map(|round| {
        let (from, to) = (x(round.t_us), x(round.t_us.saturating_add(round.dur_us)));
        match round.reachable {
            true => rect("watch-ok", from, to, AXIS - 10.0, 10.0),
            false => rect("watch-failed", from, to, 6.0, AXIS - 6.0),
        }
    });
    let last = ticks(length).len().saturating_sub(1);
    let marks = ticks(length).into_iter().enumerate().map(|(nth, seconds)| {
        let at = x(seconds * 1_000_000);
        let anchor = match nth {
            0 => "start",
            nth if nth == last && at > WIDTH - 24.0 => "end",
            _ => "middle",
        };
        let text = if nth == last { format!("{seconds} s") } else { seconds.to_string() };
        html! {
            <>
                <line class="watch-tick" x1={format!("{at:.1}")} x2={format!("{at:.1}")} y1={AXIS.to_string()} y2={(AXIS + 4.0).to_string()} />
                <text x={format!("{at:.1}")} y={(AXIS + 17.0).to_string()} text-anchor={anchor}>{text}</text>
            </>
        }
    });
    html! {
        <svg class="watch-line" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={words}>
            { for bands }
            <line class="watch-axis" x1="0" x2={WIDTH.to_string()} y1={AXIS.to_string()} y2={AXIS.to_string()} />
            { for looks }
            { for marks }
            if let Some(now) = now {
                <line class="watch-now" x1={format!("{:.1}", x(now))} x2={format!("{:.1}", x(now))} y1="2" y2={(AXIS + 4.0).to_string()} />
            }
        </svg>
    }
}

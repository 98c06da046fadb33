//! When failures came, drawn to scale.

use connlint_core::triage::{Outage, Timeline, duration};
use yew::prelude::*;

/// How wide and high the drawing is, in its own units.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 32.0;
/// What stays free at both ends.
const EDGE: f64 = 8.0;
/// How many outages are drawn and listed.
const MOST: usize = 50;
const LISTED: usize = 8;

/// See [`TimelineView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What was counted.
    pub(super) timeline: Timeline,
}

/// The drawing, its words, and the outages one by one.
#[component]
pub(super) fn TimelineView(props: &Props) -> Html {
    let timeline = &props.timeline;
    let words = timeline.words();
    let place = scale(timeline);
    let bars = timeline.outages.iter().take(MOST).map(|outage| {
        let from = place(outage.first.time.ms);
        let width = (place(outage.last.time.ms) - from).max(3.0);
        html! {
            <rect class="outage" x={from.to_string()} y="6" width={width.to_string()} height="20" rx="1.5" />
        }
    });
    let zone = if timeline.utc { " UTC" } else { "" };
    let line = |outage: &Outage| {
        let lasted = match outage.seconds() {
            0 => String::new(),
            seconds => format!(", over {}", duration(seconds)),
        };
        let errors = match outage.count {
            1 => "1 error".to_owned(),
            n => format!("{n} errors"),
        };
        format!("{}{zone}: {errors}{lasted}", outage.first.time.text())
    };
    let more = timeline.outages.len().saturating_sub(LISTED);
    html! {
        <div class="timeline" data-outages={timeline.outages.len().to_string()}>
            <h3>{"When it happened"}</h3>
            <p>{words.clone()}</p>
            <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={words} preserveAspectRatio="none">
                <line class="axis" x1="0" y1="16" x2={WIDTH.to_string()} y2="16" />
                { for bars }
            </svg>
            <ul>
                { for timeline.outages.iter().take(LISTED).map(|outage| html! { <li>{line(outage)}</li> }) }
                if more > 0 { <li>{format!("and {more} more")}</li> }
            </ul>
        </div>
    }
}

/// From a time to a place in the drawing.
fn scale(timeline: &Timeline) -> impl Fn(i64) -> f64 + use<> {
    let first = timeline.points.first().map_or(0, |p| p.time.ms);
    let last = timeline.points.last().map_or(first, |p| p.time.ms);
    let span = (last - first).max(1);
    #[allow(clippy::cast_precision_loss, reason = "a drawing needs no more")]
    move |ms| EDGE + (ms - first) as f64 / span as f64 * (WIDTH - 2.0 * EDGE)
}

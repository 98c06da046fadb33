//! Several vantage points side by side: a row for each, and its ladder below for who wants to know.

use super::look::LookView;
use super::verdict::title;
use crate::components::layout::{Picture, icon};
use crate::state::ladder::label;
use crate::state::probe::{Phase, Probe};
use crate::state::vantage::{Point, Points};
use crate::state::words;
use connlint_probe_api::{Finding, Sure};
use yew::prelude::*;

/// See [`VantageView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The probes.
    pub(super) points: Points,
}

/// The table, and each one's ladder.
#[component]
pub(super) fn VantageView(props: &Props) -> Html {
    let points = &props.points.0;
    let told = props.points.difference().findings;
    html! {
        <>
            { for told.iter().map(difference) }
            <div class="scroller" role="region" aria-label="What each place sees" tabindex="0">
                <table class="vantage">
                    <thead>
                        <tr>
                            <th scope="col">{"Seen from"}</th>
                            <th scope="col">{"What came out"}</th>
                            <th scope="col">{"How far"}</th>
                            <th scope="col" class="number">{"Time"}</th>
                        </tr>
                    </thead>
                    <tbody>{ for points.iter().map(row) }</tbody>
                </table>
            </div>
            { for points.iter().map(|point| html! {
                <details class="vantage-ladder" data-vantage={point.name()}>
                    <summary>{format!("The way from {}", point.name())}</summary>
                    <LookView probe={std::rc::Rc::clone(&point.probe)} />
                </details>
            }) }
        </>
    }
}

/// What the places say together, and what to do about it.
fn difference(finding: &Finding) -> Html {
    let doubt = match finding.certainty {
        Sure::Certain | Sure::Unknown => "",
        Sure::Likely => " (very likely)",
        Sure::Depends => " (one of several explanations)",
    };
    html! {
        <div class="vantage-difference" data-difference="">
            <p>{finding.text.clone()}{doubt}</p>
            if !finding.next.is_empty() {
                <ul>{ for finding.next.iter().map(|text| html! { <li>{text.clone()}</li> }) }</ul>
            }
        </div>
    }
}

fn row(point: &Point) -> Html {
    let probe = &point.probe;
    let verdict = probe.verdict.as_ref();
    html! {
        <tr data-vantage={point.name()} data-outcome={verdict.map(|verdict| verdict.outcome.name())}>
            <th scope="row">
                <span class="driver">{point.name()}</span>
                if let Some(place) = point.place() { <span class="fine">{place}</span> }
            </th>
            <td>
                <span class={classes!("vantage-outcome", format!("rung-{}", state(probe)))}>
                    {icon(picture(probe))}{outcome(probe)}
                </span>
            </td>
            <td>
                { match verdict {
                    Some(verdict) if verdict.reachable => html! { {"all the way"} },
                    Some(verdict) => html! {
                        <>
                            {label(verdict.stage)}
                            <span class="fine"><code>{verdict.code.clone()}</code></span>
                        </>
                    },
                    None => Html::default(),
                } }
            </td>
            <td class="number">{ verdict.map(|verdict| words::duration(verdict.total_us)).unwrap_or_default() }</td>
        </tr>
    }
}

fn outcome(probe: &Probe) -> &'static str {
    match (&probe.verdict, &probe.phase) {
        (Some(verdict), _) => title(verdict.outcome),
        (None, Phase::Idle) => "not asked yet",
        (None, Phase::Running) => "testing",
        (None, Phase::Cancelled) => "stopped",
        (None, Phase::Failed(problem)) => problem.title(),
        (None, Phase::Finished) => "",
    }
}

fn picture(probe: &Probe) -> Picture {
    match (&probe.verdict, &probe.phase) {
        (Some(verdict), _) if verdict.reachable => Picture::Ok,
        (Some(_), _) | (None, Phase::Failed(_)) => Picture::Error,
        (None, Phase::Running) => Picture::Running,
        (None, _) => Picture::Waiting,
    }
}

fn state(probe: &Probe) -> &'static str {
    match picture(probe) {
        Picture::Ok => "ok",
        Picture::Error => "failed",
        Picture::Running => "running",
        _ => "waiting",
    }
}

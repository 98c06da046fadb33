//! The connection test: what will be sent, the ladder, the watch, the verdict, from one place or several.

mod bar;
mod detail;
mod ladder;
mod look;
mod modes;
mod request;
mod vantage;
mod verdict;
mod watch;

use crate::hooks::ProbeHandle;
use crate::state::document::Checked;
use crate::state::findings::{objection, request};
use crate::state::vantage::Points;
use connlint_probe_api::{ProbeRequest, Watch};
use look::LookView;
use request::{RequestView, length};
use std::rc::Rc;
use vantage::VantageView;
use verdict::spoken;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// See [`ProbePanel`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// The probes; without one the panel says how to get one.
    pub probe: ProbeHandle,
    /// Told to show the failure among the findings.
    pub on_finding: Callback<()>,
}

/// For how long a watch can be asked, in seconds.
const WATCHES: [u16; 4] = [15, 60, 300, 600];

/// The panel with the connection test.
#[component]
pub fn ProbePanel(props: &Props) -> Html {
    let chosen = use_state_eq(|| 0_usize);
    let watch = use_state_eq(|| None::<u16>);
    let requests: Vec<ProbeRequest> = distinct(&props.checked);
    let request = requests.get(*chosen).or_else(|| requests.first());
    let request = request.map(|request| ProbeRequest {
        watch: watch.map(|seconds| Watch { seconds }),
        ..request.clone()
    });
    let points: &Points = &props.probe.state;
    let body = match &request {
        _ if points.0.is_empty() => without_probe(),
        None => html! {
            <p>
                { if props.checked.analysis.strings.is_empty() {
                    "As soon as the text names a server, the probe can test whether it answers."
                } else {
                    "As it stands, the text does not say for certain which server is meant. Once it does, the probe can test whether that server answers."
                } }
            </p>
        },
        Some(request) => html! {
            <>
                if requests.len() > 1 { { choice(&requests, &chosen) } }
                <RequestView request={request.clone()} points={points.clone()} on_ask={props.probe.ask.clone()} />
                { controls(&props.probe, request, &watch) }
            </>
        },
    };
    let of_this_text = points.request().is_none_or(|_| {
        let mut probes = points.0.iter().map(|point| &point.probe);
        probes.all(|probe| requests.iter().any(|request| probe.is_about(request)))
    });
    let on_finding = of_this_text.then(|| props.on_finding.clone());
    html! {
        <section class="panel probe" id="probe" aria-labelledby="probe-title">
            <div class="panel-head"><h2 id="probe-title">{"Test the connection"}</h2></div>
            {body}
            <p class="visually-hidden" role="status">{spoken(points)}</p>
            if !points.idle() {
                <div class={classes!("outcome", (!of_this_text).then_some("stale"))}>
                    if !of_this_text {
                        <p class="note">{"The text has changed since this test."}</p>
                    }
                    { match points.0.as_slice() {
                        [only] => html! { <LookView probe={Rc::clone(&only.probe)} {on_finding} /> },
                        _ => html! { <VantageView points={points.clone()} /> },
                    } }
                </div>
            }
        </section>
    }
}

/// What can be asked for, each once.
fn distinct(checked: &Checked) -> Vec<ProbeRequest> {
    let mut requests: Vec<ProbeRequest> = Vec::new();
    for found in &checked.analysis.strings {
        if let Some(endpoint) = &found.endpoint {
            let request = request(endpoint);
            if !requests.contains(&request) {
                requests.push(request);
            }
        }
    }
    requests
}

fn without_probe() -> Html {
    html! {
        <>
            <p>
                {"A page alone cannot open a database connection. The connlint program can, from your own computer: start "}
                <code>{"connlint serve"}</code>
                {" and open the address that it prints."}
            </p>
            <p class="note">{"Everything else on this page works without it."}</p>
        </>
    }
}

fn choice(requests: &[ProbeRequest], chosen: &UseStateHandle<usize>) -> Html {
    let current = **chosen;
    let onchange = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let value = event
                .target_dyn_into::<HtmlSelectElement>()
                .map(|select| select.value());
            if let Some(index) = value.and_then(|value| value.parse().ok()) {
                chosen.set(index);
            }
        })
    };
    let entries = requests.iter().enumerate().map(|(index, request)| {
        html! { <option value={index.to_string()} selected={index == current}>{request::title(request)}</option> }
    });
    html! {
        <label class="chip">
            <span class="chip-label">{"Which one"}</span>
            <select id="probe-which" {onchange}>{ for entries }</select>
        </label>
    }
}

fn controls(
    probe: &ProbeHandle,
    request: &ProbeRequest,
    watch: &UseStateHandle<Option<u16>>,
) -> Html {
    let running = probe.state.running();
    if let Some(objection) = objection(request) {
        return html! {
            <p class="note" data-probe-objection="">{"This cannot be tested as it stands. "}{objection}</p>
        };
    }
    let start = probe.start.reform({
        let request = request.clone();
        move |_: MouseEvent| request.clone()
    });
    let cancel = probe.cancel.reform(|_: MouseEvent| ());
    let (does, doing) = match request.watch {
        None => ("Test the connection", "Testing…"),
        Some(_) => ("Watch the connection", "Watching…"),
    };
    html! {
        <div class="probe-actions">
            <button type="button" class="button primary" id="probe-run" disabled={running} onclick={start}>
                { if running { doing } else { does } }
            </button>
            if running {
                <button type="button" class="button" id="probe-cancel" onclick={cancel}>{"Cancel"}</button>
            }
            { how_often(&probe.state, watch, running) }
        </div>
    }
}

/// One look, or a watch for as long as every probe can.
fn how_often(points: &Points, watch: &UseStateHandle<Option<u16>>, running: bool) -> Html {
    let told = points.0.iter().filter_map(|point| point.about.as_deref());
    let limit = told.map(|about| about.watch_seconds.unwrap_or(0)).min();
    let onchange = {
        let watch = watch.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            watch.set(select.and_then(|select| select.value().parse().ok()));
        })
    };
    let choices = WATCHES
        .into_iter()
        .filter(|seconds| limit.is_none_or(|limit| *seconds <= limit));
    let choices = choices.map(|seconds| {
        html! { <option value={seconds.to_string()} selected={**watch == Some(seconds)}>{format!("watch for {}", length(seconds))}</option> }
    });
    html! {
        <label class="chip">
            <span class="chip-label">{"How often"}</span>
            <select id="probe-watch" disabled={running} {onchange}>
                <option value="" selected={watch.is_none()}>{"one look"}</option>
                { for choices }
            </select>
        </label>
    }
}

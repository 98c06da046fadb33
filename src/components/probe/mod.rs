//! The connection test: what will be sent, the ladder, the verdict.

mod ladder;
mod request;
mod verdict;

use crate::hooks::ProbeHandle;
use crate::state::document::Checked;
use crate::state::findings::{objection, request};
use crate::state::probe::Phase;
use connlint_probe_api::ProbeRequest;
use ladder::LadderView;
use request::RequestView;
use std::rc::Rc;
use url::Url;
use verdict::{VerdictView, spoken};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// See [`ProbePanel`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Where the probe is; without an address the panel says how to get one.
    pub address: Option<Url>,
    /// The probe.
    pub probe: ProbeHandle,
    /// Told to show the failure among the findings.
    pub on_finding: Callback<()>,
}

/// The panel with the connection test.
#[component]
pub fn ProbePanel(props: &Props) -> Html {
    let chosen = use_state_eq(|| 0_usize);
    let requests: Vec<ProbeRequest> = distinct(&props.checked);
    let request = requests.get(*chosen).or_else(|| requests.first());
    let body = match (&props.address, request) {
        (None, _) => without_probe(),
        (Some(_), None) => html! {
            <p>
                { if props.checked.analysis.strings.is_empty() {
                    "As soon as the text names a server, the probe can test whether it answers."
                } else {
                    "As it stands, the text does not say for certain which server is meant. Once it does, the probe can test whether that server answers."
                } }
            </p>
        },
        (Some(address), Some(request)) => html! {
            <>
                if requests.len() > 1 { { choice(&requests, &chosen) } }
                <RequestView request={request.clone()} address={address.clone()} />
                { controls(&props.probe, request) }
            </>
        },
    };
    let state = &props.probe.state;
    let of_this_text = state
        .request
        .as_ref()
        .is_none_or(|asked| requests.contains(asked));
    html! {
        <section class="panel probe" id="probe" aria-labelledby="probe-title">
            <div class="panel-head"><h2 id="probe-title">{"Test the connection"}</h2></div>
            {body}
            <p class="visually-hidden" role="status">{spoken(&state.phase, state.verdict.as_ref())}</p>
            if state.phase != Phase::Idle {
                <div class={classes!("outcome", (!of_this_text).then_some("stale"))}>
                    if !of_this_text {
                        <p class="note">{"The text has changed since this test."}</p>
                    }
                    <LadderView ladder={state.ladder.clone()} />
                    <VerdictView
                        phase={state.phase.clone()}
                        verdict={state.verdict.clone()}
                        on_finding={of_this_text.then(|| props.on_finding.clone())}
                    />
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

fn controls(probe: &ProbeHandle, request: &ProbeRequest) -> Html {
    let running = probe.state.phase == Phase::Running;
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
    html! {
        <div class="probe-actions">
            <button type="button" class="button primary" id="probe-run" disabled={running} onclick={start}>
                { if running { "Testing…" } else { "Test the connection" } }
            </button>
            if running {
                <button type="button" class="button" id="probe-cancel" onclick={cancel}>{"Cancel"}</button>
            }
        </div>
    }
}

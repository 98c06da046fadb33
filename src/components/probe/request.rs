//! What will be sent, shown before it is sent.

use crate::state::vantage::{Point, Points};
use connlint_probe_api::{Capabilities, ProbeRequest};
use yew::prelude::*;

/// See [`RequestView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What will be sent.
    pub(super) request: ProbeRequest,
    /// To which probes it will be sent.
    pub(super) points: Points,
    /// Told to ask them what they send to the server.
    pub(super) on_ask: Callback<()>,
}

/// The request, field by field.
#[component]
pub(super) fn RequestView(props: &Props) -> Html {
    let request = &props.request;
    let hosts = request
        .hosts
        .iter()
        .map(|at| html! { <dd><code>{at.host.clone()}</code>{", port "}<code>{at.port.to_string()}</code></dd> });
    let or_not = |value: &Option<String>, otherwise: &'static str| match value {
        Some(value) => html! { <code>{value.clone()}</code> },
        None => html! { <span class="absent">{otherwise}</span> },
    };
    let points = &props.points.0;
    // Two probes can stand behind the same host.
    let address = |point: &Point| {
        let address = point.address.as_str().trim_end_matches('/').to_owned();
        match points.len() {
            1 => point.address.origin().ascii_serialization(),
            _ => address,
        }
    };
    let origins = points.iter().enumerate().map(|(nth, point)| {
        let between = match nth {
            0 => "",
            _ if nth + 1 == points.len() => " and ",
            _ => ", ",
        };
        html! { <>{between}<code>{address(point)}</code></> }
    });
    let to = if points.len() > 1 {
        "To the probes at "
    } else {
        "To the probe at "
    };
    html! {
        <div class="request" data-probe-request="">
            <p>{to}{ for origins }{" goes exactly this, when you press the button:"}</p>
            <dl>
                <div><dt>{"Server"}</dt>{ for hosts }</div>
                <div><dt>{"User"}</dt><dd>{or_not(&request.user, "none in the text; a placeholder is used")}</dd></div>
                <div><dt>{"Database"}</dt><dd>{or_not(&request.database, "none in the text; postgres is used")}</dd></div>
                <div><dt>{"TLS mode"}</dt><dd><code>{request.sslmode.name()}</code></dd></div>
                <div><dt>{"How often"}</dt><dd>{ match request.watch {
                    None => html! { {"one look"} },
                    Some(watch) => html! { {format!("again and again for {}", length(watch.seconds))} },
                } }</dd></div>
            </dl>
            <p class="note">{"The password is not sent: the test ends where the server would ask for it."}</p>
            <Sends points={props.points.clone()} on_ask={props.on_ask.clone()} />
        </div>
    }
}

/// See [`Sends`].
#[derive(Clone, PartialEq, Properties)]
struct SendsProps {
    points: Points,
    on_ask: Callback<()>,
}

/// What the probe sends on to the server, in its own words: asked for once somebody wants to know.
#[component]
fn Sends(props: &SendsProps) -> Html {
    let open = use_state_eq(|| false);
    let toggle = {
        let (open, on_ask) = (open.clone(), props.on_ask.clone());
        Callback::from(move |_: MouseEvent| {
            if !*open {
                on_ask.emit(());
            }
            open.set(!*open);
        })
    };
    let told: Vec<(String, &Capabilities)> = props
        .points
        .0
        .iter()
        .filter_map(|point| Some((point.name(), point.about.as_deref()?)))
        .collect();
    html! {
        <div class="sends">
            <button type="button" class="link" data-action="sends" aria-expanded={open.to_string()} aria-controls="probe-sends" onclick={toggle}>
                {"What the probe sends to the server"}
            </button>
            <div id="probe-sends" hidden={!*open}>
                if *open && told.is_empty() {
                    <p class="note">
                        { if props.points.0.iter().all(|point| point.silent) {
                            "The probe does not answer. Is connlint serve still running?"
                        } else {
                            "Asking the probe…"
                        } }
                    </p>
                }
                if *open { { for told.iter().map(|(name, about)| sends(name, about, told.len() > 1)) } }
            </div>
        </div>
    }
}

fn sends(name: &str, about: &Capabilities, several: bool) -> Html {
    let list = |texts: &[String]| html! { <ul>{ for texts.iter().map(|text| html! { <li>{text.clone()}</li> }) }</ul> };
    html! {
        <div class="sends-of">
            if several { <p class="sample-label">{name.to_owned()}</p> }
            {list(&about.sends)}
            if !about.never_sends.is_empty() {
                <p class="sample-label">{"Never"}</p>
                {list(&about.never_sends)}
            }
        </div>
    }
}

/// A time in words: seconds, or whole minutes.
#[must_use]
pub(super) fn length(seconds: u16) -> String {
    let count = |n: u16, one, many| crate::state::words::count(usize::from(n), one, many);
    if seconds >= 60 && seconds.is_multiple_of(60) {
        count(seconds / 60, "minute", "minutes")
    } else {
        count(seconds, "second", "seconds")
    }
}

/// A request in one line.
#[must_use]
pub(super) fn title(request: &ProbeRequest) -> String {
    let hosts: Vec<String> = request
        .hosts
        .iter()
        .map(|at| format!("{}:{}", at.host, at.port))
        .collect();
    let user = request
        .user
        .as_ref()
        .map_or_else(String::new, |user| format!(", {user}"));
    format!("{}{user}", hosts.join(", "))
}

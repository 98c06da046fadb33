//! What will be sent, shown before it is sent.

use connlint_probe_api::ProbeRequest;
use url::Url;
use yew::prelude::*;

/// See [`RequestView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What will be sent.
    pub(super) request: ProbeRequest,
    /// Where it will be sent.
    pub(super) address: Url,
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
    html! {
        <div class="request" data-probe-request="">
            <p>{"To the probe at "}<code>{origin(&props.address)}</code>{" goes exactly this, when you press the button:"}</p>
            <dl>
                <div><dt>{"Server"}</dt>{ for hosts }</div>
                <div><dt>{"User"}</dt><dd>{or_not(&request.user, "none in the text; a placeholder is used")}</dd></div>
                <div><dt>{"Database"}</dt><dd>{or_not(&request.database, "none in the text; postgres is used")}</dd></div>
                <div><dt>{"TLS mode"}</dt><dd><code>{request.sslmode.name()}</code></dd></div>
            </dl>
            <p class="note">{"The password is not sent: the test ends where the server would ask for it."}</p>
        </div>
    }
}

/// Scheme, host and port of the probe.
fn origin(address: &Url) -> String {
    address.origin().ascii_serialization()
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

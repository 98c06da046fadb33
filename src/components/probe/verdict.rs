//! What came out of the test, and what it did not look at.

use super::modes::modes;
use crate::components::layout::{Picture, icon};
use crate::state::probe::{Phase, Probe};
use crate::state::vantage::Points;
use crate::state::words;
use connlint_probe_api::{Outcome, SslMode, Verdict};
use yew::prelude::*;

/// See [`VerdictView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Where the probe stands.
    pub(super) phase: Phase,
    /// What came out.
    pub(super) verdict: Option<Verdict>,
    /// The TLS mode that was asked for.
    pub(super) asked: Option<SslMode>,
    /// Shows the failure among the findings; none if it is not there.
    pub(super) on_finding: Option<Callback<()>>,
}

/// The verdict, or why there is none.
#[component]
pub(super) fn VerdictView(props: &Props) -> Html {
    match (&props.verdict, &props.phase) {
        (Some(verdict), _) => view(verdict, props.asked, props.on_finding.as_ref()),
        (None, Phase::Cancelled) => html! {
            <p class="verdict" data-verdict="cancelled">{"Stopped. Nothing more is sent."}</p>
        },
        (None, Phase::Failed(problem)) => html! {
            <div class="verdict verdict-bad" data-verdict="no-answer">
                <p class="verdict-title">{icon(Picture::Error)}{problem.title()}</p>
                <p>{problem.text()}</p>
            </div>
        },
        (None, _) => Html::default(),
    }
}

/// Where the tests stand, in words for those who hear the page.
#[must_use]
pub(super) fn spoken(points: &Points) -> String {
    let one = |probe: &Probe| match (&probe.verdict, &probe.phase) {
        (Some(verdict), _) => title(verdict.outcome),
        (None, Phase::Running) => "Testing the connection.",
        (None, Phase::Cancelled) => "Stopped.",
        (None, Phase::Failed(problem)) => problem.title(),
        (None, Phase::Idle | Phase::Finished) => "",
    };
    match points.0.as_slice() {
        [] => String::new(),
        [only] => one(&only.probe).to_owned(),
        _ if points.idle() => String::new(),
        _ if points.running() => "Testing the connection.".to_owned(),
        several => {
            let each = several.iter();
            let each = each.map(|point| format!("{}: {}.", point.name(), one(&point.probe)));
            each.collect::<Vec<_>>().join(" ")
        }
    }
}

fn view(verdict: &Verdict, asked: Option<SslMode>, on_finding: Option<&Callback<()>>) -> Html {
    let good = verdict.reachable;
    let failed = verdict.category.is_some();
    let to_finding = on_finding.filter(|_| failed).map(|callback| {
        let onclick = callback.reform(|_: MouseEvent| ());
        html! {
            <button type="button" class="button" data-action="what-to-do" {onclick}>{"What to do"}</button>
        }
    });
    html! {
        <div
            class={classes!("verdict", if good { "verdict-good" } else { "verdict-bad" })}
            data-verdict={verdict.outcome.name()}
        >
            <p class="verdict-title">
                {icon(if good { Picture::Ok } else { Picture::Error })}
                {title(verdict.outcome)}
                <span class="rung-time">{words::duration(verdict.total_us)}</span>
            </p>
            <p>{verdict.summary.clone()}</p>
            if to_finding.is_none() && !verdict.next.is_empty() {
                <ul>{ for verdict.next.iter().map(|text| html! { <li>{text.clone()}</li> }) }</ul>
            }
            {to_finding.unwrap_or_default()}
            if !verdict.modes.is_empty() { {modes(&verdict.modes, asked)} }
            if !verdict.not_checked.is_empty() {
                <p class="not-checked" data-not-checked="">
                    {"Not checked: "}
                    {verdict.not_checked.iter().map(|what| unchecked(what)).collect::<Vec<_>>().join(", ")}
                    {"."}
                </p>
            }
        </div>
    }
}

/// What came out, as a heading.
#[must_use]
pub(super) const fn title(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::ReachableReady => "The server can be reached and asks for a password",
        Outcome::ReachablePasswordless => "The server lets this user in without a password",
        Outcome::ReachableRejecting => "The server can be reached and says no",
        Outcome::TlsProblem => "The server can be reached, TLS stands in the way",
        Outcome::NotPostgres => "Something answers that is not PostgreSQL",
        Outcome::Unreachable => "The server cannot be reached",
        Outcome::DnsProblem => "The name leads to no address",
        Outcome::DeniedByPolicy => "This probe may not test this target",
        Outcome::ProbeFault => "The probe could not do its work",
        Outcome::Unknown => "The probe tells something that this page does not know",
    }
}

fn unchecked(what: &str) -> String {
    match what {
        "password" => "the password".into(),
        "user" => "whether the user exists".into(),
        "database" => "whether the database exists".into(),
        "permission" => "what the user may do".into(),
        other => other.to_owned(),
    }
}

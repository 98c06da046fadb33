//! One probe's test: the looks of a watch, the ladder, the verdict.

use super::ladder::LadderView;
use super::verdict::VerdictView;
use super::watch::WatchView;
use crate::state::probe::{Phase, Probe};
use std::rc::Rc;
use yew::prelude::*;

/// See [`LookView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The probe.
    pub(super) probe: Rc<Probe>,
    /// Shows the failure among the findings; none if it is not there.
    #[prop_or_default]
    pub(super) on_finding: Option<Callback<()>>,
}

/// What is known of the test so far.
#[component]
pub(super) fn LookView(props: &Props) -> Html {
    let probe = &props.probe;
    let running = probe.phase == Phase::Running;
    html! {
        <div class="look">
            if let Some(seconds) = probe.watches() {
                <WatchView
                    rounds={probe.rounds.clone()}
                    {seconds}
                    verdict={probe.verdict.as_ref().and_then(|verdict| verdict.watch.clone())}
                    {running}
                />
            }
            if probe.look > 0 { <p class="look-number">{format!("Look {}", probe.look)}</p> }
            <LadderView ladder={probe.ladder.clone()} {running} />
            <VerdictView
                phase={probe.phase.clone()}
                verdict={probe.verdict.clone()}
                asked={probe.request.as_ref().map(|request| request.sslmode)}
                on_finding={props.on_finding.clone()}
            />
        </div>
    }
}

//! The panels below the findings. They follow the text once it is painted with its findings: a key that is pressed is
//! answered there first.

use crate::components::convert::ConvertPanel;
use crate::components::probe::ProbePanel;
use crate::components::readings::ReadingsPanel;
use crate::components::share::SharePanel;
use crate::components::support::SupportPanel;
use crate::hooks::{use_painted, use_probe};
use crate::state::document::Checked;
use crate::state::findings::Seen;
use connlint_core::Span;
use std::rc::Rc;
use url::Url;
use yew::prelude::*;

/// See [`Panels`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Where the caret is, in bytes: with several strings, the one there is meant.
    pub caret: Span,
    /// The addresses of the probes.
    pub addresses: Vec<Url>,
    /// Told what the probes have seen, each time that one comes to its end.
    pub on_seen: Callback<Seen>,
    /// Whether the panel with the probe is shown.
    pub probes: bool,
    /// Where a link to share leads; without, to this page.
    pub home: Option<Url>,
    /// Told to show the probe's failure among the findings.
    pub on_finding: Callback<()>,
}

/// The panels, each where it has something to say.
#[component]
pub fn Panels(props: &Props) -> Html {
    let (checked, caret) = use_painted(&(Rc::clone(&props.checked), props.caret));
    let probe = use_probe(&props.addresses);
    {
        // The list changes with the verdicts, not with every line on the way to them.
        let points = (*probe.state).clone();
        let verdicts: Vec<_> = points
            .0
            .iter()
            .map(|point| (point.name(), point.probe.verdict.clone()))
            .collect();
        let on_seen = props.on_seen.clone();
        use_effect_with(verdicts, move |_| on_seen.emit(Seen::by(points)));
    }
    let strings = !checked.analysis.strings.is_empty();
    html! {
        <>
            if props.probes {
                <ProbePanel checked={Rc::clone(&checked)} probe={probe.clone()} on_finding={props.on_finding.clone()} />
            }
            if strings {
                <ReadingsPanel checked={Rc::clone(&checked)} {caret} />
                <ConvertPanel checked={Rc::clone(&checked)} {caret} />
                <SharePanel checked={Rc::clone(&checked)} home={props.home.clone()} />
            }
            if strings || checked.triage.is_some() {
                <SupportPanel {checked} points={(*probe.state).clone()} />
            }
        </>
    }
}

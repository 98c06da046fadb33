//! An example in somebody's prose, with what is wrong with it under it, as under a block of code.

use super::layer::Layer;
use crate::components::layout::{Picture, icon, prose};
use crate::state::attention::Attention;
use crate::state::document::{Checked, FocusRequest};
use crate::state::embedding::Runbooks;
use crate::state::findings::{Finding, Findings};
use crate::state::words;
use crate::widget::{Change, Embedding};
use connlint_core::{Options, Severity};
use std::rc::Rc;
use yew::prelude::*;

/// See [`Annotated`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What the text is for.
    pub options: Options,
    /// The text, and who hears of it.
    pub embedding: Embedding,
}

/// The example: read, not edited.
#[component]
pub fn Annotated(props: &Props) -> Html {
    let runbooks = use_context::<Runbooks>().unwrap_or_default();
    let layer = use_node_ref();
    let (_, text) = props.embedding.text.clone();
    let checked = use_memo((text, props.options.clone()), |(text, options)| {
        let checked = Checked::new(Rc::clone(text), options.clone());
        let findings = Findings::of_text(&checked);
        (checked, findings)
    });
    let (shown, findings) = (Rc::clone(&checked.0), checked.1.clone());
    {
        let on_change = props.embedding.on_change.clone();
        use_effect_with(Rc::clone(&checked), move |checked| {
            on_change.emit(Change::new(&checked.0, &checked.1));
        });
    }
    let notes = findings
        .iter()
        .map(|finding| note(finding, runbooks.of(finding.code)));
    html! {
        <figure class="annotated panel">
            // Scrolls by itself, so it has to be reached by the keyboard.
            <div class="example-text" part="editor" tabindex="0" role="group" aria-label="Example of a connection string">
                <Layer checked={shown} findings={findings.clone()} attention={Attention::default()} anchor={FocusRequest::default()} {layer} />
            </div>
            <figcaption>
                if findings.is_empty() {
                    <p class="calm">{icon(Picture::Ok)}{" No problem found in this example."}</p>
                } else {
                    <ol class="notes" aria-label="What is wrong with this example">{ for notes }</ol>
                }
            </figcaption>
        </figure>
    }
}

/// One finding, in the words of the page.
fn note(finding: &Finding, runbook: Option<&str>) -> Html {
    let severity = finding.severity;
    let picture = match severity {
        Severity::Error => Picture::Error,
        Severity::Warning => Picture::Warning,
        Severity::Info => Picture::Note,
    };
    let help = finding.help.split("\n\n").find(|text| !text.is_empty());
    let fixes = finding.fixes.iter().map(|fix| {
        html! { <li>{prose(&fix.title)}</li> }
    });
    html! {
        <li class="finding" part="finding" data-code={finding.code} data-severity={severity.name()}>
            <p class="finding-kind">
                <span class={classes!("severity", format!("severity-{}", severity.name()))}>
                    {icon(picture)}{words::severity(severity)}
                </span>
                <span class={classes!("badge", format!("badge-{}", severity.name()))} part="badge">{finding.code}</span>
            </p>
            <p class="finding-title">{prose(&words::sentence(&finding.message))}</p>
            if let Some(help) = help {
                <p class="finding-help">{prose(help)}</p>
            }
            if !finding.fixes.is_empty() { <ul class="ways">{ for fixes }</ul> }
            if let Some(address) = runbook {
                <p class="runbook"><a href={address.to_owned()} target="_blank" rel="noreferrer">{format!("Our page about {}", finding.code)}</a></p>
            }
        </li>
    }
}

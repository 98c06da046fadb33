//! One finding.

use super::fixes::FixView;
use crate::components::advice::AdviceView;
use crate::components::layout::{Explain, Icon, Picture, Prose};
use crate::state::document::{Action, Checked};
use crate::state::embedding::Runbooks;
use crate::state::findings::Findings;
use crate::state::words;
use connlint_core::{Certainty, LineIndex, Severity, Span};
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::prelude::*;

/// See [`Item`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The text with its analysis.
    pub(super) checked: Rc<Checked>,
    /// All findings.
    pub(super) findings: Findings,
    /// Which one this is.
    pub(super) index: usize,
    /// Whether it is the one at hand.
    pub(super) current: bool,
    /// Whether its place in the text is pointed at.
    pub(super) pointed: bool,
    /// Opens the explanation and takes the focus, each time that it changes.
    pub(super) asked: Option<u32>,
    /// Told about fixes and places.
    pub(super) on_action: Callback<Action>,
    /// Told to show it in the text.
    pub(super) on_show: Callback<usize>,
    /// Told that the mouse or the focus is on it, or no longer is.
    pub(super) on_point: Callback<Option<usize>>,
}

/// A finding with everything that helps.
#[component]
pub(super) fn Item(props: &Props) -> Html {
    let title = use_node_ref();
    {
        let title = title.clone();
        use_effect_with(props.asked, move |asked| {
            if asked.is_some()
                && let Some(title) = title.cast::<HtmlElement>()
            {
                let _ = title.focus();
            }
        });
    }
    let runbooks = use_context::<Runbooks>().unwrap_or_default();
    let Some(finding) = props.findings.get(props.index) else {
        return Html::default();
    };
    let severity = finding.severity;
    let picture = match severity {
        Severity::Error => Picture::Error,
        Severity::Warning => Picture::Warning,
        Severity::Info => Picture::Note,
    };
    let show = props.on_show.reform({
        let index = props.index;
        move |_: MouseEvent| index
    });
    let index = props.index;
    let onmouseenter = props.on_point.reform(move |_: MouseEvent| Some(index));
    let onmouseleave = props.on_point.reform(|_: MouseEvent| None);
    let onfocusin = props.on_point.reform(move |_: FocusEvent| Some(index));
    let onfocusout = props.on_point.reform(|_: FocusEvent| None);
    let title_id = format!("finding-{}", props.index);
    let docs_id = format!("finding-{}-docs", props.index);
    let place = finding.span.map(|span| place(&props.checked.text, span));
    let help = finding.help.split("\n\n").filter(|text| !text.is_empty());
    let related = finding.related.iter().map(|related| {
        let span = related.span;
        let onclick = props.on_action.reform(move |_: MouseEvent| Action::Show(span));
        html! {
            <li>
                <button type="button" class="link" {onclick}>{place_in(&props.checked.text, span)}</button>
                {": "}<Prose text={related.message.clone()} />
            </li>
        }
    });
    let fixes = finding.fixes.iter().enumerate().map(|(index, fix)| {
        html! {
            <FixView key={index} checked={Rc::clone(&props.checked)} fix={fix.clone()} on_action={props.on_action.clone()} />
        }
    });
    html! {
        <li
            class={classes!("finding", format!("finding-{}", severity.name()), props.current.then_some("current"), props.pointed.then_some("pointed"))}
            part="finding"
            data-code={finding.code}
            data-category={finding.advice.as_ref().map(|advice| advice.category.name())}
            data-severity={severity.name()}
            data-index={props.index.to_string()}
            aria-current={props.current.then_some("true")}
            {onmouseenter}
            {onmouseleave}
            {onfocusin}
            {onfocusout}
        >
            <article aria-labelledby={title_id.clone()}>
                <p class="finding-kind">
                    <span class={classes!("severity", format!("severity-{}", severity.name()))}>
                        <Icon {picture} />{words::severity(severity)}
                    </span>
                    <span class={classes!("badge", format!("badge-{}", severity.name()))} part="badge">{finding.code}</span>
                    if let Some(place) = place { <span class="place">{place}</span> }
                    if let Some(doubt) = doubt(finding.certainty) { <span class="doubt">{doubt}</span> }
                </p>
                <h3 id={title_id} class="finding-title" tabindex="-1" ref={title}><Prose text={words::sentence(&finding.message)} /></h3>
                { for help.map(|text| html! { <p class="finding-help"><Prose text={text.to_owned()} /></p> }) }
                if !finding.related.is_empty() { <ul class="related">{ for related }</ul> }
                if !finding.explained_by.is_empty() {
                    <p class="finding-help" data-explained-by="">{words::explained(&finding.explained_by)}</p>
                }
                { for fixes }
                if let Some(advice) = &finding.advice { <AdviceView advice={advice.clone()} /> }
                <Explain id={docs_id} code={finding.rule.map(|rule| rule.code)} asked={props.asked}>
                    if finding.span.is_some() {
                        <button type="button" class="button" data-action="show" onclick={show}>{"Show in text"}</button>
                    }
                    if let Some(address) = runbooks.of(finding.code) {
                        <a class="runbook" href={address.to_owned()} target="_blank" rel="noreferrer">{format!("Our page about {}", finding.code)}</a>
                    }
                </Explain>
            </article>
        </li>
    }
}

const fn doubt(certainty: Certainty) -> Option<&'static str> {
    match certainty {
        Certainty::Certain => None,
        Certainty::Likely => Some("very likely"),
        Certainty::Depends => Some("depends on the server"),
    }
}

fn place(text: &str, span: Span) -> String {
    let at = LineIndex::new(text).line_column(span.start);
    if text.contains('\n') {
        format!("line {}, column {}", at.line, at.column)
    } else {
        format!("column {}", at.column)
    }
}

fn place_in(text: &str, span: Span) -> String {
    words::sentence(&place(text, span))
}

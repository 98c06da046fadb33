//! One line below the text: the finding that the mouse or the caret is on, and what helps there.

use crate::components::layout::Prose;
use crate::state::findings::Findings;
use crate::state::words;
use yew::prelude::*;

/// See [`Hint`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// All findings.
    pub findings: Findings,
    /// The one that the caret is on.
    pub current: Option<usize>,
    /// The one that the mouse or the focus is on; it comes first, as long as it lasts.
    pub pointed: Option<usize>,
    /// Told to show a finding in the list, with its explanation.
    pub on_explain: Callback<usize>,
}

/// The line. It is no live region: who hears the page is told of the findings there.
#[component]
pub fn Hint(props: &Props) -> Html {
    let shown = props.pointed.or(props.current);
    let finding = shown.and_then(|index| Some((index, props.findings.get(index)?)));
    let line = match finding {
        Some((index, finding)) => html! {
            <>
                <span class={classes!("badge", format!("badge-{}", finding.severity.name()))}>{finding.code}</span>
                <span class="hint-text"><Prose text={words::sentence(&finding.message)} /></span>
                if shown == props.current {
                    if finding.safe_fix().is_some() {
                        <span class="hint-key"><kbd>{"Alt"}</kbd><kbd>{"Enter"}</kbd>{" fixes it"}</span>
                    }
                    <button
                        type="button"
                        class="link"
                        id="hint-explain"
                        onclick={props.on_explain.reform(move |_: MouseEvent| index)}
                    >
                        {"Explain"}
                    </button>
                    <kbd>{"F2"}</kbd>
                }
            </>
        },
        None if props.findings.iter().any(|f| f.span.is_some()) => html! {
            <span class="hint-key"><kbd>{"F8"}</kbd>{" goes to the next finding"}</span>
        },
        None => Html::default(),
    };
    html! { <p class="hint">{line}</p> }
}

//! One line below the text: the finding that the caret is on, and the keys that help there.

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
}

/// The line; hidden from those who hear the page, for whom the list of findings says the same.
#[component]
pub fn Hint(props: &Props) -> Html {
    let finding = props.current.and_then(|index| props.findings.get(index));
    let line = match finding {
        Some(finding) => html! {
            <>
                <span class={classes!("badge", format!("badge-{}", finding.severity.name()))}>{finding.code}</span>
                <span class="hint-text"><Prose text={words::sentence(&finding.message)} /></span>
                if finding.safe_fix().is_some() {
                    <span class="hint-key"><kbd>{"Alt"}</kbd><kbd>{"Enter"}</kbd>{" fixes it"}</span>
                }
            </>
        },
        None if props.findings.iter().any(|f| f.span.is_some()) => html! {
            <span class="hint-key"><kbd>{"F8"}</kbd>{" goes to the next finding"}</span>
        },
        None => Html::default(),
    };
    html! { <p class="hint" aria-hidden="true">{line}</p> }
}

//! One line below the text: the finding that the mouse or the caret is on, and what helps there.

use crate::components::layout::prose;
use crate::state::findings::Findings;
use crate::state::words;
use yew::prelude::*;

/// The line, for the finding that the mouse or the focus is on, as long as that lasts, else for the one that the caret is on.
/// `on_explain` is told to show a finding in the list, with its explanation. It is no live region: who hears the page is told
/// of the findings there.
pub fn hint(
    findings: &Findings,
    current: Option<usize>,
    pointed: Option<usize>,
    on_explain: &Callback<usize>,
) -> Html {
    let shown = pointed.or(current);
    let finding = shown.and_then(|index| Some((index, findings.get(index)?)));
    let line = match finding {
        Some((index, finding)) => html! {
            <>
                <span class={classes!("badge", format!("badge-{}", finding.severity.name()))}>{finding.code}</span>
                <span class="hint-text">{prose(&words::sentence(&finding.message))}</span>
                if shown == current {
                    if finding.safe_fix().is_some() {
                        <span class="hint-key"><kbd>{"Alt"}</kbd><kbd>{"Enter"}</kbd>{" fixes it"}</span>
                    }
                    <button
                        type="button"
                        class="link"
                        id="hint-explain"
                        onclick={on_explain.reform(move |_: MouseEvent| index)}
                    >
                        {"Explain"}
                    </button>
                    <kbd>{"F2"}</kbd>
                }
            </>
        },
        None if findings.iter().any(|f| f.span.is_some()) => html! {
            <span class="hint-key"><kbd>{"F8"}</kbd>{" goes to the next finding"}</span>
        },
        None => Html::default(),
    };
    html! { <p class="hint">{line}</p> }
}

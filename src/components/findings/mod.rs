//! The list of findings: what, why, and what to do.

mod done;
mod fixes;
mod item;

use crate::state::document::{Action, Checked, Done};
use crate::state::findings::Findings;
use crate::state::words;
use done::DoneView;
use item::Item;
use std::collections::HashMap;
use std::rc::Rc;
use yew::prelude::*;

/// See [`FindingList`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// The findings.
    pub findings: Findings,
    /// The one at hand.
    pub current: Option<usize>,
    /// What the fixes did that led to the present text.
    pub done: Rc<[Done]>,
    /// The one whose place in the text is pointed at.
    pub pointed: Option<usize>,
    /// The one that is to be explained, with a number that is new each time.
    pub asked: Option<(u32, usize)>,
    /// Whether a probe can be asked, which is what is left to do when nothing is found.
    pub can_probe: bool,
    /// Told about fixes.
    pub on_action: Callback<Action>,
    /// Told which finding to show in the text.
    pub on_show: Callback<usize>,
    /// Told which one the mouse or the focus is on.
    pub on_point: Callback<Option<usize>>,
}

/// The panel with the findings.
#[component]
pub fn FindingList(props: &Props) -> Html {
    let findings = &props.findings;
    let safe = props.checked.safe_fixes();
    let fix_all = props.on_action.reform(|_| Action::FixAll);
    let tally = words::tally(findings.iter().map(|f| f.severity));
    let mut count: HashMap<&str, usize> = HashMap::new();
    let items = findings.iter().enumerate().map(|(index, finding)| {
        // The nth finding of a kind stays the same element while the text changes round it.
        let nth = count.entry(finding.code).or_default();
        *nth += 1;
        html! {
            <Item
                key={format!("{}-{nth}", finding.code)}
                checked={Rc::clone(&props.checked)}
                findings={findings.clone()}
                {index}
                current={props.current == Some(index)}
                pointed={props.pointed == Some(index)}
                asked={props.asked.filter(|(_, asked)| *asked == index).map(|(number, _)| number)}
                on_action={props.on_action.clone()}
                on_show={props.on_show.clone()}
                on_point={props.on_point.clone()}
            />
        }
    });
    html! {
        <section class="panel findings" id="findings" aria-labelledby="findings-title">
            <div class="panel-head">
                <h2 id="findings-title">
                    {"Findings"}
                    if !tally.is_empty() { <span class="tally">{tally}</span> }
                </h2>
                if safe > 0 {
                    <button type="button" class="button primary" id="fix-all" onclick={fix_all}>
                        {format!("Fix all safe ({safe})")}
                    </button>
                }
            </div>
            if !props.done.is_empty() {
                <DoneView done={Rc::clone(&props.done)} on_action={props.on_action.clone()} />
            }
            if findings.is_empty() {
                <p class="calm">
                    {"No problem found in the text. "}
                    if props.can_probe {
                        {"Whether the server can be reached is another question: test the connection."}
                    } else {
                        {"Whether the server can be reached is another question, which the text cannot answer."}
                    }
                </p>
            } else {
                <ol class="finding-list">{ for items }</ol>
            }
        </section>
    }
}

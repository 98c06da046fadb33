//! The list of findings: what, why, and what to do.

mod done;
mod fixes;
mod item;

use crate::state::cards::{Cards, MOST};
use crate::state::document::{Action, Checked, Done};
use crate::state::findings::{Ask, Findings};
use crate::state::words;
use done::done;
use item::Item;
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
    /// Told to take back what was done, or to fix all.
    pub on_action: Callback<Action>,
    /// Told what a finding asks for.
    pub on_ask: Callback<Ask>,
}

/// The panel with the findings. Of many, the first ones are shown until all are asked for, or one of the others.
#[component]
pub fn FindingList(props: &Props) -> Html {
    let findings = &props.findings;
    let all = use_state_eq(|| false);
    {
        let all = all.setter();
        use_effect_with(props.asked, move |asked| {
            if asked.is_some_and(|(_, index)| index >= MOST) {
                all.set(true);
            }
        });
    }
    let most = if *all { usize::MAX } else { MOST };
    let drawn = use_mut_ref(Cards::default);
    let cards = use_memo(
        (Rc::clone(&props.checked), findings.clone(), most),
        move |(checked, findings, most)| {
            let cards = drawn.borrow().follow(checked, findings, *most);
            drawn.replace(cards.clone());
            cards
        },
    );
    let more = findings.len() - cards.len();
    let show_all = Callback::from(move |_: MouseEvent| all.set(true));
    let safe = props.checked.safe_fixes();
    let fix_all = props.on_action.reform(|_| Action::FixAll);
    let tally = words::tally(findings.iter().map(|f| f.severity));
    let items = cards.iter().enumerate().map(|(index, card)| {
        html! {
            <Item
                key={card.id}
                card={Rc::clone(card)}
                current={props.current == Some(index)}
                pointed={props.pointed == Some(index)}
                asked={props.asked.filter(|(_, asked)| *asked == index).map(|(number, _)| number)}
                on_ask={props.on_ask.clone()}
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
                {done(&props.done, &props.on_action)}
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
                if more > 0 {
                    <p class="finding-more">
                        <button type="button" class="button" id="findings-all" onclick={show_all}>
                            {format!("Show all {} findings", findings.len())}
                        </button>
                    </p>
                }
            }
        </section>
    }
}

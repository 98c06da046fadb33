//! What a pasted error tells: the cause, whether it passes, and what to do.

mod timeline;

use crate::components::advice::AdviceView;
use crate::components::layout::{Explain, prose};
use crate::state::document::{Action, Checked};
use crate::state::words;
use connlint_core::Certainty;
use connlint_core::triage::{PointsAt, Triage};
use std::rc::Rc;
use timeline::TimelineView;
use yew::prelude::*;

/// See [`TriagePanel`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with what is said of it.
    pub checked: Rc<Checked>,
    /// Told which place in the text to show.
    pub on_action: Callback<Action>,
}

/// The panel; nothing where the text tells of no failure.
#[component]
pub fn TriagePanel(props: &Props) -> Html {
    let Some(triage) = &props.checked.triage else {
        return Html::default();
    };
    let Some(failure) = triage.failure else {
        return Html::default();
    };
    let show = |span| {
        props
            .on_action
            .reform(move |_: MouseEvent| Action::Show(span))
    };
    let names = triage.evidence.named();
    html! {
        <section class="panel triage" id="triage" aria-labelledby="triage-title" data-category={triage.category().name()}>
            <div class="panel-head">
                <h2 id="triage-title">{"What the error says"}</h2>
            </div>
            <p class="finding-kind">
                <span class="badge">{failure.rule.code}</span>
                { for facts(triage).into_iter().map(|fact| html! { <span class="place">{fact}</span> }) }
            </p>
            <h3 class="finding-title" tabindex="-1">{prose(triage.advice.summary)}</h3>
            if !names.is_empty() {
                <dl class="names">
                    { for names.into_iter().map(|(what, value)| html! { <div><dt>{what}</dt><dd><code>{value}</code></dd></div> }) }
                </dl>
            }
            if !triage.explained_by.is_empty() {
                <p class="finding-help">{words::explained(&triage.explained_by)}</p>
            }
            <Explain id="triage-docs" code={failure.rule.code}>
                if let Some(span) = triage.said_at {
                    <button type="button" class="button" data-action="show-error" onclick={show(span)}>{"Show the error"}</button>
                }
                if let Some(span) = triage.place {
                    <button type="button" class="button" data-action="show-place" onclick={show(span)}>
                        {format!("Show {}", part(triage.points_at()))}
                    </button>
                }
            </Explain>
            <AdviceView advice={triage.advice.clone()} />
            if let Some(timeline) = &triage.timeline {
                <TimelineView timeline={timeline.clone()} />
            }
            { others(triage, &show) }
        </section>
    }
}

/// Who says it, with which code, how often, how sure that is.
fn facts(triage: &Triage) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(client) = triage.client {
        facts.push(format!("said by {}", client.label()));
    }
    if let Some(state) = &triage.sqlstate {
        facts.push(format!("SQLSTATE {state}"));
    }
    if triage.count > 1 {
        facts.push(words::count(triage.count, "time", "times"));
    }
    match triage.certainty {
        Certainty::Certain => {}
        Certainty::Likely => facts.push("very likely".into()),
        Certainty::Depends => facts.push("others say the same for other reasons".into()),
    }
    facts
}

const fn part(part: PointsAt) -> &'static str {
    match part {
        PointsAt::Host => "the host",
        PointsAt::Port => "the port",
        PointsAt::User => "the user name",
        PointsAt::Password => "the password",
        PointsAt::Database => "the database",
        PointsAt::Sslmode => "the TLS mode",
        PointsAt::None => "the string",
    }
}

fn others(triage: &Triage, show: &dyn Fn(connlint_core::Span) -> Callback<MouseEvent>) -> Html {
    if triage.others.is_empty() {
        return Html::default();
    }
    let items = triage.others.iter().map(|other| {
        let times = if other.count > 1 {
            format!(" ({})", words::count(other.count, "time", "times"))
        } else {
            String::new()
        };
        html! {
            <li>
                <button type="button" class="link" onclick={show(other.said_at)}>{other.failure.rule.code}</button>
                {" "}{prose(other.failure.summary())}{times}
            </li>
        }
    });
    html! {
        <div class="others">
            <h3>{"The text holds other errors, too"}</h3>
            <ul>{ for items }</ul>
        </div>
    }
}

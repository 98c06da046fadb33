//! What to do about a failure, seen by the probe or told by an error message: the steps, and how to try again.

use crate::components::layout::{CopyButton, prose};
use connlint_core::triage::{Advice, Alternative, Persistence, Retry, Snippet, Step};
use yew::prelude::*;

/// See [`AdviceView`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The advice.
    pub advice: Advice,
}

/// The steps in the order to try.
#[component]
pub fn AdviceView(props: &Props) -> Html {
    let advice = &props.advice;
    let persistence = match advice.persistence {
        Persistence::Transient => "It usually passes by itself.",
        Persistence::Persistent => "It stays until something is changed.",
        Persistence::Depends => "It can pass by itself, or stay until something is changed.",
    };
    html! {
        <div class="advice">
            <p class="persistence" data-persistence={advice.persistence.name()}>{persistence}</p>
            if let Some(wait) = advice.retry { <p class="retry" data-retry="">{prose(&retry(wait))}</p> }
            if !advice.steps.is_empty() {
                <ol class="steps">{ for advice.steps.iter().map(step) }</ol>
            }
            if let Some(snippet) = advice.code { {code(snippet, advice.writes)} }
        </div>
    }
}

fn step(step: &Step) -> Html {
    html! {
        <li class="step" data-step="">
            <p>
                {prose(&step.text)}
                {" "}
                <a href={step.source} target="_blank" rel="noreferrer">{source(step.source)}</a>
            </p>
            if let Some(command) = &step.command {
                <div class="command">
                    <pre tabindex="0"><code>{words(command)}</code></pre>
                    <CopyButton text={command.clone()} />
                </div>
            }
            if !step.alternatives.is_empty() {
                <details class="alternatives">
                    <summary>{"Another way"}</summary>
                    { for step.alternatives.iter().map(alternative) }
                </details>
            }
        </li>
    }
}

fn alternative(other: &Alternative) -> Html {
    html! {
        <div class="alternative">
            <p class="sample-label">{other.title}</p>
            <div class="command">
                <pre tabindex="0"><code>{other.text.clone()}</code></pre>
                <CopyButton text={other.text.clone()} />
            </div>
        </div>
    }
}

/// Code that tries again, and what to mind with it.
fn code(snippet: &'static Snippet, writes: Option<&'static str>) -> Html {
    html! {
        <details class="alternatives" data-retry-code={snippet.language}>
            <summary>{format!("Try again in code, with {}", snippet.needs)}</summary>
            <div class="command">
                <pre tabindex="0"><code>{snippet.code}</code></pre>
                <CopyButton text={snippet.code} />
            </div>
            if let Some(writes) = writes { <p>{prose(writes)}</p> }
        </details>
    }
}

/// A command that is wrapped between its words only: `--server-name` must not look like two options.
fn words(command: &str) -> Html {
    let words = command.split_inclusive(' ').map(|word| {
        let (word, space) = word
            .strip_suffix(' ')
            .map_or((word, ""), |word| (word, " "));
        html! { <><span class="word">{word.to_owned()}</span>{space}</> }
    });
    html! { <>{ for words }</> }
}

/// Whose page it is, which says more than "source".
fn source(address: &str) -> &'static str {
    if address.contains("postgresql.org") {
        "PostgreSQL’s documentation"
    } else if address.contains("azure.status") {
        "Azure status"
    } else {
        "Microsoft’s documentation"
    }
}

/// The numbers of the retry advice in words.
fn retry(retry: Retry) -> String {
    format!(
        "**Try again:** wait {} seconds, then double the wait each time, up to {} seconds. If it lasts longer than {} seconds, or comes back several times a day, open a support request.",
        retry.first_wait_s, retry.max_wait_s, retry.escalate_after_s
    )
}

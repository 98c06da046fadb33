//! The composition root: holds the state, hands it down, and carries out what the panels ask for.

use crate::Config;
use crate::components::editor::{Area, Chips, examples, hint};
use crate::components::findings::FindingList;
use crate::components::gallery::Gallery;
use crate::components::layout::{Head, Keys, Later, foot};
use crate::components::panels;
use crate::components::summary::Summary;
use crate::components::triage;
use crate::hooks::{Rest, Stage, use_announcer, use_embedding, use_keys, use_rest, use_theme};
use crate::late::Late;
use crate::platform::{page, textarea};
use crate::state::attention::{self, Attention};
use crate::state::document::{Action, Document};
use crate::state::findings::{Ask, Direction, Findings, Seen};
use crate::state::keys::Command;
use crate::state::words;
use crate::widget::Embedding;
use connlint_core::rules::Example;
use connlint_core::{Severity, Span};
use std::rc::Rc;
use web_sys::{Element, HtmlDialogElement, HtmlTextAreaElement};
use yew::prelude::*;

/// See [`App`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What the page that holds the app has decided.
    pub config: Config,
    /// The element that the app is in.
    pub root: Element,
    /// The widget that the app is in; none where it has a page to itself.
    #[prop_or_default]
    pub embedding: Option<Embedding>,
}

/// The whole app.
#[component]
pub fn App(props: &Props) -> Html {
    let config = &props.config;
    let document = use_reducer(|| Document::new(config.text.as_str(), config.options.clone()));
    let seen = use_state_eq(Seen::default);
    let rest = use_rest(config, &props.root);
    {
        let document = document.dispatcher();
        use_effect_with(matches!(rest.late, Stage::Here(_)), move |here| {
            if *here {
                document.dispatch(Action::Complete);
            }
        });
    }
    let area = use_node_ref();
    let keys = use_node_ref();
    let attention = use_reducer_eq(Attention::default);
    let asked = use_state_eq(|| None::<(u32, Findings, usize)>);
    let (theme, on_theme) = use_theme(&props.root);

    let checked = Rc::clone(&document.checked);
    let listed = use_mut_ref(Findings::default);
    let findings = {
        let listed = Rc::clone(&listed);
        use_memo(
            (Rc::clone(&checked), (*seen).clone()),
            move |(checked, seen)| {
                let findings = listed.borrow().follow(checked, seen);
                listed.replace(findings.clone());
                findings
            },
        )
    };
    let findings = (*findings).clone();
    let current = attention.current(&findings);
    let pointed = attention.pointed(&findings);

    {
        let (root, area, focus) = (props.root.clone(), area.clone(), config.focus);
        use_effect_with((), move |()| {
            if focus && let Some(area) = area.cast::<HtmlTextAreaElement>() {
                let _ = area.focus();
            }
            page::mark_ready(&root);
        });
    }

    let on_action = {
        let document = document.dispatcher();
        use_callback((), move |action: Action, ()| document.dispatch(action))
    };
    let on_caret = {
        let attention = attention.dispatcher();
        use_callback((), move |span: Span, ()| {
            attention.dispatch(attention::Action::Caret(span));
        })
    };
    let on_explain = {
        let asked = asked.clone();
        use_callback(
            (findings.clone(), asked),
            |index: usize, (findings, asked)| {
                let number = asked
                    .as_ref()
                    .map_or(0, |(number, ..)| number.wrapping_add(1));
                asked.set(Some((number, findings.clone(), index)));
            },
        )
    };
    let on_keys = {
        let keys = keys.clone();
        use_callback((), move |(), ()| {
            if let Some(dialog) = keys.cast::<HtmlDialogElement>() {
                page::open_dialog(&dialog);
            }
        })
    };
    // The same for every text, so that what was drawn for an earlier one can stay.
    let on_ask = {
        let now = use_mut_ref(|| (findings.clone(), Rc::clone(&checked.text)));
        now.replace((findings.clone(), Rc::clone(&checked.text)));
        let (document, attention) = (document.dispatcher(), attention.dispatcher());
        use_callback((), move |ask: Ask, ()| {
            let (findings, text) = now.borrow().clone();
            let find = |id| Some((findings.clone(), findings.index(id)?));
            match ask {
                Ask::Show(id) => {
                    if let Some((findings, index)) = find(id)
                        && let Some(span) = findings.get(index).and_then(|f| f.span)
                    {
                        attention.dispatch(attention::Action::Pick(findings, index));
                        document.dispatch(Action::Show(span));
                    }
                }
                Ask::Related(id, nth) => {
                    let finding = findings.index(id).and_then(|index| findings.get(index));
                    if let Some(related) = finding.and_then(|f| f.related.get(nth)) {
                        document.dispatch(Action::Show(related.span));
                    }
                }
                Ask::Fix(id, nth) => {
                    let finding = findings.index(id).and_then(|index| findings.get(index));
                    if let Some(fix) = finding.and_then(|f| f.fixes.get(nth)) {
                        document.dispatch(Action::Fix {
                            fix: fix.clone(),
                            of: text,
                        });
                    }
                }
                Ask::Point(id) => attention.dispatch(match id.and_then(find) {
                    Some((findings, index)) => attention::Action::Point(findings, index),
                    None => attention::Action::Leave,
                }),
            }
        })
    };
    let on_seen = {
        let seen = seen.setter();
        use_callback((), move |now: Seen, ()| seen.set(now))
    };
    let on_finding = {
        let root = props.root.clone();
        use_callback((), move |(), ()| {
            page::reveal(&root, "li[data-category]");
            page::focus(&root, "li[data-category] .finding-title");
        })
    };
    let run = {
        let (area, on_ask, on_action) = (area.clone(), on_ask.clone(), on_action.clone());
        let (on_explain, on_keys) = (on_explain.clone(), on_keys.clone());
        let document = Rc::clone(&checked.text);
        use_callback(
            (findings.clone(), current, document),
            move |command, (findings, current, text)| {
                let selected = || {
                    let area = area.cast::<HtmlTextAreaElement>()?;
                    Some(textarea::selection(&area).span(text))
                };
                let focused = || findings.index(page::focused("data-id")?.parse().ok()?);
                match command {
                    Command::Next | Command::Previous => {
                        let direction = if command == Command::Next {
                            Direction::Next
                        } else {
                            Direction::Previous
                        };
                        let next =
                            findings.step(direction, *current, selected().unwrap_or_default());
                        let next = next.and_then(|index| findings.get(index));
                        next.inspect(|next| on_ask.emit(Ask::Show(next.id)))
                            .is_some()
                    }
                    Command::Fix => {
                        let index = focused().or(*current);
                        let fix = index
                            .and_then(|index| findings.get(index))
                            .and_then(|f| f.safe_fix());
                        let (fix, of) = (fix.cloned(), Rc::clone(text));
                        fix.map(|fix| on_action.emit(Action::Fix { fix, of }))
                            .is_some()
                    }
                    Command::Back => {
                        let area = area.cast::<HtmlTextAreaElement>();
                        area.is_some_and(|area| textarea::take_focus(&area))
                    }
                    Command::Explain => {
                        let index = focused().or(*current);
                        index.inspect(|index| on_explain.emit(*index)).is_some()
                    }
                    Command::Keys => {
                        on_keys.emit(());
                        true
                    }
                }
            },
        )
    };
    let embedded = props.embedding.is_some();
    use_keys(run, &props.root, embedded);
    use_embedding(props.embedding.as_ref(), &checked, &findings, &on_action);

    let strings = checked.analysis.strings.len();
    let summary = words::spoken(&checked, &findings);
    let summary = AttrValue::from(summary);
    let status = use_announcer(&document.said, summary.clone());
    let empty = checked.text.is_empty();
    let step = |action: Action| {
        let on_action = on_action.clone();
        Callback::from(move |_: MouseEvent| on_action.emit(action.clone()))
    };
    let on_load = on_action.reform(Action::Load);
    let on_example = {
        let on_action = on_action.clone();
        Callback::from(move |example: Example| {
            on_action.emit(Action::Driver(example.options.driver));
            on_action.emit(Action::Target(example.options.target));
            on_action.emit(Action::Load(example.text.into()));
        })
    };
    // The live region speaks of this text only once the typing has paused.
    let paused = status == summary;
    let invalid = paused && findings.iter().any(|f| f.severity == Severity::Error);
    let asked = asked.as_ref().filter(|(_, of, _)| *of == findings);
    let asked = asked.map(|(number, _, index)| (*number, *index));

    let triage = checked.triage.is_some().then(|| {
        let props = triage::Props {
            checked: Rc::clone(&checked),
            on_action: on_action.clone(),
        };
        html! { <Later draw={move |late: &'static Late| (late.triage)(props.clone())} /> }
    });
    let panels = {
        let props = panels::Props {
            checked: Rc::clone(&checked),
            caret: attention.caret,
            addresses: config.probes.clone(),
            on_seen,
            probes: !embedded || !config.probes.is_empty(),
            home: config.home.clone(),
            on_finding,
        };
        html! { <Later draw={move |late: &'static Late| (late.panels)(props.clone())} /> }
    };

    html! {
        <ContextProvider<Rest> context={rest}>
        <div class={if embedded { "inset" } else { "page" }}>
            if !embedded {
                <a class="skip" href="#results">{"Skip to the results"}</a>
                <Head {theme} {on_theme} {on_keys} />
            }
            // The page round a widget has its own main part.
            <@{if embedded { "div" } else { "main" }}>
                if let Some(notice) = &config.notice {
                    <p class="notice" role="alert">{format!("The settings of this page are left out, because they cannot be read: {notice}")}</p>
                }
                if config.shared && *checked.text == *config.text {
                    <p class="notice" data-shared="">{"This string came with the link: the same findings as on somebody's own, but every name and secret in it is invented."}</p>
                }
                <section class="panel paste" aria-label="The text">
                    <Area
                        checked={Rc::clone(&checked)}
                        findings={findings.clone()}
                        attention={(*attention).clone()}
                        focus={document.focus}
                        {invalid}
                        {area}
                        on_action={on_action.clone()}
                        {on_caret}
                        on_ask={on_ask.clone()}
                    />
                    {hint(&findings, current, pointed, &on_explain)}
                    <div class="toolbar">
                        <Chips checked={Rc::clone(&checked)} on_action={on_action.clone()} />
                        <div class="history" role="group" aria-label="Changes">
                            <button type="button" class="button quiet" id="undo" disabled={!document.history.can_undo()} onclick={step(Action::Undo)}>{"Undo"}</button>
                            <button type="button" class="button quiet" id="redo" disabled={!document.history.can_redo()} onclick={step(Action::Redo)}>{"Redo"}</button>
                            <button type="button" class="button quiet" id="clear" disabled={empty} onclick={step(Action::Clear)}>{"Clear"}</button>
                        </div>
                    </div>
                </section>
                <p id="status" class="visually-hidden" role="status" aria-live="polite">{status}</p>
                if empty {
                    if !embedded {
                        {examples(&on_load)}
                        <Gallery {on_example} />
                    }
                } else {
                    <Summary checked={Rc::clone(&checked)} on_action={on_action.clone()} />
                }
                <div class="columns" id="results" tabindex="-1">
                    {triage}
                    if strings > 0 {
                        <FindingList
                            checked={Rc::clone(&checked)}
                            {findings}
                            {current}
                            {pointed}
                            {asked}
                            done={Rc::clone(&document.done)}
                            can_probe={!config.probes.is_empty()}
                            {on_action}
                            {on_ask}
                        />
                    }
                    {panels}
                </div>
            </@>
            if !embedded {
                {foot()}
            }
            <Keys dialog={keys} />
        </div>
        </ContextProvider<Rest>>
    }
}

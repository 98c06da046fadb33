//! The layer behind the text area: the same text with the same metrics, coloured and underlined, line by line.

use crate::platform::layer::{at, show};
use crate::state::attention::Attention;
use crate::state::document::{Checked, FocusRequest};
use crate::state::findings::Findings;
use crate::state::layer::{Layer as Lines, Line, Mark, Node};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// See [`Layer`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The text with its analysis.
    pub(super) checked: Rc<Checked>,
    /// What to underline.
    pub(super) findings: Findings,
    /// The finding at hand, and the one pointed at.
    pub(super) attention: Attention,
    /// The selection that has to be in sight.
    pub(super) anchor: FocusRequest,
    /// The element, for those who look for a squiggle in it.
    pub(super) layer: NodeRef,
}

/// Draws the layer; it is hidden from those who hear the page, as the text area has the text.
#[component]
pub(super) fn Layer(props: &Props) -> Html {
    let drawn = use_mut_ref(Lines::default);
    let lines = {
        let drawn = Rc::clone(&drawn);
        use_memo(
            (
                Rc::clone(&props.checked),
                props.findings.clone(),
                props.anchor,
            ),
            move |(checked, findings, anchor)| {
                let text = &*checked.text;
                let marks: Vec<Mark> = marks(findings).collect();
                let anchor = (anchor.number > 0).then(|| anchor.selection.span(text).start);
                let lines = drawn
                    .borrow()
                    .follow(text, &checked.analysis, &marks, anchor);
                drawn.replace(lines.clone());
                lines
            },
        )
    };
    {
        // Not drawn with the text, so that moving the caret through a long text draws nothing anew.
        let layer = props.layer.clone();
        let id = |index: usize| props.findings.get(index).map(|finding| finding.id);
        let current = props.attention.current(&props.findings).and_then(id);
        let pointed = props.attention.pointed(&props.findings).and_then(id);
        use_effect_with((Rc::clone(&lines), current, pointed), move |_| {
            if let Some(layer) = layer.cast::<Element>() {
                show(&layer, "current", current);
                show(&layer, "pointed", pointed);
            }
        });
    }
    html! {
        <div class="layer" aria-hidden="true" ref={props.layer.clone()}>
            { for lines.blocks().map(block) }
        </div>
    }
}

/// Some lines of the text, behind a key that stays theirs.
fn block(lines: &[Line]) -> Html {
    let key = lines.first().map_or(0, |line| line.id);
    html! { <Block key={key} lines={Rc::from(lines)} /> }
}

/// See [`Block`].
#[derive(Clone, PartialEq, Properties)]
struct BlockProps {
    /// The lines.
    lines: Rc<[Line]>,
}

/// Some lines of the text.
#[component]
fn Block(props: &BlockProps) -> Html {
    html! {
        <div class="rows">
            for line in &*props.lines {
                <Row key={line.id} nodes={Rc::clone(&line.nodes)} />
            }
        </div>
    }
}

fn marks(findings: &Findings) -> impl Iterator<Item = Mark> + '_ {
    findings.iter().filter_map(|finding| {
        Some(Mark {
            finding: finding.id,
            code: finding.code,
            severity: finding.severity,
            span: finding.span?,
        })
    })
}

/// See [`Row`].
#[derive(Clone, Properties)]
struct RowProps {
    /// What is in the line.
    nodes: Rc<[Node]>,
}

impl PartialEq for RowProps {
    fn eq(&self, other: &Self) -> bool {
        // What looks the same is the same, see `Lines::follow`.
        Rc::ptr_eq(&self.nodes, &other.nodes)
    }
}

/// One line of the text.
#[component]
fn Row(props: &RowProps) -> Html {
    html! {
        <div class="row">
            { for props.nodes.iter().map(draw) }
            // Without a line break the line would have no height when it is empty.
            if !ends_with_break(&props.nodes) { {"\u{200B}"} }
        </div>
    }
}

fn ends_with_break(nodes: &[Node]) -> bool {
    match nodes.last() {
        Some(Node::Text { text, .. }) => text.ends_with('\n'),
        Some(Node::Squiggle { children, .. }) => ends_with_break(children),
        Some(Node::Anchor) | None => false,
    }
}

fn draw(node: &Node) -> Html {
    match node {
        Node::Text { kind: None, text } => html! { {text} },
        Node::Text {
            kind: Some(kind),
            text,
        } => {
            html! { <span class={classes!("token", format!("token-{}", kind.name()))}>{text}</span> }
        }
        Node::Anchor => html! { <span data-anchor="" /> },
        Node::Squiggle {
            mark,
            first,
            children,
        } => {
            let class = classes!(
                "squiggle",
                format!("squiggle-{}", mark.severity.name()),
                children.is_empty().then_some("point"),
            );
            html! {
                <span {class} data-squiggle={first.then_some(mark.code)} data-finding={mark.finding.to_string()}>
                    { for children.iter().map(draw) }
                </span>
            }
        }
    }
}

/// The finding whose squiggle is under this place of the window.
pub(super) fn under(layer: &NodeRef, x: i32, y: i32) -> Option<u32> {
    at(&layer.cast::<Element>()?, f64::from(x), f64::from(y))
}

//! The layer behind the text area: the same text with the same metrics, coloured and underlined.

use crate::state::document::{Checked, FocusRequest};
use crate::state::findings::Findings;
use crate::state::layer::{Node, build};
use connlint_core::Span;
use connlint_core::parse::TokenKind;
use connlint_core::text::slice;
use std::rc::Rc;
use yew::prelude::*;

/// See [`Layer`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The text with its analysis.
    pub(super) checked: Rc<Checked>,
    /// What to underline.
    pub(super) findings: Findings,
    /// The finding at hand.
    pub(super) current: Option<usize>,
    /// The selection that has to be in sight.
    pub(super) anchor: FocusRequest,
}

/// Not a finding: the place that has to be in sight.
const ANCHOR: usize = usize::MAX;

/// Draws the layer; it is hidden from those who hear the page, as the text area has the text.
#[component]
pub(super) fn Layer(props: &Props) -> Html {
    let text = &*props.checked.text;
    let marks = props
        .findings
        .iter()
        .enumerate()
        .filter_map(|(index, finding)| Some((index, finding.span?)));
    let anchor = props.anchor.selection.span(text).start;
    let anchor = (props.anchor.number > 0).then_some((ANCHOR, Span::empty(anchor)));
    let nodes = build(text, &props.checked.analysis, marks.chain(anchor));
    let mut draw = Draw {
        text,
        findings: &props.findings,
        current: props.current,
        seen: Vec::new(),
    };
    html! {
        <div class="layer" aria-hidden="true">
            { for nodes.iter().map(|node| draw.node(node)) }
            // A text area has room for one more line behind a line break.
            {"\u{200B}"}
        </div>
    }
}

struct Draw<'a> {
    text: &'a str,
    findings: &'a Findings,
    current: Option<usize>,
    seen: Vec<usize>,
}

impl Draw<'_> {
    fn node(&mut self, node: &Node) -> Html {
        match node {
            Node::Text { kind, span } => {
                let text = slice(self.text, *span).to_owned();
                match kind {
                    // Not worth an element: they look like the text round them.
                    None | Some(TokenKind::Space | TokenKind::Other) => html! { {text} },
                    Some(kind) => {
                        html! { <span class={classes!("token", format!("token-{}", kind.name()))}>{text}</span> }
                    }
                }
            }
            Node::Mark { finding, .. } if *finding == ANCHOR => html! { <span data-anchor="" /> },
            Node::Mark { finding, children } => self.mark(*finding, children),
        }
    }

    fn mark(&mut self, index: usize, children: &[Node]) -> Html {
        let children: Vec<Html> = children.iter().map(|child| self.node(child)).collect();
        let Some(finding) = self.findings.get(index) else {
            return html! { <>{ for children }</> };
        };
        // What goes on outside another one is the same squiggle, not one more.
        let first = !self.seen.contains(&index);
        self.seen.push(index);
        let severity = finding.severity.name();
        let class = classes!(
            "squiggle",
            format!("squiggle-{severity}"),
            children.is_empty().then_some("point"),
            (self.current == Some(index)).then_some("current"),
        );
        html! {
            <span {class} data-squiggle={first.then_some(finding.code)} data-finding={index.to_string()}>
                { for children }
            </span>
        }
    }
}

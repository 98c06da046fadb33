//! A rule's documentation, from its Markdown to elements; nothing in it becomes HTML by itself.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use yew::prelude::*;

/// See [`Docs`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The Markdown.
    pub(super) markdown: &'static str,
}

/// The documentation.
#[component]
pub(super) fn Docs(props: &Props) -> Html {
    let mut events = Parser::new(props.markdown);
    html! { <>{ for children(&mut events) }</> }
}

/// What stands up to the end of the element that has just begun.
fn children<'a>(events: &mut Parser<'a>) -> Vec<Html> {
    let mut out = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(tag) => out.push(element(tag, events)),
            Event::End(_) => break,
            Event::Text(text) => out.push(html! { {text.to_string()} }),
            Event::Code(text) => out.push(html! { <code>{text.to_string()}</code> }),
            Event::SoftBreak | Event::HardBreak => out.push(html! { {" "} }),
            Event::Rule => out.push(html! { <hr /> }),
            // Shown as it is written.
            Event::Html(text) | Event::InlineHtml(text) => out.push(html! { {text.to_string()} }),
            _ => {}
        }
    }
    out
}

fn element<'a>(tag: Tag<'a>, events: &mut Parser<'a>) -> Html {
    match tag {
        Tag::CodeBlock(kind) => return code_block(&kind, events),
        // The finding has its own title.
        Tag::Heading {
            level: HeadingLevel::H1,
            ..
        } => {
            children(events);
            return Html::default();
        }
        _ => {}
    }
    let inner = html! { <>{ for children(events) }</> };
    match tag {
        Tag::Paragraph => html! { <p>{inner}</p> },
        Tag::Heading { .. } => html! { <h4>{inner}</h4> },
        Tag::BlockQuote(_) => html! { <blockquote>{inner}</blockquote> },
        Tag::List(Some(_)) => html! { <ol>{inner}</ol> },
        Tag::List(None) => html! { <ul>{inner}</ul> },
        Tag::Item => html! { <li>{inner}</li> },
        Tag::Emphasis => html! { <em>{inner}</em> },
        Tag::Strong => html! { <strong>{inner}</strong> },
        Tag::Link { dest_url, .. } if dest_url.starts_with("https://") => {
            html! { <a href={dest_url.to_string()} target="_blank" rel="noreferrer">{inner}</a> }
        }
        _ => inner,
    }
}

fn code_block<'a>(kind: &CodeBlockKind<'a>, events: &mut Parser<'a>) -> Html {
    let info = match kind {
        CodeBlockKind::Fenced(info) => info.to_string(),
        CodeBlockKind::Indented => String::new(),
    };
    let mut text = String::new();
    for event in events.by_ref() {
        match event {
            Event::End(TagEnd::CodeBlock) => break,
            Event::Text(piece) => text.push_str(&piece),
            _ => {}
        }
    }
    let label = match info.split(',').nth(1).map(str::trim) {
        Some("bad") => Some(("bad", "Goes wrong")),
        Some("good" | "fixed") => Some(("good", "Works")),
        _ => None,
    };
    html! {
        <div class={classes!("sample", label.map(|(class, _)| format!("sample-{class}")))}>
            if let Some((_, words)) = label { <p class="sample-label">{words}</p> }
            <pre tabindex="0"><code>{text.trim_end().to_owned()}</code></pre>
        </div>
    }
}

//! Running text in which `code` stands between backticks and **weight** between double asterisks.

use yew::prelude::*;

/// See [`Prose`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text; nothing in it is taken as HTML.
    pub text: AttrValue,
}

/// Draws a text with its code and its weight.
#[component]
pub fn Prose(props: &Props) -> Html {
    let parts = pieces(&props.text).into_iter().map(|(style, text)| {
        let text = text.to_owned();
        match style {
            Style::Plain => html! { {text} },
            Style::Code => html! { <code>{text}</code> },
            Style::Strong => html! { <strong>{text}</strong> },
        }
    });
    html! { <>{ for parts }</> }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Code,
    Strong,
}

/// Cuts a text at its marks; a mark without its partner is text.
fn pieces(text: &str) -> Vec<(Style, &str)> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        let next = [("`", Style::Code), ("**", Style::Strong)]
            .into_iter()
            .filter_map(|(mark, style)| {
                let (before, behind) = rest.split_once(mark)?;
                let (inner, after) = behind.split_once(mark)?;
                (!inner.is_empty()).then_some((before, style, inner, after))
            })
            .min_by_key(|(before, ..)| before.len());
        let Some((before, style, inner, after)) = next else {
            break;
        };
        if !before.is_empty() {
            out.push((Style::Plain, before));
        }
        out.push((style, inner));
        rest = after;
    }
    if !rest.is_empty() {
        out.push((Style::Plain, rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Style::{Code, Plain, Strong};
    use super::*;

    #[test]
    fn marks_are_taken_in_pairs() {
        let text = "to `db.x` **without** checks";
        let parts = [
            (Plain, "to "),
            (Code, "db.x"),
            (Plain, " "),
            (Strong, "without"),
            (Plain, " checks"),
        ];
        assert_eq!(pieces(text), parts);
        assert_eq!(pieces("a ` b"), [(Plain, "a ` b")]);
        assert_eq!(pieces("`a**b**`"), [(Code, "a**b**")]);
        assert_eq!(pieces(""), []);
    }
}

//! What is drawn behind the text: its tokens, and the squiggles of the findings, nested where they overlap.

use connlint_core::parse::TokenKind;
use connlint_core::{Analysis, Span};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A piece of the layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text, of a token or between the strings.
    Text {
        /// The token's kind.
        kind: Option<TokenKind>,
        /// Where it stands.
        span: Span,
    },
    /// The part of a finding; a point if there is nothing in it.
    Mark {
        /// Which finding.
        finding: usize,
        /// What it covers.
        children: Vec<Node>,
    },
}

/// A mark: where it starts, where it ends (the longest first), which finding it is.
type Key = (usize, Reverse<usize>, usize);

/// The layer of `text`: every character exactly once, in order.
#[must_use]
pub fn build(
    text: &str,
    analysis: &Analysis,
    marks: impl Iterator<Item = (usize, Span)>,
) -> Vec<Node> {
    let mut tokens = Vec::new();
    let mut done = 0;
    for token in analysis.strings.iter().flat_map(|found| &found.tokens) {
        let start = forward(text, token.span.start.max(done));
        let end = forward(text, token.span.end);
        if start < end {
            tokens.push((Span::new(start, end), token.kind));
            done = end;
        }
    }
    let mut open: BTreeSet<Key> = marks
        .map(|(finding, span)| {
            let start = backward(text, span.start.min(text.len()));
            let end = if span.is_empty() {
                start
            } else {
                forward(text, span.end)
            };
            (start, Reverse(end), finding)
        })
        .collect();
    let mut tokens = tokens.into_iter().peekable();
    let whole = Span::new(0, text.len());
    level(whole, &mut open, &mut |span, out| {
        let mut at = span.start;
        while at < span.end {
            while tokens.peek().is_some_and(|(token, _)| token.end <= at) {
                tokens.next();
            }
            let (end, kind) = match tokens.peek() {
                Some((token, kind)) if token.start <= at => (token.end, Some(*kind)),
                Some((token, _)) => (token.start, None),
                None => (span.end, None),
            };
            let end = end.min(span.end);
            out.push(Node::Text {
                kind,
                span: Span::new(at, end),
            });
            at = end;
        }
    })
}

/// Lays out `range` and takes the marks that start in it; what reaches past its end is put back, to go on outside.
fn level(
    range: Span,
    open: &mut BTreeSet<Key>,
    text: &mut impl FnMut(Span, &mut Vec<Node>),
) -> Vec<Node> {
    let mut out = Vec::new();
    let mut at = range.start;
    let inside = |key: &Key| key.0 < range.end || (key.0 == range.end && key.1.0 == key.0);
    while let Some(key) = open.first().copied().filter(inside) {
        let (start, Reverse(end), finding) = key;
        open.remove(&key);
        text(Span::new(at, start), &mut out);
        let here = Span::new(start, end.min(range.end));
        if end > range.end {
            open.insert((range.end, Reverse(end), finding));
        }
        // A point has nothing in it, so nothing can be nested there.
        let children = if here.is_empty() {
            Vec::new()
        } else {
            level(here, open, text)
        };
        out.push(Node::Mark { finding, children });
        at = here.end;
    }
    text(Span::new(at, range.end), &mut out);
    out
}

/// The end of the visible character that `at` is in: a browser draws a letter and its accents as one, and would draw
/// them apart if an element ended in between.
fn forward(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if !joined(text, at, c) {
            break;
        }
        at += c.len_utf8();
    }
    at
}

/// The start of the visible character that `at` is in.
fn backward(text: &str, at: usize) -> usize {
    let mut at = at;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if !joined(text, at, c) {
            break;
        }
        at -= before(text, at).map_or(0, char::len_utf8);
    }
    at
}

fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// Whether `c`, which starts at `at`, is drawn together with the character before it.
fn joined(text: &str, at: usize, c: char) -> bool {
    const JOINER: char = '\u{200D}';
    let Some(last) = before(text, at) else {
        return false;
    };
    let flag = |c: char| matches!(c, '\u{1F1E6}'..='\u{1F1FF}');
    if extends(c) || c == JOINER {
        // A mark on its own line begins it.
        return last != '\n';
    }
    if last == JOINER {
        return true;
    }
    // Two regional indicators make one flag.
    flag(last)
        && flag(c)
        && text
            .get(..at)
            .is_some_and(|text| text.chars().rev().take_while(|&c| flag(c)).count() % 2 == 1)
}

/// Accents, vowel signs, variation selectors, skin tones and tags: what people paste, not all of Unicode.
const fn extends(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{0900}'..='\u{0903}' | '\u{093A}'..='\u{094F}' | '\u{0E31}'
        | '\u{0E34}'..='\u{0E3A}' | '\u{0E47}'..='\u{0E4E}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{3099}'..='\u{309A}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}'
        | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::text::slice;
    use connlint_core::{Options, lint};

    /// Draws marks as `<n …>` and tokens as they are.
    fn draw(text: &str, nodes: &[Node]) -> String {
        nodes
            .iter()
            .map(|node| match node {
                Node::Text { span, .. } => slice(text, *span).to_owned(),
                Node::Mark { finding, children } => {
                    format!("<{finding} {}>", draw(text, children))
                }
            })
            .collect()
    }

    fn flat(text: &str, nodes: &[Node]) -> String {
        nodes
            .iter()
            .map(|node| match node {
                Node::Text { span, .. } => slice(text, *span).to_owned(),
                Node::Mark { children, .. } => flat(text, children),
            })
            .collect()
    }

    fn drawn(text: &str, marks: &[(usize, usize)]) -> String {
        let analysis = lint(text, &Options::default());
        let spans = marks.iter().map(|&(start, end)| Span::new(start, end));
        draw(text, &build(text, &analysis, spans.enumerate()))
    }

    #[test]
    fn nothing_is_lost_and_tokens_keep_their_kind() {
        let text = "see postgresql://app:pw@db.example/shop here";
        let analysis = lint(text, &Options::default());
        let nodes = build(text, &analysis, std::iter::empty());
        assert_eq!(draw(text, &nodes), text);
        assert!(nodes.iter().any(|n| matches!(n,
            Node::Text { kind: Some(TokenKind::Host), span } if slice(text, *span) == "db.example")));
    }

    #[test]
    fn marks_nest_and_what_reaches_out_goes_on_outside() {
        assert_eq!(drawn("abcdef", &[(1, 3)]), "a<0 bc>def");
        assert_eq!(drawn("abcdef", &[(1, 5), (2, 3)]), "a<0 b<1 c>de>f");
        assert_eq!(drawn("abcdef", &[(1, 4), (3, 6)]), "a<0 bc<1 d>><1 ef>");
        assert_eq!(drawn("abcdef", &[(2, 4), (2, 4)]), "ab<0 <1 cd>>ef");
    }

    #[test]
    fn a_point_is_drawn_where_it_is() {
        assert_eq!(drawn("abc", &[(0, 0)]), "<0 >abc");
        assert_eq!(drawn("abc", &[(3, 3)]), "abc<0 >");
        assert_eq!(drawn("abc", &[(1, 1), (1, 2)]), "a<1 <0 >b>c");
        assert_eq!(drawn("", &[(0, 0)]), "<0 >");
    }

    #[test]
    fn a_visible_character_is_never_torn_apart() {
        // An `e` with a combining accent, a family of three, two flags.
        assert_eq!(drawn("e\u{301}x", &[(0, 1)]), "<0 e\u{301}>x");
        let family = "\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}";
        assert_eq!(
            drawn(&format!("{family}!"), &[(4, 7)]),
            format!("<0 {family}>!")
        );
        assert_eq!(drawn("🇩🇪🇫🇷", &[(8, 12)]), "🇩🇪<0 🇫🇷>");
    }

    #[test]
    fn every_text_comes_out_whole() {
        let text = "host=ä\tuser='😀 e\u{301}' password=\u{202e}x\n\u{301}postgresql://a@b";
        let analysis = lint(text, &Options::default());
        let ends = || text.char_indices().map(|(at, _)| at).chain([text.len()]);
        for start in ends() {
            for end in ends().filter(|&end| end >= start) {
                let marks = [(0, Span::new(start, end)), (1, Span::new(0, start))];
                let nodes = build(text, &analysis, marks.into_iter());
                assert_eq!(flat(text, &nodes), text);
            }
        }
    }
}

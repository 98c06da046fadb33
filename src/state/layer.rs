//! What is drawn behind the text, line by line: its tokens, and the squiggles of the findings, nested where they overlap.

use connlint_core::parse::TokenKind;
use connlint_core::text::slice;
use connlint_core::{Analysis, Severity, Span};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;
use yew::AttrValue;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text, of a token or between the strings.
    Text {
        /// The token's kind.
        kind: Option<TokenKind>,
        /// The characters.
        text: AttrValue,
    },
    /// What a finding has in this line; a point if there is nothing in it.
    Squiggle {
        /// The finding.
        mark: Mark,
        /// Whether it begins here, and does not only go on.
        first: bool,
        /// What it covers.
        children: Vec<Node>,
    },
    /// The place that has to be in sight.
    Anchor,
}

/// A finding, as far as the layer draws it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which finding, by its number.
    pub finding: u32,
    /// Its code.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub span: Span,
}

/// A line with its line break. Lines that look the same are equal, wherever they stand.
#[derive(Clone, Debug, Eq)]
pub struct Line {
    /// Stays with the line while the text changes round it.
    pub id: u32,
    /// What is in it.
    pub nodes: Rc<[Node]>,
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        let same = || Rc::ptr_eq(&self.nodes, &other.nodes) || self.nodes == other.nodes;
        self.id == other.id && same()
    }
}

/// Lines with such a multiple of a number begin a block.
const BLOCK: u32 = 64;

/// All lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// In order.
    pub lines: Vec<Line>,
    next: u32,
}

impl Layer {
    /// The layer of another text. Lines that did not change are the same ones as before, and those that did keep as many
    /// of their numbers as there are, so that little has to be drawn anew.
    #[must_use]
    pub fn follow(
        &self,
        text: &str,
        analysis: &Analysis,
        marks: &[Mark],
        anchor: Option<usize>,
    ) -> Self {
        let new = build(text, analysis, marks, anchor);
        let same = |(old, new): &(&Line, &Built<'_>)| new.is(&old.nodes);
        let old = &self.lines;
        let head = old.iter().zip(&new).take_while(same).count();
        let most = old.len().min(new.len()) - head;
        let behind = old.iter().rev().zip(new.iter().rev());
        let tail = behind.take(most).take_while(same).count();
        let mut next = self.next;
        let (changed, count) = (new.len() - tail, old.len());
        let mut gone = old.get(head..count - tail).into_iter().flatten();
        let lines = new.into_iter().enumerate().map(|(index, nodes)| {
            let kept = if index < head {
                old.get(index)
            } else if index >= changed {
                old.get(count - tail + index - changed)
            } else {
                None
            };
            if let Some(kept) = kept {
                return kept.clone();
            }
            let id = gone.next().map(|line| line.id).unwrap_or_else(|| {
                next = next.wrapping_add(1);
                next
            });
            Line {
                id,
                nodes: nodes.into(),
            }
        });
        let lines = lines.collect();
        Self { lines, next }
    }

    /// The lines in blocks, so that where a line changes the others need not be looked at one by one. A block begins at the
    /// same line as long as that line is there, whatever changes before it.
    pub fn blocks(&self) -> impl Iterator<Item = &[Line]> {
        let mut rest = &*self.lines;
        std::iter::from_fn(move || {
            let behind = rest.iter().skip(1);
            let len = 1 + behind.take_while(|line| line.id % BLOCK != 0).count();
            let (block, others) = rest.split_at_checked(len)?;
            rest = others;
            Some(block)
        })
    }
}

/// A line before it is compared with those that are there.
enum Built<'a> {
    /// Nothing but text.
    Plain(&'a str),
    /// Tokens, squiggles, text.
    Drawn(Vec<Node>),
}

impl Built<'_> {
    /// Whether it looks like this.
    fn is(&self, nodes: &[Node]) -> bool {
        match (self, nodes) {
            (Self::Plain(""), []) => true,
            (Self::Plain(new), [Node::Text { kind: None, text }]) => **text == **new,
            (Self::Plain(_), _) => false,
            (Self::Drawn(new), nodes) => **new == *nodes,
        }
    }
}

impl From<Built<'_>> for Rc<[Node]> {
    fn from(built: Built<'_>) -> Self {
        match built {
            Built::Plain("") => Self::default(),
            Built::Plain(text) => Rc::new([Node::plain(text)]),
            Built::Drawn(nodes) => nodes.into(),
        }
    }
}

impl Node {
    fn plain(text: &str) -> Self {
        let text = AttrValue::from(Rc::<str>::from(text));
        Self::Text { kind: None, text }
    }
}

/// A mark: where it starts, where it ends (the longest first), which of them it is.
type Key = (usize, Reverse<usize>, usize);

/// Behind all marks: the place that has to be in sight.
const ANCHOR: usize = usize::MAX;

/// The lines of `text`: every character exactly once, in order.
fn build<'a>(
    text: &'a str,
    analysis: &Analysis,
    marks: &'a [Mark],
    anchor: Option<usize>,
) -> Vec<Built<'a>> {
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
    let spans = marks.iter().map(|mark| mark.span).enumerate();
    let anchor = anchor.map(|at| (ANCHOR, Span::empty(at)));
    let open = spans.chain(anchor).map(|(number, span)| {
        let start = backward(text, span.start.min(text.len()));
        let end = if span.is_empty() {
            start
        } else {
            forward(text, span.end)
        };
        (start, Reverse(end), number)
    });
    let mut draw = Draw {
        text,
        tokens,
        at: 0,
        open: open.collect(),
        marks,
        seen: HashSet::new(),
    };
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        // What stands between two lines belongs to the second one; behind the last line break there is one more line.
        let last = end == text.len() && !line.ends_with('\n');
        lines.push(draw.line(Span::new(start, end), last));
        start = end;
    }
    if text.is_empty() || text.ends_with('\n') {
        lines.push(draw.line(Span::empty(text.len()), true));
    }
    lines
}

struct Draw<'a> {
    text: &'a str,
    tokens: Vec<(Span, TokenKind)>,
    /// The first token that is not behind us.
    at: usize,
    open: BTreeSet<Key>,
    marks: &'a [Mark],
    seen: HashSet<usize>,
}

/// Whether a mark begins in `range`: at its end only points do, and only if it is `closed`.
const fn inside(key: Key, range: Span, closed: bool) -> bool {
    key.0 < range.end || (closed && key.0 == range.end && key.1.0 == key.0)
}

impl<'a> Draw<'a> {
    /// Lays out a line.
    fn line(&mut self, range: Span, last: bool) -> Built<'a> {
        self.pass(range.start);
        let token = self.tokens.get(self.at);
        let token = token.is_some_and(|(token, _)| token.start < range.end);
        let mark = self.open.first().copied();
        if token || mark.is_some_and(|key| inside(key, range, last)) {
            Built::Drawn(self.level(range, last))
        } else {
            Built::Plain(slice(self.text, range))
        }
    }

    /// Leaves the tokens behind that end before `at`.
    fn pass(&mut self, at: usize) {
        let ends = |(token, _): &(Span, TokenKind)| token.end <= at;
        while self.tokens.get(self.at).is_some_and(ends) {
            self.at += 1;
        }
    }

    /// Lays out `range` and takes the marks that start in it, at its end only points and only if it is `closed`; what
    /// reaches past its end is put back, to go on outside.
    fn level(&mut self, range: Span, closed: bool) -> Vec<Node> {
        let mut out = Vec::new();
        let mut at = range.start;
        let next = |open: &BTreeSet<Key>| {
            let first = open.first().copied();
            first.filter(|key| inside(*key, range, closed))
        };
        while let Some(key) = next(&self.open) {
            let (start, Reverse(end), number) = key;
            self.open.remove(&key);
            self.text(Span::new(at, start), &mut out);
            let here = Span::new(start, end.min(range.end));
            if end > range.end {
                self.open.insert((range.end, Reverse(end), number));
            }
            let first = self.seen.insert(number);
            // A point has nothing in it, so nothing can be nested there.
            let children = if here.is_empty() {
                Vec::new()
            } else {
                self.level(here, closed || here.end < range.end)
            };
            out.push(match self.marks.get(number) {
                Some(&mark) => Node::Squiggle {
                    mark,
                    first,
                    children,
                },
                None => Node::Anchor,
            });
            at = here.end;
        }
        self.text(Span::new(at, range.end), &mut out);
        out
    }

    fn text(&mut self, span: Span, out: &mut Vec<Node>) {
        let mut at = span.start;
        while at < span.end {
            self.pass(at);
            let (end, kind) = match self.tokens.get(self.at) {
                Some((token, kind)) if token.start <= at => (token.end, Some(*kind)),
                Some((token, _)) => (token.start, None),
                None => (span.end, None),
            };
            let end = end.min(span.end);
            // Not worth an element: they look like the text round them.
            let kind = kind.filter(|kind| !matches!(kind, TokenKind::Space | TokenKind::Other));
            let text = Rc::<str>::from(slice(self.text, Span::new(at, end)));
            let text = AttrValue::from(text);
            out.push(Node::Text { kind, text });
            at = end;
        }
    }
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
    use connlint_core::{Options, lint};

    fn mark(finding: usize, start: usize, end: usize) -> Mark {
        Mark {
            finding: u32::try_from(finding).unwrap(),
            code: "SYN003",
            severity: Severity::Error,
            span: Span::new(start, end),
        }
    }

    fn marks(spans: &[(usize, usize)]) -> Vec<Mark> {
        let numbered = spans.iter().enumerate();
        numbered
            .map(|(at, &(start, end))| mark(at, start, end))
            .collect()
    }

    /// Draws marks as `<n …>`, the anchor as `^` and tokens as they are.
    fn draw(nodes: &[Node]) -> String {
        let parts = nodes.iter().map(|node| match node {
            Node::Text { text, .. } => text.to_string(),
            Node::Squiggle { mark, children, .. } => {
                format!("<{} {}>", mark.finding, draw(children))
            }
            Node::Anchor => "^".to_owned(),
        });
        parts.collect()
    }

    fn flat(nodes: &[Node]) -> String {
        let parts = nodes.iter().map(|node| match node {
            Node::Text { text, .. } => text.to_string(),
            Node::Squiggle { children, .. } => flat(children),
            Node::Anchor => String::new(),
        });
        parts.collect()
    }

    fn layer(old: &Layer, text: &str, marks: &[Mark]) -> Layer {
        old.follow(text, &lint(text, &Options::default()), marks, None)
    }

    fn drawn(text: &str, spans: &[(usize, usize)]) -> String {
        let layer = layer(&Layer::default(), text, &marks(spans));
        let lines = layer.lines.iter().map(|line| draw(&line.nodes));
        lines.collect::<Vec<_>>().join("|")
    }

    fn ids(layer: &Layer) -> Vec<u32> {
        layer.lines.iter().map(|line| line.id).collect()
    }

    #[test]
    fn nothing_is_lost_and_tokens_keep_their_kind() {
        let text = "see postgresql://app:pw@db.example/shop here";
        let layer = layer(&Layer::default(), text, &[]);
        let [line] = layer.lines.as_slice() else {
            panic!("not one line");
        };
        assert_eq!(draw(&line.nodes), text);
        assert!(line.nodes.iter().any(|n| matches!(n,
            Node::Text { kind: Some(TokenKind::Host), text } if text == "db.example")));
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
    fn each_line_has_its_own_part_of_a_mark() {
        assert_eq!(drawn("ab\ncd\nef", &[(1, 7)]), "a<0 b\n>|<0 cd\n>|<0 e>f");
        let layer = layer(&Layer::default(), "ab\ncd", &marks(&[(1, 4)]));
        let firsts = layer.lines.iter().flat_map(|line| line.nodes.iter());
        let firsts: Vec<bool> = firsts
            .filter_map(|node| match node {
                Node::Squiggle { first, .. } => Some(*first),
                _ => None,
            })
            .collect();
        assert_eq!(firsts, [true, false]);
    }

    #[test]
    fn a_point_between_two_lines_stands_in_the_second() {
        assert_eq!(drawn("ab\ncd", &[(2, 2)]), "ab<0 >\n|cd");
        assert_eq!(drawn("ab\ncd", &[(3, 3)]), "ab\n|<0 >cd");
        assert_eq!(drawn("ab\n", &[(3, 3)]), "ab\n|<0 >");
        assert_eq!(drawn("\n\n", &[(1, 1)]), "\n|<0 >\n|");
        assert_eq!(drawn("ab\ncd", &[(1, 3), (3, 3)]), "a<0 b\n>|<1 >cd");
    }

    #[test]
    fn the_place_that_has_to_be_in_sight_is_marked() {
        let analysis = lint("ab", &Options::default());
        let layer = Layer::default().follow("ab", &analysis, &marks(&[(0, 2)]), Some(1));
        assert_eq!(draw(&layer.lines[0].nodes), "<0 a^b>");
    }

    #[test]
    fn lines_that_did_not_change_are_the_same_ones() {
        let first = layer(&Layer::default(), "a\nb\nc\nd", &[]);
        let typed = layer(&first, "a\nbx\nc\nd", &[]);
        assert_eq!(ids(&typed), ids(&first), "a changed line keeps its number");
        for at in [0, 2, 3] {
            assert!(Rc::ptr_eq(&first.lines[at].nodes, &typed.lines[at].nodes));
        }
        let split = layer(&typed, "a\nb\nx\nc\nd", &[]);
        let [a, b, x, c, d] = ids(&split)[..] else {
            panic!("not five lines");
        };
        assert_eq!([a, b, c, d], ids(&first)[..]);
        assert!(!ids(&first).contains(&x), "a new line has a new number");
        let joined = layer(&split, "a\nbxc\nd", &[]);
        assert_eq!(ids(&joined), [a, b, d]);
        assert_eq!(layer(&joined, "a\nbxc\nd", &[]), joined);
    }

    #[test]
    fn blocks_hold_all_lines_and_begin_where_they_did() {
        let text: String = (0..1000).map(|n| format!("line {n}\n")).collect();
        let before = layer(&Layer::default(), &text, &[]);
        let firsts =
            |layer: &Layer| -> Vec<u32> { layer.blocks().map(|block| block[0].id).collect() };
        assert!(firsts(&before).len() > 10);
        let after = layer(&before, &format!("one more\n{text}"), &[]);
        for layer in [&before, &after] {
            let lines: Vec<Line> = layer.blocks().flatten().cloned().collect();
            assert_eq!(lines, layer.lines);
        }
        assert_eq!(firsts(&before)[1..], firsts(&after)[1..]);
        assert_eq!(Layer::default().blocks().count(), 0);
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
                let marks = marks(&[(start, end), (0, start)]);
                let layer = Layer::default().follow(text, &analysis, &marks, Some(end));
                let lines = layer.lines.iter().map(|line| flat(&line.nodes));
                assert_eq!(lines.collect::<String>(), text);
            }
        }
    }
}

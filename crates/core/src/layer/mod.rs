//! Takes a string out of what it is wrapped in, and knows the way back.
//!
//! A connection string in a JSON file is escaped by JSON's rules, one in a Kubernetes secret is in base64, and a JSON
//! document may itself stand in a shell's quotes. Each layer that is taken off is a [`Step`]: a map from the bytes inside to
//! those outside, and how the layer writes. A [`Sheet`] is a text with the steps that lead to it from the paste, an
//! [`Excerpt`] the string itself; findings go back through the steps to the pasted characters, and edits are written in the
//! escaping of every layer on the way.

pub(crate) mod base64;
mod blocks;
mod escapes;
mod kubernetes;
mod literal;
mod map;
mod notation;
mod paper;
mod step;
mod variables;

use crate::diagnostics::Edit;
use crate::model::Layer;
use crate::order::Order as _;
use crate::text::{Span, slice};
use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

pub use blocks::block_scalar;
pub use escapes::Escapes;
pub use literal::{Literal, Unclosed, joined, literal_at, word_at};
pub use map::SourceMap;
pub use notation::{Line, Notation, Tongue, comment_start, line_at};
pub(crate) use notation::{TONGUE_WORDS, in_command};
pub use paper::Paper;
pub use step::{Codec, Piece, Region, Step};
pub use variables::{Filling, find as find_variables, neutral};

/// How many layers are taken off at most: deeper than people nest, and a bound on the time that it takes.
const DEEPEST: usize = 6;

/// A text to look for strings in: the paste, or what came out of a layer of it.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// What it was wrapped in, outermost first.
    pub layers: Vec<Layer>,
    /// The way back to the paste, outermost first.
    steps: Vec<Rc<Step>>,
}

impl<'a> Sheet<'a> {
    /// The paste itself.
    #[must_use]
    pub const fn paste(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            layers: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Whether it came out of another text.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Whether another layer may be taken off.
    #[must_use]
    pub fn goes_deeper(&self) -> bool {
        self.steps.len() < DEEPEST
    }

    /// Where `span` of the text stands in the paste.
    #[must_use]
    pub fn to_paste(&self, span: Span) -> Span {
        to_paste(&self.steps, span)
    }

    /// The parts of the text that the layer round it writes as a whole, from the one on that holds byte `at` or lies behind it.
    pub fn whole_regions_from(&self, at: usize) -> impl Iterator<Item = &Region> {
        let regions = self.steps.last().map_or(&[][..], |step| step.regions());
        let first = regions.partition_point(|r| r.text.end < at);
        regions
            .get(first..)
            .unwrap_or(&[])
            .iter()
            .filter(|r| !matches!(r.codec, Codec::Chars(_)))
    }

    /// The text inside another layer, which `step` takes off.
    #[must_use]
    pub fn inside(&self, layer: Layer, text: String, step: Step) -> Sheet<'static> {
        let mut layers = self.layers.clone();
        layers.push(layer);
        let mut steps = self.steps.clone();
        steps.push(Rc::new(step));
        Sheet {
            text: Cow::Owned(text),
            layers,
            steps,
        }
    }

    /// What `pieces` of the text hold, put together.
    #[must_use]
    pub fn open(&self, layer: Layer, pieces: &[Piece]) -> Sheet<'static> {
        let (text, step) = Step::of_pieces(&self.text, pieces);
        self.inside(layer, text, step)
    }

    /// The string that `pieces` of the text make up.
    #[must_use]
    pub fn excerpt(&self, layer: Layer, notation: Notation, pieces: &[Piece]) -> Excerpt {
        let inner = self.open(layer, pieces);
        let first = pieces.first().map_or(0, |p| p.span.start);
        let last = pieces.last().map_or(first, |p| p.span.end);
        let holes = inner
            .steps
            .last()
            .map_or_else(Vec::new, |s| s.holes.clone());
        Excerpt {
            span: self.to_paste(Span::new(first, last)),
            layer: inner
                .layers
                .iter()
                .copied()
                .find(|l| *l != Layer::Plain)
                .unwrap_or(Layer::Plain),
            notation,
            quotes: None,
            twice_quoted: false,
            layers: inner.layers,
            text: inner.text.into_owned(),
            filling: Filling::None,
            holes,
            own: Vec::new(),
            steps: inner.steps,
        }
    }
}

fn to_paste(steps: &[Rc<Step>], span: Span) -> Span {
    steps
        .iter()
        .rev()
        .fold(span, |span, step| step.to_source(span))
}

/// A string taken out of a paste.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Where it stands in the paste, without its quotes.
    pub span: Span,
    /// What it was wrapped in: the outermost layer that is one.
    pub layer: Layer,
    /// The kind of text that it stands in, innermost.
    pub notation: Notation,
    /// The quotes round it, opening and closing, in the paste.
    pub quotes: Option<(Span, Span)>,
    /// Whether those quotes stand in a value that has quotes of its own, or in one that needs none, and so belong to the value.
    pub twice_quoted: bool,
    /// What it was wrapped in, outermost first.
    pub layers: Vec<Layer>,
    /// The string itself, unescaped.
    pub text: String,
    /// How code fills in parts of it.
    pub filling: Filling,
    /// Where code stands in [`text`](Self::text) that fills in a part: `"…" + name + "…"`.
    holes: Vec<Span>,
    /// How values in it are written that have quotes of their own.
    own: Vec<Region>,
    steps: Vec<Rc<Step>>,
}

impl Excerpt {
    /// Whether it is the same string, `by` bytes further on in the paste, and stands there without a layer round it that it
    /// shares with others.
    pub(crate) fn is_moved(&self, old: &Self, by: isize) -> bool {
        let ([new_step], [old_step]) = (&*self.steps, &*old.steps) else {
            return false;
        };
        let quotes = |(open, close): (Span, Span)| (open.moved(by), close.moved(by));
        self.span == old.span.moved(by)
            && self.text == old.text
            && self.layer == old.layer
            && self.notation == old.notation
            && self.layers == old.layers
            && self.quotes == old.quotes.map(quotes)
            && self.twice_quoted == old.twice_quoted
            && self.filling == old.filling
            && self.holes == old.holes
            && self.own == old.own
            && new_step.is_moved(old_step, by)
    }

    /// Where `span` of the string stands in the paste.
    #[must_use]
    pub fn to_paste(&self, span: Span) -> Span {
        to_paste(&self.steps, span)
    }

    /// As [`to_paste`](Self::to_paste), and where characters of the paste stand for several bytes together, all of them.
    #[must_use]
    pub fn cover(&self, span: Span) -> Span {
        self.steps
            .iter()
            .rev()
            .fold(span, |span, step| step.cover(span))
    }

    /// The same, with values in it that are written in the way that each of the regions says, and others that code fills in.
    #[must_use]
    pub fn with_values(mut self, own: Vec<Region>, holes: Vec<Span>) -> Self {
        self.own = own;
        self.holes = holes;
        self
    }

    /// Where the variables stand in [`text`](Self::text).
    #[must_use]
    pub fn variables(&self) -> Vec<Span> {
        let mut found = variables::find(&self.text, self.filling);
        if !self.holes.is_empty() {
            found.retain(|v| !self.holes.iter().any(|hole| hole.overlaps(*v)));
            found.extend(&self.holes);
            found.order();
        }
        found
    }

    /// The edits of one fix, from the string's coordinates to the paste's, written in the escaping of every layer.
    ///
    /// `None` where a layer cannot write them, or where what it had to write again would hold a piece of one of `secrets`.
    #[must_use]
    pub fn write(&self, edits: Vec<Edit>, secrets: &[Span]) -> Option<Vec<Edit>> {
        let mut edits: Vec<Edit> = edits
            .into_iter()
            .map(|edit| {
                let region = step::region_at(&self.own, edit.span);
                match region.map(|r| &r.codec) {
                    Some(Codec::Chars(escapes)) => Edit {
                        text: escapes.encode(&edit.text),
                        ..edit
                    },
                    _ => edit,
                }
            })
            .collect();
        // They matter to what is written again as a whole, and to nothing else.
        let whole = |step: &Rc<Step>| {
            let mut regions = step.regions().iter();
            regions.any(|r| !matches!(r.codec, Codec::Chars(_)))
        };
        let outermost = self.steps.iter().position(whole);
        let mut secrets: Vec<Span> = match outermost {
            Some(_) => secrets.to_vec(),
            None => Vec::new(),
        };
        for (index, step) in self.steps.iter().enumerate().rev() {
            edits = step.write(edits, &secrets)?;
            if outermost.is_some_and(|outermost| outermost < index) {
                secrets = secrets.iter().map(|s| step.cover(*s)).collect();
            }
        }
        Some(edits)
    }

    /// What of the string a layer writes as a whole, in the string's coordinates.
    #[must_use]
    pub fn encoded(&self) -> Vec<(Span, &Codec)> {
        let mut out = Vec::new();
        let mut within = Span::new(0, self.text.len());
        for (index, step) in self.steps.iter().enumerate().rev() {
            let inner = self.steps.get(index + 1..).unwrap_or(&[]);
            for region in step.regions_in(within) {
                if !matches!(region.codec, Codec::Chars(_)) {
                    let span = inner
                        .iter()
                        .fold(region.text, |span, step| step.to_text(span));
                    out.push((span, &region.codec));
                }
            }
            within = step.to_source(within);
        }
        out
    }

    /// Whether one of its layers writes characters in the way that `wanted` picks.
    #[must_use]
    pub fn is_written_in(&self, wanted: impl Fn(Escapes) -> bool) -> bool {
        let regions = self.steps.iter().flat_map(|step| step.regions());
        regions.chain(&self.own).any(|r| r.codec.is(&wanted))
    }

    /// Whether a layer writes a part of it as a whole.
    #[must_use]
    pub fn is_encoded(&self) -> bool {
        !self.encoded().is_empty()
    }

    /// The characters of the string that an escape sequence of its innermost layer stands for.
    #[must_use]
    pub fn escaped(&self) -> Vec<(Span, char)> {
        let Some(step) = self.steps.last() else {
            return Vec::new();
        };
        if step.is_all_literal() {
            return Vec::new();
        }
        self.text
            .char_indices()
            .filter(|(at, _)| !step.is_literal(*at))
            .map(|(at, c)| (Span::new(at, at + c.len_utf8()), c))
            .collect()
    }

    /// Where one of `wanted` stands in `span` of the string as it is, in a layer that `escapes` writes: there it means
    /// something to the layer.
    #[must_use]
    pub fn raw_in(
        &self,
        span: Span,
        wanted: impl Fn(char) -> bool,
        escapes: impl Fn(Escapes) -> bool,
    ) -> Vec<Span> {
        let mut out = Vec::new();
        for (offset, c) in slice(&self.text, span).char_indices() {
            if !wanted(c) {
                continue;
            }
            let place = Span::new(span.start + offset, span.start + offset + c.len_utf8());
            let own = step::region_at(&self.own, place);
            let in_own = own.is_some_and(|region| {
                region.codec.is(&escapes) && !self.is_escaped_in(region, place)
            });
            if in_own || self.is_raw_outside(place, &escapes) {
                out.push(place);
            }
        }
        out
    }

    /// Whether the character at `place` is a part of an escape sequence in a value with quotes of its own.
    fn is_escaped_in(&self, region: &Region, place: Span) -> bool {
        let Codec::Chars(escapes) = region.codec else {
            return false;
        };
        let (_, map) = escapes.decode(slice(&self.text, region.text), region.text.start);
        !map.is_source_literal(place.start)
    }

    fn is_raw_outside(&self, place: Span, escapes: &impl Fn(Escapes) -> bool) -> bool {
        let mut place = place;
        for step in self.steps.iter().rev() {
            if !step.is_literal(place.start) {
                return false;
            }
            if step.region_at(place).is_some_and(|r| r.codec.is(escapes)) {
                return true;
            }
            place = step.to_source(place);
        }
        false
    }
}

#[cfg(test)]
mod tests;

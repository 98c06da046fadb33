//! One layer taken off: the way back through it, and how it writes.

use super::{Escapes, SourceMap, base64};
use crate::diagnostics::{Edit, apply};
use crate::order::Order as _;
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

/// How a part of a text is written in the layer round it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Codec {
    /// One character at a time.
    Chars(Escapes),
    /// As a whole, in base64.
    Base64 {
        /// The part as it stands in the text inside.
        text: String,
        /// How that writes its value: in quotes, where it would not read the same without.
        inside: Escapes,
    },
    /// Base64 was wanted, and it is none: it stands as it is.
    NotBase64,
}

impl Codec {
    /// Whether it writes one character at a time, in a way that `wanted` picks.
    #[must_use]
    pub fn is(&self, wanted: &impl Fn(Escapes) -> bool) -> bool {
        matches!(self, Self::Chars(escapes) if wanted(*escapes))
    }
}

/// A part of a text that is written in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Where it stands in the text inside.
    pub text: Span,
    /// Where it stands in the text round it.
    pub source: Span,
    /// How it is written there.
    pub codec: Codec,
}

/// A part of a text, to be taken out: a literal or code between literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands, without its quotes.
    pub span: Span,
    /// How it is written.
    pub escapes: Escapes,
    /// Whether it is code that fills in a part.
    pub is_hole: bool,
}

impl Piece {
    /// A literal.
    #[must_use]
    pub const fn new(span: Span, escapes: Escapes) -> Self {
        Self {
            span,
            escapes,
            is_hole: false,
        }
    }

    /// Text that stands for itself.
    #[must_use]
    pub const fn plain(span: Span) -> Self {
        Self::new(span, Escapes::None)
    }

    /// Code.
    #[must_use]
    pub const fn hole(span: Span) -> Self {
        Self {
            span,
            escapes: Escapes::None,
            is_hole: true,
        }
    }
}

/// One layer taken off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    map: SourceMap,
    /// In order, apart from each other.
    regions: Vec<Region>,
    /// Where code stands in the text inside.
    pub(super) holes: Vec<Span>,
}

impl Step {
    /// What `pieces` of `source` hold, put together, and the way back. The pieces are in order; what lies between them stands
    /// for nothing.
    #[must_use]
    pub fn of_pieces(source: &str, pieces: &[Piece]) -> (String, Self) {
        let start = pieces.first().map_or(0, |p| p.span.start);
        let mut writer = Writer::new(source, start);
        for piece in pieces {
            writer.skip_to(piece.span.start);
            let from = writer.text.len();
            writer.decoded(piece.span, piece.escapes);
            if piece.is_hole {
                let span = Span::new(from, writer.text.len());
                writer.step.holes.push(span);
            }
        }
        writer.finish()
    }

    /// A whole text, written in `escapes`, and the way back.
    #[must_use]
    pub fn of_whole(source: &str, escapes: Escapes) -> (String, Self) {
        Self::of_pieces(source, &[Piece::new(Span::new(0, source.len()), escapes)])
    }

    /// Whether it is the same step, `by` bytes further on in the text round it.
    pub(super) fn is_moved(&self, old: &Self, by: isize) -> bool {
        let same = |(new, old): (&Region, &Region)| {
            let source = old.source.moved(by);
            new.text == old.text && new.source == source && new.codec == old.codec
        };
        self.map.is_moved(&old.map, by)
            && self.regions.len() == old.regions.len()
            && self.regions.iter().zip(&old.regions).all(same)
            && self.holes == old.holes
    }

    /// Where `span` of the text inside stands in the text round it.
    #[must_use]
    pub fn to_source(&self, span: Span) -> Span {
        self.map.to_source(span)
    }

    /// Where the text inside is that the bytes from `span` of the text round it belong to.
    #[must_use]
    pub fn to_text(&self, span: Span) -> Span {
        Span::new(self.map.to_text(span.start), self.map.to_text(span.end))
    }

    /// The regions that share a byte with `span`.
    pub fn regions_in(&self, span: Span) -> impl Iterator<Item = &Region> {
        overlapping(&self.regions, span)
    }

    /// As [`to_source`](Self::to_source); of base64 whole groups of four characters.
    #[must_use]
    pub fn cover(&self, span: Span) -> Span {
        let mut out = self.map.to_source(span);
        for region in overlapping(&self.regions, span) {
            if matches!(region.codec, Codec::Base64 { .. }) {
                let group = |at: usize| at.saturating_sub(region.source.start) / 4 * 4;
                if out.start > region.source.start {
                    out.start = region.source.start + group(out.start);
                }
                if out.end < region.source.end {
                    let end = region.source.start + group(out.end + 3);
                    out.end = end.min(region.source.end);
                }
            }
        }
        out
    }

    /// Whether the byte at `at` of the text inside stands in the text round it as it is.
    #[must_use]
    pub fn is_literal(&self, at: usize) -> bool {
        self.map.is_literal(at)
    }

    /// Whether all of them do.
    #[must_use]
    pub fn is_all_literal(&self) -> bool {
        self.map.is_all_literal()
    }

    /// Every region, in order.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The region that holds `span`; where two meet at an empty one, the second.
    #[must_use]
    pub fn region_at(&self, span: Span) -> Option<&Region> {
        region_at(&self.regions, span)
    }

    /// Edits of the text inside as edits of the text round it; see [`Excerpt::write`](super::Excerpt::write).
    #[must_use]
    pub fn write(&self, edits: Vec<Edit>, secrets: &[Span]) -> Option<Vec<Edit>> {
        let mut out = Vec::with_capacity(edits.len());
        let mut whole: Vec<(&Region, Vec<Edit>)> = Vec::new();
        for edit in edits {
            match self.region_at(edit.span) {
                Some(region) => match &region.codec {
                    Codec::Chars(escapes) => out.push(Edit::replace(
                        self.to_source(edit.span),
                        escapes.encode(&edit.text),
                    )),
                    Codec::Base64 { .. } | Codec::NotBase64 => {
                        match whole.iter_mut().find(|(r, _)| core::ptr::eq(*r, region)) {
                            Some((_, edits)) => edits.push(edit),
                            None => whole.push((region, alloc::vec![edit])),
                        }
                    }
                },
                // Between the regions, what is written stands for itself; one that is cut through cannot be written.
                None => {
                    let cuts = |r: &Region| {
                        !edit.span.contains(r.text) && !matches!(r.codec, Codec::Chars(_))
                    };
                    if overlapping(&self.regions, edit.span).any(cuts) {
                        return None;
                    }
                    out.push(Edit::replace(self.to_source(edit.span), edit.text));
                }
            }
        }
        for (region, edits) in whole {
            out.push(region.rewrite(edits, secrets)?);
        }
        Some(out)
    }
}

impl Region {
    /// Writes the region again as a whole, and of that as much as has changed.
    fn rewrite(&self, edits: Vec<Edit>, secrets: &[Span]) -> Option<Edit> {
        let back = |span: Span| {
            Span::new(
                span.start.saturating_sub(self.text.start),
                span.end.saturating_sub(self.text.start),
            )
        };
        let edits: Vec<Edit> = edits
            .into_iter()
            .map(|e| Edit::replace(back(e.span), e.text))
            .collect();
        let Codec::Base64 { text, inside } = &self.codec else {
            // No base64 yet: what the rule gives is the whole of it.
            return match <[Edit; 1]>::try_from(edits) {
                Ok([edit]) if edit.span.len() == self.text.len() => {
                    Some(Edit::replace(self.source, edit.text))
                }
                _ => None,
            };
        };
        let changed = apply(text, &edits).ok()?;
        let (old, new) = match inside {
            Escapes::None => (base64::encode(text), base64::encode(&changed)),
            escapes => (
                base64::encode(&escapes.decode(text, 0).0),
                base64::encode(&escapes.decode(&changed, 0).0),
            ),
        };
        let head = count_same(old.bytes(), new.bytes());
        let most = old.len().min(new.len()) - head;
        let tail = count_same(old.bytes().rev(), new.bytes().rev()).min(most);
        // Where the value stands over several lines, only the whole of it can be replaced.
        let (head, tail, source) = if old.len() == self.source.len() {
            let source = Span::new(self.source.start + head, self.source.end - tail);
            (head, tail, source)
        } else {
            (0, 0, self.source)
        };
        let written = Span::new(head, new.len() - tail);
        let secrets: Vec<Span> = secrets
            .iter()
            .filter(|s| s.overlaps(self.text))
            .map(|s| back(*s))
            .collect();
        let shown = if *inside == Escapes::None {
            // Six bits to a character: these bytes are written again, at least in part.
            let bytes = Span::new(written.start * 6 / 8, (written.end * 6).div_ceil(8));
            kept(text.len(), &edits)
                .filter_map(|(old, new)| {
                    let start = new.max(bytes.start);
                    let end = (new + old.len()).min(bytes.end);
                    (start < end).then(|| Span::new(old.start + start - new, old.start + end - new))
                })
                .any(|old| secrets.iter().any(|s| s.overlaps(old)))
        } else {
            !secrets.is_empty()
        };
        (!shown || written.is_empty()).then(|| Edit::replace(source, slice(&new, written)))
    }
}

fn count_same(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// What edits leave of a text of `len` bytes: where it stood, and where it begins afterwards.
fn kept(len: usize, edits: &[Edit]) -> impl Iterator<Item = (Span, usize)> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.order_by_key(|e| (e.span.start, e.span.end));
    let mut out = Vec::with_capacity(sorted.len() + 1);
    let (mut old, mut new) = (0, 0);
    for edit in sorted {
        let span = Span::new(old, edit.span.start);
        out.push((span, new));
        new += span.len() + edit.text.len();
        old = edit.span.end;
    }
    out.push((Span::new(old, len), new));
    out.into_iter()
}

/// The one of `regions`, which are in order and apart from each other, that holds `span`; where two meet at an empty one,
/// the second.
pub(super) fn region_at(regions: &[Region], span: Span) -> Option<&Region> {
    let next = regions
        .partition_point(|r| r.text.start <= span.start)
        .checked_sub(1)?;
    regions.get(next).filter(|r| r.text.contains(span))
}

fn overlapping(regions: &[Region], span: Span) -> impl Iterator<Item = &Region> {
    let first = regions.partition_point(|r| r.text.end <= span.start);
    regions
        .iter()
        .skip(first)
        .take_while(move |r| r.text.start < span.end)
        .filter(move |r| r.text.overlaps(span))
}

/// Puts the text inside together, with the way back.
pub(super) struct Writer<'a> {
    source: &'a str,
    pub(super) text: String,
    step: Step,
}

impl<'a> Writer<'a> {
    /// For a text whose first piece begins at byte `start` of `source`.
    pub(super) fn new(source: &'a str, start: usize) -> Self {
        Self {
            source,
            text: String::new(),
            step: Step {
                map: SourceMap::starting_at(start),
                ..Step::default()
            },
        }
    }

    /// How much of the source is done.
    pub(super) fn at(&self) -> usize {
        self.step.map.ends().1
    }

    /// Passes over the source up to `at`.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.step.map.gap(at.saturating_sub(self.at()));
    }

    /// Takes the source over as it is, up to `at`.
    pub(super) fn keep_to(&mut self, at: usize) {
        let span = Span::new(self.at(), at);
        let kept = slice(self.source, span);
        self.text.push_str(kept);
        self.step.map.literal(kept.len());
    }

    /// What `span` of the source holds.
    pub(super) fn decoded(&mut self, span: Span, escapes: Escapes) {
        let from = self.text.len();
        escapes.decode_into(slice(self.source, span), &mut self.text, &mut self.step.map);
        self.region(from, span, Codec::Chars(escapes));
    }

    /// A character that `len` bytes of the source stand for.
    pub(super) fn stand_in(&mut self, c: char, len: usize) {
        self.text.push(c);
        self.step.map.escape(c.len_utf8(), len);
    }

    /// `text`, which `span` of the source stands for as a whole.
    pub(super) fn whole(&mut self, text: String, span: Span, inside: Escapes) {
        let from = self.text.len();
        self.text.push_str(&text);
        self.step.map.even(text.len(), span.len());
        self.region(from, span, Codec::Base64 { text, inside });
    }

    /// What should have been base64 and is none.
    pub(super) fn not_base64(&mut self, to: usize) {
        let (from, start) = (self.text.len(), self.at());
        self.keep_to(to);
        self.region(from, Span::new(start, to), Codec::NotBase64);
    }

    fn region(&mut self, from: usize, source: Span, codec: Codec) {
        self.step.regions.push(Region {
            text: Span::new(from, self.text.len()),
            source,
            codec,
        });
    }

    pub(super) fn finish(self) -> (String, Step) {
        (self.text, self.step)
    }
}

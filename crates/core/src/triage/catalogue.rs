//! Finds every known wording in a text in one pass.
//!
//! Each wording has an *anchor*: the word in it that is rarest in logs. A table tells for each four bytes of the text
//! whether an anchor begins like that, so that of a log of megabytes only the places near an error are looked at closely.

use super::Failure;
use super::client::MARKS;
use super::evidence::CLUES;
use super::failures::FAILURES;
use super::sqlstate::PLACES;
use super::wording::{Captured, Wording, begins_well, end_at, match_at, start_of};
use crate::model::Driver;
use crate::order::Order as _;
use crate::text::Span;
use alloc::vec;
use alloc::vec::Vec;

/// Everything that triage knows, ready to be looked for. Making one takes well under a millisecond; whoever has many
/// texts keeps it.
#[derive(Debug)]
pub struct Catalogue {
    entries: Vec<Entry>,
    /// For each hash of four bytes, whether an anchor begins with them: small enough to stay at hand.
    known: [u64; SLOTS / 64],
    /// For each hash of four bytes, the first entry whose anchor begins with them; `NONE` if there is none.
    heads: Vec<u16>,
    /// For each entry, the next one with the same hash.
    chain: Vec<u16>,
}

/// What a wording tells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// A failure.
    Failure(&'static Failure, &'static Wording),
    /// The client that speaks; the higher the number, the surer.
    Client(Driver, u8),
    /// Names: host, port, user …
    Clue,
    /// A SQLSTATE.
    State,
}

#[derive(Debug)]
struct Entry {
    wording: &'static str,
    meaning: Meaning,
    /// What stands before the anchor in the wording.
    lead: &'static str,
    /// The anchor: one word.
    anchor: &'static [u8],
    /// The key of its second four bytes, if it has as many.
    second: Option<u32>,
    /// How much of the wording is text.
    literal: usize,
}

/// A wording in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) span: Span,
    entry: usize,
}

const NONE: u16 = u16::MAX;
/// How many hashes there are: a power of two, small enough for the processor's first cache.
const SLOTS: usize = 1 << 13;
/// How many bytes are hashed.
const KEY: usize = 4;

impl Default for Catalogue {
    fn default() -> Self {
        Self::new()
    }
}

impl Catalogue {
    /// The catalogue of all failures.
    #[must_use]
    pub fn new() -> Self {
        let failures = FAILURES.iter().flat_map(|failure| {
            failure
                .wordings
                .iter()
                .map(|wording| (wording.text, Meaning::Failure(failure, wording)))
        });
        let clients = MARKS.iter().flat_map(|(driver, weight, marks)| {
            marks
                .iter()
                .map(|mark| (*mark, Meaning::Client(*driver, *weight)))
        });
        let clues = CLUES.iter().map(|clue| (*clue, Meaning::Clue));
        let states = PLACES.iter().map(|place| (*place, Meaning::State));
        let mut catalogue = Self {
            entries: Vec::new(),
            known: [0; SLOTS / 64],
            heads: vec![NONE; SLOTS],
            chain: Vec::new(),
        };
        for (wording, meaning) in failures.chain(clients).chain(clues).chain(states) {
            catalogue.add(wording, meaning);
        }
        catalogue
    }

    fn add(&mut self, wording: &'static str, meaning: Meaning) {
        let at = anchor(wording);
        let (lead, behind) = wording.split_at_checked(at).unwrap_or(("", wording));
        let slot = slot(key_of(behind.as_bytes()));
        let (Some(head), Some(known), Ok(id)) = (
            self.heads.get_mut(slot),
            self.known.get_mut(slot / 64),
            u16::try_from(self.entries.len()),
        ) else {
            return;
        };
        self.chain.push(*head);
        *head = id;
        *known |= 1 << (slot % 64);
        let anchor = word(behind);
        self.entries.push(Entry {
            wording,
            meaning,
            lead,
            anchor,
            second: anchor.get(KEY..2 * KEY).map(key_of),
            literal: literal(wording),
        });
    }

    /// Every wording in `text`, in the order of its beginning, longer ones first.
    pub(super) fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut key = 0;
        for (at, byte) in text.bytes().enumerate() {
            key = shift(key, byte);
            let slot = slot(key);
            let known = self
                .known
                .get(slot / 64)
                .is_some_and(|word| word >> (slot % 64) & 1 == 1);
            if known && at + 1 >= KEY {
                self.look(text, at + 1 - KEY, slot, &mut hits);
            }
        }
        // Of two at the same place, the one that says more itself and leaves less to its fields.
        let said = |hit: &Hit| self.entries.get(hit.entry).map_or(0, |e| e.literal);
        hits.order_by(|a, b| {
            let order = (a.span.start, b.span.end, said(b));
            order.cmp(&(b.span.start, a.span.end, said(a)))
        });
        hits
    }

    /// Looks closely at the place where an anchor may begin.
    #[cold]
    fn look(&self, text: &str, at: usize, slot: usize, hits: &mut Vec<Hit>) {
        let behind = text.as_bytes().get(at..).unwrap_or_default();
        let second = key_of(behind.get(KEY..).unwrap_or_default());
        let mut id = self
            .heads
            .get(slot)
            .map_or(usize::from(NONE), |head| usize::from(*head));
        while let Some(entry) = self.entries.get(id) {
            // The next four bytes tell most of the wrong places, at the least cost.
            if entry.second.is_none_or(|wanted| wanted == second)
                && let Some(span) = entry.span(text, at)
            {
                hits.push(Hit { span, entry: id });
            }
            id = self
                .chain
                .get(id)
                .copied()
                .map_or(usize::from(NONE), usize::from);
        }
    }

    /// What a hit tells.
    pub(super) fn meaning(&self, hit: &Hit) -> Option<Meaning> {
        self.entries.get(hit.entry).map(|entry| entry.meaning)
    }

    /// What stands in the fields of a hit.
    pub(super) fn fields(&self, hit: &Hit, text: &str) -> Vec<Captured> {
        self.entries
            .get(hit.entry)
            .and_then(|entry| match_at(entry.wording, text, hit.span.start))
            .map(|(_, fields)| fields)
            .unwrap_or_default()
    }
}

impl Entry {
    /// Where the wording stands if its anchor begins at `at`.
    fn span(&self, text: &str, at: usize) -> Option<Span> {
        // The rest of the word tells most of the wrong places, at the least cost.
        let here = text.as_bytes().get(at..at + self.anchor.len())?;
        if !here.eq_ignore_ascii_case(self.anchor) {
            return None;
        }
        let start = start_of(self.lead, text, at)?;
        let end = end_at(self.wording, text, start)?;
        begins_well(self.wording, text, start).then(|| Span::new(start, end))
    }
}

/// `key` with one more byte, the oldest one dropped. Both cases of a letter count as one.
const fn shift(key: u32, byte: u8) -> u32 {
    (key >> 8) | (((byte | 0x20) as u32) << 24)
}

/// The key of the first bytes.
fn key_of(bytes: &[u8]) -> u32 {
    bytes.iter().take(KEY).fold(0, |key, b| shift(key, *b))
}

#[allow(clippy::cast_possible_truncation)]
const fn slot(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> 19) as usize
}

/// The word that a text begins with, as it stands in every case.
fn word(text: &'static str) -> &'static [u8] {
    let end = text
        .find([' ', '"', '\'', '`', '{', '*'])
        .unwrap_or(text.len());
    text.as_bytes().get(..end).unwrap_or_default()
}

/// How much of a wording is text, in bytes.
fn literal(wording: &str) -> usize {
    wording
        .split('{')
        .map(|part| part.split_once('}').map_or(part, |(_, text)| text).len())
        .sum()
}

/// Where the anchor of a wording begins: its longest word before the first field, rather not one that logs are full of.
fn anchor(wording: &str) -> usize {
    const COMMON: &[&str] = &[
        "connection",
        "connect",
        "connecting",
        "server",
        "client",
        "database",
        "user",
        "password",
        "failed",
        "error",
        "code",
        "host",
        "timeout",
        "timed",
        "with",
        "from",
        "this",
        "that",
        "name",
        "postgres",
        "postgresql",
        "does",
        "could",
        "exception",
        "request",
        "role",
        "address",
        "service",
        "file",
        "option",
        "value",
        "invalid",
        "system",
        "authentication",
        "unknown",
    ];
    let lead = wording.split('{').next().unwrap_or("");
    let mut best: Option<(bool, usize, usize)> = None;
    let mut at = 0;
    for word in lead.split_inclusive([' ', '"', '\'', '`']) {
        let bare = word.trim_end_matches([' ', '"', '\'', '`']);
        if bare.len() >= KEY {
            let rare = !COMMON
                .iter()
                .any(|c| bare.trim_end_matches([':', ',']).eq_ignore_ascii_case(c));
            let score = (rare, bare.len(), at);
            if best.is_none_or(|(r, len, _)| (rare, bare.len()) > (r, len)) {
                best = Some(score);
            }
        }
        at += word.len();
    }
    best.map_or(0, |(_, _, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::slice;

    #[test]
    fn every_wording_has_an_anchor_of_four_bytes_before_its_first_field() {
        let catalogue = Catalogue::new();
        for entry in &catalogue.entries {
            let lead = entry.wording.split('{').next().unwrap_or("");
            let anchor = lead.get(entry.lead.len()..).unwrap_or("");
            assert!(
                anchor.len() >= KEY,
                "no word of four letters in `{}`",
                entry.wording
            );
        }
        assert!(catalogue.entries.len() < usize::from(NONE));
    }

    #[test]
    fn every_wording_finds_itself() {
        let catalogue = Catalogue::new();
        for entry in &catalogue.entries {
            let text = std::format!("x: {} y", filled(entry.wording));
            let found = catalogue.hits(&text).into_iter().any(|hit| {
                catalogue
                    .entries
                    .get(hit.entry)
                    .is_some_and(|e| core::ptr::eq(e, entry))
            });
            assert!(found, "{text}");
        }
    }

    /// The wording with something in each field.
    fn filled(wording: &str) -> std::string::String {
        [
            ("{host}", "db.example"),
            ("{ip}", "192.0.2.1"),
            ("{port}", "5432"),
            ("{user}", "app"),
            ("{database}", "shop"),
            ("{client}", "192.0.2.2"),
            ("{key}", "sslmode"),
            ("{secret}", "zq7x"),
            ("{state}", "28P01"),
            ("{any}", "x"),
        ]
        .iter()
        .fold(
            wording.into(),
            |text: std::string::String, (field, value)| text.replace(field, value),
        )
    }

    #[test]
    fn anchors_are_rare_words() {
        let word = |wording: &'static str| {
            slice(wording, Span::new(anchor(wording), wording.len()))
                .split(' ')
                .next()
                .unwrap()
        };
        assert_eq!(word("connection refused"), "refused");
        assert_eq!(word("server does not support SSL"), "support");
    }

    #[test]
    fn hits_come_in_order_and_in_any_case() {
        let catalogue = Catalogue::new();
        let text = "CONNECTION REFUSED\n... password authentication failed for user \"app\"";
        let spans: Vec<&str> = catalogue
            .hits(text)
            .iter()
            .map(|h| slice(text, h.span))
            .collect();
        assert!(
            spans.first().is_some_and(|s| *s == "CONNECTION REFUSED"),
            "{spans:?}"
        );
        assert!(spans.iter().any(|s| s.contains("\"app\"")), "{spans:?}");
    }
}

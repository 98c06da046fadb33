//! Weighs the failures in a text against each other: which one explains the others, and how often each is said.

use super::catalogue::{Catalogue, Hit, Meaning};
use super::evidence::Evidence;
use super::failures::FAILURES;
use super::sqlstate::{is_state, says_nothing};
use super::time::{self, Time};
use super::timeline::Timeline;
use super::wording::{Depth, Field};
use super::{Category, Failure, PointsAt};
use crate::diagnostics::Certainty;
use crate::order::Order as _;
use crate::text::{Span, slice};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A failure at a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) failure: &'static Failure,
    pub(super) hit: Hit,
    pub(super) depth: Depth,
    pub(super) certainty: Certainty,
    pub(super) points_at: Option<PointsAt>,
    sqlstate: Option<[u8; 5]>,
    /// Whether its words say that the server saw the connection encrypted.
    pub(super) encrypted: Option<bool>,
    event: usize,
}

/// What belongs together: the lines from one time to the next.
#[derive(Clone, Copy, Debug)]
struct Event {
    /// Where its first line begins.
    start: usize,
    time: Option<Time>,
    /// Index of the candidate that explains the others.
    best: Option<usize>,
}

/// A failure that is not the answer.
#[derive(Clone, Debug)]
pub struct Other {
    /// The failure.
    pub failure: &'static Failure,
    /// Where it is said first.
    pub said_at: Span,
    /// How often it is said.
    pub count: usize,
}

/// Every failure in a text.
pub(super) struct Told {
    candidates: Vec<Candidate>,
    events: Vec<Event>,
    /// Where each line ends is looked for only between failures.
    len: usize,
}

impl Told {
    pub(super) fn new(catalogue: &Catalogue, text: &str, hits: &[Hit]) -> Self {
        let mut candidates = candidates(catalogue, text, hits);
        let events = events(text, &mut candidates);
        Self {
            candidates,
            events,
            len: text.len(),
        }
    }

    /// The failure that answers: of the first event that tells a cause, else of the first with a symptom, else the first.
    pub(super) fn answer(&self) -> Option<&Candidate> {
        let best = |least: Depth| self.explaining().map(|(_, c)| c).find(|c| c.depth >= least);
        [Depth::Network, Depth::Symptom, Depth::Wrapper, Depth::Aside]
            .into_iter()
            .find_map(best)
    }

    /// Each event with the failure that explains it.
    fn explaining(&self) -> impl Iterator<Item = (&Event, &Candidate)> {
        self.events
            .iter()
            .filter_map(|event| Some((event, self.candidates.get(event.best?)?)))
    }

    /// What belongs to the same event as `candidate`.
    pub(super) fn event(&self, candidate: &Candidate) -> Span {
        let start = |index: usize| self.events.get(index).map(|e| e.start);
        Span::new(
            start(candidate.event).unwrap_or(0),
            start(candidate.event + 1).unwrap_or(self.len),
        )
    }

    /// The SQLSTATE of the answer: beside it in the text, else the one that comes with its words.
    pub(super) fn sqlstate(&self, answer: &Candidate) -> Option<String> {
        let of = |c: &Candidate| {
            c.sqlstate
                .and_then(|s| core::str::from_utf8(&s).map(ToString::to_string).ok())
        };
        let same = |c: &&Candidate| c.event == answer.event && is_same(c, answer.failure);
        of(answer).or_else(|| self.candidates.iter().filter(same).find_map(of))
    }

    /// How often a failure is said: in how many events it explains the others, or, without times, on how many lines it stands.
    pub(super) fn count(&self, failure: &'static Failure, text: &str) -> usize {
        if self.events.iter().any(|e| e.time.is_some()) {
            let events = self
                .explaining()
                .filter(|(_, c)| is_same(c, failure))
                .count();
            return events.max(1);
        }
        let mut lines = 0;
        let mut end = 0;
        for candidate in self.candidates.iter().filter(|c| is_same(c, failure)) {
            if candidate.hit.span.start >= end {
                lines += 1;
                end = line_end(text, candidate.hit.span.end);
            }
        }
        lines
    }

    /// The failures besides the answer: what explains other events, and other causes in its own.
    pub(super) fn others(&self, answer: &Candidate, text: &str) -> Vec<Other> {
        let mut first: BTreeMap<&'static str, &Candidate> = BTreeMap::new();
        for (index, candidate) in self.candidates.iter().enumerate() {
            let explains = self.events.get(candidate.event).and_then(|e| e.best) == Some(index);
            let beside = candidate.depth >= Depth::Network && candidate.event == answer.event;
            if (explains || beside)
                && candidate.depth > Depth::Wrapper
                && !is_same(candidate, answer.failure)
            {
                first
                    .entry(candidate.failure.rule.code)
                    .or_insert(candidate);
            }
        }
        let mut out: Vec<Other> = first
            .into_values()
            .map(|c| Other {
                failure: c.failure,
                said_at: c.hit.span,
                count: self.count(c.failure, text),
            })
            .collect();
        out.order_by_key(|other| other.said_at);
        out
    }

    /// When the failures came.
    pub(super) fn timeline(&self) -> Option<Timeline> {
        Timeline::of(
            self.explaining()
                .filter(|(_, c)| c.depth > Depth::Aside)
                .filter_map(|(event, c)| Some((event.time?, c.failure))),
        )
    }
}

fn is_same(candidate: &Candidate, failure: &'static Failure) -> bool {
    candidate.failure.rule == failure.rule
}

fn candidates(catalogue: &Catalogue, text: &str, hits: &[Hit]) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    let mut longest: Option<(Span, Depth)> = None;
    for hit in hits {
        let candidate = match catalogue.meaning(hit) {
            Some(Meaning::Failure(failure, wording)) => Candidate {
                failure,
                hit: *hit,
                depth: wording.depth,
                certainty: wording.certainty,
                points_at: wording.points_at,
                sqlstate: wording.sqlstate.and_then(|s| s.as_bytes().try_into().ok()),
                encrypted: encrypted(wording.text),
                event: 0,
            },
            Some(Meaning::State) => match of_state(catalogue, text, hit) {
                Some(candidate) => candidate,
                None => continue,
            },
            _ => continue,
        };
        // What stands within a longer wording is a part of it.
        if longest.is_some_and(|(span, depth)| span.contains(hit.span) && depth > Depth::Wrapper) {
            continue;
        }
        if longest.is_none_or(|(span, _)| hit.span.end > span.end) {
            longest = Some((hit.span, candidate.depth));
        }
        out.push(candidate);
    }
    out
}

/// The failure that a SQLSTATE stands for, whatever language the server speaks.
fn of_state(catalogue: &Catalogue, text: &str, hit: &Hit) -> Option<Candidate> {
    let state = state(catalogue, text, hit)?;
    let failure = FAILURES
        .iter()
        .copied()
        .find(|f| f.sqlstates.contains(&state))?;
    let vague = says_nothing(state);
    // PDO says 08006 of every failure to connect.
    if vague && slice(text, hit.span).contains('[') {
        return None;
    }
    let depth = match failure.category {
        _ if !failure.is_of_connection() => Depth::Aside,
        Category::ServerUnreachable | Category::ConnectionDropped if vague => Depth::Wrapper,
        _ => Depth::Code,
    };
    let certainty = match state {
        _ if vague => Certainty::Depends,
        "28000" | "42501" | "42704" | "55000" => Certainty::Depends,
        _ => Certainty::Likely,
    };
    Some(Candidate {
        failure,
        hit: *hit,
        depth,
        certainty,
        points_at: None,
        sqlstate: state.as_bytes().try_into().ok(),
        encrypted: None,
        event: 0,
    })
}

/// The SQLSTATE of a hit, if what stands there is one.
pub(super) fn state<'a>(catalogue: &Catalogue, text: &'a str, hit: &Hit) -> Option<&'a str> {
    let fields = catalogue.fields(hit, text);
    let (_, span) = fields.iter().find(|(field, _)| *field == Field::State)?;
    Some(slice(text, *span)).filter(|state| is_state(state))
}

/// Whether the wording says that the server saw the connection encrypted.
fn encrypted(wording: &str) -> Option<bool> {
    let ends = |endings: &[&str]| endings.iter().any(|end| wording.ends_with(end));
    if ends(&[
        "SSL off",
        "no encryption",
        "keine Verschlüsselung",
        "aucun chiffrement",
        "sin cifrado",
        "暗号化なし",
    ]) {
        Some(false)
    } else if ends(&["SSL on", "SSL encryption", "GSS encryption", "SSL暗号化"]) {
        Some(true)
    } else {
        None
    }
}

/// Puts the candidates into events, by the times before them.
fn events(text: &str, candidates: &mut [Candidate]) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut best: Option<Depth> = None;
    let mut seen_to = 0;
    for (index, candidate) in candidates.iter_mut().enumerate() {
        let end = line_end(text, candidate.hit.span.start);
        if end > seen_to || events.is_empty() {
            let found = last_time(text, seen_to, end);
            if found.is_some() || events.is_empty() {
                events.push(Event {
                    start: found.map_or(0, |(start, _)| start),
                    time: found.map(|(_, time)| time),
                    best: None,
                });
                best = None;
            }
            seen_to = end;
        }
        candidate.event = events.len().saturating_sub(1);
        if best.is_none_or(|best| candidate.depth > best)
            && let Some(event) = events.last_mut()
        {
            event.best = Some(index);
            best = Some(candidate.depth);
        }
    }
    events
}

fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    rest.find('\n').map_or(text.len(), |len| at + len)
}

/// The last time at the beginning of a line that ends behind `from`, at `to` at the latest, and where that line begins.
fn last_time(text: &str, from: usize, to: usize) -> Option<(usize, Time)> {
    let mut end = to;
    loop {
        let start = text.get(..end)?.rfind('\n').map_or(0, |at| at + 1);
        if let Some(time) = time::of_line(text.get(start..end)?) {
            return Some((start, time));
        }
        if start <= from || start == 0 {
            return None;
        }
        end = start - 1;
    }
}

impl Catalogue {
    /// What a server's message says: the category of the surest failure in it, and what it names.
    pub(super) fn verdict(&self, message: &str) -> (Option<Category>, Evidence) {
        let hits = self.hits(message);
        let told = Told::new(self, message, &hits);
        let answer = told.answer().filter(|c| c.depth >= Depth::SecondTry);
        let evidence =
            answer.map(|c| self.evidence(message, &hits, c, Span::new(0, message.len())));
        (
            answer.map(|c| c.failure.category),
            evidence.unwrap_or_default(),
        )
    }
}

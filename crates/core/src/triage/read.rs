//! Reads a pasted error: finds the failure that explains the others, who tells it, what it names, and when it came.

use super::beside;
use super::catalogue::{Catalogue, Hit, Meaning};
use super::evidence::{self, Evidence};
use super::point::point_out;
use super::steps::{Advice, advise_failure};
use super::timeline::Timeline;
use super::weigh::{Candidate, Other, Told, state};
use super::wording::{Captured, Depth, Field};
use super::{Category, Failure, Persistence, PointsAt};
use crate::diagnostics::Certainty;
use crate::lint::{Analysis, Memory, Options, lint, lint_after, lint_file, lint_traced};
use crate::model::{Driver, Grammar};
use crate::order::Order as _;
use crate::text::{Span, slice};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What an error text tells.
#[derive(Clone, Debug)]
pub struct Triage {
    /// The failure; `None` where the text holds none that connlint knows.
    pub failure: Option<&'static Failure>,
    /// How sure that is.
    pub certainty: Certainty,
    /// Its SQLSTATE: the one in the text, else the one that comes with these words.
    pub sqlstate: Option<String>,
    /// The client library that speaks.
    pub client: Option<Driver>,
    /// What the text names.
    pub evidence: Evidence,
    /// Where it is said.
    pub said_at: Option<Span>,
    /// How often it is said: in a log, in how many of its entries.
    pub count: usize,
    /// The connection string beside it that it belongs to: its index in the analysis.
    pub string: Option<usize>,
    /// The part of that string that it points at; the host, or all of it, where it points at none.
    pub place: Option<Span>,
    /// Codes of what is wrong with that string and explains the failure.
    pub explained_by: Vec<&'static str>,
    /// What it means and what to do.
    pub advice: Advice,
    /// The other failures in the text, in its order.
    pub others: Vec<Other>,
    /// When failures came, where the text has times.
    pub timeline: Option<Timeline>,
}

impl Triage {
    /// What went wrong.
    #[must_use]
    pub fn category(&self) -> Category {
        self.advice.category
    }

    /// Whether trying again helps.
    #[must_use]
    pub fn persistence(&self) -> Persistence {
        self.advice.persistence
    }

    /// The part of the string that it points at.
    #[must_use]
    pub fn points_at(&self) -> PointsAt {
        self.advice.points_at
    }
}

/// A wording in the text with what stands in its fields.
pub(super) struct Seen<'a> {
    text: &'a str,
    fields: Vec<Captured>,
}

impl<'a> Seen<'a> {
    /// What stands in a field.
    pub(super) fn field(&self, field: Field) -> Option<&'a str> {
        self.fields
            .iter()
            .find(|(f, _)| *f == field)
            .map(|(_, span)| slice(self.text, *span))
    }
}

/// How many wordings round the answer are asked for names.
const NEAREST: usize = 40;
/// How far from the answer a sign or a name may stand to belong to it, in bytes.
const NEAR: usize = 3000;

/// A paste that may hold strings, an error, or both.
#[derive(Clone, Debug)]
pub struct Paste {
    /// What is said of its strings; the failure is among the findings of the one that it belongs to.
    pub analysis: Analysis,
    /// What its error tells.
    pub triage: Triage,
}

impl Catalogue {
    /// What is said of the strings in `text`, apart from what only looks like one because an error repeats it: the
    /// `secret@host:5432` that a driver took for the port.
    #[must_use]
    pub fn lint(&self, text: &str, options: &Options) -> Analysis {
        self.without_quoted(text, lint(text, options))
    }

    /// As [`lint`](Self::lint), for a file that nobody has pasted: see [`lint_file`].
    #[must_use]
    pub fn lint_file(&self, text: &str, options: &Options) -> Analysis {
        self.without_quoted(text, lint_file(text, options))
    }

    /// As [`lint_file`](Self::lint_file), for a text in which a trace was found already: see [`lint_traced`].
    #[must_use]
    pub fn lint_traced(&self, text: &str, options: &Options) -> Analysis {
        self.without_quoted(text, lint_traced(text, options))
    }

    fn without_quoted(&self, text: &str, analysis: Analysis) -> Analysis {
        if analysis.strings.is_empty() {
            return analysis;
        }
        self.without_echoes(analysis, text, &self.hits(text))
    }

    fn without_echoes(&self, mut analysis: Analysis, text: &str, hits: &[Hit]) -> Analysis {
        let hidden = |(field, span): &Captured| {
            *field != Field::Any && evidence::shown(*field, slice(text, *span)).is_none()
        };
        let quoted = merged(
            hits.iter()
                .flat_map(|hit| self.fields(hit, text))
                .filter(hidden)
                .map(|(_, span)| span)
                .collect(),
        );
        let failures = merged(
            hits.iter()
                .filter(|hit| matches!(self.meaning(hit), Some(Meaning::Failure(..))))
                .map(|hit| hit.span)
                .collect(),
        );
        analysis.strings.retain(|found| {
            let bare =
                found.dialect.grammar() == Grammar::Uri && !slice(text, found.span).contains("://");
            !(meets(&quoted, found.span)
                || (bare && meets(&failures, line_round(text, found.span))))
        });
        analysis
    }

    /// Reads a paste for both.
    #[must_use]
    pub fn paste(&self, text: &str, options: &Options) -> Paste {
        self.both(lint(text, options), text, options)
    }

    /// As [`paste`](Self::paste), for a text that may have come out of an earlier one by a small change: with the same result,
    /// and sooner.
    #[must_use]
    pub fn paste_after(&self, memory: &Memory, text: &str, options: &Options) -> (Paste, Memory) {
        let (analysis, memory) = lint_after(memory, text, options);
        (self.both(analysis, text, options), memory)
    }

    /// Whether there is any wording in `text` that this catalogue knows: without one, a paste is what
    /// [`lint`](crate::lint::lint) says of its strings, and its error tells nothing.
    #[must_use]
    pub fn knows(&self, text: &str) -> bool {
        !self.hits(text).is_empty()
    }

    /// What [`paste`](Self::paste) says, where `analysis` is what [`lint`](crate::lint::lint) says of `text`.
    #[must_use]
    pub fn both(&self, analysis: Analysis, text: &str, options: &Options) -> Paste {
        let hits = self.hits(text);
        let mut analysis = self.without_echoes(analysis, text, &hits);
        let triage = self.read_hits(text, options, &analysis, &hits);
        point_out(&mut analysis, &triage, &options.policy);
        Paste { analysis, triage }
    }

    /// Reads `text`. It may hold a connection string as well: `analysis` is what [`lint`](crate::lint::lint) says of it.
    ///
    /// Never fails and never panics; time is linear in the text's length.
    #[must_use]
    pub fn read(&self, text: &str, options: &Options, analysis: &Analysis) -> Triage {
        self.read_hits(text, options, analysis, &self.hits(text))
    }

    fn read_hits(
        &self,
        text: &str,
        options: &Options,
        analysis: &Analysis,
        hits: &[Hit],
    ) -> Triage {
        let told = Told::new(self, text, hits);
        let Some(answer) = told.answer() else {
            return Triage {
                failure: None,
                certainty: Certainty::Likely,
                sqlstate: self.any_state(text, hits),
                client: self.client(hits, options, None),
                evidence: Evidence::default(),
                said_at: None,
                count: 0,
                string: None,
                place: None,
                explained_by: Vec::new(),
                advice: advise_failure(
                    None,
                    &beside::situation(options, &Evidence::default(), None, None),
                ),
                others: Vec::new(),
                timeline: None,
            };
        };
        let near = near(told.event(answer), answer.hit.span);
        let client = self.client(hits, options, Some(near));
        let mut evidence = self.evidence(text, hits, answer, near);
        beside::withhold(&mut evidence, text, analysis);
        let string = beside::string_for(analysis, answer.hit.span, &evidence);
        let found = string.and_then(|index| analysis.strings.get(index));
        let situation = beside::situation(options, &evidence, client, found);
        let known = Evidence {
            host: situation.host.clone(),
            user: situation.user.clone(),
            ..evidence.clone()
        };
        let seen = Seen {
            text,
            fields: self.fields(&answer.hit, text),
        };
        let failure = answer.failure;
        let points_at = answer
            .points_at
            .or_else(|| failure.refine.and_then(|refine| refine(&seen, &known)))
            .unwrap_or(failure.points_at);
        let explained = found.map_or_else(Vec::new, |found| {
            beside::explained_by(found, failure.category)
        });
        let mut advice = advise_failure(Some((failure, points_at)), &situation);
        advice.fix_first(&explained);
        Triage {
            failure: Some(failure),
            certainty: certainty(answer, &evidence, client),
            sqlstate: told.sqlstate(answer).or_else(|| self.any_state(text, hits)),
            client,
            said_at: Some(answer.hit.span),
            count: told.count(failure, text),
            string,
            place: found.map(|found| beside::place(found, points_at)),
            explained_by: explained.iter().map(|d| d.code()).collect(),
            advice,
            others: told.others(answer, text),
            timeline: told.timeline(),
            evidence,
        }
    }

    /// What may be shown of `text`: words that are known, and names that are no secrets. In order, apart from each other.
    #[must_use]
    pub fn shown_parts(&self, text: &str, analysis: &Analysis) -> Vec<Span> {
        let redactor = analysis.redactor();
        let mut hidden: Vec<Span> = redactor.spans().to_vec();
        let mut spans: Vec<Span> = Vec::new();
        for hit in self.hits(text) {
            spans.push(hit.span);
            for (field, span) in self.fields(&hit, text) {
                if evidence::shown(field, slice(text, span)).is_none() {
                    hidden.push(span);
                }
            }
        }
        without(spans, hidden)
    }

    /// The first SQLSTATE in the text, for want of a better one.
    fn any_state(&self, text: &str, hits: &[Hit]) -> Option<String> {
        hits.iter()
            .filter(|hit| matches!(self.meaning(hit), Some(Meaning::State)))
            .find_map(|hit| state(self, text, hit))
            .map(ToString::to_string)
    }

    /// Who speaks: the user's word for it, else the surest sign near the answer, else the surest anywhere.
    fn client(&self, hits: &[Hit], options: &Options, near: Option<Span>) -> Option<Driver> {
        if options.driver != Driver::Auto {
            return Some(options.driver);
        }
        let surest = |near: Option<Span>| {
            let mut best: Option<(u8, Driver)> = None;
            for hit in hits {
                if let Some(Meaning::Client(driver, weight)) = self.meaning(hit)
                    && best.is_none_or(|(most, _)| weight > most)
                    && near.is_none_or(|near| near.overlaps(hit.span))
                {
                    best = Some((weight, driver));
                }
            }
            best.map(|(_, driver)| driver)
        };
        near.and_then(|near| surest(Some(near)))
            .or_else(|| surest(None))
    }

    /// What the text names: the answer's own words first, then what stands nearest to it.
    pub(super) fn evidence(
        &self,
        text: &str,
        hits: &[Hit],
        answer: &Candidate,
        near: Span,
    ) -> Evidence {
        let mut evidence = Evidence {
            encrypted: answer.encrypted,
            ..Evidence::default()
        };
        let mut sources: Vec<&Hit> = hits
            .iter()
            .filter(|hit| near.overlaps(hit.span))
            .filter(|hit| {
                matches!(
                    self.meaning(hit),
                    Some(Meaning::Failure(..) | Meaning::Clue)
                )
            })
            .collect();
        sources.order_by_key(|hit| hit.span.start.abs_diff(answer.hit.span.start));
        for hit in core::iter::once(&answer.hit).chain(sources.into_iter().take(NEAREST)) {
            for (field, span) in self.fields(hit, text) {
                evidence.note(field, slice(text, span));
            }
        }
        if evidence.server_ip.is_none() {
            evidence.server_ip = evidence
                .host
                .clone()
                .filter(|host| evidence::is_address(host));
        }
        evidence
    }
}

/// The lines that a span lies on.
fn line_round(text: &str, span: Span) -> Span {
    let before = text.get(..span.start).unwrap_or("");
    let behind = text.get(span.end..).unwrap_or("");
    Span::new(
        before.rfind('\n').map_or(0, |at| at + 1),
        behind.find('\n').map_or(text.len(), |at| span.end + at),
    )
}

/// The part of an event that is close to what it answers.
fn near(event: Span, answer: Span) -> Span {
    Span::new(
        event.start.max(answer.start.saturating_sub(NEAR)),
        event.end.min(answer.end.saturating_add(NEAR)),
    )
}

/// Ports on which other services listen: an error that names one is probably theirs.
const OTHER_SERVICES: &[u16] = &[
    80, 443, 1433, 1521, 3306, 5672, 6379, 8080, 9092, 9200, 11211, 27017,
];

fn certainty(answer: &Candidate, evidence: &Evidence, client: Option<Driver>) -> Certainty {
    let foreign = answer.depth <= Depth::Network
        && evidence.port.is_some_and(|p| OTHER_SERVICES.contains(&p))
        && client.is_none_or(|c| matches!(c, Driver::NodePostgres | Driver::LibPq));
    if foreign || answer.depth == Depth::Wrapper {
        Certainty::Depends
    } else {
        answer.certainty
    }
}

/// `spans` in order and apart from each other.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.order();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// Whether one of `spans`, which are in order and apart from each other, overlaps `span`.
fn meets(spans: &[Span], span: Span) -> bool {
    let first = spans.partition_point(|s| s.end <= span.start);
    spans.get(first).is_some_and(|s| s.overlaps(span))
}

/// `spans` merged, without what is in `hidden`.
fn without(spans: Vec<Span>, mut hidden: Vec<Span>) -> Vec<Span> {
    hidden.order();
    let mut out = Vec::new();
    let mut hidden = hidden.into_iter().peekable();
    for span in merged(spans) {
        let mut at = span.start;
        while let Some(hide) = hidden.peek().copied().filter(|h| h.start < span.end) {
            if hide.start > at {
                out.push(Span::new(at, hide.start));
            }
            at = at.max(hide.end);
            if hide.end > span.end {
                break;
            }
            hidden.next();
        }
        if at < span.end {
            out.push(Span::new(at, span.end));
        }
    }
    out
}

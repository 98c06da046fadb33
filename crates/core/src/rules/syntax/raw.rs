//! Raw characters of a database name or a query's value that make the driver read something else than what is written.
//!
//! Which ones do is not in a table: the text is read once more with them encoded, and what comes out is compared.

use super::url_parts::UrlParts;
use crate::model::Param;
use crate::order::{Order as _, gathered};
use crate::parse::keywords::sounds_secret;
use crate::parse::percent::{decode_lenient, encode};
use crate::parse::{ErrorKind, Parse, Version, parse, parse_as};
use crate::placeholder;
use crate::rules::Context;
use crate::text::{Span, slice};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A raw character that the driver stumbles over.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Raw {
    /// Where it stands.
    pub(super) span: Span,
    /// The whole of the value that it stands in.
    pub(super) value: Span,
    /// The character.
    pub(super) c: char,
    /// Whether it stands in a secret.
    pub(super) secret: bool,
    /// Whether it stands in the database name; else in a value of the query.
    pub(super) in_database: bool,
    /// Whether the driver reads what was meant once it is encoded.
    pub(super) helps: bool,
    /// Whether an older version of the driver reads it so as well.
    pub(super) fine_before: bool,
}

/// A part whose characters are looked at.
struct Region {
    span: Span,
    /// The keyword, as the driver reads it; `None` for the database name.
    key: Option<String>,
    secret: bool,
    /// What was meant.
    wanted: String,
    /// The characters that could be in the way.
    raw: Vec<(usize, char)>,
}

/// The raw characters that the driver stumbles over, in order.
pub(super) fn broken(ctx: &Context<'_>) -> Vec<Raw> {
    ctx.shared.raws.get_or_init(|| look(ctx)).clone()
}

fn look(ctx: &Context<'_>) -> Vec<Raw> {
    let Some(parts) = UrlParts::of(ctx) else {
        return Vec::new();
    };
    let regions = regions(ctx, parts);
    if regions.is_empty() {
        return Vec::new();
    }
    let text = &*parts.text;
    let spans: Vec<Span> = regions.iter().map(|r| r.span).collect();
    let now = Reading::of(&parse(text, ctx.parse.dialect, ctx.driver));
    let wrong: Vec<bool> = regions
        .iter()
        .zip(&spans)
        .map(|(r, span)| !now.gives(r, *span))
        .collect();
    if !wrong.contains(&true) {
        return Vec::new();
    }
    let wrong_ones = regions.iter().zip(&wrong).filter(|(_, wrong)| **wrong);
    let all: BTreeSet<char> = gathered(wrong_ones.flat_map(|(r, _)| r.raw.iter().map(|(_, c)| *c)));
    let fine_with = |set: &BTreeSet<char>| -> Vec<bool> {
        let (encoded, spans) = encode_in(text, &regions, set);
        let reading = Reading::of(&parse(&encoded, ctx.parse.dialect, ctx.driver));
        regions
            .iter()
            .zip(spans)
            .map(|(r, span)| reading.gives(r, span))
            .collect()
    };
    let mended = fine_with(&all);
    // A character without which all is as well is none of those.
    let mut needed = all.clone();
    for c in &all {
        let mut fewer = needed.clone();
        fewer.remove(c);
        if fine_with(&fewer) == mended {
            needed = fewer;
        }
    }
    let before = Reading::of(&parse_as(
        text,
        ctx.parse.dialect,
        ctx.driver,
        Version::new(0, 0),
    ));
    let mut out = Vec::new();
    for ((region, wrong), mended) in regions.iter().zip(wrong).zip(mended) {
        let chars = region.raw.iter().filter(|(_, c)| {
            wrong
                && if mended {
                    needed.contains(c)
                } else {
                    *c == '#'
                }
        });
        let fine_before = before.gives(region, region.span);
        out.extend(chars.map(|(at, c)| Raw {
            span: Span::new(*at, at + c.len_utf8()),
            value: region.span,
            c: *c,
            secret: region.secret,
            in_database: region.key.is_none(),
            helps: mended,
            fine_before,
        }));
    }
    out.order_by_key(|raw| raw.span);
    out
}

/// The parts with characters that could be in the way.
fn regions(ctx: &Context<'_>, parts: &UrlParts) -> Vec<Region> {
    let region = |span: Span, key: Option<&str>| {
        let raw = slice(&parts.text, span);
        let chars = raw
            .char_indices()
            .filter(|(at, c)| is_candidate(raw, *at, *c))
            .map(|(at, c)| (span.start + at, c))
            .filter(|(at, _)| !ctx.has_variable(Span::new(*at, at + 1)));
        let chars: Vec<_> = chars.collect();
        // A template is no value yet.
        (!chars.is_empty() && placeholder::find(ctx.raw(span)).is_empty()).then(|| Region {
            span,
            key: key.map(decode_lenient),
            secret: key.is_some_and(sounds_secret),
            wanted: decode_lenient(raw).replace('+', " "),
            raw: chars,
        })
    };
    let database = parts.database.and_then(|span| region(span, None));
    let values = parts
        .pairs
        .iter()
        .filter_map(|pair| region(pair.value?, Some(slice(&parts.text, pair.key))));
    database.into_iter().chain(values).collect()
}

/// Whether `c` could mean something else than itself.
fn is_candidate(raw: &str, at: usize, c: char) -> bool {
    match c {
        '%' => !is_sequence(raw, at),
        '/' | '+' | ':' | ',' | '@' | '!' | '$' | '\'' | '(' | ')' | '*' | '-' | '.' | '_'
        | '~' => false,
        // Line breaks are said of by the rule about whitespace.
        c => !c.is_ascii_alphanumeric() && !c.is_control(),
    }
}

/// Whether two hexadecimal digits follow the `%` at `at`.
pub(super) fn is_sequence(text: &str, at: usize) -> bool {
    text.get(at + 1..at + 3)
        .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The text with the characters of `set` encoded, and where the regions stand in it.
fn encode_in(text: &str, regions: &[Region], set: &BTreeSet<char>) -> (String, Vec<Span>) {
    let mut out = String::with_capacity(text.len() + 16);
    let mut spans = Vec::with_capacity(regions.len());
    let mut done = 0;
    for region in regions {
        out.push_str(slice(text, Span::new(done, region.span.start)));
        let start = out.len();
        done = region.span.start;
        for (at, c) in region.raw.iter().filter(|(_, c)| set.contains(c)) {
            out.push_str(slice(text, Span::new(done, *at)));
            out.push_str(&encode(&c.to_string()));
            done = at + c.len_utf8();
        }
        out.push_str(slice(text, Span::new(done, region.span.end)));
        done = region.span.end;
        spans.push(Span::new(start, out.len()));
    }
    out.push_str(slice(text, Span::new(done, text.len())));
    (out, spans)
}

/// What a driver read, to look up.
struct Reading {
    database: Option<String>,
    values: BTreeMap<String, String>,
    /// Errors about how characters are written, in order.
    errors: Vec<Span>,
}

impl Reading {
    fn of(parse: &Parse) -> Self {
        let plain = |text: &str| text.replace('+', " ");
        let of_path =
            |s: &&crate::model::Setting| s.param == Param::Database && s.key_span.is_none();
        Self {
            database: parse
                .settings
                .all
                .iter()
                .find(of_path)
                .map(|s| plain(s.value.expose())),
            values: parse
                .settings
                .all
                .iter()
                .filter(|s| s.key_span.is_some())
                .map(|s| (s.key.clone(), plain(s.value.expose())))
                .collect(),
            errors: parse
                .errors
                .iter()
                .filter(|e| {
                    matches!(
                        e.kind,
                        ErrorKind::Syntax | ErrorKind::Percent | ErrorKind::Blank
                    )
                })
                .map(|e| e.span)
                .collect(),
        }
    }

    /// Whether it has for the region what was meant, and nothing to object to.
    fn gives(&self, region: &Region, span: Span) -> bool {
        let value = match &region.key {
            None => self.database.as_ref(),
            Some(key) => self.values.get(key),
        };
        value.is_some_and(|value| *value == region.wanted)
            && !self.errors.iter().take(32).any(|e| e.overlaps(span))
    }
}

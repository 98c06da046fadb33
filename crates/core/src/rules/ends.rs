//! What stands at both ends of a value and became a part of it: quotes, encoded blanks.

use super::Context;
use crate::model::{Dialect, Setting};
use crate::text::Span;

/// Quotes, raw and encoded.
const QUOTES: [&str; 4] = ["\"", "'", "%22", "%27"];

/// How a blank is written in a URI.
const BLANKS: [&str; 5] = ["%20", "%09", "%0A", "%0D", "%C2%A0"];

/// The quotes round the whole value that the driver hands on as a part of it.
pub(super) fn kept_quotes(ctx: &Context<'_>, setting: &Setting) -> Option<(Span, Span)> {
    let text = setting.value.expose();
    let quoted = text.len() > 2
        && ['"', '\'']
            .iter()
            .any(|&quote| text.starts_with(quote) && text.ends_with(quote));
    // Who reads a file of variables may strip quotes or keep them.
    if !quoted || ctx.parse.dialect == Dialect::PgEnv {
        return None;
    }
    let value = setting.value.span;
    let raw = ctx.raw(value);
    let len = QUOTES
        .iter()
        .find(|quote| raw.starts_with(**quote) && raw.ends_with(**quote))?
        .len();
    Some((
        Span::new(value.start, value.start + len),
        Span::new(value.end - len, value.end),
    ))
}

/// The blanks, raw or encoded, with which the value begins and ends; both are empty where there are none, or nothing else.
pub(super) fn blanks(ctx: &Context<'_>, setting: &Setting) -> (Span, Span) {
    let value = setting.value.span;
    let raw = ctx.raw(value);
    let nothing = (Span::empty(value.start), Span::empty(value.end));
    let text = setting.value.expose();
    if text.trim().is_empty() || text.trim() == text {
        return nothing;
    }
    let head = value.start + (raw.len() - without_blanks(raw, true).len());
    let tail = value.start + without_blanks(raw, false).len();
    (Span::new(value.start, head), Span::new(tail, value.end))
}

/// `raw` without blanks at its beginning or end.
fn without_blanks(raw: &str, at_start: bool) -> &str {
    let mut rest = raw;
    loop {
        let trimmed = if at_start {
            rest.trim_start()
        } else {
            rest.trim_end()
        };
        let next = BLANKS.iter().find_map(|code| {
            if at_start {
                trimmed.strip_prefix(code)
            } else {
                trimmed.strip_suffix(code)
            }
        });
        match next {
            Some(next) => rest = next,
            None => return trimmed,
        }
    }
}

//! Places in the value of a pair where, by all appearance, the next pair begins.

use crate::model::{Grammar, Param};
use crate::order::Order as _;
use crate::parse::keywords;
use crate::rules::Context;
use crate::text::{Span, until};
use alloc::vec::Vec;

/// A separator that is none to the driver.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seam {
    /// The signs and blanks.
    pub(super) span: Span,
    /// What the value means that it stands in.
    pub(super) param: Param,
    /// Whether the value ends with it, and the right separator follows.
    pub(super) at_end: bool,
}

/// The wrong separators between the pairs of a flat dialect, in order.
pub(super) fn seams(ctx: &Context<'_>) -> Vec<Seam> {
    let mut out = Vec::new();
    let mut at_ends = Vec::new();
    let settings = &ctx.settings().all;
    for (index, setting) in settings.iter().enumerate() {
        let value = setting.value.span;
        if setting.value.quote.is_some() || ctx.has_variable(value) {
            continue;
        }
        inside(ctx, value, setting.param, &mut out);
        let is_last = index + 1 == settings.len();
        let raw = ctx.raw(value);
        if ctx.grammar() != Grammar::KeyValue || raw.len() < 2 {
            continue;
        }
        // Of a `;` there AZR009 speaks.
        if raw.ends_with(',') && !is_last {
            at_ends.push(Seam {
                span: Span::new(value.end - 1, value.end),
                param: setting.param,
                at_end: true,
            });
        }
    }
    // A password may end so, and a list of hosts; where several values end so, it is the writer's habit.
    if at_ends.len() + out.len() > 1 && at_ends.iter().any(|seam| !seam.param.is_secret()) {
        out.append(&mut at_ends);
    }
    out.order_by_key(|seam| seam.span);
    out
}

/// `,Port=` and its like in a value.
fn inside(ctx: &Context<'_>, value: Span, param: Param, out: &mut Vec<Seam>) {
    let raw = ctx.raw(value);
    let is_sign = |c: char| c.is_whitespace() || ";,&?".contains(c);
    let ado = ctx.grammar() == Grammar::AdoNet;
    let mut at = value.start;
    while at < value.end {
        let start = until(ctx.text, at, is_sign);
        if start >= value.end {
            return;
        }
        let stop = until(ctx.text, start, |c| !is_sign(c)).min(value.end);
        // No keyword is longer; the bound keeps a text full of signs cheap.
        let name = ctx
            .text
            .get(stop..value.end)
            .and_then(|rest| {
                let (len, _) = rest.char_indices().take(40).find(|(_, c)| *c == '=')?;
                rest.get(..len)
            })
            .unwrap_or("");
        let known = if ado {
            // Npgsql's keywords have blanks; a libpq keyword in `Options` has none before it that counts.
            name.starts_with(|c: char| c.is_ascii_uppercase())
                && keywords::npgsql(name.trim()).is_some()
        } else {
            keywords::libpq(name.trim()).is_some()
        };
        let entity = ctx.text.get(..start).is_some_and(|t| t.ends_with("&amp"));
        if known && start > value.start && !entity {
            out.push(Seam {
                span: Span::new(start, stop),
                param,
                at_end: false,
            });
        }
        at = stop.max(start + 1);
    }
    debug_assert!(raw.len() == value.len());
}

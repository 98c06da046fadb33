//! Where the ports of a string stand, and which of them can be judged.

use crate::model::{HostPort, Param, Piece};
use crate::placeholder;
use crate::rules::Context;
use crate::text::Span;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// What people put in front of a host that belongs to another kind of address: `tcp:`, `https:`.
const SCHEMES: [&str; 8] = [
    "tcp",
    "http",
    "https",
    "jdbc",
    "pgsql",
    "postgres",
    "postgresql",
    "np",
];

/// A port as written, with the host that it is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Port<'a> {
    /// The host, if there is one.
    pub(super) host: Option<&'a Piece>,
    /// The port.
    pub(super) port: &'a Piece,
}

/// The ports that are there to be judged, each once: no variable, no placeholder, no piece of a password or of a second
/// address that only looks like a port.
pub(super) fn ports<'a>(ctx: &Context<'a>) -> Vec<Port<'a>> {
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let mut out = Vec::new();
    for HostPort { host, port } in &ctx.settings().hosts {
        let Some(port) = port else { continue };
        let foreign = host.as_ref().is_some_and(|h| {
            SCHEMES
                .iter()
                .any(|s| s.eq_ignore_ascii_case(h.text.trim()))
        });
        let other_rules = ctx.has_variable(port.span)
            || is_of_the_userinfo(ctx, port.span)
            || port.text.contains(['@', '=', '/'])
            || !placeholder::find(ctx.raw(port.span)).is_empty()
            || foreign;
        if other_rules || !seen.insert(port.span) {
            continue;
        }
        out.push(Port {
            host: host.as_ref(),
            port,
        });
    }
    out
}

/// Whether the port could be a piece of a password that an `@` ends further on: that is said by the rules about userinfo.
fn is_of_the_userinfo(ctx: &Context<'_>, port: Span) -> bool {
    let rest = Span::new(port.start, ctx.text.len());
    ctx.redactor.hides(port) && ctx.raw(rest).contains('@')
}

/// The port as a whole number, where it is one; very large ones are cut to the largest.
pub(super) fn number(port: &Piece) -> Option<i64> {
    let text = port.text.trim_matches(|c: char| c.is_ascii_whitespace());
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -size } else { size })
}

/// Whether the port stands under a keyword of its own, so that it can be nothing else.
pub(super) fn has_keyword(ctx: &Context<'_>, port: &Piece) -> bool {
    // What a URI's positions say comes before its pairs, and there can be much of it.
    ctx.settings()
        .all
        .iter()
        .rev()
        .take_while(|s| s.key_span.is_some())
        .any(|s| s.param == Param::Port && s.value.span.contains(port.span))
}

//! Where the hosts of a string stand, and which of them can be judged.

use crate::diagnostics::{Certainty, Severity};
use crate::model::{Dialect, Driver, Grammar, HostPort, Param, Piece, Setting};
use crate::placeholder;
use crate::rules::{Context, Finding};
use crate::text::Span;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// A host as written.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Host<'a> {
    /// The host.
    pub(super) piece: &'a Piece,
    /// Its raw text.
    pub(super) raw: &'a str,
}

impl Host<'_> {
    /// Whether the text is what the driver sees, so that offsets in one are offsets in the other.
    pub(super) fn is_literal(&self) -> bool {
        self.raw == self.piece.text
    }

    /// The span of `len` bytes from `at` on.
    pub(super) const fn part(&self, at: usize, len: usize) -> Span {
        let start = self.piece.span.start + at;
        Span::new(start, start + len)
    }
}

/// The hosts that are there to be judged, each once: no variable, no placeholder, nothing that could be a piece of a
/// password.
pub(super) fn hosts<'a>(ctx: &Context<'a>) -> Vec<Host<'a>> {
    let judged = |host: &Host<'_>| {
        !ctx.has_variable(host.piece.span) && placeholder::find(host.raw).is_empty()
    };
    let find = || with_variables(ctx).into_iter().filter(judged).collect();
    ctx.shared.hosts.get_or_init(find).clone()
}

/// As [`hosts`], also those that something else fills in, or that still have to be filled in. A line of `.pgpass` names what
/// another string must say, and is none.
pub(super) fn with_variables<'a>(ctx: &Context<'a>) -> Vec<Host<'a>> {
    if ctx.grammar() == Grammar::Pgpass {
        return Vec::new();
    }
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let mut out = Vec::new();
    for HostPort { host, .. } in &ctx.settings().hosts {
        let Some(piece) = host else { continue };
        let raw = ctx.raw(piece.span);
        if seen.insert(piece.span) && !ctx.redactor.hides(piece.span) {
            out.push(Host { piece, raw });
        }
    }
    out
}

/// The setting that the hosts come from, where a keyword says them.
pub(super) fn keyword<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    ctx.get(Param::Host).filter(|s| s.key_span.is_some())
}

/// Whether a driver gets the host as it stands: what a variable of somebody's own holds, the program may take apart. Laravel hands
/// its variables on as they are.
pub(super) fn reaches_a_driver(ctx: &Context<'_>) -> bool {
    ctx.parse.dialect != Dialect::PgEnv
        || ctx.driver_given
        || ctx.driver == Driver::PhpPdo
        || keyword(ctx).is_some_and(|s| s.key.eq_ignore_ascii_case("PGHOST"))
}

/// The finding as it is, or as a question where a program may take the host apart before a driver gets it.
pub(super) fn unless_taken_apart(ctx: &Context<'_>, finding: Finding) -> Finding {
    if reaches_a_driver(ctx) {
        finding
    } else {
        finding
            .severity(Severity::Info)
            .certainty(Certainty::Depends)
    }
}

/// Whether the driver itself takes `host:port` apart where a host is wanted. Npgsql does so in the text already.
pub(super) fn splits_port(ctx: &Context<'_>) -> bool {
    match ctx.driver {
        Driver::PostgresJs => true,
        Driver::Asyncpg => ctx.parse.dialect == Dialect::PgEnv,
        _ => false,
    }
}

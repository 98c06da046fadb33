//! What the rules about resilience look at: where a string leads, and what is said of it round about.

use crate::model::{Driver, Grammar, Setting};
use crate::near::letters;
use crate::rules::Context;
use crate::text::Span;
use core::net::IpAddr;

/// Where the first host stands, if it is another machine and the string is a program's: who types a command sees what
/// happens. Nothing can be said of a host that something else fills in.
pub(super) fn remote_host(ctx: &Context<'_>) -> Option<Span> {
    *ctx.shared.remote_host.get_or_init(|| find_remote_host(ctx))
}

fn find_remote_host(ctx: &Context<'_>) -> Option<Span> {
    let line = ctx.surroundings.before.rsplit('\n').next().unwrap_or("");
    let typed = ["psql", "pg_dump", "pg_restore", "pg_isready", "pgbench"]
        .iter()
        .any(|command| line.contains(command));
    if typed || matches!(ctx.grammar(), Grammar::Command | Grammar::Pgpass) {
        return None;
    }
    let host = ctx.host()?;
    let text = host.text.trim_matches(['[', ']']);
    let local = text.is_empty()
        || text.starts_with(['/', '@'])
        || text.eq_ignore_ascii_case("localhost")
        || text.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let unknown = ctx.has_variable(host.span) || !crate::placeholder::find(text).is_empty();
    (!local && !unknown).then_some(host.span)
}

/// The setting of that keyword which takes effect; Npgsql's are compared by their letters.
pub(super) fn setting<'a>(ctx: &Context<'a>, key: &str) -> Option<&'a Setting> {
    let mut all = ctx.settings().all.iter().rev();
    if ctx.grammar() == Grammar::AdoNet {
        let wanted = letters(key);
        all.find(|s| letters(&s.key) == wanted)
    } else {
        all.find(|s| s.key_span.is_some() && s.key == key)
    }
}

/// Its whole number.
pub(super) fn number(ctx: &Context<'_>, key: &str) -> Option<i64> {
    setting(ctx, key)?.value.expose().trim().parse().ok()
}

/// Whether the paste outside the string has one of these words.
pub(super) fn mentions(ctx: &Context<'_>, words: &[&str]) -> bool {
    let around = ctx.surroundings;
    words
        .iter()
        .any(|word| around.before.contains(word) || around.after.contains(word))
}

/// Drivers that hand their settings to libpq, and read them from a string as it does.
pub(super) fn on_libpq(ctx: &Context<'_>) -> bool {
    let psycopg = ctx.driver == Driver::Sqlalchemy
        && !ctx.text.contains("+asyncpg://")
        && !ctx.text.contains("+pg8000://");
    psycopg || crate::parse::kinds::on_libpq(ctx.driver)
}

/// Whether a service or a configuration that is not to be seen can say more.
pub(super) fn leads_elsewhere(ctx: &Context<'_>) -> bool {
    setting(ctx, "service").is_some() || (ctx.grammar() == Grammar::Entries)
}

/// Where the port of the pooler stands: 6432, and 8432 of elastic clusters, on Azure.
pub(super) fn azure_pooler(ctx: &Context<'_>) -> Option<Span> {
    let hosts = ctx.settings().hosts.iter().filter(|_| ctx.is_azure());
    hosts
        .filter(|host| matches!(host.port_number(), Some(6432 | 8432)))
        .filter_map(|host| host.port.as_ref())
        .map(|port| port.span)
        .find(|span| !ctx.has_variable(*span))
}

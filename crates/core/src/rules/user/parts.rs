//! The user name, the server that it may carry in the form of Single Server (`user@server`), and the server's name in the host.

use crate::azure::{AzureHost, Service};
use crate::model::{Param, Setting, Target};
use crate::placeholder;
use crate::rules::Context;
use crate::text::Span;

/// The user name with the server that it may carry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User<'a> {
    /// The setting.
    pub(crate) setting: &'a Setting,
    /// What stands behind the last `@` of the name, and where, without the `@`.
    pub(crate) server: Option<Span>,
    /// Where the last `@` stands, raw or as `%40`.
    pub(crate) at: Option<Span>,
}

/// The user name, where it is given and Azure's PostgreSQL is what it is for.
pub(crate) fn user<'a>(ctx: &Context<'a>) -> Option<User<'a>> {
    let setting = ctx.get(Param::User)?;
    let span = setting.value.span;
    if span.is_empty() || ctx.redactor.hides(span) {
        return None;
    }
    let raw = ctx.raw(span);
    // An encoded `@` is one only where the driver decodes it.
    let decodes = decodes(ctx);
    let at = raw
        .match_indices('@')
        .map(|(at, found)| (at, found.len()))
        .chain(
            raw.match_indices("%40")
                .filter(|_| decodes)
                .map(|(at, found)| (at, found.len())),
        )
        .map(|(at, len)| Span::new(span.start + at, span.start + at + len))
        .filter(|at| !ctx.has_variable(*at))
        .max_by_key(|at| at.start);
    Some(User {
        setting,
        server: at.map(|at| Span::new(at.end, span.end)),
        at,
    })
}

/// The user name where all of it is known: neither empty nor a piece of a secret, and nothing in it is filled in later or
/// left over from a template.
pub(crate) fn literal_user<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    let setting = ctx.get(Param::User)?;
    let span = setting.value.span;
    (!span.is_empty()
        && !ctx.redactor.hides(span)
        && is_literal(ctx, span)
        && !ctx.is_expression(setting))
    .then_some(setting)
}

/// The user name as the driver decodes it, without the server behind it.
pub(crate) fn role<'a>(ctx: &Context<'a>) -> Option<(&'a Setting, &'a str)> {
    let setting = literal_user(ctx)?;
    let name = setting.value.shown()?;
    let role = name
        .rsplit_once('@')
        .filter(|(_, tail)| server_label(ctx).is_some_and(|s| s.eq_ignore_ascii_case(tail)))
        .map_or(name, |(role, _)| role);
    Some((setting, role))
}

/// Whether values are percent-decoded, so that `%40` is an `@`.
pub(crate) fn decodes(ctx: &Context<'_>) -> bool {
    ctx.grammar().is_url()
}

/// How an `@` in a user name is written.
pub(crate) fn at_sign(ctx: &Context<'_>) -> &'static str {
    if decodes(ctx) { "%40" } else { "@" }
}

/// The server's name: the first label of a host in the zone that Single Server and Flexible Server share. A variable in
/// the host counts as one piece, whatever it holds.
pub(crate) fn server_label<'a>(ctx: &Context<'a>) -> Option<&'a str> {
    let host = ctx.host()?;
    let azure = AzureHost::parse(ctx.raw(host.span))?;
    if azure.zone.service != Service::Postgres
        || azure.labels.is_empty()
        || ctx.redactor.hides(host.span)
    {
        return None;
    }
    let dot = azure
        .labels
        .match_indices('.')
        .map(|(at, _)| at)
        .find(|at| {
            let at = host.span.start + at;
            !ctx.has_variable(Span::new(at, at + 1))
        });
    azure.labels.get(..dot.unwrap_or(azure.labels.len()))
}

/// Whether `span` is there to be compared: neither filled in by something else nor left over from a template.
pub(crate) fn is_literal(ctx: &Context<'_>, span: Span) -> bool {
    !ctx.has_variable(span) && placeholder::find(ctx.raw(span)).is_empty()
}

/// The tail of the user name from its `@` on, where it names the server or its whole host, as Single Server wanted it.
pub(crate) fn single_server_tail<'a>(ctx: &Context<'a>) -> Option<(User<'a>, Span)> {
    let (user, label) = (user(ctx)?, server_label(ctx)?);
    let (at, server, host) = (user.at?, user.server?, ctx.host()?);
    let written = ctx.raw(server);
    let whole_host = ctx.raw(host.span);
    let names = written.eq_ignore_ascii_case(label) || written.eq_ignore_ascii_case(whole_host);
    names.then(|| (user, at.to(server)))
}

/// Whether the user said that the string is for `target`.
pub(crate) fn given(ctx: &Context<'_>, target: Target) -> bool {
    ctx.target_given && ctx.target == target
}

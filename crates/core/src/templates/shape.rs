//! A string without its values, and whether a template's pattern fits it.

use crate::azure::{AzureHost, Service};
use crate::model::{Grammar, Param, Setting};
use crate::order::Order as _;
use crate::rules::Context;
use crate::rules::user_parts::{server_label, user};
use crate::text::{Span, slice};
use alloc::string::String;
use alloc::vec::Vec;

/// The string's text with each value replaced by the name of what it is; `None` where no Azure server is named.
pub(super) fn skeleton(ctx: &Context<'_>) -> Option<String> {
    let mut holes: Vec<(Span, &str)> = Vec::new();
    let host = hosts(ctx, &mut holes)?;
    for setting in &ctx.settings().all {
        let name = match setting.param {
            Param::User => {
                user_holes(ctx, setting.value.span, host, &mut holes);
                continue;
            }
            Param::Password => "{password}",
            Param::Database => "{database}",
            Param::SslRootCert => "{ca}",
            _ => continue,
        };
        holes.push((unquoted(ctx, setting), name));
    }
    holes.order_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(ctx.text.len());
    let mut at = 0;
    for (span, name) in holes {
        if span.start < at {
            continue;
        }
        out.push_str(slice(ctx.text, Span::new(at, span.start)));
        out.push_str(name);
        at = span.end;
    }
    out.push_str(slice(ctx.text, Span::new(at, ctx.text.len())));
    out.retain(|c| c != '\r');
    Some(out)
}

/// The value, with the quotes that a password needs where it holds something special: templates leave them to the user.
fn unquoted(ctx: &Context<'_>, setting: &Setting) -> Span {
    let value = &setting.value;
    let own = match ctx.grammar() {
        Grammar::AdoNet => true,
        Grammar::KeyValue => setting.param == Param::Password,
        _ => false,
    };
    match value.quote.filter(|_| own) {
        Some(quote) => Span::new(
            value.span.start.saturating_sub(quote.len_utf8()),
            value.span.end + quote.len_utf8(),
        ),
        None => value.span,
    }
}

/// The holes of host and port, and the server's raw name.
fn hosts<'a>(ctx: &Context<'a>, holes: &mut Vec<(Span, &'static str)>) -> Option<&'a str> {
    let mut server = None;
    let mut host = |span: Span| {
        // PowerShell's template for Ruby has a semicolon behind the host.
        let raw = ctx.raw(span).trim_end_matches(';');
        let azure = AzureHost::parse(raw).filter(|h| h.zone.service == Service::Postgres)?;
        server = Some(azure.labels);
        Some((Span::new(span.start, span.start + raw.len()), "{host}"))
    };
    for entry in &ctx.settings().hosts {
        holes.extend(entry.host.as_ref().and_then(|p| host(p.span)));
        holes.extend(entry.port.as_ref().map(|p| (p.span, "{port}")));
    }
    // `Data Source`, which no PostgreSQL driver knows.
    let unknown = ctx.settings().every(Param::Unknown);
    holes.extend(unknown.filter_map(|s| host(s.value.span)));
    server
}

/// The name, and behind its last `@` the server where it is the one of the host.
fn user_holes(ctx: &Context<'_>, span: Span, host: &str, holes: &mut Vec<(Span, &'static str)>) {
    let label = server_label(ctx).unwrap_or(host);
    let tail = user(ctx)
        .filter(|user| user.setting.value.span == span)
        .and_then(|user| Some((user.at?, user.server?)))
        .filter(|(_, server)| ctx.raw(*server).eq_ignore_ascii_case(label));
    match tail {
        Some((at, server)) => {
            holes.push((Span::new(span.start, at.start), "{user}"));
            holes.push((server, "{server}"));
        }
        None => holes.push((span, "{user}")),
    }
}

/// A skeleton without the brackets and blanks round it, which do not matter to a pattern.
pub(super) fn bare(skeleton: &str) -> &str {
    skeleton
        .trim()
        .trim_start_matches('(')
        .trim_end_matches(')')
}

/// Whether `pattern` describes `text`: what stands in square brackets may be missing.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    // Most begin otherwise.
    let first = pattern.bytes().next();
    if first != Some(b'[') && first != text.bytes().next() {
        return false;
    }
    let Some((plain, rest)) = pattern.split_once('[') else {
        return text == pattern;
    };
    let (optional, rest) = rest.split_once(']').unwrap_or((rest, ""));
    text.strip_prefix(plain).is_some_and(|text| {
        fits(rest, text)
            || text
                .strip_prefix(optional)
                .is_some_and(|text| fits(rest, text))
    })
}

/// `before` without the bracket or quote that opens the string, escaped or not.
pub(super) fn unopened(before: &str) -> &str {
    before.trim_end_matches(['(', '"', '\'', '`', '\\'])
}

/// Whether the string is the value of `name`: `name=`, `"name": "`, or the `value` beside a `name`, as in the settings of an
/// app on Azure.
pub(super) fn is_named(before: &str, name: &str) -> bool {
    let behind = |text: &str| {
        text.trim_end_matches(|c: char| c.is_whitespace() || "\"'`=:,".contains(c))
            .len()
    };
    let text = before.get(..behind(before)).unwrap_or("");
    let text = text
        .strip_suffix("value")
        .and_then(|text| text.get(..behind(text)))
        .unwrap_or(text);
    text.strip_suffix(name).is_some_and(|head| {
        !head.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && text.len() < before.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_may_be_missing() {
        for text in ["a;", "a;b;", "a;c", "a;b;c"] {
            assert!(fits("a;[b;][c]", text), "{text}");
        }
        for text in ["a", "b;", "a;c;b;", "a;b;c;"] {
            assert!(!fits("a;[b;][c]", text), "{text}");
        }
    }

    #[test]
    fn names_are_whole_words_right_before_the_string() {
        for before in [
            "NAME=",
            "export NAME=\"",
            "{\"NAME\": \"",
            "NAME: ",
            "{\"name\": \"NAME\", \"value\": \"",
            "  - name: NAME\n    value: ",
        ] {
            assert!(is_named(before, "NAME"), "{before}");
        }
        for before in ["", "NAME", "MY_NAME=", "NAME=x OTHER=", "NAMES="] {
            assert!(!is_named(before, "NAME"), "{before}");
        }
    }
}

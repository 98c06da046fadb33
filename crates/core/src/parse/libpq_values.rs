//! What libpq checks once everything is read, in its order (`pqConnectOptions2` in fe-connect.c, libpq 15 to 18): how many
//! hosts and ports there are, values that must be one of a few words, and settings that do not go together.

use super::libpq_kv::check_port;
use super::{Builder, ErrorKind, Version};
use crate::model::{Origin, Param, Setting};
use crate::text::Span;
use alloc::format;
use alloc::string::String;
use core::net::IpAddr;

/// The TLS modes that libpq knows; the spelling must be exact.
pub(crate) const SSLMODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

const TLS_VERSIONS: [&str; 4] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const METHODS: [&str; 7] = [
    "password",
    "md5",
    "gss",
    "sspi",
    "scram-sha-256",
    "oauth",
    "none",
];

/// The words that the value of a keyword must be one of; empty for every other keyword.
#[must_use]
pub(crate) fn allowed(keyword: &str) -> &'static [&'static str] {
    match keyword {
        "sslmode" => &SSLMODES,
        "channel_binding" | "gssencmode" => &["disable", "prefer", "require"],
        "sslnegotiation" => &["postgres", "direct"],
        "ssl_min_protocol_version" | "ssl_max_protocol_version" => &TLS_VERSIONS,
        "sslcertmode" => &["disable", "allow", "require"],
        "target_session_attrs" => &[
            "any",
            "read-write",
            "read-only",
            "primary",
            "standby",
            "prefer-standby",
        ],
        "load_balance_hosts" => &["disable", "random"],
        "require_auth" => &METHODS,
        "min_protocol_version" | "max_protocol_version" => &["3.0", "3.2", "latest"],
        _ => &[],
    }
}

/// Everything, in libpq's order: the first error is the one that it gives.
pub(super) fn check(b: &mut Builder, version: Version) {
    counts(b);
    let settings = || b.settings.all.iter();
    let mode_alone = settings().all(|s| {
        s.param != Param::SslRootCert && (s.key == "sslmode" || allowed(&s.key).is_empty())
    });
    if mode_alone {
        word(b, "sslmode");
    } else {
        words(b, version);
    }
    check_port(b);
    addresses(b);
}

/// The values that must be one of a few words or go together with others, in libpq's order.
fn words(b: &mut Builder, version: Version) {
    word(b, "channel_binding");
    require_auth(b, version);
    word(b, "sslmode");
    negotiation(b, version);
    if !version.before(16, 0) {
        system_roots(b);
    }
    let quote = if version.before(17, 0) { "" } else { "\"" };
    for keyword in ["ssl_min_protocol_version", "ssl_max_protocol_version"] {
        tls_version(b, keyword, quote);
    }
    tls_range(b);
    for keyword in [
        "sslcertmode",
        "gssencmode",
        "target_session_attrs",
        "load_balance_hosts",
        "min_protocol_version",
        "max_protocol_version",
    ] {
        word(b, keyword);
    }
}

/// The value of `keyword` that takes effect, and where an error about it points: an empty span could not be seen.
fn given<'a>(b: &'a Builder, keyword: &str) -> Option<(&'a str, Span, Span)> {
    let setting = if keyword == "sslmode" {
        b.settings.get(Param::SslMode)
    } else {
        let mut all = b.settings.all.iter().rev();
        all.find(|s| s.key == keyword && s.key_span.is_some())
    }?;
    Some((setting.value.expose(), place(setting), setting.value.span))
}

fn place(setting: &Setting) -> Span {
    if setting.value.span.is_empty() {
        setting.span()
    } else {
        setting.value.span
    }
}

fn word(b: &mut Builder, keyword: &'static str) {
    let Some((value, place, span)) = given(b, keyword) else {
        return;
    };
    if !allowed(keyword).contains(&value) {
        let template = format!("invalid {keyword} value: \"{{}}\"");
        b.error_quoting(ErrorKind::BadValue, place, template, span);
    }
}

/// How many hosts, addresses and ports there are must fit.
fn counts(b: &mut Builder) {
    let list = |param| {
        let setting = b.settings.get(param)?;
        let value = setting.value.shown().filter(|v| !v.is_empty())?;
        // Of a URI's authority the values stand apart, each a setting of its own.
        let count = if setting.origin == Origin::Authority {
            b.authority_hosts
        } else {
            value.split(',').count()
        };
        Some((count, place(setting)))
    };
    let (hosts, addresses, ports) = (list(Param::Host), list(Param::HostAddr), list(Param::Port));
    // `//:5432,:5433/` names two hosts without a name.
    let hosts = hosts.or((b.authority_hosts > 1).then_some((b.authority_hosts, Span::default())));
    if let (Some((hosts, _)), Some((addresses, place))) = (hosts, addresses)
        && hosts != addresses
    {
        let said = format!("could not match {hosts} host names to {addresses} hostaddr values");
        b.error(ErrorKind::HostPortCount, place, said);
        return;
    }
    let hosts = addresses.or(hosts).map_or(1, |(count, _)| count);
    if let Some((ports, place)) = ports
        && ports > 1
        && ports != hosts
    {
        let said = format!("could not match {ports} port numbers to {hosts} hosts");
        b.error(ErrorKind::HostPortCount, place, said);
    }
}

/// A list of methods, all of them wanted or all of them refused with a `!`.
fn require_auth(b: &mut Builder, version: Version) {
    let Some((value, place, span)) = given(b, "require_auth") else {
        return;
    };
    if value.is_empty() {
        return;
    }
    let exact = span.len() == value.len();
    let value = String::from(value);
    let mut negative = None;
    let mut at = span.start;
    for method in value.split(',') {
        let here = if exact {
            Span::new(at, at + method.len())
        } else {
            span
        };
        at += method.len() + 1;
        let name = method.strip_prefix('!').unwrap_or(method);
        let is_negative = name.len() < method.len();
        let known = METHODS.contains(&name) && !(name == "oauth" && version.before(18, 0));
        let template = if *negative.get_or_insert(is_negative) != is_negative {
            if is_negative {
                "negative require_auth method \"{}\" cannot be mixed with non-negative methods"
            } else {
                "require_auth method \"{}\" cannot be mixed with negative methods"
            }
        } else if known {
            continue;
        } else {
            "invalid require_auth value: \"{}\""
        };
        let place = if here.is_empty() { place } else { here };
        b.error_quoting(ErrorKind::BadValue, place, template, here);
        return;
    }
}

/// TLS from the first byte on wants a mode that insists on TLS.
fn negotiation(b: &mut Builder, version: Version) {
    word(b, "sslnegotiation");
    let Some(("direct", place, _)) = given(b, "sslnegotiation") else {
        return;
    };
    let mode = mode(b);
    if version.before(17, 0) || matches!(&*mode, "require" | "verify-ca" | "verify-full") {
        return;
    }
    let said = format!(
        "weak sslmode \"{mode}\" may not be used with sslnegotiation=direct (use \"require\", \"verify-ca\", or \"verify-full\")"
    );
    b.error(ErrorKind::BadValue, place, said);
}

/// The system's roots vouch for any host's owner, so libpq wants the host name verified with them. Without a mode it takes
/// `verify-full` by itself.
fn system_roots(b: &mut Builder) {
    let Some(("system", place, _)) = given(b, "sslrootcert") else {
        return;
    };
    let Some((mode, _, _)) = given(b, "sslmode") else {
        return;
    };
    if mode == "verify-full" || !SSLMODES.contains(&mode) {
        return;
    }
    let said = format!(
        "weak sslmode \"{mode}\" may not be used with sslrootcert=system (use \"verify-full\")"
    );
    b.error(ErrorKind::BadValue, place, said);
}

/// The mode that takes effect, as far as it may be shown: one of libpq's words, or the default.
fn mode(b: &Builder) -> String {
    let given = given(b, "sslmode").map(|(mode, _, _)| mode);
    let system =
        given.is_none() && given_value(b, "sslrootcert").is_some_and(|file| file == "system");
    let default = if system { "verify-full" } else { "prefer" };
    let mode = given.unwrap_or(default);
    let known = SSLMODES.iter().find(|known| **known == mode);
    known.copied().unwrap_or("").into()
}

fn given_value<'a>(b: &'a Builder, keyword: &str) -> Option<&'a str> {
    given(b, keyword).map(|(value, _, _)| value)
}

fn tls_version(b: &mut Builder, keyword: &'static str, quote: &str) {
    let Some((value, place, span)) = given(b, keyword) else {
        return;
    };
    if !value.is_empty() && rank(value).is_none() {
        let template = format!("invalid {quote}{keyword}{quote} value: \"{{}}\"");
        b.error_quoting(ErrorKind::BadValue, place, template, span);
    }
}

fn rank(version: &str) -> Option<usize> {
    TLS_VERSIONS
        .iter()
        .position(|known| known.eq_ignore_ascii_case(version))
}

fn tls_range(b: &mut Builder) {
    let version = |keyword| {
        let (value, place, _) = given(b, keyword)?;
        Some((rank(value)?, place))
    };
    let (Some((least, _)), Some((most, place))) = (
        version("ssl_min_protocol_version"),
        version("ssl_max_protocol_version"),
    ) else {
        return;
    };
    if least > most {
        b.error(
            ErrorKind::BadValue,
            place,
            "invalid SSL protocol version range",
        );
    }
}

/// `hostaddr` is for addresses; a name in it is not looked up.
fn addresses(b: &mut Builder) {
    let Some(setting) = b.settings.get(Param::HostAddr) else {
        return;
    };
    let Some(value) = setting.value.shown().filter(|v| !v.is_empty()) else {
        return;
    };
    let span = setting.value.span;
    if !value.split(',').all(is_address) {
        b.error_quoting(
            ErrorKind::BadValue,
            span,
            "could not parse network address \"{}\": Name or service not known",
            span,
        );
    }
}

/// An address, also in the short and hexadecimal forms that C's library takes.
fn is_address(text: &str) -> bool {
    let plain = text.split('%').next().unwrap_or("");
    let shortened = |part: &str| {
        let digits = part.strip_prefix("0x").unwrap_or(part);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())
    };
    text.is_empty()
        || plain.parse::<IpAddr>().is_ok()
        || (text.starts_with(|c: char| c.is_ascii_digit()) && text.split('.').all(shortened))
}

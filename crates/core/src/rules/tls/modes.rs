//! What drivers make of a TLS mode, and how each dialect spells one.
//!
//! Sources: libpq 18 `fe-connect.c`; Npgsql `SslMode` and .NET's `Enum.Parse`; pgJDBC 42.7 `SslMode.java`; asyncpg 0.32
//! `connect_utils.py`; pgx 5 `pgconn/config.go`; lib/pq 1.12 `ssl.go`; tokio-postgres 0.7 `config.rs`; SQLx 0.9
//! `ssl_mode.rs`; Prisma's quaint `postgres.rs`; pg-connection-string 2.14 and pg 8.23, run; postgres.js 3.4.

use crate::detect::accepts;
use crate::model::{Driver, Grammar, Param, Setting};
use crate::rules::Context;
use alloc::string::String;

/// The modes in libpq's spelling, with Npgsql's.
const MODES: [(&str, &str); 6] = [
    ("disable", "Disable"),
    ("allow", "Allow"),
    ("prefer", "Prefer"),
    ("require", "Require"),
    ("verify-ca", "VerifyCA"),
    ("verify-full", "VerifyFull"),
];

/// What a driver makes of a value of the TLS mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It knows it.
    Known,
    /// It refuses the whole string.
    Refused,
    /// It silently does this instead.
    TakenFor(&'static str),
}

const PREFER: Reading = Reading::TakenFor("`prefer`");
const NO_TLS: Reading = Reading::TakenFor("no TLS");
const VERIFIED: Reading = Reading::TakenFor("TLS with a checked certificate");

/// What the string's driver makes of `value`; nothing can be said of a driver that does not take the dialect.
pub(super) fn reading(ctx: &Context<'_>, value: &str) -> Reading {
    use Driver as D;
    let dialect = ctx.parse.dialect;
    if !accepts(ctx.driver, dialect) {
        return Reading::Known;
    }
    let any_case = MODES
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(value));
    let exact = MODES.iter().any(|(name, _)| *name == value);
    let one_of = |names: &[&str]| names.contains(&value);
    let otherwise = |known: bool, reading| if known { Reading::Known } else { reading };
    match ctx.driver {
        D::Ecto => Reading::Known,
        D::Npgsql if value.is_empty() => PREFER,
        D::Npgsql => match value.trim().parse::<i32>() {
            Ok(number) => otherwise((0..=5).contains(&number), NO_TLS),
            Err(_) => otherwise(
                MODES
                    .iter()
                    .any(|(_, name)| name.eq_ignore_ascii_case(value.trim())),
                Reading::Refused,
            ),
        },
        D::Pgjdbc | D::Sqlx => otherwise(any_case, Reading::Refused),
        D::TokioPostgres => otherwise(one_of(&["disable", "prefer", "require"]), Reading::Refused),
        D::Prisma => otherwise(one_of(&["disable", "prefer", "require"]), PREFER),
        D::NodePostgres | D::PostgresJs if value.is_empty() => NO_TLS,
        D::NodePostgres => otherwise(exact || value == "no-verify", VERIFIED),
        D::PostgresJs => otherwise(exact, if value == "false" { NO_TLS } else { VERIFIED }),
        D::Asyncpg | D::Pgx | D::LibPq if value.is_empty() => PREFER,
        D::Asyncpg => otherwise(
            exact || one_of(&["verify_ca", "verify_full"]),
            Reading::Refused,
        ),
        _ => otherwise(exact, Reading::Refused),
    }
}

/// The TLS mode that takes effect, where it stands under its own keyword and nothing else fills it in.
pub(super) fn setting<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    let setting = ctx.get(Param::SslMode)?;
    let squeezed = squeeze(&setting.key);
    (matches!(squeezed.as_str(), "sslmode")
        && !ctx.has_variable(setting.span())
        && crate::placeholder::find(ctx.raw(setting.value.span)).is_empty())
    .then_some(setting)
}

/// The mode that `value` stands for with the string's driver, in libpq's spelling.
pub(super) fn mode(ctx: &Context<'_>, value: &str) -> Option<&'static str> {
    if ctx.grammar() == Grammar::AdoNet
        && let Ok(number) = value.trim().parse::<usize>()
    {
        return MODES.get(number).map(|(name, _)| *name);
    }
    mode_spelled(value)
}

/// The mode that `value` spells, whatever its case and with or without `-`, `_` and blanks.
pub(super) fn mode_spelled(value: &str) -> Option<&'static str> {
    let wanted = squeeze(value);
    MODES
        .iter()
        .map(|(name, _)| *name)
        .find(|name| squeeze(name) == wanted)
}

/// Every mode, in libpq's spelling.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    MODES.iter().map(|(name, _)| *name)
}

/// How the string's dialect spells `mode`, which is given in libpq's spelling.
pub(super) fn spelling(ctx: &Context<'_>, mode: &'static str) -> &'static str {
    if ctx.grammar() != Grammar::AdoNet {
        return mode;
    }
    MODES
        .iter()
        .find(|(name, _)| *name == mode)
        .map_or(mode, |(_, npgsql)| npgsql)
}

/// What to write for `mode` with the string's driver: the mode, or what comes nearest where the driver does not have it.
pub(super) fn replacement(ctx: &Context<'_>, mode: &'static str) -> &'static str {
    let strict = ctx.settings().all.iter().any(|s| s.key == "sslaccept");
    match (ctx.driver, mode) {
        (Driver::Prisma, "verify-ca" | "verify-full") if !strict => "require&sslaccept=strict",
        (Driver::Prisma | Driver::TokioPostgres, "verify-ca" | "verify-full") => "require",
        (Driver::Prisma | Driver::TokioPostgres, "allow") if speaks_to_azure(ctx) => "require",
        (Driver::Prisma | Driver::TokioPostgres, "allow") => "prefer",
        _ => spelling(ctx, mode),
    }
}

/// Whether the server at the other end is Azure's, which insists on TLS: the host says so, or the user does. A host on
/// this side, such as a tunnel's end, is none.
pub(super) fn speaks_to_azure(ctx: &Context<'_>) -> bool {
    let Some(host) = ctx.host() else {
        return false;
    };
    if ctx.azure_host().is_some() {
        return true;
    }
    let name = host.text.trim_matches(['[', ']']).to_ascii_lowercase();
    let here = name.starts_with(['/', '@'])
        || name.starts_with("127.")
        || ["localhost", "::1", "0.0.0.0", "host.docker.internal"].contains(&name.as_str());
    ctx.is_azure() && !here
}

/// Lower case, without blanks, `-` and `_`.
pub(super) fn squeeze(text: &str) -> String {
    text.chars()
        .filter(|c| !(c.is_whitespace() || matches!(c, '-' | '_')))
        .flat_map(char::to_lowercase)
        .collect()
}

//! What drivers make of a TLS mode, and how each dialect spells one.
//!
//! Sources: libpq 18 `fe-connect.c`; Npgsql `SslMode` and .NET's `Enum.Parse`; pgJDBC 42.7 `SslMode.java`; asyncpg 0.32
//! `connect_utils.py`; pgx 5 `pgconn/config.go`; lib/pq 1.12 `ssl.go`; tokio-postgres 0.7 `config.rs`; SQLx 0.9
//! `ssl_mode.rs`; Prisma's quaint `postgres.rs`; pg-connection-string 2.14 and pg 8.23, run; postgres.js 3.4.

use crate::detect::accepts;
use crate::diagnostics::Severity;
use crate::model::{Dialect, Driver, Grammar, Param, Setting};
use crate::parse::kinds::on_libpq;
use crate::readings::{Tls, tls_of};
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
        // It looks at the first letter, which must be a small one; what begins with another is no mode at all.
        D::Psqlodbc if one_of(&["vc", "vf"]) || value.starts_with(['d', 'a', 'p', 'r']) => {
            Reading::Known
        }
        D::Psqlodbc if value.starts_with('v') => otherwise(exact, Reading::Refused),
        D::Psqlodbc => NO_TLS,
        _ => otherwise(exact, Reading::Refused),
    }
}

/// The TLS mode that takes effect, where it stands under its own keyword and nothing else fills it in.
pub(super) fn setting<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    *ctx.shared.mode.get_or_init(|| plain_mode(ctx))
}

fn plain_mode<'a>(ctx: &Context<'a>) -> Option<&'a Setting> {
    let setting = ctx.get(Param::SslMode)?;
    // libpq's variable, for what is built on libpq; others have words of their own for it.
    let variable = setting.key == "PGSSLMODE" && on_libpq(ctx.driver);
    ((variable || spells(&setting.key, "sslmode"))
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
    names()
        .find(|name| *name == value)
        .or_else(|| names().find(|name| letters(name).eq(letters(value))))
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
/// this side, such as a tunnel's end, is none; variables without a host are for one that is said elsewhere.
pub(super) fn speaks_to_azure(ctx: &Context<'_>) -> bool {
    let Some(host) = ctx.host() else {
        let elsewhere = ctx.parse.dialect == Dialect::PgEnv && ctx.settings().hosts.is_empty();
        return elsewhere && ctx.is_azure();
    };
    if ctx.azure_host().is_some() {
        return true;
    }
    let name = host.text.trim_matches(['[', ']']).to_ascii_lowercase();
    let here = is_here(&name);
    ctx.is_azure() && !here
}

/// How far away the server is, as far as the text tells: rules about TLS have little to say of what stays at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rules) enum Distance {
    /// A socket, or a loopback address.
    Here,
    /// A name without a dot, as containers have, or an address of a private network.
    Inside,
    /// Anywhere else, and where a variable says.
    Outside,
}

/// The distance of the farthest host; one that a secret may hide in tells nothing.
pub(in crate::rules) fn distance(ctx: &Context<'_>) -> Distance {
    *ctx.shared.distance.get_or_init(|| farthest(ctx))
}

fn farthest(ctx: &Context<'_>) -> Distance {
    let named = ctx.get(Param::Host).is_some_and(|s| ctx.is_expression(s));
    ctx.settings()
        .hosts
        .iter()
        .filter_map(|h| h.host.as_ref())
        .filter(|host| !ctx.redactor.hides(host.span))
        .map(|host| {
            if ctx.has_variable(host.span) || named {
                Distance::Outside
            } else {
                distance_of(&host.text)
            }
        })
        .max()
        .unwrap_or_else(|| {
            // Options whose connection string comes from elsewhere.
            if ctx.parse.dialect == Dialect::NodeObject {
                Distance::Outside
            } else {
                Distance::Here
            }
        })
}

/// How bad it is not to know the server at that distance: on a network of one's own, it is good to know.
pub(super) const fn severity_at(distance: Distance) -> Severity {
    match distance {
        Distance::Outside => Severity::Warning,
        Distance::Inside | Distance::Here => Severity::Info,
    }
}

/// How far away `host` is.
pub(super) fn distance_of(host: &str) -> Distance {
    let name = host.trim_matches(['[', ']']).to_ascii_lowercase();
    if is_here(&name) {
        return Distance::Here;
    }
    let private = || {
        let mut numbers = name.split('.').map(str::parse::<u8>);
        let (Some(Ok(a)), Some(Ok(b))) = (numbers.next(), numbers.next()) else {
            return false;
        };
        a == 10 || (a == 172 && (16..32).contains(&b)) || (a == 192 && b == 168)
    };
    let local = || {
        [".local", ".localhost"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    if !name.contains(['.', ':']) || private() || local() {
        Distance::Inside
    } else {
        Distance::Outside
    }
}

/// Whether a host, in small letters and without brackets, is on this side.
fn is_here(name: &str) -> bool {
    name.is_empty()
        || name.starts_with(['/', '@'])
        || name.starts_with("127.")
        || ["localhost", "::1", "0.0.0.0", "host.docker.internal"].contains(&name)
}

/// Settings that decide which TLS a connection gets.
fn decides(setting: &Setting) -> bool {
    matches!(
        setting.param,
        Param::SslMode
            | Param::Ssl
            | Param::SslRootCert
            | Param::SslFactory
            | Param::TrustServerCertificate
    ) || ["sslaccept", "sslcert", "uselibpqcompat"].contains(&setting.key.as_str())
}

/// Whether node-postgres takes its TLS from the string, so that an `ssl` object beside it counts for nothing: any of these
/// parameters has that effect, `disable` included.
pub(super) fn object_is_dropped(ctx: &Context<'_>) -> bool {
    ctx.driver == Driver::NodePostgres
        && ctx.grammar() == Grammar::Uri
        && ctx.settings().all.iter().any(|s| {
            let empty_switch = s.key == "ssl" && s.value.expose().is_empty();
            ["ssl", "sslmode", "sslrootcert", "sslcert", "sslkey"].contains(&s.key.as_str())
                && !empty_switch
        })
}

/// What TLS the string's driver ends up with; `None` where a variable decides, or the driver refuses or does not take what
/// is said.
pub(super) fn effective(ctx: &Context<'_>) -> Option<Tls> {
    let all = &ctx.settings().all;
    let unclear = all.iter().filter(|s| decides(s)).any(|s| {
        ctx.has_variable(s.span()) || !crate::placeholder::find(ctx.raw(s.value.span)).is_empty()
    });
    let refused = ctx
        .get(Param::SslMode)
        .is_some_and(|s| reading(ctx, s.value.expose()) == Reading::Refused);
    let known = accepts(ctx.driver, ctx.parse.dialect) && !unclear && !refused;
    known.then(|| tls_of(ctx.driver, ctx.settings()))
}

/// Whether the driver is known, because the user said so or because no other speaks the dialect; a URI is everybody's.
pub(super) fn driver_is_evident(ctx: &Context<'_>) -> bool {
    ctx.driver_given
        || match ctx.parse.dialect {
            Dialect::LibpqUri => ctx.driver != Driver::Libpq,
            Dialect::PgEnv => false,
            _ => true,
        }
}

/// The letters and digits of a file's name, without the folders before it: `C:\certs\My_Root.pem` is `myrootpem`.
pub(super) fn letters_of_file(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Lower case, without blanks, `-` and `_`.
pub(super) fn squeeze(text: &str) -> String {
    letters(text).collect()
}

/// Whether `text` is `word` but for its case, blanks, `-` and `_`.
pub(super) fn spells(text: &str, word: &str) -> bool {
    letters(text).eq(word.chars())
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|c| !(c.is_whitespace() || matches!(c, '-' | '_')))
        .flat_map(char::to_lowercase)
}

//! What TLS a connection ends up with, driver by driver.
//!
//! Sources: connections of the drivers to a PostgreSQL 15 with a certificate of its own and to one without TLS (November
//! 2026: libpq 18, asyncpg 0.32, pg 8.23, postgres.js 3.4, SQLx 0.9, pgx 5, lib/pq 1.10 to 1.12, pgJDBC 42.5,
//! tokio-postgres 0.7 with native-tls); for Npgsql its source at 5.0, 6.0, 7.0, 8.0, for the others their documentation.

use crate::model::{Param, Settings};

/// When a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encrypted {
    /// Or it fails.
    Always,
    /// If the server offers it; else it goes on in the clear.
    IfOffered,
    /// Only if the server turns an unencrypted one away.
    IfRequired,
    /// Never.
    Never,
}

impl Encrypted {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::IfOffered => "if-offered",
            Self::IfRequired => "if-required",
            Self::Never => "never",
        }
    }
}

/// Effective TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tls {
    /// When the connection is encrypted.
    pub encrypted: Encrypted,
    /// Whether the certificate must come from a trusted issuer.
    pub chain: bool,
    /// Whether the certificate must be for the host's name.
    pub host_name: bool,
    /// Which issuers are trusted, where that matters.
    pub roots: Option<Roots>,
}

/// Which issuers are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Roots {
    /// Those of the file that the string names.
    File,
    /// Those of libpq's default file, ~/.postgresql/root.crt, which must exist.
    DefaultFile,
    /// Those of the operating system or the runtime.
    System,
}

impl Roots {
    /// How it is said.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "the file that the string names",
            Self::DefaultFile => "~/.postgresql/root.crt",
            Self::System => "the system's or the runtime's roots",
        }
    }
}

pub(super) const NEVER: Tls = plain(Encrypted::Never);

const fn plain(encrypted: Encrypted) -> Tls {
    Tls {
        encrypted,
        chain: false,
        host_name: false,
        roots: None,
    }
}

const fn checked(encrypted: Encrypted, host_name: bool, roots: Roots) -> Tls {
    Tls {
        encrypted,
        chain: true,
        host_name,
        roots: Some(roots),
    }
}

/// The TLS mode in libpq's spelling, as written; `None` where the text gives none.
fn mode(settings: &Settings) -> Option<&str> {
    settings
        .get(Param::SslMode)
        .map(|s| s.value.expose())
        .filter(|mode| !mode.is_empty())
}

fn any_case(settings: &Settings) -> Option<&'static str> {
    mode(settings).and_then(crate::lint::libpq_sslmode)
}

fn value<'a>(settings: &'a Settings, key: &str) -> Option<&'a str> {
    settings
        .all
        .iter()
        .rev()
        .find(|s| s.key.eq_ignore_ascii_case(key))
        .map(|s| s.value.expose())
}

fn root_file(settings: &Settings) -> bool {
    settings
        .get(Param::SslRootCert)
        .is_some_and(|s| !s.value.expose().is_empty())
}

fn system_roots(settings: &Settings) -> bool {
    settings
        .get(Param::SslRootCert)
        .is_some_and(|s| s.value.expose() == "system")
}

/// libpq and everything built on it: a root certificate turns checking on in every mode.
pub(super) fn libpq(settings: &Settings) -> Tls {
    let file = root_file(settings);
    if system_roots(settings) && mode(settings).is_none_or(|m| m == "verify-full") {
        return checked(Encrypted::Always, true, Roots::System);
    }
    let with = |encrypted| {
        if file {
            checked(encrypted, false, Roots::File)
        } else {
            plain(encrypted)
        }
    };
    let roots = if file {
        Roots::File
    } else {
        Roots::DefaultFile
    };
    match mode(settings) {
        Some("disable") => NEVER,
        Some("allow") => with(Encrypted::IfRequired),
        Some("require") => with(Encrypted::Always),
        Some("verify-ca") => checked(Encrypted::Always, false, roots),
        Some("verify-full") => checked(Encrypted::Always, true, roots),
        _ => with(Encrypted::IfOffered),
    }
}

/// libpq checks the issuer in the weaker modes as well where its default file, ~/.postgresql/root.crt, exists.
pub(super) fn libpq_default_file(settings: &Settings) -> bool {
    let tls = libpq(settings);
    !tls.chain && tls.encrypted != Encrypted::Never
}

/// psqlODBC, where it hands the mode on to libpq.
pub(super) fn psqlodbc_default_file(settings: &Settings) -> bool {
    let tls = psqlodbc(settings);
    !tls.chain && tls.encrypted != Encrypted::Never
}

/// asyncpg does so only where TLS is insisted on.
pub(super) fn asyncpg_default_file(settings: &Settings) -> bool {
    let tls = asyncpg(settings);
    !tls.chain && tls.encrypted == Encrypted::Always
}

/// Nobody else looks for it where nothing is checked.
pub(super) fn no_default_file(_: &Settings) -> bool {
    false
}

/// asyncpg: as libpq, but `prefer` never checks, and `system` is a file.
pub(super) fn asyncpg(settings: &Settings) -> Tls {
    match mode(settings) {
        None | Some("prefer") => plain(Encrypted::IfOffered),
        Some("allow") => plain(Encrypted::IfRequired),
        _ if root_file(settings) => as_if_a_file(settings),
        _ => libpq(settings),
    }
}

/// The stricter modes with a file of roots, whatever its name.
fn as_if_a_file(settings: &Settings) -> Tls {
    let full = mode(settings) == Some("verify-full");
    match mode(settings) {
        Some("disable") => NEVER,
        _ => checked(Encrypted::Always, full, Roots::File),
    }
}

/// pgx: as libpq, but `prefer` and `allow` never check, full checking falls back on the system's roots, and no file is looked
/// for that the string does not name.
pub(super) fn pgx(settings: &Settings) -> Tls {
    let roots = if root_file(settings) && !system_roots(settings) {
        Roots::File
    } else {
        Roots::System
    };
    match mode(settings) {
        None if system_roots(settings) => checked(Encrypted::Always, true, Roots::System),
        None | Some("prefer") => plain(Encrypted::IfOffered),
        Some("allow") => plain(Encrypted::IfRequired),
        Some("verify-ca") => checked(Encrypted::Always, false, roots),
        Some("verify-full") => checked(Encrypted::Always, true, roots),
        Some("require") if !root_file(settings) => plain(Encrypted::Always),
        _ => as_if_a_file(settings),
    }
}

/// lib/pq 1.11 and 1.12: `require` without being asked; a root certificate turns checking on, but none is looked for that the
/// string does not name.
pub(super) fn lib_pq(settings: &Settings) -> Tls {
    if system_roots(settings) && mode(settings).is_none_or(|m| m == "verify-full") {
        return checked(Encrypted::Always, true, Roots::System);
    }
    let file = root_file(settings);
    let with = |encrypted| {
        if file {
            checked(encrypted, false, Roots::File)
        } else {
            plain(encrypted)
        }
    };
    let roots = if file { Roots::File } else { Roots::System };
    match mode(settings) {
        Some("disable") => NEVER,
        Some("allow") => with(Encrypted::IfRequired),
        Some("prefer") => with(Encrypted::IfOffered),
        Some("verify-ca") => checked(Encrypted::Always, false, roots),
        Some("verify-full") => checked(Encrypted::Always, true, roots),
        _ => with(Encrypted::Always),
    }
}

/// node-postgres 8: no TLS unless asked; then every mode but `no-verify` checks everything.
pub(super) fn node_postgres(settings: &Settings) -> Tls {
    let roots = if root_file(settings) {
        Roots::File
    } else {
        Roots::System
    };
    let full = checked(Encrypted::Always, true, roots);
    let compat = value(settings, "uselibpqcompat") == Some("true");
    match mode(settings) {
        Some("disable") => NEVER,
        Some("no-verify") => plain(Encrypted::Always),
        Some("prefer" | "require") if compat && !root_file(settings) => plain(Encrypted::Always),
        Some("prefer" | "require" | "verify-ca") if compat => {
            checked(Encrypted::Always, false, roots)
        }
        Some(_) => full,
        None => match settings.get(Param::Ssl).map(|s| s.value.expose()) {
            // A file turns it on by itself.
            _ if root_file(settings) => full,
            None | Some("0" | "") => NEVER,
            Some("no-verify") => plain(Encrypted::Always),
            // Other words stay text, `false` as well, and with a text it gives up once the server has agreed to TLS.
            Some(_) => full,
        },
    }
}

/// postgres.js: no TLS unless asked; the weak modes do not check, any other word checks everything.
pub(super) fn postgres_js(settings: &Settings) -> Tls {
    let word = mode(settings).or_else(|| settings.get(Param::Ssl).map(|s| s.value.expose()));
    match word {
        None | Some("disable" | "false" | "") => NEVER,
        Some("require" | "allow") => plain(Encrypted::Always),
        Some("prefer") => plain(Encrypted::IfOffered),
        Some(_) => checked(Encrypted::Always, true, Roots::System),
    }
}

/// Prisma's engine: `sslaccept=strict` is what checks.
pub(super) fn prisma(settings: &Settings) -> Tls {
    let encrypted = match mode(settings) {
        Some("disable") => return NEVER,
        Some("require") => Encrypted::Always,
        _ => Encrypted::IfOffered,
    };
    if value(settings, "sslaccept") == Some("strict") {
        checked(
            encrypted,
            true,
            if value(settings, "sslcert").is_some() {
                Roots::File
            } else {
                Roots::System
            },
        )
    } else {
        plain(encrypted)
    }
}

/// SQLx: any case; `require` ignores the root file, `allow` never encrypts.
pub(super) fn sqlx(settings: &Settings) -> Tls {
    let roots = if root_file(settings) {
        Roots::File
    } else {
        Roots::System
    };
    match any_case(settings) {
        Some("disable" | "allow") => NEVER,
        Some("require") => plain(Encrypted::Always),
        Some("verify-ca") => checked(Encrypted::Always, false, roots),
        Some("verify-full") => checked(Encrypted::Always, true, roots),
        _ => plain(Encrypted::IfOffered),
    }
}

/// tokio-postgres: the string says whether, the connector in the code says how; the usual ones check everything.
pub(super) fn tokio_postgres(settings: &Settings) -> Tls {
    match mode(settings) {
        Some("disable") => NEVER,
        Some("require") => checked(Encrypted::Always, true, Roots::System),
        _ => checked(Encrypted::IfOffered, true, Roots::System),
    }
}

/// pgJDBC: `ssl=true` alone means everything is checked; `require` never checks, unless the socket factory does.
pub(super) fn pgjdbc(settings: &Settings) -> Tls {
    let factory = |name| {
        let setting = settings.get(Param::SslFactory);
        setting.is_some_and(|s| s.value.expose().ends_with(name))
    };
    let java = factory("DefaultJavaSSLFactory");
    let blind = factory("NonValidatingFactory");
    let roots = match (java, root_file(settings)) {
        (true, _) => Roots::System,
        (false, true) => Roots::File,
        (false, false) => Roots::DefaultFile,
    };
    let weak = |encrypted| {
        if java {
            checked(encrypted, false, Roots::System)
        } else {
            plain(encrypted)
        }
    };
    // The host's name is compared whatever the factory does.
    let strict = |host_name| {
        if blind {
            Tls {
                host_name,
                ..plain(Encrypted::Always)
            }
        } else {
            checked(Encrypted::Always, host_name, roots)
        }
    };
    match any_case(settings) {
        Some("disable") => NEVER,
        Some("allow") => weak(Encrypted::IfRequired),
        Some("require") => weak(Encrypted::Always),
        Some("verify-ca") => strict(false),
        Some("verify-full") => strict(true),
        Some(_) => weak(Encrypted::IfOffered),
        None => match settings.get(Param::Ssl).map(|s| s.value.expose()) {
            Some("" | "true") => strict(true),
            _ => weak(Encrypted::IfOffered),
        },
    }
}

/// r2dbc-postgresql: nothing unless asked.
pub(super) fn r2dbc(settings: &Settings) -> Tls {
    let roots = if root_file(settings) {
        Roots::File
    } else {
        Roots::System
    };
    match any_case(settings) {
        Some("allow") => plain(Encrypted::IfRequired),
        Some("prefer") => plain(Encrypted::IfOffered),
        Some("require") => plain(Encrypted::Always),
        Some("verify-ca") => checked(Encrypted::Always, false, roots),
        Some("verify-full") => checked(Encrypted::Always, true, roots),
        None if settings
            .get(Param::Ssl)
            .is_some_and(|s| s.value.expose() == "true") =>
        {
            checked(Encrypted::Always, true, roots)
        }
        _ => NEVER,
    }
}

fn trusts_all(settings: &Settings) -> bool {
    settings
        .get(Param::TrustServerCertificate)
        .is_some_and(|s| s.value.expose().trim().eq_ignore_ascii_case("true"))
}

/// Npgsql 8 and later: only VerifyCA and VerifyFull check.
pub(super) fn npgsql(settings: &Settings) -> Tls {
    let roots = if root_file(settings) {
        Roots::File
    } else {
        Roots::System
    };
    match any_case(settings) {
        Some("disable") => NEVER,
        Some("allow") => plain(Encrypted::IfRequired),
        Some("require") => plain(Encrypted::Always),
        Some("verify-ca") => checked(Encrypted::Always, false, roots),
        Some("verify-full") => checked(Encrypted::Always, true, roots),
        _ => plain(Encrypted::IfOffered),
    }
}

/// Npgsql 3 to 5: off unless asked; asked, it checks everything unless Trust Server Certificate says otherwise.
pub(super) fn npgsql_5(settings: &Settings) -> Tls {
    let with = |encrypted| {
        if trusts_all(settings) {
            plain(encrypted)
        } else {
            checked(encrypted, true, Roots::System)
        }
    };
    match any_case(settings) {
        Some("prefer") => with(Encrypted::IfOffered),
        Some("require") => with(Encrypted::Always),
        _ => NEVER,
    }
}

/// Npgsql 6 and 7 refuse Require unless it is told to trust the server.
pub(super) fn npgsql_6_refuses(settings: &Settings) -> Option<&'static str> {
    (any_case(settings) == Some("require") && !trusts_all(settings)).then_some(
        "To validate server certificates, please use VerifyFull or VerifyCA instead of Require. To disable validation, explicitly set 'Trust Server Certificate' to true.",
    )
}

/// Npgsql 3 to 5 do not know the newer modes.
pub(super) fn npgsql_5_refuses(settings: &Settings) -> Option<&'static str> {
    matches!(
        any_case(settings),
        Some("allow" | "verify-ca" | "verify-full")
    )
    .then_some("Couldn't set ssl mode: the requested value was not found.")
}

/// psqlODBC: off unless asked, and of the mode the first letter counts, which must be a small one.
pub(super) fn psqlodbc(settings: &Settings) -> Tls {
    match mode(settings) {
        Some("vf") => checked(Encrypted::Always, true, Roots::DefaultFile),
        Some("vc") => checked(Encrypted::Always, false, Roots::DefaultFile),
        Some(mode) if mode.starts_with('v') => libpq(settings),
        Some(mode) if mode.starts_with('r') => plain(Encrypted::Always),
        Some(mode) if mode.starts_with('p') => plain(Encrypted::IfOffered),
        Some(mode) if mode.starts_with('a') => plain(Encrypted::IfRequired),
        _ => NEVER,
    }
}

/// Ecto: `ssl=true`, which current versions check in full.
pub(super) fn ecto(settings: &Settings) -> Tls {
    if settings
        .get(Param::Ssl)
        .is_some_and(|s| s.value.expose() == "true")
    {
        checked(Encrypted::Always, true, Roots::System)
    } else {
        NEVER
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Dialect, Driver};
    use crate::parse::parse;

    fn of(read: fn(&Settings) -> Tls, query: &str, driver: Driver) -> Tls {
        let text = alloc::format!("postgresql://h/db?{query}");
        read(&parse(&text, Dialect::LibpqUri, driver).settings)
    }

    #[test]
    fn one_word_means_many_things() {
        let q = "sslmode=require";
        assert_eq!(of(libpq, q, Driver::Libpq), plain(Encrypted::Always));
        assert_eq!(
            of(node_postgres, q, Driver::NodePostgres),
            checked(Encrypted::Always, true, Roots::System)
        );
        assert_eq!(
            of(postgres_js, q, Driver::PostgresJs),
            plain(Encrypted::Always)
        );
        assert_eq!(
            of(sqlx, "sslmode=require&sslrootcert=ca.pem", Driver::Sqlx),
            plain(Encrypted::Always)
        );
        assert_eq!(
            of(libpq, "sslmode=require&sslrootcert=ca.pem", Driver::Libpq),
            checked(Encrypted::Always, false, Roots::File)
        );
    }

    #[test]
    fn nothing_said_means_many_things_too() {
        assert_eq!(of(libpq, "", Driver::Libpq), plain(Encrypted::IfOffered));
        assert_eq!(of(node_postgres, "", Driver::NodePostgres), NEVER);
        assert_eq!(of(lib_pq, "", Driver::LibPq), plain(Encrypted::Always));
        assert_eq!(
            of(ecto, "ssl=true", Driver::Ecto),
            checked(Encrypted::Always, true, Roots::System)
        );
    }
}

//! What a server's error means: the one place that turns SQLSTATE, routine and text into a failure
//! category.
//!
//! SQLSTATE and routine are not translated, the text is (`lc_messages`), so the text only refines.
//! Sources: `src/backend/libpq/auth.c`, `src/backend/tcop/backend_startup.c` and
//! `src/backend/storage/lmgr/proc.c` of PostgreSQL, `src/client.c` of PgBouncer, and
//! <https://www.postgresql.org/docs/current/errcodes-appendix.html>.

use connlint_probe_api::ServerError;

/// A failure's category, shared by name with error triage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it, and they are the contract")]
pub enum Category {
    DnsNotFound,
    DnsTemporary,
    TcpTimeout,
    TcpRefused,
    ServerUnreachable,
    ServerFirewall,
    TlsRequired,
    TlsUnsupportedByServer,
    TlsCertUntrusted,
    TlsHostnameMismatch,
    UsernameFormat,
    UserUnknown,
    DatabaseMissing,
    PermissionDenied,
    TooManyConnections,
    ServerStartingOrStopping,
    AdminShutdown,
    ConnectionDropped,
    NotPostgres,
    Other,
}

impl Category {
    /// The kebab-case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DnsNotFound => "dns-not-found",
            Self::DnsTemporary => "dns-temporary",
            Self::TcpTimeout => "tcp-timeout",
            Self::TcpRefused => "tcp-refused",
            Self::ServerUnreachable => "server-unreachable",
            Self::ServerFirewall => "server-firewall",
            Self::TlsRequired => "tls-required",
            Self::TlsUnsupportedByServer => "tls-unsupported-by-server",
            Self::TlsCertUntrusted => "tls-cert-untrusted",
            Self::TlsHostnameMismatch => "tls-hostname-mismatch",
            Self::UsernameFormat => "username-format",
            Self::UserUnknown => "user-unknown",
            Self::DatabaseMissing => "database-missing",
            Self::PermissionDenied => "permission-denied",
            Self::TooManyConnections => "too-many-connections",
            Self::ServerStartingOrStopping => "server-starting-or-stopping",
            Self::AdminShutdown => "admin-shutdown",
            Self::ConnectionDropped => "connection-dropped",
            Self::NotPostgres => "not-postgres",
            Self::Other => "other",
        }
    }
}

/// Whether a failure goes away by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Persistence {
    /// Try again shortly.
    Transient,
    /// Something has to be changed.
    Persistent,
    /// It cannot be told from here.
    Depends,
}

impl Persistence {
    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Persistent => "persistent",
            Self::Depends => "depends",
        }
    }
}

/// What a server's error means.
#[must_use]
pub(crate) fn of_server_error(error: &ServerError) -> (Category, Persistence) {
    use Category as C;
    use Persistence::{Depends, Persistent, Transient};
    let text = error
        .message
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let says = |part: &str| text.contains(part);
    let routine = error.routine.as_deref().unwrap_or_default();
    let state = error.sqlstate.as_deref().unwrap_or_default();

    // Gateways and poolers put everything under one SQLSTATE, so their texts come first.
    if says("username should be in") || says("invalid username specified") {
        return (C::UsernameFormat, Persistent);
    }
    if says("ssl connection is required") || says("ssl required") || says("ssl is required") {
        return (C::TlsRequired, Persistent);
    }
    if says("no pg_hba.conf entry") && (says(", no encryption") || says(", ssl off")) {
        return (C::TlsRequired, Persistent);
    }
    match state {
        // The role does not exist, or may not log in: only said after authentication.
        "28000" if routine == "InitializeSessionUserId" => (C::UserUnknown, Persistent),
        "28000" if says("client certificate") => (C::PermissionDenied, Persistent),
        // "no pg_hba.conf entry", "pg_hba.conf rejects connection", a gateway's firewall.
        "28000" if says("pg_hba.conf") || says("not allowed to access") => {
            (C::ServerFirewall, Persistent)
        }
        // A translated text: this routine raises 28000 for host rules and for client certificates.
        "28000" if routine == "ClientAuthentication" => (C::ServerFirewall, Persistent),
        "28000" | "28P01" | "42501" => (C::PermissionDenied, Persistent),
        "3D000" => (C::DatabaseMissing, Persistent),
        "57P03" if says("hot standby") => (C::ServerStartingOrStopping, Depends),
        "57P03" => (C::ServerStartingOrStopping, Transient),
        "57P01" | "57P02" => (C::AdminShutdown, Transient),
        "53300" => (C::TooManyConnections, Transient),
        "08P01" | "08004" if says("no more connections allowed") || says("too many") => {
            (C::TooManyConnections, Transient)
        }
        "08P01" if says("not allowed") => (C::PermissionDenied, Persistent),
        "08P01" if says("no such database") => (C::DatabaseMissing, Persistent),
        "08P01" if says("no such user") => (C::UserUnknown, Persistent),
        "08000" | "08001" | "08003" | "08004" | "08006" => (C::ConnectionDropped, Transient),
        "58000" | "58030" | "53000" | "53100" | "53200" | "53400" => (C::Other, Transient),
        _ => (C::Other, Depends),
    }
}

/// The address in `no pg_hba.conf entry for host "203.0.113.7", …` and its relatives: where the
/// server saw this connection come from.
#[must_use]
pub(crate) fn client_ip(message: &str) -> Option<std::net::IpAddr> {
    let (_, after) = message.split_once("host \"")?;
    let (quoted, _) = after.split_once('"')?;
    quoted.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(sqlstate: &str, routine: &str, message: &str) -> ServerError {
        ServerError {
            sqlstate: Some(sqlstate.into()),
            severity: Some("FATAL".into()),
            routine: (!routine.is_empty()).then(|| routine.into()),
            message: (!message.is_empty()).then(|| message.into()),
        }
    }

    #[test]
    fn servers_gateways_and_poolers_are_understood() {
        let hba = r#"no pg_hba.conf entry for host "203.0.113.7", user "app", database "app", "#;
        for (state, routine, message, category, persistence) in [
            (
                "28000",
                "ClientAuthentication",
                &*format!("{hba}SSL encryption"),
                "server-firewall",
                "persistent",
            ),
            (
                "28000",
                "ClientAuthentication",
                &*format!("{hba}SSL on"),
                "server-firewall",
                "persistent",
            ),
            (
                "28000",
                "ClientAuthentication",
                &*format!("{hba}no encryption"),
                "tls-required",
                "persistent",
            ),
            (
                "28000",
                "ClientAuthentication",
                &*format!("{hba}SSL off"),
                "tls-required",
                "persistent",
            ),
            (
                "28000",
                "ClientAuthentication",
                "",
                "server-firewall",
                "persistent",
            ),
            (
                "28000",
                "ClientAuthentication",
                "connection requires a valid client certificate",
                "permission-denied",
                "persistent",
            ),
            (
                "28000",
                "ClientAuthentication",
                r#"pg_hba.conf rejects connection for host "203.0.113.7""#,
                "server-firewall",
                "persistent",
            ),
            (
                "28000",
                "InitializeSessionUserId",
                r#"role "app" does not exist"#,
                "user-unknown",
                "persistent",
            ),
            (
                "28000",
                "",
                "Invalid Username specified. Please check the Username and retry connection. The Username should be in <username@hostname> format.",
                "username-format",
                "persistent",
            ),
            (
                "28000",
                "",
                "SSL connection is required. Please specify SSL options and retry.",
                "tls-required",
                "persistent",
            ),
            (
                "28000",
                "",
                "Client from Azure Virtual Networks is not allowed to access the server. Please make sure your Virtual Network is correctly configured.",
                "server-firewall",
                "persistent",
            ),
            (
                "57P03",
                "ProcessStartupPacket",
                "the database system is starting up",
                "server-starting-or-stopping",
                "transient",
            ),
            (
                "57P03",
                "ProcessStartupPacket",
                "",
                "server-starting-or-stopping",
                "transient",
            ),
            (
                "53300",
                "InitProcess",
                "sorry, too many clients already",
                "too-many-connections",
                "transient",
            ),
            (
                "08P01",
                "",
                "no more connections allowed (max_client_conn)",
                "too-many-connections",
                "transient",
            ),
            ("08P01", "", "SSL required", "tls-required", "persistent"),
            (
                "3D000",
                "InitPostgres",
                r#"database "x" does not exist"#,
                "database-missing",
                "persistent",
            ),
            ("XX000", "", "anything", "other", "depends"),
        ] {
            let (c, p) = of_server_error(&error(state, routine, message));
            assert_eq!(
                (c.name(), p.name()),
                (category, persistence),
                "{state} {routine} {message}"
            );
        }
    }

    #[test]
    fn the_address_that_the_server_saw_is_found() {
        let v4 = r#"no pg_hba.conf entry for host "203.0.113.7", user "u", database "d", SSL encryption"#;
        assert_eq!(client_ip(v4), "203.0.113.7".parse().ok());
        let v6 = r#"pg_hba.conf rejects connection for host "2001:db8::7", user "u""#;
        assert_eq!(client_ip(v6), "2001:db8::7".parse().ok());
        assert_eq!(client_ip(r#"no entry for host "[local]", user "u""#), None);
        assert_eq!(client_ip("host \""), None);
    }
}

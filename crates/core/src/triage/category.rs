//! The categories of failure, shared by error messages and the probe.

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// The name does not resolve.
    DnsNotFound,
    /// The name could not be looked up just now.
    DnsTemporary,
    /// Nothing answers.
    TcpTimeout,
    /// The machine answers, but nothing listens on the port.
    TcpRefused,
    /// No way to the network or the machine.
    ServerUnreachable,
    /// The server is reached and turns this client away.
    ServerFirewall,
    /// The server wants TLS, the client did without.
    TlsRequired,
    /// The client wants TLS, the server has none.
    TlsUnsupportedByServer,
    /// The certificate's issuer is not trusted.
    TlsCertUntrusted,
    /// The certificate is for another name.
    TlsHostnameMismatch,
    /// The user name has the wrong form for this product.
    UsernameFormat,
    /// The role does not exist or may not log in.
    UserUnknown,
    /// The password is wrong, or the user does not exist.
    PasswordWrong,
    /// The access token has expired.
    TokenExpired,
    /// The access token is not valid here.
    TokenInvalid,
    /// The database does not exist.
    DatabaseMissing,
    /// The role lacks a right.
    PermissionDenied,
    /// All slots are taken.
    TooManyConnections,
    /// The server starts up, shuts down or recovers.
    ServerStartingOrStopping,
    /// An administrator or the service ended the connection.
    AdminShutdown,
    /// The connection broke off.
    ConnectionDropped,
    /// The client could not read its own settings.
    ClientParseError,
    /// Something answers that is not PostgreSQL.
    NotPostgres,
    /// None of these.
    Other,
}

/// Whether trying again helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Persistence {
    /// It passes: retry.
    Transient,
    /// It stays until something is changed.
    Persistent,
    /// It can be either.
    Depends,
}

impl Persistence {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transient => "transient",
            Self::Persistent => "persistent",
            Self::Depends => "depends",
        }
    }

    /// The value with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Transient, Self::Persistent, Self::Depends]
            .into_iter()
            .find(|p| p.name() == name)
    }
}

/// The part of a connection string that a failure points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PointsAt {
    /// The host.
    Host,
    /// The port.
    Port,
    /// The user name.
    User,
    /// The password.
    Password,
    /// The database name.
    Database,
    /// The TLS mode.
    Sslmode,
    /// No part of it.
    None,
}

impl PointsAt {
    /// The name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Port => "port",
            Self::User => "user",
            Self::Password => "password",
            Self::Database => "database",
            Self::Sslmode => "sslmode",
            Self::None => "none",
        }
    }
}

impl Category {
    /// Every category, in the order of the documentation.
    pub const ALL: &'static [Self] = &[
        Self::DnsNotFound,
        Self::DnsTemporary,
        Self::TcpTimeout,
        Self::TcpRefused,
        Self::ServerUnreachable,
        Self::ServerFirewall,
        Self::TlsRequired,
        Self::TlsUnsupportedByServer,
        Self::TlsCertUntrusted,
        Self::TlsHostnameMismatch,
        Self::UsernameFormat,
        Self::UserUnknown,
        Self::PasswordWrong,
        Self::TokenExpired,
        Self::TokenInvalid,
        Self::DatabaseMissing,
        Self::PermissionDenied,
        Self::TooManyConnections,
        Self::ServerStartingOrStopping,
        Self::AdminShutdown,
        Self::ConnectionDropped,
        Self::ClientParseError,
        Self::NotPostgres,
        Self::Other,
    ];

    /// The name used in JSON.
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
            Self::PasswordWrong => "password-wrong",
            Self::TokenExpired => "token-expired",
            Self::TokenInvalid => "token-invalid",
            Self::DatabaseMissing => "database-missing",
            Self::PermissionDenied => "permission-denied",
            Self::TooManyConnections => "too-many-connections",
            Self::ServerStartingOrStopping => "server-starting-or-stopping",
            Self::AdminShutdown => "admin-shutdown",
            Self::ConnectionDropped => "connection-dropped",
            Self::ClientParseError => "client-parse-error",
            Self::NotPostgres => "not-postgres",
            Self::Other => "other",
        }
    }

    /// The category with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.name() == name)
    }

    /// Whether trying again helps.
    #[must_use]
    pub const fn persistence(self) -> Persistence {
        match self {
            Self::DnsTemporary
            | Self::TooManyConnections
            | Self::ServerStartingOrStopping
            | Self::AdminShutdown
            | Self::ConnectionDropped => Persistence::Transient,
            Self::TcpTimeout | Self::ServerUnreachable | Self::TcpRefused | Self::Other => {
                Persistence::Depends
            }
            _ => Persistence::Persistent,
        }
    }

    /// The part of the string that it points at.
    #[must_use]
    pub const fn points_at(self) -> PointsAt {
        match self {
            Self::DnsNotFound
            | Self::DnsTemporary
            | Self::TcpTimeout
            | Self::ServerUnreachable
            | Self::TlsHostnameMismatch => PointsAt::Host,
            Self::TcpRefused | Self::NotPostgres => PointsAt::Port,
            Self::TlsRequired | Self::TlsUnsupportedByServer | Self::TlsCertUntrusted => {
                PointsAt::Sslmode
            }
            Self::UsernameFormat | Self::UserUnknown => PointsAt::User,
            Self::PasswordWrong | Self::TokenExpired | Self::TokenInvalid => PointsAt::Password,
            Self::DatabaseMissing | Self::PermissionDenied => PointsAt::Database,
            _ => PointsAt::None,
        }
    }

    /// What it means, in one sentence.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::DnsNotFound => "The host name does not resolve to an address.",
            Self::DnsTemporary => "The host name could not be looked up just now.",
            Self::TcpTimeout => "Nothing answers at this address and port.",
            Self::TcpRefused => "The machine answers, but nothing listens on this port.",
            Self::ServerUnreachable => "There is no way to this address from here.",
            Self::ServerFirewall => "The server is there and turns this client's address away.",
            Self::TlsRequired => {
                "The server takes only connections with TLS, and this one came without."
            }
            Self::TlsUnsupportedByServer => {
                "The server offers no TLS, and this string insists on it."
            }
            Self::TlsCertUntrusted => {
                "The server's certificate comes from an issuer that is not trusted."
            }
            Self::TlsHostnameMismatch => "The server's certificate is for another host name.",
            Self::UsernameFormat => "The server wants the user name as user@servername.",
            Self::UserUnknown => "The server does not know this user, or does not let it log in.",
            Self::PasswordWrong => "The server does not accept this user with this password.",
            Self::TokenExpired => "The access token used as the password has expired.",
            Self::TokenInvalid => {
                "The access token used as the password is not valid for this server."
            }
            Self::DatabaseMissing => "The server has no database of this name.",
            Self::PermissionDenied => "The user may not do this on the server.",
            Self::TooManyConnections => "All connection slots of the server are taken.",
            Self::ServerStartingOrStopping => {
                "The server is starting up, shutting down or recovering."
            }
            Self::AdminShutdown => {
                "The server ended the connection: a restart, a failover or an administrator."
            }
            Self::ConnectionDropped => "The connection broke off before it was ready.",
            Self::ClientParseError => "The client could not read its connection settings.",
            Self::NotPostgres => "Something answers on this port, but it is not PostgreSQL.",
            Self::Other => "The connection failed for a reason that connlint does not know.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        for category in Category::ALL {
            assert_eq!(Category::from_name(category.name()), Some(*category));
            assert!(category.summary().ends_with('.'));
        }
    }
}

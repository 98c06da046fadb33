//! The meanings that keywords have, whatever a dialect calls them.

/// What a keyword means, in libpq's terms; each dialect maps its own spellings to these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Param {
    /// Host name, address or socket directory (a list in some dialects).
    Host,
    /// Numeric address that skips name resolution (libpq's `hostaddr`).
    HostAddr,
    /// Port number (a list in some dialects).
    Port,
    /// User name.
    User,
    /// Password.
    Password,
    /// Database name.
    Database,
    /// TLS mode.
    SslMode,
    /// JDBC's and others' `ssl` switch.
    Ssl,
    /// File with the trusted root certificates.
    SslRootCert,
    /// Npgsql's Trust Server Certificate.
    TrustServerCertificate,
    /// pgJDBC's socket factory, which decides what is verified.
    SslFactory,
    /// Another secret: key passwords, OAuth client secrets.
    OtherSecret,
    /// Known to the dialect, without a rule that needs to tell it apart.
    Known,
    /// Not known to the dialect.
    Unknown,
}

impl Param {
    /// What people call it in a sentence.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Host | Self::HostAddr => "host",
            Self::Port => "port",
            Self::User => "user name",
            Self::Password | Self::OtherSecret => "password",
            Self::Database => "database name",
            _ => "value",
        }
    }

    /// Whether its value must never be shown.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::OtherSecret)
    }
}

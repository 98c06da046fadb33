//! What a caller asks for. There is no place for a password, on purpose.

use crate::{Host, HostError};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A request to probe one server, or the several hosts of one connection string.
///
/// Unknown fields are refused. [`ProbeRequest::validate`] checks the lengths.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProbeRequest {
    /// The hosts in the order of the connection string: 1 to [`ProbeRequest::MAX_HOSTS`].
    pub hosts: Vec<HostPort>,
    /// The user to name in the startup message, at most 63 bytes; a placeholder is sent if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The database to name, at most 63 bytes; the user's name is sent if absent, as drivers do,
    /// and `postgres` if there is no user either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// How the driver would use TLS.
    #[serde(default)]
    pub sslmode: SslMode,
    /// How TLS begins.
    #[serde(default, skip_serializing_if = "SslNegotiation::is_default")]
    pub sslnegotiation: SslNegotiation,
    /// Repeat the probe for a while, to tell a blip from an outage; one look if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<Watch>,
}

/// libpq's `sslnegotiation` (PostgreSQL 17),
/// see <https://www.postgresql.org/docs/current/libpq-connect.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SslNegotiation {
    /// PostgreSQL's own request for TLS comes first.
    #[default]
    Postgres,
    /// The TLS handshake comes at once; servers take it since PostgreSQL 17.
    Direct,
}

impl SslNegotiation {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// For how long a probe is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// Seconds from the first look to the last, [`Watch::MIN`] to [`Watch::MAX`]. The pause between
    /// looks is the probe's to choose.
    pub seconds: u16,
}

impl Watch {
    /// The shortest watch, in seconds.
    pub const MIN: u16 = 5;
    /// The longest watch, in seconds.
    pub const MAX: u16 = 600;
}

/// One host and its port.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HostPort {
    /// A host name or an IP address, at most 253 bytes.
    pub host: String,
    /// The TCP port, 1 to 65535.
    #[serde(default = "default_port")]
    pub port: u16,
}

const fn default_port() -> u16 {
    ProbeRequest::DEFAULT_PORT
}

/// libpq's `sslmode`, see <https://www.postgresql.org/docs/current/libpq-ssl.html>.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    /// No TLS: the startup message is sent in clear.
    Disable,
    /// Clear first, TLS if the server insists. The probe asks for TLS first, as it tells more.
    Allow,
    /// TLS if the server offers it; libpq's default.
    #[default]
    Prefer,
    /// TLS or nothing, without checking the certificate.
    Require,
    /// The certificate's chain has to lead to a known root.
    VerifyCa,
    /// As `verify-ca`, and the certificate has to name the host.
    VerifyFull,
}

impl SslMode {
    /// All modes, weakest first.
    pub const ALL: [Self; 6] = [
        Self::Disable,
        Self::Allow,
        Self::Prefer,
        Self::Require,
        Self::VerifyCa,
        Self::VerifyFull,
    ];

    /// The name that connection strings use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    /// The mode of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `Debug` tells the request's shape and none of its values: a host, user or database in a log is
/// personal data.
impl fmt::Debug for ProbeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProbeRequest")
            .field("hosts", &self.hosts.len())
            .field("user", &self.user.is_some())
            .field("database", &self.database.is_some())
            .field("sslmode", &self.sslmode)
            .field("sslnegotiation", &self.sslnegotiation)
            .field("watch", &self.watch)
            .finish()
    }
}

impl fmt::Debug for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostPort(..:{})", self.port)
    }
}

/// Why a well-formed request is refused. Carries no value of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// No host, or more than [`ProbeRequest::MAX_HOSTS`].
    HostCount,
    /// The host with this index is not one.
    Host(usize, HostError),
    /// The host with this index has port 0.
    Port(usize),
    /// The user is empty, longer than 63 bytes, or contains a NUL.
    User,
    /// The database is empty, longer than 63 bytes, or contains a NUL.
    Database,
    /// The watch is shorter than [`Watch::MIN`] or longer than [`Watch::MAX`].
    Watch,
}

impl RequestError {
    /// The stable name of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HostCount => "request.hosts",
            Self::Host(..) => "request.host",
            Self::Port(_) => "request.port",
            Self::User => "request.user",
            Self::Database => "request.database",
            Self::Watch => "request.watch",
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HostCount => write!(f, "Give 1 to {} hosts.", ProbeRequest::MAX_HOSTS),
            Self::Host(_, error) => error.fmt(f),
            Self::Port(_) => f.write_str("Port 0 cannot be connected to. Give a port from 1 to 65535."),
            Self::User => f.write_str(
                "The user has to be 1 to 63 bytes long, as PostgreSQL's names are, without a NUL.",
            ),
            Self::Database => f.write_str(
                "The database has to be 1 to 63 bytes long, as PostgreSQL's names are, without a NUL.",
            ),
            Self::Watch => write!(
                f,
                "A watch takes {} to {} seconds.",
                Watch::MIN,
                Watch::MAX
            ),
        }
    }
}

impl core::error::Error for RequestError {}

impl ProbeRequest {
    /// The most hosts that one request may have.
    pub const MAX_HOSTS: usize = 4;
    /// The longest user and database in bytes (PostgreSQL's `NAMEDATALEN` less one).
    pub const MAX_NAME: usize = 63;
    /// PostgreSQL's port.
    pub const DEFAULT_PORT: u16 = 5432;

    /// A request for one host with everything else left to the defaults.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            hosts: vec![HostPort {
                host: host.into(),
                port,
            }],
            user: None,
            database: None,
            sslmode: SslMode::default(),
            sslnegotiation: SslNegotiation::default(),
            watch: None,
        }
    }

    /// Checks counts, lengths and the hosts' spelling, and gives the hosts as the probe reads them.
    ///
    /// # Errors
    /// [`RequestError`] for the first thing that is wrong; its text contains no value.
    pub fn validate(&self) -> Result<Vec<(Host, u16)>, RequestError> {
        if self.hosts.is_empty() || self.hosts.len() > Self::MAX_HOSTS {
            return Err(RequestError::HostCount);
        }
        let name_is_fine =
            |s: &String| !s.is_empty() && s.len() <= Self::MAX_NAME && !s.contains('\0');
        if !self.user.as_ref().is_none_or(name_is_fine) {
            return Err(RequestError::User);
        }
        if !self.database.as_ref().is_none_or(name_is_fine) {
            return Err(RequestError::Database);
        }
        if !self
            .watch
            .is_none_or(|w| (Watch::MIN..=Watch::MAX).contains(&w.seconds))
        {
            return Err(RequestError::Watch);
        }
        let read = |(index, at): (usize, &HostPort)| {
            let host = Host::parse(&at.host).map_err(|e| RequestError::Host(index, e))?;
            if at.port == 0 {
                return Err(RequestError::Port(index));
            }
            Ok((host, at.port))
        };
        self.hosts.iter().enumerate().map(read).collect()
    }
}

/// Names of fields that carry a secret somewhere in the PostgreSQL world, lower case, without
/// `_` and `-`.
pub const SECRET_FIELDS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "pgpassword",
    "passfile",
    "sslpassword",
    "sslkey",
    "secret",
    "clientsecret",
    "oauthclientsecret",
    "token",
    "accesstoken",
    "credential",
    "credentials",
    "key",
    "apikey",
    "connectionstring",
    "dsn",
    "url",
    "uri",
    "conninfo",
];

/// Whether a JSON field of this name may carry a secret, whatever its spelling (`PGPASSWORD`,
/// `ssl_password`, `accessToken`). Whole connection strings count: they carry the password.
#[must_use]
pub fn is_secret_field(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    SECRET_FIELDS.contains(&plain.as_str()) || plain.contains("password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_request_takes_the_defaults() {
        let request: ProbeRequest =
            serde_json::from_str(r#"{"hosts":[{"host":"db.example.invalid"}]}"#).unwrap();
        assert_eq!(request.hosts[0].port, 5432);
        assert_eq!(request.sslmode, SslMode::Prefer);
        assert_eq!(
            request.validate(),
            Ok(vec![(Host::Name("db.example.invalid".into()), 5432)])
        );
    }

    #[test]
    fn unknown_fields_are_refused() {
        for body in [
            r#"{"hosts":[{"host":"h"}],"password":"x"}"#,
            r#"{"hosts":[{"host":"h","password":"x"}]}"#,
            r#"{"hosts":[{"host":"h"}],"colour":"red"}"#,
        ] {
            assert!(
                serde_json::from_str::<ProbeRequest>(body).is_err(),
                "{body}"
            );
        }
    }

    #[test]
    fn lengths_are_capped() {
        let mut request = ProbeRequest::new("h", 5432);
        request.user = Some("u".repeat(63));
        assert!(request.validate().is_ok());
        request.user = Some("u".repeat(64));
        assert_eq!(request.validate(), Err(RequestError::User));
        request.user = Some("a\0b".into());
        assert_eq!(request.validate(), Err(RequestError::User));
        request.user = None;
        request.database = Some(String::new());
        assert_eq!(request.validate(), Err(RequestError::Database));
        assert_eq!(
            ProbeRequest::new("h", 0).validate(),
            Err(RequestError::Port(0))
        );
        let mut many = ProbeRequest::new("h", 1);
        many.hosts = vec![many.hosts[0].clone(); 5];
        assert_eq!(many.validate(), Err(RequestError::HostCount));
    }

    #[test]
    fn secret_fields_are_known_in_every_spelling() {
        for name in [
            "password",
            "PassWord",
            "PGPASSWORD",
            "ssl_password",
            "pwd",
            "access-token",
            "user_password_2",
        ] {
            assert!(is_secret_field(name), "{name}");
        }
        for name in ["hosts", "host", "port", "user", "database", "sslmode"] {
            assert!(!is_secret_field(name), "{name}");
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let mut request = ProbeRequest::new("db.example.invalid", 5432);
        request.user = Some("someone".into());
        let text = format!("{request:?} {:?}", request.hosts);
        assert!(
            !text.contains("example") && !text.contains("someone"),
            "{text}"
        );
    }

    #[test]
    fn modes_have_the_names_of_libpq() {
        for mode in SslMode::ALL {
            assert_eq!(SslMode::from_name(mode.name()), Some(mode));
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{mode}\""));
        }
    }
}

//! What the probe tells while it works: one event a line.

use crate::{RoundLine, SslMode, VerdictLine};
use serde::{Deserialize, Serialize};

/// A step of the probe. Steps up to `Address` belong to a host, the later ones to one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// May this target be probed at all?
    Policy,
    /// Which addresses does the name have?
    Dns,
    /// May this address be connected to?
    Address,
    /// Does the port take connections?
    Tcp,
    /// Does a PostgreSQL server answer, and does it offer TLS?
    Sslrequest,
    /// The TLS handshake and the certificate.
    Tls,
    /// The server's first answer to a startup message.
    Startup,
    /// Leaving politely.
    Close,
    /// A stage that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 8] = [
        Self::Policy,
        Self::Dns,
        Self::Address,
        Self::Tcp,
        Self::Sslrequest,
        Self::Tls,
        Self::Startup,
        Self::Close,
    ];

    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Dns => "dns",
            Self::Address => "address",
            Self::Tcp => "tcp",
            Self::Sslrequest => "sslrequest",
            Self::Tls => "tls",
            Self::Startup => "startup",
            Self::Close => "close",
            Self::Unknown => "unknown",
        }
    }
}

/// How a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It begins.
    Start,
    /// It ended well.
    Ok,
    /// It ended, the probe goes on, and there is something to know.
    Warn,
    /// A driver with this `sslmode` would stop here. Where more can be learned, the probe goes on.
    Fail,
    /// It was not tried, and the code says why.
    Skip,
    /// A state that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

/// One line of the stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Counts from 0 without gaps.
    pub seq: u32,
    /// Microseconds since the probe began, from a monotonic clock.
    pub t_us: u64,
    /// The step.
    pub stage: Stage,
    /// The row: the text of the socket address (`192.0.2.1:5432`, `[2001:db8::1]:5432`), with `#2`
    /// and so on behind it if several hosts of the request lead to the same one. Null for events
    /// about a host as a whole.
    pub address: Option<String>,
    /// In a watch, which look this is, from 1; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    /// How the step stands.
    pub state: State,
    /// A stable name of what was seen, such as `tcp.refused`; null for `start`.
    pub code: Option<String>,
    /// `transient`, `persistent` or `depends`; null where nothing failed.
    pub persistence: Option<String>,
    /// The failure's category as in error triage, such as `tcp-refused`; null where nothing failed.
    pub category: Option<String>,
    /// What was seen, field by field.
    pub detail: Detail,
}

/// The facts behind an event. Only what was seen is present; there are no placeholder values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Detail {
    /// One plain sentence for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How long the step took, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dur_us: Option<u64>,
    /// The host that the event is about, as the probe read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Its port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// `ipv4` or `ipv6`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The names that DNS led through, from the host's own to the last alias.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// The addresses found, in the order of the answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// The product that the names and addresses point at, a target name such as `azure-flexible`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// How that server is reached, as DNS shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// True for the address that libpq would try first, as `getaddrinfo` sorts at the probe; absent
    /// for all of a host where that is not certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried_first: Option<bool>,
    /// Why an address may not be connected to, such as `link-local`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The TLS session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// The certificate that the server presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// The further certificates that it sent, each the issuer of the one before, at most 5.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issuers: Vec<Certificate>,
    /// The name of the root certificate that has to be in `sslrootcert` for `verify-ca` and
    /// `verify-full`, as far as the chain tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_needed: Option<String>,
    /// What libpq would make of the TLS side at each `sslmode`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<ModeView>,
    /// The way to prove one's identity that the server asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// What answered instead of, or in front of, a PostgreSQL server: `pgbouncer`, `odyssey`,
    /// `pooler`, `azure-gateway`, `http`, `ssh`, `smtp`, `tls` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// The lowest major version that the server, or what stands in front of it, can have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_at_least: Option<u16>,
    /// The error that the server answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerError>,
    /// The address that the server saw the connection come from: the *probe's*, not the visitor's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// True if the startup message went over the network in clear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plaintext: Option<bool>,
    /// True if a placeholder was sent instead of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder_user: Option<bool>,
    /// What this probe has not checked: `password`, `user`, `database`, `permission`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_checked: Vec<String>,
}

/// How a server is reached, as its names and addresses show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Over a public address.
    Public,
    /// Through a private endpoint (a `privatelink` name).
    PrivateEndpoint,
    /// Inside a virtual network (VNet integration).
    Vnet,
    /// Through the regional gateway that servers share.
    Gateway,
    /// A way that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

/// A TLS session as the probe negotiated it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Tls {
    /// `TLSv1.2` or `TLSv1.3`.
    pub version: Option<String>,
    /// The cipher suite's name.
    pub suite: Option<String>,
    /// The application protocol that the server chose; `postgresql` since PostgreSQL 17.
    pub alpn: Option<String>,
    /// Whether the server asked for a client certificate.
    pub client_cert_requested: bool,
}

/// A server's certificate, described.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Certificate {
    /// The subject's common name.
    pub subject: Option<String>,
    /// The issuer's common name.
    pub issuer: Option<String>,
    /// DNS names and addresses that the certificate is for, at most 20.
    pub names: Vec<String>,
    /// Start of the validity, seconds since 1970-01-01 UTC.
    pub not_before: Option<i64>,
    /// End of the validity, seconds since 1970-01-01 UTC.
    pub not_after: Option<i64>,
    /// Whole days until the end of the validity; negative if it is over.
    pub days_left: Option<i64>,
    /// The key, such as `EC P-256` or `RSA 2048`.
    pub key: Option<String>,
    /// SHA-256 of the certificate, lower-case hexadecimal.
    pub sha256: Option<String>,
    /// How many certificates the server sent.
    pub chain_len: usize,
    /// Issuer and subject are the same.
    pub self_signed: bool,
    /// What is wrong with it: `cert.unknown_issuer`, `cert.name_mismatch` and so on; empty if
    /// nothing is.
    pub problems: Vec<String>,
}

/// What libpq would make of the server's TLS at one `sslmode`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModeView {
    /// The mode.
    pub sslmode: SslMode,
    /// Whether libpq would go on.
    pub accepted: bool,
    /// Why not, or what to know.
    pub reason: Option<String>,
}

/// How the server asks a client to prove who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Auth {
    /// The kind of request.
    pub kind: AuthKind,
    /// The SASL mechanisms offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mechanisms: Vec<String>,
}

/// The authentication requests of PostgreSQL's protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AuthKind {
    /// No password is asked for.
    Ok,
    /// A password in clear.
    Cleartext,
    /// An MD5-hashed password.
    Md5,
    /// SASL, in practice SCRAM-SHA-256.
    Sasl,
    /// Kerberos through GSSAPI.
    Gss,
    /// Windows' SSPI.
    Sspi,
    /// A request that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

/// An error that the server answered with, cut down to what is safe to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServerError {
    /// Five characters, see <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    pub sqlstate: Option<String>,
    /// `FATAL`, `ERROR` and so on, not translated.
    pub severity: Option<String>,
    /// The function in the server that raised it; not translated, absent from poolers.
    pub routine: Option<String>,
    /// What the server says: printable characters only, at most 300.
    pub message: Option<String>,
}

/// A line of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[allow(
    clippy::large_enum_variant,
    reason = "lines are read one at a time and never kept in bulk"
)]
pub enum Line {
    /// The last line.
    Verdict(VerdictLine),
    /// The end of one look of a watch.
    Round(RoundLine),
    /// Any other line.
    Event(Event),
}

impl Line {
    /// Rounds all times of the line down to steps of so many microseconds, at least 1.
    pub fn coarsen(&mut self, step_us: u64) {
        let down = |time: &mut u64| *time -= *time % step_us.max(1);
        match self {
            Self::Event(event) => {
                down(&mut event.t_us);
                event.detail.dur_us.iter_mut().for_each(down);
            }
            Self::Round(RoundLine { round }) => {
                down(&mut round.t_us);
                down(&mut round.dur_us);
                round.next_us.iter_mut().for_each(down);
            }
            Self::Verdict(VerdictLine { verdict }) => {
                down(&mut verdict.total_us);
                if let Some(watch) = &mut verdict.watch {
                    down(&mut watch.longest_outage_us);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_a_newer_probe_can_be_read() {
        let line = r#"{"seq":0,"t_us":5,"stage":"quantum","address":null,"state":"maybe","code":"x.y",
            "persistence":null,"category":null,"detail":{"dur_us":3,"novelty":{"a":[1]}},"more":true}"#;
        let Ok(Line::Event(event)) = serde_json::from_str(line) else {
            panic!("not read as an event");
        };
        assert_eq!((event.stage, event.state), (Stage::Unknown, State::Unknown));
        assert_eq!(event.detail.dur_us, Some(3));
    }

    #[test]
    fn an_event_has_all_the_names_of_the_contract_and_its_detail_only_what_was_seen() {
        let event = Event {
            seq: 1,
            t_us: 2,
            stage: Stage::Sslrequest,
            address: None,
            round: None,
            state: State::Start,
            code: None,
            persistence: None,
            category: None,
            detail: Detail::default(),
        };
        assert_eq!(
            serde_json::to_string(&Line::Event(event)).unwrap(),
            r#"{"seq":1,"t_us":2,"stage":"sslrequest","address":null,"state":"start","code":null,"persistence":null,"category":null,"detail":{}}"#
        );
        for stage in Stage::ALL {
            assert_eq!(
                serde_json::to_string(&stage).unwrap(),
                format!("\"{}\"", stage.name())
            );
        }
    }
}

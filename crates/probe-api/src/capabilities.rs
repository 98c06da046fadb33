//! What a probe can do and how far it goes, so that a page can say so before anything is sent.

use crate::Stage;
use serde::{Deserialize, Serialize};

/// The answer of `GET /api/v1/capabilities`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Capabilities {
    /// Version of this JSON, see [`crate::SCHEMA`].
    pub schema: u32,
    /// The probe's version.
    pub version: String,
    /// Who the probe works for.
    pub mode: Mode,
    /// The place that the probe looks from; null if its operator gave it no name.
    pub vantage: Option<Vantage>,
    /// How long a watch may take, in seconds; null if the probe does not watch.
    #[serde(default)]
    pub watch_seconds: Option<u16>,
    /// Host name endings that may be probed, each with its leading dot; an entry without one is a
    /// single host. Null for any.
    pub suffixes: Option<Vec<String>>,
    /// Ports that may be probed; null for any.
    pub ports: Option<Vec<u16>>,
    /// The stages that this probe goes through, in order.
    pub stages: Vec<Stage>,
    /// How much may be asked for.
    pub limits: Limits,
    /// How long each stage may take.
    pub budgets_ms: Budgets,
    /// What the probe sends to a server, in plain words, in order.
    pub sends: Vec<String>,
    /// What the probe never sends.
    pub never_sends: Vec<String>,
}

/// The place that a probe looks from. Servers' firewalls see its address, not the visitor's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Vantage {
    /// A short name for people.
    pub name: String,
    /// The cloud region, such as `westeurope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The network, such as a virtual network's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The addresses that servers see it come from, as its operator states them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub egress: Vec<String>,
}

/// Who a probe works for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The person at this computer: it listens on loopback only.
    Local,
    /// An organisation, inside its own network.
    Private,
    /// Everybody.
    Public,
    /// A mode that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

/// How much may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Limits {
    /// Hosts in one request.
    pub hosts: usize,
    /// Addresses that are tried for one host, per family.
    pub addresses_per_family: usize,
    /// Probes under way at the same time.
    pub in_flight: usize,
    /// Size of a request's body, in bytes.
    pub body_bytes: usize,
}

/// How long each stage may take, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Budgets {
    /// The DNS answer.
    pub dns: u64,
    /// The TCP connection.
    pub tcp: u64,
    /// The answer to the request for TLS.
    pub sslrequest: u64,
    /// The TLS handshake.
    pub tls: u64,
    /// The first answer to the startup message.
    pub startup: u64,
    /// Leaving.
    pub close: u64,
    /// One address, all stages.
    pub address: u64,
    /// The whole request.
    pub total: u64,
}

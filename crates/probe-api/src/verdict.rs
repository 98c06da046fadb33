//! What the probe concludes: the last line of the answer.

use crate::{ModeView, Stage};
use serde::{Deserialize, Serialize};

/// The last line: `{"verdict": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerdictLine {
    /// The conclusion.
    pub verdict: Verdict,
}

/// The conclusion over all hosts and addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// What came out.
    pub outcome: Outcome,
    /// Whether a PostgreSQL server asked who we are: network, TLS and the server's host rules let
    /// this probe through. Says nothing about password, user and database.
    pub reachable: bool,
    /// The code of the event that decided.
    pub code: String,
    /// The stage that decided; `startup` if the whole way was gone.
    pub stage: Stage,
    /// The row that decided, as in [`crate::Event::address`].
    pub address: Option<String>,
    /// The failure's category, null if nothing failed.
    pub category: Option<String>,
    /// `transient`, `persistent` or `depends`, null if nothing failed.
    pub persistence: Option<String>,
    /// One plain sentence.
    pub summary: String,
    /// What to do or to look at next, most promising first.
    pub next: Vec<String>,
    /// What was not checked: `password`, `user`, `database`, `permission`.
    pub not_checked: Vec<String>,
    /// The address that the server saw the connection come from: the *probe's*, not the visitor's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// What libpq would make of the TLS side at each `sslmode`, for the row that decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<ModeView>,
    /// What a watch came to; absent if there was one look only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch: Option<WatchVerdict>,
    /// One entry a row: hosts in the order of the request, addresses in that in which libpq
    /// would try them.
    pub rows: Vec<Row>,
    /// How long all of it took, in microseconds.
    pub total_us: u64,
}

/// The line at the end of one look of a watch: `{"round": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoundLine {
    /// How the look came out.
    pub round: Round,
}

/// One look of a watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Round {
    /// Which one, from 1; as in [`crate::Event::round`].
    pub number: u32,
    /// When it began, in microseconds since the watch began.
    pub t_us: u64,
    /// How long it took, in microseconds.
    pub dur_us: u64,
    /// What came out.
    pub outcome: Outcome,
    /// The server asked who we are.
    pub reachable: bool,
    /// The code of the event that decided.
    pub code: String,
    /// The failure's category, null if nothing failed.
    pub category: Option<String>,
    /// `transient`, `persistent` or `depends`, null if nothing failed.
    pub persistence: Option<String>,
    /// When the next look begins, in microseconds since the watch began; null after the last.
    pub next_us: Option<u64>,
}

/// What the looks of a watch say together. Azure's advice is to take an error that lasts longer
/// than 60 seconds for persistent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WatchVerdict {
    /// The kind of trouble.
    pub kind: WatchKind,
    /// How many looks there were.
    pub rounds: u32,
    /// How many of them found the server out of reach.
    pub failed: u32,
    /// The longest time without a look that succeeded, in microseconds: from the first look that
    /// failed to the next one that succeeded, or to the end of the watch.
    pub longest_outage_us: u64,
    /// True if the server was out of reach when the watch ended.
    pub ongoing: bool,
}

/// The kinds of trouble that a watch tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WatchKind {
    /// Every look succeeded.
    Steady,
    /// One outage that ended by itself and was seen for no more than a minute.
    Transient,
    /// Seen out of reach for longer than a minute, or twice by the same failure that does not end by
    /// itself; a watch ends early then.
    Persistent,
    /// Several outages.
    Flapping,
    /// Out of reach at the end, and not for long enough to judge.
    Undecided,
    /// A kind that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

impl WatchKind {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Transient => "transient",
            Self::Persistent => "persistent",
            Self::Flapping => "flapping",
            Self::Undecided => "undecided",
            Self::Unknown => "unknown",
        }
    }
}

/// How one address fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Row {
    /// As in [`crate::Event::address`]; null for a host that led to no address.
    pub address: Option<String>,
    /// The host that led here.
    pub host: String,
    /// What came out.
    pub outcome: Outcome,
    /// The last stage reached.
    pub stage: Stage,
    /// The code of the event that decided.
    pub code: String,
    /// The failure's category, null if nothing failed.
    pub category: Option<String>,
    /// `transient`, `persistent` or `depends`, null if nothing failed.
    pub persistence: Option<String>,
}

/// The kinds of conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The server asks for a password or another proof.
    ReachableReady,
    /// The server let us in without any proof.
    ReachablePasswordless,
    /// A server answers, with an error.
    ReachableRejecting,
    /// A server answers, and TLS is what stands in the way.
    TlsProblem,
    /// Something else than PostgreSQL listens there.
    NotPostgres,
    /// No connection, or no answer.
    Unreachable,
    /// The name leads nowhere.
    DnsProblem,
    /// The probe's own rules forbid this target.
    DeniedByPolicy,
    /// The probe itself failed.
    ProbeFault,
    /// An outcome that this version of the crate does not know.
    #[serde(other)]
    Unknown,
}

impl Outcome {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReachableReady => "reachable-ready",
            Self::ReachablePasswordless => "reachable-passwordless",
            Self::ReachableRejecting => "reachable-rejecting",
            Self::TlsProblem => "tls-problem",
            Self::NotPostgres => "not-postgres",
            Self::Unreachable => "unreachable",
            Self::DnsProblem => "dns-problem",
            Self::DeniedByPolicy => "denied-by-policy",
            Self::ProbeFault => "probe-fault",
            Self::Unknown => "unknown",
        }
    }
}

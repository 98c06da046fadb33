//! What a server's error means: a thin layer over `connlint_core::triage`, which pasted error
//! messages go through as well, so that both give the same category and the same advice.

use connlint_core::azure::AzureHost;
use connlint_core::triage::{self, Situation};
pub use connlint_core::triage::{Category, Persistence};
use connlint_probe_api::ServerError;
use std::net::IpAddr;

/// What a server's error tells.
pub(crate) struct Meaning {
    pub(crate) category: Category,
    pub(crate) persistence: Persistence,
    /// Where the server saw the connection come from.
    pub(crate) client_ip: Option<IpAddr>,
}

/// What a server's error means.
#[must_use]
pub(crate) fn of_server_error(error: &ServerError) -> Meaning {
    let (category, evidence) = triage::classify(&triage::ServerError {
        sqlstate: error.sqlstate.as_deref().unwrap_or_default(),
        routine: error.routine.as_deref().unwrap_or_default(),
        message: error.message.as_deref().unwrap_or_default(),
    });
    Meaning {
        category,
        persistence: category.persistence(),
        client_ip: evidence.client_ip.and_then(|ip| ip.parse().ok()),
    }
}

/// What to do about a failure that the probe saw itself, beyond what its code says: the steps that
/// are particular to Azure, for hosts of Azure.
pub(crate) fn azure_steps(category: Category, situation: &Situation) -> Vec<String> {
    let host = situation.host.as_deref().unwrap_or_default();
    if AzureHost::parse(host).is_none() {
        return Vec::new();
    }
    next(category, situation)
}

/// What to do about it, most promising first.
pub(crate) fn next(category: Category, situation: &Situation) -> Vec<String> {
    let line = |step: triage::Step| match step.command {
        Some(command) => format!("{} {command}", step.text),
        None => step.text,
    };
    triage::advise(category, situation)
        .steps
        .into_iter()
        .map(line)
        .collect()
}

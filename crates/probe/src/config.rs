//! What a probe is made of: rules, time limits, DNS, trusted roots.

use crate::{Policy, Resolve, Roots, SystemDns};
use connlint_probe_api::{Budgets, Mode};
use std::sync::Arc;
use std::time::Duration;

/// The parts of a [`crate::Prober`]; every one can be replaced, which is how tests stay on loopback.
#[derive(Clone)]
pub struct ProbeConfig {
    /// Which targets may be probed.
    pub policy: Policy,
    /// How long each stage may take.
    pub budgets: StageBudgets,
    /// Who may have signed a server's certificate.
    pub roots: Roots,
    /// Who turns names into addresses.
    pub dns: Arc<dyn Resolve>,
    /// How many.
    pub tuning: Tuning,
}

impl ProbeConfig {
    /// A probe for the person at this computer: this computer's DNS and hosts file, the roots that
    /// browsers trust, and [`Policy::local`].
    #[must_use]
    pub fn local() -> Self {
        Self::with_policy(Policy::local())
    }

    /// A probe with these rules. Names are looked up exactly as they are given unless the rules are
    /// for the person at this computer: a search list or a hosts file could make something else of
    /// a name that the rules allow.
    #[must_use]
    pub fn with_policy(policy: Policy) -> Self {
        let dns = match policy.mode {
            Mode::Local => SystemDns::local(),
            _ => SystemDns::exact(),
        };
        Self {
            policy,
            budgets: StageBudgets::default(),
            roots: Roots::bundled(),
            dns: Arc::new(dns),
            tuning: Tuning::default(),
        }
    }
}

/// Numbers that are limits, not times.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Addresses that are tried for one host, per family.
    pub addresses_per_family: usize,
    /// Addresses that are probed at the same time in one request.
    pub rows_at_once: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            addresses_per_family: 2,
            rows_at_once: 4,
        }
    }
}

/// How long each stage may take before it counts as failed.
#[derive(Clone, Copy, Debug)]
pub struct StageBudgets {
    /// The DNS answer, both families together.
    pub dns: Duration,
    /// The TCP connection.
    pub tcp: Duration,
    /// The one byte that answers the request for TLS.
    pub sslrequest: Duration,
    /// The TLS handshake.
    pub tls: Duration,
    /// The first answer to the startup message.
    pub startup: Duration,
    /// Leaving.
    pub close: Duration,
    /// One address, all stages.
    pub address: Duration,
    /// The whole request.
    pub total: Duration,
}

impl Default for StageBudgets {
    fn default() -> Self {
        Self {
            dns: Duration::from_secs(3),
            tcp: Duration::from_secs(3),
            sslrequest: Duration::from_secs(3),
            tls: Duration::from_secs(4),
            startup: Duration::from_secs(4),
            close: Duration::from_millis(500),
            address: Duration::from_secs(10),
            total: Duration::from_secs(20),
        }
    }
}

impl StageBudgets {
    /// The same in milliseconds, for [`connlint_probe_api::Capabilities`].
    #[must_use]
    pub fn to_api(&self) -> Budgets {
        let ms = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        Budgets {
            dns: ms(self.dns),
            tcp: ms(self.tcp),
            sslrequest: ms(self.sslrequest),
            tls: ms(self.tls),
            startup: ms(self.startup),
            close: ms(self.close),
            address: ms(self.address),
            total: ms(self.total),
        }
    }
}

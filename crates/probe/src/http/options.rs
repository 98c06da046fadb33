//! What an operator decides about the HTTP side: how much callers may ask, and who they are.

use super::audit::Audit;
use super::base::BasePath;
use super::guard::Origin;
use super::token::Token;
use connlint_probe_api::{Mode, Vantage, Watch};
use ipnet::IpNet;
use std::time::Duration;

/// So many in a minute, and so many of them at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In a minute, at least 1.
    pub per_minute: u32,
    /// At once after a pause, at least 1.
    pub burst: u32,
}

impl Rate {
    const fn new(per_minute: u32, burst: u32) -> Self {
        Self { per_minute, burst }
    }
}

/// How many different targets a client may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distinct {
    /// So many.
    pub most: usize,
    /// Within this time.
    pub within: Duration,
}

/// How long and how often a server may be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchLimits {
    /// The longest watch, in seconds; at most [`Watch::MAX`].
    pub seconds: u16,
    /// Watches under way at the same time.
    pub at_once: usize,
    /// Watches of one client at the same time.
    pub per_client: usize,
}

/// How much callers may ask. What is `None` has no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallerLimits {
    /// Requests of one client: an IPv4 address or an IPv6 /64.
    pub client: Option<Rate>,
    /// Probes of one target.
    pub target: Option<Rate>,
    /// Probes into one network of targets: an IPv4 /24 or an IPv6 /48.
    pub network: Option<Rate>,
    /// Different targets that one client names.
    pub distinct: Option<Distinct>,
    /// All probes of a second.
    pub per_second: u32,
    /// All probes at the same time.
    pub in_flight: usize,
    /// Whether a host counts as one target, whatever the port. Otherwise each port is one.
    pub host_is_target: bool,
    /// Watches; `None` if there are none.
    pub watches: Option<WatchLimits>,
    /// How long a finished answer is given to the next who asks the same; zero for not at all.
    pub keep: Duration,
    /// How many clients, targets and networks are remembered, each. Who would be one more is told to
    /// come back later.
    pub keys: usize,
}

impl CallerLimits {
    /// What fits this mode.
    #[must_use]
    pub fn of(mode: Mode) -> Self {
        match mode {
            // One person at their own computer: only what keeps a runaway script in bounds.
            Mode::Local => Self {
                client: Some(Rate::new(600, 100)),
                target: Some(Rate::new(300, 50)),
                network: None,
                distinct: None,
                per_second: 50,
                in_flight: 16,
                host_is_target: false,
                watches: Some(WatchLimits {
                    seconds: Watch::MAX,
                    at_once: 4,
                    per_client: 4,
                }),
                keep: Duration::ZERO,
                keys: 1 << 12,
            },
            Mode::Private => Self {
                client: Some(Rate::new(30, 10)),
                target: Some(Rate::new(12, 4)),
                network: Some(Rate::new(120, 30)),
                distinct: Some(Distinct {
                    most: 50,
                    within: Duration::from_secs(600),
                }),
                per_second: 30,
                in_flight: 64,
                host_is_target: true,
                watches: Some(WatchLimits {
                    seconds: Watch::MAX,
                    at_once: 16,
                    per_client: 2,
                }),
                keep: Duration::ZERO,
                keys: 1 << 16,
            },
            Mode::Public | Mode::Unknown => Self {
                client: Some(Rate::new(6, 3)),
                target: Some(Rate::new(6, 2)),
                network: Some(Rate::new(20, 5)),
                distinct: Some(Distinct {
                    most: 10,
                    within: Duration::from_secs(600),
                }),
                per_second: 30,
                in_flight: 64,
                host_is_target: true,
                watches: Some(WatchLimits {
                    seconds: 120,
                    at_once: 8,
                    per_client: 1,
                }),
                keep: Duration::from_secs(5),
                keys: 1 << 16,
            },
        }
    }
}

/// Who has to present the token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenFrom {
    /// Everybody who wants something probed.
    #[default]
    Everybody,
    /// Pages of the allowed origins. Our own page and programs need none: the browser vouches for the
    /// one, and the others could make the connection by themselves.
    ForeignPages,
}

/// Who may ask, and how one is told from another.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Pages of other origins that may ask.
    pub origins: Vec<Origin>,
    /// The names that this server is reached under, besides those of loopback. If there are none,
    /// any name is taken, unless `loopback_only`.
    pub hosts: Vec<String>,
    /// Whether names of loopback are the only ones, besides `hosts`.
    pub loopback_only: bool,
    /// What a caller has to present to have something probed.
    pub token: Option<Token>,
    /// Who has to.
    pub token_from: TokenFrom,
}

/// The HTTP side of a probe.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// How much callers may ask.
    pub callers: CallerLimits,
    /// Who may ask.
    pub access: Access,
    /// The place that the probe looks from, as its operator names it.
    pub vantage: Option<Vantage>,
    /// Where it is written down who had what probed, if anywhere.
    pub audit: Option<Audit>,
    /// The path that everything is below; none for the root.
    pub base: Option<BasePath>,
}

impl HttpOptions {
    /// What fits this mode, for callers without a token.
    #[must_use]
    pub fn of(mode: Mode) -> Self {
        Self {
            callers: CallerLimits::of(mode),
            access: Access {
                loopback_only: mode == Mode::Local,
                ..Access::default()
            },
            vantage: None,
            audit: None,
            base: None,
        }
    }
}

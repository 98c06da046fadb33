//! Which targets may be probed: a host by its name and port, an address by what it is used for.
//!
//! A name is looked up once, every address of the answer is judged, and only a judged
//! [`SocketAddr`] is ever connected to. Each further look at the same name begins anew.

mod kinds;
mod nat64;
mod network;
mod pattern;
mod unsafe_rules;

pub use kinds::AddressKind;
pub use nat64::{Nat64, Nat64Error};
pub use network::{Network, NetworkError};
pub use pattern::{HostPattern, PatternError};
pub use unsafe_rules::Unsafe;

use AddressKind as K;
use connlint_core::azure::ZONES;
use connlint_probe_api::{Host, HostError, Mode};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The ports of PostgreSQL and of PgBouncer.
pub const USUAL_PORTS: [u16; 2] = [5432, 6432];

/// Where providers keep the PostgreSQL servers that they run for others on [`USUAL_PORTS`], next to
/// Azure's zones.
const PROVIDERS: [&str; 8] = [
    ".rds.amazonaws.com",
    ".rds.amazonaws.com.cn",
    ".sql.goog",
    ".neon.tech",
    ".supabase.co",
    ".pooler.supabase.com",
    ".db.postgresbridge.com",
    ".tsdb.cloud.timescale.com",
];

/// The rules of one probe.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Who the probe works for.
    pub mode: Mode,
    /// Host name endings that may be probed, each with its leading dot; an entry without one is a
    /// single host. None: any name. See [`Policy::suffix`].
    pub suffixes: Option<Vec<String>>,
    /// Patterns of host names that may be probed besides.
    pub patterns: Vec<HostPattern>,
    /// Ports that may be probed; none: any.
    pub ports: Option<Vec<u16>>,
    /// Whether a host may be given as an address.
    pub ip_literals: bool,
    /// The kinds of address that may be connected to.
    pub kinds: Vec<AddressKind>,
    /// Networks that may be connected to although their kind may not, each with its ports.
    pub networks: Vec<Network>,
    /// Networks that are closed in any case.
    pub closed: Vec<IpNet>,
    /// Whether the probe may connect to its own computer.
    pub own_addresses: bool,
    /// Prefixes under which this network reaches IPv4 servers over IPv6 (DNS64 and NAT64). An
    /// address under one is judged by the IPv4 address inside.
    pub nat64: Vec<Nat64>,
    /// If one address of a name is forbidden, forbid them all: a public name that also leads inside
    /// is how DNS rebinding looks.
    pub all_or_nothing: bool,
    /// Whether forbidden addresses are shown, or only their kind: to strangers they would tell how
    /// the probe's network looks from inside.
    pub shows_forbidden: bool,
    /// Whether `sslmode=allow` and `prefer` go on without TLS, as libpq would, when the server
    /// offers none; user and database name then cross the network in clear.
    pub plaintext_when_refused: bool,
    /// Whether the text of a server's error may be repeated when it came without TLS.
    pub plaintext_messages: bool,
}

impl Policy {
    /// The rules for the person at this computer: everything that their own programs could reach,
    /// but never the addresses where a cloud machine finds its credentials.
    #[must_use]
    pub fn local() -> Self {
        Self {
            mode: Mode::Local,
            suffixes: None,
            patterns: Vec::new(),
            ports: None,
            ip_literals: true,
            kinds: vec![K::Public, K::Loopback, K::Private],
            networks: Vec::new(),
            closed: Vec::new(),
            own_addresses: true,
            nat64: Vec::new(),
            all_or_nothing: false,
            shows_forbidden: true,
            plaintext_when_refused: true,
            plaintext_messages: true,
        }
    }

    /// The rules for an organisation's probe inside its network: only these names, and only at
    /// addresses in these networks. Push [`AddressKind::Public`] to `kinds` to open public ones too.
    #[must_use]
    pub fn private(suffixes: Vec<String>, networks: Vec<Network>) -> Self {
        Self {
            mode: Mode::Private,
            suffixes: Some(suffixes),
            ports: Some(USUAL_PORTS.to_vec()),
            ip_literals: false,
            kinds: Vec::new(),
            networks,
            own_addresses: false,
            all_or_nothing: true,
            plaintext_when_refused: false,
            plaintext_messages: false,
            ..Self::local()
        }
    }

    /// The rules for a probe that everybody may use: names of Azure and of the other large providers
    /// of PostgreSQL servers, public addresses only.
    #[must_use]
    pub fn public() -> Self {
        let azure = ZONES.iter().map(|zone| format!(".{}", zone.name));
        let others = PROVIDERS.map(str::to_owned);
        Self {
            mode: Mode::Public,
            suffixes: Some(azure.chain(others).collect()),
            kinds: vec![K::Public],
            shows_forbidden: false,
            ..Self::private(Vec::new(), Vec::new())
        }
    }

    /// Reads one entry for [`Policy::suffixes`]: `.corp.example` and `*.corp.example` are every name
    /// below, `db.corp.example` is that host. Case and a trailing dot do not matter.
    ///
    /// # Errors
    /// [`HostError`] if what is left is no host name.
    pub fn suffix(text: &str) -> Result<String, HostError> {
        let (dot, name) = match text.strip_prefix('*').unwrap_or(text).strip_prefix('.') {
            Some(name) => (".", name),
            None => ("", text),
        };
        match Host::parse(name)? {
            Host::Name(name) => Ok(format!("{dot}{name}")),
            Host::Ip(_) => Err(HostError::Numeric),
        }
    }

    /// Whether these rules are fit for their mode. A probe must not start otherwise.
    ///
    /// # Errors
    /// The first thing that is unsafe.
    pub fn check(&self) -> Result<(), Unsafe> {
        unsafe_rules::find(self)
    }

    /// Whether the probe can reach addresses that strangers cannot, so that whoever may use it has to
    /// be known.
    #[must_use]
    pub fn reaches_inside(&self) -> bool {
        !self.networks.is_empty() || self.kinds.iter().any(|kind| *kind != K::Public)
    }

    /// Whether this host may be probed.
    #[must_use]
    pub fn allows_host(&self, host: &Host) -> bool {
        let fits = |suffix: &String, name: &str| {
            if suffix.starts_with('.') {
                name.len() > suffix.len() && name.ends_with(suffix.as_str())
            } else {
                name == suffix
            }
        };
        match host {
            Host::Ip(_) => self.ip_literals,
            Host::Name(name) => self.suffixes.as_ref().is_none_or(|all| {
                all.iter().any(|suffix| fits(suffix, name))
                    || self.patterns.iter().any(|pattern| pattern.fits(name))
            }),
        }
    }

    /// Whether this port may be probed, at some address at least.
    #[must_use]
    pub fn allows_port(&self, port: u16) -> bool {
        let listed = |network: &Network| network.ports.as_ref().is_some_and(|p| p.contains(&port));
        self.usual_port(port) || self.networks.iter().any(listed)
    }

    fn usual_port(&self, port: u16) -> bool {
        self.ports.as_ref().is_none_or(|all| all.contains(&port))
    }

    /// Whether this address may be connected to. `source` is the address that this computer would
    /// connect from, which is the same one if it is the computer's own; none if that is not known.
    ///
    /// # Errors
    /// The kind of address that is in the way.
    pub fn check_address(
        &self,
        addr: SocketAddr,
        source: Option<IpAddr>,
    ) -> Result<(), AddressKind> {
        let outer = addr.ip().to_canonical();
        let inner = self.nat64.iter().find_map(|prefix| prefix.decode(outer));
        let ip = inner.map_or(outer, IpAddr::V4);
        if self
            .closed
            .iter()
            .any(|net| net.contains(&ip) || net.contains(&outer))
        {
            return Err(K::Closed);
        }
        let own = source.is_some_and(|source| source.to_canonical() == outer);
        let kind = K::of(ip);
        let port = addr.port();
        let open = self.kinds.contains(&kind) && self.usual_port(port);
        let listed = || {
            let usual = self.ports.as_ref();
            self.networks.iter().any(|n| n.opens(ip, port, usual))
        };
        if !(open || kind.may_be_listed() && listed()) {
            return Err(kind);
        }
        if own && !self.own_addresses {
            return Err(K::Own);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

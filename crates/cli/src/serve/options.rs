//! The options of `connlint serve` about other people: what they may have probed, who they are, and
//! what is written down. Turned into the probe's own settings, or into a sentence why not.

use crate::page::Sharing;
use clap::{Args, ValueEnum};
use connlint_probe::http::{
    Access, Audit, BasePath, CallerLimits, HttpOptions, Origin, Rate, ServeLimits, Token, TokenFrom,
};
use connlint_probe::{HostPattern, Nat64, Network, Policy};
use connlint_probe_api::{Mode, Vantage, Watch};
use ipnet::IpNet;
use std::fs::{File, OpenOptions};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who the probe works for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ServeMode {
    /// The person at this computer: listens on loopback only, may probe private networks
    Local,
    /// An organisation inside its network: only the names and networks that are listed
    Private,
    /// Everybody: names of database providers or those listed, public addresses only
    Public,
}

impl ServeMode {
    pub(super) const fn mode(self) -> Mode {
        match self {
            Self::Local => Mode::Local,
            Self::Private => Mode::Private,
            Self::Public => Mode::Public,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Private => "private",
            Self::Public => "public",
        }
    }
}

/// What may be probed.
#[derive(Args)]
#[command(next_help_heading = "What may be probed (modes private and public)")]
pub(super) struct TargetArgs {
    /// Host or ending of host names that may be probed, such as .db.example.com; may be given
    /// several times. In public mode it takes the place of the list of providers
    #[arg(
        long,
        value_name = "SUFFIX",
        env = "CONNLINT_SUFFIX",
        value_delimiter = ' '
    )]
    suffix: Vec<String>,
    /// Host names that may be probed, as a regular expression that the whole name has to fit, such as
    /// db-[0-9]+\.corp\.example; may be given several times (mode private)
    #[arg(
        long,
        value_name = "REGEX",
        env = "CONNLINT_HOST_PATTERN",
        value_delimiter = ' '
    )]
    host_pattern: Vec<HostPattern>,
    /// Network that may be connected to, such as 10.20.0.0/16 or 10.20.0.0/16:5432,5433; may be given
    /// several times (mode private)
    #[arg(
        long,
        value_name = "CIDR",
        env = "CONNLINT_ALLOW_CIDR",
        value_delimiter = ' '
    )]
    allow_cidr: Vec<Network>,
    /// Network that is closed in any case; may be given several times
    #[arg(
        long,
        value_name = "CIDR",
        env = "CONNLINT_DENY_CIDR",
        value_delimiter = ' '
    )]
    deny_cidr: Vec<IpNet>,
    /// Open public addresses as well (mode private)
    #[arg(long, env = "CONNLINT_ALLOW_PUBLIC")]
    allow_public: bool,
    /// Port that may be probed; may be given several times [default: 5432 6432]
    #[arg(
        long,
        value_name = "PORT",
        env = "CONNLINT_PORT",
        value_delimiter = ' '
    )]
    port: Vec<u16>,
    /// Prefix under which this network reaches IPv4 servers over IPv6, such as 64:ff9b::/96
    #[arg(
        long,
        value_name = "PREFIX",
        env = "CONNLINT_NAT64",
        value_delimiter = ' '
    )]
    nat64: Vec<Nat64>,
}

/// Where the page is, and whose pages may have its widget.
#[derive(Args)]
#[command(next_help_heading = "In an organisation's pages")]
pub(super) struct PortalArgs {
    /// Path that everything is below, such as /tools/connlint, where a proxy in front hands it on
    #[arg(long, value_name = "PATH", env = "CONNLINT_BASE_PATH")]
    base_path: Option<BasePath>,
    /// Origin whose pages may show the widget in a frame, such as https://docs.example.com; may be given
    /// several times
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "CONNLINT_FRAME_ANCESTORS",
        value_delimiter = ' '
    )]
    frame_ancestors: Vec<Origin>,
}

impl PortalArgs {
    /// The path that the page is at, with its slash.
    pub(super) fn path(&self) -> String {
        self.base_path
            .as_ref()
            .map_or_else(|| "/".to_owned(), |base| format!("{base}/"))
    }

    /// What pages of others may do with the files. On somebody's own computer no page on the web learns that connlint is
    /// there, unless it is told to serve pages of others.
    pub(super) fn sharing(&self, mode: ServeMode, access: &Access) -> Sharing {
        let others = !self.frame_ancestors.is_empty() || !access.origins.is_empty();
        Sharing {
            files: mode != ServeMode::Local || others,
            frames: self
                .frame_ancestors
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

/// Who may ask.
#[derive(Args)]
#[command(next_help_heading = "Who may ask")]
pub(super) struct AccessArgs {
    /// Origin whose pages may use this probe, such as https://tools.example.com; may be given several
    /// times
    #[arg(
        long,
        visible_alias = "probe-allowed-origin",
        value_name = "ORIGIN",
        env = "CONNLINT_ALLOW_ORIGIN",
        value_delimiter = ' '
    )]
    allow_origin: Vec<Origin>,
    /// Name that this server is reached under; may be given several times. Requests for other names
    /// are refused
    #[arg(
        long,
        value_name = "NAME",
        env = "CONNLINT_PUBLIC_HOST",
        value_delimiter = ' '
    )]
    public_host: Vec<String>,
    /// Network of proxies whose X-Forwarded-For is believed; may be given several times
    #[arg(
        long,
        value_name = "CIDR",
        env = "CONNLINT_TRUSTED_PROXY",
        value_delimiter = ' '
    )]
    trusted_proxy: Vec<IpNet>,
    /// Token that every caller has to present. Better given in the environment or in a file: other
    /// users of the computer can read the command line
    #[arg(
        long,
        value_name = "TOKEN",
        env = "CONNLINT_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// File with that token
    #[arg(
        long,
        value_name = "FILE",
        env = "CONNLINT_TOKEN_FILE",
        conflicts_with = "token"
    )]
    token_file: Option<PathBuf>,
    /// Ask every caller for a token and not only pages of other origins; without --token a new one is
    /// made and printed (mode local)
    #[arg(long, env = "CONNLINT_REQUIRE_TOKEN")]
    require_token: bool,
}

/// Where the probe looks from.
#[derive(Args)]
#[command(next_help_heading = "Where the probe looks from, as callers are told")]
pub(super) struct VantageArgs {
    /// A short name
    #[arg(long, value_name = "NAME", env = "CONNLINT_VANTAGE")]
    vantage: Option<String>,
    /// The cloud region, such as westeurope
    #[arg(
        long,
        value_name = "REGION",
        env = "CONNLINT_REGION",
        requires = "vantage"
    )]
    region: Option<String>,
    /// The network, such as a virtual network's name
    #[arg(
        long,
        value_name = "NETWORK",
        env = "CONNLINT_NETWORK",
        requires = "vantage"
    )]
    network: Option<String>,
    /// Address that servers see it come from; may be given several times
    #[arg(
        long,
        value_name = "ADDR",
        env = "CONNLINT_EGRESS",
        value_delimiter = ' ',
        requires = "vantage"
    )]
    egress: Vec<String>,
}

/// How much callers may ask.
#[derive(Args)]
#[command(next_help_heading = "How much may be asked (0 for no limit)")]
pub(super) struct LimitArgs {
    /// Requests of one client in a minute
    #[arg(long, value_name = "N", env = "CONNLINT_CLIENT_RATE")]
    client_rate: Option<u32>,
    /// Probes of one target in a minute
    #[arg(long, value_name = "N", env = "CONNLINT_TARGET_RATE")]
    target_rate: Option<u32>,
    /// Probes into one network (/24, /48) in a minute
    #[arg(long, value_name = "N", env = "CONNLINT_NETWORK_RATE")]
    network_rate: Option<u32>,
    /// Different targets of one client in ten minutes
    #[arg(long, value_name = "N", env = "CONNLINT_CLIENT_TARGETS")]
    client_targets: Option<usize>,
    /// Probes at the same time
    #[arg(long, value_name = "N", env = "CONNLINT_IN_FLIGHT", value_parser = clap::value_parser!(u32).range(1..))]
    in_flight: Option<u32>,
    /// The longest watch in seconds; 0 for no watches
    #[arg(long, value_name = "SECONDS", env = "CONNLINT_WATCH_SECONDS")]
    watch_seconds: Option<u16>,
    /// Open connections
    #[arg(long, value_name = "N", env = "CONNLINT_CONNECTIONS", value_parser = clap::value_parser!(u32).range(1..))]
    connections: Option<u32>,
    /// How long, when told to stop, to answer that it is not ready before connections are refused, in
    /// seconds
    #[arg(
        long,
        value_name = "SECONDS",
        env = "CONNLINT_SETTLE",
        default_value_t = 0
    )]
    settle: u8,
}

/// What is written down.
#[derive(Args)]
#[command(next_help_heading = "What is written down")]
pub(super) struct RecordArgs {
    /// Address and port for /metrics, apart from the API
    #[arg(long, value_name = "ADDR", env = "CONNLINT_METRICS_LISTEN")]
    pub(super) metrics_listen: Option<SocketAddr>,
    /// Write one JSON line a probe to this file, or to standard output with -, with keyed hashes in
    /// place of client and target
    #[arg(long, value_name = "FILE", env = "CONNLINT_AUDIT_LOG")]
    audit_log: Option<PathBuf>,
    /// File with the key of these hashes; without it every run has its own
    #[arg(
        long,
        value_name = "FILE",
        env = "CONNLINT_AUDIT_KEY_FILE",
        requires = "audit_log"
    )]
    audit_key_file: Option<PathBuf>,
}

impl TargetArgs {
    /// The rules for targets.
    pub(super) fn policy(&self, mode: ServeMode) -> Result<Policy, String> {
        let given = !self.suffix.is_empty()
            || !self.host_pattern.is_empty()
            || !self.port.is_empty()
            || !self.allow_cidr.is_empty();
        let mut policy = match mode {
            ServeMode::Local if given || self.allow_public => {
                return Err(
                    "a local probe may look at everything that this computer reaches; --suffix, --host-pattern, \
                     --allow-cidr, --allow-public and --port belong to --mode private or public"
                        .to_owned(),
                );
            }
            ServeMode::Local => Policy::local(),
            ServeMode::Private => Policy::private(Vec::new(), self.allow_cidr.clone()),
            ServeMode::Public => Policy::public(),
        };
        if mode == ServeMode::Public && !self.allow_cidr.is_empty() {
            return Err(
                "a public probe connects to public addresses only, or everybody could look into your network through \
                 it; leave --allow-cidr out, or run a second probe with --mode private for those who belong there"
                    .to_owned(),
            );
        }
        if !self.suffix.is_empty() {
            let read = |text: &String| {
                Policy::suffix(text).map_err(|error| format!("--suffix {text}: {error}"))
            };
            policy.suffixes = Some(self.suffix.iter().map(read).collect::<Result<_, _>>()?);
        } else if mode == ServeMode::Private && self.host_pattern.is_empty() {
            return Err(
                "a private probe needs to know which names it may look up; give their ending, as in \
                 --suffix .db.example.com"
                    .to_owned(),
            );
        }
        policy.patterns.clone_from(&self.host_pattern);
        if !self.port.is_empty() {
            policy.ports = Some(self.port.clone());
        }
        if self.allow_public && mode == ServeMode::Private {
            policy.kinds.push(connlint_probe::AddressKind::Public);
        }
        policy.closed.clone_from(&self.deny_cidr);
        policy.nat64.clone_from(&self.nat64);
        policy.check().map_err(|error| error.to_string())?;
        Ok(policy)
    }
}

impl AccessArgs {
    /// Who may ask a probe of this mode that listens here. With it the text of a token that was made
    /// up, which nobody knows yet.
    pub(super) fn access(
        &self,
        mode: ServeMode,
        listen: SocketAddr,
    ) -> Result<(Access, Option<String>), String> {
        if let Some(net) = self.trusted_proxy.iter().find(|net| net.prefix_len() == 0) {
            return Err(format!(
                "--trusted-proxy {net} would believe everybody what they say about their own address; give the network \
                 that the proxies are in"
            ));
        }
        let (given, mut made) = (self.given_token()?, None);
        let loopback = listen.ip().is_loopback();
        let mut access = Access {
            trusted_proxies: self.trusted_proxy.clone(),
            origins: self.allow_origin.clone(),
            hosts: self.public_host.clone(),
            // On loopback, with no proxy before it, no other name leads here unless it was bent.
            loopback_only: loopback && self.trusted_proxy.is_empty(),
            token: given,
            token_from: TokenFrom::Everybody,
        };
        match mode {
            ServeMode::Local if !loopback => {
                return Err(format!(
                    "a probe in local mode would be open to the network on {listen}; listen on 127.0.0.1 or [::1], or \
                     choose --mode private"
                ));
            }
            ServeMode::Local if access.token.is_none() => {
                let (token, text) =
                    Token::random().ok_or("the system gives no random numbers for a token")?;
                access.token = Some(token);
                if !self.require_token {
                    access.token_from = TokenFrom::ForeignPages;
                }
                made = Some(text);
            }
            ServeMode::Private
                if !loopback && access.token.is_none() && self.trusted_proxy.is_empty() =>
            {
                return Err(format!(
                    "a private probe on {listen} would let everybody who reaches this port look into the network; give a \
                     token in CONNLINT_TOKEN or --token-file, or put a proxy that knows its users in front of it and name \
                     its network with --trusted-proxy"
                ));
            }
            ServeMode::Private | ServeMode::Public
                if self.require_token && access.token.is_none() =>
            {
                return Err(
                    "--require-token needs the token in this mode; give it in CONNLINT_TOKEN or --token-file"
                        .to_owned(),
                );
            }
            _ => {}
        }
        Ok((access, made))
    }

    fn given_token(&self) -> Result<Option<Token>, String> {
        let text = match (&self.token, &self.token_file) {
            (Some(text), _) => text.clone(),
            (None, Some(path)) => String::from_utf8(read(path)?)
                .map_err(|_| format!("{} is not text", path.display()))?,
            (None, None) => return Ok(None),
        };
        Token::new(text.trim())
            .map(Some)
            .map_err(|error| error.to_string())
    }
}

impl VantageArgs {
    fn vantage(&self) -> Option<Vantage> {
        Some(Vantage {
            name: self.vantage.clone()?,
            region: self.region.clone(),
            network: self.network.clone(),
            egress: self.egress.clone(),
        })
    }
}

impl LimitArgs {
    fn callers(&self, mode: ServeMode) -> CallerLimits {
        let mut limits = CallerLimits::of(mode.mode());
        for (given, rate) in [
            (self.client_rate, &mut limits.client),
            (self.target_rate, &mut limits.target),
            (self.network_rate, &mut limits.network),
        ] {
            match given {
                None => {}
                Some(0) => *rate = None,
                Some(per_minute) => {
                    let burst = rate.map_or(per_minute, |rate| rate.burst).min(per_minute);
                    *rate = Some(Rate { per_minute, burst });
                }
            }
        }
        match (self.client_targets, &mut limits.distinct) {
            (Some(0), distinct) => *distinct = None,
            (Some(most), Some(distinct)) => distinct.most = most,
            _ => {}
        }
        if let Some(most) = self.in_flight {
            limits.in_flight = most as usize;
        }
        match (self.watch_seconds, &mut limits.watches) {
            (Some(seconds), watches) if seconds < Watch::MIN => *watches = None,
            (Some(seconds), Some(watches)) => watches.seconds = seconds.min(Watch::MAX),
            _ => {}
        }
        limits
    }

    /// The limits of the listener.
    pub(super) fn serve(&self, mode: ServeMode) -> ServeLimits {
        let mut limits = ServeLimits::of(mode.mode());
        if let Some(most) = self.connections {
            limits.connections = most as usize;
            limits.per_client = limits.per_client.min(limits.connections);
        }
        limits.settle = Duration::from_secs(self.settle.into());
        limits.drain += limits.settle;
        limits
    }
}

impl RecordArgs {
    /// Whether the audit log goes to standard output.
    pub(super) fn on_standard_output(&self) -> bool {
        self.audit_log
            .as_ref()
            .is_some_and(|path| path.as_os_str() == "-")
    }

    fn audit(&self) -> Result<Option<Audit>, String> {
        let Some(path) = &self.audit_log else {
            return Ok(None);
        };
        let key = self.audit_key_file.as_deref().map(read).transpose()?;
        let key = key.as_deref().map(<[u8]>::trim_ascii);
        let audit = if self.on_standard_output() {
            Audit::new(key, io::stdout())
        } else {
            Audit::new(key, append(path)?)
        };
        audit.map(Some).map_err(|error| error.to_string())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

/// Opens a file that only its owner can read, to write at its end.
fn append(path: &Path) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

/// The HTTP side's settings, put together.
pub(super) fn http(
    mode: ServeMode,
    access: Access,
    vantage: &VantageArgs,
    portals: &PortalArgs,
    limits: &LimitArgs,
    records: &RecordArgs,
) -> Result<HttpOptions, String> {
    Ok(HttpOptions {
        callers: limits.callers(mode),
        access,
        vantage: vantage.vantage(),
        audit: records.audit()?,
        base: portals.base_path.clone(),
    })
}

//! Names to addresses, with the reason when there are none: `getaddrinfo` cannot tell a name that
//! does not exist from one without address or from a DNS server that is down.

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{RData, RecordType};
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;
use tokio::time::Instant;

/// How many names of a chain of aliases are followed.
const LONGEST_CHAIN: usize = 10;

/// The way to an answer.
pub type ResolveFuture<'a> =
    Pin<Box<dyn Future<Output = Result<DnsAnswer, DnsFailure>> + Send + 'a>>;

/// Someone who turns a name into addresses.
pub trait Resolve: Send + Sync + 'static {
    /// All addresses of the name, IPv6 first, within the time given.
    fn resolve<'a>(&'a self, name: &'a str, budget: Duration) -> ResolveFuture<'a>;
}

/// What DNS said about a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DnsAnswer {
    /// The names that it led through, from the name asked for to the last alias.
    pub chain: Vec<String>,
    /// Its addresses, IPv6 first, each family in the order of the answer.
    pub addresses: Vec<IpAddr>,
    /// The family whose question failed while the other one's was answered. That a name has no
    /// address of a family is an answer, not a failure.
    pub failed: Option<(Family, DnsFailureKind)>,
}

/// Why a name has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsFailure {
    /// The reason.
    pub kind: DnsFailureKind,
    /// The names that it led through as far as is known, from the name asked for to the one where it
    /// failed.
    pub chain: Vec<String>,
}

/// A family of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    #[must_use]
    pub const fn of(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// The name in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V4 => "ipv4",
            Self::V6 => "ipv6",
        }
    }

    /// The name in sentences.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }
}

/// The reasons that DNS has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsFailureKind {
    /// There is no such name (NXDOMAIN).
    NoSuchName,
    /// The name has no address (NODATA).
    NoAddress,
    /// The server could not find out (SERVFAIL).
    ServerFailure,
    /// The server refuses (REFUSED).
    Refused,
    /// No answer in time.
    Timeout,
    /// The aliases lead in a circle.
    AliasLoop,
    /// Anything else, such as no DNS server being configured.
    Other,
}

/// DNS through hickory, with this computer's settings or with given servers.
#[derive(Debug)]
pub struct SystemDns {
    source: Source,
}

#[derive(Debug)]
enum Source {
    /// This computer's settings, with search list and hosts file.
    System,
    /// This computer's DNS servers, and names exactly as they are given.
    Exact,
    Servers(Vec<SocketAddr>),
}

impl SystemDns {
    /// This computer's DNS servers, search list and hosts file. They are read anew for each name,
    /// as they change when a VPN comes or goes.
    #[must_use]
    pub fn local() -> Self {
        Self {
            source: Source::System,
        }
    }

    /// This computer's DNS servers, asked for names exactly as they are given: no search list, which
    /// could make another name of one that was allowed, and no hosts file.
    #[must_use]
    pub fn exact() -> Self {
        Self {
            source: Source::Exact,
        }
    }

    /// These DNS servers, asked over UDP and, for long answers, TCP, for names exactly
    /// as they are given; no hosts file.
    #[must_use]
    pub fn with_servers(servers: Vec<SocketAddr>) -> Self {
        Self {
            source: Source::Servers(servers),
        }
    }

    fn resolver(&self, budget: Duration) -> Result<TokioResolver, NetError> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = match &self.source {
            // Without settings (an empty container, say) localhost and the hosts file still work.
            Source::System | Source::Exact => TokioResolver::builder(provider.clone())
                .unwrap_or_else(|_| {
                    TokioResolver::builder_with_config(ResolverConfig::default(), provider)
                }),
            Source::Servers(all) => {
                let servers = all.iter().map(server).collect();
                TokioResolver::builder_with_config(
                    ResolverConfig::from_name_servers(servers),
                    provider,
                )
            }
        };
        let options = builder.options_mut();
        tune(options, budget);
        options.use_hosts_file = match self.source {
            Source::System => ResolveHosts::Always,
            Source::Exact | Source::Servers(_) => ResolveHosts::Never,
        };
        builder.build()
    }

    /// The name as the resolver is asked for it: with a dot at its end, no search list applies.
    fn question(&self, name: &str) -> String {
        match self.source {
            Source::System => name.to_owned(),
            Source::Exact | Source::Servers(_) => format!("{name}."),
        }
    }
}

fn server(addr: &SocketAddr) -> NameServerConfig {
    let on_port = |mut connection: ConnectionConfig| {
        connection.port = addr.port();
        connection
    };
    NameServerConfig::new(
        addr.ip(),
        true,
        vec![
            on_port(ConnectionConfig::udp()),
            on_port(ConnectionConfig::tcp()),
        ],
    )
}

fn tune(options: &mut ResolverOpts, budget: Duration) {
    options.cache_size = 0;
    options.attempts = 1;
    options.timeout = budget.mul_f32(0.45);
    options.preserve_intermediates = true;
}

impl Resolve for SystemDns {
    fn resolve<'a>(&'a self, name: &'a str, budget: Duration) -> ResolveFuture<'a> {
        Box::pin(async move {
            let until = Instant::now() + budget;
            let resolver = self.resolver(budget).map_err(|_| DnsFailure {
                kind: DnsFailureKind::Other,
                chain: Vec::new(),
            })?;
            let question = self.question(name);
            let lookup =
                |kind| tokio::time::timeout_at(until, resolver.lookup(question.as_str(), kind));
            let (v6, v4) = tokio::join!(lookup(RecordType::AAAA), lookup(RecordType::A));
            let read = |answer: Result<Result<Lookup, NetError>, _>| match answer {
                Ok(Ok(lookup)) => Ok(read(name, &lookup)),
                Ok(Err(error)) => Err(reason(&error)),
                Err(_) => Err(DnsFailureKind::Timeout),
            };
            match merge(read(v6), read(v4)) {
                Ok(answer) => Ok(answer),
                // There is no time left for more questions.
                Err(kind @ DnsFailureKind::Timeout) => Err(DnsFailure {
                    kind,
                    chain: Vec::new(),
                }),
                Err(kind) => Err(trace(&resolver, name, question, kind, until).await),
            }
        })
    }
}

/// Follows the aliases of a name without address one by one, to show where they lead.
async fn trace(
    resolver: &TokioResolver,
    name: &str,
    mut question: String,
    kind: DnsFailureKind,
    until: Instant,
) -> DnsFailure {
    let mut chain = vec![name.to_owned()];
    while chain.len() < LONGEST_CHAIN {
        let asked = resolver.lookup(question.as_str(), RecordType::CNAME);
        let Ok(Ok(lookup)) = tokio::time::timeout_at(until, asked).await else {
            break;
        };
        let target = lookup
            .answers()
            .iter()
            .find_map(|record| match &record.data {
                RData::CNAME(target) => Some(plain(&target.0.to_ascii())),
                _ => None,
            });
        let Some(target) = target else { break };
        let seen = chain.contains(&target);
        question = format!("{target}.");
        chain.push(target);
        if seen {
            return DnsFailure {
                kind: DnsFailureKind::AliasLoop,
                chain,
            };
        }
    }
    DnsFailure { kind, chain }
}

fn read(name: &str, lookup: &Lookup) -> DnsAnswer {
    let mut answer = DnsAnswer {
        chain: vec![name.to_owned()],
        ..DnsAnswer::default()
    };
    for record in lookup.answers() {
        match &record.data {
            RData::A(ip) => answer.addresses.push(IpAddr::V4(ip.0)),
            RData::AAAA(ip) => answer.addresses.push(IpAddr::V6(ip.0)),
            RData::CNAME(target) => {
                let target = plain(&target.0.to_ascii());
                if !answer.chain.contains(&target) {
                    answer.chain.push(target);
                }
            }
            _ => {}
        }
    }
    answer
}

/// Both families as one: addresses of either count; without any, the more telling failure.
fn merge(
    v6: Result<DnsAnswer, DnsFailureKind>,
    v4: Result<DnsAnswer, DnsFailureKind>,
) -> Result<DnsAnswer, DnsFailureKind> {
    let mut all = DnsAnswer::default();
    let mut failures = Vec::new();
    for (family, answer) in [(Family::V6, v6), (Family::V4, v4)] {
        match answer {
            Ok(answer) if answer.addresses.is_empty() => {
                failures.push((family, DnsFailureKind::NoAddress));
            }
            Ok(answer) => {
                if answer.chain.len() > all.chain.len() {
                    all.chain = answer.chain;
                }
                all.addresses.extend(answer.addresses);
            }
            Err(kind) => failures.push((family, kind)),
        }
    }
    // One family without address says little next to the other one's real failure.
    let telling = failures
        .iter()
        .find(|(_, kind)| *kind != DnsFailureKind::NoAddress);
    if !all.addresses.is_empty() {
        all.failed = telling.copied();
        return Ok(all);
    }
    let (_, kind) = telling
        .or(failures.first())
        .copied()
        .unwrap_or((Family::V4, DnsFailureKind::NoAddress));
    Err(kind)
}

fn reason(error: &NetError) -> DnsFailureKind {
    use DnsFailureKind as Kind;
    let of_code = |code: ResponseCode| match code {
        ResponseCode::ServFail => Kind::ServerFailure,
        ResponseCode::Refused => Kind::Refused,
        ResponseCode::NXDomain => Kind::NoSuchName,
        _ => Kind::Other,
    };
    match error {
        NetError::Timeout => Kind::Timeout,
        NetError::Dns(DnsError::ResponseCode(code)) => of_code(*code),
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError => Kind::NoAddress,
            code => of_code(code),
        },
        _ => Kind::Other,
    }
}

fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

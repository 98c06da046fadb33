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
}

/// Why a name has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsFailure {
    /// The reason.
    pub kind: DnsFailureKind,
    /// The name at the end of the aliases, if that is where it failed and it is another one.
    pub at: Option<String>,
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
    System,
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

    /// These DNS servers, asked over UDP and, for long answers, TCP; no hosts file.
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
            Source::System => TokioResolver::builder(provider.clone()).unwrap_or_else(|_| {
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
            Source::Servers(_) => ResolveHosts::Never,
        };
        builder.build()
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
            let resolver = self.resolver(budget).map_err(|e| failure(name, &e))?;
            let lookup = |kind| tokio::time::timeout(budget, resolver.lookup(name, kind));
            let (v6, v4) = tokio::join!(lookup(RecordType::AAAA), lookup(RecordType::A));
            let read = |answer: Result<Result<Lookup, NetError>, _>| match answer {
                Ok(Ok(lookup)) => Ok(read(name, &lookup)),
                Ok(Err(error)) => Err(failure(name, &error)),
                Err(_) => Err(DnsFailure {
                    kind: DnsFailureKind::Timeout,
                    at: None,
                }),
            };
            merge(read(v6), read(v4))
        })
    }
}

fn read(name: &str, lookup: &Lookup) -> DnsAnswer {
    let mut answer = DnsAnswer {
        chain: vec![name.to_owned()],
        addresses: Vec::new(),
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
    v6: Result<DnsAnswer, DnsFailure>,
    v4: Result<DnsAnswer, DnsFailure>,
) -> Result<DnsAnswer, DnsFailure> {
    let no_address = DnsFailure {
        kind: DnsFailureKind::NoAddress,
        at: None,
    };
    let mut all = DnsAnswer::default();
    let mut failures = Vec::new();
    for answer in [v6, v4] {
        match answer {
            Ok(answer) if answer.addresses.is_empty() => failures.push(no_address.clone()),
            Ok(answer) => {
                if answer.chain.len() > all.chain.len() {
                    all.chain = answer.chain;
                }
                all.addresses.extend(answer.addresses);
            }
            Err(failure) => failures.push(failure),
        }
    }
    if !all.addresses.is_empty() {
        return Ok(all);
    }
    // One family without address says little next to the other one's real failure.
    let telling = failures
        .iter()
        .find(|f| f.kind != DnsFailureKind::NoAddress);
    Err(telling.or(failures.first()).cloned().unwrap_or(no_address))
}

fn failure(name: &str, error: &NetError) -> DnsFailure {
    use DnsFailureKind as Kind;
    let of_code = |code: ResponseCode| match code {
        ResponseCode::ServFail => Kind::ServerFailure,
        ResponseCode::Refused => Kind::Refused,
        ResponseCode::NXDomain => Kind::NoSuchName,
        _ => Kind::Other,
    };
    let kind = match error {
        NetError::Timeout => Kind::Timeout,
        NetError::Dns(DnsError::ResponseCode(code)) => of_code(*code),
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError => Kind::NoAddress,
            code => of_code(code),
        },
        _ => Kind::Other,
    };
    let at = match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => {
            let at = plain(&none.query.name().to_ascii());
            // A name out of the search list begins with the name asked for.
            (!at.starts_with(name)).then_some(at)
        }
        _ => None,
    };
    DnsFailure { kind, at }
}

fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

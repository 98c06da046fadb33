//! What belongs to a host as a whole: whether it may be probed, which addresses it has, and which of
//! them are tried.

use super::Walk;
use super::address::Target;
use crate::codes::{self, Code};
use crate::dns::{DnsAnswer, DnsFailure, DnsFailureKind, Family};
use crate::order;
use crate::policy::{AddressKind, Policy};
use crate::product::{self, Product};
use crate::stages::Deadline;
use crate::verdict::Ending;
use connlint_core::azure::{AzureHost, Kind};
use connlint_probe_api::{Detail, Host, Stage, State};
use futures_util::future::join_all;
use std::net::SocketAddr;

/// How many addresses of one host are told about.
const MOST_SHOWN: usize = 20;

/// One address of the answer, judged.
struct Judged {
    addr: SocketAddr,
    /// libpq would certainly try this one first.
    first: bool,
    forbidden: Option<AddressKind>,
}

/// A host's addresses, in the order in which libpq would try them, and what they belong to.
struct Found {
    addresses: Vec<Judged>,
    product: Option<Product>,
}

/// Why there are none.
struct NotFound {
    code: &'static Code,
    product: Option<Product>,
}

impl Walk<'_> {
    pub(super) async fn host(&self, host: &Host, port: u16) -> Vec<Ending> {
        let about = || Detail {
            host: Some(host.to_string()),
            port: Some(port),
            ..Detail::default()
        };
        let ended = |stage, code: &'static Code| vec![Ending::of(None, host, stage, code)];

        let policy = &self.config.policy;
        let forbidden = match (policy.allows_host(host), policy.allows_port(port)) {
            (false, _) => Some(&codes::POLICY_HOST),
            (_, false) => Some(&codes::POLICY_PORT),
            _ => None,
        };
        if let Some(code) = forbidden {
            self.recorder
                .note(Stage::Policy, None, State::Fail, code, about());
            return ended(Stage::Policy, code);
        }
        self.recorder
            .note(Stage::Policy, None, State::Ok, &codes::POLICY_OK, about());

        let (mut endings, product) = match self.find(host, port, about()).await {
            Ok(found) => {
                let rows = self.rows(host, &found.addresses, &about);
                let walks = rows.into_iter().map(async |row| match row {
                    Ok(target) => self.address(&target).await,
                    Err(ending) => ending,
                });
                (join_all(walks).await, found.product)
            }
            Err(none) => (ended(Stage::Dns, none.code), none.product),
        };
        let mut situation = self.situation(host, port);
        if let Some(product) = &product {
            // Commands are about the server by its name at Azure, whatever name it was reached by.
            situation.host = Some(product.name.clone());
            situation.target = product.target;
        }
        for ending in &mut endings {
            ending.advise(&situation, product.as_ref());
        }
        endings
    }

    /// Looks the name up, once, and judges what comes back.
    async fn find(&self, host: &Host, port: u16, about: Detail) -> Result<Found, NotFound> {
        let policy = &self.config.policy;
        let name = match host {
            Host::Ip(ip) => {
                self.recorder
                    .note(Stage::Dns, None, State::Skip, &codes::DNS_NOT_NEEDED, about);
                let answer = DnsAnswer {
                    addresses: vec![*ip],
                    ..DnsAnswer::default()
                };
                return Ok(Found {
                    addresses: judge(policy, &answer, port),
                    product: None,
                });
            }
            Host::Name(name) => name,
        };
        let step = self.recorder.begin(Stage::Dns, None);
        let budget = self.config.budgets.dns;
        let answer = Deadline(self.until)
            .within(budget, self.config.dns.resolve(name, budget))
            .await;
        let failure = match answer {
            Some(Ok(answer)) => {
                let found = Found {
                    addresses: judge(policy, &answer, port),
                    product: product::recognise(&answer.chain, &answer.addresses),
                };
                let hidden = !policy.shows_forbidden
                    && found.addresses.iter().any(|a| a.forbidden.is_some());
                let detail = Detail {
                    text: said_of(&answer, found.product.as_ref()),
                    addresses: answer
                        .addresses
                        .iter()
                        .filter(|_| !hidden)
                        .take(MOST_SHOWN)
                        .map(ToString::to_string)
                        .collect(),
                    ..described(about, &answer.chain, found.product.as_ref())
                };
                if answer.failed.is_some() {
                    step.end(State::Warn, &codes::DNS_ONE_FAMILY, detail);
                } else {
                    step.end(State::Ok, &codes::DNS_OK, detail);
                }
                return Ok(found);
            }
            Some(Err(failure)) => failure,
            None => DnsFailure {
                kind: DnsFailureKind::Timeout,
                chain: Vec::new(),
            },
        };
        let code = dns_code(name, &failure);
        let mut chain = failure.chain;
        if chain.is_empty() {
            chain.push(name.clone());
        }
        let product = product::recognise(&chain, &[]);
        step.end(
            State::Fail,
            code,
            described(about, &chain, product.as_ref()),
        );
        Err(NotFound { code, product })
    }

    /// A row for each address: those that are tried, and how the others end.
    fn rows<'a>(
        &self,
        host: &'a Host,
        addresses: &[Judged],
        about: &impl Fn() -> Detail,
    ) -> Vec<Result<Target<'a>, Ending>> {
        let policy = &self.config.policy;
        let spoiled = policy.all_or_nothing && addresses.iter().any(|a| a.forbidden.is_some());
        let most = self.config.tuning.addresses_per_family;
        let (mut v6, mut v4) = (0, 0);
        let mut rows = Vec::new();
        let mut told = Vec::new();
        let hidden = spoiled && !policy.shows_forbidden;
        let shown = if hidden { usize::MAX } else { MOST_SHOWN };
        for judged in addresses.iter().take(shown) {
            let ip = judged.addr.ip();
            let code = if judged.forbidden.is_some() {
                &codes::ADDRESS_DENIED
            } else if spoiled {
                &codes::ADDRESS_MIXED
            } else {
                let count = if ip.is_ipv4() { &mut v4 } else { &mut v6 };
                *count += 1;
                if *count > most {
                    &codes::ADDRESS_SKIPPED
                } else {
                    &codes::ADDRESS_OK
                }
            };
            if hidden {
                // One row for each kind of address says enough, and nothing of the network behind.
                let Some(kind) = judged.forbidden else {
                    continue;
                };
                if told.contains(&kind) {
                    continue;
                }
                told.push(kind);
            }
            let row = (!hidden).then(|| self.recorder.row_name(judged.addr));
            let refusal = judged.forbidden.and_then(refusal);
            let detail = Detail {
                text: refusal.map(|(why, _)| why.to_owned()),
                family: Some(Family::of(ip).name().to_owned()),
                kind: judged.forbidden.map(|kind| kind.name().to_owned()),
                tried_first: judged.first.then_some(true),
                ..about()
            };
            let state = if std::ptr::eq(code, &codes::ADDRESS_OK) {
                State::Ok
            } else if std::ptr::eq(code, &codes::ADDRESS_SKIPPED) {
                State::Skip
            } else {
                State::Fail
            };
            self.recorder
                .note(Stage::Address, row.as_deref(), state, code, detail);
            match (state, row) {
                (State::Ok, Some(row)) => rows.push(Ok(Target {
                    host,
                    addr: judged.addr,
                    row,
                })),
                (State::Fail, row) => {
                    let mut ending = Ending::of(row, host, Stage::Address, code);
                    if let Some((why, next)) = refusal {
                        why.clone_into(&mut ending.text);
                        ending.next = vec![next.to_owned()];
                    }
                    rows.push(Err(ending));
                }
                _ => {}
            }
        }
        let more = addresses.len().saturating_sub(MOST_SHOWN);
        if more > 0 && !spoiled {
            let detail = Detail {
                text: Some(format!(
                    "The name has {more} more addresses; they were left out."
                )),
                ..about()
            };
            let code = &codes::ADDRESS_SKIPPED;
            self.recorder
                .note(Stage::Address, None, State::Skip, code, detail);
        }
        rows
    }
}

/// The addresses in libpq's order, each once, with what the policy says of them.
fn judge(policy: &Policy, answer: &DnsAnswer, port: u16) -> Vec<Judged> {
    if let [ip] = *answer.addresses
        && policy.own_addresses
    {
        // There is nothing to choose from, so nobody needs to know where this computer would connect from.
        let addr = SocketAddr::new(ip.to_canonical(), port);
        return vec![Judged {
            addr,
            first: true,
            forbidden: policy.check_address(addr, None).err(),
        }];
    }
    let order = order::here(&answer.addresses);
    let certain = order.first_is_certain;
    order
        .addresses
        .into_iter()
        .enumerate()
        .map(|(index, (ip, source))| {
            let addr = SocketAddr::new(ip, port);
            Judged {
                addr,
                first: index == 0 && certain,
                forbidden: policy.check_address(addr, source).err(),
            }
        })
        .collect()
}

/// Why an address of this kind is not connected to, and what to do; none where the code says enough.
fn refusal(kind: AddressKind) -> Option<(&'static str, &'static str)> {
    const INSIDE: &str = "Probe it from inside that network: run connlint there.";
    match kind {
        AddressKind::Private => Some((
            "The name leads to an address of a private network, which this probe does not connect to.",
            INSIDE,
        )),
        AddressKind::Loopback => Some((
            "The name leads to the computer that it is looked up on, which this probe does not connect to.",
            "Check the name in DNS; to probe a server on your own computer, run connlint there.",
        )),
        AddressKind::Own => Some((
            "The name leads to the computer that the probe runs on, which it does not connect to.",
            "Check the name in DNS, or probe this server from another computer.",
        )),
        AddressKind::Public => Some((
            "The name leads to a public address, and this probe connects to the networks only that its operator listed.",
            "Ask whoever runs the probe to open public addresses, or probe the server from elsewhere.",
        )),
        AddressKind::Closed => Some((
            "The operator of this probe has closed the network of this address.",
            "Ask whoever runs the probe which networks it may connect to.",
        )),
        AddressKind::Embedded => Some((
            "The address is an IPv6 one with an IPv4 address inside, which this probe does not connect to.",
            "Connect over IPv4. Behind NAT64, the operator of the probe can name the network's prefix.",
        )),
        AddressKind::LinkLocal
        | AddressKind::Platform
        | AddressKind::Unspecified
        | AddressKind::Multicast
        | AddressKind::Reserved => None,
    }
}

fn described(about: Detail, chain: &[String], product: Option<&Product>) -> Detail {
    let target = product.and_then(|product| product.target);
    Detail {
        chain: chain.to_vec(),
        product: target.map(|target| target.name().to_owned()),
        access: product.and_then(|product| product.access),
        ..about
    }
}

/// What there is to say about an answer beyond that there is one.
fn said_of(answer: &DnsAnswer, product: Option<&Product>) -> Option<String> {
    let Some((family, kind)) = answer.failed else {
        return product.and_then(Product::sentence);
    };
    let why = match kind {
        DnsFailureKind::NoSuchName => "was answered with \"no such name\"",
        DnsFailureKind::ServerFailure => "could not be answered by the DNS server",
        DnsFailureKind::Refused => "was refused by the DNS server",
        DnsFailureKind::Timeout => "was not answered in time",
        _ => "failed",
    };
    Some(format!(
        "The name has an address, but the question for its {} addresses {why}. Programs that ask for both may wait or \
         fail here.",
        family.label()
    ))
}

fn dns_code(name: &str, failure: &DnsFailure) -> &'static Code {
    let end = failure.chain.last().map_or(name, String::as_str);
    let is_link = AzureHost::parse(end).is_some_and(|host| host.kind() == Kind::PrivateLink);
    match failure.kind {
        DnsFailureKind::NoSuchName | DnsFailureKind::NoAddress if is_link => {
            &codes::DNS_PRIVATELINK
        }
        DnsFailureKind::NoSuchName if end != name => &codes::DNS_DANGLING,
        DnsFailureKind::NoSuchName => &codes::DNS_NXDOMAIN,
        DnsFailureKind::NoAddress => &codes::DNS_NODATA,
        DnsFailureKind::ServerFailure => &codes::DNS_SERVFAIL,
        DnsFailureKind::Refused => &codes::DNS_REFUSED,
        DnsFailureKind::Timeout => &codes::DNS_TIMEOUT,
        DnsFailureKind::AliasLoop => &codes::DNS_LOOP,
        DnsFailureKind::Other => &codes::DNS_ERROR,
    }
}

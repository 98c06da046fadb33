//! What belongs to a host as a whole: whether it may be probed, which addresses it has, and which of
//! them are tried.

use super::Walk;
use super::address::Target;
use crate::codes::{self, Code};
use crate::dns::{DnsAnswer, DnsFailure, DnsFailureKind};
use crate::policy::AddressKind;
use crate::stages::Deadline;
use crate::verdict::Ending;
use connlint_probe_api::{Detail, Host, Stage, State};
use futures_util::future::join_all;
use std::net::{IpAddr, SocketAddr};

impl Walk<'_> {
    pub(super) async fn host(&self, host: &Host, port: u16) -> Vec<Ending> {
        let about = || Detail {
            host: Some(host.to_string()),
            port: Some(port),
            ..Detail::default()
        };
        let ended = |stage, code: &'static Code| vec![Ending::of(None, host, stage, code)];
        let advised = |mut endings: Vec<Ending>| {
            for ending in &mut endings {
                ending.advise(&self.situation(host, port));
            }
            endings
        };

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

        let answer = match self.resolve(host, about()).await {
            Ok(answer) => answer,
            Err(code) => return advised(ended(Stage::Dns, code)),
        };

        let mixed = policy.all_or_nothing
            && answer.addresses.iter().any(|ip| {
                policy
                    .check_address(SocketAddr::new(*ip, port), None)
                    .is_err()
            });
        let mut rows = Vec::new();
        for (ip, code) in self.choose(&answer.addresses, port, mixed) {
            let addr = SocketAddr::new(ip, port);
            let row = self.recorder.row_name(addr);
            let kind = policy
                .check_address(addr, None)
                .err()
                .map(AddressKind::name);
            let detail = Detail {
                family: Some(if ip.is_ipv4() { "ipv4" } else { "ipv6" }.to_owned()),
                kind: kind.map(str::to_owned),
                ..about()
            };
            let (state, said) = match code {
                Some(code) if std::ptr::eq(code, &codes::ADDRESS_SKIPPED) => (State::Skip, code),
                Some(code) => (State::Fail, code),
                None => (State::Ok, &codes::ADDRESS_OK),
            };
            self.recorder
                .note(Stage::Address, Some(&row), state, said, detail);
            match state {
                State::Ok => rows.push(Ok(Target { host, addr, row })),
                State::Fail => rows.push(Err(Ending::of(Some(row), host, Stage::Address, said))),
                _ => {}
            }
        }
        let walks = rows.into_iter().map(async |row| match row {
            Ok(target) => self.address(&target).await,
            Err(ending) => ending,
        });
        advised(join_all(walks).await)
    }

    async fn resolve(&self, host: &Host, about: Detail) -> Result<DnsAnswer, &'static Code> {
        let name = match host {
            Host::Ip(ip) => {
                self.recorder
                    .note(Stage::Dns, None, State::Skip, &codes::DNS_NOT_NEEDED, about);
                return Ok(DnsAnswer {
                    chain: Vec::new(),
                    addresses: vec![*ip],
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
                let addresses = answer
                    .addresses
                    .iter()
                    .take(20)
                    .map(ToString::to_string)
                    .collect();
                let chain = answer.chain.iter().take(10).cloned().collect();
                step.end(
                    State::Ok,
                    &codes::DNS_OK,
                    Detail {
                        chain,
                        addresses,
                        ..about
                    },
                );
                return Ok(answer);
            }
            Some(Err(failure)) => failure,
            None => DnsFailure {
                kind: DnsFailureKind::Timeout,
                at: None,
            },
        };
        let code = dns_code(&failure);
        let chain = failure
            .at
            .map(|at| vec![name.clone(), at])
            .unwrap_or_default();
        step.end(State::Fail, code, Detail { chain, ..about });
        Err(code)
    }

    /// Which addresses are tried, and why the others are not.
    fn choose(
        &self,
        addresses: &[IpAddr],
        port: u16,
        none_at_all: bool,
    ) -> Vec<(IpAddr, Option<&'static Code>)> {
        let most = self.config.tuning.addresses_per_family;
        let (mut v6, mut v4) = (0, 0);
        let mut judge = |ip: &IpAddr| {
            let addr = SocketAddr::new(*ip, port);
            if none_at_all || self.config.policy.check_address(addr, None).is_err() {
                return Some(&codes::ADDRESS_DENIED);
            }
            let count = if ip.is_ipv4() { &mut v4 } else { &mut v6 };
            *count += 1;
            (*count > most).then_some(&codes::ADDRESS_SKIPPED)
        };
        addresses
            .iter()
            .take(20)
            .map(|ip| (*ip, judge(ip)))
            .collect()
    }
}

fn dns_code(failure: &DnsFailure) -> &'static Code {
    match (failure.kind, failure.at.as_deref()) {
        (DnsFailureKind::NoSuchName, Some(at)) if at.contains(".privatelink.") => {
            &codes::DNS_PRIVATELINK
        }
        (DnsFailureKind::NoSuchName, Some(_)) => &codes::DNS_DANGLING,
        (DnsFailureKind::NoSuchName, None) => &codes::DNS_NXDOMAIN,
        (DnsFailureKind::NoAddress, _) => &codes::DNS_NODATA,
        (DnsFailureKind::ServerFailure, _) => &codes::DNS_SERVFAIL,
        (DnsFailureKind::Refused, _) => &codes::DNS_REFUSED,
        (DnsFailureKind::Timeout, _) => &codes::DNS_TIMEOUT,
        (DnsFailureKind::Other, _) => &codes::DNS_ERROR,
    }
}

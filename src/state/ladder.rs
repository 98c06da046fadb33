//! The probe's ladder: the stages of each host and each address, filled in as the events come.

use connlint_probe_api::{Event, Host, ProbeRequest, Stage, State};

/// How a rung stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RungState {
    /// Its turn has not come.
    #[default]
    Waiting,
    /// Under way.
    Running,
    /// Ended well.
    Ok,
    /// Ended, and there is something to know.
    Warn,
    /// Ended the row.
    Failed,
    /// Not needed, or not reached.
    Skipped,
}

impl RungState {
    /// The name for attributes and styles.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One stage of one host or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The stage.
    pub stage: Stage,
    /// How it stands.
    pub state: RungState,
    /// What was seen, in a sentence.
    pub text: Option<String>,
    /// How long it took, in microseconds.
    pub dur_us: Option<u64>,
    /// Facts worth showing, such as the TLS version.
    pub facts: Vec<String>,
}

impl Rung {
    const fn new(stage: Stage) -> Self {
        Self {
            stage,
            state: RungState::Waiting,
            text: None,
            dur_us: None,
            facts: Vec::new(),
        }
    }

    /// What its state is called: a skipped rung was either not needed, and the probe says why, or not reached.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self.state {
            RungState::Waiting => "waiting",
            RungState::Running => "testing",
            RungState::Ok => "ok",
            RungState::Warn => "ok, but",
            RungState::Failed => "failed",
            RungState::Skipped if self.text.is_some() => "not needed",
            RungState::Skipped => "not reached",
        }
    }

    fn take(&mut self, event: &Event) {
        self.state = match event.state {
            State::Start | State::Unknown => RungState::Running,
            State::Ok => RungState::Ok,
            State::Warn => RungState::Warn,
            State::Fail => RungState::Failed,
            State::Skip => RungState::Skipped,
        };
        self.text.clone_from(&event.detail.text);
        self.dur_us = event.detail.dur_us;
        self.facts = facts(event);
    }
}

fn facts(event: &Event) -> Vec<String> {
    let detail = &event.detail;
    let mut facts = Vec::new();
    if let [_, .., last] = detail.chain.as_slice() {
        facts.push(format!("leads to {last}"));
    }
    if let Some(tls) = &detail.tls {
        facts.extend(tls.version.as_ref().map(|v| v.replace("TLSv", "TLS ")));
    }
    if let Some(certificate) = &detail.certificate {
        if let Some(issuer) = &certificate.issuer {
            facts.push(format!("certificate from {issuer}"));
        }
        match certificate.days_left {
            Some(days) if days < 0 => {
                facts.push(format!("expired {} days ago", days.unsigned_abs()));
            }
            Some(days) => facts.push(format!("valid for {days} more days")),
            None => {}
        }
    }
    if let Some(server) = &detail.server {
        let message = server.message.as_deref().unwrap_or("no message");
        facts.push(match &server.sqlstate {
            Some(code) => format!("the server says: {message} (SQLSTATE {code})"),
            None => format!("the server says: {message}"),
        });
    }
    if let Some(ip) = &detail.client_ip {
        facts.push(format!("the server saw the connection come from {ip}"));
    }
    facts
}

/// The stages of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressLadder {
    /// The row's name, such as `192.0.2.1:5432`.
    pub address: String,
    /// Its stages, in their order.
    pub rungs: Vec<Rung>,
}

/// The stages of one host, and its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostLadder {
    /// The host as asked for.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The stages that belong to the host as a whole.
    pub rungs: Vec<Rung>,
    /// Its addresses in the order in which they came.
    pub addresses: Vec<AddressLadder>,
}

/// All hosts of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    /// In the order of the request.
    pub hosts: Vec<HostLadder>,
}

/// The stages of an address that are always shown.
const ADDRESS_STAGES: [Stage; 4] = [Stage::Tcp, Stage::Sslrequest, Stage::Tls, Stage::Startup];

impl Ladder {
    /// The ladder before the first event.
    #[must_use]
    pub fn new(request: &ProbeRequest) -> Self {
        let hosts = request
            .hosts
            .iter()
            .map(|at| HostLadder {
                host: at.host.clone(),
                port: at.port,
                rungs: vec![Rung::new(Stage::Dns)],
                addresses: Vec::new(),
            })
            .collect();
        Self { hosts }
    }

    /// Takes in an event.
    pub fn take(&mut self, event: &Event) {
        let rungs = match &event.address {
            None => self.host_of(event).map(|host| &mut host.rungs),
            Some(address) => self.address_of(event, address).map(|row| &mut row.rungs),
        };
        let Some(rungs) = rungs else { return };
        if let Some(rung) = rungs.iter_mut().find(|rung| rung.stage == event.stage) {
            rung.take(event);
            return;
        }
        // Permissions and goodbyes are worth a rung only if something is wrong with them.
        let quiet = matches!(event.state, State::Start | State::Ok | State::Unknown);
        if !quiet && !matches!(event.stage, Stage::Close | Stage::Unknown) {
            let mut rung = Rung::new(event.stage);
            rung.take(event);
            let at = rungs.partition_point(|other| other.stage < event.stage);
            rungs.insert(at, rung);
        }
    }

    /// Nothing comes any more: what waits or runs was not reached.
    pub fn close(&mut self) {
        let rungs = self.hosts.iter_mut().flat_map(|host| {
            let addresses = host.addresses.iter_mut();
            host.rungs
                .iter_mut()
                .chain(addresses.flat_map(|row| row.rungs.iter_mut()))
        });
        for rung in rungs {
            if matches!(rung.state, RungState::Waiting | RungState::Running) {
                rung.state = RungState::Skipped;
                rung.text = None;
            }
        }
    }

    fn host_of(&mut self, event: &Event) -> Option<&mut HostLadder> {
        let waiting = |host: &HostLadder| {
            host.rungs
                .iter()
                .any(|rung| rung.stage == event.stage && rung.state == RungState::Waiting)
        };
        let index = match &event.detail.host {
            Some(name) => self.hosts.iter().position(|host| {
                let port = event.detail.port.is_none_or(|port| port == host.port);
                port && same_host(&host.host, name)
            }),
            // The beginning of a stage does not name its host; the hosts are begun in their order.
            None => self.hosts.iter().position(waiting),
        };
        self.hosts.get_mut(index?)
    }

    fn address_of(&mut self, event: &Event, address: &str) -> Option<&mut AddressLadder> {
        let known = self.hosts.iter().enumerate().find_map(|(h, host)| {
            let mut rows = host.addresses.iter();
            rows.position(|row| row.address == address).map(|a| (h, a))
        });
        if let Some((h, a)) = known {
            return self.hosts.get_mut(h)?.addresses.get_mut(a);
        }
        let host = self.host_of(event)?;
        // An address that may not be connected to has nothing but that rung.
        let begins = matches!(event.state, State::Start | State::Ok);
        let stages: &[Stage] = if begins { &ADDRESS_STAGES } else { &[] };
        host.addresses.push(AddressLadder {
            address: address.to_owned(),
            rungs: stages.iter().copied().map(Rung::new).collect(),
        });
        host.addresses.last_mut()
    }
}

/// Whether the probe's spelling of a host is the one asked for: it lowers names and writes addresses in their own form.
fn same_host(asked: &str, told: &str) -> bool {
    Host::parse(asked).is_ok_and(|host| host.to_string().eq_ignore_ascii_case(told))
}

/// What a stage is called.
#[must_use]
pub const fn label(stage: Stage) -> &'static str {
    match stage {
        Stage::Policy => "Permission",
        Stage::Dns => "DNS",
        Stage::Address => "Address",
        Stage::Tcp => "TCP",
        Stage::Sslrequest => "TLS offer",
        Stage::Tls => "TLS",
        Stage::Startup => "PostgreSQL",
        Stage::Close => "Goodbye",
        Stage::Unknown => "Another stage",
    }
}

/// What a stage asks.
#[must_use]
pub const fn question(stage: Stage) -> &'static str {
    match stage {
        Stage::Policy => "May this target be tested?",
        Stage::Dns => "Does the name lead to an address?",
        Stage::Address => "May this address be connected to?",
        Stage::Tcp => "Does the port take connections?",
        Stage::Sslrequest => "Is it PostgreSQL, and does it offer TLS?",
        Stage::Tls => "Does the handshake work, does the certificate fit?",
        Stage::Startup => "What does the server answer?",
        Stage::Close | Stage::Unknown => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_probe_api::Detail;

    type At<'a> = Option<(&'a str, u16)>;

    fn event(stage: Stage, state: State, address: Option<&str>, host: At<'_>) -> Event {
        Event {
            seq: 0,
            t_us: 0,
            stage,
            address: address.map(Into::into),
            round: None,
            state,
            code: None,
            persistence: None,
            category: None,
            detail: Detail {
                text: Some(format!("{state:?}")),
                dur_us: Some(1500),
                host: host.map(|(host, _)| host.into()),
                port: host.map(|(_, port)| port),
                ..Detail::default()
            },
        }
    }

    fn state_of(rungs: &[Rung], stage: Stage) -> RungState {
        rungs.iter().find(|r| r.stage == stage).unwrap().state
    }

    fn two_hosts(a: &str, b: &str) -> Ladder {
        let mut request = ProbeRequest::new(a, 5432);
        request.hosts.extend(ProbeRequest::new(b, 6432).hosts);
        Ladder::new(&request)
    }

    #[test]
    fn events_fill_in_the_right_host_and_address() {
        let mut ladder = two_hosts("A.example", "b.example");
        let (a, b) = (Some(("a.example", 5432)), Some(("b.example", 6432)));
        ladder.take(&event(Stage::Policy, State::Ok, None, a));
        ladder.take(&event(Stage::Dns, State::Start, None, None));
        ladder.take(&event(Stage::Policy, State::Ok, None, b));
        ladder.take(&event(Stage::Dns, State::Start, None, None));
        ladder.take(&event(Stage::Dns, State::Fail, None, b));
        ladder.take(&event(Stage::Dns, State::Ok, None, a));
        let row = Some("192.0.2.1:5432");
        ladder.take(&event(Stage::Address, State::Ok, row, a));
        ladder.take(&event(Stage::Tcp, State::Start, row, None));
        assert_eq!(state_of(&ladder.hosts[0].rungs, Stage::Dns), RungState::Ok);
        assert_eq!(
            state_of(&ladder.hosts[1].rungs, Stage::Dns),
            RungState::Failed
        );
        let rungs = &ladder.hosts[0].addresses[0].rungs;
        assert_eq!(state_of(rungs, Stage::Tcp), RungState::Running);
        assert_eq!(rungs.len(), 4, "what is well and says nothing has no rung");
        ladder.close();
        let rungs = &ladder.hosts[0].addresses[0].rungs;
        assert_eq!(rungs[3].state, RungState::Skipped);
        assert_eq!(rungs[3].word(), "not reached");
    }

    #[test]
    fn what_is_forbidden_gets_a_rung_of_its_own() {
        let mut ladder = Ladder::new(&ProbeRequest::new("169.254.169.254", 5432));
        let host = Some(("169.254.169.254", 5432));
        let row = Some("169.254.169.254:5432");
        ladder.take(&event(Stage::Dns, State::Skip, None, host));
        ladder.take(&event(Stage::Address, State::Fail, row, host));
        assert_eq!(ladder.hosts[0].rungs[0].word(), "not needed");
        let rungs = &ladder.hosts[0].addresses[0].rungs;
        assert_eq!(rungs.len(), 1);
        assert_eq!(rungs[0].state, RungState::Failed);
    }

    #[test]
    fn the_same_address_of_two_hosts_has_two_ladders() {
        let mut ladder = two_hosts("a.example", "b.example");
        let (first, second) = (Some("192.0.2.1:5432"), Some("192.0.2.1:5432#2"));
        ladder.take(&event(
            Stage::Address,
            State::Ok,
            first,
            Some(("a.example", 5432)),
        ));
        ladder.take(&event(
            Stage::Address,
            State::Ok,
            second,
            Some(("b.example", 6432)),
        ));
        ladder.take(&event(Stage::Tcp, State::Fail, second, None));
        let tcp = |h: usize| state_of(&ladder.hosts[h].addresses[0].rungs, Stage::Tcp);
        assert_eq!((tcp(0), tcp(1)), (RungState::Waiting, RungState::Failed));
    }
}

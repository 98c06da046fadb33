//! The probe's ladder: the stages of each host and each address, filled in as the events come.

use super::seen;
use connlint_probe_api::{Detail, Event, Host, ProbeRequest, Stage, State};
use std::rc::Rc;

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
    /// When it began, in microseconds since the probe began.
    pub began_us: Option<u64>,
    /// How long it took, in microseconds.
    pub dur_us: Option<u64>,
    /// Everything that was seen.
    pub detail: Rc<Detail>,
}

impl Rung {
    fn new(stage: Stage) -> Self {
        Self {
            stage,
            state: RungState::Waiting,
            text: None,
            began_us: None,
            dur_us: None,
            detail: Rc::default(),
        }
    }

    /// Facts worth a line, such as the TLS version.
    #[must_use]
    pub fn facts(&self) -> Vec<String> {
        seen::facts(&self.detail)
    }

    /// From when to when it went on, in microseconds; `now` is the end of one that still does.
    #[must_use]
    pub fn stretch(&self, now: u64) -> Option<(u64, u64)> {
        let began = self.began_us?;
        match self.dur_us {
            Some(dur) => Some((began, began + dur)),
            None if self.state == RungState::Running => Some((began, now.max(began))),
            None => None,
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
        self.began_us = match event.detail.dur_us {
            Some(dur) => Some(event.t_us.saturating_sub(dur)),
            None if event.state == State::Start => Some(event.t_us),
            None => self.began_us,
        };
        self.detail = Rc::new(event.detail.clone());
    }
}

/// The stages of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressLadder {
    /// The row's name, such as `192.0.2.1:5432`.
    pub address: String,
    /// Whether libpq would try it before the host's others.
    pub tried_first: bool,
    /// Its stages, in their order.
    pub rungs: Vec<Rung>,
}

impl AddressLadder {
    /// `IPv6` or `IPv4`, as the address is written.
    #[must_use]
    pub fn family(&self) -> &'static str {
        if self.address.starts_with('[') {
            "IPv6"
        } else {
            "IPv4"
        }
    }
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
    /// When the first event came, in microseconds since the probe began: in a watch, each look has its own ladder.
    pub began_us: Option<u64>,
    /// When the last one came, likewise.
    pub last_us: u64,
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
        Self {
            hosts,
            began_us: None,
            last_us: 0,
        }
    }

    /// Takes in an event.
    pub fn take(&mut self, event: &Event) {
        let began = event.t_us.saturating_sub(event.detail.dur_us.unwrap_or(0));
        self.began_us = Some(self.began_us.map_or(began, |first| first.min(began)));
        self.last_us = self.last_us.max(event.t_us);
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
            let row = self.hosts.get_mut(h)?.addresses.get_mut(a)?;
            row.tried_first |= event.detail.tried_first == Some(true);
            return Some(row);
        }
        let host = self.host_of(event)?;
        // An address that may not be connected to has nothing but that rung.
        let begins = matches!(event.state, State::Start | State::Ok);
        let stages: &[Stage] = if begins { &ADDRESS_STAGES } else { &[] };
        host.addresses.push(AddressLadder {
            address: address.to_owned(),
            tried_first: event.detail.tried_first == Some(true),
            rungs: stages.iter().copied().map(Rung::new).collect(),
        });
        host.addresses.last_mut()
    }
}

impl Ladder {
    /// From when to when the whole of it goes on, in microseconds; never empty. `now` counts while something runs.
    #[must_use]
    pub fn scale(&self, now: u64) -> (u64, u64) {
        let began = self.began_us.unwrap_or(0);
        let rungs = self.hosts.iter().flat_map(|host| {
            let rows = host.addresses.iter().flat_map(|row| row.rungs.iter());
            host.rungs.iter().chain(rows)
        });
        let ends = rungs
            .filter_map(|rung| rung.stretch(now))
            .map(|(_, end)| end);
        let end = ends.max().unwrap_or(began);
        (began, end.max(self.last_us).max(began + 1))
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
    fn a_rung_knows_from_when_to_when_it_went_on() {
        let mut ladder = Ladder::new(&ProbeRequest::new("db.example", 5432));
        let at = |stage, state, address, t_us, dur_us| {
            let mut event = event(stage, state, address, Some(("db.example", 5432)));
            event.t_us = t_us;
            event.detail.dur_us = dur_us;
            event
        };
        let row = Some("192.0.2.1:5432");
        ladder.take(&at(Stage::Dns, State::Start, None, 1_000, None));
        ladder.take(&at(Stage::Dns, State::Ok, None, 4_000, Some(3_000)));
        ladder.take(&at(Stage::Address, State::Ok, row, 4_000, None));
        ladder.take(&at(Stage::Tcp, State::Start, row, 4_100, None));
        assert_eq!(ladder.hosts[0].rungs[0].stretch(0), Some((1_000, 4_000)));
        let tcp = &ladder.hosts[0].addresses[0].rungs[0];
        assert_eq!(tcp.stretch(9_000), Some((4_100, 9_000)), "it still runs");
        assert_eq!(ladder.scale(9_000), (1_000, 9_000));
        let waiting = &ladder.hosts[0].addresses[0].rungs[3];
        assert_eq!(waiting.stretch(9_000), None);
    }

    #[test]
    fn the_address_that_libpq_tries_first_is_marked() {
        let mut ladder = Ladder::new(&ProbeRequest::new("db.example", 5432));
        let host = Some(("db.example", 5432));
        let mut first = event(Stage::Address, State::Ok, Some("[2001:db8::1]:5432"), host);
        first.detail.tried_first = Some(true);
        ladder.take(&first);
        let second = event(Stage::Address, State::Ok, Some("192.0.2.1:5432"), host);
        ladder.take(&second);
        let rows = &ladder.hosts[0].addresses;
        assert_eq!((rows[0].family(), rows[0].tried_first), ("IPv6", true));
        assert_eq!((rows[1].family(), rows[1].tried_first), ("IPv4", false));
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

//! From the endings of all rows to one verdict, in the way in which libpq goes through addresses
//! and hosts: it tries the next one when it gets no connection, and stays with the first server
//! that answers (<https://www.postgresql.org/docs/current/libpq-connect.html>).

use crate::codes::Code;
use crate::product::Product;
use crate::triage::{self, Category, Persistence};
use connlint_core::triage::Situation;
use connlint_probe_api::{Host, ModeView, Outcome, Row, Stage, Verdict};

/// All that a probe without a password leaves open.
pub(crate) const NOTHING_CHECKED: [&str; 4] = ["password", "user", "database", "permission"];

/// How one row ended.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    pub(crate) address: Option<String>,
    pub(crate) host: String,
    pub(crate) stage: Stage,
    pub(crate) code: String,
    pub(crate) outcome: Outcome,
    pub(crate) failure: Option<(Category, Persistence)>,
    pub(crate) text: String,
    pub(crate) next: Vec<String>,
    pub(crate) not_checked: Vec<String>,
    pub(crate) client_ip: Option<String>,
    pub(crate) modes: Vec<ModeView>,
    /// Whether a TCP connection was there.
    pub(crate) connected: bool,
}

impl Ending {
    pub(crate) fn of(
        address: Option<String>,
        host: &Host,
        stage: Stage,
        code: &'static Code,
    ) -> Self {
        Self {
            address,
            host: host.to_string(),
            stage,
            code: code.name.to_owned(),
            outcome: code.outcome.unwrap_or(Outcome::ProbeFault),
            failure: code.failure,
            text: code.text.to_owned(),
            next: owned(code.next),
            not_checked: owned(&NOTHING_CHECKED),
            client_ip: None,
            modes: Vec::new(),
            connected: false,
        }
    }

    /// An earlier stage would have stopped a driver; what came later stays in the events.
    pub(crate) fn stopped_by(&mut self, stage: Stage, code: &'static Code) {
        self.stage = stage;
        code.name.clone_into(&mut self.code);
        self.outcome = Outcome::TlsProblem;
        self.failure = code.failure;
        code.text.clone_into(&mut self.text);
        self.next = owned(code.next);
    }

    /// Puts what to do on Azure, if the server is Azure's. A server's own error has that already.
    pub(crate) fn advise(&mut self, situation: &Situation, product: Option<&Product>) {
        if self.code.starts_with("pg.error") {
            return;
        }
        let own = product.and_then(|product| product.advice(&self.code));
        let usual = own.as_ref().is_none_or(|advice| advice.usual);
        if let Some(advice) = own {
            self.next = advice.next;
        }
        if let (Some((category, _)), true) = (self.failure, usual) {
            self.next.extend(triage::azure_steps(category, situation));
        }
    }

    fn row(&self) -> Row {
        Row {
            address: self.address.clone(),
            host: self.host.clone(),
            outcome: self.outcome,
            stage: self.stage,
            code: self.code.clone(),
            category: self.failure.map(|(c, _)| c.name().to_owned()),
            persistence: self.failure.map(|(_, p)| p.name().to_owned()),
        }
    }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

/// Weighs the endings, which stand in the order of the connection string.
pub(crate) fn judge(endings: &[Ending], total_us: u64) -> Verdict {
    let goes_on = |e: &Ending| e.code.ends_with(":57P03");
    let decisive = endings
        .iter()
        .find(|e| e.connected && !goes_on(e))
        .or_else(|| endings.iter().find(|e| e.connected))
        .or_else(|| endings.iter().min_by_key(|e| weight(e)));
    let rows = endings.iter().map(Ending::row).collect();
    let Some(e) = decisive else {
        return nothing(rows, total_us);
    };
    Verdict {
        outcome: e.outcome,
        reachable: matches!(
            e.outcome,
            Outcome::ReachableReady | Outcome::ReachablePasswordless
        ),
        code: e.code.clone(),
        stage: e.stage,
        address: e.address.clone(),
        category: e.failure.map(|(c, _)| c.name().to_owned()),
        persistence: e.failure.map(|(_, p)| p.name().to_owned()),
        summary: e.text.clone(),
        next: e.next.clone(),
        not_checked: e.not_checked.clone(),
        client_ip: e.client_ip.clone(),
        modes: e.modes.clone(),
        watch: None,
        rows,
        total_us,
    }
}

/// Without any connection, the failure that says most comes first: that this computer has no IPv6
/// says nothing about a server that also has an IPv4 address.
fn weight(ending: &Ending) -> u8 {
    match ending.code.as_str() {
        "tcp.net_unreachable" | "tcp.local_error" => 2,
        "probe.fault" => 3,
        _ => u8::from(ending.stage < Stage::Tcp),
    }
}

fn nothing(rows: Vec<Row>, total_us: u64) -> Verdict {
    let code = &crate::codes::FAULT;
    Verdict {
        outcome: Outcome::ProbeFault,
        reachable: false,
        code: code.name.to_owned(),
        stage: Stage::Policy,
        address: None,
        category: None,
        persistence: None,
        summary: code.text.to_owned(),
        next: owned(code.next),
        not_checked: owned(&NOTHING_CHECKED),
        client_ip: None,
        modes: Vec::new(),
        watch: None,
        rows,
        total_us,
    }
}

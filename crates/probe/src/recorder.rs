//! Numbers and times the events and sends them to whoever listens.

use crate::codes::Code;
use crate::triage::{Category, Persistence};
use connlint_probe_api::{Detail, Event, Line, Stage, State};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// The clock and the counter of one request.
///
/// The channel is unbounded on purpose: a request gives at most some hundred lines, and a slow
/// reader must not keep a connection to a database server open.
pub(crate) struct Recorder {
    start: Instant,
    state: Mutex<Counters>,
    out: UnboundedSender<Line>,
}

#[derive(Default)]
struct Counters {
    seq: u32,
    round: Option<u32>,
    rows: HashMap<SocketAddr, u32>,
}

impl Recorder {
    pub(crate) fn new(out: UnboundedSender<Line>) -> Self {
        Self {
            start: Instant::now(),
            state: Mutex::default(),
            out,
        }
    }

    /// Microseconds since the request began.
    pub(crate) fn elapsed_us(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// From now on events belong to this look of a watch, whose rows are named anew.
    pub(crate) fn begin_round(&self, number: u32) {
        let mut state = self.lock();
        state.round = Some(number);
        state.rows.clear();
    }

    /// The name of the row for this address, another one each time.
    pub(crate) fn row_name(&self, addr: SocketAddr) -> String {
        let mut state = self.lock();
        let count = state.rows.entry(addr).or_insert(0);
        *count += 1;
        if *count == 1 {
            addr.to_string()
        } else {
            format!("{addr}#{count}")
        }
    }

    /// Opens a step.
    pub(crate) fn begin(&self, stage: Stage, address: Option<&str>) -> Step<'_> {
        self.emit(stage, address, State::Start, None, None, Detail::default());
        Step {
            recorder: self,
            stage,
            address: address.map(str::to_owned),
            began: Instant::now(),
        }
    }

    /// Tells about a step that takes no time.
    pub(crate) fn note(
        &self,
        stage: Stage,
        address: Option<&str>,
        state: State,
        code: &Code,
        mut detail: Detail,
    ) {
        detail.text.get_or_insert_with(|| code.text.to_owned());
        let failure = if state == State::Fail {
            code.failure
        } else {
            None
        };
        self.emit(stage, address, state, Some(code.name), failure, detail);
    }

    fn emit(
        &self,
        stage: Stage,
        address: Option<&str>,
        state: State,
        code: Option<&str>,
        failure: Option<(Category, Persistence)>,
        detail: Detail,
    ) {
        // Number, time and sending belong together, or lines could overtake each other.
        let mut counters = self.lock();
        let event = Event {
            seq: counters.seq,
            t_us: self.elapsed_us(),
            stage,
            address: address.map(str::to_owned),
            round: counters.round,
            state,
            code: code.map(str::to_owned),
            persistence: failure.map(|(_, p)| p.name().to_owned()),
            category: failure.map(|(c, _)| c.name().to_owned()),
            detail,
        };
        counters.seq += 1;
        // Nobody listening any more is the caller's business: it drops the probe.
        let _ = self.out.send(Line::Event(event));
    }

    fn lock(&self) -> MutexGuard<'_, Counters> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A step that has begun and has to be ended.
pub(crate) struct Step<'a> {
    recorder: &'a Recorder,
    stage: Stage,
    address: Option<String>,
    began: Instant,
}

impl Step<'_> {
    /// Ends the step with what the code says.
    pub(crate) fn end(self, state: State, code: &Code, detail: Detail) {
        let failure = if state == State::Fail {
            code.failure
        } else {
            None
        };
        self.end_as(state, code.name, code.text, failure, detail);
    }

    /// Ends the step with a code that is put together from what the server said.
    pub(crate) fn end_as(
        self,
        state: State,
        code: &str,
        text: &str,
        failure: Option<(Category, Persistence)>,
        mut detail: Detail,
    ) {
        detail.dur_us = u64::try_from(self.began.elapsed().as_micros()).ok();
        detail.text.get_or_insert_with(|| text.to_owned());
        self.recorder.emit(
            self.stage,
            self.address.as_deref(),
            state,
            Some(code),
            failure,
            detail,
        );
    }
}

//! The probe as the page sees it: what was asked, how far it got, what came out.

use super::ladder::Ladder;
use connlint_probe_api::{ApiError, Line, ProbeRequest, Round, Verdict, Watch};
use std::rc::Rc;
use yew::Reducible;

/// Where a probe stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was asked.
    #[default]
    Idle,
    /// Under way.
    Running,
    /// It told its verdict.
    Finished,
    /// The user stopped it.
    Cancelled,
    /// The probe itself did not do its part.
    Failed(Problem),
}

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nobody answers at the probe's address.
    Unreachable,
    /// It answers with this status and, if it is a probe, says why.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The probe's own reason.
        error: Option<ApiError>,
    },
    /// The answer ended before its verdict.
    BrokeOff,
    /// The answer is not what a probe says.
    Garbled,
}

impl Problem {
    /// What happened, as a heading.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Unreachable => "The probe does not answer",
            Self::BrokeOff => "The answer broke off",
            Self::Garbled => "The answer makes no sense",
            Self::Refused { status, .. } => match status {
                429 => "The probe is busy",
                503 => "The probe is not ready",
                401 => "The probe wants its token",
                403 | 421 => "The probe does not take requests from this page",
                400 | 413 | 415 | 422 => "The probe does not take this request",
                404 | 405 => "There is no probe at this address",
                _ => "The probe failed",
            },
        }
    }

    /// What it means and what to do.
    #[must_use]
    pub fn text(&self) -> String {
        let Self::Refused { status, error } = self else {
            return match self {
                Self::Unreachable => {
                    "Is connlint serve still running? Start it, reload this page, and test again."
                }
                Self::BrokeOff => {
                    "The connection to the probe ended before its verdict. What is shown is as far as it got. Test again."
                }
                _ => {
                    "Something else than a connlint probe seems to answer, or page and probe have different versions. Reload the page."
                }
            }
            .into();
        };
        let reason = match error {
            Some(error) => error.message.clone(),
            None => format!("It answered with HTTP status {status}."),
        };
        let advice = match status {
            // The probe says when, mostly.
            429 | 503 if reason.contains("Try again") => "",
            429 | 503 => " Wait a few seconds and test again.",
            404 | 405 => " Open the page at the address that connlint serve prints.",
            _ => "",
        };
        reason + advice
    }
}

/// How many looks of a watch are kept: one a second for as long as a watch may take.
const MOST_LOOKS: usize = Watch::MAX as usize;

/// The probe's state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probe {
    /// Counts the probes, so that a late line of an old one is not taken for one of the new one.
    pub run: u32,
    /// Where it stands.
    pub phase: Phase,
    /// What was asked.
    pub request: Option<ProbeRequest>,
    /// What is known so far; in a watch, of the look that [`Self::look`] says.
    pub ladder: Ladder,
    /// In a watch, which look the ladder shows, from 1; otherwise 0.
    pub look: u32,
    /// In a watch, the looks that are over.
    pub rounds: Vec<Round>,
    /// What came out.
    pub verdict: Option<Verdict>,
}

/// What can happen to a probe.
#[derive(Clone, Debug)]
pub enum Action {
    /// The user asks for one; its number has to be higher than the last one's.
    Start(u32, ProbeRequest),
    /// A line came.
    Line(u32, Box<Line>),
    /// The answer is over.
    End(u32),
    /// There will be no more answer.
    Fail(u32, Problem),
    /// The user stops it.
    Cancel,
}

impl Probe {
    fn take(&mut self, line: Line) {
        match line {
            Line::Event(event) => {
                let look = event.round.unwrap_or(self.look);
                if look != self.look {
                    self.look = look;
                    self.ladder = self.request.as_ref().map(Ladder::new).unwrap_or_default();
                }
                self.ladder.take(&event);
            }
            Line::Round(line) if self.rounds.len() < MOST_LOOKS => self.rounds.push(line.round),
            Line::Round(_) => {}
            Line::Verdict(line) => self.verdict = Some(line.verdict),
        }
    }

    /// For how long it repeats itself, in seconds; `None` for one look.
    #[must_use]
    pub fn watches(&self) -> Option<u16> {
        Some(self.request.as_ref()?.watch?.seconds)
    }

    /// Whether what was asked is what this request asks, for however long.
    #[must_use]
    pub fn is_about(&self, request: &ProbeRequest) -> bool {
        self.request.as_ref().is_some_and(|asked| {
            let once = ProbeRequest {
                watch: request.watch,
                ..asked.clone()
            };
            once == *request
        })
    }

    fn ended(&self, phase: Phase) -> Self {
        let mut next = self.clone();
        next.phase = phase;
        next.ladder.close();
        next
    }
}

impl Reducible for Probe {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let running = self.phase == Phase::Running;
        let mine = |run: u32| running && run == self.run;
        let next = match action {
            Action::Start(run, request) => Self {
                run,
                phase: Phase::Running,
                ladder: Ladder::new(&request),
                request: Some(request),
                look: 0,
                rounds: Vec::new(),
                verdict: None,
            },
            Action::Line(run, line) if mine(run) => {
                let mut next = (*self).clone();
                next.take(*line);
                next
            }
            Action::End(run) if mine(run) => self.ended(if self.verdict.is_some() {
                Phase::Finished
            } else {
                Phase::Failed(Problem::BrokeOff)
            }),
            // With the verdict there, the rest of the answer does not matter.
            Action::Fail(run, _) if mine(run) && self.verdict.is_some() => {
                self.ended(Phase::Finished)
            }
            Action::Fail(run, problem) if mine(run) => self.ended(Phase::Failed(problem)),
            Action::Cancel if running => self.ended(Phase::Cancelled),
            _ => return self,
        };
        Rc::new(next)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use connlint_probe_api::{Outcome, Row, Stage, VerdictLine};

    pub(crate) fn verdict(category: &str, host: &str) -> Verdict {
        Verdict {
            outcome: Outcome::Unreachable,
            reachable: false,
            code: "tcp.refused".into(),
            stage: Stage::Tcp,
            address: None,
            category: Some(category.into()),
            persistence: Some("depends".into()),
            summary: "Nothing listens there.".into(),
            next: Vec::new(),
            not_checked: Vec::new(),
            client_ip: None,
            modes: Vec::new(),
            watch: None,
            rows: vec![Row {
                address: None,
                host: host.into(),
                outcome: Outcome::Unreachable,
                stage: Stage::Tcp,
                code: "tcp.refused".into(),
                category: Some(category.into()),
                persistence: Some("depends".into()),
            }],
            total_us: 1,
        }
    }

    fn started(run: u32) -> Rc<Probe> {
        Rc::new(Probe::default()).reduce(Action::Start(run, ProbeRequest::new("db.example", 5432)))
    }

    fn told(probe: Rc<Probe>, run: u32) -> Rc<Probe> {
        let line = Line::Verdict(VerdictLine {
            verdict: verdict("tcp-refused", "db.example"),
        });
        probe.reduce(Action::Line(run, Box::new(line)))
    }

    #[test]
    fn a_verdict_finishes_a_probe_even_if_the_end_is_lost() {
        let probe = told(started(1), 1);
        assert_eq!(probe.phase, Phase::Running);
        let done = Rc::clone(&probe).reduce(Action::End(1));
        assert_eq!(done.phase, Phase::Finished);
        let lost = probe.reduce(Action::Fail(1, Problem::Unreachable));
        assert_eq!(lost.phase, Phase::Finished);
    }

    #[test]
    fn an_answer_without_a_verdict_broke_off() {
        let probe = started(1).reduce(Action::End(1));
        assert_eq!(probe.phase, Phase::Failed(Problem::BrokeOff));
    }

    #[test]
    fn late_lines_of_an_old_or_a_cancelled_probe_are_dropped() {
        let second = started(2);
        let same = told(Rc::clone(&second), 1);
        assert!(Rc::ptr_eq(&second, &same));
        let cancelled = second.reduce(Action::Cancel);
        assert_eq!(cancelled.phase, Phase::Cancelled);
        let same = told(Rc::clone(&cancelled), 2);
        assert!(Rc::ptr_eq(&cancelled, &same));
        let same = Rc::clone(&cancelled).reduce(Action::Cancel);
        assert!(Rc::ptr_eq(&cancelled, &same));
    }

    #[test]
    fn each_look_of_a_watch_has_its_own_ladder_and_its_outcome_is_kept() {
        let line = |text: &str| -> Action {
            Action::Line(1, Box::new(serde_json::from_str(text).unwrap()))
        };
        let event = |round: u32, state: &str| {
            line(&format!(
                r#"{{"seq":1,"t_us":5,"stage":"dns","address":null,"round":{round},"state":"{state}","code":null,
                    "persistence":null,"category":null,"detail":{{"host":"db.example","port":5432}}}}"#
            ))
        };
        let round = line(
            r#"{"round":{"number":1,"t_us":0,"dur_us":9,"outcome":"unreachable","reachable":false,"code":"tcp.refused",
                "category":"tcp-refused","persistence":"depends","next_us":1000000}}"#,
        );
        let probe = started(1).reduce(event(1, "fail")).reduce(round);
        let dns = |probe: &Probe| probe.ladder.hosts[0].rungs[0].state;
        assert_eq!((probe.look, probe.rounds.len()), (1, 1));
        assert_eq!(dns(&probe), crate::state::ladder::RungState::Failed);
        let probe = probe.reduce(event(2, "start"));
        assert_eq!((probe.look, probe.rounds.len()), (2, 1));
        assert_eq!(dns(&probe), crate::state::ladder::RungState::Running);
    }

    #[test]
    fn a_watch_asks_about_the_same_server_as_one_look() {
        let probe = started(1);
        let mut request = ProbeRequest::new("db.example", 5432);
        assert!(probe.is_about(&request));
        request.watch = Some(Watch { seconds: 60 });
        assert!(probe.is_about(&request));
        request.user = Some("app".into());
        assert!(!probe.is_about(&request));
    }

    #[test]
    fn every_problem_says_what_to_do() {
        let refused = |status| Problem::Refused {
            status,
            error: Some(ApiError {
                code: "request.busy".into(),
                message: "Too many at once.".into(),
            }),
        };
        for problem in [
            Problem::Unreachable,
            Problem::BrokeOff,
            Problem::Garbled,
            refused(429),
            refused(422),
            Problem::Refused {
                status: 500,
                error: None,
            },
        ] {
            assert!(!problem.title().is_empty(), "{problem:?}");
            assert!(problem.text().ends_with('.'), "{problem:?}");
        }
        assert!(refused(429).text().starts_with("Too many at once. Wait"));
    }
}

//! What a probe's exit code says, so that a script can tell trouble that passes from trouble that stays.

use connlint_probe_api::{Outcome, Verdict, WatchKind};

/// How a look, or all looks together, ended; the greatest of several counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// The server asks who we are.
    Ready,
    /// It cannot be reached, and that passes by itself.
    Transient,
    /// It cannot be reached, and that stays, or nobody can tell.
    Persistent,
    /// The look itself could not be done.
    Failed,
}

impl Ending {
    /// The process's exit code.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Ready => 0,
            Self::Persistent => 1,
            Self::Failed => crate::FAILED,
            Self::Transient => 3,
        }
    }

    /// What a verdict comes to.
    pub(crate) fn of(verdict: &Verdict) -> Self {
        if matches!(
            verdict.outcome,
            Outcome::ProbeFault | Outcome::DeniedByPolicy
        ) {
            return Self::Failed;
        }
        match verdict.watch.as_ref().map(|watch| watch.kind) {
            Some(WatchKind::Steady) => return Self::Ready,
            Some(WatchKind::Transient | WatchKind::Flapping) => return Self::Transient,
            Some(WatchKind::Persistent) => return Self::Persistent,
            Some(WatchKind::Undecided | WatchKind::Unknown) | None => {}
        }
        if verdict.reachable {
            Self::Ready
        } else {
            Self::lasting(verdict.persistence.as_deref())
        }
    }

    /// What a failure of this persistence comes to: what may be either is not waited for.
    pub(crate) fn lasting(persistence: Option<&str>) -> Self {
        if persistence == Some("transient") {
            Self::Transient
        } else {
            Self::Persistent
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_probe_api::{Stage, WatchVerdict};

    fn verdict(outcome: Outcome, persistence: &str, watch: Option<WatchKind>) -> Verdict {
        Verdict {
            outcome,
            reachable: outcome == Outcome::ReachableReady,
            code: String::new(),
            stage: Stage::Startup,
            address: None,
            category: None,
            persistence: (!persistence.is_empty()).then(|| persistence.to_owned()),
            summary: String::new(),
            next: Vec::new(),
            not_checked: Vec::new(),
            client_ip: None,
            modes: Vec::new(),
            watch: watch.map(|kind| WatchVerdict {
                kind,
                rounds: 2,
                failed: 1,
                longest_outage_us: 1,
                ongoing: false,
            }),
            rows: Vec::new(),
            total_us: 1,
        }
    }

    #[test]
    fn the_exit_code_says_whether_waiting_helps() {
        for (outcome, persistence, watch, code) in [
            (Outcome::ReachableReady, "", None, 0),
            (Outcome::ReachableRejecting, "persistent", None, 1),
            (Outcome::ReachableRejecting, "transient", None, 3),
            (Outcome::Unreachable, "depends", None, 1),
            (Outcome::DnsProblem, "transient", None, 3),
            (Outcome::NotPostgres, "", None, 1),
            (Outcome::DeniedByPolicy, "", None, 2),
            (Outcome::ProbeFault, "depends", None, 2),
            (Outcome::ReachableReady, "", Some(WatchKind::Steady), 0),
            (Outcome::ReachableReady, "", Some(WatchKind::Transient), 3),
            (
                Outcome::Unreachable,
                "depends",
                Some(WatchKind::Flapping),
                3,
            ),
            (
                Outcome::Unreachable,
                "depends",
                Some(WatchKind::Persistent),
                1,
            ),
            (
                Outcome::Unreachable,
                "depends",
                Some(WatchKind::Undecided),
                1,
            ),
            (
                Outcome::ReachableRejecting,
                "transient",
                Some(WatchKind::Undecided),
                3,
            ),
        ] {
            let ending = Ending::of(&verdict(outcome, persistence, watch));
            assert_eq!(ending.code(), code, "{outcome:?} {persistence} {watch:?}");
        }
    }

    #[test]
    fn of_several_looks_the_worst_counts_and_a_look_that_failed_most() {
        assert!(Ending::Ready < Ending::Transient);
        assert!(Ending::Transient < Ending::Persistent);
        assert!(Ending::Persistent < Ending::Failed);
    }
}

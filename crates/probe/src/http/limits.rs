//! How much may be under way: a number of probes in all, and one for each target, because every
//! probe costs its target a process and a TLS handshake.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Target = (String, u16);

pub(super) struct InFlight {
    most: usize,
    shared: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    count: usize,
    targets: HashSet<Target>,
}

/// Why a probe cannot begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Busy {
    /// This target is being probed already.
    Target,
    /// There are too many probes.
    Everything,
}

/// The right to probe; ends when dropped.
pub(super) struct Permit {
    shared: Arc<Mutex<State>>,
    targets: Vec<Target>,
}

fn lock(shared: &Mutex<State>) -> MutexGuard<'_, State> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl InFlight {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            shared: Arc::default(),
        }
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }

    pub(super) fn free(&self) -> usize {
        self.most.saturating_sub(lock(&self.shared).count)
    }

    /// Takes the right to probe these targets.
    pub(super) fn begin(&self, targets: Vec<Target>) -> Result<Permit, Busy> {
        let mut state = lock(&self.shared);
        if state.count >= self.most {
            return Err(Busy::Everything);
        }
        if targets.iter().any(|target| state.targets.contains(target)) {
            return Err(Busy::Target);
        }
        state.count += 1;
        state.targets.extend(targets.iter().cloned());
        drop(state);
        Ok(Permit {
            shared: Arc::clone(&self.shared),
            targets,
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = lock(&self.shared);
        state.count = state.count.saturating_sub(1);
        for target in &self.targets {
            state.targets.remove(target);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_probe_a_target_and_so_many_in_all() {
        let limits = InFlight::new(2);
        let at = |host: &str| vec![(host.to_owned(), 5432)];
        let first = limits.begin(at("a")).unwrap();
        assert_eq!(limits.begin(at("a")).err(), Some(Busy::Target));
        let second = limits.begin(at("b")).unwrap();
        assert_eq!(limits.begin(at("c")).err(), Some(Busy::Everything));
        drop(first);
        assert_eq!(limits.free(), 1);
        assert!(limits.begin(at("a")).is_ok());
        drop(second);
        assert_eq!(limits.free(), 2);
    }
}

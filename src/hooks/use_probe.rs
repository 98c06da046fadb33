//! Runs the probe: starts it, feeds its lines to the state, stops it.

use crate::platform::probe::{Stop, ask};
use crate::state::probe::{Action, Probe};
use connlint_probe_api::ProbeRequest;
use std::cell::RefCell;
use std::rc::Rc;
use url::Url;
use yew::platform::spawn_local;
use yew::prelude::*;

/// The probe's state and its two buttons.
#[derive(Clone, PartialEq)]
pub struct ProbeHandle {
    /// How it stands.
    pub state: UseReducerHandle<Probe>,
    /// Starts one. The only place from which the page sends anything.
    pub start: Callback<ProbeRequest>,
    /// Stops it.
    pub cancel: Callback<()>,
}

/// The probe at `address`; without an address, starting does nothing.
#[hook]
pub fn use_probe(address: Option<Url>) -> ProbeHandle {
    let state = use_reducer(Probe::default);
    let stop = use_mut_ref(|| None::<Stop>);

    let start = {
        let (dispatcher, stop, run) = (state.dispatcher(), Rc::clone(&stop), state.run);
        Callback::from(move |request: ProbeRequest| {
            let Some((address, fresh)) = address.clone().zip(Stop::new()) else {
                return;
            };
            replace(&stop, Some(fresh.clone()));
            let run = run.wrapping_add(1);
            dispatcher.dispatch(Action::Start(run, request.clone()));
            let dispatcher = dispatcher.clone();
            spawn_local(async move {
                let lines = dispatcher.clone();
                let told = ask(&address, &request, &fresh, move |line| {
                    lines.dispatch(Action::Line(run, Box::new(line)));
                });
                dispatcher.dispatch(match told.await {
                    Ok(()) => Action::End(run),
                    Err(problem) => Action::Fail(run, problem),
                });
            });
        })
    };
    let cancel = {
        let (dispatcher, stop) = (state.dispatcher(), Rc::clone(&stop));
        Callback::from(move |()| {
            // First the state: the aborted request must not look like a probe that does not answer.
            dispatcher.dispatch(Action::Cancel);
            replace(&stop, None);
        })
    };
    use_effect_with((), move |()| move || replace(&stop, None));
    ProbeHandle {
        state,
        start,
        cancel,
    }
}

/// Stops what is under way and remembers how to stop what comes next.
fn replace(stop: &RefCell<Option<Stop>>, next: Option<Stop>) {
    if let Some(old) = stop.replace(next) {
        old.now();
    }
}

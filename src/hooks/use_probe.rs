//! Runs the probes: starts them, feeds their lines to the state, stops them.

use crate::platform::probe::{Stop, about, ask};
use crate::state::probe;
use crate::state::vantage::{Action, Points};
use connlint_probe_api::ProbeRequest;
use std::cell::RefCell;
use std::rc::Rc;
use url::Url;
use yew::platform::spawn_local;
use yew::prelude::*;

/// The probes' state and what can be done with them.
#[derive(Clone, PartialEq)]
pub struct ProbeHandle {
    /// How they stand.
    pub state: UseReducerHandle<Points>,
    /// Starts a test at all of them. With [`Self::ask`] the only place from which the page sends anything.
    pub start: Callback<ProbeRequest>,
    /// Stops it.
    pub cancel: Callback<()>,
    /// Asks each probe that has not told it yet what it is and what it sends.
    pub ask: Callback<()>,
}

/// The probes at `addresses`; without an address, starting does nothing.
#[hook]
pub fn use_probe(addresses: &[Url]) -> ProbeHandle {
    let state = use_reducer(|| Points::new(addresses.iter().cloned()));
    let stops = use_mut_ref(Vec::<Stop>::new);

    let ask_about = {
        let state = state.clone();
        Callback::from(move |()| {
            for (index, point) in state.0.iter().enumerate() {
                if point.about.is_some() {
                    continue;
                }
                let (address, dispatcher) = (point.address.clone(), state.dispatcher());
                spawn_local(async move {
                    // A probe that says nothing of itself is called by its address.
                    dispatcher.dispatch(match about(&address).await {
                        Ok(told) => Action::About(index, Box::new(told)),
                        Err(_) => Action::Silent(index),
                    });
                });
            }
        })
    };
    let start = {
        let (state, stops, ask_about) = (state.clone(), Rc::clone(&stops), ask_about.clone());
        Callback::from(move |request: ProbeRequest| {
            stop_all(&stops);
            let run = state.run().wrapping_add(1);
            state.dispatch(Action::Start(run, request.clone()));
            // Several places want names.
            if state.0.len() > 1 {
                ask_about.emit(());
            }
            for (index, point) in state.0.iter().enumerate() {
                let Some(stop) = Stop::new() else { continue };
                stops.borrow_mut().push(stop.clone());
                let (address, dispatcher) = (point.address.clone(), state.dispatcher());
                let request = request.clone();
                spawn_local(async move {
                    let one = |action| Action::One(index, action);
                    let lines = dispatcher.clone();
                    let told = ask(&address, &request, &stop, move |line| {
                        lines.dispatch(one(probe::Action::Line(run, Box::new(line))));
                    });
                    dispatcher.dispatch(one(match told.await {
                        Ok(()) => probe::Action::End(run),
                        Err(problem) => probe::Action::Fail(run, problem),
                    }));
                });
            }
        })
    };
    let cancel = {
        let (dispatcher, stops) = (state.dispatcher(), Rc::clone(&stops));
        Callback::from(move |()| {
            // First the state: the aborted requests must not look like probes that do not answer.
            dispatcher.dispatch(Action::Cancel);
            stop_all(&stops);
        })
    };
    use_effect_with((), move |()| move || stop_all(&stops));
    ProbeHandle {
        state,
        start,
        cancel,
        ask: ask_about,
    }
}

fn stop_all(stops: &RefCell<Vec<Stop>>) {
    for stop in stops.take() {
        stop.now();
    }
}

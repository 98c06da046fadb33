//! Seals the page: adds a policy that forbids all requests, which no script can take back, and tries to break it.

use crate::state::seal::{Attempt, Outcome, policy};
use gloo::events::EventListener;
use gloo::timers::future::TimeoutFuture;
use gloo::utils::{document, window};
use std::cell::RefCell;
use std::rc::Rc;
use url::Url;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlImageElement, SecurityPolicyViolationEvent, WebSocket};

/// How long an attempt may take to be refused, in milliseconds; browsers say so at once.
const PATIENCE_MS: u32 = 1_500;

/// Seals the page, and gives the addresses that stay allowed; nothing if the page has no place for the policy.
///
/// A policy that is added to a page only ever forbids more, and stays when its element is taken away
/// (<https://html.spec.whatwg.org/#attr-meta-http-equiv-content-security-policy>).
#[must_use]
pub fn close(probes: &[Url]) -> Option<Vec<String>> {
    let (policy, allowed) = policy(probes);
    let document = document();
    let meta = document.create_element("meta").ok()?;
    meta.set_attribute("http-equiv", "Content-Security-Policy")
        .ok()?;
    meta.set_attribute("content", &policy).ok()?;
    document.head()?.append_child(&meta).ok()?;
    Some(allowed)
}

/// Tries everything that could send something, and tells what the browser made of it.
///
/// What would be sent is an address on the page's own server that says what it is, and nothing else.
pub async fn try_to_break() -> Vec<(Attempt, Outcome)> {
    let refused = Rc::new(RefCell::new(Vec::new()));
    let listener = {
        let refused = Rc::clone(&refused);
        EventListener::new(&document(), "securitypolicyviolation", move |event| {
            if let Some(event) = event.dyn_ref::<SecurityPolicyViolationEvent>()
                && let Some(attempt) = Attempt::of(&event.blocked_uri())
            {
                refused
                    .borrow_mut()
                    .push((attempt, event.effective_directive()));
            }
        })
    };
    for attempt in Attempt::ALL {
        attack(*attempt);
    }
    let mut waited = 0;
    while waited < PATIENCE_MS && missing(&refused.borrow()) {
        TimeoutFuture::new(50).await;
        waited += 50;
    }
    drop(listener);
    let refused = refused.take();
    let outcome = |attempt: &Attempt| {
        let refusal = refused.iter().find(|(of, _)| of == attempt);
        let outcome = refusal.map_or(Outcome::NotRefused, |(_, directive)| {
            Outcome::Refused(directive.clone())
        });
        (*attempt, outcome)
    };
    Attempt::ALL.iter().map(outcome).collect()
}

fn missing(refused: &[(Attempt, String)]) -> bool {
    let is_refused = |attempt: &Attempt| refused.iter().any(|(of, _)| of == attempt);
    !Attempt::ALL.iter().all(is_refused)
}

/// Tries one way. Whether it throws says nothing: browsers report what their policy stops.
fn attack(attempt: Attempt) {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    let Ok(target) = Url::parse(&base).and_then(|base| base.join(attempt.address())) else {
        return;
    };
    let address = target.as_str();
    match attempt {
        Attempt::Fetch => {
            let answer = window().fetch_with_str(address);
            spawn_local(async move {
                let _ = JsFuture::from(answer).await;
            });
        }
        Attempt::Beacon => {
            let _ = window().navigator().send_beacon(address);
        }
        Attempt::Image => {
            if let Ok(image) = HtmlImageElement::new() {
                image.set_src(address);
            }
        }
        Attempt::WebSocket => {
            let _ = WebSocket::new(&address.replacen("http", "ws", 1));
        }
        Attempt::Script => {
            if let (Ok(script), Some(head)) =
                (document().create_element("script"), document().head())
            {
                let _ = script.set_attribute("type", "module");
                let _ = script.set_attribute("src", address);
                let _ = head.append_child(&script);
                script.remove();
            }
        }
    }
}

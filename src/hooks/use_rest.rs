//! Fetches what comes after the first result, and then seals the page.

use crate::Config;
use crate::late::{self, Late};
use crate::platform::parts::Part;
use crate::platform::{page, parts, seal};
use crate::state::documents::Documents;
use crate::state::seal::Seal;
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::Element;
use yew::platform::spawn_local;
use yew::prelude::*;

/// How the module that is loaded later stands.
#[derive(Clone, Copy, Debug, Default)]
pub enum Stage {
    /// On its way.
    #[default]
    Coming,
    /// Here.
    Here(&'static Late),
    /// It could not be loaded.
    Missing,
}

impl PartialEq for Stage {
    // There is one such module.
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// What the page has only after its first result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rest {
    /// What draws the rest of the page.
    pub late: Stage,
    /// Tries again to load what is missing.
    pub again: Callback<()>,
    /// The explanations of the rules.
    pub documents: Documents,
    /// Whether the page is sealed.
    pub seal: Seal,
}

/// Loads the rest once the first result is drawn. When it is here, the page is sealed if `config` says so, and `root` is
/// told that nothing more will be loaded. The page goes without the documents if they cannot be had, but not without the
/// later module: it stays open until somebody has tried again.
#[hook]
pub fn use_rest(config: &Config, root: &Element) -> Rest {
    let rest = use_state_eq(Rest::default);
    let attempt = use_state_eq(|| 0_u32);
    {
        let (setter, root, config) = (rest.setter(), root.clone(), config.clone());
        let again = {
            let attempt = attempt.clone();
            Callback::from(move |()| attempt.set(attempt.wrapping_add(1)))
        };
        use_effect_with(*attempt, move |_| {
            spawn_local(async move {
                page::drawn().await;
                let mut rest = Rest {
                    again,
                    ..Rest::default()
                };
                setter.set(rest.clone());
                let Ok(late) = late::load().await else {
                    rest.late = Stage::Missing;
                    setter.set(rest);
                    return;
                };
                rest.late = Stage::Here(late);
                setter.set(rest.clone());
                rest.documents = match &config.documents {
                    Some(part) => fetched(part).await,
                    None => Documents::Missing,
                };
                let allowed = config.seal.then(|| seal::close(&config.probes)).flatten();
                rest.seal = allowed.map_or(Seal::Open, Seal::Closed);
                setter.set(rest);
                page::mark_complete(&root);
            });
        });
    }
    (*rest).clone()
}

/// How the later module stands, and how to try again; outside of the app it cannot come any more.
#[hook]
pub fn use_later() -> (Stage, Callback<()>) {
    let rest = use_context::<Rest>();
    let stage = rest.as_ref().map_or(Stage::Missing, |rest| rest.late);
    let again = rest.map(|rest| rest.again).unwrap_or_default();
    (late::here().map_or(stage, Stage::Here), again)
}

thread_local! {
    /// The last request for the documents.
    static REQUEST: RefCell<Option<Request>> = const { RefCell::new(None) };
}

/// A request that all widgets of a page share.
#[derive(Clone)]
struct Request {
    part: Part,
    /// Kept when it has been answered.
    answered: Promise,
    documents: Rc<RefCell<Documents>>,
}

impl Request {
    fn new(part: &Part) -> Self {
        let part = part.clone();
        let documents = Rc::new(RefCell::new(Documents::Missing));
        let (of, came) = (part.clone(), Rc::clone(&documents));
        let answered = future_to_promise(async move {
            match parts::fetch(&of).await {
                Some(text) => drop(came.replace(Documents::read(&text))),
                // The next that asks tries again.
                None => REQUEST.set(None),
            }
            Ok(JsValue::UNDEFINED)
        });
        Self {
            part,
            answered,
            documents,
        }
    }
}

async fn fetched(part: &Part) -> Documents {
    let under_way = REQUEST.with_borrow(Clone::clone);
    let request = under_way
        .filter(|request| request.part == *part)
        .unwrap_or_else(|| {
            let request = Request::new(part);
            REQUEST.set(Some(request.clone()));
            request
        });
    let _ = JsFuture::from(request.answered).await;
    request.documents.borrow().clone()
}

/// The documents, where a component needs one; outside of the app there are none.
#[hook]
pub fn use_documents() -> Documents {
    use_context::<Rest>().map_or(Documents::Missing, |rest| rest.documents)
}

/// Whether the page is sealed.
#[hook]
pub fn use_seal() -> Seal {
    use_context::<Rest>().map_or(Seal::Open, |rest| rest.seal)
}

//! Fetches what comes after the first result, and then seals the page.

use crate::Config;
use crate::platform::parts::Part;
use crate::platform::{page, parts, seal};
use crate::state::documents::Documents;
use crate::state::seal::Seal;
use std::cell::RefCell;
use web_sys::Element;
use yew::platform::spawn_local;
use yew::prelude::*;

/// What the page has only after its first result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rest {
    /// The explanations of the rules.
    pub documents: Documents,
    /// Whether the page is sealed.
    pub seal: Seal,
}

/// Loads the rest once the first result is drawn. When it is here, or cannot be had, the page is sealed if `config` says
/// so, and `root` is told that nothing more will be loaded.
#[hook]
pub fn use_rest(config: &Config, root: &Element) -> Rest {
    let rest = use_state_eq(Rest::default);
    {
        let (setter, root, config) = (rest.setter(), root.clone(), config.clone());
        use_effect_with((), move |()| {
            spawn_local(async move {
                page::drawn().await;
                let documents = match &config.documents {
                    Some(part) => fetched(part).await,
                    None => Documents::Missing,
                };
                let allowed = config.seal.then(|| seal::close(&config.probes)).flatten();
                let seal = allowed.map_or(Seal::Open, Seal::Closed);
                setter.set(Rest { documents, seal });
                page::mark_complete(&root);
            });
        });
    }
    (*rest).clone()
}

thread_local! {
    /// What was fetched, so that all widgets of a page have the same.
    static FETCHED: RefCell<Option<(Part, Documents)>> = const { RefCell::new(None) };
}

async fn fetched(part: &Part) -> Documents {
    let known = || {
        FETCHED.with_borrow(|fetched| {
            let (of, documents) = fetched.as_ref()?;
            (of == part).then(|| documents.clone())
        })
    };
    if let Some(documents) = known() {
        return documents;
    }
    let Some(text) = parts::fetch(part).await else {
        return Documents::Missing;
    };
    // Another widget may have been quicker.
    known().unwrap_or_else(|| {
        let documents = Documents::read(&text);
        FETCHED.set(Some((part.clone(), documents.clone())));
        documents
    })
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

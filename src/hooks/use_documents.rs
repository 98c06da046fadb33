//! Fetches the documents when the app has drawn what it knows, and hands them down.

use crate::platform::page;
use crate::platform::parts::{Part, fetch};
use crate::state::documents::Documents;
use web_sys::Element;
use yew::platform::spawn_local;
use yew::prelude::*;

/// The documents that are at `address`. Asking for them waits until the first result is drawn, and when they are here,
/// `root` is told that nothing more will be loaded.
#[hook]
pub fn use_fetched_documents(address: Option<Part>, root: &Element) -> Documents {
    let documents = use_state_eq(Documents::default);
    {
        let (setter, root) = (documents.setter(), root.clone());
        use_effect_with(address, move |address| {
            let address = address.clone();
            spawn_local(async move {
                page::drawn().await;
                let text = match address {
                    Some(part) => fetch(&part).await,
                    None => None,
                };
                setter.set(text.map_or(Documents::Missing, |text| Documents::read(&text)));
                page::mark_complete(&root);
            });
        });
    }
    (*documents).clone()
}

/// The documents, where a component needs one; outside of the app there are none.
#[hook]
pub fn use_documents() -> Documents {
    use_context::<Documents>().unwrap_or(Documents::Missing)
}

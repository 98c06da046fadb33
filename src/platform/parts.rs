//! Fetches the parts of the page that come after its first result.

use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCredentials, RequestInit, Response};

/// A file that the build has made, and the hash that it must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it is, relative to the page; `#id` for an element of the page itself, as in the page that is one file.
    pub address: String,
    /// As `integrity` in HTML has it; empty if it is not known, as in a test.
    pub integrity: String,
}

/// The part that the build has named in `<meta name="connlint-parts" data-…>`.
#[must_use]
pub fn named(name: &str) -> Option<Part> {
    let meta = document()
        .query_selector("meta[name='connlint-parts']")
        .ok()??;
    Some(Part {
        address: meta.get_attribute(&format!("data-{name}"))?,
        integrity: meta
            .get_attribute(&format!("data-{name}-integrity"))
            .unwrap_or_default(),
    })
}

/// Its text; nothing if it cannot be had, or is not what the build has made.
pub async fn fetch(part: &Part) -> Option<String> {
    if let Some(id) = part.address.strip_prefix('#') {
        return document().get_element_by_id(id)?.text_content();
    }
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::Omit);
    if !part.integrity.is_empty() {
        init.set_integrity(&part.integrity);
    }
    let answer = window().fetch_with_str_and_init(&part.address, &init);
    let response: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    text.as_string()
}

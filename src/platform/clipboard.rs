//! Copies a text to the clipboard, when the user asks for it.

use gloo::utils::window;
use wasm_bindgen_futures::JsFuture;

/// Copies `text`; false if the browser does not allow it, as on a page that came over plain HTTP.
pub async fn copy(text: &str) -> bool {
    if !window().is_secure_context() {
        return false;
    }
    JsFuture::from(window().navigator().clipboard().write_text(text))
        .await
        .is_ok()
}

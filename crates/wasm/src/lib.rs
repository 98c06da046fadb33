//! The checks without the page, for scripts: text in, the JSON of `connlint --format json` out.
//!
//! The npm package wraps these four functions (`packaging/npm/`). Each takes the text and the settings of
//! `connlint.toml` as JSON; an empty text of settings means none.

pub mod api;

use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// See [`api::lint`].
///
/// # Errors
/// What is wrong with the settings.
#[wasm_bindgen]
pub fn lint(text: &str, settings: &str) -> Result<String, JsError> {
    api::lint(text, settings).map_err(|error| JsError::new(&error))
}

/// See [`api::readings`].
///
/// # Errors
/// What is wrong with the settings.
#[wasm_bindgen]
pub fn readings(text: &str, settings: &str) -> Result<String, JsError> {
    api::readings(text, settings).map_err(|error| JsError::new(&error))
}

/// See [`api::convert`].
///
/// # Errors
/// Why it cannot be converted, or what is wrong with the settings.
#[wasm_bindgen]
pub fn convert(text: &str, to: &str, settings: &str) -> Result<String, JsError> {
    api::convert(text, to, settings).map_err(|error| JsError::new(&error))
}

/// See [`api::triage`].
///
/// # Errors
/// What is wrong with the settings.
#[wasm_bindgen]
pub fn triage(text: &str, settings: &str) -> Result<String, JsError> {
    api::triage(text, settings).map_err(|error| JsError::new(&error))
}

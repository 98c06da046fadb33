//! The token that `connlint serve` prints: it comes behind the page's address, once, stays with the tab, and goes to a probe
//! on this computer or where the page is, and nowhere else.

use gloo::utils::window;
use url::Url;
use wasm_bindgen::JsValue;

/// How the address carries it.
const FRAGMENT: &str = "#token=";
/// Where the tab keeps it, so that it is still there after a reload.
const KEPT: &str = "connlint-token";

/// Takes the token out of the page's address, so that it is in no bookmark and in no copied link.
pub fn take() {
    let location = window().location();
    let Some(token) = location.hash().ok().and_then(|hash| {
        let token = hash.strip_prefix(FRAGMENT)?;
        fits(token).then(|| token.to_owned())
    }) else {
        return;
    };
    // A page in a frame may have no storage; then there is no token.
    let Ok(Some(storage)) = window().session_storage() else {
        return;
    };
    if storage.set_item(KEPT, &token).is_err() {
        return;
    }
    let bare = location
        .pathname()
        .and_then(|path| Ok(path + &location.search()?));
    if let (Ok(history), Ok(bare)) = (window().history(), bare) {
        // If it stays in the address after all, nothing is lost.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&bare));
    }
}

/// The token for the probe at this address, if it is one that may have it.
#[must_use]
pub fn for_probe(base: &Url) -> Option<String> {
    let here = window()
        .location()
        .origin()
        .is_ok_and(|origin| origin == base.origin().ascii_serialization());
    let this_computer = matches!(base.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if !here && !this_computer {
        return None;
    }
    let storage = window().session_storage().ok().flatten()?;
    storage.get_item(KEPT).ok().flatten()
}

/// Whether a text can be a token: what else stands behind the address is none of ours.
fn fits(token: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    (16..=256).contains(&token.len()) && token.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_serve_would_print_is_taken() {
        assert!(fits("0123456789abcdef0123456789abcdef"));
        for other in [
            "",
            "short",
            "with space and more",
            "0123456789abcdef<script>",
        ] {
            assert!(!fits(other), "{other}");
        }
    }
}

//! The page round the app: where it goes, what it was told, and what happens if it cannot go on.

use crate::state::share::{Shared, read};
use connlint_core::{Driver, Options, Target};
use gloo::timers::future::TimeoutFuture;
use gloo::utils::document;
use url::Url;
use wasm_bindgen::JsCast;
use web_sys::{
    Element, HtmlDialogElement, HtmlMetaElement, HtmlTextAreaElement, ScrollIntoViewOptions,
    ScrollLogicalPosition,
};

/// Whether the page is connlint's own, and not one that has widgets in it.
#[must_use]
pub fn is_own() -> bool {
    matches!(
        document().query_selector("meta[name='connlint-app']"),
        Ok(Some(_))
    )
}

/// The element that has the focus, also inside of a widget, which for the document is one element.
pub(super) fn active_element() -> Option<Element> {
    let mut focused = document().active_element()?;
    while let Some(inside) = focused.shadow_root().and_then(|root| root.active_element()) {
        focused = inside;
    }
    Some(focused)
}

/// The element that the app is for.
#[must_use]
pub fn root() -> Option<Element> {
    document().get_element_by_id("connlint")
}

/// The addresses of the probes' API, as whoever serves the page has written them into
/// `<meta name="connlint-probe" content="…">`: relative to the page, with blanks between them, none without a probe.
///
/// Reading them needs no request, so that a page without a probe makes none.
#[must_use]
pub fn probe_addresses() -> Vec<Url> {
    let page = document().base_uri().ok().flatten();
    page.zip(told("meta[name='connlint-probe']"))
        .map(|(page, addresses)| resolve(&page, &addresses))
        .unwrap_or_default()
}

/// What a team asks of its strings, as whoever serves the page has written it into
/// `<meta name="connlint-policy" content="…">`: for [`read_settings`].
#[must_use]
pub fn settings() -> Option<String> {
    told("meta[name='connlint-policy']").filter(|json| !json.trim().is_empty())
}

/// Reads the settings of `connlint.toml`, as JSON.
///
/// # Errors
/// What is wrong with it: said on the page, because settings that are silently left out are worse than none.
pub fn read_settings(json: &str) -> Result<Options, String> {
    let config: connlint_config::Config =
        serde_json::from_str(json).map_err(|error| error.to_string())?;
    // The page has no paths.
    let settings = config.effective(|_| false);
    Ok(settings.with(Target::Auto, Driver::Auto))
}

/// The content of the `<meta>` that `selector` finds.
fn told(selector: &str) -> Option<String> {
    let meta = document()
        .query_selector(selector)
        .ok()??
        .dyn_into::<HtmlMetaElement>()
        .ok()?;
    Some(meta.content())
}

/// Resolves the probes' addresses against the page's, each once; only the web's own schemes can be asked.
fn resolve(page: &str, addresses: &str) -> Vec<Url> {
    let Ok(page) = Url::parse(page) else {
        return Vec::new();
    };
    let mut urls = Vec::new();
    for address in addresses.split_ascii_whitespace() {
        let Ok(url) = page.join(address) else {
            continue;
        };
        let plain = url.username().is_empty() && url.password().is_none();
        if matches!(url.scheme(), "http" | "https") && plain && !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}

/// What came with the page's address, if it is a share link.
#[must_use]
pub fn shared() -> Option<Shared> {
    let fragment = gloo::utils::window().location().hash().ok()?;
    read(&fragment)
}

/// The page's own address, for links to it: without fragment and query.
#[must_use]
pub fn own_address() -> Option<Url> {
    let address = gloo::utils::window().location().href().ok()?;
    let mut url = Url::parse(&address).ok()?;
    url.set_fragment(None);
    url.set_query(None);
    Some(url)
}

/// What was typed into the text area that stands in the app's place until the app is there.
#[must_use]
pub fn typed_text(root: &Element) -> String {
    root.query_selector("textarea")
        .ok()
        .flatten()
        .and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok())
        .map(|area| area.value())
        .unwrap_or_default()
}

/// Whether the focus is in `root`, so that it can be given back after what is there has been replaced.
#[must_use]
pub fn had_focus(root: &Element) -> bool {
    active_element().is_some_and(|focused| root.contains(Some(&focused)))
}

/// Waits until the browser has painted what is drawn now.
///
/// A frame begins before it is painted; the task that it queues runs behind that. A tab in the background paints
/// nothing, so there the wait is a moment.
pub async fn drawn() {
    let frame = js_sys::Promise::new(&mut |resolve, _| {
        let window = gloo::utils::window();
        let _ = window.request_animation_frame(&resolve);
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 500);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(frame).await;
    TimeoutFuture::new(0).await;
}

/// Says by an attribute that the app is there.
pub fn mark_ready(root: &Element) {
    let _ = root.set_attribute("data-ready", "");
}

/// Says by an attribute that everything is loaded: from now on the page asks for nothing.
pub fn mark_complete(root: &Element) {
    let _ = root.set_attribute("data-complete", "");
}

/// Keeps panics out of the console, since a panic's text can quote the input; `told` hears that there was one, and may not
/// call anything of the app.
pub fn quiet_panics(told: impl Fn() + Send + Sync + 'static) {
    yew::set_custom_panic_hook(Box::new(move |_| told()));
}

/// Shows the page's own message that it has stopped.
pub fn mark_failed() {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-failed", "");
    }
}

/// Shows the page's own message that a file could not be loaded.
pub fn mark_missing() {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-failed", "missing");
    }
}

/// Milliseconds since 1970-01-01 UTC, as this computer's clock has them.
#[must_use]
pub fn now_ms() -> i64 {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a clock's whole milliseconds"
    )]
    let now = js_sys::Date::now() as i64;
    now
}

/// An address that is a text itself, for a link that saves it without any request.
#[must_use]
pub fn text_address(text: &str) -> String {
    let encoded = js_sys::encode_uri_component(text);
    format!("data:text/markdown;charset=utf-8,{encoded}")
}

/// Scrolls as little as is needed to show the first element under `root` that `selector` finds.
pub fn reveal(root: &Element, selector: &str) {
    let Ok(Some(element)) = root.query_selector(selector) else {
        return;
    };
    let how = ScrollIntoViewOptions::new();
    how.set_block(ScrollLogicalPosition::Nearest);
    how.set_inline(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&how);
}

/// Moves the focus to the first element under `root` that `selector` finds.
pub fn focus(root: &Element, selector: &str) {
    if let Ok(Some(element)) = root.query_selector(selector)
        && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
    {
        let _ = element.focus();
    }
}

/// Whether a dialog of the app is open, which then has all keys for itself; one of a page round a widget is that page's.
#[must_use]
pub fn has_dialog(root: &Element) -> bool {
    matches!(root.query_selector("dialog[open]"), Ok(Some(_)))
}

/// Opens a dialog above the page.
pub fn open_dialog(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        let _ = dialog.show_modal();
    }
}

/// Whether what is typed now goes into a text or chooses from a list.
#[must_use]
pub fn is_typing() -> bool {
    active_element().is_some_and(|focused| {
        ["textarea", "input", "select"].contains(&focused.local_name().as_str())
    })
}

/// Gives the page its colours, or the widget its own if `root` is in one: by the attribute `data-theme`.
pub fn set_theme(root: &Element, name: &str) {
    let page = document().document_element();
    let place = page.filter(|page| page.contains(Some(root)));
    let _ = place
        .as_ref()
        .unwrap_or(root)
        .set_attribute("data-theme", name);
}

/// The value of `attribute` on the focused element or the nearest one round it that has it.
#[must_use]
pub fn focused(attribute: &str) -> Option<String> {
    active_element()?
        .closest(&format!("[{attribute}]"))
        .ok()??
        .get_attribute(attribute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_whole_or_not_at_all() {
        let options = read_settings(
            r#"{"driver": "pgx", "ignore": ["RES"], "policy": {"tls": "verify-full"}}"#,
        )
        .unwrap();
        assert_eq!(options.driver.name(), "pgx");
        assert_eq!(
            options.policy.tls,
            Some(connlint_core::TlsLevel::VerifyFull)
        );
        assert_eq!(options.policy.ignore.len(), 1);
        let error = read_settings(r#"{"ignore": ["RIS"]}"#).unwrap_err();
        assert!(error.contains("there is no rule or group `RIS`"), "{error}");
    }

    #[test]
    fn the_probe_is_where_the_page_says() {
        let at = |addresses| -> Vec<String> {
            let urls = resolve("http://127.0.0.1:8080/app/?x#y", addresses);
            urls.into_iter().map(String::from).collect()
        };
        assert!(at("").is_empty() && at(" ").is_empty());
        assert_eq!(at("."), ["http://127.0.0.1:8080/app/"]);
        assert_eq!(at("/"), ["http://127.0.0.1:8080/"]);
        assert_eq!(
            at("./ https://probe.example/x/\n./"),
            ["http://127.0.0.1:8080/app/", "https://probe.example/x/"],
            "several, each once"
        );
        assert!(at("javascript:alert(1) http://user:pw@probe.example/").is_empty());
        assert!(resolve("file:///tmp/index.html", ".").is_empty());
    }

    #[test]
    fn the_small_build_of_url_reads_every_host_of_a_connection_string() {
        let host = |text| Url::parse(text).map(|url| url.host_str().map(str::to_owned));
        let read = host("postgresql://app@bücher.example/shop");
        assert_eq!(
            read,
            Ok(Some("b%C3%BCcher.example".into())),
            "as browsers and Node do"
        );
        let read = host("postgresql://app@DB.Example/shop");
        assert_eq!(read, Ok(Some("DB.Example".into())));
    }
}

//! Mounts the app for a test and takes it away afterwards, even when the test fails: an app left behind would answer
//! the keys of the next test.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use connlint_web::app::App;
use connlint_web::platform::parts::Part;
use connlint_web::{Config, mount};
use gloo::timers::future::TimeoutFuture;
use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, EventInit, HtmlElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent,
    KeyboardEventInit,
};
use yew::{AppHandle, scheduler};

/// The page's own styles, so that what depends on them can be tested.
const CSS: &str = concat!(
    include_str!("../../static/css/tokens.css"),
    include_str!("../../static/css/base.css"),
    include_str!("../../static/css/page.css"),
    include_str!("../../static/css/controls.css"),
    include_str!("../../static/css/editor.css"),
    include_str!("../../static/css/gallery.css"),
    include_str!("../../static/css/summary.css"),
    include_str!("../../static/css/findings.css"),
    include_str!("../../static/css/triage.css"),
    include_str!("../../static/css/probe.css"),
    include_str!("../../static/css/readings.css"),
    include_str!("../../static/css/convert.css"),
    include_str!("../../static/css/share.css"),
    include_str!("../../static/css/foot.css"),
    include_str!("../../static/css/adapting.css"),
);

/// A mounted app.
pub(crate) struct Page {
    /// The element that it is in.
    pub(crate) root: Element,
    style: Element,
    app: Option<AppHandle<App>>,
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
        self.style.remove();
    }
}

impl Page {
    pub(crate) async fn mount(config: Config) -> Self {
        let style = document().create_element("style").unwrap();
        style.set_text_content(Some(CSS));
        document().head().unwrap().append_child(&style).unwrap();
        let root = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let app = mount(root.clone(), config);
        let page = Self {
            root,
            style,
            app: Some(app),
        };
        page.settle().await;
        page
    }

    /// Lets everything that is due happen.
    pub(crate) async fn settle(&self) {
        scheduler::flush().await;
        // Some of it waits for the frame, and runs in the task behind it.
        connlint_web::platform::page::drawn().await;
        TimeoutFuture::new(0).await;
        scheduler::flush().await;
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.root.query_selector_all(selector).unwrap();
        (0..list.length())
            .filter_map(|i| list.get(i)?.dyn_into().ok())
            .collect()
    }

    pub(crate) fn one(&self, selector: &str) -> Element {
        let mut all = self.all(selector);
        assert_eq!(all.len(), 1, "{selector} in {}", self.root.inner_html());
        all.remove(0)
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        self.one(selector).text_content().unwrap_or_default()
    }

    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let text = |element: Element| element.text_content().unwrap_or_default();
        self.all(selector).into_iter().map(text).collect()
    }

    fn area(&self) -> HtmlTextAreaElement {
        self.one("#input").unchecked_into()
    }

    pub(crate) fn value(&self) -> String {
        self.area().value()
    }

    /// What is selected in the box; its offsets are UTF-16.
    pub(crate) fn selected(&self) -> String {
        let area = self.area();
        let (start, end) = (
            area.selection_start().unwrap(),
            area.selection_end().unwrap(),
        );
        let units: Vec<u16> = area.value().encode_utf16().collect();
        String::from_utf16(&units[start.unwrap() as usize..end.unwrap() as usize]).unwrap()
    }

    /// Replaces the text as a paste over everything does.
    pub(crate) async fn type_text(&self, text: &str) {
        let area = self.area();
        area.focus().unwrap();
        area.set_value(text);
        self.send(&area, "input");
        self.settle().await;
    }

    fn send(&self, element: &Element, name: &str) {
        let init = EventInit::new();
        init.set_bubbles(true);
        let event = Event::new_with_event_init_dict(name, &init).unwrap();
        element.dispatch_event(&event).unwrap();
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.one(selector).unchecked_into::<HtmlElement>().click();
        self.settle().await;
    }

    pub(crate) async fn choose(&self, selector: &str, value: &str) {
        let select: HtmlSelectElement = self.one(selector).unchecked_into();
        select.set_value(value);
        self.send(&select, "change");
        self.settle().await;
    }

    pub(crate) async fn key(&self, selector: &str, key: &str, modifier: &str) {
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_alt_key(modifier == "alt");
        init.set_ctrl_key(modifier == "ctrl");
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        self.one(selector).dispatch_event(&event).unwrap();
        self.settle().await;
    }

    /// Waits until there is such an element; ten seconds at most.
    pub(crate) async fn wait_for(&self, selector: &str) {
        for _ in 0..200 {
            if !self.all(selector).is_empty() {
                return;
            }
            TimeoutFuture::new(50).await;
        }
        panic!("no {selector} in {}", self.root.inner_html());
    }

    pub(crate) fn focus(&self, selector: &str) {
        self.one(selector)
            .unchecked_into::<HtmlElement>()
            .focus()
            .unwrap();
    }

    pub(crate) fn focused_id(&self) -> String {
        document()
            .active_element()
            .map(|e| e.id())
            .unwrap_or_default()
    }
}

/// Settings with the documents of the rules, as the build puts them beside the page.
pub(crate) fn with_documents() -> Config {
    let joined = connlint_core::rules::documents::joined();
    let data = String::from(js_sys::encode_uri_component(&joined));
    Config {
        documents: Some(Part {
            address: format!("data:text/plain;charset=utf-8,{data}"),
            integrity: String::new(),
        }),
        ..Config::default()
    }
}

/// Settings with a probe at an address of this computer where nothing listens.
pub(crate) fn with_probe() -> Config {
    Config {
        probes: url::Url::parse("http://127.0.0.1:9/").into_iter().collect(),
        ..Config::default()
    }
}

/// A computed style.
pub(crate) fn style(element: &Element, property: &str) -> String {
    let style = window().get_computed_style(element).unwrap().unwrap();
    style.get_property_value(property).unwrap()
}

/// How many entries the page has put into the browser's storage.
pub(crate) fn stored() -> u32 {
    let count = |storage: Option<web_sys::Storage>| storage.map_or(0, |s| s.length().unwrap());
    count(window().local_storage().unwrap()) + count(window().session_storage().unwrap())
}

pub(crate) fn address() -> String {
    window().location().href().unwrap()
}

pub(crate) fn title() -> String {
    document().title()
}

//! The app as a part of another page: what `static/connlint-widget.js` makes for each `<conn-lint>`.

use crate::Config;
use crate::app::App;
use crate::components::editor::Annotated;
use crate::late;
use crate::platform::page;
use crate::platform::parts::Part;
use crate::state::document::Checked;
use crate::state::embedding::{self, Runbooks, Settings};
use crate::state::findings::Findings;
use connlint_core::Severity;
use js_sys::{Array, Function};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use yew::prelude::*;

/// What the app owes to the widget that it is in.
#[derive(Clone, PartialEq)]
pub struct Embedding {
    /// The text that the page round it has set, with a number that counts how often.
    pub text: (u32, Rc<str>),
    /// Told about each text that was checked.
    pub on_change: Callback<Change>,
}

/// A text that was checked. What the page's listeners hear of it has no text.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The text, for the widget itself.
    pub text: Rc<str>,
    /// The codes of its findings, in order.
    pub codes: Vec<&'static str>,
    /// How many of them are errors, warnings and of little weight.
    pub counts: [usize; 3],
}

impl Change {
    /// What is to be told of `findings` in a text.
    #[must_use]
    pub fn new(checked: &Checked, findings: &Findings) -> Self {
        let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
        Self {
            text: Rc::clone(&checked.text),
            codes: findings.iter().map(|finding| finding.code).collect(),
            counts: [Severity::Error, Severity::Warning, Severity::Info].map(count),
        }
    }
}

/// See [`Root`].
#[derive(Clone, PartialEq, Properties)]
struct Props {
    root: Element,
    settings: Settings,
    notice: Option<String>,
    focus: bool,
    embedding: Embedding,
}

/// The outermost component of a widget: the app, or an example to be looked at.
#[component]
fn Root(props: &Props) -> Html {
    let settings = &props.settings;
    let inside = if settings.readonly {
        html! { <Annotated options={settings.options.clone()} embedding={props.embedding.clone()} /> }
    } else {
        let config = Config {
            probes: settings.probes.clone(),
            documents: settings
                .documents
                .clone()
                .map(|(address, integrity)| Part { address, integrity }),
            home: settings.home.clone(),
            text: props.embedding.text.1.to_string(),
            options: settings.options.clone(),
            notice: props.notice.clone(),
            focus: props.focus,
            ..Config::default()
        };
        html! { <App {config} root={props.root.clone()} embedding={props.embedding.clone()} /> }
    };
    html! {
        <ContextProvider<Runbooks> context={settings.runbooks.clone()}>
            {inside}
            <slot name="help" />
        </ContextProvider<Runbooks>>
    }
}

thread_local! {
    /// Told when the app has stopped because of a mistake of its own.
    static ON_FAILURE: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Calls `told` when the app has stopped because of a mistake of its own, which it then has for all widgets of a page:
/// nothing of it can be called any more, and nothing of the page round them is changed.
#[wasm_bindgen(js_name = onFailure)]
pub fn on_failure(told: Function) {
    ON_FAILURE.set(Some(told));
    page::quiet_panics(|| {
        let told = ON_FAILURE.with(|told| told.try_borrow().ok().and_then(|told| told.clone()));
        if let Some(told) = told {
            let _ = told.call0(&JsValue::NULL);
        }
    });
}

/// Loads everything that a widget is made of; before that there is none.
///
/// # Errors
/// When it cannot be loaded; the next call tries again.
#[wasm_bindgen]
pub async fn ready() -> Result<(), JsValue> {
    let loaded = late::load().await;
    loaded
        .map(|_| ())
        .map_err(|late::Missing| js_sys::Error::new("a part of the checks did not load").into())
}

/// A mounted widget, as its script holds it.
#[wasm_bindgen]
pub struct Widget(Option<Box<dyn Mounted>>);

impl std::fmt::Debug for Widget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Widget").finish_non_exhaustive()
    }
}

#[wasm_bindgen]
impl Widget {
    /// Puts a widget into `root`, after [`ready`]. `settings` is read by [`embedding::read`]; `changed` is called with the
    /// text, its codes with blanks between them, and the numbers of errors, warnings and notes.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(root: Element, settings: &str, text: &str, focus: bool, changed: Function) -> Self {
        let order = Order {
            root,
            settings: settings.to_owned(),
            text: text.into(),
            focus,
            changed,
        };
        Self(late::here().map(|late| (late.widget)(order)))
    }

    /// What is wrong with its settings, which are then left out.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        self.0.as_ref()?.notice()
    }

    /// Shows another text.
    pub fn show(&mut self, text: &str) {
        if let Some(widget) = &mut self.0 {
            widget.show(text);
        }
    }

    /// Takes it away.
    pub fn unmount(self) {
        if let Some(widget) = self.0 {
            widget.unmount();
        }
    }
}

/// What a widget is made from.
#[derive(Debug)]
pub struct Order {
    /// Where it goes.
    pub root: Element,
    /// Read by [`embedding::read`].
    pub settings: String,
    /// The text to begin with.
    pub text: Rc<str>,
    /// Whether to put the focus into its text area.
    pub focus: bool,
    /// Told about each text that was checked.
    pub changed: Function,
}

/// A widget in its place.
pub trait Mounted {
    /// What is wrong with its settings.
    fn notice(&self) -> Option<String>;
    /// Shows another text.
    fn show(&mut self, text: &str);
    /// Takes it away.
    fn unmount(self: Box<Self>);
}

struct InPlace {
    app: AppHandle<Root>,
    props: Props,
}

/// Puts a widget into its place.
#[must_use]
pub fn mount(order: Order) -> Box<dyn Mounted> {
    let (settings, notice) = match embedding::read(&order.settings) {
        Ok(settings) => (settings, None),
        Err(error) => (Settings::default(), Some(error)),
    };
    let changed = order.changed;
    let on_change = Callback::from(move |change: Change| {
        let [errors, warnings, notes] = change.counts.map(|count| JsValue::from(count as u32));
        let told = Array::of5(
            &JsValue::from_str(&change.text),
            &JsValue::from_str(&change.codes.join(" ")),
            &errors,
            &warnings,
            &notes,
        );
        // What a listener throws is its own affair.
        let _ = changed.apply(&JsValue::NULL, &told);
    });
    let props = Props {
        root: order.root.clone(),
        settings,
        notice,
        focus: order.focus,
        embedding: Embedding {
            text: (0, order.text),
            on_change,
        },
    };
    let app = yew::Renderer::<Root>::with_root_and_props(order.root, props.clone()).render();
    Box::new(InPlace { app, props })
}

impl Mounted for InPlace {
    fn notice(&self) -> Option<String> {
        self.props.notice.clone()
    }

    fn show(&mut self, text: &str) {
        let (number, _) = self.props.embedding.text;
        self.props.embedding.text = (number.wrapping_add(1), text.into());
        self.app.update(self.props.clone());
    }

    fn unmount(self: Box<Self>) {
        self.app.destroy();
    }
}

//! The connlint page: paste a PostgreSQL connection string, see what is wrong with it, fix it, test it.
//!
//! [`state`] is pure and knows no browser; [`platform`] is the only module that touches one; [`components`] draw, and
//! [`hooks`] connect the three. [`mount`] puts it into an element.

pub mod app;
pub mod components;
pub mod hooks;
pub mod late;
pub mod platform;
pub mod state;
pub mod widget;

use app::App;
use connlint_core::Options;
use platform::parts::Part;
use url::Url;
use web_sys::Element;
use yew::AppHandle;

/// What the page that holds the app has decided.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Config {
    /// Where the explanations of the rules are, fetched after the first result; without, there are none.
    pub documents: Option<Part>,
    /// The addresses of the probes' API, one for each vantage point; without one, the app sends nothing anywhere.
    pub probes: Vec<Url>,
    /// The address of connlint's own page, which share links lead to; without, it is this page's.
    pub home: Option<Url>,
    /// The text to begin with.
    pub text: String,
    /// Driver and target to begin with, and what a team asks of its strings.
    pub options: Options,
    /// Whether the text is the shape of another one, from a share link.
    pub shared: bool,
    /// What is wrong with the settings, for whoever serves the page.
    pub notice: Option<String>,
    /// Whether to forbid the browser all further requests once everything is loaded: for a page of the app's own.
    pub seal: bool,
    /// Whether to put the focus into the text area.
    pub focus: bool,
}

/// Puts the app into `root`, in place of what is there.
///
/// Drop the handle or not, the app stays; [`AppHandle::destroy`] takes it away.
pub fn mount(root: Element, config: Config) -> AppHandle<App> {
    let props = app::Props {
        config,
        root: root.clone(),
        embedding: None,
    };
    yew::Renderer::<App>::with_root_and_props(root, props).render()
}

/// Finds the app's place in the page and its settings, and starts it. In a page of somebody else it does nothing: there,
/// each widget is [made](widget::Widget) by its script.
pub fn start() {
    if !platform::page::is_own() {
        return;
    }
    platform::page::quiet_panics(platform::page::mark_failed);
    platform::token::take();
    let Some(root) = platform::page::root() else {
        return;
    };
    let Some(settings) = platform::page::settings() else {
        return begin(root, Ok(Options::default()));
    };
    // What reads them is loaded later; without it, nothing is checked by other rules than the team's.
    yew::platform::spawn_local(async move {
        match late::load().await {
            Ok(late) => begin(root, (late.settings)(&settings)),
            Err(late::Missing) => platform::page::mark_missing(),
        }
    });
}

fn begin(root: Element, settings: Result<Options, String>) {
    let (options, notice) = match settings {
        Ok(options) => (options, None),
        Err(error) => (Options::default(), Some(error)),
    };
    let typed = platform::page::typed_text(&root);
    // What the user has typed comes before what came with the address.
    let shared = platform::page::shared().filter(|_| typed.is_empty());
    let is_shared = shared.is_some();
    let (text, options) = match shared {
        Some(shared) => {
            let (driver, target) = (shared.driver, shared.target);
            let options = Options {
                driver,
                target,
                ..options
            };
            (shared.text, options)
        }
        None => (typed, options),
    };
    let config = Config {
        documents: platform::parts::named("documents"),
        home: None,
        probes: platform::page::probe_addresses(),
        text,
        options,
        shared: is_shared,
        notice,
        seal: true,
        focus: platform::page::had_focus(&root),
    };
    mount(root, config);
}

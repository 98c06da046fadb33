//! What the first result does not need: the build puts it into a module of its own, which is loaded after that.
//!
//! Everything that is reached only through [`Late`] is in there, with the code and the data of connlint's core that only it
//! uses. Without the feature `split`, as in tests, all is in one module and here from the beginning.

use crate::components::layout::{docs, seal};
use crate::components::summary::splits;
use crate::components::{advice, gallery, panels, triage};
use crate::platform::page;
use crate::state::document;
use crate::widget;
use connlint_core::triage::Paste;
use connlint_core::{Analysis, Options};
use std::fmt;
use yew::prelude::*;

/// The ways into the module that is loaded later.
pub struct Late {
    /// The panels below the findings.
    pub panels: fn(panels::Props) -> Html,
    /// What an error tells.
    pub triage: fn(triage::Props) -> Html,
    /// What to do about a failure that the probe saw.
    pub advice: fn(advice::Props) -> Html,
    /// The ways in which a string can be cut.
    pub splits: fn(splits::Props) -> Html,
    /// The rules, each on a broken string.
    pub shelves: fn(gallery::Props) -> Html,
    /// A rule's documentation.
    pub docs: fn(docs::Props) -> Html,
    /// The seal's badge and its trial.
    pub seal: fn() -> Html,
    /// Reads the error in a text.
    pub error: fn(Analysis, &str, &Options) -> Paste,
    /// Reads the settings of the page.
    pub settings: fn(&str) -> Result<Options, String>,
    /// Puts a widget into its place.
    pub widget: fn(widget::Order) -> Box<dyn widget::Mounted>,
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Late").finish_non_exhaustive()
    }
}

static LATE: Late = Late {
    panels: |props| html! { <panels::Panels ..props /> },
    triage: |props| html! { <triage::TriagePanel ..props /> },
    advice: |props| html! { <advice::AdviceView ..props /> },
    splits: |props| html! { <splits::SplitsView ..props /> },
    shelves: |props| html! { <gallery::Shelves ..props /> },
    docs: |props| html! { <docs::Docs ..props /> },
    seal: || html! { <seal::SealView /> },
    error: document::with_error,
    settings: page::read_settings,
    widget: widget::mount,
};

/// The module could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

pub use part::{here, load};

#[cfg(not(feature = "split"))]
mod part {
    use super::{LATE, Late, Missing};

    /// The module, if it is here.
    #[must_use]
    pub fn here() -> Option<&'static Late> {
        Some(&LATE)
    }

    /// Loads the module.
    ///
    /// # Errors
    /// When it cannot be had; the next call tries again.
    #[allow(
        clippy::unused_async,
        reason = "loading takes time in a build that is split"
    )]
    pub async fn load() -> Result<&'static Late, Missing> {
        Ok(&LATE)
    }
}

#[cfg(feature = "split")]
mod part {
    use super::{LATE, Late, Missing};
    use std::sync::OnceLock;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    static HERE: OnceLock<&'static Late> = OnceLock::new();

    impl From<SplitLoaderError> for Missing {
        fn from(_: SplitLoaderError) -> Self {
            Self
        }
    }

    /// The module, if it is here.
    #[must_use]
    pub fn here() -> Option<&'static Late> {
        HERE.get().copied()
    }

    /// Loads the module.
    ///
    /// # Errors
    /// When it cannot be had; the next call tries again.
    pub async fn load() -> Result<&'static Late, Missing> {
        let late = entry().await?;
        Ok(HERE.get_or_init(|| late))
    }

    #[wasm_split(late, fallible)]
    fn entry() -> Result<&'static Late, Missing> {
        Ok(&LATE)
    }
}

//! What connects the state with the browser: effects, listeners, tasks.

mod use_announcer;
mod use_elapsed;
mod use_embedding;
mod use_keys;
mod use_painted;
mod use_probe;
mod use_rest;
mod use_rested;
mod use_theme;
mod use_undo_menu;

pub use use_announcer::use_announcer;
pub use use_elapsed::use_elapsed;
pub use use_embedding::use_embedding;
pub use use_keys::use_keys;
pub use use_painted::use_painted;
pub use use_probe::{ProbeHandle, use_probe};
pub use use_rest::{Rest, Stage, use_documents, use_later, use_rest, use_seal};
pub use use_rested::use_rested;
pub use use_theme::use_theme;
pub use use_undo_menu::use_undo_menu;

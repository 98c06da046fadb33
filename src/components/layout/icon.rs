//! Small pictures that stand beside a word, never for one.

use yew::prelude::*;

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// A cross in an octagon: an error.
    Error,
    /// A triangle: a warning.
    Warning,
    /// An i: a note.
    Note,
    /// A tick: all well.
    Ok,
    /// A dash: skipped.
    Skipped,
    /// A ring: waiting.
    Waiting,
    /// An arc, which turns: running.
    Running,
}

/// Draws a picture that takes the colour of the text; it is hidden from those who hear the page.
pub fn icon(picture: Picture) -> Html {
    let (name, path) = match picture {
        Picture::Error => (
            "error",
            "M5.3 1h5.4L15 5.3v5.4L10.7 15H5.3L1 10.7V5.3zM5.5 5.5l5 5m0-5-5 5",
        ),
        Picture::Warning => ("warning", "M8 1.8 15 14.2H1zM8 6.2v4M8 12.2v.1"),
        Picture::Note => (
            "note",
            "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM8 7.2v4.3M8 4.7v.1",
        ),
        Picture::Ok => (
            "ok",
            "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM4.8 8.2l2.3 2.3 4.2-4.7",
        ),
        Picture::Skipped => ("skipped", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1zM5 8h6"),
        Picture::Waiting => ("waiting", "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z"),
        Picture::Running => ("running", "M8 1a7 7 0 1 1-7 7"),
    };
    html! {
        <svg class={classes!("icon", format!("icon-{name}"))} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}

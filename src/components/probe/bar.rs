//! A stretch of time, drawn to scale.

use yew::prelude::*;

/// How wide the drawing is, in its own units.
const WIDTH: f64 = 1000.0;
/// The least that is drawn, so that the shortest stretch is seen.
const LEAST: f64 = 4.0;

/// Where `at` stands between `from` and `to`, from 0 to `width`.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a drawing needs no more")]
pub(super) fn place(at: u64, (from, to): (u64, u64), width: f64) -> f64 {
    let whole = to.saturating_sub(from).max(1);
    at.saturating_sub(from).min(whole) as f64 / whole as f64 * width
}

/// A bar from `stretch.0` to `stretch.1` of `scale`; what is not known yet is an empty track.
pub(super) fn bar(stretch: Option<(u64, u64)>, scale: (u64, u64)) -> Html {
    let filled = stretch.map(|(from, to)| {
        let start = place(from, scale, WIDTH).min(WIDTH - LEAST);
        let width = (place(to, scale, WIDTH) - start).max(LEAST);
        html! { <rect class="bar-time" x={format!("{start:.1}")} y="0" width={format!("{width:.1}")} height="4" /> }
    });
    html! {
        <svg class="bar" viewBox={format!("0 0 {WIDTH} 4")} preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="bar-track" x="0" y="1.5" width={WIDTH.to_string()} height="1" />
            {filled}
        </svg>
    }
}

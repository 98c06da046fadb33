//! The layer behind the text area: which squiggle is where, and which ones stand out.

use wasm_bindgen::JsCast;
use web_sys::Element;

/// How far from a squiggle the mouse still means it, in CSS pixels: a point has no width of its own.
const NEAR: f64 = 4.0;

/// The elements under `root` that `selector` finds.
fn all(root: &Element, selector: &str) -> impl DoubleEndedIterator<Item = Element> {
    let list = root.query_selector_all(selector).ok();
    let length = list.as_ref().map_or(0, web_sys::NodeList::length);
    (0..length).filter_map(move |at| list.as_ref()?.get(at)?.dyn_into().ok())
}

/// Lets the squiggles of a finding stand out, and no other one: says so by an attribute, `data-current` or
/// `data-pointed`.
pub fn show(layer: &Element, how: &str, finding: Option<u32>) {
    let attribute = format!("data-{how}");
    for element in all(layer, &format!("[{attribute}]")) {
        let _ = element.remove_attribute(&attribute);
    }
    if let Some(finding) = finding {
        for element in all(layer, &format!("[data-finding=\"{finding}\"]")) {
            let _ = element.set_attribute(&attribute, "");
        }
    }
}

/// The finding whose squiggle is at this place of the window, the innermost one if there are several.
#[must_use]
pub fn at(layer: &Element, x: f64, y: f64) -> Option<u32> {
    let squiggles = all(layer, "[data-finding]").rev();
    let mut hit = squiggles.filter(|element| {
        let boxes = element.get_client_rects();
        let mut boxes = (0..boxes.length()).filter_map(|at| boxes.item(at));
        boxes.any(|rect| {
            let room = if rect.width() < 2.0 { NEAR } else { 0.0 };
            let beside = x < rect.left() - room || rect.right() + room < x;
            !beside && rect.top() <= y && y <= rect.bottom()
        })
    });
    hit.next()?.get_attribute("data-finding")?.parse().ok()
}

//! Where the characters of the text box and those of the layer behind it are, to be compared with each other.

use crate::{Page, Result};
use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// A visible character and its place in the window, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// The character, with its accents.
    pub text: String,
    /// Left, top, right, bottom of each of its boxes.
    pub boxes: Vec<[f64; 4]>,
}

impl Glyph {
    /// Whether the other one is the same character at the same place, half a pixel up or down.
    #[must_use]
    pub fn is_at(&self, other: &Self) -> bool {
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < 0.5;
        self.text == other.text
            && self.boxes.len() == other.boxes.len()
            && self
                .boxes
                .iter()
                .zip(&other.boxes)
                .all(|(a, b)| a.iter().zip(b).all(near))
    }
}

/// A function of an element: all of its visible characters and where they are.
const GLYPHS: &str = r"function () {
    const walker = document.createTreeWalker(this, NodeFilter.SHOW_TEXT), places = [];
    let whole = '';
    while (walker.nextNode()) {
        const node = walker.currentNode;
        for (let at = 0; at < node.data.length; at++) places.push([node, at]);
        whole += node.data;
    }
    const range = document.createRange(), glyphs = [];
    for (const { segment, index } of new Intl.Segmenter('en').segment(whole)) {
        // What ends a line or stands for an empty one has no place that would matter.
        if (/^[\n\u200B]+$/.test(segment)) continue;
        const [first, from] = places[index], [last, to] = places[index + segment.length - 1];
        range.setStart(first, from);
        range.setEnd(last, to + 1);
        const boxes = [...range.getClientRects()].filter(b => b.width > 0);
        glyphs.push([segment, boxes.map(b => [b.left, b.top, b.right, b.bottom])]);
    }
    return glyphs;
}";

/// Points into each character of the layer that is in sight, near its left and its right edge, and asks the browser
/// where in the box the caret would go: in front of that very character, and behind it.
const HITS: &str = r"
    const glyphs = (GLYPHS).call(document.querySelector('.layer'));
    const box = document.querySelector('#input'), wrong = [];
    const frame = document.querySelector('.editor').getBoundingClientRect();
    const turned = /[\u0590-\u08FF]/.test(box.value);
    let at = 0, seen = 0;
    for (const [text, boxes] of glyphs) {
        const start = box.value.indexOf(text, at), end = start + text.length;
        at = end;
        if (boxes.length !== 1) continue;
        const [left, top, right, bottom] = boxes[0], middle = (top + bottom) / 2, width = right - left;
        if (top < frame.top || bottom > Math.min(frame.bottom, innerHeight)) continue;
        if (left < frame.left || right > frame.right) continue;
        const hit = x => {
            const place = document.caretPositionFromPoint(x, middle);
            return place?.offsetNode === box ? place.offset : -1;
        };
        const hits = [hit(left + width / 4), hit(right - width / 4)].sort((a, b) => a - b);
        seen++;
        const front = hits[0] === start, back = hits[1] === end;
        // Where the direction of writing changes, an edge belongs to two places in the text; and one browser puts the
        // caret behind a tab wherever it is pointed at.
        const loose = text === '\t' || turned;
        if (!(loose ? front || back || hits.includes(start) || hits.includes(end) : front && back)) wrong.push(`${text} at ${start}: ${hits}`);
    }
    return [seen, wrong];";

impl Page {
    /// The visible characters of the layer, in order.
    ///
    /// # Errors
    /// When the page has no layer.
    pub fn glyphs_of_layer(&self) -> Result<Vec<Glyph>> {
        let script = format!("return ({GLYPHS}).call(document.querySelector('.layer'))");
        glyphs(&self.browser().script(&script, &[])?)
    }

    /// The visible characters of the box, in order: what Chromium's DevTools see inside of it, which no page can.
    ///
    /// # Errors
    /// When the browser is not Chromium.
    pub fn glyphs_of_box(&self) -> Result<Vec<Glyph>> {
        let browser = self.browser();
        let found = browser.devtools(
            "Runtime.evaluate",
            json!({ "expression": "document.querySelector('#input')" }),
        )?;
        let node = browser.devtools(
            "DOM.describeNode",
            json!({ "objectId": found["result"]["objectId"], "depth": -1, "pierce": true }),
        )?;
        let children = node["node"]["shadowRoots"][0]["children"].as_array();
        let inner = children.into_iter().flatten().next_back();
        let inner = inner.context("the box has no inside")?;
        let inside = browser.devtools(
            "DOM.resolveNode",
            json!({ "backendNodeId": inner["backendNodeId"] }),
        )?;
        let told = browser.devtools(
            "Runtime.callFunctionOn",
            json!({
                "objectId": inside["object"]["objectId"],
                "functionDeclaration": GLYPHS,
                "returnByValue": true,
            }),
        )?;
        glyphs(&told["result"]["value"])
    }

    /// Compares layer and box by where the caret would go, which every browser tells: how many characters are in
    /// sight, and which of them are not where they are drawn.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn misplaced(&self) -> Result<(u64, Vec<String>)> {
        let script = HITS.replace("GLYPHS", GLYPHS);
        let told = self.browser().script(&script, &[])?;
        let wrong = told[1].as_array().context("no list")?.iter();
        let wrong = wrong.map(|text| text.as_str().unwrap_or_default().to_owned());
        Ok((told[0].as_u64().context("no number")?, wrong.collect()))
    }

    /// Scrolls the text, as far down as it goes at most.
    ///
    /// # Errors
    /// When the page has no editor.
    pub fn scroll_text(&self, pixels: u32) -> Result {
        self.browser().script(
            "document.querySelector('.editor').scrollTop = arguments[0]",
            &[json!(pixels)],
        )?;
        Ok(())
    }

    /// Whether the selection in the box is in the visible part of the editor and of the window.
    ///
    /// # Errors
    /// When the page has no editor.
    pub fn selection_is_in_sight(&self) -> Result<bool> {
        let script = format!(
            r"const box = document.querySelector('#input');
            const frame = document.querySelector('.editor').getBoundingClientRect();
            const glyphs = ({GLYPHS}).call(document.querySelector('.layer'));
            let at = 0;
            for (const [text, boxes] of glyphs) {{
                const start = box.value.indexOf(text, at);
                at = start + text.length;
                if (at < box.selectionEnd || !boxes.length) continue;
                const [, top, , bottom] = boxes[0];
                return top >= Math.max(frame.top, 0) - 1 && bottom <= Math.min(frame.bottom, innerHeight) + 1;
            }}
            return false;"
        );
        let told = self.browser().script(&script, &[])?;
        told.as_bool().context("neither yes nor no")
    }
}

fn glyphs(value: &Value) -> Result<Vec<Glyph>> {
    let list = value.as_array().context("no list of characters")?;
    let glyphs = list.iter().map(|glyph| {
        let boxes = glyph[1].as_array().into_iter().flatten();
        let edges = |b: &Value| [0, 1, 2, 3].map(|edge| b[edge].as_f64().unwrap_or(f64::NAN));
        Glyph {
            text: glyph[0].as_str().unwrap_or_default().to_owned(),
            boxes: boxes.map(edges).collect(),
        }
    });
    let glyphs: Vec<Glyph> = glyphs.collect();
    ensure!(!glyphs.is_empty(), "there is no text");
    Ok(glyphs)
}

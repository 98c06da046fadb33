//! axe-core in the open page: what would keep people out who do not see it, or use it without a mouse.

use crate::{Browser, Page, Result, tools};
use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::fs;

/// Everything that axe knows, its good practices included.
///
/// The box's own text is transparent, because the layer behind it draws the same characters at the same places: what
/// axe would say of the box's contrast is said of nothing that can be seen. The layer's contrast is looked at by
/// [`Page::weak_colours`].
const RUN: &str = "const done = arguments[0];
    axe.run({ include: [['html']] }, { resultTypes: ['violations'] })
       .then(told => done(told.violations), error => done(String(error)));";

/// Every text of the layer with its colour and what is behind it, as the browser paints them.
const COLOURS: &str = r"
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const paint = colours => {
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = rgb => rgb
        .map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const weak = new Set();
    const walker = document.createTreeWalker(document.querySelector('.layer'), NodeFilter.SHOW_TEXT);
    let seen = 0;
    while (walker.nextNode()) {
        const text = walker.currentNode;
        if (!text.data.trim() || text.data === '\u200B') continue;
        seen++;
        const behind = [];
        for (let e = text.parentElement; e; e = e.parentElement) behind.unshift(getComputedStyle(e).backgroundColor);
        const colour = getComputedStyle(text.parentElement).color;
        const a = light(paint(behind)), b = light(paint([...behind, colour]));
        const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (contrast < 4.5) weak.add(`${text.parentElement.className}: ${contrast.toFixed(2)}`);
    }
    return [seen, [...weak]];";

impl Browser {
    /// What axe-core has to say of the page as it is now: the rule, the element, what is wrong with it.
    ///
    /// # Errors
    /// When axe-core is missing or does not run.
    pub fn axe(&self) -> Result<Vec<String>> {
        if self.script("return !window.axe", &[])? == json!(true) {
            // Scripts of the driver are no scripts of the page, so its policy does not stop them.
            self.script(&fs::read_to_string(tools::axe()?)?, &[])?;
        }
        let told = self.run(async |driver| {
            let told = driver.execute_async(RUN, vec![]).await?;
            Ok(told.json().clone())
        })?;
        let Some(violations) = told.as_array() else {
            bail!("axe does not run: {told}");
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut found = Vec::new();
        for violation in violations {
            for node in violation["nodes"].as_array().context("no nodes")? {
                let place = node["target"].to_string();
                let rule = text(&violation["id"]);
                if rule == "color-contrast" && place.contains("#input") {
                    continue;
                }
                found.push(format!("{rule} {place}: {}", text(&node["failureSummary"])));
            }
        }
        Ok(found)
    }
}

impl Page {
    /// [`Browser::axe`] of this page.
    ///
    /// # Errors
    /// As there.
    pub fn axe(&self) -> Result<Vec<String>> {
        self.browser().axe()
    }

    /// How many pieces of text the layer has, and which of them have less contrast than people need.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn weak_colours(&self) -> Result<(u64, Vec<String>)> {
        let told = self.browser().script(COLOURS, &[])?;
        let weak = told[1].as_array().context("no list")?.iter();
        let weak = weak.map(|text| text.as_str().unwrap_or_default().to_owned());
        Ok((told[0].as_u64().context("no number")?, weak.collect()))
    }
}

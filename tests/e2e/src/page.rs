//! The page as a person sees and uses it. The names of its controls are known here and nowhere else.

use crate::browser::Logged;
use crate::{Browser, Engine, PATIENCE, Result};
use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};
use thirtyfour::TypingData;
use thirtyfour::prelude::*;

/// An open page in a browser of its own.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
}

/// A stretch of the text that is underlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Squiggle {
    /// The finding's code.
    pub code: String,
    /// The characters under which the line is.
    pub text: String,
}

/// The rungs of the probe's ladder, each a stage and its state, in the order in which they stand.
pub type Ladder = Vec<(String, String)>;

/// A finding of the probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeFinding {
    /// The failure's category.
    pub category: String,
    /// The whole text of it.
    pub text: String,
    /// What to do, one text for each step.
    pub steps: Vec<String>,
    /// The advice on trying again, if there is any.
    pub retry: Option<String>,
}

/// Whether an address is that of the tab's icon, as the page names it.
pub(crate) fn is_icon(address: &str) -> bool {
    let name = address.rsplit('/').next().unwrap_or_default();
    let icon = name
        .strip_prefix("icon-")
        .and_then(|rest| rest.strip_suffix(".svg"));
    icon.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl Page {
    /// Opens the page in Chromium and waits until it can be used and has loaded everything.
    ///
    /// # Errors
    /// When browser or page do not start.
    pub fn open(url: &str) -> Result<Self> {
        Self::open_in(Engine::Chromium, url)
    }

    /// Opens the page in this browser and waits until it can be used.
    ///
    /// # Errors
    /// When browser or page do not start.
    pub fn open_in(engine: Engine, url: &str) -> Result<Self> {
        Self::open_with(Browser::start_with(engine, &[])?, url)
    }

    /// Opens the page in a browser that is there and waits until it can be used.
    ///
    /// # Errors
    /// When the page does not start.
    pub fn open_with(browser: Browser, url: &str) -> Result<Self> {
        let page = Self { browser };
        page.go(url)?;
        Ok(page)
    }

    /// Opens the page in Chromium and does not wait for it.
    ///
    /// # Errors
    /// When the browser does not start.
    pub fn start(url: &str) -> Result<Self> {
        let page = Self {
            browser: Browser::start()?,
        };
        page.browser.run(async |driver| driver.goto(url).await)?;
        Ok(page)
    }

    /// Goes to a page and waits until it can be used and has loaded everything.
    ///
    /// # Errors
    /// When it does not start.
    pub fn go(&self, url: &str) -> Result {
        self.browser.run(async |driver| driver.goto(url).await)?;
        self.until_ready()
    }

    fn until_ready(&self) -> Result {
        self.until("the page to be ready", |page| {
            Ok(page.count("[data-ready][data-complete]")?.checked_sub(1))
        })?;
        Ok(())
    }

    /// The browser that the page is in.
    #[must_use]
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Looks again and again until there is something to give.
    ///
    /// # Errors
    /// After [`PATIENCE`]: what was waited for, and what the page showed instead.
    pub fn until<T>(
        &self,
        what: &str,
        mut look: impl FnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let start = Instant::now();
        loop {
            // A look may meet the page in the middle of a change; the next one will not.
            let seen = look(self);
            if let Ok(Some(value)) = seen {
                return Ok(value);
            }
            if start.elapsed() > PATIENCE {
                let why = seen
                    .err()
                    .map_or(String::new(), |error| format!(" ({error:#})"));
                let evidence = self.browser.evidence();
                bail!("waited {PATIENCE:?} for {what}{why}\n{evidence}");
            }
            thread::sleep(Duration::from_millis(25));
        }
    }

    /// Waits until this is so.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn until_so(&self, what: &str, mut so: impl FnMut(&Self) -> Result<bool>) -> Result {
        self.until(what, |page| Ok(so(page)?.then_some(())))
    }

    /// Waits until a value is the one wanted.
    ///
    /// # Errors
    /// As [`Self::until`]; the message has the value that it was last.
    pub fn until_equal<T: PartialEq + std::fmt::Debug>(
        &self,
        what: &str,
        wanted: &T,
        mut value: impl FnMut(&Self) -> Result<T>,
    ) -> Result {
        let mut last = None;
        let found = self.until(what, |page| {
            let now = value(page)?;
            let equal = now == *wanted;
            last = Some(now);
            Ok(equal.then_some(()))
        });
        found.with_context(|| format!("{what}: wanted {wanted:?}, last seen {last:?}"))
    }

    // The text box.

    /// The text in the box.
    ///
    /// # Errors
    /// When the page has no box.
    pub fn text(&self) -> Result<String> {
        self.string("return document.querySelector('#input').value", &[])
    }

    /// Replaces the text by another one as a person does: select all, paste from the clipboard.
    ///
    /// # Errors
    /// When the text does not arrive.
    pub fn paste(&self, text: &str) -> Result {
        if self.browser.engine() == Engine::Chromium {
            let permissions =
                json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
            self.browser
                .devtools("Browser.grantPermissions", permissions)?;
        }
        self.focus()?;
        let refused = self.browser.run(async |driver| {
            driver
                .execute_async(
                    "const done = arguments[1];
                     navigator.clipboard.writeText(arguments[0]).then(() => done(), e => done(String(e)))",
                    vec![json!(text)],
                )
                .await
        })?;
        if let Some(error) = refused.json().as_str() {
            bail!("nothing can be put into the clipboard: {error}");
        }
        self.press(Key::Control + "a")?;
        self.press(Key::Control + "v")?;
        self.until_equal("the pasted text in the box", &text.to_owned(), Self::text)
    }

    /// The text in the clipboard, once something was [pasted](Self::paste): that gives the permission.
    ///
    /// # Errors
    /// When the browser does not let it be read.
    pub fn clipboard(&self) -> Result<String> {
        let read = self.browser.run(async |driver| {
            driver
                .execute_async(
                    "const done = arguments[0];
                     navigator.clipboard.readText().then(done, () => done(null))",
                    vec![],
                )
                .await
        })?;
        let text = read.json().as_str().map(str::to_owned);
        text.context("the clipboard cannot be read")
    }

    /// Presses keys in whatever has the focus.
    ///
    /// # Errors
    /// When nothing can have the focus.
    pub fn press(&self, keys: impl Into<TypingData>) -> Result {
        let keys = keys.into();
        self.browser.run(async |driver| {
            let focused = driver.active_element().await?;
            focused.send_keys(keys).await
        })
    }

    /// Puts the focus into the box.
    ///
    /// # Errors
    /// When the page has no box.
    pub fn focus(&self) -> Result {
        self.browser
            .script("document.querySelector('#input').focus()", &[])?;
        Ok(())
    }

    /// The part of the text that is selected, if the box has the focus.
    ///
    /// # Errors
    /// When the page has no box.
    pub fn selection(&self) -> Result<Option<String>> {
        let selected = self.browser.script(
            "const box = document.querySelector('#input');
             return document.activeElement === box
                 ? box.value.slice(box.selectionStart, box.selectionEnd) : null",
            &[],
        )?;
        Ok(selected.as_str().map(str::to_owned))
    }

    /// Where in the box the selection begins, in UTF-16 units.
    ///
    /// # Errors
    /// When the page has no box.
    pub fn selection_start(&self) -> Result<usize> {
        Ok(self.property("#input", "selectionStart")?.parse()?)
    }

    // Findings.

    /// The codes of the findings in the list, in order.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn codes(&self) -> Result<Vec<String>> {
        self.strings("[data-code]", "e.dataset.code")
    }

    /// Waits until the list has this code.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn until_found(&self, code: &str) -> Result {
        self.until_so(&format!("the finding {code}"), |page| {
            Ok(page.codes()?.iter().any(|each| each == code))
        })
    }

    /// Waits until the list no longer has this code.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn until_gone(&self, code: &str) -> Result {
        self.until_so(&format!("the finding {code} to go"), |page| {
            Ok(page.codes()?.iter().all(|each| each != code))
        })
    }

    /// The text of a finding in the list.
    ///
    /// # Errors
    /// When there is none of this code.
    pub fn finding(&self, code: &str) -> Result<String> {
        self.inner_text(&format!("[data-code=\"{code}\"]"))
    }

    /// What is underlined in the text box, in order.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn squiggles(&self) -> Result<Vec<Squiggle>> {
        let codes = self.strings("[data-squiggle]", "e.dataset.squiggle")?;
        let texts = self.strings("[data-squiggle]", "e.textContent")?;
        let both = codes.into_iter().zip(texts);
        Ok(both.map(|(code, text)| Squiggle { code, text }).collect())
    }

    /// Clicks a button inside the finding of this code: `fix`, `show` or `explain`.
    ///
    /// # Errors
    /// When there is no such button.
    pub fn act(&self, code: &str, action: &str) -> Result {
        self.click(&format!(
            "[data-code=\"{code}\"] [data-action=\"{action}\"]"
        ))
    }

    // What each driver does.

    /// A driver's first row: how it ends, then what the row says.
    ///
    /// # Errors
    /// When the table is closed or has no such driver.
    pub fn reading(&self, driver: &str) -> Result<String> {
        let row = format!("#readings tr[data-driver=\"{driver}\"]");
        let outcome = self.property(&row, "dataset.outcome")?;
        Ok(format!("{outcome}: {}", self.inner_text(&row)?))
    }

    // Everything else that can be seen and clicked.

    /// Chooses an entry of a list by its value.
    ///
    /// # Errors
    /// When there is no such list or entry.
    pub fn choose(&self, list: &str, value: &str) -> Result {
        self.click(&format!("{list} option[value=\"{value}\"]"))?;
        self.until_equal(list, &value.to_owned(), |page| page.property(list, "value"))
    }

    /// Waits until this can be clicked, and clicks it.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn click(&self, selector: &str) -> Result {
        self.until_so(&format!("{selector} to be clicked"), |page| {
            page.browser.run(async |driver| {
                let element = driver.find(By::Css(selector)).await?;
                if !element.is_enabled().await? {
                    return Ok(false);
                }
                element.click().await?;
                Ok(true)
            })
        })
    }

    /// Moves the mouse onto the middle of the first of these.
    ///
    /// # Errors
    /// When there is none, or it is not in sight.
    pub fn hover(&self, selector: &str) -> Result {
        let middle = self.browser.script(
            "const e = document.querySelector(arguments[0]);
             e.scrollIntoView({ block: 'nearest' });
             const box = e.getClientRects()[0];
             return [Math.round((box.left + box.right) / 2), Math.round((box.top + box.bottom) / 2)]",
            &[json!(selector)],
        )?;
        let at = |edge: usize| middle[edge].as_i64().context("no place");
        let (x, y) = (at(0)?, at(1)?);
        self.browser
            .run(async |driver| driver.action_chain().move_to(x, y).perform().await)
    }

    /// How many there are of this.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn count(&self, selector: &str) -> Result<usize> {
        Ok(self.strings(selector, "''")?.len())
    }

    /// The visible text of the first of these.
    ///
    /// # Errors
    /// When there is none.
    pub fn inner_text(&self, selector: &str) -> Result<String> {
        let first = self.strings(selector, "e.innerText")?.into_iter().next();
        first.with_context(|| format!("there is no {selector}"))
    }

    /// A property of the first of these, as text.
    ///
    /// # Errors
    /// When there is none.
    pub fn property(&self, selector: &str, name: &str) -> Result<String> {
        let first = self.strings(selector, &format!("String(e.{name})"))?;
        first
            .into_iter()
            .next()
            .with_context(|| format!("there is no {selector}"))
    }

    /// How wide the visible part of the page is, in CSS pixels, its scroll bar included.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn width(&self) -> Result<i64> {
        let width = self.browser.script("return window.innerWidth", &[])?;
        width.as_i64().context("no width")
    }

    /// How many CSS pixels the page is wider than what is visible; more than none scrolls sideways.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn overflow(&self) -> Result<i64> {
        let width = "const e = document.documentElement; return e.scrollWidth - e.clientWidth";
        let wider = self.browser.script(width, &[])?;
        wider.as_i64().context("no width")
    }

    // The probe.

    /// Presses the probe's button and waits for the verdict.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn probe(&self) -> Result<String> {
        self.click("#probe-run")?;
        self.until("the verdict", |page| {
            let running = page.count("[data-stage][data-state=\"running\"]")?;
            let verdict = page.strings("[data-verdict]", "e.innerText")?;
            Ok(verdict
                .into_iter()
                .find(|text| running == 0 && !text.trim().is_empty()))
        })
    }

    /// The rungs of the probe's ladder.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn ladder(&self) -> Result<Ladder> {
        let stages = self.strings("[data-stage][data-state]", "e.dataset.stage")?;
        let states = self.strings("[data-stage][data-state]", "e.dataset.state")?;
        Ok(stages.into_iter().zip(states).collect())
    }

    /// What the page says that it will send to the probe.
    ///
    /// # Errors
    /// When it says nothing.
    pub fn announced_request(&self) -> Result<String> {
        self.inner_text("[data-probe-request]")
    }

    /// Waits until the probe's result shows a finding of this category.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn probe_finding(&self, category: &str) -> Result<ProbeFinding> {
        let selector = format!("li[data-category=\"{category}\"]");
        self.until(&format!("the probe's finding {category}"), |page| {
            if page.count(&selector)? == 0 {
                return Ok(None);
            }
            let inside = |part: &str| page.strings(&format!("{selector} {part}"), "e.innerText");
            Ok(Some(ProbeFinding {
                category: category.to_owned(),
                text: page.inner_text(&selector)?,
                steps: inside("[data-step]")?,
                retry: inside("[data-retry]")?.into_iter().next(),
            }))
        })
    }

    // Where things could leak to.

    /// The whole document as HTML, attributes included, without the text box and the layer that draws its text.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn html_beside_the_text(&self) -> Result<String> {
        self.string(
            "const copy = document.documentElement.cloneNode(true);
             copy.querySelector('.editor').remove();
             return copy.outerHTML",
            &[],
        )
    }

    /// The requests that the page made since this was called last, without the tab's icon.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn requests(&self) -> Result<Vec<Logged>> {
        let mut requests = self.browser.network_log()?;
        requests.retain(|request| !is_icon(&request.url));
        Ok(requests)
    }

    /// Everything that the page could leave behind in the browser, as one text: address, title,
    /// history, storage of every kind, cookies.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub fn left_behind(&self) -> Result<String> {
        let kept = self.browser.run(async |driver| {
            driver
                .execute_async(
                    "const done = arguments[0];
                     const later = async () => ({
                         url: location.href, title: document.title, referrer: document.referrer,
                         name: window.name, history: history.state, cookies: document.cookie,
                         local: { ...localStorage }, session: { ...sessionStorage },
                         databases: await indexedDB.databases(),
                         caches: await caches.keys(),
                         workers: (await navigator.serviceWorker.getRegistrations()).length,
                         resources: performance.getEntriesByType('resource').map(e => e.name),
                     });
                     later().then(kept => done(kept), error => done('' + error));",
                    vec![],
                )
                .await
        })?;
        let kept = kept.json();
        if let Some(error) = kept.as_str() {
            bail!("the browser's storage cannot be read: {error}");
        }
        Ok(kept.to_string())
    }

    // How the page is asked.

    fn string(&self, script: &str, arguments: &[Value]) -> Result<String> {
        let value = self.browser.script(script, arguments)?;
        Ok(value
            .as_str()
            .with_context(|| script.to_owned())?
            .to_owned())
    }

    /// An expression over every element `e` that the selector finds, in document order.
    fn strings(&self, selector: &str, expression: &str) -> Result<Vec<String>> {
        let script =
            format!("return [...document.querySelectorAll(arguments[0])].map(e => {expression})");
        let values = self.browser.script(&script, &[json!(selector)])?;
        let values = values.as_array().context("not a list")?.iter();
        Ok(values
            .map(|value| value.as_str().unwrap_or_default().to_owned())
            .collect())
    }
}

//! A portal with widgets in it, as a person sees it: its pages come from one server, the widget from another.

use crate::{Browser, PATIENCE, Result, Rules, StaticSite, tools};
use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};
use thirtyfour::TypingData;

/// What the portals' sources call the place of the widget's files.
const CONNLINT: &str = "https://connlint.example/";

/// What they call their own.
const HOST: &str = "https://docs.example/";

/// An open portal in a browser of its own.
#[derive(Debug)]
pub struct Portal {
    browser: Browser,
    host: StaticSite,
    connlint: StaticSite,
}

impl Portal {
    /// Starts the servers and a browser; `portal` is its folder, and with a `policy` its pages come with that content
    /// security policy.
    ///
    /// # Errors
    /// When something does not start.
    pub fn start(portal: &str, policy: Option<&str>) -> Result<Self> {
        let files = tools::dist()?;
        let hashes: Value =
            serde_json::from_str(&fs::read_to_string(files.join("integrity.json"))?)?;
        let element = hashes["connlint-element.js"]
            .as_str()
            .context("no hash of the element")?;
        let anybody = vec![("Access-Control-Allow-Origin", "*".to_owned())];
        let connlint = StaticSite::with(
            files,
            Rules {
                headers: anybody,
                ..Rules::default()
            },
        )?;
        let address = connlint.url();
        let here = |text: &str| text.replace(CONNLINT, &address);
        let headers = policy.map(|policy| ("Content-Security-Policy", here(policy)));
        let replaced = vec![
            (CONNLINT.to_owned(), address.clone()),
            (
                "sha384-of-connlint-element.js".to_owned(),
                element.to_owned(),
            ),
        ];
        let host = StaticSite::with(
            tools::portals()?.join(portal),
            Rules {
                replaced,
                own: Some(HOST),
                headers: headers.into_iter().collect(),
                ..Rules::default()
            },
        )?;
        Ok(Self {
            browser: Browser::start()?,
            host,
            connlint,
        })
    }

    /// The browser.
    #[must_use]
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Where the widget's files are.
    #[must_use]
    pub fn connlint(&self) -> String {
        self.connlint.url()
    }

    /// Opens a page of the portal.
    ///
    /// # Errors
    /// When the browser cannot.
    pub fn open(&self, page: &str) -> Result {
        let url = format!("{}{page}", self.host.url());
        self.browser.run(async |driver| driver.goto(url).await)
    }

    /// Runs a script's body. `widget(id)` is there, and `inside(id, selector)`, which looks into a widget; `focused()` names
    /// what has the focus, the widget first where it is in one.
    ///
    /// # Errors
    /// When the script throws.
    pub fn script(&self, body: &str) -> Result<Value> {
        let tools = "const widget = (id) => document.getElementById(id);
             const inside = (id, selector) => widget(id).shadowRoot?.querySelector(selector);
             const focused = () => {
                 const names = [];
                 for (let e = document.activeElement; e; e = e.shadowRoot?.activeElement) {
                     names.push(e.id || e.localName);
                 }
                 return names.join(' ');
             };";
        self.browser.script(&format!("{tools}\n{body}"), &[])
    }

    /// Waits until an expression is true.
    ///
    /// # Errors
    /// After [`PATIENCE`]: what was waited for, and what the page showed instead.
    pub fn until(&self, expression: &str) -> Result {
        let start = Instant::now();
        loop {
            // A look may meet the page in the middle of a change; the next one will not.
            let seen = self.script(&format!("return Boolean({expression})"));
            if matches!(seen, Ok(Value::Bool(true))) {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                let evidence = self.browser.evidence();
                bail!("waited {PATIENCE:?} for {expression}: {seen:?}\n{evidence}");
            }
            thread::sleep(Duration::from_millis(25));
        }
    }

    /// Waits until the widget's checks are there.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn until_ready(&self, id: &str) -> Result {
        self.until(&format!("inside('{id}', '.layer')"))
    }

    /// Waits until the widget has found this.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn until_found(&self, id: &str, code: &str) -> Result {
        self.until(&format!("inside('{id}', '[data-code={code}]')"))
    }

    /// Sets a widget's text.
    ///
    /// # Errors
    /// When there is no such widget.
    pub fn set(&self, id: &str, text: &str) -> Result {
        let text = json!(text);
        self.script(&format!("widget('{id}').value = {text}"))?;
        Ok(())
    }

    /// Presses keys in whatever has the focus.
    ///
    /// # Errors
    /// When nothing can have the focus.
    pub fn press(&self, keys: impl Into<TypingData>) -> Result {
        let keys = keys.into();
        self.browser
            .run(async |driver| driver.active_element().await?.send_keys(keys).await)
    }

    /// The requests for the widget's files since this was called last, by their names.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn loaded(&self) -> Result<Vec<String>> {
        let address = self.connlint();
        let log = self.browser.network_log()?;
        let names = log
            .iter()
            .filter_map(|request| request.url.strip_prefix(&address));
        Ok(names.map(str::to_owned).collect())
    }

    /// What the console complained of.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn complaints(&self) -> Result<Vec<String>> {
        let mut lines = self.browser.console()?;
        // No page here has an icon.
        lines.retain(|line| line.contains("SEVERE") && !line.contains("favicon.ico"));
        Ok(lines)
    }

    /// Keeps a picture of what is visible in the target folder.
    ///
    /// # Errors
    /// When the browser gives none.
    pub fn picture(&self, name: &str) -> Result {
        let file = tools::output_folder("e2e-screenshots")?.join(name);
        fs::write(file, self.browser.screenshot()?)?;
        Ok(())
    }
}

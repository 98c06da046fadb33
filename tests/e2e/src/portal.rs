//! A portal with widgets in it, as a person sees it: its pages come from one server, the widget from another.

use crate::{Browser, PATIENCE, Result, Rules, Serve, StaticSite, tools};
use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use thirtyfour::TypingData;
use thirtyfour::prelude::{By, Key};

/// What the portals' sources, and the policies of docs/embed.md, call the origin of the widget's files.
const CONNLINT: &str = "https://connlint.example";

/// What they call their own.
const HOST: &str = "https://docs.example/";

/// What scripts have at hand, see [`Portal::script`].
const TOOLS: &str = "const widget = (id) => document.getElementById(id);
    const inside = (id, selector) => widget(id).shadowRoot?.querySelector(selector);
    const focused = () => {
        const names = [];
        for (let e = document.activeElement; e; e = e.shadowRoot?.activeElement) {
            names.push(e.id || e.localName);
        }
        return names.join(' ');
    };";

/// An open portal in a browser of its own.
#[derive(Debug)]
pub struct Portal {
    browser: Browser,
    host: StaticSite,
    /// The same on another port: for the browser another origin.
    elsewhere: StaticSite,
    /// Where the widget's files are.
    connlint: String,
    _server: Server,
}

/// What serves the widget's files.
#[derive(Debug)]
enum Server {
    /// The portal itself.
    Host,
    /// Another static host.
    Files { _files: StaticSite },
    /// `connlint serve`.
    Serve { _serve: Serve },
}

impl Portal {
    /// Starts the servers and a browser; `portal` is its folder, and with a `policy` its pages come with that content
    /// security policy.
    ///
    /// # Errors
    /// When something does not start.
    pub fn start(portal: &str, policy: Option<&str>) -> Result<Self> {
        Self::with_files(tools::dist()?, portal, policy)
    }

    /// The same with the widget's files from this folder.
    ///
    /// # Errors
    /// When something does not start.
    pub fn with_files(files: PathBuf, portal: &str, policy: Option<&str>) -> Result<Self> {
        let rules = Rules {
            headers: vec![("Access-Control-Allow-Origin", "*".to_owned())],
            ..Rules::default()
        };
        let element = hash_of_element(&files)?;
        let files = StaticSite::with(files, rules)?;
        let connlint = files.url();
        let server = Server::Files { _files: files };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Self::of(listener, portal, policy, (connlint, element), server)
    }

    /// The same with a real `connlint serve` below the path `base`; `options` are its other ones, given the portal's origin.
    ///
    /// # Errors
    /// When something does not start.
    pub fn on_serve(
        portal: &str,
        policy: Option<&str>,
        base: &str,
        options: impl FnOnce(String) -> Vec<String>,
    ) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut all = vec!["--base-path".to_owned(), base.to_owned()];
        all.extend(options(format!("http://{}", listener.local_addr()?)));
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        let serve = Serve::start(&all)?;
        let connlint = format!("http://{}{base}/", serve.addr());
        let element = hash_of_element(&tools::dist()?)?;
        let server = Server::Serve { _serve: serve };
        Self::of(listener, portal, policy, (connlint, element), server)
    }

    /// The portal with the widget's files at `connlint`, where the element has this hash.
    fn of(
        listener: TcpListener,
        portal: &str,
        policy: Option<&str>,
        (connlint, element): (String, String),
        server: Server,
    ) -> Result<Self> {
        let origin = connlint
            .splitn(4, '/')
            .take(3)
            .collect::<Vec<_>>()
            .join("/");
        let headers =
            policy.map(|policy| ("Content-Security-Policy", policy.replace(CONNLINT, &origin)));
        let replaced = vec![
            (format!("{CONNLINT}/"), connlint.clone()),
            ("sha384-of-connlint-element.js".to_owned(), element),
        ];
        let rules = Rules {
            replaced,
            own: Some(HOST),
            headers: headers.into_iter().collect(),
            ..Rules::default()
        };
        let folder = tools::portals()?.join(portal);
        Ok(Self {
            browser: Browser::start()?,
            elsewhere: StaticSite::with(folder.clone(), rules.clone())?,
            host: StaticSite::on(listener, folder, rules)?,
            connlint,
            _server: server,
        })
    }

    /// The built page's own folder, which has pages with widgets as well.
    ///
    /// # Errors
    /// When something does not start.
    pub fn of_connlint() -> Result<Self> {
        let host = StaticSite::of(tools::dist()?)?;
        Ok(Self {
            browser: Browser::start()?,
            elsewhere: StaticSite::of(tools::dist()?)?,
            connlint: host.url(),
            host,
            _server: Server::Host,
        })
    }

    /// The browser.
    #[must_use]
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Where the widget's files are.
    #[must_use]
    pub fn connlint(&self) -> &str {
        &self.connlint
    }

    /// Opens a page of the portal.
    ///
    /// # Errors
    /// When the browser cannot.
    pub fn open(&self, page: &str) -> Result {
        self.go_to(&self.host, page)
    }

    /// Opens the same page at another origin.
    ///
    /// # Errors
    /// When the browser cannot.
    pub fn open_elsewhere(&self, page: &str) -> Result {
        self.go_to(&self.elsewhere, page)
    }

    fn go_to(&self, site: &StaticSite, page: &str) -> Result {
        let url = format!("{}{page}", site.url());
        self.browser.run(async |driver| driver.goto(url).await)
    }

    /// Runs a script's body that calls `done` with what it gives, in the terms of [`Self::script`].
    ///
    /// # Errors
    /// When the script throws, or `done` is not called in time.
    pub fn wait(&self, body: &str) -> Result<Value> {
        let body = format!("{TOOLS}\nconst done = arguments[arguments.length - 1];\n{body}");
        self.browser
            .run(async |driver| driver.execute_async(body.clone(), Vec::new()).await)
            .map(|value| value.json().clone())
            .with_context(|| body.clone())
    }

    /// Runs a script's body. `widget(id)` is there, and `inside(id, selector)`, which looks into a widget; `focused()` names
    /// what has the focus, the widget first where it is in one.
    ///
    /// # Errors
    /// When the script throws.
    pub fn script(&self, body: &str) -> Result<Value> {
        self.browser.script(&format!("{TOOLS}\n{body}"), &[])
    }

    /// Waits until an expression is true.
    ///
    /// # Errors
    /// After [`PATIENCE`]: what was waited for, and what the page showed instead.
    pub fn until(&self, expression: &str) -> Result {
        self.until_so(expression, |portal| {
            // A look may meet the page in the middle of a change; the next one will not.
            let seen = portal.script(&format!("return Boolean({expression})"));
            Ok(matches!(seen, Ok(Value::Bool(true))))
        })
    }

    /// Waits until something is so.
    ///
    /// # Errors
    /// As [`Self::until`], or when it cannot be told.
    pub fn until_so(&self, what: &str, mut so: impl FnMut(&Self) -> Result<bool>) -> Result {
        let start = Instant::now();
        while !so(self)? {
            if start.elapsed() > PATIENCE {
                let evidence = self.browser.evidence();
                bail!("waited {PATIENCE:?} for {what}\n{evidence}");
            }
            thread::sleep(Duration::from_millis(25));
        }
        Ok(())
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

    /// Presses keys one after the other, wherever the focus is: for the document a widget is one element, so keys cannot be
    /// sent to the one in it.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn press(&self, keys: impl Into<TypingData>) -> Result {
        let keys = keys.into();
        self.browser
            .run(async |driver| driver.action_chain().send_keys(keys).perform().await)
    }

    /// Presses a key while another one is held down.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn press_with(&self, held: Key, key: char) -> Result {
        self.browser.run(async |driver| {
            let chain = driver.action_chain().key_down(held.clone());
            chain.key_down(key).key_up(key).key_up(held).perform().await
        })
    }

    /// From now on scripts run in this iframe.
    ///
    /// # Errors
    /// When there is none.
    pub fn enter_frame(&self, id: &str) -> Result {
        let id = By::Id(id);
        self.browser
            .run(async |driver| driver.find(id).await?.enter_frame().await)
    }

    /// From now on scripts run in the page again.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn leave_frame(&self) -> Result {
        self.browser
            .run(async |driver| driver.enter_default_frame().await)
    }

    /// The requests for the widget's files since this was called last, by their names.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn loaded(&self) -> Result<Vec<String>> {
        let log = self.browser.network_log()?;
        let names = log
            .iter()
            .filter_map(|request| request.url.strip_prefix(&self.connlint));
        Ok(names.map(str::to_owned).collect())
    }

    /// The address of the app's own script, when a widget has loaded it.
    ///
    /// # Errors
    /// When none has.
    pub fn app(&self) -> Result<String> {
        let found = self.script(
            "return performance.getEntriesByType('resource').map((entry) => entry.name)
                 .find((name) => /\\/connlint-web[^/]*\\.js$/.test(name)) ?? null",
        )?;
        Ok(found.as_str().context("no app was loaded")?.to_owned())
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

/// The hash of the element's script, as the build has written it down.
fn hash_of_element(files: &Path) -> Result<String> {
    let hashes = fs::read_to_string(files.join("integrity.json"))?;
    let hashes: Value = serde_json::from_str(&hashes)?;
    let element = hashes["connlint-element.js"].as_str();
    Ok(element.context("no hash of the element")?.to_owned())
}

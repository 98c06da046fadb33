//! A headless Chromium of its own for each test, driven over WebDriver.

use crate::{PATIENCE, Result, tools};
use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use std::fs;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel};
use tokio::runtime::Runtime;

/// A browser with an empty profile; closed when dropped, with all its processes.
#[derive(Debug)]
pub struct Browser {
    // Dropped in this order: the browser is told to close, then the processes are ended, then the
    // profile is deleted.
    session: Session,
    _driver: Driver,
    _profile: TempDir,
}

/// The WebDriver session and the runtime that it needs, so that tests need not be async.
#[derive(Debug)]
struct Session {
    runtime: Runtime,
    driver: Option<WebDriver>,
}

/// The ChromeDriver process. It leads a process group that the browser belongs to.
#[derive(Debug)]
struct Driver {
    process: Child,
    port: u16,
}

/// One request that the page made, as the browser's own network log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// `GET`, `POST`, or the kind of channel, such as `WebSocket`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The log's entry with everything in it: headers, body, who started it.
    pub entry: String,
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Errors
    /// When Chromium or ChromeDriver are missing or do not start.
    pub fn start() -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("connlint-e2e-").tempdir()?;
        let driver = Driver::start()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;

        let mut wanted = ChromeCapabilities::new();
        wanted.set_binary(&tools::chrome()?.to_string_lossy())?;
        for switch in tools::chrome_switches()? {
            wanted.add_arg(&switch)?;
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        wanted.add_arg("--window-size=1280,800")?;
        // Whatever the page tries, nothing can leave this computer: no name has an address.
        wanted.add_arg("--no-proxy-server")?;
        wanted.add_arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")?;
        wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;

        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60));
        let builder = WebDriver::builder(format!("http://127.0.0.1:{}", driver.port), wanted)
            .client(client.build()?);
        let started = runtime
            .block_on(builder.connect())
            .context("Chromium did not start");
        let session = Session {
            driver: Some(started?),
            runtime,
        };
        let browser = Self {
            session,
            _driver: driver,
            _profile: profile,
        };
        // A browser without a window may take its pages for not focused, and then lets nobody at the clipboard.
        browser.devtools(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        )?;
        Ok(browser)
    }

    /// Runs one WebDriver command to its end.
    ///
    /// # Errors
    /// What the command gives, or that the browser is closed.
    pub fn run<T, F>(&self, command: impl FnOnce(WebDriver) -> F) -> Result<T>
    where
        F: Future<Output = WebDriverResult<T>>,
    {
        let driver = self
            .session
            .driver
            .clone()
            .context("the browser is closed")?;
        Ok(self.session.runtime.block_on(command(driver))?)
    }

    /// Runs a script's body in the page and gives what it returns.
    ///
    /// # Errors
    /// When the script throws.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        let arguments = arguments.to_vec();
        self.run(async |driver| Ok(driver.execute(body, arguments).await?.json().clone()))
            .with_context(|| format!("script: {body}"))
    }

    /// Sends a command of the DevTools protocol.
    ///
    /// # Errors
    /// When the browser refuses it.
    pub fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        self.run(async |driver| driver.cdp().send_raw(method, parameters).await)
            .with_context(|| method.to_owned())
    }

    /// The requests that the page made since this was called last.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn network_log(&self) -> Result<Vec<Logged>> {
        let entries = self.run(async |driver| driver.get_log("performance").await)?;
        let mut requests = Vec::new();
        for entry in entries {
            let message: Value = serde_json::from_str(&entry.message)?;
            let event = &message["message"];
            let request = &event["params"]["request"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (method, url) = match event["method"].as_str().unwrap_or_default() {
                "Network.requestWillBeSent" => (text(&request["method"]), text(&request["url"])),
                "Network.webSocketCreated" => ("WebSocket".into(), text(&event["params"]["url"])),
                "Network.webTransportCreated" => {
                    ("WebTransport".into(), text(&event["params"]["url"]))
                }
                _ => continue,
            };
            requests.push(Logged {
                method,
                url,
                entry: event.to_string(),
            });
        }
        Ok(requests)
    }

    /// What the console got since this was called last.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn console(&self) -> Result<Vec<String>> {
        let entries = self.run(async |driver| driver.browser_log().await)?;
        let line =
            |entry: thirtyfour::BrowserLogEntry| format!("{} {}", entry.level, entry.message);
        Ok(entries.into_iter().map(line).collect())
    }

    /// A picture of what is visible.
    ///
    /// # Errors
    /// When the browser gives none.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        self.run(async |driver| driver.screenshot_as_png().await)
    }

    /// Makes the page this large, in CSS pixels, as a small device's screen would.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn resize(&self, width: u32, height: u32) -> Result {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size)?;
        Ok(())
    }

    /// Says which colours the person likes: `light` or `dark`.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn prefer_colours(&self, scheme: &str) -> Result {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media)?;
        Ok(())
    }

    /// What helps to understand a failed test: a picture in the target folder, the page's text and
    /// the console.
    #[must_use]
    pub fn evidence(&self) -> String {
        let picture = self.screenshot().and_then(|png| {
            let test = thread::current()
                .name()
                .unwrap_or("main")
                .replace("::", "-");
            let file = tools::output_folder("e2e-failures")?.join(test + ".png");
            fs::write(&file, png)?;
            Ok(file)
        });
        let picture = picture.map_or_else(
            |e| format!("none ({e:#})"),
            |f: PathBuf| f.display().to_string(),
        );
        let text = self.script("return document.body ? document.body.innerText : ''", &[]);
        let text: String = match &text {
            Ok(text) => text
                .as_str()
                .unwrap_or_default()
                .chars()
                .take(3000)
                .collect(),
            Err(error) => format!("none ({error:#})"),
        };
        let console = self.console().unwrap_or_default().join("\n");
        format!("picture: {picture}\n--- the page's text\n{text}\n--- console\n{console}\n---")
    }
}

impl Drop for Browser {
    #[allow(
        clippy::print_stderr,
        reason = "the test runner shows it with the failed test"
    )]
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", self.evidence());
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            let quit = async { tokio::time::timeout(PATIENCE, driver.quit()).await };
            let _ = self.runtime.block_on(quit);
        }
    }
}

impl Driver {
    fn start() -> Result<Self> {
        let mut process = Command::new(tools::chromedriver()?)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("ChromeDriver does not run")?;
        let output = process.stdout.take();
        // Made before the port is known, so that it ends the process in any case.
        let mut driver = Self { process, port: 0 };
        let (found, port) = mpsc::channel();
        thread::spawn(move || {
            // Read to the end: a full pipe would stop ChromeDriver.
            for line in output
                .into_iter()
                .flat_map(|out| BufReader::new(out).lines())
                .flatten()
            {
                if let Some(number) = line.split("successfully on port ").nth(1) {
                    let _ = found.send(number.trim_end_matches('.').parse());
                }
            }
        });
        match port.recv_timeout(PATIENCE) {
            Ok(port) => driver.port = port?,
            Err(_) => bail!("ChromeDriver did not say which port it listens on"),
        }
        Ok(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The whole group: a browser that did not close when asked goes as well.
        if let Ok(id) = i32::try_from(self.process.id())
            && let Some(group) = Pid::from_raw(id)
        {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.process.wait();
    }
}

//! A headless browser of its own for each test, Chromium or Firefox, driven over WebDriver.

use crate::{PATIENCE, Result, tools};
use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use std::fs;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::prelude::*;
use thirtyfour::{
    Capabilities, ChromeCapabilities, ChromiumLikeCapabilities, FirefoxCapabilities,
    LoggingPrefsLogLevel,
};
use tokio::runtime::Runtime;

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, with ChromeDriver and the DevTools protocol.
    Chromium,
    /// Firefox, with geckodriver.
    Firefox,
}

/// A browser with an empty profile; closed when dropped, with all its processes.
#[derive(Debug)]
pub struct Browser {
    engine: Engine,
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

/// The driver's process, ChromeDriver or geckodriver. It leads a process group that the browser belongs to.
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
    /// Starts Chromium.
    ///
    /// # Errors
    /// When Chromium or ChromeDriver are missing or do not start.
    pub fn start() -> Result<Self> {
        Self::start_with(Engine::Chromium, &[])
    }

    /// Starts a browser; `switches` go to Chromium beside those that all tests have.
    ///
    /// # Errors
    /// When the browser or its driver are missing or do not start.
    pub fn start_with(engine: Engine, switches: &[&str]) -> Result<Self> {
        let profile = tempfile::Builder::new().prefix("connlint-e2e-").tempdir()?;
        let driver = Driver::start(engine)?;
        let wanted = match engine {
            Engine::Chromium => chromium(profile.path(), switches)?,
            Engine::Firefox => firefox()?,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;

        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60));
        let builder = WebDriver::builder(format!("http://127.0.0.1:{}", driver.port), wanted)
            .client(client.build()?);
        let started = runtime
            .block_on(builder.connect())
            .with_context(|| format!("{engine:?} did not start"));
        let session = Session {
            driver: Some(started?),
            runtime,
        };
        let browser = Self {
            engine,
            session,
            _driver: driver,
            _profile: profile,
        };
        if engine == Engine::Chromium {
            // A browser without a window may take its pages for not focused, and then lets nobody at the clipboard.
            browser.devtools(
                "Emulation.setFocusEmulationEnabled",
                json!({ "enabled": true }),
            )?;
        }
        Ok(browser)
    }

    /// Which browser it is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
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

    /// Sends a command of the DevTools protocol, which only Chromium has.
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
        if self.engine == Engine::Firefox {
            return self.run(async |driver| driver.set_window_rect(0, 0, width, height).await);
        }
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

/// What Chromium is started with.
fn chromium(profile: &Path, switches: &[&str]) -> Result<Capabilities> {
    let mut wanted = ChromeCapabilities::new();
    wanted.set_binary(&tools::chrome()?.to_string_lossy())?;
    for switch in tools::chrome_switches()? {
        wanted.add_arg(&switch)?;
    }
    for switch in switches {
        wanted.add_arg(switch)?;
    }
    wanted.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    wanted.add_arg("--window-size=1280,800")?;
    // Whatever the page tries, nothing can leave this computer: no name has an address.
    wanted.add_arg("--no-proxy-server")?;
    wanted.add_arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")?;
    wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(wanted.into())
}

/// What Firefox is started with; geckodriver makes the profile and switches off what would call home.
fn firefox() -> Result<Capabilities> {
    let mut preferences = FirefoxPreferences::new();
    // Whatever the page tries, nothing can leave this computer: every name leads here.
    preferences.set("network.dns.forceResolve", "127.0.0.1")?;
    preferences.set("network.proxy.type", 0)?;
    preferences.set("network.captive-portal-service.enabled", false)?;
    preferences.set("network.connectivity-service.enabled", false)?;
    // The clipboard without asking a person.
    preferences.set("dom.events.testing.asyncClipboard", true)?;
    let mut wanted = FirefoxCapabilities::new();
    wanted.set_firefox_binary(&tools::firefox()?.to_string_lossy())?;
    wanted.set_headless()?;
    for argument in ["--width=1280", "--height=900"] {
        wanted.add_arg(argument)?;
    }
    wanted.set_preferences(preferences)?;
    Ok(wanted.into())
}

impl Driver {
    fn start(engine: Engine) -> Result<Self> {
        let (program, says) = match engine {
            Engine::Chromium => (tools::chromedriver()?, "successfully on port "),
            Engine::Firefox => (tools::geckodriver()?, "Listening on 127.0.0.1:"),
        };
        let name = program.display().to_string();
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("{name} does not run"))?;
        let output = process.stdout.take();
        // Made before the port is known, so that it ends the process in any case.
        let mut driver = Self { process, port: 0 };
        let (found, port) = mpsc::channel();
        thread::spawn(move || {
            // Read to the end: a full pipe would stop the driver.
            for line in output
                .into_iter()
                .flat_map(|out| BufReader::new(out).lines())
                .flatten()
            {
                if let Some(number) = line.split(says).nth(1) {
                    let _ = found.send(number.trim_end_matches('.').parse());
                }
            }
        });
        match port.recv_timeout(PATIENCE) {
            Ok(port) => driver.port = port?,
            Err(_) => bail!("{name} did not say which port it listens on"),
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

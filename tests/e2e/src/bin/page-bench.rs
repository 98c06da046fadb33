//! How quick the page is, in a browser that is slowed down: `cargo xtask bench page`, which puts what this prints into
//! docs/performance.md.
//!
//! Beside the page a bare text area is measured in the same browser: what the browser itself takes, on this computer, at
//! this moment. What cannot be measured is said, and does not keep the rest from being measured.

use anyhow::{Context, ensure};
use connlint_e2e::{Browser, Engine, Page, Result, Site, StaticSite};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::Duration;

/// Frames come as soon as they are ready and not with the next beat of a screen: what is measured is work, not waiting.
const SWITCHES: &[&str] = &[
    "--disable-frame-rate-limit",
    "--disable-gpu-vsync",
    "--js-flags=--expose-gc",
];

/// How much slower the processor is made.
const SLOWER: u32 = 4;

/// Keystrokes for each text.
const KEYSTROKES: usize = 120;

/// Edits whose memory is looked at, after as many as fill the history.
const EDITS: u32 = 1000;
const BEFORE: u32 = 400;

/// What the figures have to keep to: milliseconds from the key to the frame, for texts of 2 kB and of 100 kB.
const KEY_MS: [f64; 2] = [16.0, 50.0];
/// The longest task while typing, in milliseconds.
const TASK_MS: f64 = 50.0;
/// The first result, in milliseconds.
const FIRST_MS: f64 = 1000.0;
/// By how much memory may have grown after the edits.
const GROWTH: f64 = 1.1;

/// From the key to the frame that shows the result: the message comes right behind the frame's last step. A frame in which
/// the layer has another text than the box does not count.
const WATCH: &str = r"
    window.times = [];
    window.long = [];
    const box = document.querySelector('textarea');
    const layer = document.querySelector('.layer');
    const shown = () => !layer || layer.textContent.replaceAll('\u200B', '') === box.value;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.long.push(entry.duration);
    }).observe({ type: 'longtask' });
    box.addEventListener('keydown', event => {
        const frame = () => requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => {
                const now = performance.now();
                if (shown()) window.times.push(now - event.timeStamp); else frame();
            };
            channel.port2.postMessage(0);
        });
        frame();
    }, true);";

/// Writes down when the first finding is there, of a text that is typed before the page has loaded its checks.
const FIRST: &str = r"
    new MutationObserver((changes, observer) => {
        const box = document.querySelector('#input');
        if (box && !window.typed) {
            window.typed = true;
            box.value = 'postgresql://app@shop:Kumquat@db.example/orders';
        }
        if (document.querySelector('[data-code]')) {
            window.first = performance.now();
            observer.disconnect();
        }
    }).observe(document, { childList: true, subtree: true });";

/// Keeps the memory of the page's wasm at hand: that of its first module, which the later one uses as well.
const MEMORY: &str = r"
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const real = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await real.apply(WebAssembly, given);
            window.wasm ??= (made.instance ?? made).exports.memory;
            return made;
        };
    }";

const PEER: &str = "<!doctype html><meta charset=utf-8><title>peer</title>\
    <div data-ready data-complete><textarea id=input style='width:60rem;height:20rem;font:1rem/1.75 monospace;overflow-wrap:anywhere'></textarea></div>";

fn main() -> Result {
    let site = Site::with_probe()?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("index.html"), PEER)?;
    let files = StaticSite::of(folder.path().to_path_buf())?;
    let peer = format!("http://{}/tools/connlint/", files.addr());

    // Each as soon as it is known: what fails later does not take it away.
    let mut told = Told::default();
    say(&format!(
        "from the key to the frame that shows the result, processor {SLOWER} times slower, {KEYSTROKES} keys"
    ));
    for ((name, bytes), limit) in [("2 kB", 2_000), ("100 kB", 100_000)]
        .into_iter()
        .zip(KEY_MS)
    {
        let text = settings(bytes);
        for (what, url) in [("the page", &site.url()), ("a bare text area", &peer)] {
            let label = format!("{name:>6}, {what:<17}");
            match typing(url, &text) {
                Ok(typed) => {
                    say(&format!("  {label} {typed}"));
                    if *url != peer {
                        told.limit(
                            &format!("{name}: key to frame, p95"),
                            typed.p95,
                            limit,
                            "ms",
                        );
                        told.limit(
                            &format!("{name}: longest task"),
                            typed.longest,
                            TASK_MS,
                            "ms",
                        );
                    }
                }
                Err(error) => told.unknown(&label, &error),
            }
        }
    }
    say(
        "\nfrom going to the address to the first finding, 1.6 Mbit/s and 150 ms there and back, nothing cached",
    );
    match first_result(&site.url()) {
        Ok((line, median)) => {
            say(&format!("  {line}"));
            told.limit("first result", median, FIRST_MS, "ms");
        }
        Err(error) => told.unknown("first result", &error),
    }
    say(&format!(
        "\nmemory, {EDITS} edits of a text of 2 kB after {BEFORE} others"
    ));
    match memory(&site.url()) {
        Ok((lines, growth)) => {
            say(lines.trim_end());
            told.limit("memory after the edits", growth, GROWTH, "times as much");
        }
        Err(error) => told.unknown("memory", &error),
    }
    say("");
    for line in told.0 {
        say(&line);
    }
    Ok(())
}

/// What the figures are measured by, and whether they keep to it.
#[derive(Default)]
struct Told(Vec<String>);

impl Told {
    fn limit(&mut self, what: &str, value: f64, limit: f64, unit: &str) {
        let kept = if value <= limit {
            "kept    "
        } else {
            "not kept"
        };
        self.0
            .push(format!("{kept} {what}: {value:.1} of {limit} {unit}"));
    }

    fn unknown(&mut self, what: &str, error: &anyhow::Error) {
        // The first line says what; behind it comes what the page showed.
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default().to_owned();
        say(&format!("  {what} could not be measured: {why}"));
        self.0
            .push(format!("not kept {}: could not be measured", what.trim()));
    }
}

#[allow(clippy::print_stdout, reason = "what a bench has to say")]
fn say(text: &str) {
    println!("{text}");
}

/// Settings of an application with a connection string in every twentieth line.
fn settings(bytes: usize) -> String {
    let mut text = String::new();
    for line in 0.. {
        if text.len() >= bytes {
            break;
        }
        let _ = if line % 20 == 5 {
            writeln!(
                text,
                "DATABASE_URL_{line}=postgresql://app:Kumquat@db-{line}.example:5432/orders?sslmode=require"
            )
        } else {
            writeln!(
                text,
                "SETTING_{line}=value {line} # what this setting is for"
            )
        };
    }
    text
}

/// How long keys took.
struct Typed {
    median: f64,
    p95: f64,
    most: f64,
    long: usize,
    /// The longest task of all that were long.
    longest: f64,
}

impl std::fmt::Display for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "median {:6.1} ms   p95 {:6.1} ms   most {:6.1} ms   long tasks {}",
            self.median, self.p95, self.most, self.long
        )?;
        if self.long > 0 {
            write!(f, ", the longest {:.0} ms", self.longest)?;
        }
        Ok(())
    }
}

/// Types into the middle of the text's middle connection string.
fn typing(url: &str, text: &str) -> Result<Typed> {
    let page = Page::open_with(Browser::start_with(Engine::Chromium, SWITCHES)?, url)?;
    let browser = page.browser();
    page.paste(text)?;
    let near = text.len() / 2;
    let at = text
        .get(near..)
        .and_then(|rest| rest.find("sslmode"))
        .context("no string")?
        + near
        + 3;
    browser.script(
        "const box = document.querySelector('#input'); box.setSelectionRange(arguments[0], arguments[0])",
        &[json!(at)],
    )?;
    std::thread::sleep(Duration::from_secs(2));
    browser.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER }))?;
    browser.script(WATCH, &[])?;
    for number in 1..=KEYSTROKES {
        let key = if number % 2 == 1 {
            json!("x")
        } else {
            json!("Backspace")
        };
        press(browser, &key)?;
        page.until_so("the keystroke to be shown", |page| {
            let told = page.browser().script(
                "return window.times.length >= arguments[0]",
                &[json!(number)],
            )?;
            Ok(told == json!(true))
        })?;
    }
    let told = browser.script("return [window.times, window.long]", &[])?;
    let times = numbers(&told[0]);
    let long = numbers(&told[1]);
    ensure!(
        times.len() == KEYSTROKES,
        "{} of {KEYSTROKES} keys",
        times.len()
    );
    Ok(Typed {
        median: at_percent(&times, 50),
        p95: at_percent(&times, 95),
        most: at_percent(&times, 100),
        long: long.len(),
        longest: at_percent(&long, 100),
    })
}

/// A key as the keyboard sends it.
fn press(browser: &Browser, key: &Value) -> Result {
    let backspace = key == "Backspace";
    let mut down = json!({ "type": "keyDown", "key": key, "code": if backspace { "Backspace" } else { "KeyX" },
        "windowsVirtualKeyCode": if backspace { 8 } else { 88 } });
    if !backspace {
        down["text"] = key.clone();
    }
    browser.devtools("Input.dispatchKeyEvent", down.clone())?;
    down["type"] = json!("keyUp");
    down["text"] = Value::Null;
    if let Some(fields) = down.as_object_mut() {
        fields.remove("text");
    }
    browser.devtools("Input.dispatchKeyEvent", down)?;
    Ok(())
}

/// The figures in words, and the median in milliseconds.
fn first_result(url: &str) -> Result<(String, f64)> {
    let mut times = Vec::new();
    let mut bytes = 0.0;
    for _ in 0..5 {
        let browser = Browser::start_with(Engine::Chromium, SWITCHES)?;
        let slow = json!({ "offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000 });
        browser.devtools("Network.enable", json!({}))?;
        browser.devtools("Network.emulateNetworkConditions", slow)?;
        browser.devtools("Page.enable", json!({}))?;
        browser.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": FIRST }),
        )?;
        let page = Page::open_with(browser, url)?;
        let first = page.until("the first finding", |page| {
            Ok(page
                .browser()
                .script("return window.first ?? null", &[])?
                .as_f64())
        })?;
        times.push(first);
        let sum = "return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
            .reduce((sum, entry) => sum + entry.transferSize, 0)";
        bytes = page
            .browser()
            .script(sum, &[])?
            .as_f64()
            .unwrap_or_default();
    }
    times.sort_by(f64::total_cmp);
    let median = at_percent(&times, 50);
    let line = format!(
        "median {median:.0} ms   most {:.0} ms   {:.0} kB over the wire",
        at_percent(&times, 100),
        bytes / 1000.0
    );
    Ok((line, median))
}

/// The figures in words, and how many times as much it is after the edits as before.
fn memory(url: &str) -> Result<(String, f64)> {
    let browser = Browser::start_with(Engine::Chromium, SWITCHES)?;
    browser.devtools("Page.enable", json!({}))?;
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": MEMORY }),
    )?;
    browser.devtools("Performance.enable", json!({}))?;
    let page = Page::open_with(browser, url)?;
    page.paste(&settings(2000))?;
    let mut out = String::new();
    let mut sums = Vec::new();
    for (name, edits) in [("before", BEFORE), ("after", EDITS)] {
        edit(&page, edits)?;
        page.browser()
            .devtools("HeapProfiler.collectGarbage", json!({}))?;
        let metrics = page
            .browser()
            .devtools("Performance.getMetrics", json!({}))?;
        let metric = |wanted: &str| {
            let list = metrics["metrics"].as_array().into_iter().flatten();
            let mut found = list.filter(|metric| metric["name"] == wanted);
            found
                .next()
                .and_then(|metric| metric["value"].as_f64())
                .unwrap_or_default()
        };
        let wasm = page
            .browser()
            .script("return window.wasm?.buffer.byteLength ?? 0", &[])?;
        sums.push(wasm.as_f64().unwrap_or_default() + metric("JSHeapUsedSize"));
        writeln!(
            out,
            "  {name:<6} wasm {:6.2} MB   JavaScript {:6.2} MB   nodes {:6}   listeners {:5}",
            wasm.as_f64().unwrap_or_default() / 1e6,
            metric("JSHeapUsedSize") / 1e6,
            metric("Nodes"),
            metric("JSEventListeners"),
        )?;
    }
    let growth = match sums[..] {
        [before, after] if before > 0.0 => after / before,
        _ => f64::INFINITY,
    };
    Ok((out, growth))
}

/// Edits as a keyboard makes them, each in a task of its own.
fn edit(page: &Page, edits: u32) -> Result {
    let mut left = edits;
    while left > 0 {
        let now = left.min(100);
        page.browser().run(async |driver| {
            driver
                .execute_async(
                    "const [edits, done] = arguments, box = document.querySelector('#input');
                     let left = edits;
                     const step = () => {
                         if (!left--) return done();
                         const at = box.value.indexOf('sslmode') + 7;
                         if (left % 2) box.setRangeText('x', at, at);
                         else box.setRangeText('', at, at + 1);
                         box.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
                         setTimeout(step);
                     };
                     step();",
                    vec![json!(now)],
                )
                .await
        })?;
        left -= now;
    }
    Ok(())
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().into_iter().flatten();
    let mut list: Vec<f64> = list.filter_map(Value::as_f64).collect();
    list.sort_by(f64::total_cmp);
    list
}

/// The value that so many in a hundred do not exceed; of a sorted list.
fn at_percent(sorted: &[f64], percent: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let at = (sorted.len() * percent)
        .div_ceil(100)
        .saturating_sub(1)
        .min(last);
    sorted.get(at).copied().unwrap_or_default()
}

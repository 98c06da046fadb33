//! What the widget costs a page.

use anyhow::Context;
use connlint_e2e::{Portal, Result, tools};
use serde_json::json;

/// The bytes of JavaScript's heap that are in use.
fn heap(portal: &Portal) -> Result<f64> {
    portal
        .browser()
        .devtools("HeapProfiler.enable", json!({}))?;
    portal
        .browser()
        .devtools("HeapProfiler.collectGarbage", json!({}))?;
    let usage = portal
        .browser()
        .devtools("Runtime.getHeapUsage", json!({}))?;
    usage["usedSize"].as_f64().context("no heap")
}

#[test]
fn ten_widgets_cost_one_download_and_less_than_40_mb() -> Result {
    let portal = Portal::start("plain", None)?;
    portal.open("far.html")?;
    portal.until("customElements.get('conn-lint')")?;
    let before = heap(&portal)?;
    portal.loaded()?;
    portal.script(
        "for (let n = 0; n < 10; n++) {
             const one = document.createElement('conn-lint');
             one.id = 'w' + n;
             one.value = 'postgresql://app@shop:Gr33nTea@shop.postgres.database.azure.com/db?sslmode=require';
             document.body.prepend(one);
             one.load();
         }",
    )?;
    for number in 0..10 {
        portal.until_found(&format!("w{number}"), "SYN003")?;
        portal.until(&format!("inside('w{number}', '[data-complete]')"))?;
    }
    let loaded = portal.loaded()?;
    // The program is in two modules.
    for part in [
        "_bg.wasm",
        "connlint-late-",
        ".css",
        "connlint-widget.js",
        "documents-",
    ] {
        let count = loaded.iter().filter(|name| name.contains(part)).count();
        assert_eq!(count, 1, "{part}: {loaded:?}");
    }
    // The module's own memory is not in JavaScript's heap.
    let app = portal.app()?;
    let memory = portal
        .wait(&format!(
            "import('{app}').then(async (app) => done((await app.default()).memory.buffer.byteLength), (error) => done(String(error)))"
        ))?
        .as_f64()
        .context("no memory")?;
    let heap = heap(&portal)? - before;
    let total = (heap + memory) / 1e6;
    let element = tools::dist()?.join("connlint-element.js").metadata()?.len();
    assert!(element <= 6000, "{element} bytes before it is needed");
    assert!(total < 40.0, "{total:.1} MB");
    #[allow(clippy::print_stdout, reason = "the figures of docs/embed.md")]
    {
        println!(
            "element {element} bytes; ten widgets: heap {:.1} MB, module {:.1} MB",
            heap / 1e6,
            memory / 1e6
        );
    }
    Ok(())
}

//! How the page begins: useful at once, and plain about what it could not load.

use connlint_e2e::{Page, Result, Site, copy_of_dist};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// How the names of these files begin and end.
const FIRST: (&str, &str) = ("connlint-web-", "_bg.wasm");
const SCRIPT: (&str, &str) = ("connlint-web-", ".js");
const LATE: (&str, &str) = ("connlint-late-", ".wasm");
const DOCUMENTS: (&str, &str) = ("documents-", ".txt");

/// The one file of the page whose name is like this.
fn file(folder: &Path, (begin, end): (&str, &str)) -> Result<PathBuf> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(begin) && name.ends_with(end) {
            return Ok(path);
        }
    }
    anyhow::bail!("no {begin}…{end} in {}", folder.display())
}

/// Opens a page of which one file was changed, and gives the message that is shown then.
fn broken(
    name: (&str, &str),
    change: impl FnOnce(&Path) -> std::io::Result<()>,
) -> Result<(Page, String)> {
    let folder = copy_of_dist()?;
    change(&file(folder.path(), name)?)?;
    let site = Site::of_folder(folder.path())?;
    let page = Page::start(&site.url())?;
    page.until_so("the message", |page| {
        Ok(!page.inner_text("#failure")?.is_empty())
    })?;
    let message = page.inner_text("#failure")?;
    Ok((page, message))
}

#[test]
fn what_is_typed_before_the_checks_are_there_is_kept_and_checked() -> Result {
    let site = Site::static_files()?;
    let page = Page::start("about:blank")?;
    let slow = json!({"offline": false, "latency": 50, "downloadThroughput": 150_000, "uploadThroughput": 150_000});
    page.browser().devtools("Network.enable", json!({}))?;
    page.browser()
        .devtools("Network.emulateNetworkConditions", slow)?;
    let url = site.url();
    page.browser().run(async |driver| driver.goto(url).await)?;
    page.until_so("progress", |page| {
        Ok(page.property("#progress", "position")?.parse::<f64>()? > 0.0)
    })?;
    assert_eq!(page.count("[data-ready]")?, 0, "not loaded yet");
    page.focus()?;
    page.press("postgresql://app@db.example/shop?ssl_mode=require")?;
    let fast =
        json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
    page.browser()
        .devtools("Network.emulateNetworkConditions", fast)?;
    page.until_so("the findings", |page| Ok(!page.codes()?.is_empty()))?;
    assert!(page.text()?.starts_with("postgresql://app@db.example"));
    Ok(())
}

#[test]
fn checks_that_were_changed_are_not_started() -> Result {
    let (page, message) = broken(FIRST, |path| {
        let mut bytes = fs::read(path)?;
        // An empty custom section: as good a module, and another one.
        bytes.extend_from_slice(&[0, 2, 1, b'x']);
        fs::write(path, bytes)
    })?;
    assert!(
        message.contains("not the ones that belong to this page"),
        "{message}"
    );
    assert_eq!(page.count("[data-ready]")?, 0);
    Ok(())
}

#[test]
fn a_changed_script_is_not_started_either() -> Result {
    let folder = copy_of_dist()?;
    let glue = file(folder.path(), SCRIPT)?;
    let changed = format!(
        "document.title = 'changed';\n{}",
        fs::read_to_string(&glue)?
    );
    fs::write(&glue, changed)?;
    let site = Site::of_folder(folder.path())?;
    let page = Page::start(&site.url())?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    let title = page.browser().script("return document.title", &[])?;
    assert_ne!(title, "changed");
    assert_eq!(page.count("[data-ready]")?, 0);
    Ok(())
}

#[test]
fn a_missing_file_is_said_in_words() -> Result {
    let (_, message) = broken(FIRST, |path| fs::remove_file(path))?;
    assert!(message.contains("a file is missing"), "{message}");
    Ok(())
}

#[test]
fn a_later_part_that_is_missing_can_be_loaded_again_and_the_seal_waits_for_it() -> Result {
    const MISSING: &str = "#results [data-later='missing']";
    let folder = copy_of_dist()?;
    let late = file(folder.path(), LATE)?;
    let away = late.with_extension("away");
    fs::rename(&late, &away)?;
    let site = Site::of_folder(folder.path())?;
    let page = Page::start(&site.url())?;
    page.until_so("the message", |page| Ok(page.count(MISSING)? == 1))?;
    assert!(page.inner_text(MISSING)?.contains("could not be loaded"));
    assert_eq!(
        page.count("#seal")?,
        0,
        "what is missing can still be loaded"
    );
    page.paste("postgresql://app@db.example/shop?ssl_mode=require")?;
    page.until_so("the findings", |page| Ok(!page.codes()?.is_empty()))?;
    // An error needs that part, and nothing is said of it until then.
    page.paste("FATAL: password authentication failed for user \"app\"")?;
    page.until_so("to wait", |page| {
        Ok(page.codes()?.is_empty() && page.count("[data-later='missing']")? == 2)
    })?;
    fs::rename(&away, &late)?;
    page.click(&format!("{MISSING} [data-action='load-again']"))?;
    page.until_so("the error", |page| Ok(page.count("#triage")? == 1))?;
    page.until_so("the seal", |page| Ok(page.count("#seal")? == 1))?;
    assert_eq!(page.count("[data-later]")?, 0);
    Ok(())
}

#[test]
fn a_later_part_that_was_changed_is_not_started() -> Result {
    let folder = copy_of_dist()?;
    let late = file(folder.path(), LATE)?;
    let mut bytes = fs::read(&late)?;
    bytes.extend_from_slice(&[0, 2, 1, b'x']);
    fs::write(&late, bytes)?;
    let site = Site::of_folder(folder.path())?;
    let page = Page::start(&site.url())?;
    page.until_so("the message", |page| {
        Ok(page.count("#results [data-later='missing']")? == 1)
    })?;
    assert_eq!(page.count("#readings")?, 0);
    Ok(())
}

#[test]
fn explanations_that_were_changed_are_left_out() -> Result {
    let folder = copy_of_dist()?;
    let documents = file(folder.path(), DOCUMENTS)?;
    let changed = fs::read_to_string(&documents)?.replacen("URI", "URL", 1);
    fs::write(&documents, changed)?;
    let site = Site::of_folder(folder.path())?;
    let page = Page::open(&site.url())?;
    page.paste("postgresql://app@db.example/shop?ssl_mode=require")?;
    page.until_so("the findings", |page| Ok(!page.codes()?.is_empty()))?;
    let code = page.codes()?.remove(0);
    page.act(&code, "explain")?;
    page.until_so("the apology", |page| {
        Ok(page.finding(&code)?.contains("could not be loaded"))
    })
}

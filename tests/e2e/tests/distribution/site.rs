//! `site/`, on a static host.

use connlint_e2e::{Page, Result, StaticSite, tools};
use serde_json::json;
use std::fs;

const TEXT: &str = "postgresql://app:p@ss@shop.postgres.database.azure.com/shop";

/// Whether a service worker with this page's files answers for it.
const CONTROLLED: &str =
    "return navigator.serviceWorker.ready.then((r) => r.active?.state === 'activated')";

#[test]
fn the_site_works_in_any_folder_and_without_a_network_once_it_was_there() -> Result {
    let site = StaticSite::of(tools::distribution()?.join("site"))?;
    let url = site.url();
    let page = Page::open(&url)?;
    page.until_so("the files to be kept", |page| {
        Ok(page.browser().script(CONTROLLED, &[])? == json!(true))
    })?;
    // The server is gone, not only slow.
    drop(site);
    page.go(&url)?;
    page.paste(TEXT)?;
    page.until_found("SYN003")
}

#[test]
fn every_text_of_the_site_is_there_compressed_in_both_forms() -> Result {
    let folder = tools::distribution()?.join("site");
    let mut seen = 0;
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !name.ends_with(".js") && !name.ends_with(".wasm") && !name.ends_with(".css") {
            continue;
        }
        let plain = fs::metadata(&path)?.len();
        if plain < 1000 {
            continue;
        }
        seen += 1;
        for ending in ["br", "gz"] {
            let packed = fs::metadata(folder.join(format!("{name}.{ending}")))?.len();
            assert!(packed < plain, "{name}.{ending}");
        }
    }
    assert!(
        seen >= 3,
        "the site has its program, its module and its style"
    );
    Ok(())
}

#[test]
fn a_newer_release_is_offered_and_taken_when_the_person_wants_it() -> Result {
    let folder = tools::copy_of(&tools::distribution()?.join("site"))?;
    let site = StaticSite::of(folder.path().to_path_buf())?;
    let page = Page::open(&site.url())?;
    page.until_so("the files to be kept", |page| {
        Ok(page.browser().script(CONTROLLED, &[])? == json!(true))
    })?;
    let worker = folder.path().join("sw.js");
    let newer =
        fs::read_to_string(&worker)?.replacen("const RELEASE = \"", "const RELEASE = \"next ", 1);
    fs::write(&worker, newer)?;
    page.go(&site.url())?;
    page.until_so("the offer", |page| {
        Ok(page.count("#connlint-update:not([hidden])")? == 1)
    })?;
    page.click("#connlint-update button")?;
    page.until_so("the newer release to have taken over", |page| {
        let names = page.browser().script("return caches.keys()", &[])?;
        let names = names.as_array().cloned().unwrap_or_default();
        Ok(names.len() == 1 && names[0].as_str().is_some_and(|name| name.contains("next")))
    })
}

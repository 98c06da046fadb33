//! `dist/site`: the page for any static host and any folder on it; it can be installed and works offline.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::{copy, empty, files, version};
use crate::compress;
use crate::page::{integrity, replaced, short_hash};
use crate::project::Project;

/// What an installable page asks for beyond the page's own policy.
const MORE_POLICY: &str = "connect-src 'self'; manifest-src 'self'; worker-src 'self'";
/// Where it is added.
const POLICY: &str = "connect-src 'self'";
/// Files that a host reads and a browser does not.
const FOR_THE_HOST: &[&str] = &["_headers"];

/// Makes the folder from the built page.
///
/// # Errors
/// When a file is missing or cannot be written, or the page has lost a place where something belongs.
pub(super) fn write(project: &Project, page: &Path, site: &Path) -> Result<()> {
    empty(site)?;
    copy(page, site)?;

    let source = |name: &str| {
        let path = project.root.join("packaging/site").join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    // What changes here has no compressed form yet: the page's build makes none of documents.
    let names = files(site)?;
    let icon = names
        .iter()
        .find(|name| name.ends_with(".svg"))
        .context("the page has no icon")?;
    let manifest = source("manifest.webmanifest")?.replace("@ICON@", &format!("./{icon}"));
    fs::write(site.join("manifest.webmanifest"), manifest)?;
    let install = source("install.js")?;
    let install_name = format!("install-{}.js", short_hash(install.as_bytes()));
    fs::write(site.join(&install_name), &install)?;

    let index = site.join("index.html");
    let html = fs::read_to_string(&index)?;
    let html = installable(&html, &install_name, &install, &source("update.html")?)?;
    fs::write(&index, html)?;
    let headers = site.join("_headers");
    let told = fs::read_to_string(&headers).context("the page has no _headers")?;
    fs::write(&headers, told.replace(POLICY, MORE_POLICY))?;

    let worker = worker(&source("sw.js")?, version(project), site)?;
    fs::write(site.join("sw.js"), worker)?;
    compress::beside(site)
}

/// The document with its manifest, the script that installs it, and the line that tells of a newer release.
fn installable(html: &str, install: &str, script: &str, update: &str) -> Result<String> {
    let head = format!(
        "<link rel=\"manifest\" href=\"./manifest.webmanifest\">\
         <script type=\"module\" src=\"./{install}\" integrity=\"{}\"></script></head>",
        integrity(script.as_bytes())
    );
    let html = replaced(html, "</head>", &head)?;
    let html = replaced(&html, "</body>", &format!("{}</body>", update.trim_end()))?;
    replaced(&html, POLICY, MORE_POLICY)
}

/// The service worker that keeps the files of this folder, each with its hash.
fn worker(template: &str, version: &str, site: &Path) -> Result<String> {
    let mut kept = vec![json!(["./", ""])];
    let mut all = String::new();
    for name in files(site)? {
        // What a host sends in place of the file itself.
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let bytes = fs::read(site.join(&name))?;
        let hash = integrity(&bytes);
        all.push_str(&hash);
        if FOR_THE_HOST.contains(&name.as_str()) {
            continue;
        }
        // The document is kept as `./`: hosts send one address of it to the other.
        if name != "index.html" {
            kept.push(json!([format!("./{name}"), hash]));
        }
    }
    for place in ["@RELEASE@", "@FILES@"] {
        ensure!(
            template.matches(place).count() == 1,
            "sw.js should have one {place}"
        );
    }
    let release = format!("{version} {}", short_hash(all.as_bytes()));
    let kept = serde_json::to_string_pretty(&kept)?;
    Ok(template
        .replace("@RELEASE@", &release)
        .replace("@FILES@", &kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_knows_each_file_and_another_release_when_one_changes() {
        let site = std::env::temp_dir().join(format!("connlint-site-{}", std::process::id()));
        fs::create_dir_all(&site).unwrap();
        for (name, text) in [("index.html", "a"), ("b.js", "b"), ("_headers", "c")] {
            fs::write(site.join(name), text).unwrap();
        }
        let template = "R = \"@RELEASE@\"; F = @FILES@;";
        let first = worker(template, "1.2.3", &site).unwrap();
        assert!(first.starts_with("R = \"1.2.3 "));
        assert!(first.contains("\"./\"") && first.contains("\"./b.js\""));
        assert!(!first.contains("_headers") && !first.contains("index.html"));
        assert!(first.contains(&integrity(b"b")));

        fs::write(site.join("index.html"), "another").unwrap();
        let second = worker(template, "1.2.3", &site).unwrap();
        assert_ne!(first, second, "a changed document is a new release");
        assert!(worker("no places", "1.2.3", &site).is_err());
        fs::remove_dir_all(&site).unwrap();
    }
}

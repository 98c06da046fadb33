//! What the build does to the page when Trunk has put its files together: joins the style sheets, adds the documents,
//! takes the program apart, and adds the hashes by which a browser knows each file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA384, digest};

use super::document::{one, tags};
use super::{size, split, styles, weigh, widget};
use crate::project::Project;

/// What index.html is told of the program.
pub(crate) const APP: (&str, &str, &str) = ("meta", "name", "connlint-app");
/// Where it names what is fetched after the first result.
pub(crate) const PARTS: (&str, &str, &str) = ("meta", "name", "connlint-parts");

/// Finishes the page in `folder`. Trunk runs it, see Trunk.toml, so that every way to build the page ends here.
///
/// # Errors
/// When a file is missing or cannot be written, or index.html has lost the place where something belongs.
pub(crate) fn finish(project: &Project, folder: &Path) -> Result<()> {
    let file = folder.join("index.html");
    let html = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let mut html = styles::join(folder, &html)?;

    let documents = documents(project)?;
    let name = format!("documents-{}.txt", short_hash(&documents));
    fs::write(folder.join(&name), &documents)?;
    html = one(&html, PARTS.0, PARTS.1, PARTS.2)?
        .with("data-documents", format!("./{name}"))
        .with("data-documents-integrity", integrity(&documents))
        .put_into(&html);

    html = put_program(project, folder, &html)?;
    for script in tags(&html).iter().filter(|tag| tag.name == "script") {
        let hash = script.get("integrity");
        ensure!(hash.is_some(), "no hash for a script: {script}");
    }
    fs::write(&file, &html)?;
    widget::write(&project.root.join("static"), folder, &html)?;
    if is_release() {
        size::compress(folder)?;
    }
    Ok(())
}

/// Whether this is the page as it is shipped, and not one that `trunk serve` shows to whoever works on it: that has to be quick.
/// Trunk says so, and the task runner where it asks Trunk for a profile of cargo's.
fn is_release() -> bool {
    let told = std::env::var("TRUNK_PROFILE");
    std::env::var_os(split::PROFILE).is_some() || told.is_ok_and(|told| told == "release")
}

/// Puts the program in its parts into `folder`, in place of what Trunk has made of it, and names them in index.html.
fn put_program(project: &Project, folder: &Path, html: &str) -> Result<String> {
    let app = one(html, APP.0, APP.1, APP.2)?;
    for file in [app.file("data-js")?, app.file("data-wasm")?] {
        fs::remove_file(folder.join(file)).with_context(|| file.to_owned())?;
    }
    let program = split::program(project)?;
    if is_release() {
        size::keep_weights(project, &program.first, &program.late)?;
    }
    let write = |name: String, bytes: &[u8]| -> Result<String> {
        fs::write(folder.join(&name), bytes).with_context(|| name.clone())?;
        Ok(name)
    };
    let late = weigh::stripped(&program.late)?;
    let late_name = write(format!("connlint-late-{}.wasm", short_hash(&late)), &late)?;
    let first = weigh::stripped(&program.first)?;
    let first_name = write(
        format!("connlint-web-{}_bg.wasm", short_hash(&first)),
        &first,
    )?;
    let glue = program.script.loading(&late_name, &integrity(&late))?;
    let glue = glue.as_bytes();
    let glue_name = write(format!("connlint-web-{}.js", short_hash(glue)), glue)?;

    let (glue_address, first_address) = (format!("./{glue_name}"), format!("./{first_name}"));
    let mut html = app
        .with("data-js", &glue_address)
        .with("data-wasm", &first_address)
        .with("data-wasm-size", first.len().to_string())
        .with("data-wasm-integrity", integrity(&first))
        .put_into(html);
    // A module that is loaded ahead with its hash is the one that `import` gives, or none.
    html = one(&html, "link", "rel", "modulepreload")?
        .with("href", &glue_address)
        .with("crossorigin", "")
        .with("integrity", integrity(glue))
        .put_into(&html);
    html = one(&html, "link", "rel", "preload")?
        .with("href", &first_address)
        .put_into(&html);
    html = one(&html, PARTS.0, PARTS.1, PARTS.2)?
        .with("data-late", format!("./{late_name}"))
        .put_into(&html);
    Ok(html)
}

/// The documents of all rules and failures, as one text.
fn documents(project: &Project) -> Result<Vec<u8>> {
    let mut cargo = project.cargo();
    cargo.args(["run", "--quiet", "--package", "connlint-core"]);
    let output = cargo.args(["--example", "rule-documents"]).output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "rule-documents: {errors}");
    Ok(output.stdout)
}

/// `html` with `new` in place of `old`, which stands there once.
pub(crate) fn replaced(html: &str, old: &str, new: &str) -> Result<String> {
    ensure!(
        html.matches(old).count() == 1,
        "there should be one `{old}`"
    );
    Ok(html.replacen(old, new, 1))
}

/// The hash that HTML's `integrity` takes.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(digest(&SHA384, bytes)))
}

/// Enough of a hash for a file's name, as long as Trunk's.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    let digest = digest(&SHA384, bytes);
    let start = digest.as_ref().iter().take(8);
    start.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integrity_is_what_openssl_says() {
        // printf abc | openssl dgst -sha384 -binary | base64
        let expected = "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn";
        assert_eq!(integrity(b"abc"), expected);
        assert_eq!(short_hash(b"abc"), "cb00753f45a35e8b");
    }

    #[test]
    fn a_place_that_is_gone_or_doubled_stops_the_build() {
        assert_eq!(replaced("a b", "b", "c").unwrap(), "a c");
        assert!(replaced("a", "b", "c").is_err());
        assert!(replaced("b b", "b", "c").is_err());
    }
}

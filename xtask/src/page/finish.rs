//! What the build does to the page when Trunk has put its files together: joins the style sheets, adds the documents,
//! takes the program apart, and adds the hashes by which a browser knows each file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA384, digest};

use super::{size, split, styles, weigh, widget};
use crate::project::Project;

/// Where index.html names what is fetched after the first result.
const PARTS: &str = r#"<meta name="connlint-parts""#;

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
    let named = format!(
        r#"{PARTS} data-documents="./{name}" data-documents-integrity="{}""#,
        integrity(&documents)
    );
    html = replaced(&html, PARTS, &named)?;

    html = put_program(project, folder, &html)?;
    for script in html.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or_default();
        ensure!(tag.contains("integrity="), "no hash for a script: {tag}");
    }
    fs::write(&file, &html)?;
    widget::write(&project.root.join("static"), folder, &html, &name)?;
    size::compress(folder)
}

/// Puts the program in its parts into `folder`, in place of what Trunk has made of it, and names them in index.html.
fn put_program(project: &Project, folder: &Path, html: &str) -> Result<String> {
    let (js, wasm) = (named_in(html, "data-js")?, named_in(html, "data-wasm")?);
    for file in [&js, &wasm] {
        fs::remove_file(folder.join(file)).with_context(|| file.clone())?;
    }
    let program = split::program(project)?;
    size::keep_weights(project, &program.first, &program.late)?;
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

    let told = format!(
        "data-wasm='./{wasm}' data-wasm-size='{}' data-wasm-integrity='{}'",
        first.len(),
        integrity(&first)
    );
    let html = replaced(html, &format!("data-wasm='./{wasm}'"), &told)?;
    // A module that is loaded ahead with its hash is the one that `import` gives, or none.
    let ahead = format!("<link rel='modulepreload' href='./{js}'");
    let checked = format!("{ahead} crossorigin integrity='{}'", integrity(glue));
    let html = replaced(&html, &ahead, &checked)?;
    let named = format!("{PARTS} data-late=\"./{late_name}\"");
    let html = replaced(&html, PARTS, &named)?;
    Ok(html.replace(&js, &glue_name).replace(&wasm, &first_name))
}

/// The file that an attribute of index.html names, beside it.
fn named_in(html: &str, attribute: &str) -> Result<String> {
    let (_, behind) = html
        .split_once(&format!("{attribute}='./"))
        .with_context(|| format!("index.html has no {attribute}"))?;
    let (name, _) = behind.split_once('\'').context(attribute.to_owned())?;
    Ok(name.to_owned())
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
    fn the_names_of_the_files_stand_in_the_document() {
        let html = "<meta name='connlint-app' data-js='./a-1.js' data-wasm='./a-1_bg.wasm'>";
        assert_eq!(named_in(html, "data-js").unwrap(), "a-1.js");
        assert_eq!(named_in(html, "data-wasm").unwrap(), "a-1_bg.wasm");
        assert!(named_in("", "data-js").is_err());
    }

    #[test]
    fn a_place_that_is_gone_or_doubled_stops_the_build() {
        assert_eq!(replaced("a b", "b", "c").unwrap(), "a c");
        assert!(replaced("a", "b", "c").is_err());
        assert!(replaced("b b", "b", "c").is_err());
    }
}

//! Compresses the page as a web server would, and holds what is loaded before the first result to its limit.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::document::changed;
use super::weigh::{Weight, weigh};
use crate::compress::Encoding;
use crate::project::Project;

/// How much may be loaded before the first result, compressed, in bytes. The aim is 250 kB; the limit is what has been
/// reached, so that it can only get better.
const LIMIT: usize = 485_000;

/// What is worth compressing.
const COMPRESSED: &[&str] = &["css", "html", "js", "svg", "txt", "wasm"];

/// A file of the page.
struct File {
    name: String,
    bytes: usize,
    brotli: usize,
    /// Whether the first result waits for it.
    first: bool,
}

/// Writes each file a second time, compressed, for the servers that know what to do with it.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn compress(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        // What the document says is up to who serves it.
        if ending.is_some_and(|ending| COMPRESSED.contains(&ending) && ending != "html") {
            let mut name = path.clone().into_os_string();
            name.push(".br");
            fs::write(PathBuf::from(name), brotli(&fs::read(&path)?)?)?;
        }
    }
    Ok(())
}

/// Remembers what the two modules are made of, for [`report`]: the page that is shipped has no names.
///
/// # Errors
/// When it is no module, or the target folder cannot be written.
pub(crate) fn keep_weights(project: &Project, first: &[u8], late: &[u8]) -> Result<()> {
    let list = |module| -> Result<Value> {
        let weights = weigh(module, |bytes| Ok(brotli(bytes)?.len()))?;
        let list = weights
            .iter()
            .map(|w| json!({"name": w.name, "bytes": w.bytes, "brotli": w.brotli}));
        Ok(list.collect())
    };
    let both = json!([list(first)?, list(late)?]);
    fs::create_dir_all(project.own_target())?;
    fs::write(weights_file(project), both.to_string())?;
    Ok(())
}

/// Fails if what is loaded before the first result weighs more than it may; prints what each part weighs.
///
/// # Errors
/// Says by how much, and what weighs most.
pub(crate) fn check(project: &Project, page: &Path) -> Result<()> {
    ensure!(
        !has_documents(page)?,
        "the rules' documents are in the WebAssembly: something that the page is built from asks for core's feature `docs`"
    );
    let (files, weights) = (files(page)?, weights(project)?);
    print!("{}", table(&files, &weights));
    std::io::stdout().flush()?;
    let first = first(&files);
    ensure!(
        first <= LIMIT,
        "{first} bytes are loaded before the first result, {} more than the limit of {LIMIT}",
        first - LIMIT
    );
    Ok(())
}

/// The text of docs/size.md.
///
/// # Errors
/// When the page is not built.
pub(crate) fn report(project: &Project, page: &Path) -> Result<String> {
    let (files, weights) = (files(page)?, weights(project)?);
    Ok(format!(
        "<!-- Written by `cargo xtask size`. -->\n\n# What the page weighs\n\n\
         Sizes are in bytes; Brotli at its highest level, as the build leaves the files for web servers. Before the first \
         result {} bytes are loaded; the aim is 250,000. The test run fails above {LIMIT}.\n\n\
         A crate's code is what the optimizer has left under its name: small functions are part of those that call them. \
         Each is compressed by itself, so that the sum is a little more than the whole.\n\n{}",
        first(&files),
        table(&files, &weights)
    ))
}

/// Whether the documents, which are fetched after the first result, are in the module as well.
fn has_documents(page: &Path) -> Result<bool> {
    const HEADING: &[u8] = b"## When to ignore it";
    for entry in fs::read_dir(page)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "wasm") {
            let module = fs::read(&path)?;
            if module.windows(HEADING.len()).any(|bytes| bytes == HEADING) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn first(files: &[File]) -> usize {
    let first = files.iter().filter(|file| file.first);
    first.map(|file| file.brotli).sum()
}

fn files(page: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let document = fs::read_to_string(page.join("index.html"))?;
    let document = without_parts(&document);
    for entry in fs::read_dir(page)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let ending = path.extension().and_then(|ending| ending.to_str());
        let (Some(name), Some(ending)) = (name, ending) else {
            continue;
        };
        if COMPRESSED.contains(&ending) {
            let content = fs::read(&path)?;
            files.push(File {
                name: name.to_owned(),
                bytes: content.len(),
                brotli: brotli(&content)?.len(),
                // The icon is the browser's affair, and the widget's files are for other pages.
                first: ending != "svg" && (name == "index.html" || document.contains(name)),
            });
        }
    }
    files.sort_by_key(|file| (!file.first, std::cmp::Reverse(file.brotli)));
    Ok(files)
}

/// The document without the names of what is loaded after the first result.
fn without_parts(document: &str) -> String {
    changed(document, |tag| {
        let parts = tag.is("meta", "name", "connlint-parts");
        parts.then(String::new)
    })
}

fn table(files: &[File], weights: &[Vec<Weight>]) -> String {
    let mut out = String::from("| file | bytes | Brotli | loaded |\n|---|---:|---:|---|\n");
    for file in files {
        let when = if file.first {
            "before the first result"
        } else {
            "after it"
        };
        let name = without_hash(&file.name);
        out += &format!("| {name} | {} | {} | {when} |\n", file.bytes, file.brotli);
    }
    out += &format!(
        "| **before the first result** | | **{}** | |\n\n",
        first(files)
    );
    let modules = ["in the first module", "in the later module"]
        .into_iter()
        .zip(weights);
    let tables: Vec<_> = modules
        .map(|(title, weights)| composition(title, weights))
        .collect();
    out + &tables.join("\n")
}

/// What one module is made of.
fn composition(title: &str, weights: &[Weight]) -> String {
    let mut out = format!("| {title} | bytes | Brotli |\n|---|---:|---:|\n");
    let (own, small): (Vec<_>, Vec<_>) = weights.iter().partition(|weight| weight.brotli >= 500);
    for weight in own {
        out += &format!(
            "| {} | {} | {} |\n",
            weight.name, weight.bytes, weight.brotli
        );
    }
    let sum = |of: fn(&Weight) -> usize| small.iter().map(|weight| of(weight)).sum::<usize>();
    let (bytes, brotli) = (sum(|w| w.bytes), sum(|w| w.brotli));
    out + &format!("| {} others | {bytes} | {brotli} |\n", small.len())
}

/// The name as it is before the build puts a hash in: `app-0123456789abcdef_bg.wasm` is `app_bg.wasm`.
fn without_hash(name: &str) -> String {
    let is_hash = |part: &str| part.len() >= 15 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let mut rest = name;
    let mut out = String::new();
    while let Some((before, behind)) = rest.split_once('-') {
        out += before;
        let end = behind.find(['-', '_', '.']).unwrap_or(behind.len());
        if is_hash(&behind[..end]) {
            rest = &behind[end..];
        } else {
            out.push('-');
            rest = behind;
        }
    }
    out + rest
}

fn weights(project: &Project) -> Result<Vec<Vec<Weight>>> {
    let text = fs::read_to_string(weights_file(project)).context("the page is not weighed")?;
    let both: Vec<Vec<Value>> = serde_json::from_str(&text)?;
    let number = |value: &Value| value.as_u64().and_then(|n| usize::try_from(n).ok());
    let read = |value: &Value| {
        Some(Weight {
            name: value["name"].as_str()?.to_owned(),
            bytes: number(&value["bytes"])?,
            brotli: number(&value["brotli"])?,
        })
    };
    let list = |list: &Vec<Value>| {
        list.iter()
            .map(|value| read(value).context("a weight"))
            .collect()
    };
    both.iter().map(list).collect()
}

fn weights_file(project: &Project) -> PathBuf {
    project.own_target().join("page-weights.json")
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    Encoding::Brotli.pack(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_after_the_first_result_does_not_count() {
        let file = |name: &str, first| File {
            name: name.to_owned(),
            bytes: 9,
            brotli: 5,
            first,
        };
        let files = [
            file("a.wasm", true),
            file("b.js", true),
            file("c.txt", false),
        ];
        assert_eq!(first(&files), 10);
        let weights = [vec![Weight {
            name: "core".to_owned(),
            bytes: 900,
            brotli: 600,
        }]];
        let table = table(&files, &weights);
        assert!(table.contains("| c.txt | 9 | 5 | after it |"), "{table}");
        assert!(table.contains("| core | 900 | 600 |"), "{table}");
    }

    #[test]
    fn the_parts_are_not_of_the_first_result() {
        let document = "<link href='./a.js'><meta name=\"connlint-parts\" data-late=\"./b.wasm\" /><p>text</p>";
        assert_eq!(without_parts(document), "<link href='./a.js'><p>text</p>");
        assert_eq!(without_parts("<p>text</p>"), "<p>text</p>");
    }

    #[test]
    fn names_are_shown_without_their_hash() {
        let shown = without_hash("connlint-web-0123456789abcdef_bg.wasm");
        assert_eq!(shown, "connlint-web_bg.wasm");
        assert_eq!(without_hash("boot.js"), "boot.js");
    }

    #[test]
    fn what_repeats_is_compressed() {
        let compressed = brotli(&[b'a'; 10_000]).unwrap();
        assert!(compressed.len() < 100);
    }
}

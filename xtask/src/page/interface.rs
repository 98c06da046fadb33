//! The widget's interface is told four times: by the code, by `static/custom-elements.json` for tools, by the types for
//! TypeScript and by docs/embed.md for people. Here they are compared.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// What the manifest lists.
fn manifest(list: &str) -> Names {
    let manifest: Value = serde_json::from_str(&read("static/custom-elements.json")).unwrap();
    let element = &manifest["modules"][0]["declarations"][0];
    assert_eq!(element["tagName"], "conn-lint");
    let entries = element[list].as_array().unwrap().iter();
    entries
        .map(|entry| entry["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The first column of the table under a heading of docs/embed.md.
fn documented(heading: &str) -> Names {
    let docs = read("docs/embed.md");
    let (_, rest) = docs.split_once(&format!("\n### {heading}\n")).unwrap();
    let section = rest.split("\n#").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        row.split('`')
            .nth(1)
            .unwrap()
            .trim_end_matches("()")
            .to_owned()
    })
    .collect()
}

/// Everything between two texts, wherever it stands in a text.
fn all_between(text: &str, before: &str, after: &str) -> Names {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split_once(after))
        .map(|(found, _)| found.to_owned())
        .collect()
}

/// The Rust sources of the page, as one text.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.is_dir() {
            true => sources(&path),
            false => fs::read_to_string(path).unwrap(),
        })
        .collect()
}

/// The names in an interface of the types for TypeScript.
fn typed(interface: &str) -> Names {
    let types = read("packaging/npm/element.d.ts");
    let start = format!("export interface {interface} ");
    let (_, rest) = types.split_once(&start).unwrap();
    let (body, _) = rest.split_once("\n}").unwrap();
    let names = body.lines().filter_map(|line| line.trim().split_once(": "));
    names
        .map(|(name, _)| name.trim_end_matches('?').trim_matches('"').to_owned())
        .filter(|name| !name.contains([' ', '*']))
        .collect()
}

fn assert_same(heading: &str, list: &str, code: &Names) {
    assert!(!code.is_empty(), "{heading}");
    assert_eq!(&manifest(list), code, "custom-elements.json: {list}");
    assert_eq!(&documented(heading), code, "docs/embed.md: {heading}");
}

#[test]
fn the_attributes_are_those_that_are_observed() {
    let element = read("static/connlint-element.js");
    let (_, list) = element.split_once("const ATTRIBUTES = [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    let names: Names = list
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    assert_same("Attributes", "attributes", &names);
    assert_eq!(typed("ConnLintAttributes"), names);
}

#[test]
fn the_properties_and_methods_are_those_of_the_class() {
    let element = read("static/connlint-element.js");
    let public = ["  set ", "  focus("];
    assert!(public.iter().all(|name| element.contains(name)));
    let names = Names::from(["value".to_owned(), "focus".to_owned()]);
    assert_same("Properties and methods", "members", &names);
}

#[test]
fn the_events_are_those_that_are_sent() {
    let sent = all_between(&read("static/connlint-element.js"), "this.#send(\"", "\"");
    let names = sent.iter().map(|name| format!("connlint-{name}")).collect();
    assert_same("Events", "events", &names);
    assert_eq!(typed("ConnLintEventMap"), names);
}

#[test]
fn the_parts_are_those_that_elements_have() {
    let mut names = all_between(&sources(&root().join("src")), "part=\"", "\"");
    names.extend(all_between(
        &read("static/connlint-element.js"),
        ".part = \"",
        "\"",
    ));
    assert_same("Parts", "cssParts", &names);
}

#[test]
fn the_custom_properties_are_those_of_the_style_sheet() {
    let names = all_between(&read("static/css/tokens.css"), "var(--connlint-", ",");
    let names = names
        .iter()
        .map(|name| format!("--connlint-{name}"))
        .collect();
    assert_same("Custom properties", "cssProperties", &names);
}

#[test]
fn the_slots_are_those_that_are_drawn() {
    let names = all_between(&sources(&root().join("src")), "<slot name=\"", "\"");
    assert_same("Slot", "slots", &names);
}

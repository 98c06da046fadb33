//! `cargo xtask new-rule GROUP name`: the two files and the lines of a new rule.
//!
//! What it writes compiles, and does not pass: the documentation has an example that the empty
//! `check` does not find, so core's tests over the list of rules fail until the rule is written.

use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// The module of the rules, relative to the root.
const RULES: &str = "crates/core/src/rules";

/// How the list in `mod.rs` begins.
const LIST: &str = "pub static RULES: &[&Rule] = &[";

/// A group as `Group` in the rules' module has it: variant, letters, folder.
#[derive(Debug, PartialEq, Eq)]
struct Group {
    variant: String,
    letters: String,
    folder: String,
}

/// Writes the rule's two files, its module line and its entry in the list.
///
/// `group` is the letters of its codes or the name of its folder; `name` is kebab-case.
///
/// # Errors
/// When the group is not known, the name is not one or is taken, or `mod.rs` does not look as it
/// should; nothing is written then.
pub(crate) fn run(root: &Path, group: &str, name: &str) -> Result<()> {
    for file in scaffold(root, group, name)? {
        println!("{}", file.strip_prefix(root).unwrap_or(&file).display());
    }
    println!(
        "Now write the documentation first: its examples are the tests. \
         Then: cargo test -p connlint-core"
    );
    Ok(())
}

fn scaffold(root: &Path, group: &str, name: &str) -> Result<Vec<PathBuf>> {
    ensure!(
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.split('-').all(|word| {
                !word.is_empty() && word.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9'))
            }),
        "a rule's name is written like raw-at-sign, not {name:?}"
    );
    let rules = root.join(RULES);
    let list_file = rules.join("mod.rs");
    let list = read(&list_file)?;
    let groups = groups(&list)?;
    let group = groups
        .iter()
        .find(|each| group.eq_ignore_ascii_case(&each.letters) || group == each.folder)
        .with_context(|| {
            let known: Vec<_> = groups.iter().map(|each| each.letters.as_str()).collect();
            format!("there is no group {group}; there are {}", known.join(", "))
        })?;

    let module = name.replace('-', "_");
    let folder = rules.join(&group.folder);
    let code_file = folder.join(format!("{module}.rs"));
    let docs_file = folder.join(format!("{module}.md"));
    let record_file = rules.join("codes.txt");
    ensure!(
        !code_file.exists(),
        "{} is there already",
        code_file.display()
    );
    let code = next_code(root, &group.letters)?;

    // Everything is worked out before anything is written.
    let list = insert_module(&list, &group.folder, &module)?;
    let list = insert_entry(&list, &groups, group, &module)?;
    let record = insert_record(&read(&record_file)?, &groups, &code, name);
    fs::create_dir_all(&folder)?;
    let files = [
        (code_file, code_template(group, &code, name, &module)),
        (docs_file, docs_template(&code, name)),
        (list_file, list),
        (record_file, record),
    ];
    for (file, text) in &files {
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    // Whether the list fits on one line is for rustfmt to say.
    let formatted = Command::new("cargo")
        .args(["fmt", "--package", "connlint-core"])
        .current_dir(root)
        .status()
        .context("cannot run cargo fmt")?;
    ensure!(formatted.success(), "cargo fmt refused what was written");
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Reads the groups from the two functions of `Group`, so that there is no second list of them.
fn groups(list: &str) -> Result<Vec<Group>> {
    let table = |function: &str| -> Result<Vec<(String, String)>> {
        let (_, body) = list
            .split_once(&format!("const fn {function}(self)"))
            .with_context(|| format!("rules/mod.rs has no Group::{function}"))?;
        let (body, _) = body
            .split_once("\n    }\n")
            .with_context(|| format!("Group::{function} does not end"))?;
        Ok(body
            .lines()
            .filter_map(|line| {
                let (variant, text) = line.trim().strip_prefix("Self::")?.split_once(" => ")?;
                let text = text.trim_end_matches(',').trim_matches('"');
                Some((variant.to_owned(), text.to_owned()))
            })
            .collect())
    };
    let folders = table("name")?;
    let groups: Vec<Group> = table("letters")?
        .into_iter()
        .filter_map(|(variant, letters)| {
            let (_, folder) = folders.iter().find(|(other, _)| *other == variant)?;
            Some(Group {
                folder: folder.clone(),
                variant,
                letters,
            })
        })
        .collect();
    ensure!(!groups.is_empty(), "rules/mod.rs has no groups");
    Ok(groups)
}

/// One more than the highest code of the group that the project mentions anywhere in core's
/// sources, its tests or the documents: a code that was given once is not given again.
fn next_code(root: &Path, letters: &str) -> Result<String> {
    let mut highest = 0;
    let mut folders = vec![root.join("crates/core"), root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                highest = highest.max(highest_code(&text, letters));
            }
        }
    }
    ensure!(highest < 999, "the group {letters} has no codes left");
    Ok(format!("{letters}{:03}", highest + 1))
}

/// The highest `SYN123` in a text, as a number; 0 when there is none.
fn highest_code(text: &str, letters: &str) -> u32 {
    text.match_indices(letters)
        .filter_map(|(at, _)| {
            let digits = text.get(at + letters.len()..at + letters.len() + 3)?;
            let number = digits.bytes().all(|byte| byte.is_ascii_digit());
            number.then(|| digits.parse().ok())?
        })
        .max()
        .unwrap_or(0)
}

/// Puts the entry where it belongs by group; the new code is the highest of its group.
fn insert_entry(list: &str, groups: &[Group], group: &Group, module: &str) -> Result<String> {
    let (before, rest) = list
        .split_once(LIST)
        .with_context(|| format!("rules/mod.rs has no line `{LIST}`"))?;
    let (inside, after) = rest
        .split_once("];")
        .context("the list in rules/mod.rs does not end")?;
    let folders: Vec<&str> = groups.iter().map(|each| each.folder.as_str()).collect();
    let place = |folder: &str| folders.iter().position(|each| *each == folder);
    let mut entries: Vec<&str> = inside
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .collect();
    let at = entries
        .iter()
        .take_while(|entry| {
            let folder = entry.trim_start_matches('&').split("::").next();
            folder.and_then(place) <= place(&group.folder)
        })
        .count();
    let entry = format!("&{}::{module}::RULE", group.folder);
    entries.insert(at, &entry);
    Ok(format!(
        "{before}{LIST}\n{},\n];{after}",
        entries.join(",\n")
    ))
}

/// Puts the module line into `mod group { … }`, or such a block behind the last one.
fn insert_module(list: &str, folder: &str, module: &str) -> Result<String> {
    let line = format!("    pub(super) mod {module};\n");
    let opening = format!("\nmod {folder} {{\n");
    if let Some((before, rest)) = list.split_once(&opening) {
        let (inside, after) = rest
            .split_once("}\n")
            .with_context(|| format!("mod {folder} in rules/mod.rs does not end"))?;
        let mut lines: Vec<&str> = inside.split_inclusive('\n').collect();
        lines.push(&line);
        lines.sort_unstable();
        return Ok(format!("{before}{opening}{}}}\n{after}", lines.concat()));
    }
    let Some((before, after)) = list.split_once("\nuse crate::") else {
        bail!("rules/mod.rs has no place for `mod {folder}`: no `use crate::` behind its modules");
    };
    Ok(format!("{before}{opening}{line}}}\n\nuse crate::{after}"))
}

/// Puts the code on record, in the order of the groups and codes.
fn insert_record(record: &str, groups: &[Group], code: &str, name: &str) -> String {
    let key = |line: &str| {
        let place = |letters: &str| groups.iter().position(|each| each.letters == letters);
        (line.get(..3).and_then(place), line.to_owned())
    };
    let line = format!("{code} {name}");
    let mut lines: Vec<&str> = record.lines().collect();
    let at = lines
        .iter()
        .rposition(|other| other.starts_with('#') || key(other).cmp(&key(&line)) == Ordering::Less)
        .map_or(0, |last| last + 1);
    lines.insert(at, &line);
    lines.join("\n") + "\n"
}

/// The rule's code: complete, but it finds nothing yet.
fn code_template(group: &Group, code: &str, name: &str, module: &str) -> String {
    let variant = &group.variant;
    format!(
        r#"//! {code}: {name}.

use crate::diagnostics::{{Certainty, Severity}};
use crate::rules::{{Context, Finding, Group, Rule}};
use alloc::vec::Vec;

pub(in crate::rules) const RULE: Rule = Rule {{
    code: "{code}",
    name: "{name}",
    group: Group::{variant},
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: None,
    supersedes: &[],
    docs: docs!("{module}.md"),
    check,
}};

/// Finds nothing yet, which the examples in the documentation do not accept.
fn check(_ctx: &Context<'_>, _out: &mut Vec<Finding>) {{}}
"#
    )
}

/// The rule's documentation: every heading with what belongs under it, and an example that the
/// empty rule does not satisfy.
fn docs_template(code: &str, name: &str) -> String {
    format!(
        "# {code}: {name}

## What it finds

Write here in one line what it finds

## Why it matters

Write here what goes wrong, with the error text that the user would see and the driver that says it.

## Example

Put here a string that raises exactly {code}.

```conn,bad
postgresql://app@db.invalid/shop
```

## Use instead

Put here a string that raises nothing and, if there is a fix, a `conn,fixed` block before it with the
text of the example after the fix.

```conn,good
postgresql://app@db.invalid/shop
```

## Fix safety

Write here whether there is a fix, and why it is safe, unsafe or only shown.

## When to ignore it

Write here when the finding is of no use.

## Sources

Write here a list of the public documents, or the files and versions of drivers, that say so.
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST_FILE: &str = r#"//! The rules.

mod context;

mod syntax {
    pub(super) mod raw_at;
}

use crate::x;

impl Group {
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Syntax => "SYN",
            Self::Port => "PRT",
            Self::Tls => "TLS",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Port => "port",
            Self::Tls => "tls",
        }
    }
}

pub static RULES: &[&Rule] = &[&syntax::raw_at::RULE, &tls::off::RULE];
"#;

    fn group(variant: &str, letters: &str, folder: &str) -> Group {
        Group {
            variant: variant.into(),
            letters: letters.into(),
            folder: folder.into(),
        }
    }

    fn three() -> [Group; 3] {
        [
            group("Syntax", "SYN", "syntax"),
            group("Port", "PRT", "port"),
            group("Tls", "TLS", "tls"),
        ]
    }

    #[test]
    fn the_groups_are_read_from_the_enum() {
        assert_eq!(groups(LIST_FILE).unwrap(), three());
    }

    #[test]
    fn an_entry_goes_where_its_group_is() {
        let entries = |group: &Group| {
            let text = insert_entry(LIST_FILE, &three(), group, "new").unwrap();
            let (_, entries) = text.split_once(LIST).unwrap();
            entries.replace(['\n', '&'], "")
        };
        let [syntax, port, tls] = three();
        assert_eq!(
            entries(&syntax),
            "syntax::raw_at::RULE,syntax::new::RULE,tls::off::RULE,];"
        );
        assert_eq!(
            entries(&port),
            "syntax::raw_at::RULE,port::new::RULE,tls::off::RULE,];"
        );
        assert_eq!(
            entries(&tls),
            "syntax::raw_at::RULE,tls::off::RULE,tls::new::RULE,];"
        );
    }

    #[test]
    fn a_module_goes_into_its_group_s_block() {
        let text = insert_module(LIST_FILE, "syntax", "a_new_one").unwrap();
        assert!(
            text.contains(
                "\nmod syntax {\n    pub(super) mod a_new_one;\n    pub(super) mod raw_at;\n}\n"
            ),
            "{text}"
        );
        let text = insert_module(LIST_FILE, "tls", "off").unwrap();
        assert!(
            text.contains("}\n\nmod tls {\n    pub(super) mod off;\n}\n\nuse crate::x;\n"),
            "{text}"
        );
    }

    #[test]
    fn the_record_stays_in_the_order_of_the_groups() {
        let record = "# Codes.\nSYN003 raw-at\nTLS001 off\n";
        let with = |code| insert_record(record, &three(), code, "new");
        assert_eq!(
            with("SYN004"),
            "# Codes.\nSYN003 raw-at\nSYN004 new\nTLS001 off\n"
        );
        assert_eq!(
            with("PRT001"),
            "# Codes.\nSYN003 raw-at\nPRT001 new\nTLS001 off\n"
        );
        assert_eq!(
            with("TLS002"),
            "# Codes.\nSYN003 raw-at\nTLS001 off\nTLS002 new\n"
        );
        assert_eq!(
            insert_record("# Codes.\n", &three(), "TLS001", "new"),
            "# Codes.\nTLS001 new\n"
        );
    }

    #[test]
    fn the_highest_code_is_found_wherever_it_stands() {
        let text = "SYN003, `SYN012` and SYNTAX or SYN9; TLS044 é SYN";
        assert_eq!(highest_code(text, "SYN"), 12);
        assert_eq!(highest_code(text, "PAR"), 0);
    }

    /// The project's own core, in a workspace of its own in a temporary folder.
    fn copy_of_core() -> PathBuf {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let copy = std::env::temp_dir().join(format!("connlint-new-rule-{}", std::process::id()));
        let folders = ["crates/core/src", "crates/core/benches"];
        let mut folders = folders.map(PathBuf::from).to_vec();
        while let Some(folder) = folders.pop() {
            fs::create_dir_all(copy.join(&folder)).unwrap();
            for entry in fs::read_dir(root.join(&folder)).unwrap() {
                let entry = entry.unwrap();
                let path = folder.join(entry.file_name());
                if entry.path().is_dir() {
                    folders.push(path);
                } else {
                    fs::copy(entry.path(), copy.join(path)).unwrap();
                }
            }
        }
        for file in ["crates/core/Cargo.toml", "Cargo.lock", "rustfmt.toml"] {
            fs::copy(root.join(file), copy.join(file)).unwrap();
        }
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let (_, shared) = manifest.split_once("[workspace.package]").unwrap();
        let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/core\"]\n";
        let manifest = format!("{workspace}\n[workspace.package]{shared}");
        fs::write(copy.join("Cargo.toml"), manifest).unwrap();
        copy
    }

    fn cargo(copy: &Path, words: &[&str]) {
        let output = Command::new(env!("CARGO"))
            .args(words)
            .current_dir(copy)
            .env("CARGO_TARGET_DIR", copy.join("target"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {words:?}: {text}");
    }

    #[test]
    fn what_is_written_is_formatted_and_compiles() {
        let copy = copy_of_core();
        assert!(scaffold(&copy, "SYN", "Not-A-Name").is_err());
        assert!(scaffold(&copy, "XYZ", "new-thing").is_err());

        let files = scaffold(&copy, "syn", "scaffolded-thing").unwrap();
        assert_eq!(files.len(), 4);
        // In a group that has no rule of its own: those are found by the triage.
        scaffold(&copy, "errors", "another-thing").unwrap();
        let again = scaffold(&copy, "syntax", "scaffolded-thing").unwrap_err();
        assert!(again.to_string().contains("is there already"), "{again}");

        let list = fs::read_to_string(copy.join(RULES).join("mod.rs")).unwrap();
        assert!(list.contains("&syntax::scaffolded_thing::RULE"), "{list}");
        assert!(list.contains("&errors::another_thing::RULE"), "{list}");
        cargo(&copy, &["fmt", "--check"]);
        cargo(&copy, &["check", "--offline", "--package", "connlint-core"]);
        fs::remove_dir_all(&copy).unwrap();
    }
}

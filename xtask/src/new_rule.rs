//! `cargo xtask new-rule GROUP name`: the two files and the lines of a new rule.
//!
//! What it writes compiles, and does not pass: the example in the documentation names a code that
//! the empty `check` never raises, so the meta-tests fail until the rule is written.

use std::fs;
use std::path::{Path, PathBuf};

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
    let (code_file, docs_file) = (
        folder.join(format!("{module}.rs")),
        folder.join(format!("{module}.md")),
    );
    ensure!(
        !code_file.exists(),
        "{} is there already",
        code_file.display()
    );
    let code = next_code(root, &group.letters)?;

    // Everything is worked out before anything is written.
    let group_file = folder.join("mod.rs");
    let mut list = insert_entry(&list, &group.folder, &module, &code)?;
    let group_text = if group_file.exists() {
        insert_module(&read(&group_file)?, &module, "pub(crate) mod")?
    } else {
        list = insert_module(&list, &group.folder, "mod")?;
        format!(
            "//! {}: the rules about {}.\n\npub(crate) mod {module};\n",
            group.letters, group.folder
        )
    };

    fs::create_dir_all(&folder)?;
    let files = [
        (code_file, code_template(group, &code, name, &module)),
        (docs_file, docs_template(&code, name)),
        (group_file, group_text),
        (list_file, list),
    ];
    for (file, text) in &files {
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
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

/// Puts the entry behind the group's last one, or at the end of the list.
fn insert_entry(list: &str, folder: &str, module: &str, code: &str) -> Result<String> {
    let (before, rest) = list
        .split_once(LIST)
        .with_context(|| format!("rules/mod.rs has no line `{LIST}`"))?;
    let (inside, after) = rest
        .split_once("];")
        .context("the list in rules/mod.rs does not end")?;
    let mut lines: Vec<String> = inside
        .lines()
        .map(str::to_owned)
        .filter(|line| !line.trim().is_empty())
        .collect();
    let entry = format!("&{folder}::{module}::RULE,");
    if lines.iter().any(|line| line.trim() == entry) {
        bail!("{code}: {entry} is in the list already");
    }
    let of_group = format!("&{folder}::");
    let place = lines
        .iter()
        .rposition(|line| line.trim().starts_with(&of_group))
        .map_or(lines.len(), |last| last + 1);
    lines.insert(place, format!("    {entry}"));
    let lines = lines.join("\n");
    Ok(format!("{before}{LIST}\n{lines}\n];{after}"))
}

/// Puts `mod name;` among the other module lines of a file, in the order of their names.
fn insert_module(text: &str, name: &str, keyword: &str) -> Result<String> {
    let module_of = |line: &str| {
        let (_, rest) = line
            .split_once("mod ")
            .filter(|(before, _)| matches!(*before, "" | "pub " | "pub(crate) " | "pub(super) "))?;
        rest.strip_suffix(';').map(str::to_owned)
    };
    let mut lines: Vec<&str> = text.lines().collect();
    let modules: Vec<(usize, String)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((at, module_of(line)?)))
        .collect();
    let place = match (
        modules.iter().find(|(_, other)| other.as_str() > name),
        modules.last(),
    ) {
        (Some((at, _)), _) => *at,
        (None, Some((last, _))) => last + 1,
        (None, None) => bail!("there is no module line to put `{name}` next to"),
    };
    let line = format!("{keyword} {name};");
    lines.insert(place, &line);
    Ok(lines.join("\n") + "\n")
}

/// The rule's code: complete, but it finds nothing yet.
fn code_template(group: &Group, code: &str, name: &str, module: &str) -> String {
    let variant = &group.variant;
    format!(
        r#"//! {code} {name}: write here what it finds, in one sentence.

use crate::diagnostics::{{Certainty, Severity}};
use crate::rules::{{Context, Finding, Group, Rule}};
use alloc::vec::Vec;

/// {code}.
pub(crate) static RULE: Rule = Rule {{
    code: "{code}",
    name: "{name}",
    group: Group::{variant},
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    fix: None,
    docs: include_str!("{module}.md"),
    check,
}};

/// Finds nothing yet, which the examples in the documentation do not accept.
fn check(_context: &Context<'_>, _findings: &mut Vec<Finding>) {{}}
"#
    )
}

/// The rule's documentation: every heading with what belongs under it, and an example that the
/// empty rule does not satisfy.
fn docs_template(code: &str, name: &str) -> String {
    format!(
        "# {code} {name}

## What it finds

Write here, in one line, what it finds.

## Why it matters

Write here what goes wrong, with the error text that the user would see and the driver that says it.

## Example

Put here a string that raises exactly {code}.

```conn,bad
postgresql://app@db.invalid/shop
```

## Use instead

Put here a string that raises nothing, and, where the rule has a fix, a `conn,fixed` block with the
text after it.

```conn,good
postgresql://app@db.invalid/shop
```

## Fix safety

Write here whether there is a fix, and why it is safe, unsafe or only shown.

## When to ignore it

Write here when the finding is of no use.

## Sources

Write here the public documents, or the files and versions of drivers, that say so.
"
    )
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const LIST_FILE: &str = r#"//! The rules.

mod context;
mod syntax;
mod tls;

impl Group {
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Syntax => "SYN",
            Self::Tls => "TLS",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Tls => "tls",
        }
    }
}

pub static RULES: &[&Rule] = &[
    &syntax::raw_at::RULE,
    &tls::off::RULE,
];
"#;

    #[test]
    fn the_groups_are_read_from_the_enum() {
        let group = |variant: &str, letters: &str, folder: &str| Group {
            variant: variant.into(),
            letters: letters.into(),
            folder: folder.into(),
        };
        assert_eq!(
            groups(LIST_FILE).unwrap(),
            [group("Syntax", "SYN", "syntax"), group("Tls", "TLS", "tls")]
        );
    }

    #[test]
    fn an_entry_goes_behind_its_group() {
        let text = insert_entry(LIST_FILE, "syntax", "raw_slash", "SYN002").unwrap();
        assert!(
            text.ends_with(
                "= &[\n    &syntax::raw_at::RULE,\n    &syntax::raw_slash::RULE,\n    \
                 &tls::off::RULE,\n];\n"
            ),
            "{text}"
        );
        assert!(insert_entry(&text, "syntax", "raw_slash", "SYN002").is_err());
        let empty = insert_entry(
            "pub static RULES: &[&Rule] = &[];\n",
            "tls",
            "off",
            "TLS001",
        );
        assert_eq!(
            empty.unwrap(),
            "pub static RULES: &[&Rule] = &[\n    &tls::off::RULE,\n];\n"
        );
    }

    #[test]
    fn module_lines_stay_in_order() {
        let text = insert_module(LIST_FILE, "secrets", "mod").unwrap();
        assert!(text.contains("mod context;\nmod secrets;\nmod syntax;\nmod tls;\n"));
        let text = insert_module(LIST_FILE, "users", "mod").unwrap();
        assert!(text.contains("mod tls;\nmod users;\n\nimpl"));
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
        let mut folders = vec![PathBuf::from("crates/core/src")];
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
        // A second one, in a group that may have no folder yet.
        scaffold(&copy, "errors", "another-thing").unwrap();
        let again = scaffold(&copy, "syntax", "scaffolded-thing").unwrap_err();
        assert!(again.to_string().contains("is there already"), "{again}");

        let list = fs::read_to_string(copy.join(RULES).join("mod.rs")).unwrap();
        assert!(list.contains("&syntax::scaffolded_thing::RULE,"), "{list}");
        assert!(list.contains("&errors::another_thing::RULE,"), "{list}");
        cargo(&copy, &["fmt", "--check"]);
        cargo(&copy, &["check", "--offline", "--package", "connlint-core"]);
        fs::remove_dir_all(&copy).unwrap();
    }
}

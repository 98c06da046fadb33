//! What is made from the commands' definition, and what other people's pipelines call: it has to exist.

use crate::common::{connlint, run};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn completions_know_every_command_and_the_formats() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&["completions", shell]);
        assert_eq!(script.code, Some(0));
        for word in ["triage", "changed-since", "baseline"] {
            assert!(script.out.contains(word), "{shell}: {word}");
        }
    }
    // What bash makes of it.
    let script = run(&["completions", "bash"]).out;
    let asked = format!(
        "{script}\nCOMP_WORDS=(connlint lint --form); COMP_CWORD=2; _connlint connlint --form lint; echo \"${{COMPREPLY[@]}}\""
    );
    let output = Command::new("bash").args(["-c", &asked]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "--format\n");
}

#[test]
fn manual_pages_are_there_for_every_command() {
    let page = run(&["man"]).out;
    assert!(page.contains(".TH connlint 1"), "{page}");
    let page = run(&["man", "lint"]).out;
    assert!(page.contains(".TH connlint-lint 1"), "{page}");
    assert!(page.contains("\\-\\-changed\\-since"), "{page}");
    assert_eq!(run(&["man", "nothing"]).code, Some(2));
}

/// Every `connlint …` of a document or a pipeline, as words.
fn commands(text: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or("");
        let Some(at) = line
            .find("connlint lint")
            .or_else(|| line.find("connlint env"))
        else {
            continue;
        };
        let end = |c: char| "|>`;\"(".contains(c);
        let command = line[at..].split(" > ").next().unwrap_or("");
        let command = command.replace("\"$", "$");
        let command = command.split(end).next().unwrap_or("");
        out.push(command.split_whitespace().map(str::to_owned).collect());
    }
    out
}

#[test]
fn what_pipelines_call_exists() {
    let mut number = 0;
    for file in [
        "docs/ci.md",
        ".pre-commit-hooks.yaml",
        "packaging/ci/gitlab-ci.yml",
        "packaging/ci/azure-pipelines.yml",
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for command in commands(&text) {
            number += 1;
            // With --help nothing is done, and an option that does not exist is refused all the same.
            let words: Vec<&str> = command[1..]
                .iter()
                .map(String::as_str)
                .filter(|word| word.starts_with("--") || ["lint", "env"].contains(word))
                .collect();
            for option in words.iter().filter(|word| word.starts_with("--")) {
                let help = run(&[words[0], "--help"]).out;
                assert!(
                    help.contains(&format!("{option} ")) || help.contains(&format!("{option}\n")),
                    "{file}: {option}"
                );
            }
        }
    }
    assert!(number >= 12, "{number}");
    let formats = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let help = run(&["lint", "--help"]).out;
    for format in connlint_report::LintFormat::ALL {
        assert!(
            formats.contains(&format!("`{}`", format.name)),
            "{}",
            format.name
        );
        assert!(help.contains(format.name));
    }
}

#[cfg(unix)]
#[test]
fn the_action_tells_of_findings_in_every_way() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("bin")).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_connlint"), at("bin/connlint")).unwrap();
    fs::create_dir(at("conf")).unwrap();
    fs::write(
        at("conf/a b.env"),
        "DATABASE_URL=postgresql://app:hunter@two77@db.example/shop\n",
    )
    .unwrap();
    let script = root().join("packaging/ci/github-action/run.sh");
    let path = std::env::var("PATH").unwrap();
    let act = |paths: &str, baseline: &str| {
        Command::new("bash")
            .arg(&script)
            .current_dir(folder.path())
            .env("PATH", format!("{}:{path}", at("bin").display()))
            .env("LINT_PATHS", paths)
            .env("LINT_BASELINE", baseline)
            .env("LINT_SARIF", "out.sarif")
            .env("GITHUB_STEP_SUMMARY", at("summary.md"))
            .output()
            .unwrap()
    };
    let output = act("conf/a b.env\nconf\n", "");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("::error file=conf/a b.env,line=1,"), "{said}");
    let log: Value = serde_json::from_str(&fs::read_to_string(at("out.sarif")).unwrap()).unwrap();
    assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty());
    let summary = fs::read_to_string(at("summary.md")).unwrap();
    assert!(summary.contains("`SYN003`"), "{summary}");

    let accepts = connlint(&[
        "lint",
        "--baseline",
        "base.json",
        "--write-baseline",
        "conf",
    ])
    .current_dir(folder.path())
    .output()
    .unwrap();
    assert_eq!(accepts.status.code(), Some(0));
    assert_eq!(act("conf", "base.json").status.code(), Some(0));
    assert_eq!(act("nowhere", "").status.code(), Some(2));
}

#[test]
fn the_action_hands_over_every_input_that_the_script_reads() {
    let folder = root().join("packaging/ci/github-action");
    let action = fs::read_to_string(folder.join("action.yml")).unwrap();
    let script = fs::read_to_string(folder.join("run.sh")).unwrap();
    let inputs = [
        "paths",
        "changed-since",
        "baseline",
        "sarif",
        "url",
        "sha256",
    ];
    for input in inputs {
        let name = format!("LINT_{}", input.to_uppercase().replace('-', "_"));
        assert!(action.contains(&format!("\n  {input}:\n")), "{input}");
        assert!(
            action.contains(&format!("{name}: ${{{{ inputs.{input} }}}}")),
            "{input}"
        );
        assert!(script.contains(&name), "{input}");
    }
    assert_eq!(action.matches("${{ inputs.").count(), inputs.len());
}

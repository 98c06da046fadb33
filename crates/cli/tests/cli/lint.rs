//! `connlint lint`, `explain` and `rules` from outside: what a shell, a script and a person see.

use crate::common::{connlint, feed, run};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

/// Nothing is wrong with it.
const CLEAN: &str = "postgresql://app@db.example/shop?sslmode=verify-full&sslrootcert=system\n";
/// The `@` in its password is; the fix is safe.
const BROKEN: &str = "# shop\nDATABASE_URL=postgresql://app:hunter@two77@db.example/shop?sslmode=verify-full&sslrootcert=system\n";
const MENDED: &str = "# shop\nDATABASE_URL=postgresql://app:hunter%40two77@db.example/shop?sslmode=verify-full&sslrootcert=system\n";
/// A piece of the password in them.
const SECRET: &str = "two77";

fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().into()
}

fn codes(report: &Value) -> Vec<&str> {
    report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|input| input["strings"].as_array().unwrap())
        .flat_map(|string| string["diagnostics"].as_array().unwrap())
        .map(|d| d["code"].as_str().unwrap())
        .collect()
}

#[test]
fn exit_codes_tell_clean_findings_and_failure_apart() {
    let clean = feed(&["lint"], CLEAN);
    assert_eq!(clean.code, Some(0), "{}{}", clean.out, clean.err);
    assert!(clean.out.contains("Connects to `db.example` as `app`"));
    assert!(clean.out.contains("Nothing found in 1 connection string."));
    assert_eq!(feed(&["lint"], "no string in here").code, Some(0));
    let broken = feed(&["lint", "-"], BROKEN);
    assert_eq!(broken.code, Some(1));
    assert!(
        broken.out.contains("-:2:37: error[SYN003]: "),
        "{}",
        broken.out
    );
    assert_eq!(broken.err, "");
    let missing = run(&["lint", "there-is-no-such-file.env"]);
    assert_eq!(missing.code, Some(2));
    assert_eq!(
        missing.err,
        "error: cannot read there-is-no-such-file.env: there is no such file\n"
    );
    assert_eq!(missing.out, "");
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let folder = TempDir::new().unwrap();
    let good = file(&folder, "a.env", BROKEN);
    let result = run(&["lint", "missing.env", &good]);
    assert_eq!(result.code, Some(2));
    assert!(
        result.out.contains(&format!("{good}:2:37: error[SYN003]")),
        "{}",
        result.out
    );
    assert!(result.err.contains("missing.env"), "{}", result.err);
}

#[test]
fn the_mark_stands_under_the_character() {
    let result = feed(&["lint", "--select", "SYN003"], BROKEN);
    let lines: Vec<&str> = result.out.lines().collect();
    let mark = lines.iter().position(|l| l.contains('^')).unwrap();
    let text: Vec<char> = lines[mark - 1].chars().collect();
    let column = lines[mark].chars().position(|c| c == '^').unwrap();
    assert_eq!(text[column], '@', "{}", result.out);
    assert!(
        text[..column]
            .iter()
            .collect::<String>()
            .ends_with("app:***")
    );
}

#[test]
fn the_json_report_is_schema_1() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "a.env", BROKEN);
    let result = run(&["lint", "--format", "json", &path]);
    assert_eq!(result.code, Some(1));
    let report: Value = serde_json::from_str(&result.out).unwrap();
    assert_eq!(report["schema"], 1);
    assert_eq!(report["tool"]["name"], "connlint");
    assert_eq!(report["inputs"][0]["path"], path);
    assert_eq!(codes(&report), ["SYN003"]);
    let string = &report["inputs"][0]["strings"][0];
    assert_eq!(string["layer"], "dotenv");
    assert_eq!(string["settings"]["password"], "present");
    let nothing: Value =
        serde_json::from_str(&feed(&["lint", "--format", "json"], "").out).unwrap();
    assert_eq!(nothing["inputs"], json!([{"path": "-", "strings": []}]));
}

#[test]
fn target_and_driver_are_taken_over() {
    let args = [
        "lint",
        "--format",
        "json",
        "--target",
        "azure-single",
        "--driver",
        "lib/pq",
    ];
    let report: Value = serde_json::from_str(&feed(&args, CLEAN).out).unwrap();
    let string = &report["inputs"][0]["strings"][0];
    assert_eq!(string["target"], "azure-single");
    assert_eq!(string["driver"], "lib/pq");
}

#[test]
fn select_and_ignore_choose_rules() {
    for (args, code) in [
        (&["--select", "SYN"][..], 1),
        (&["--select", "TLS,SYN003"], 1),
        (&["--select", "TLS"], 0),
        (&["--ignore", "syn003"], 0),
        (&["--select", "SYN", "--ignore", "SYN003"], 0),
    ] {
        let args = [&["lint"], args].concat();
        assert_eq!(feed(&args, BROKEN).code, Some(code), "{args:?}");
    }
    let wrong = feed(&["lint", "--select", "SYN03"], BROKEN);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong
            .err
            .starts_with("error: --select: there is no rule or group SYN03; did you mean SYN0"),
        "{}",
        wrong.err
    );
    let fixed = feed(&["lint", "--fix", "--ignore", "SYN003"], BROKEN);
    assert_eq!(fixed.out, BROKEN, "an ignored rule fixes nothing");
}

#[test]
fn fix_puts_the_new_text_in_the_files_place() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "a.env", BROKEN);
    let same = file(&folder, "same.env", CLEAN);
    let before = fs::metadata(&same).unwrap().modified().unwrap();
    let result = run(&["lint", "--fix", &path, &same]);
    assert_eq!(result.code, Some(0), "{}{}", result.out, result.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), MENDED);
    assert!(
        result.err.contains("a.env: SYN003 fixed: "),
        "{}",
        result.err
    );
    assert!(
        result
            .out
            .contains("Nothing found in 2 connection strings.")
    );
    assert_eq!(fs::metadata(&same).unwrap().modified().unwrap(), before);
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 2, "nothing is left behind: {names:?}");
}

#[cfg(unix)]
#[test]
fn fix_keeps_mode_and_link_and_leaves_read_only_files_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "a.env", BROKEN);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("link.env");
    symlink(&path, &link).unwrap();
    let result = run(&["lint", "--fix", link.to_str().unwrap()]);
    assert_eq!(result.code, Some(0), "{}", result.err);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&path).unwrap(), MENDED);
    assert_eq!(mode(Path::new(&path)), 0o640);

    fs::write(&path, BROKEN).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let refused = run(&["lint", "--fix", &path]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("it is read-only"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), BROKEN);
}

#[test]
fn fix_of_standard_input_gives_the_text_alone_on_standard_output() {
    let result = feed(&["lint", "--fix"], BROKEN);
    assert_eq!(result.code, Some(0));
    assert_eq!(result.out, MENDED);
    assert!(result.err.contains("Nothing found"), "{}", result.err);
    assert!(!result.err.contains(SECRET));
}

#[test]
fn text_that_is_not_utf_8_is_refused_and_stays() {
    let folder = TempDir::new().unwrap();
    let latin = [BROKEN.as_bytes(), b"# caf\xe9\n"].concat();
    let path = file(&folder, "a.env", &latin);
    let result = run(&["lint", "--fix", &path]);
    assert_eq!(result.code, Some(2));
    assert!(
        result.err.contains("is not UTF-8 text: byte 110"),
        "{}",
        result.err
    );
    assert_eq!(fs::read(&path).unwrap(), latin);
}

#[test]
fn utf_16_is_read_and_mended_in_utf_16() {
    let folder = TempDir::new().unwrap();
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let utf16 = |text: &str| -> Vec<u8> {
            let marked = format!("\u{feff}{}", text.replace('\n', "\r\n"));
            marked.encode_utf16().flat_map(to_bytes).collect()
        };
        let path = file(&folder, "a.env", utf16(BROKEN));
        let found = run(&["lint", &path]);
        assert!(
            found.out.contains("a.env:2:37: error[SYN003]"),
            "{}",
            found.out
        );
        assert!(!found.out.contains(SECRET));
        let result = run(&["lint", "--fix", &path]);
        assert_eq!(result.code, Some(0), "{}", result.err);
        assert_eq!(fs::read(&path).unwrap(), utf16(MENDED));
    }
}

#[test]
fn a_code_line_that_only_looks_like_a_string_is_left_alone_in_a_file() {
    let folder = TempDir::new().unwrap();
    let code = "// connects to postgres\nTimeout = 5;\nvar s = \"Timeout=5;\";\nconst host = a; const port = b;\n";
    let path = file(&folder, "a.cs", code);
    let result = run(&["lint", "--format", "json", &path]);
    let report: Value = serde_json::from_str(&result.out).unwrap();
    assert_eq!(report["inputs"][0]["strings"], json!([]), "{}", result.out);
    let named = feed(
        &["lint", "--format", "json", "--stdin-filename", "src/a.cs"],
        code,
    );
    let report: Value = serde_json::from_str(&named.out).unwrap();
    assert_eq!(
        report["inputs"],
        json!([{"path": "src/a.cs", "strings": []}])
    );
}

#[test]
fn diff_shows_the_change_without_the_password_and_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "a.env", BROKEN);
    let result = run(&["lint", "--diff", "--fix", &path]);
    assert_eq!(result.code, Some(1));
    assert_eq!(
        result.out,
        format!(
            "--- {path}\n+++ {path} (fixed)\n@@ -2 +2 @@\n-…postgresql://app:***@***@db.example/shop?sslmode=verify-full&sslrootcert=system\n+…postgresql://app:***%40***@db.example/shop?sslmode=verify-full&sslrootcert=system\n"
        )
    );
    assert_eq!(result.err, format!("{path}: 1 fix, nothing was written\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), BROKEN);
    assert_eq!(feed(&["lint", "--diff"], CLEAN).out, "");
}

#[test]
fn batch_answers_every_line_in_order() {
    let lines = [
        json!({"id": "a", "text": BROKEN}).to_string(),
        String::new(),
        json!({"id": 2, "text": CLEAN, "target": "postgres", "driver": "pgx"}).to_string(),
        "{\"id\": 3, \"text\":".into(),
        json!(BROKEN).to_string(),
        json!({"id": 4, "text": BROKEN, "driver": "psycopg2"}).to_string(),
        json!({"id": 5, "text": BROKEN, "drvier": "psycopg"}).to_string(),
        json!({"id": 6, "text": [BROKEN]}).to_string(),
        json!({"id": [BROKEN], "text": ""}).to_string(),
        json!({"text": ""}).to_string(),
        json!({"id": 7, "text": "", "target": null}).to_string(),
    ];
    let result = feed(
        &["lint", "--batch", "--target", "azure-cosmos"],
        lines.join("\n"),
    );
    assert_eq!(result.code, Some(2));
    assert!(!result.out.contains(SECRET) && !result.err.contains(SECRET));
    let answers: Vec<Value> = result
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 10);
    assert_eq!(answers[0]["id"], "a");
    let first = &answers[0]["report"];
    assert_eq!(first["schema"], 1);
    assert_eq!(codes(first), ["SYN003"]);
    assert_eq!(first["inputs"][0]["strings"][0]["target"], "azure-cosmos");
    let second = &answers[1]["report"]["inputs"][0]["strings"][0];
    assert_eq!(answers[1]["id"], 2);
    assert_eq!(second["target"], "postgres");
    assert_eq!(second["driver"], "pgx");
    for (index, id, error) in [
        (2, Value::Null, "the line is not JSON: it ends too early"),
        (3, Value::Null, "the line is not a JSON object"),
        (4, json!(4), "unknown driver; did you mean psycopg"),
        (5, json!(5), "the line has a field other than"),
        (6, json!(6), "\"text\" has to be a string"),
        (7, Value::Null, "\"id\" has to be a string or a number"),
        (8, Value::Null, "\"id\" is missing"),
    ] {
        assert_eq!(answers[index]["id"], id, "{}", answers[index]);
        assert!(answers[index].get("report").is_none());
        let said = answers[index]["error"].as_str().unwrap();
        assert!(said.starts_with(error), "{said}");
    }
    assert_eq!(answers[9]["report"]["inputs"][0]["strings"], json!([]));
    let clean = json!({"id": 1, "text": CLEAN}).to_string();
    assert_eq!(feed(&["lint", "--batch"], clean).code, Some(0));
    let broken = json!({"id": 1, "text": BROKEN}).to_string();
    assert_eq!(feed(&["lint", "--batch"], &broken).code, Some(1));
    assert_eq!(
        feed(&["lint", "--batch", "--ignore", "SYN"], &broken).code,
        Some(0)
    );
    assert_eq!(feed(&["lint", "--batch", "--fix"], &broken).code, Some(2));
}

#[test]
fn batch_answers_before_the_next_line_comes() {
    let mut child = connlint(&["lint", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        writeln!(input, "{}", json!({"id": id, "text": CLEAN})).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], id);
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let request = format!("{}\n", json!({"id": 1, "text": BROKEN})).repeat(200);
    for args in [&["lint", "--batch"][..], &["rules"], &["explain", "SYN003"]] {
        let mut child = connlint(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        // It may stop reading before it has read everything.
        let _ = child.stdin.take().unwrap().write_all(request.as_bytes());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}

#[test]
fn colour_is_for_terminals_only_and_no_color_wins() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "a.env", BROKEN);
    let escapes = |env: &[(&str, &str)]| {
        let output = connlint(&["lint", &path])
            .envs(env.iter().copied())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().contains('\u{1b}')
    };
    assert!(!escapes(&[]), "a pipe is no terminal");
    assert!(escapes(&[("CLICOLOR_FORCE", "1")]));
    assert!(!escapes(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn bad_options_are_refused_with_what_is_possible() {
    for (args, said) in [
        (
            &["lint", "--format", "xml"][..],
            "[possible values: human, narrated, json, jsonl, sarif, github, gitlab, azure-devops, junit, markdown]",
        ),
        (&["lint", "--driver", "npgsq"], "'npgsql'"),
        (&["lint", "--unsafe-fixes"], "--fix|--diff"),
        (&["lint", "-", "-"], "standard input can be read only once"),
        (
            &["lint", "--diff", "--format", "json"],
            "--diff is for people",
        ),
        (
            &["explain", "SYN999"],
            "there is no rule SYN999; did you mean SYN00",
        ),
        (&["explain"], "<CODE>"),
        (&["lnit"], "'lint'"),
        (&[], "Usage: connlint"),
    ] {
        let result = run(args);
        assert_eq!(result.code, Some(2), "{args:?}");
        assert!(result.err.contains(said), "{args:?}: {}", result.err);
        assert_eq!(result.out, "");
    }
}

#[test]
fn a_connection_string_among_the_arguments_is_not_repeated() {
    let string = "postgresql://app:hunter@two77@db.example/shop";
    let driver = format!("--driver={string}");
    for args in [
        &[string][..],
        &["lint", string],
        &["lint", "host=h password=two77"],
        &["lint", "--driver", string],
        &["lint", &driver],
        &["lint", "--format", "sarif", string],
        &["lint", "--select", string],
        &["explain", string],
    ] {
        let result = run(args);
        assert_eq!(result.code, Some(2), "{args:?}");
        assert!(!result.err.contains(SECRET), "{args:?}: {}", result.err);
        assert!(
            result.err.contains("connection string"),
            "{args:?}: {}",
            result.err
        );
        assert_eq!(result.out, "");
    }
}

#[test]
fn every_rule_is_listed_and_explained() {
    let listed = run(&["rules", "--format", "json"]);
    assert_eq!(listed.code, Some(0));
    let report: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(report["schema"], 1);
    let human = run(&["rules"]).out;
    let rules = report["rules"].as_array().unwrap();
    assert!(!rules.is_empty());
    for rule in rules {
        let code = rule["code"].as_str().unwrap();
        let name = rule["name"].as_str().unwrap();
        assert!(human.contains(&format!("  {code}  ")), "{code} in {human}");
        let explained = run(&["explain", &code.to_lowercase()]);
        assert_eq!(explained.code, Some(0));
        assert!(explained.out.starts_with(code), "{}", explained.out);
        let headings = if code.starts_with("ERR") {
            ["What it finds", "What it means", "What to do", "Sources"]
        } else {
            ["What it finds", "Why it matters", "Use instead", "Sources"]
        };
        for heading in headings {
            assert!(
                explained.out.contains(&format!("\n{heading}\n")),
                "{code}: {heading}"
            );
        }
        assert!(!explained.out.contains("```"), "{}", explained.out);
        assert_eq!(run(&["explain", name]).out, explained.out);
    }
}

#[test]
fn the_version_is_the_packages() {
    let result = run(&["--version"]);
    assert_eq!(result.code, Some(0));
    assert_eq!(
        result.out,
        format!("connlint {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn settings_come_from_the_nearest_file_and_can_differ_by_path() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("app/tests");
    fs::create_dir_all(&inner).unwrap();
    file(
        &folder,
        "connlint.toml",
        "ignore = [\"SYN003\"]\n\n[[paths]]\nmatch = \"app/tests/**\"\nselect = [\"TLS\"]\n",
    );
    let outer = file(&folder, "a.env", BROKEN);
    let inner_file = inner.join("b.env");
    fs::write(&inner_file, BROKEN).unwrap();
    assert_eq!(run(&["lint", "--select", "SYN", &outer]).code, Some(0));
    assert_eq!(run(&["lint", inner_file.to_str().unwrap()]).code, Some(0));

    fs::write(
        inner.join("connlint.toml"),
        "[severity]\nSYN003 = \"info\"\n",
    )
    .unwrap();
    let result = run(&["lint", inner_file.to_str().unwrap()]);
    assert_eq!(result.code, Some(0), "{}", result.out);
    assert!(result.out.contains("info[SYN003]"), "{}", result.out);

    let named = file(&folder, "strict.toml", "");
    let result = run(&["lint", "--config", &named, inner_file.to_str().unwrap()]);
    assert_eq!(result.code, Some(1), "{}", result.out);
}

#[test]
fn a_mistake_in_the_settings_is_shown_where_it_stands() {
    let folder = TempDir::new().unwrap();
    let config = file(
        &folder,
        "connlint.toml",
        "ignore = []\nselect = [\"SYN03\"]\n",
    );
    let path = file(&folder, "a.env", BROKEN);
    let result = run(&["lint", &path]);
    assert_eq!(result.code, Some(2));
    for expected in [config.as_str(), "line 2", "did you mean `SYN003`?"] {
        assert!(result.err.contains(expected), "{expected}: {}", result.err);
    }
    assert_eq!(
        run(&["lint", "--config", "nowhere.toml", &path]).code,
        Some(2)
    );
}

#[test]
fn a_comment_silences_a_finding() {
    let result = feed(
        &["lint", "--select", "SYN"],
        format!("# connlint: ignore SYN003\n{BROKEN}"),
    );
    assert_eq!(result.code, Some(1), "a comment in between: {}", result.out);
    let text = BROKEN.replace("# shop\n", "# connlint: ignore SYN003\n");
    assert_eq!(feed(&["lint", "--select", "SYN"], text).code, Some(0));
}

#[test]
fn every_format_tells_the_finding_and_no_password() {
    for (format, expected) in [
        ("narrated", "Finding 1 of 1, error SYN003"),
        ("sarif", "\"ruleId\": \"SYN003\""),
        ("github", "::error file=-,line=2,"),
        ("jsonl", "\"code\":\"SYN003\""),
        ("gitlab", "\"check_name\": \"SYN003\""),
        ("azure-devops", "type=error;sourcepath=-;linenumber=2;"),
        ("junit", "SYN003\" file=\"-\" line=\"2\""),
        ("markdown", "- **error** `SYN003` at 2:"),
    ] {
        let result = feed(&["lint", "--select", "SYN003", "--format", format], BROKEN);
        assert_eq!(result.code, Some(1), "{format}: {}", result.err);
        assert!(result.out.contains(expected), "{format}: {}", result.out);
        assert!(!result.out.contains(SECRET), "{format}");
    }
}

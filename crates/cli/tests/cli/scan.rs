//! `connlint lint` over folders: which files are looked at, in which order, and what is said of those that cannot be.

use crate::common::{Run, connlint};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const BROKEN: &str = "DATABASE_URL=postgresql://app:hunter@two77@db.example/shop?sslmode=verify-full&sslrootcert=system\n";
const MENDED: &str = "DATABASE_URL=postgresql://app:hunter%40two77@db.example/shop?sslmode=verify-full&sslrootcert=system\n";
const SECRET: &str = "two77";

/// A folder with files in it.
struct Tree(TempDir);

impl Tree {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let tree = Self(TempDir::new().unwrap());
        for (name, content) in files {
            tree.write(name, content);
        }
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// In the folder, as a user is there.
    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = connlint(arguments);
        command.current_dir(self.0.path()).output().unwrap().into()
    }

    /// The files of a report, in its order.
    fn found(&self, arguments: &[&str]) -> Vec<String> {
        let run = self.run(&[&["lint", "--format", "jsonl"], arguments].concat());
        run.out
            .lines()
            .map(|line| {
                let line: Value = serde_json::from_str(line).unwrap();
                line["path"].as_str().unwrap().to_owned()
            })
            .collect()
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(arguments)
            .current_dir(self.0.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

fn broken() -> &'static [u8] {
    BROKEN.as_bytes()
}

#[test]
fn files_are_chosen_as_ripgrep_chooses_them_and_come_in_order() {
    let tree = Tree::new(&[
        ("b/z.env", broken()),
        (
            "b/a.py",
            b"url = \"postgresql://app:p@ss@db.example/shop\"\n",
        ),
        ("a.yaml", b"url: postgresql://app:p@ss@db.example/shop\n"),
        ("nothing.txt", b"no string in here\n"),
        (".hidden/c.env", broken()),
        ("target/d.env", broken()),
        ("data.bin", &[broken(), b"\0"].concat()),
        ("large.env", broken().repeat(100).as_slice()),
        (".ignore", b"target/\n"),
    ]);
    let max = ["--max-filesize", "4K"];
    assert_eq!(
        tree.found(&[&max[..], &["."]].concat()),
        ["./a.yaml", "./b/a.py", "./b/z.env"]
    );
    assert_eq!(
        tree.found(&[&max[..], &["b", "a.yaml"]].concat()),
        ["b/a.py", "b/z.env", "a.yaml"],
        "as they are named"
    );
    assert_eq!(
        tree.found(&[&max[..], &["--hidden", "--no-ignore", "."]].concat()),
        [
            "./.hidden/c.env",
            "./a.yaml",
            "./b/a.py",
            "./b/z.env",
            "./target/d.env"
        ]
    );
    assert!(tree.found(&["."]).contains(&"./large.env".into()));
    // What is named is looked at, whatever it is.
    assert_eq!(
        tree.found(&[&max[..], &["large.env", "nothing.txt"]].concat()),
        ["large.env", "nothing.txt"]
    );
    tree.write(".connlintignore", "b/*.py\n");
    assert_eq!(
        tree.found(&[&max[..], &["."]].concat()),
        ["./a.yaml", "./b/z.env"]
    );
}

#[test]
fn hidden_files_with_settings_are_not_passed_over_without_a_word() {
    let tree = Tree::new(&[
        ("a/.env", broken()),
        ("a/x.txt", b"nothing\n"),
        ("b/.env.example", broken()),
        ("b/.env.ci", broken()),
        ("d/.env.foo", broken()),
        ("b/.npmrc", broken()),
        ("c/.env", broken()),
        (".ignore", b"c/.env\n"),
    ]);
    let run = tree.run(&["lint", "a"]);
    let said =
        "A hidden file that may hold settings was passed over, a/.env; --hidden looks at it too.";
    assert_eq!(run.err.trim_end(), said);
    let run = tree.run(&["lint", "."]);
    let said = "4 hidden files that may hold settings were passed over, such as ./a/.env; --hidden looks at them too.";
    assert_eq!(run.err.trim_end(), said, "what is left out is left out");
    for arguments in [
        &["lint", "--hidden", "."][..],
        &["lint", "a/.env"],
        &["lint", "c"],
    ] {
        let run = tree.run(arguments);
        assert!(
            !run.err.contains("passed over"),
            "{arguments:?}: {}",
            run.err
        );
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_when_asked_and_never_in_circles() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new(&[("a/x.env", broken())]);
    symlink(tree.path("a"), tree.path("b")).unwrap();
    symlink(tree.path("."), tree.path("a/up")).unwrap();
    assert_eq!(tree.found(&["."]), ["./a/x.env"]);
    assert_eq!(tree.found(&["--follow", "."]), ["./a/x.env", "./b/x.env"]);
    let run = tree.run(&["lint", "--follow", "."]);
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("loop"), "{}", run.err);
}

#[test]
fn many_files_come_in_order_however_many_threads_there_are() {
    let tree = Tree::new(&[]);
    let mut expected = Vec::new();
    for n in 0..300 {
        let name = format!("f{n:03}.env");
        // Some take longer than others.
        tree.write(&name, broken().repeat(if n % 50 == 0 { 40 } else { 1 }));
        expected.push(format!("./{name}"));
    }
    let one = tree.run(&["lint", "--threads", "1", "."]);
    for threads in ["2", "7"] {
        let many = tree.run(&["lint", "--threads", threads, "."]);
        assert_eq!((many.code, &many.out), (one.code, &one.out));
    }
    assert_eq!(tree.found(&["--threads", "3", "."]), expected);
}

#[test]
fn the_end_says_how_many_files_hold_none() {
    let tree = Tree::new(&[("a.env", broken()), ("b.txt", b"x"), ("c.txt", b"y")]);
    let run = tree.run(&["lint", "."]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.out
            .contains("1 error in 1 connection string. 2 other files hold none.\n"),
        "{}",
        run.out
    );
    assert_eq!(run.err, "");
    let none = Tree::new(&[("b.txt", b"x")]);
    let run = none.run(&["lint", "."]);
    assert_eq!(run.code, Some(0));
    assert!(
        run.out.starts_with("No connection string found in 1 file."),
        "{}",
        run.out
    );
}

#[test]
fn a_file_that_cannot_be_read_as_text_counts_only_with_a_trace() {
    let latin = b"caf\xe9 without anything\n";
    let tree = Tree::new(&[("a.env", broken()), ("plain.txt", latin)]);
    assert_eq!(tree.run(&["lint", "."]).code, Some(1));
    tree.write("latin.env", [broken(), b"# caf\xe9\n"].concat());
    let run = tree.run(&["lint", "."]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.err
            .contains("error: ./latin.env is not UTF-8 text: byte "),
        "{}",
        run.err
    );
    assert!(
        run.out.contains("./a.env:1:37: error[SYN003]"),
        "{}",
        run.out
    );
    let utf16: Vec<u8> = format!("\u{feff}{BROKEN}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    tree.write("latin.env", utf16);
    assert_eq!(tree.found(&["."]), ["./a.env", "./latin.env"]);
}

#[test]
fn a_line_without_an_end_is_read_to_its_end() {
    let long = [&b"x".repeat(3 << 20)[..], b" ", broken()].concat();
    let tree = Tree::new(&[("a.env", &long)]);
    let run = tree.run(&["lint", "."]);
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.out.len() < 20_000);
    assert!(!run.out.contains(SECRET));
}

#[test]
fn settings_differ_by_folder() {
    let tree = Tree::new(&[
        ("app/a.env", broken()),
        ("tests/b.env", broken()),
        (
            "connlint.toml",
            b"[[paths]]\nmatch = \"tests/**\"\nignore = [\"SYN003\"]\n",
        ),
    ]);
    let run = tree.run(&["lint", "--format", "github", "."]);
    assert!(run.out.contains("file=./app/a.env"), "{}", run.out);
    assert!(!run.out.contains("tests/b.env"), "{}", run.out);
    tree.write("tests/connlint.toml", "selectt = []\n");
    let run = tree.run(&["lint", "."]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("connlint.toml"), "{}", run.err);
}

#[test]
fn fixes_go_into_all_files() {
    let tree = Tree::new(&[("a.env", broken()), ("b/c.env", broken())]);
    let diff = tree.run(&["lint", "--diff", "."]);
    assert_eq!(
        diff.out.matches("\n+…postgresql://").count(),
        2,
        "{}",
        diff.out
    );
    assert!(!diff.out.contains(SECRET));
    assert_eq!(tree.read("a.env"), BROKEN);
    let run = tree.run(&["lint", "--fix", "."]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert_eq!(
        (tree.read("a.env"), tree.read("b/c.env")),
        (MENDED.into(), MENDED.into())
    );
    assert!(
        run.err.starts_with("./a.env: SYN003 fixed: "),
        "{}",
        run.err
    );
    // Line ends stay as they are.
    tree.write("a.env", BROKEN.replace('\n', "\r\n"));
    tree.run(&["lint", "--fix", "."]);
    assert_eq!(tree.read("a.env"), MENDED.replace('\n', "\r\n"));
}

#[test]
fn only_what_has_changed_is_looked_at() {
    let tree = Tree::new(&[("old.env", broken()), ("sub/edited.env", b"A=1\n")]);
    let outside = tree.run(&["lint", "--changed-since", "HEAD", "."]);
    assert_eq!(outside.code, Some(2));
    assert!(outside.err.contains("no git repository"), "{}", outside.err);

    tree.git(&["init", "-q", "-b", "main"]);
    tree.git(&["add", "."]);
    tree.git(&["commit", "-q", "-m", "one"]);
    tree.git(&["checkout", "-q", "-b", "work"]);
    tree.write("sub/edited.env", BROKEN);
    tree.git(&["commit", "-q", "-am", "two"]);
    tree.write("new file.env", BROKEN);
    // What others do meanwhile is none of ours.
    tree.git(&["checkout", "-q", "main"]);
    tree.write("old.env", format!("\n{BROKEN}"));
    tree.git(&["commit", "-q", "-m", "theirs", "--", "old.env"]);
    tree.git(&["checkout", "-q", "work"]);
    let since = |rev: &str| tree.found(&["--changed-since", rev, "."]);
    assert_eq!(since("main"), ["./new file.env", "./sub/edited.env"]);
    assert_eq!(since("HEAD"), ["./new file.env"]);
    assert_eq!(
        tree.found(&["--changed-since", "main", "old.env", "sub/edited.env"]),
        ["sub/edited.env"],
        "named files too"
    );
    for wrong in ["nowhere", "--output=x"] {
        let run = tree.run(&["lint", &format!("--changed-since={wrong}"), "."]);
        assert_eq!(run.code, Some(2));
        assert!(run.err.contains("git knows no commit"), "{}", run.err);
    }
    assert!(!tree.path("x").exists());
}

#[test]
fn a_baseline_accepts_what_was_there() {
    let tree = Tree::new(&[("conf/a.env", broken()), ("b.env", broken())]);
    let missing = tree.run(&["lint", "--baseline", "base.json", "."]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.err.contains("--write-baseline"), "{}", missing.err);

    let wrote = tree.run(&["lint", "--baseline", "base.json", "--write-baseline", "."]);
    assert_eq!(
        (wrote.code, wrote.out.as_str()),
        (Some(0), ""),
        "{}",
        wrote.err
    );
    let text = tree.read("base.json");
    assert!(!text.contains(SECRET) && !text.contains("hunter"), "{text}");
    let content: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(content["schema"], 1);
    assert_eq!(content["findings"][0]["path"], "b.env");
    assert_eq!(content["findings"][1]["path"], "conf/a.env");
    assert_eq!(content["findings"][1]["code"], "SYN003");

    let accepted = ["lint", "--baseline", "base.json"];
    let quiet = tree.run(&[&accepted[..], &["."]].concat());
    assert_eq!(quiet.code, Some(0), "{}", quiet.out);
    assert_eq!(quiet.err, "The baseline accepts 2 more.\n");

    // From elsewhere, on other lines, beside a new one.
    tree.write("b.env", format!("# moved\n\n{BROKEN}"));
    let other =
        "OTHER=postgresql://app:p@ss@other.example/shop?sslmode=verify-full&sslrootcert=system\n";
    tree.write("conf/a.env", format!("{other}{BROKEN}"));
    let mut command = connlint(&[
        "lint",
        "--baseline",
        "../base.json",
        "--format",
        "github",
        "..",
    ]);
    let run: Run = command
        .current_dir(tree.path("conf"))
        .output()
        .unwrap()
        .into();
    assert_eq!(run.code, Some(1));
    assert_eq!(run.out.lines().count(), 1, "{}", run.out);
    assert!(
        run.out.starts_with("::error file=../conf/a.env,line=1,"),
        "{}",
        run.out
    );

    // What is accepted is not mended, and what is gone is said.
    tree.write("b.env", "A=1\n");
    let run = tree.run(&[&accepted[..], &["--fix", "."]].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(tree.read("conf/a.env").ends_with(BROKEN));
    assert!(
        run.err.contains("1 of the baseline were not met"),
        "{}",
        run.err
    );

    tree.write("base.json", "{}");
    let run = tree.run(&[&accepted[..], &["."]].concat());
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("no baseline of connlint's"), "{}", run.err);
}

#[test]
fn reports_for_programs_hold_the_whole_tree() {
    let tree = Tree::new(&[("a.env", broken()), ("b.env", broken()), ("c.txt", b"x")]);
    let run = tree.run(&["lint", "--format", "json", "."]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let paths: Vec<&Value> = report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| &input["path"])
        .collect();
    assert_eq!(paths, [&json!("./a.env"), &json!("./b.env")]);
    let run = tree.run(&["lint", "--format", "sarif", "."]);
    let log: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 2);
    let empty = Tree::new(&[]);
    for (format, expected) in [("json", "inputs"), ("sarif", "runs"), ("gitlab", "")] {
        let run = empty.run(&["lint", "--format", format, "."]);
        assert_eq!(run.code, Some(0));
        let report: Value = serde_json::from_str(&run.out).unwrap();
        assert!(
            expected.is_empty() || report[expected].is_array(),
            "{format}"
        );
    }
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let tree = Tree::new(&[("a.env", broken())]);
    let run = tree.run(&["lint", "nowhere", "."]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "error: cannot read nowhere: there is no such file\n"
    );
    assert!(Path::new(&tree.path("a.env")).exists());
    assert!(run.out.contains("./a.env:1:"), "{}", run.out);
}

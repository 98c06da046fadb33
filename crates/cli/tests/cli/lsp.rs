//! `connlint lsp`, as an editor talks to it.

use crate::common::connlint;
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use tempfile::TempDir;

const TEXT: &str = "é = 1\nDATABASE_URL=postgresql://app:p@ss77@db.example/shop?sslmode=verify-full&sslrootcert=system\n";
const SECRET: &str = "ss77";

/// An editor with a script.
struct Editor {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    id: u32,
    folder: TempDir,
}

impl Editor {
    fn start(encodings: &Value) -> Self {
        let folder = TempDir::new().unwrap();
        let mut child = connlint(&["lsp"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .current_dir(folder.path())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut editor = Self {
            child,
            input,
            output,
            id: 0,
            folder,
        };
        let answer = editor.ask(
            "initialize",
            &json!({"capabilities": {"general": {"positionEncodings": encodings}}}),
        );
        assert_eq!(answer["serverInfo"]["name"], "connlint");
        editor.tell("initialized", &json!({}));
        editor
    }

    fn uri(&self) -> String {
        format!("file://{}/a%20b.env", self.folder.path().display())
    }

    fn write(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "it has gone");
            match line.trim().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.ask_whole(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn ask_whole(&mut self, method: &str, params: &Value) -> Value {
        self.id += 1;
        let id = self.id;
        self.write(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let answer = self.read();
        assert_eq!(answer["id"], id);
        answer
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.write(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// What is published about the file when it is opened with that text.
    fn open(&mut self, text: &str) -> Vec<Value> {
        let document =
            json!({"uri": self.uri(), "languageId": "dotenv", "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
        self.published()
    }

    fn published(&mut self) -> Vec<Value> {
        let message = self.read();
        assert_eq!(message["method"], "textDocument/publishDiagnostics");
        assert_eq!(message["params"]["uri"], self.uri());
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    fn actions(&mut self, line: u32, column: u32, only: Option<&str>) -> Vec<Value> {
        let at = json!({"line": line, "character": column});
        let mut context = json!({"diagnostics": []});
        if let Some(kind) = only {
            context["only"] = json!([kind]);
        }
        let uri = self.uri();
        let answer = self.ask(
            "textDocument/codeAction",
            &json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": context}),
        );
        answer.as_array().unwrap().clone()
    }

    fn stop(mut self) {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn findings_come_with_the_file_and_go_with_it() {
    let mut editor = Editor::start(&json!(["utf-16"]));
    let all = editor.open(TEXT);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["code"], "SYN003");
    assert_eq!(all[0]["severity"], 1);
    assert_eq!(
        all[0]["range"],
        json!({"start": {"line": 1, "character": 31}, "end": {"line": 1, "character": 32}})
    );
    assert!(!all[0].to_string().contains(SECRET));
    let uri = editor.uri();
    let change = json!({
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"text": TEXT.replace("p@ss", "p%40ss")}],
    });
    editor.tell("textDocument/didChange", &change);
    assert!(editor.published().is_empty());
    editor.open(TEXT);
    editor.tell(
        "textDocument/didClose",
        &json!({"textDocument": {"uri": uri}}),
    );
    assert!(editor.published().is_empty());
    editor.stop();
}

#[test]
fn places_are_counted_as_the_editor_counts() {
    let text = TEXT.replace("DATABASE_URL=", "é=");
    for (encodings, column) in [(json!(["utf-8", "utf-16"]), 21), (json!(["utf-16"]), 20)] {
        let mut editor = Editor::start(&encodings);
        let all = editor.open(&text);
        assert_eq!(all[0]["range"]["start"]["character"], column);
        editor.stop();
    }
}

#[test]
fn fixes_are_offered_one_by_one_and_all_at_once() {
    let mut editor = Editor::start(&json!(["utf-8"]));
    editor.open(TEXT);
    let uri = editor.uri();
    let one = editor.actions(1, 31, Some("quickfix"));
    assert_eq!(one[0]["kind"], "quickfix");
    assert_eq!(one[0]["isPreferred"], true);
    assert_eq!(one[0]["diagnostics"][0]["code"], "SYN003");
    assert_eq!(
        one[0]["edit"]["changes"][&uri],
        json!([{
            "range": {"start": {"line": 1, "character": 31}, "end": {"line": 1, "character": 32}},
            "newText": "%40",
        }])
    );
    assert!(editor.actions(0, 0, Some("quickfix")).is_empty());
    let all = editor.actions(0, 0, Some("source.fixAll"));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["kind"], "source.fixAll.connlint");
    assert_eq!(all[0]["edit"]["changes"][&uri][0]["newText"], "%40");
    assert!(editor.actions(1, 31, Some("refactor")).is_empty());
    editor.stop();
}

#[test]
fn hovering_shows_what_each_driver_does_and_no_password() {
    let mut editor = Editor::start(&json!(["utf-8"]));
    editor.open(TEXT);
    let uri = editor.uri();
    let at = |line: u32| json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": 20}});
    let hover = editor.ask("textDocument/hover", &at(1));
    let text = hover["contents"]["value"].as_str().unwrap();
    for part in [
        "db.example",
        "node-postgres",
        "certificate and name checked",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains(SECRET), "{text}");
    assert_eq!(editor.ask("textDocument/hover", &at(0)), Value::Null);
    editor.stop();
}

#[test]
fn settings_count_and_their_mistakes_are_shown() {
    let mut editor = Editor::start(&json!(["utf-8"]));
    let file = editor.folder.path().join("connlint.toml");
    fs::write(&file, "ignore = [\"SYN003\"]\n").unwrap();
    assert!(editor.open(TEXT).is_empty());
    fs::write(&file, "ignroe = []\n").unwrap();
    let all = editor.open(TEXT);
    assert!(
        all[0]["message"]
            .as_str()
            .unwrap()
            .contains("connlint.toml")
    );
    editor.stop();
}

#[test]
fn what_it_does_not_do_is_refused() {
    let mut editor = Editor::start(&json!([]));
    let answer = editor.ask_whole("textDocument/rename", &json!({}));
    assert_eq!(answer["error"]["code"], -32601);
    let answer = editor.ask_whole("textDocument/hover", &json!({}));
    assert_eq!(answer["error"]["code"], -32602);
    editor.stop();
}

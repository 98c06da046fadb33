//! Tells a template's placeholder from a real value.

use crate::text::Span;
use alloc::vec::Vec;

/// Words that stand in templates where a value should.
const WORDS: [&str; 9] = [
    "your_password",
    "yourpassword",
    "your-password",
    "changeme",
    "change_me",
    "change-me",
    "replace_me",
    "replaceme",
    "placeholder",
];

/// The longest inside of a placeholder, in characters.
const LONGEST: usize = 64;

/// Where placeholders stand in `value`: `{your_password}`, `<password>`, `[password]`, `YOUR_SERVER`, `***`, `…`.
///
/// Plain words such as `user`, `pass` and `mydb` are none: people do call things that.
#[must_use]
pub fn find(value: &str) -> Vec<Span> {
    let mut out = Vec::new();
    for (open, close) in [('{', '}'), ('<', '>'), ('[', ']')] {
        bracketed(value, open, close, &mut out);
    }
    if out.is_empty() && is_word(value) {
        out.push(Span::new(0, value.len()));
    }
    out.sort();
    out
}

/// `{…}` whose inside reads like words: letters first, then letters, digits, blanks, `_`, `-`, `.`.
fn bracketed(value: &str, open: char, close: char, out: &mut Vec<Span>) {
    for (start, _) in value.match_indices(open) {
        let inside = start + open.len_utf8();
        // A placeholder is short; the bound keeps a text full of brackets cheap.
        let Some(len) = value
            .get(inside..)
            .and_then(|rest| rest.char_indices().take(LONGEST).find(|(_, c)| *c == close))
            .map(|(len, _)| len)
        else {
            continue;
        };
        let words = value.get(inside..inside + len).unwrap_or("");
        let wordy = words.starts_with(|c: char| c.is_ascii_alphabetic())
            && words.len() >= if open == '[' { 4 } else { 2 }
            && words
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || " _-.'".contains(c));
        let alone_if_square = open != '[' || (start == 0 && inside + len + 1 == value.len());
        if wordy && alone_if_square {
            out.push(Span::new(start, inside + len + close.len_utf8()));
        }
    }
}

fn is_word(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let only = |set: &str| value.len() >= 3 && value.chars().all(|c| set.contains(c));
    let yours = |separator: char| {
        lower
            .strip_prefix("your")
            .and_then(|rest| rest.strip_prefix(separator))
            .is_some_and(|rest| {
                !rest.is_empty()
                    && rest
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c == separator)
            })
    };
    WORDS.contains(&lower.as_str())
        || only("*")
        || only("xX")
        || only(".")
        || value == "…"
        || yours('_')
        || yours('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::slice;

    fn found(value: &str) -> Vec<&str> {
        find(value).into_iter().map(|s| slice(value, s)).collect()
    }

    #[test]
    fn templates_are_recognised() {
        for value in [
            "{your_password}",
            "<server-name>",
            "{ca-cert filename}",
            "[YOUR-PASSWORD]",
            "YOUR_SERVER",
            "your-server",
            "***",
            "xxxxx",
            "...",
            "changeme",
            "<NEW_DB_PASSWORD>",
        ] {
            assert_eq!(found(value), [value], "{value}");
        }
        assert_eq!(found("{server}.postgres.database.azure.com"), ["{server}"]);
        assert_eq!(found("{login}@{server}"), ["{login}", "{server}"]);
    }

    #[test]
    fn real_values_are_left_alone() {
        for value in [
            "",
            "user",
            "pass",
            "mydb",
            "password",
            "your",
            "yourself",
            "aaaa}*bbbb)cc",
            "a{1}b",
            "x[2]$q",
            "p<q",
            "{",
            "<>",
            "}{",
            "xx",
            "..",
        ] {
            assert!(find(value).is_empty(), "{value}");
        }
    }
}

//! `options`, the server's command line: split as the server splits it (`pg_split_opts` and `process_postgres_switches`).

use alloc::string::String;
use alloc::vec::Vec;

/// One thing that `options` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// `-c name=value` or `--name=value`.
    Setting { name: String, value: String },
    /// `-c name`, without a value.
    NoValue(String),
    /// `-c` at the end.
    Bare,
    /// A word that no switch stands before.
    Loose(String),
    /// Another switch of the server's; what follows may belong to it.
    Other,
}

/// What `options` says, up to the first switch other than `-c`.
pub(super) fn arguments(text: &str) -> Vec<Argument> {
    let words = words(text);
    let mut words = words.iter();
    let mut out = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("--").or_else(|| word.strip_prefix("-c")) {
            Some("") if word == "-c" => match words.next() {
                Some(next) => next.as_str(),
                None => {
                    out.push(Argument::Bare);
                    break;
                }
            },
            Some(setting) => setting,
            None if word.starts_with('-') => {
                out.push(Argument::Other);
                break;
            }
            None => {
                out.push(Argument::Loose(word.clone()));
                continue;
            }
        };
        out.push(match setting.split_once('=') {
            Some((name, value)) => Argument::Setting {
                name: name.into(),
                value: value.into(),
            },
            None => Argument::NoValue(setting.into()),
        });
    }
    out
}

/// Blanks separate; a backslash takes the next character as it is.
fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c.is_ascii_whitespace() {
            out.extend(word.take());
            continue;
        }
        let c = if c == '\\' { chars.next() } else { Some(c) };
        word.get_or_insert_with(String::new).extend(c);
    }
    out.extend(word);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn options_are_split_as_the_server_does() {
        let read = |text| {
            arguments(text)
                .iter()
                .map(|a| match a {
                    Argument::Setting { name, value } => format!("{name}={value}"),
                    Argument::NoValue(name) => format!("{name}?"),
                    Argument::Bare => "bare".into(),
                    Argument::Loose(word) => format!("loose {word}"),
                    Argument::Other => "other".into(),
                })
                .collect::<Vec<_>>()
                .join("|")
        };
        for (text, expected) in [
            ("-c a=b --c=d -ce=f", "a=b|c=d|e=f"),
            ("-c search_path=a,\\ b", "search_path=a, b"),
            ("-c search_path=a, b", "search_path=a,|loose b"),
            ("a=b", "loose a=b"),
            ("-c a", "a?"),
            ("-c", "bare"),
            ("-c a=1 -B 100 x", "a=1|other"),
            ("", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}

//! How each notation writes a value so that every reader of it gets the same one back.
//!
//! All functions give `None` where the notation cannot carry the value. No notation carries a NUL: libpq ends every string
//! there.

use super::word::{Text, Word};
use crate::parse::percent;
use alloc::string::String;
use core::fmt::Write as _;

/// Writes a value.
pub(super) type Quote = fn(&Word) -> Option<Text>;

fn replaced(text: &str, each: impl Fn(char, &mut String) -> Option<()>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\0' {
            return None;
        }
        each(c, &mut out)?;
    }
    Some(out)
}

fn with_backslash(special: &'static str) -> impl Fn(&str) -> Option<String> {
    move |text| {
        replaced(text, |c, out| {
            if special.contains(c) {
                out.push('\\');
            }
            out.push(c);
            Some(())
        })
    }
}

fn as_is(text: &str) -> Option<String> {
    (!text.contains('\0')).then(|| text.into())
}

/// A part of a URI: only unreserved characters stay.
pub(super) fn uri(word: &Word) -> Option<Text> {
    word.bare(|text| as_is(text).map(|text| percent::encode(&text)))
}

/// The path of a URL for node-postgres: `decodeURI` leaves the sequences of reserved characters alone, so these have to stand
/// as they are, and those that would end the path cannot be written at all.
pub(super) fn node_path(word: &Word) -> Option<Text> {
    let text = word.expose();
    // The URL standard takes these segments for steps through a tree.
    if text.split('/').any(|segment| matches!(segment, "." | "..")) {
        return None;
    }
    word.bare(|text| {
        replaced(text, |c, out| match c {
            '?' | '#' => None,
            ';' | '/' | ':' | '@' | '&' | '=' | '+' | '$' | ',' => {
                out.push(c);
                Some(())
            }
            c => {
                out.push_str(&percent::encode(c.encode_utf8(&mut [0; 4])));
                Some(())
            }
        })
    })
}

/// libpq's keyword/value: single quotes where needed, backslashes before `'` and `\`.
pub(super) fn keyword_value(word: &Word) -> Option<Text> {
    let text = word.expose();
    let needed = text.is_empty()
        || text.contains(['\'', '\\'])
        || text.contains(char::is_whitespace)
        || text.contains(char::is_control);
    if needed {
        word.quoted(("'", "'"), false, with_backslash("'\\"))
    } else {
        word.bare(as_is)
    }
}

/// A PDO DSN: as libpq, but every `;` becomes a blank before libpq sees it.
pub(super) fn pdo(word: &Word) -> Option<Text> {
    if word.any_plain(|text| text.contains(';')) {
        return None;
    }
    keyword_value(word)
}

/// ADO.NET: quotes where needed, the active one doubled.
pub(super) fn ado_net(word: &Word) -> Option<Text> {
    let text = word.expose();
    let quotes = ['"', '\''];
    let needed = text.contains(';')
        || text.trim() != text
        || text.starts_with('=')
        || text.starts_with(quotes)
        || text.ends_with(quotes)
        || text.contains(char::is_control);
    if !needed {
        return word.bare(as_is);
    }
    let quote = if text.contains('"') { '\'' } else { '"' };
    let doubled = |text: &str| {
        replaced(text, |c, out| {
            out.push(c);
            if c == quote {
                out.push(c);
            }
            Some(())
        })
    };
    let mark = if quote == '"' { "\"" } else { "'" };
    word.quoted((mark, mark), false, doubled)
}

/// psqlODBC's braces, which it takes round a password and pqopt only.
pub(super) fn odbc_braces(word: &Word) -> Option<Text> {
    word.quoted(("{", "}"), true, |text| {
        as_is(text).map(|text| text.replace('}', "}}"))
    })
}

/// Another value of an ODBC string, which nothing quotes.
pub(super) fn odbc(word: &Word) -> Option<Text> {
    let text = word.expose();
    if text.trim() != text || word.any_plain(|text| text.contains([';', '{', '}'])) {
        return None;
    }
    word.bare(as_is)
}

/// A line of pg_service.conf: nothing is quoted, blanks at the end are lost, and lines are short.
pub(super) fn service_file(word: &Word) -> Option<Text> {
    let text = word.expose();
    if text.contains(['\n', '\r'])
        || text.ends_with(|c: char| c.is_ascii_whitespace())
        || text.len() > 960
    {
        return None;
    }
    word.bare(as_is)
}

/// A field of .pgpass; `*` alone would stand for anything.
pub(super) fn pgpass(word: &Word) -> Option<Text> {
    if word.any_plain(|text| text.contains(['\n', '\r'])) {
        return None;
    }
    if word.expose() == "*" && word.kept().next().is_none() {
        return word.bare(with_backslash("*"));
    }
    word.bare(with_backslash(":\\"))
}

/// A string literal in double quotes, as JavaScript, Python, Ruby and YAML read it alike.
fn literal(word: &Word, special: fn(&str, char) -> bool) -> Option<Text> {
    word.quoted(("\"", "\""), true, |text| {
        let mut out = String::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            match c {
                '\0' => return None,
                '"' | '\\' => {
                    out.push('\\');
                    out.push(c);
                }
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_control()
                    || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
                    || special(text.get(at + c.len_utf8()..).unwrap_or(""), c) =>
                {
                    // Writing to a String cannot fail. All of these fit in four digits.
                    let _ = write!(out, "\\u{:04x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        Some(out)
    })
}

/// A string literal of JavaScript or Python.
pub(super) fn code(word: &Word) -> Option<Text> {
    literal(word, |_, _| false)
}

/// A string literal of Ruby, where `#{`, `#$` and `#@` fill something in.
pub(super) fn ruby(word: &Word) -> Option<Text> {
    literal(word, |rest, c| {
        c == '#' && (rest.is_empty() || rest.starts_with(['{', '$', '@']))
    })
}

/// A YAML string in a file that goes through ERB, where `<%` begins code.
pub(super) fn yaml_erb(word: &Word) -> Option<Text> {
    literal(word, |rest, c| {
        c == '<' && (rest.is_empty() || rest.starts_with('%'))
    })
}

fn is_safe(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('=')
        && !text.ends_with(',')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_./:@%+,=-".contains(c))
}

/// A variable's value in a .env file that a shell can read too.
pub(super) fn dotenv(word: &Word) -> Option<Text> {
    let text = word.expose();
    let kept = word.kept().next().is_some();
    if word.any_plain(|text| text.contains(['\n', '\r'])) {
        return None;
    }
    if !kept && is_safe(&text) {
        word.bare(as_is)
    } else if !kept && !text.contains('\'') {
        word.quoted(("'", "'"), false, as_is)
    } else {
        word.quoted(("\"", "\""), false, with_backslash("\"\\$`"))
    }
}

/// A word of a POSIX shell's command line.
pub(super) fn shell(word: &Word) -> Option<Text> {
    let text = word.expose();
    if word.kept().next().is_some() {
        return word.quoted(("\"", "\""), false, with_backslash("\"\\$`"));
    }
    if is_safe(&text) {
        return word.bare(as_is);
    }
    word.quoted(("'", "'"), false, |text| {
        as_is(text).map(|text| text.replace('\'', "'\\''"))
    })
}

/// A value of a properties file; Spring takes `${` for a placeholder, and nothing keeps it from doing so.
pub(super) fn properties(word: &Word) -> Option<Text> {
    if word.any_plain(|text| text.contains("${")) {
        return None;
    }
    let leading = word.expose().starts_with(' ');
    word.quoted((if leading { "\\" } else { "" }, ""), false, |text| {
        replaced(text, |c, out| {
            match c {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\x0c' => out.push_str("\\f"),
                ' '..='~' => out.push(c),
                c => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        // Writing to a String cannot fail.
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
            }
            Some(())
        })
    })
}

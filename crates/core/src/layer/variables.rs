//! Variables in a string that a shell, a template or a language fills in before a driver sees it.

use crate::text::{Span, rest, slice};
use alloc::string::String;
use alloc::vec::Vec;

/// The brackets that a variable stands in, longest opening first.
const BRACKETS: [(&str, &str); 7] = [
    ("${{", "}}"),
    ("{{", "}}"),
    ("<%=", "%>"),
    ("${", "}"),
    ("#{", "}"),
    ("$(", ")"),
    ("%(", ")s"),
];

/// The longest variable, in bytes.
const LONGEST: usize = 256;

/// How code fills in parts of a string literal, besides the ways that are the same everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filling {
    /// In no other way.
    #[default]
    None,
    /// `{name}`, `{0}`, `{}`: f-strings, `format`, C#'s `$"…"`.
    Braces,
    /// `%s`, `%d`: `Sprintf` and its like.
    Percent,
}

/// Where variables stand in `text`: `${X}`, `$(x)`, `{{ x }}`, `#{x}`, `%(x)s`, and what `filling` adds.
///
/// A bare `$NAME` counts where it is all that stands between two delimiters; inside a password it may be the password.
#[must_use]
pub fn find(text: &str, filling: Filling) -> Vec<Span> {
    let mut out = Vec::new();
    let mut at = 0;
    // Nothing else begins one.
    let begins = |c: char| matches!(c, '$' | '{' | '<' | '#' | '%');
    while let Some((skipped, c)) = rest(text, at).char_indices().find(|(_, c)| begins(*c)) {
        at += skipped;
        let end = bracketed(text, at)
            .or_else(|| filled(text, at, c, filling))
            .or_else(|| (c == '$').then(|| bare(text, at)).flatten());
        match end {
            Some(end) => {
                out.push(Span::new(at, end));
                at = end;
            }
            None => at += c.len_utf8(),
        }
    }
    out
}

fn filled(text: &str, at: usize, c: char, filling: Filling) -> Option<usize> {
    match (filling, c) {
        (Filling::Braces, '{') if text.get(at..)?.starts_with("{}") => Some(at + 2),
        (Filling::Braces, '{') => closing(text, at, "{", "}"),
        (Filling::Percent, '%') => {
            let rest = text.get(at + 1..)?;
            let len = rest
                .find(|c: char| !(c.is_ascii_digit() || "$[].+-".contains(c)))
                .filter(|len| *len <= 8)?;
            let verb = rest.get(len..)?.chars().next()?;
            "sdvqiuxf".contains(verb).then_some(at + 1 + len + 1)
        }
        _ => None,
    }
}

fn bracketed(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let (open, close) = BRACKETS.iter().find(|(open, _)| rest.starts_with(open))?;
    closing(text, at, open, close)
}

/// The end of the bracket that opens at `at`; one level of nesting is looked through, a line break is not.
fn closing(text: &str, at: usize, open: &str, close: &str) -> Option<usize> {
    let inside = at + open.len();
    let mut depth = 0_usize;
    let last = open.chars().next_back()?;
    let mut offset = inside;
    while let Some(c) = text.get(offset..).and_then(|rest| rest.chars().next()) {
        // A variable is short; the bound keeps a text full of brackets cheap.
        if offset - at > LONGEST {
            return None;
        }
        if text.get(offset..)?.starts_with(close) {
            if depth == 0 {
                return (offset > inside).then(|| offset + close.len());
            }
            depth -= 1;
        } else if c == last {
            depth += 1;
        } else if c == '\n' {
            return None;
        }
        offset += c.len_utf8();
    }
    None
}

/// `$NAME` between delimiters.
fn bare(text: &str, at: usize) -> Option<usize> {
    let before = slice(text, Span::new(0, at)).chars().next_back();
    if before.is_some_and(|c| !is_delimiter(c)) {
        return None;
    }
    let name = text.get(at + 1..)?;
    let word_len = |word: &str| {
        word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(word.len())
    };
    // PowerShell: `$env:NAME` is one variable, and `$env:NAME = …` gives it a value.
    if name
        .get(..4)
        .is_some_and(|n| n.eq_ignore_ascii_case("env:"))
    {
        let rest = name.get(4..)?;
        let len = word_len(rest);
        let sets = rest
            .get(len..)?
            .trim_start_matches([' ', '\t'])
            .starts_with('=');
        return (len > 0 && !sets).then_some(at + 5 + len);
    }
    let len = word_len(name);
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let after = name.get(len..)?.chars().next();
    (starts_well && after.is_none_or(|c| is_delimiter(c) || c == '.')).then_some(at + 1 + len)
}

fn is_delimiter(c: char) -> bool {
    c.is_whitespace() || ":/@?&=;,\"'".contains(c)
}

/// `text` with every variable replaced by as many `x`, so that what stands in one cannot mislead a grammar.
#[must_use]
pub fn neutral(text: &str, variables: &[Span]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for variable in variables {
        out.push_str(slice(text, Span::new(done, variable.start)));
        out.extend(core::iter::repeat_n('x', variable.len()));
        done = variable.end;
    }
    out.push_str(slice(text, Span::new(done, text.len())));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text, Filling::None)
            .into_iter()
            .map(|v| slice(text, v))
            .collect()
    }

    #[test]
    fn powershells_variables_are_read_and_set() {
        assert_eq!(
            found("postgresql://u:$env:PGPASSWORD@$env:PGHOST/app"),
            ["$env:PGPASSWORD", "$env:PGHOST"]
        );
        assert!(found("$env:PGHOST = \"h\"\n$Env:PGUSER='u'").is_empty());
    }

    #[test]
    fn variables_are_seen_and_placeholders_are_none() {
        assert_eq!(
            found("postgresql://${U:a}:$PW@{{ host }}/$(db)"),
            ["${U:a}", "$PW", "{{ host }}", "$(db)"]
        );
        assert_eq!(found("u:${outer${inner}}@h"), ["${outer${inner}}"]);
        assert!(found("u:pa$$w0rd@h {your_password} x[2]$q@h").is_empty());
        assert_eq!(find("{host}:1", Filling::Braces), [Span::new(0, 6)]);
        assert!(find("{host}:1", Filling::None).is_empty());
        assert_eq!(
            find("{}:{0}", Filling::Braces),
            [Span::new(0, 2), Span::new(3, 6)]
        );
        assert_eq!(
            find("u%40:%s@%[1]s:%d%%", Filling::Percent),
            [Span::new(5, 7), Span::new(8, 13), Span::new(14, 16)]
        );
    }

    #[test]
    fn the_neutral_text_has_the_same_length() {
        let text = "a${é:1}b";
        let neutral = neutral(text, &find(text, Filling::None));
        assert_eq!(neutral, "axxxxxxxb");
        assert_eq!(neutral.len(), text.len());
    }
}

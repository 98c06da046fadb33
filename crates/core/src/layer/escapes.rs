//! How a layer writes the characters that mean something to it.

use super::SourceMap;
use alloc::string::String;

/// The escaping of a layer, one character at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// None: every character stands for itself.
    None,
    /// A backslash, inside the given quote: JSON and most programming languages.
    Backslash {
        /// The quote round the literal.
        quote: char,
    },
    /// A backslash, before itself and the given quote only: single quotes in PHP, Ruby and Perl.
    BackslashQuote {
        /// The quote round the literal.
        quote: char,
    },
    /// The quote doubled: YAML's and SQL's single quotes, C#'s verbatim strings, Visual Basic.
    Doubled {
        /// The quote round the literal.
        quote: char,
    },
    /// PowerShell's double quotes: a backtick, and the quote doubled.
    Backtick,
    /// A POSIX shell's double quotes.
    ShellDouble,
    /// A POSIX shell's single quotes, which end for a quote of their own: `'\''`.
    ShellSingle,
    /// A word of a POSIX shell without quotes.
    ShellBare,
    /// Java's properties files: a backslash before anything.
    Properties,
    /// `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` and `&#…;`: XML and HTML.
    Xml,
    /// `%%` for a percent sign: INI files that Python's configparser reads.
    Percent,
    /// `$$` for a dollar sign: Compose files.
    Dollar,
}

const ENTITIES: [(&str, char); 5] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
];

/// What a shell takes for something else outside quotes.
const SHELL_SPECIAL: &str = "|&;()<>$`\\\"'*?[]#~=%!{} \t";

/// An escape sequence: what it stands for (nothing, for a line that goes on) and how many bytes it has.
type Sequence = (Option<char>, usize);

impl Escapes {
    /// Unescapes `raw`, which begins at byte `start` of its source. What is no valid sequence is kept as it stands.
    #[must_use]
    pub fn decode(self, raw: &str, start: usize) -> (String, SourceMap) {
        let mut out = String::with_capacity(raw.len());
        let mut map = SourceMap::starting_at(start);
        self.decode_into(raw, &mut out, &mut map);
        (out, map)
    }

    /// As [`decode`](Self::decode), behind what is in `out` already.
    pub fn decode_into(self, raw: &str, out: &mut String, map: &mut SourceMap) {
        if self == Self::None {
            out.push_str(raw);
            map.literal(raw.len());
            return;
        }
        let mut rest = raw;
        while let Some(c) = rest.chars().next() {
            let len = match self.sequence(rest) {
                Some((decoded, len)) => {
                    map.escape(decoded.map_or(0, char::len_utf8), len);
                    out.extend(decoded);
                    len
                }
                None => {
                    map.literal(c.len_utf8());
                    out.push(c);
                    c.len_utf8()
                }
            };
            rest = rest.get(len..).unwrap_or("");
        }
    }

    /// The escape sequence at the beginning of `rest`.
    fn sequence(self, rest: &str) -> Option<Sequence> {
        match self {
            Self::None => None,
            Self::Backslash { .. } => backslash(rest),
            Self::BackslashQuote { quote } => {
                behind(rest, '\\').filter(|(c, _)| *c == Some('\\') || *c == Some(quote))
            }
            Self::Doubled { quote } => doubled(rest, quote),
            Self::Backtick => backtick(rest),
            Self::ShellDouble => match behind(rest, '\\')? {
                (Some('\n'), len) => Some((None, len)),
                found => found
                    .0
                    .is_some_and(|c| matches!(c, '$' | '`' | '"' | '\\'))
                    .then_some(found),
            },
            Self::ShellSingle => ["'\\''", "'\"'\"'"]
                .iter()
                .find(|s| rest.starts_with(**s))
                .map(|s| (Some('\''), s.len())),
            Self::ShellBare => match behind(rest, '\\')? {
                (Some('\n'), len) => Some((None, len)),
                found => Some(found),
            },
            Self::Properties => properties(rest),
            Self::Xml => xml(rest),
            Self::Percent => doubled(rest, '%'),
            Self::Dollar => doubled(rest, '$'),
        }
    }

    /// Writes `text` so that the layer reads it back as it is.
    #[must_use]
    pub fn encode(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            self.encode_char(c, &mut out);
        }
        out
    }

    fn encode_char(self, c: char, out: &mut String) {
        let (before, special) = match self {
            Self::None => (None, false),
            Self::Backslash { quote } => match c {
                '\n' => return out.push_str("\\n"),
                '\r' => return out.push_str("\\r"),
                '\t' => return out.push_str("\\t"),
                _ => (Some('\\'), c == '\\' || c == quote),
            },
            Self::BackslashQuote { quote } => (Some('\\'), c == '\\' || c == quote),
            Self::Doubled { quote } => (Some(quote), c == quote),
            Self::Backtick => (Some('`'), matches!(c, '"' | '$' | '`')),
            Self::ShellDouble => (Some('\\'), matches!(c, '$' | '`' | '"' | '\\')),
            Self::ShellSingle if c == '\'' => return out.push_str("'\\''"),
            Self::ShellSingle => (None, false),
            Self::ShellBare => (Some('\\'), SHELL_SPECIAL.contains(c)),
            // A line break that is put in ends the value, as its author means it to.
            Self::Properties => (Some('\\'), c == '\\'),
            Self::Xml => match ENTITIES.iter().find(|(_, plain)| *plain == c) {
                Some((entity, _)) => return out.push_str(entity),
                None => (None, false),
            },
            Self::Percent => (Some('%'), c == '%'),
            Self::Dollar => (Some('$'), c == '$'),
        };
        if special {
            out.extend(before);
        }
        out.push(c);
    }
}

/// The character behind `mark` at the beginning of `rest`, whatever it is.
fn behind(rest: &str, mark: char) -> Option<Sequence> {
    let c = rest.strip_prefix(mark)?.chars().next()?;
    Some((Some(c), mark.len_utf8() + c.len_utf8()))
}

fn doubled(rest: &str, mark: char) -> Option<Sequence> {
    behind(rest, mark).filter(|(second, _)| *second == Some(mark))
}

fn backslash(rest: &str) -> Option<Sequence> {
    let (c, len) = behind(rest, '\\')?;
    Some((
        Some(match c? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'x' => return hex(rest, 2, 2),
            'u' if rest.get(2..).is_some_and(|r| r.starts_with('{')) => {
                let digits = rest.get(3..)?.find('}').filter(|len| *len <= 6)?;
                let (c, len) = hex(rest, 3, digits)?;
                return Some((c, len + 1));
            }
            'u' => return utf16(rest),
            'U' => return hex(rest, 2, 8),
            '\n' => return Some((None, len)),
            c @ ('"' | '\'' | '`' | '\\' | '/' | '$' | '#' | '{') => c,
            _ => return None,
        }),
        len,
    ))
}

/// `count` hexadecimal digits from byte `from` on.
fn hex(rest: &str, from: usize, count: usize) -> Option<Sequence> {
    Some((
        Some(char::from_u32(number(rest, from, count)?)?),
        from + count,
    ))
}

fn number(rest: &str, from: usize, count: usize) -> Option<u32> {
    let digits = rest
        .get(from..from + count)
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// `\uXXXX`, and the two halves of a character that UTF-16 writes with two.
fn utf16(rest: &str) -> Option<Sequence> {
    let unit = |from: usize| number(rest, from, 4);
    let high = unit(2)?;
    if let Some(c) = char::from_u32(high) {
        return Some((Some(c), 6));
    }
    let low = rest
        .get(6..8)
        .filter(|next| *next == "\\u")
        .and_then(|_| unit(8))
        .filter(|low| (0xDC00..0xE000).contains(low))?;
    let code = 0x1_0000 + (high.checked_sub(0xD800)? << 10) + (low - 0xDC00);
    Some((Some(char::from_u32(code)?), 12))
}

fn backtick(rest: &str) -> Option<Sequence> {
    if let Some((c, len)) = behind(rest, '`') {
        let c = match c {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('0') => Some('\0'),
            Some('\n') => None,
            c => c,
        };
        return Some((c, len));
    }
    doubled(rest, '"')
}

fn properties(rest: &str) -> Option<Sequence> {
    let (c, len) = behind(rest, '\\')?;
    match c? {
        'n' => Some((Some('\n'), len)),
        'r' => Some((Some('\r'), len)),
        't' => Some((Some('\t'), len)),
        'f' => Some((Some('\x0c'), len)),
        'u' => utf16(rest),
        // The next line goes on behind its indent.
        '\n' => {
            let behind = rest.get(len..).unwrap_or("");
            let indent = behind.len() - behind.trim_start_matches([' ', '\t']).len();
            Some((None, len + indent))
        }
        c => Some((Some(c), len)),
    }
}

fn xml(rest: &str) -> Option<Sequence> {
    if let Some((entity, plain)) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
        return Some((Some(*plain), entity.len()));
    }
    let body = rest.strip_prefix("&#")?;
    let end = body
        .bytes()
        .take(9)
        .position(|b| b == b';')
        .filter(|&end| end <= 8)?;
    let digits = body.get(..end)?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((Some(char::from_u32(code)?), 2 + end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    const ALL: [Escapes; 12] = [
        Escapes::None,
        Escapes::Backslash { quote: '"' },
        Escapes::BackslashQuote { quote: '\'' },
        Escapes::Doubled { quote: '\'' },
        Escapes::Backtick,
        Escapes::ShellDouble,
        Escapes::ShellSingle,
        Escapes::ShellBare,
        Escapes::Properties,
        Escapes::Xml,
        Escapes::Percent,
        Escapes::Dollar,
    ];

    #[test]
    fn sequences_are_decoded() {
        for (escapes, raw, expected) in [
            (
                Escapes::Backslash { quote: '"' },
                r#"a\"b\u0040\\c\q\/\x41\u{1F600}\uD83D\uDE00\U0001F600"#,
                r#"a"b@\c\q/A😀😀😀"#,
            ),
            (
                Escapes::Backslash { quote: '"' },
                "a\\\nb\\uD83Dx",
                "ab\\uD83Dx",
            ),
            (
                Escapes::BackslashQuote { quote: '\'' },
                r"it\'s a\\b\n",
                r"it's a\b\n",
            ),
            (Escapes::Doubled { quote: '\'' }, "it''s", "it's"),
            (Escapes::Backtick, "a`$b`\"c\"\"d``e`t", "a$b\"c\"d`e\t"),
            (Escapes::ShellDouble, r#"a\$b\"c\\d\e\`"#, r#"a$b"c\d\e`"#),
            (Escapes::ShellSingle, r#"it'\''s"#, "it's"),
            (Escapes::ShellSingle, r#"it'"'"'s"#, "it's"),
            (Escapes::ShellBare, r"a\&b\ c\\", r"a&b c\"),
            (
                Escapes::Properties,
                "jdbc\\:x\\=\\u0040\\\n    y",
                "jdbc:x=@y",
            ),
            (
                Escapes::Xml,
                "a&amp;b&#64;c&#x40;&nope;&#1234567890;",
                "a&b@c@&nope;&#1234567890;",
            ),
            (Escapes::Percent, "a%%40b%c", "a%40b%c"),
            (Escapes::Dollar, "a$$b$c", "a$b$c"),
        ] {
            assert_eq!(escapes.decode(raw, 0).0, expected, "{escapes:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(text in prop_oneof![any::<String>(), "[\\\\'\"`$%{}&;#!? a-c]{0,12}"]) {
            for escapes in ALL {
                prop_assert_eq!(escapes.decode(&escapes.encode(&text), 0).0, text.clone(), "{:?}", escapes);
            }
        }

        #[test]
        fn every_byte_has_a_place(raw in "[\\\\'\"`$%{}&;#nux0-9D8C\n a-c😀]{0,16}") {
            for escapes in ALL {
                let (text, map) = escapes.decode(&raw, 0);
                prop_assert_eq!(map.ends(), (text.len(), raw.len()));
                let mut at = 0;
                let places: Vec<_> = text.char_indices().collect();
                for (from, c) in places {
                    let span = map.to_source(crate::text::Span::new(from, from + c.len_utf8()));
                    prop_assert!(span.start >= at && raw.get(span.start..span.end).is_some());
                    at = span.end;
                }
            }
        }
    }
}

//! How a layer writes the characters that mean something to it.

use super::SourceMap;
use alloc::string::String;

/// The escaping of a layer's string literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// None: every character stands for itself.
    None,
    /// A backslash, inside the given quote: JSON and most programming languages.
    Backslash {
        /// The quote round the literal.
        quote: char,
    },
    /// The quote doubled: YAML's and SQL's single quotes, C#'s verbatim strings.
    Doubled {
        /// The quote round the literal.
        quote: char,
    },
    /// `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` and `&#…;`: XML and HTML.
    Xml,
}

const ENTITIES: [(&str, char); 5] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
];

impl Escapes {
    /// Unescapes `raw`, which begins at byte `start` of the paste. What is no valid sequence is kept as it stands.
    #[must_use]
    pub fn decode(self, raw: &str, start: usize) -> (String, SourceMap) {
        let mut out = String::with_capacity(raw.len());
        let mut map = SourceMap::starting_at(start);
        let mut rest = raw;
        while let Some(c) = rest.chars().next() {
            match self.sequence(rest) {
                Some((decoded, len)) => {
                    map.escape(decoded.len_utf8(), len);
                    out.push(decoded);
                    rest = rest.get(len..).unwrap_or("");
                }
                None => {
                    map.literal(c.len_utf8());
                    out.push(c);
                    rest = rest.get(c.len_utf8()..).unwrap_or("");
                }
            }
        }
        (out, map)
    }

    /// The escape sequence at the beginning of `rest`: what it stands for and how many bytes it has.
    fn sequence(self, rest: &str) -> Option<(char, usize)> {
        match self {
            Self::None => None,
            Self::Backslash { .. } => backslash(rest),
            Self::Doubled { quote } => {
                let mut chars = rest.chars();
                (chars.next() == Some(quote) && chars.next() == Some(quote))
                    .then(|| (quote, 2 * quote.len_utf8()))
            }
            Self::Xml => xml(rest),
        }
    }

    /// Writes `text` so that the layer reads it back as it is.
    #[must_use]
    pub fn encode(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match self {
                Self::Backslash { quote } if c == '\\' || c == quote => {
                    out.push('\\');
                    out.push(c);
                }
                Self::Backslash { .. } if c == '\n' => out.push_str("\\n"),
                Self::Backslash { .. } if c == '\t' => out.push_str("\\t"),
                Self::Doubled { quote } if c == quote => {
                    out.push(quote);
                    out.push(quote);
                }
                Self::Xml => match ENTITIES.iter().find(|(_, plain)| *plain == c) {
                    Some((entity, _)) => out.push_str(entity),
                    None => out.push(c),
                },
                _ => out.push(c),
            }
        }
        out
    }
}

fn backslash(rest: &str) -> Option<(char, usize)> {
    let mut chars = rest.strip_prefix('\\')?.chars();
    Some(match chars.next()? {
        'n' => ('\n', 2),
        't' => ('\t', 2),
        'r' => ('\r', 2),
        'u' => {
            let hex = rest.get(2..6)?;
            (char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, 6)
        }
        c @ ('"' | '\'' | '`' | '\\' | '/' | '$') => (c, 1 + c.len_utf8()),
        _ => return None,
    })
}

fn xml(rest: &str) -> Option<(char, usize)> {
    if let Some((entity, plain)) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity)) {
        return Some((*plain, entity.len()));
    }
    let body = rest.strip_prefix("&#")?;
    let end = body.find(';').filter(|&end| end <= 8)?;
    let digits = body.get(..end)?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?, 2 + end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sequences_are_decoded() {
        let json = Escapes::Backslash { quote: '"' };
        assert_eq!(json.decode(r#"a\"b\u0040\\c\q"#, 0).0, r#"a"b@\c\q"#);
        let yaml = Escapes::Doubled { quote: '\'' };
        assert_eq!(yaml.decode("it''s", 0).0, "it's");
        assert_eq!(
            Escapes::Xml.decode("a&amp;b&#64;c&#x40;&nope;", 0).0,
            "a&b@c@&nope;"
        );
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(text in any::<String>()) {
            for escapes in [
                Escapes::None,
                Escapes::Backslash { quote: '"' },
                Escapes::Doubled { quote: '\'' },
                Escapes::Xml,
            ] {
                prop_assert_eq!(escapes.decode(&escapes.encode(&text), 0).0, text.clone());
            }
        }
    }
}

//! String literals: where they end, and how they are escaped.

use super::{Escapes, Notation, Piece, Tongue};
use crate::text::{Span, slice};
use alloc::vec::Vec;

/// A string literal in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal {
    /// What stands between its quotes.
    pub body: Span,
    /// Just past its closing quote.
    pub end: usize,
    /// Whether a quote closes it; without one, it goes to the end of its line.
    pub closed: bool,
    /// How it is written.
    pub escapes: Escapes,
    /// Whether `{name}` in it is filled in by the language.
    pub interpolated: bool,
}

/// How a literal ends.
struct Form {
    /// How many bytes open it.
    open: usize,
    close: &'static str,
    escapes: Escapes,
    /// Whether it may go on over several lines.
    lines: bool,
    /// A backslash takes the character behind it along, also where it stays in the string.
    guarded: bool,
    interpolated: bool,
}

/// The closing quotes that nothing in the rest of a text closes with: one look for each is enough.
#[derive(Clone, Debug, Default)]
pub struct Unclosed {
    lines: Vec<&'static str>,
    line: Vec<&'static str>,
    line_end: usize,
}

/// The literal whose quote stands at byte `at` of `text`, on the line that ends at `line_end`.
#[must_use]
pub fn literal_at(
    text: &str,
    at: usize,
    line_end: usize,
    notation: Notation,
    unclosed: &mut Unclosed,
) -> Option<Literal> {
    let form = form(text, at, notation)?;
    let from = at + form.open;
    if unclosed.line_end != line_end {
        unclosed.line.clear();
        unclosed.line_end = line_end;
    }
    let find = |limit: usize, unclosed: &mut Vec<&'static str>| {
        if unclosed.contains(&form.close) {
            return None;
        }
        let found = closing(slice(text, Span::new(from, limit)), &form);
        if found.is_none() {
            unclosed.push(form.close);
        }
        found
    };
    let len = match find(line_end, &mut unclosed.line) {
        Some(len) => Some(len),
        None if form.lines => find(text.len(), &mut unclosed.lines),
        None => None,
    };
    let (end, closed) = match len {
        Some(len) => (from + len, true),
        None => {
            let line = slice(text, Span::new(from, line_end));
            (from + line.trim_end().len(), false)
        }
    };
    Some(Literal {
        body: Span::new(from, end),
        end: end + if closed { form.close.len() } else { 0 },
        closed,
        escapes: form.escapes,
        interpolated: form.interpolated,
    })
}

/// How the literal is written whose quote stands at `at`.
fn form(text: &str, at: usize, notation: Notation) -> Option<Form> {
    let rest = text.get(at..)?;
    let quote = rest.chars().next()?;
    let plain = |close: &'static str, escapes, lines| Form {
        open: quote.len_utf8(),
        close,
        escapes,
        lines,
        guarded: matches!(
            escapes,
            Escapes::Backslash { .. } | Escapes::BackslashQuote { .. } | Escapes::ShellDouble
        ),
        interpolated: false,
    };
    // Quotes that a word processor has bent, whatever the language.
    let bent = match quote {
        '“' => Some("”"),
        '‘' => Some("’"),
        '„' => Some("“"),
        _ => None,
    };
    if let Some(close) = bent {
        return Some(plain(close, Escapes::None, false));
    }
    let backslash = Escapes::Backslash { quote };
    let doubled = Escapes::Doubled { quote };
    Some(match (notation, quote) {
        (Notation::Json, '"') => plain("\"", backslash, false),
        (Notation::Xml, '"') => plain("\"", Escapes::Xml, true),
        (Notation::Xml, '\'') => plain("'", Escapes::Xml, true),
        (Notation::Yaml | Notation::EnvList, '"') => plain("\"", backslash, true),
        (Notation::Yaml | Notation::EnvList, '\'') => plain("'", doubled, true),
        (Notation::Toml, _) if rest.starts_with("\"\"\"") => Form {
            open: 3,
            ..plain("\"\"\"", backslash, true)
        },
        (Notation::Toml, _) if rest.starts_with("'''") => Form {
            open: 3,
            ..plain("'''", Escapes::None, true)
        },
        (Notation::Toml | Notation::Dotenv, '"') => plain("\"", backslash, false),
        (Notation::Toml | Notation::Dotenv | Notation::Ini | Notation::Properties, '\'') => {
            plain("'", Escapes::None, false)
        }
        (Notation::Ini, '"') => plain("\"", Escapes::None, false),
        (Notation::Properties, '"') => plain("\"", Escapes::Properties, false),
        (Notation::Cmd, '"') => plain("\"", Escapes::None, false),
        (Notation::Shell, '"') => plain("\"", Escapes::ShellDouble, true),
        (Notation::Shell, '\'') if text.get(..at)?.ends_with('$') => plain("'", backslash, true),
        (Notation::Shell, '\'') => plain("'", Escapes::ShellSingle, true),
        (Notation::PowerShell | Notation::Code(Tongue::PowerShell), '"') => {
            plain("\"", Escapes::Backtick, true)
        }
        (Notation::PowerShell | Notation::Code(Tongue::PowerShell), '\'') => {
            plain("'", doubled, true)
        }
        (Notation::Code(tongue), _) => return code(text, at, quote, tongue, plain),
        (Notation::Plain, '"' | '\'' | '`') => plain(
            match quote {
                '"' => "\"",
                '\'' => "'",
                _ => "`",
            },
            backslash,
            false,
        ),
        _ => return None,
    })
}

/// A literal of a programming language.
fn code(
    text: &str,
    at: usize,
    quote: char,
    tongue: Tongue,
    plain: impl Fn(&'static str, Escapes, bool) -> Form,
) -> Option<Form> {
    let rest = text.get(at..)?;
    let prefix = prefix(text.get(..at)?);
    let raw = prefix.contains(['r', 'R']);
    let backslash = Escapes::Backslash { quote };
    let form = match quote {
        '"' if rest.starts_with("\"\"\"") => Form {
            open: 3,
            ..plain("\"\"\"", if raw { Escapes::None } else { backslash }, true)
        },
        '\'' if rest.starts_with("'''") => Form {
            open: 3,
            ..plain("'''", if raw { Escapes::None } else { backslash }, true)
        },
        // Rust: `r#"…"#`.
        '"' if prefix.ends_with("r#") => plain("\"#", Escapes::None, true),
        // C#: `@"…"` takes backslashes as they are and doubles its quotes.
        '"' if prefix.contains('@') => plain("\"", Escapes::Doubled { quote }, true),
        '"' if tongue == Tongue::Basic => plain("\"", Escapes::Doubled { quote }, false),
        '"' if raw => Form {
            guarded: true,
            ..plain("\"", Escapes::None, false)
        },
        '\'' if raw => Form {
            guarded: true,
            ..plain("'", Escapes::None, false)
        },
        '"' => plain("\"", backslash, false),
        '\'' if tongue == Tongue::Quotes => plain("'", Escapes::BackslashQuote { quote }, true),
        '\'' => plain("'", backslash, false),
        '`' if tongue == Tongue::Go => plain("`", Escapes::None, true),
        '`' => plain("`", backslash, true),
        _ => return None,
    };
    Some(Form {
        interpolated: quote != '`' && (prefix.ends_with(['f', 'F']) || prefix.contains('$')),
        ..form
    })
}

/// The letters or signs right before a quote that change what a literal means: `f`, `rb`, `$`, `@`, `$@`, `r#`.
fn prefix(before: &str) -> &str {
    let start = before
        .char_indices()
        .rev()
        .take(3)
        .take_while(|(_, c)| "fFrRbBuU$@#".contains(*c))
        .last()
        .map_or(before.len(), |(at, _)| at);
    // The end of a name is none.
    let is_name = before
        .get(..start)
        .is_some_and(|head| head.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    if is_name {
        return "";
    }
    before.get(start..).unwrap_or("")
}

/// The length of a literal's body, up to the quote that closes it.
fn closing(body: &str, form: &Form) -> Option<usize> {
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        let rest = || body.get(at..).unwrap_or("");
        let jump = match form.escapes {
            _ if c == '\\' && form.guarded => 1,
            Escapes::Backtick if c == '`' => 1,
            Escapes::Backtick if c == '"' && rest().starts_with("\"\"") => 1,
            Escapes::Doubled { quote } if c == quote && is_doubled(rest(), quote) => 1,
            Escapes::ShellSingle if rest().starts_with("'\\''") => 3,
            Escapes::ShellSingle if rest().starts_with("'\"'\"'") => 4,
            _ if rest().starts_with(form.close) => return Some(at),
            _ => 0,
        };
        for _ in 0..jump {
            chars.next();
        }
    }
    None
}

fn is_doubled(rest: &str, quote: char) -> bool {
    rest.strip_prefix(quote)
        .is_some_and(|behind| behind.starts_with(quote))
}

/// The word of a POSIX shell that begins at byte `at` of `text`: its pieces, and where it ends.
///
/// Signs that would end a word without quotes are taken along, because a string was meant.
#[must_use]
pub fn word_at(
    text: &str,
    at: usize,
    line_end: usize,
    unclosed: &mut Unclosed,
) -> (Vec<Piece>, usize) {
    let mut pieces = Vec::new();
    let mut bare = at;
    let mut next = at;
    let flush = |pieces: &mut Vec<Piece>, from: usize, to: usize| {
        if from < to {
            pieces.push(Piece::new(Span::new(from, to), Escapes::ShellBare));
        }
    };
    while let Some(c) = slice(text, Span::new(next, line_end)).chars().next() {
        let inside = next + c.len_utf8();
        match c {
            c if c.is_whitespace() => break,
            '\\' => {
                let escaped = slice(text, Span::new(inside, line_end)).chars().next();
                next = inside + escaped.map_or(0, char::len_utf8);
            }
            '"' | '\'' => {
                let literal = literal_at(text, next, line_end, Notation::Shell, unclosed)
                    .filter(|literal| literal.closed);
                let Some(literal) = literal else {
                    next = inside;
                    continue;
                };
                // `$'…'`: the dollar sign belongs to the quote.
                let dollar = usize::from(matches!(literal.escapes, Escapes::Backslash { .. }));
                flush(&mut pieces, bare, next - dollar);
                pieces.push(Piece::new(literal.body, literal.escapes));
                next = literal.end;
                bare = next;
            }
            _ => next = inside,
        }
    }
    flush(&mut pieces, bare, next);
    (pieces, next)
}

/// What a literal of code is put together with: the literals behind it, and code between them.
///
/// `"a" + b + "c"`, `"a" & _`, `"a" . "b"`, literals next to each other.
#[must_use]
pub fn joined(
    text: &str,
    first: Literal,
    notation: Notation,
    unclosed: &mut Unclosed,
    may_follow: impl Fn(&str) -> bool,
) -> (Vec<Piece>, usize) {
    let mut pieces = alloc::vec![Piece::new(first.body, first.escapes)];
    let mut last = first;
    let tongue = match notation {
        Notation::Code(tongue) => tongue,
        Notation::Plain => Tongue::Other,
        Notation::PowerShell => Tongue::PowerShell,
        _ => return (pieces, first.end),
    };
    // Code behind the last literal begins where its body ends.
    let mut open = None;
    let mut at = first.end;
    while last.closed {
        let Some(next) = operator(text, at, tongue) else {
            break;
        };
        let start = next.at + literal_prefix_len(text, next.at);
        let line_end = text
            .get(start..)
            .and_then(|rest| rest.find('\n'))
            .map_or(text.len(), |len| start + len);
        let quoted = text
            .get(start..)
            .is_some_and(|r| r.starts_with(['"', '\'', '`']));
        let literal = Some(start)
            .filter(|_| quoted)
            .and_then(|start| literal_at(text, start, line_end, notation, unclosed))
            .filter(|l| l.closed && (next.is_sign || may_follow(slice(text, l.body))));
        if let Some(literal) = literal {
            if let Some(from) = open.take() {
                pieces.push(Piece::hole(Span::new(from, literal.body.start)));
            }
            pieces.push(Piece::new(literal.body, literal.escapes));
            last = literal;
            at = literal.end;
        } else if next.is_sign
            && let Some(end) = expression(text, next.at)
        {
            open.get_or_insert(last.body.end);
            at = end;
        } else {
            break;
        }
    }
    if let Some(from) = open {
        pieces.push(Piece::hole(Span::new(from, at)));
    }
    (pieces, at)
}

/// What joins two operands.
struct Operator {
    /// Where the second operand begins.
    at: usize,
    /// Whether a sign stands between them, or nothing but the end of a line.
    is_sign: bool,
}

fn operator(text: &str, at: usize, tongue: Tongue) -> Option<Operator> {
    let rest = text.get(at..)?;
    let behind = rest.trim_start();
    let here = at + (rest.len() - behind.len());
    let skip = |len: usize| {
        let rest = text.get(here + len..).unwrap_or("");
        here + len + (rest.len() - rest.trim_start().len())
    };
    let sign = match tongue {
        Tongue::Basic => ["&", "+"].iter().find(|s| behind.starts_with(**s)),
        Tongue::Quotes => [".", "+", "<<"]
            .iter()
            .find(|s| behind.starts_with(**s) && !behind.starts_with(".=")),
        _ => ["+", "<>"].iter().find(|s| behind.starts_with(**s)),
    };
    if let Some(sign) = sign {
        let mut next = skip(sign.len());
        // `& _` goes on in the next line.
        if tongue == Tongue::Basic
            && let Some(line) = text.get(next..).and_then(|r| r.strip_prefix('_'))
        {
            next = text.len() - line.trim_start().len();
        }
        return Some(Operator {
            at: next,
            is_sign: true,
        });
    }
    // Python, C: literals next to each other are one; a backslash may stand at the end of the line.
    let behind = behind.strip_prefix('\\').unwrap_or(behind);
    let next = text.len() - behind.trim_start().len();
    let between = slice(text, Span::new(at, next));
    (between.matches('\n').count() == 1).then_some(Operator {
        at: next,
        is_sign: false,
    })
}

/// How many letters and signs stand before the quote of a literal at `at`.
fn literal_prefix_len(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    let len = rest
        .find(|c: char| !"fFrRbBuU$@#".contains(c))
        .unwrap_or(rest.len());
    let quoted = rest
        .get(len..)
        .is_some_and(|r| r.starts_with(['"', '\'', '`']));
    if quoted && len <= 3 { len } else { 0 }
}

/// The longest piece of code between literals, in bytes.
const LONGEST: usize = 160;

/// Where a name, a member or a call ends that begins at `at`.
fn expression(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut end = at;
    for c in text.get(at..)?.chars() {
        if end - at > LONGEST {
            return None;
        }
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' if depth == 0 => break,
            ')' | ']' => depth -= 1,
            '\n' => break,
            _ if depth > 0 => {}
            c if c.is_alphanumeric() || "_$.:>-?!".contains(c) => {}
            _ => break,
        }
        end += c.len_utf8();
    }
    (depth == 0 && end > at).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Step;
    use std::string::String;

    fn first(text: &str, notation: Notation) -> (String, usize) {
        let at = text.find(['"', '\'', '`', '“']).unwrap();
        let line_end = text[at..].find('\n').map_or(text.len(), |len| at + len);
        let literal = literal_at(text, at, line_end, notation, &mut Unclosed::default()).unwrap();
        let (pieces, end) = joined(text, literal, notation, &mut Unclosed::default(), |_| true);
        (Step::of_pieces(text, &pieces).0, end)
    }

    #[test]
    fn literals_end_where_their_language_says() {
        let code = Notation::Code(Tongue::Other);
        for (text, notation, expected) in [
            (r#"x = "a\"b" c"#, code, r#"a"b"#),
            (r#"x = @"a\b""c" d"#, code, r#"a\b"c"#),
            (r#"x = r"a\b" d"#, code, r"a\b"),
            ("x = r#\"a\"b\"# d", code, "a\"b"),
            ("x = '''a\n'b''' d", code, "a\n'b"),
            ("x = `a\n${b}` d", code, "a\n${b}"),
            (r"x := `a\nb` d", Notation::Code(Tongue::Go), r"a\nb"),
            (
                r"$x = 'a\n\'b'; d",
                Notation::Code(Tongue::Quotes),
                r"a\n'b",
            ),
            (
                r#"x = "a\b""c" & d"#,
                Notation::Code(Tongue::Basic),
                r#"a\b"c" & d"#,
            ),
            (r#"X="a`"b""c" d"#, Notation::PowerShell, r#"a"b"c"#),
            (r#"X="a\$b\"c" d"#, Notation::Shell, r#"a$b"c"#),
            (r"X='it'\''s' d", Notation::Shell, "it's"),
            (r"X='a\b' d", Notation::Dotenv, r"a\b"),
            ("x: 'it''s' # d", Notation::Yaml, "it's"),
            (r"x = 'a\b' # d", Notation::Toml, r"a\b"),
            ("x = \"\"\"a\nb\"\"\" # d", Notation::Toml, "a\nb"),
            ("x=\"a&quot;b\" c=\"d\"", Notation::Xml, "a\"b"),
            ("“a” d", Notation::Plain, "a"),
        ] {
            assert_eq!(first(text, notation).0, expected, "{text}");
        }
    }

    #[test]
    fn literals_that_are_put_together_are_one() {
        let code = Notation::Code(Tongue::Other);
        for (text, notation, expected) in [
            ("(\"a\" +\n  \"b\" + \"c\")", code, "abc"),
            ("(\"a=\" + b.c(1) + \";d\")", code, "a=\" + b.c(1) + \";d"),
            ("(\"a=\" + b)", code, "a=\" + b"),
            ("(\"a \"\n   \"b\")", code, "a b"),
            ("(\"a\", \"b\")", code, "a"),
            (
                "c = \"a\" & _\n  \"b\" & _\n \"c\"",
                Notation::Code(Tongue::Basic),
                "abc",
            ),
            (
                "$x = 'a' . $b . 'c';",
                Notation::Code(Tongue::Quotes),
                "a' . $b . 'c",
            ),
            ("X=\"a\"\n\"b\"", Notation::Dotenv, "a"),
        ] {
            assert_eq!(first(text, notation).0, expected, "{text}");
        }
    }

    #[test]
    fn a_word_of_a_shell_is_put_together_from_its_quotes() {
        for (text, expected) in [
            (r#"a"b $c"'d"e'\f g"#, r#"ab $cd"ef"#),
            ("$'a\\tb' c", "a\tb"),
            ("a&b?c d", "a&b?c"),
            ("it's", "it's"),
        ] {
            let (pieces, _) = word_at(text, 0, text.len(), &mut Unclosed::default());
            assert_eq!(Step::of_pieces(text, &pieces).0, expected, "{text}");
        }
    }
}

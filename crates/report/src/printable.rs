//! Makes text safe to print on a terminal: what would move the cursor, turn the reading order or be invisible is replaced.

use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// What stands for a character that cannot be shown.
pub(crate) const REPLACEMENT: char = '\u{fffd}';

/// The character as it is printed.
///
/// Controls could rewrite the terminal's lines. Bidirectional controls and invisible characters could make the printed
/// text look like another one, and the invisible ones are often what is wrong with a pasted string.
pub(crate) fn printable_char(c: char) -> char {
    match c {
        '\t' | '\n' => ' ',
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}' => REPLACEMENT,
        c if c.is_control() => REPLACEMENT,
        c => c,
    }
}

/// `text` as it is printed, on one line: what would move the cursor or be invisible is replaced.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| printable_char(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(printable_char).collect())
    }
}

/// The number of terminal cells that a printable character takes.
pub(crate) fn width(c: char) -> usize {
    c.width().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_obey() {
        assert_eq!(printable("a\u{1b}[31mb"), "a\u{fffd}[31mb");
        assert_eq!(printable("a\tb\r\n"), "a b\u{fffd} ");
        assert_eq!(
            printable("x\u{202e}y\u{200b}z\u{9b}"),
            "x\u{fffd}y\u{fffd}z\u{fffd}"
        );
        assert!(matches!(printable("ü 日本 😀"), Cow::Borrowed(_)));
    }
}

//! Characters that a clipboard, a word processor or a keyboard puts in the place of plain ones.

/// Whether `c` takes no room on the screen: zero-width blanks and joiners, byte order mark, soft hyphen, direction marks.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    // Nearly every character is plain.
    c > '\u{7f}'
        && matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2064}'
                | '\u{2066}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

/// Whether `c` looks like a blank and is none to C: the no-break space and its like.
#[must_use]
pub const fn is_look_alike_blank(c: char) -> bool {
    matches!(
        c,
        '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Whether `c` looks like a hyphen and is none: the dashes, the minus sign.
#[must_use]
pub const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// The plain quote that a typographic one was meant to be.
#[must_use]
pub const fn plain_quote(c: char) -> Option<char> {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂' => Some('"'),
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '＇' => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_none_of_them() {
        for c in (' '..='~').chain("éßñ你😀".chars()) {
            assert!(!is_invisible(c) && !is_look_alike_blank(c) && !is_dash(c));
            assert_eq!(plain_quote(c), None);
        }
        assert!(is_invisible('\u{200b}') && is_look_alike_blank('\u{a0}') && is_dash('–'));
        assert_eq!(plain_quote('’'), Some('\''));
    }
}

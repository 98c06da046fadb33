//! The nearest of several words: for "did you mean".

use alloc::string::String;
use alloc::vec::Vec;

/// Letters and digits only, in lower case: what is left of two spellings of one word is the same.
#[must_use]
pub fn letters(word: &str) -> String {
    word.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Whether two words have the same [`letters`].
#[must_use]
pub fn same_letters(a: &str, b: &str) -> bool {
    fn letters(word: &str) -> impl Iterator<Item = u8> {
        let plain = word.bytes().filter(u8::is_ascii_alphanumeric);
        plain.map(|c| c.to_ascii_lowercase())
    }
    letters(a).eq(letters(b))
}

/// The word of `words` that takes the fewest edits to become `wanted`, if it takes at most `limit`; case does not count.
///
/// An edit is a character added, taken away or replaced. The first of equally near words wins.
#[must_use]
pub fn nearest<'a>(
    wanted: &str,
    words: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Option<&'a str> {
    // Each letter more or less is an edit.
    let len = wanted.chars().count();
    words
        .into_iter()
        .filter(|word| word.chars().count().abs_diff(len) <= limit)
        .map(|word| (distance(wanted, word), word))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// The Levenshtein distance of two words without regard to ASCII case, in characters.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        let mut left = i + 1;
        for (cell, cb) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(ca != *cb);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(left + 1);
            left = *cell;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        for (a, b, expected) in [
            ("", "", 0),
            ("abc", "", 3),
            ("", "ab", 2),
            ("Host", "hots", 2),
            ("sslmod", "sslmode", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_within_reach_wins() {
        assert_eq!(
            nearest("sslmod", ["sslcert", "sslmode"], 2),
            Some("sslmode")
        );
        assert_eq!(nearest("zebra", ["sslcert", "sslmode"], 2), None);
    }
}

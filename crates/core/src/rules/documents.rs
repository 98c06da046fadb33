//! All documents as one text, for who loads them apart from the rules.

#[cfg(feature = "docs")]
use super::Rule;
#[cfg(feature = "docs")]
use alloc::string::String;

/// Stands before each document: the control character that is meant for it, which no document contains.
const SEPARATOR: char = '\u{1e}';

/// The documents of all rules and failures, each behind a record separator.
#[cfg(feature = "docs")]
#[must_use]
pub fn joined() -> String {
    Rule::all().fold(String::new(), |mut all, rule| {
        all.push(SEPARATOR);
        all.push_str(rule.docs);
        all
    })
}

/// What [`joined`] gave, taken apart: each document with its code.
pub fn split(joined: &str) -> impl Iterator<Item = (&str, &str)> {
    joined.split(SEPARATOR).filter_map(|document| {
        let (code, _) = document.strip_prefix("# ")?.split_once(':')?;
        Some((code, document))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_can_be_taken_apart() {
        let all = joined();
        let expected = Rule::all().map(|rule| (rule.code, rule.docs));
        assert!(split(&all).eq(expected));
        assert_eq!(split("").count(), 0);
    }
}

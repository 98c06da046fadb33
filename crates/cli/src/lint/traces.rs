//! Looks for a trace of PostgreSQL in a file, all of them in one go: most files have none and are done with.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Input};
use connlint_core::detect::TRACES;

/// Knows the traces.
#[derive(Debug)]
pub(super) struct Traces {
    words: AhoCorasick,
}

impl Traces {
    pub(super) fn new() -> Result<Self, BuildError> {
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(TRACES.iter().map(|trace| trace.word))?;
        Ok(Self { words })
    }

    /// Whether there is one in `text`; the same answer as [`connlint_core::detect::has_trace`]'s.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        let mut from = 0;
        while let Some(found) = self.words.find(Input::new(text).range(from..)) {
            let is_one = TRACES.get(found.pattern().as_usize()).is_some_and(|trace| {
                let same = text.get(found.range()) == Some(trace.word.as_bytes());
                (same || !trace.cased) && trace.fits(text, found.start())
            });
            if is_one {
                return true;
            }
            from = found.start() + 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::detect::has_trace;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static SEARCH: LazyLock<Traces> = LazyLock::new(|| Traces::new().unwrap());

    /// Traces, pieces of them, and what may stand between.
    fn piece() -> impl Strategy<Value = String> {
        let trace = (0..TRACES.len(), 0..3_usize, any::<bool>()).prop_map(|(at, cut, upper)| {
            let word = TRACES[at].word;
            let word = word.get(cut..).unwrap_or(word);
            if upper {
                word.to_uppercase()
            } else {
                word.into()
            }
        });
        prop_oneof![trace, "[pgsql5432._:'\";a-zA-Z \\n=]{0,6}", "\\PC{0,4}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn no_trace_is_overlooked_and_none_is_made_up(pieces in prop::collection::vec(piece(), 0..8)) {
            let text = pieces.concat();
            prop_assert_eq!(SEARCH.are_in(text.as_bytes()), has_trace(text.as_bytes()), "{:?}", text);
        }
    }
}

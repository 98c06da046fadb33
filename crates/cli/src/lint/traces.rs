//! Looks for a trace of PostgreSQL in a file, all of them in one go: most files have none and are done with.

use aho_corasick::packed::{Config, MatchKind, Searcher};
use connlint_core::detect::{BEHIND_SCHEME, TRACES, has_trace, is_slip_before};

/// Knows the traces.
#[derive(Debug)]
pub(super) struct Traces {
    /// Looks for the rare pieces with the processor's vectors; nothing where it has none that fit.
    rare: Option<Searcher>,
    /// For each spelling of a piece, by its number, where what has it in it would begin.
    around: Vec<Vec<Around>>,
}

/// What has a rare piece in it.
#[derive(Clone, Copy, Debug)]
enum Around {
    /// A trace of that number, so far before it.
    Trace(usize, usize),
    /// A scheme, which ends there.
    Scheme,
}

/// Pieces that hardly any other text has, of three bytes each, so that text which has none is passed over quickly. Each trace
/// has one; the first of them is looked for.
const RARE: &[&str] = &[
    "tgr", "gsq", "psq", "opg", "slm", "dbn", "pgh", "pgp", "pg_", "pg.", "pg:", "pg'", "pg\"",
    "432", ";us", "cG9", "Bvc", "wb3", "TQz",
];

impl Traces {
    pub(super) fn new() -> Self {
        let mut wanted: Vec<(Vec<String>, Vec<Around>)> = RARE
            .iter()
            .map(|piece| (spellings(piece), Vec::new()))
            .collect();
        for (number, trace) in TRACES.iter().enumerate() {
            let found = RARE
                .iter()
                .zip(&mut wanted)
                .find_map(|(piece, wanted)| Some((piece, trace.word.find(piece)?, wanted)));
            if let Some((piece, at, (spellings, around))) = found {
                around.push(Around::Trace(number, at));
                if !trace.any_case {
                    *spellings = vec![(*piece).to_owned()];
                }
            }
        }
        wanted.push((vec![BEHIND_SCHEME.to_owned()], vec![Around::Scheme]));
        // The searcher deals pieces out by their numbers, and spellings go with the first: one of each comes first.
        let most = wanted.iter().map(|(spellings, _)| spellings.len()).max();
        let in_turns = (0..most.unwrap_or_default()).flat_map(|turn| {
            wanted
                .iter()
                .filter_map(move |(spellings, around)| Some((spellings.get(turn)?, around)))
        });
        let mut builder = Config::new()
            .match_kind(MatchKind::LeftmostFirst)
            // They are meant for pieces of which each is different.
            .heuristic_pattern_limits(false)
            .builder();
        let mut all = Vec::new();
        for (spelling, around) in in_turns {
            builder.add(spelling);
            all.push(around.clone());
        }
        Self {
            rare: builder.build(),
            around: all,
        }
    }

    /// Whether there is one in `text`; the same answer as [`connlint_core::detect::has_trace`]'s.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        let Some(rare) = &self.rare else {
            return has_trace(text);
        };
        let mut from = 0;
        while let Some(found) = rare.find_in(text, (from..text.len()).into()) {
            let at = found.start();
            let around = self.around.get(found.pattern().as_usize());
            let is_one = around.into_iter().flatten().any(|around| match around {
                Around::Scheme => is_slip_before(text, at),
                Around::Trace(number, before) => {
                    let trace = TRACES.get(*number).zip(at.checked_sub(*before));
                    trace.is_some_and(|(trace, start)| trace.is_at(text, start))
                }
            });
            if is_one {
                return true;
            }
            from = at + 1;
        }
        false
    }
}

/// A piece in every mixture of capitals and small letters.
fn spellings(piece: &str) -> Vec<String> {
    piece.chars().fold(vec![String::new()], |begun, c| {
        let (small, capital) = (c.to_ascii_lowercase(), c.to_ascii_uppercase());
        let both = if small == capital {
            &[small][..]
        } else {
            &[small, capital]
        };
        both.iter()
            .flat_map(|c| begun.iter().map(move |begun| format!("{begun}{c}")))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use connlint_core::detect::has_trace;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static SEARCH: LazyLock<Traces> = LazyLock::new(Traces::new);

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
        let scheme = "[Pp]o?s?t?g?r?e?s?q?l?(\\+[a-z]{0,4})?:/?/?";
        prop_oneof![
            trace,
            scheme,
            "[pgsql5432._:'\";a-zA-Z \\n=]{0,6}",
            "\\PC{0,4}"
        ]
    }

    #[test]
    fn every_trace_has_a_rare_piece() {
        for trace in TRACES {
            assert!(
                RARE.iter().any(|piece| trace.word.contains(piece)),
                "{}",
                trace.word
            );
        }
        let traces = Traces::new();
        let known = traces.around.iter().flatten();
        assert!(known.clone().count() > TRACES.len());
        assert_eq!(spellings("pg_"), ["pg_", "Pg_", "pG_", "PG_"]);
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

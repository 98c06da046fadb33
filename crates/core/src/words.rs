//! Everything that a text is looked through for, in one table: whatever asks, one pass tells.

use crate::detect;
use crate::layer::TONGUE_WORDS;
use crate::rules::Mentions;
use crate::text::{Sought, Wanted, Words, count};

#[allow(clippy::indexing_slicing, reason = "computed when compiled")]
const LISTS: &[&[Wanted]] = &[
    detect::CLUE_WORDS,
    detect::SHARED_FILE_WORDS,
    detect::SWITCH_WORDS,
    detect::AZURE_WORDS[0],
    detect::AZURE_WORDS[1],
    detect::AZURE_WORDS[2],
    detect::PRODUCT_WORDS[0],
    detect::PRODUCT_WORDS[1],
    Mentions::WORDS[0],
    Mentions::WORDS[1],
    Mentions::WORDS[2],
    Mentions::WORDS[3],
    Mentions::WORDS[4],
    TONGUE_WORDS[0],
    TONGUE_WORDS[1],
    TONGUE_WORDS[2],
    TONGUE_WORDS[3],
];

static WORDS: Words<{ count(LISTS) }> = Words::new(LISTS);

/// Where the words stand in `text`.
pub(crate) fn look(text: &str) -> Sought {
    Sought::of(text, WORDS.table())
}

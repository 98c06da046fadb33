//! Looks for many words in one pass over a text, however many they are.

use alloc::vec::Vec;

/// A word that is looked for; of at least three bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The word.
    pub word: &'static str,
    /// Whether it counts in whatever case it is written.
    pub any_case: bool,
    /// Whether no letter or digit may stand right before it.
    pub begins: bool,
    /// Whether no letter or digit may stand right behind it.
    pub ends: bool,
}

impl Wanted {
    /// The word as it is written.
    #[must_use]
    pub const fn exactly(word: &'static str) -> Self {
        Self {
            word,
            any_case: false,
            begins: false,
            ends: false,
        }
    }

    /// The word in any case.
    #[must_use]
    pub const fn in_any_case(word: &'static str) -> Self {
        Self {
            any_case: true,
            ..Self::exactly(word)
        }
    }

    /// Only where it begins a word.
    #[must_use]
    pub const fn beginning(self) -> Self {
        Self {
            begins: true,
            ..self
        }
    }

    /// Only where it ends a word.
    #[must_use]
    pub const fn ending(self) -> Self {
        Self { ends: true, ..self }
    }

    /// Whether the word stands at `start` of `text`, and counts there.
    #[must_use]
    pub fn is_at(&self, text: &[u8], start: usize) -> bool {
        let word = self.word.as_bytes();
        let Some(end) = start.checked_add(word.len()) else {
            return false;
        };
        let same = text
            .get(start..end)
            .is_some_and(|here| here == word || (self.any_case && here.eq_ignore_ascii_case(word)));
        let is_word = |at: Option<usize>| {
            at.and_then(|at| text.get(at))
                .is_some_and(u8::is_ascii_alphanumeric)
        };
        same && !(self.begins && is_word(start.checked_sub(1)))
            && !(self.ends && is_word(Some(end)))
    }

    const fn is_same(&self, other: &Self) -> bool {
        let (one, two) = (self.word.as_bytes(), other.word.as_bytes());
        if one.len() != two.len() {
            return false;
        }
        let mut at = 0;
        #[allow(clippy::indexing_slicing, reason = "below the length of both")]
        while at < one.len() {
            if one[at] != two[at] {
                return false;
            }
            at += 1;
        }
        self.any_case == other.any_case && self.begins == other.begins && self.ends == other.ends
    }
}

/// The words as they are written.
pub(crate) const fn exactly<const N: usize>(words: &[&'static str]) -> [Wanted; N] {
    let mut out = [Wanted::exactly(""); N];
    let mut at = 0;
    #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
    while at < N {
        out[at] = Wanted::exactly(words[at]);
        at += 1;
    }
    out
}

/// The words in any case.
pub(crate) const fn in_any_case<const N: usize>(words: &[&'static str]) -> [Wanted; N] {
    let mut out: [Wanted; N] = exactly(words);
    let mut at = 0;
    #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
    while at < N {
        out[at].any_case = true;
        at += 1;
    }
    out
}

/// The words that pairs begin with, as they are written.
pub(crate) const fn firsts<T, const N: usize>(pairs: &[(&'static str, T)]) -> [Wanted; N] {
    let mut out = [Wanted::exactly(""); N];
    let mut at = 0;
    #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
    while at < N {
        out[at] = Wanted::exactly(pairs[at].0);
        at += 1;
    }
    out
}

/// How many words there are in lists.
pub(crate) const fn count(lists: &[&[Wanted]]) -> usize {
    let (mut list, mut out) = (0, 0);
    #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
    while list < lists.len() {
        out += lists[list].len();
        list += 1;
    }
    out
}

/// Words that are looked for together, made ready by the compiler.
pub(crate) struct Words<const N: usize> {
    words: [Wanted; N],
    /// For each hash of three bytes, one more than the number of the first word that begins with them; 0 for none.
    heads: [u8; SLOTS],
    /// For each word, as in `heads`, the next one with the same hash.
    next: [u8; N],
}

/// How many hashes there are: a power of two.
const SLOTS: usize = 1 << 11;
/// How many bytes are hashed.
const KEY: usize = 3;

impl<const N: usize> Words<N> {
    /// Those of all lists; `N` is their [`count`].
    #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
    pub(crate) const fn new(lists: &[&[Wanted]]) -> Self {
        assert!(N < u8::MAX as usize && N == count(lists));
        let mut out = Self {
            words: [Wanted::exactly(""); N],
            heads: [0; SLOTS],
            next: [0; N],
        };
        let (mut list, mut number) = (0, 0);
        while list < lists.len() {
            let mut at = 0;
            while at < lists[list].len() {
                out.add(number, lists[list][at]);
                number += 1;
                at += 1;
            }
            list += 1;
        }
        out
    }

    /// Adds the word of that number; one that is there already is found by its first number.
    #[allow(clippy::indexing_slicing, reason = "computed when compiled")]
    const fn add(&mut self, number: usize, wanted: Wanted) {
        let word = wanted.word.as_bytes();
        assert!(word.len() >= KEY);
        self.words[number] = wanted;
        let head = slot(shift(shift(shift(0, word[0]), word[1]), word[2]));
        let mut id = self.heads[head];
        while id != 0 {
            if self.words[id as usize - 1].is_same(&wanted) {
                return;
            }
            id = self.next[id as usize - 1];
        }
        self.next[number] = self.heads[head];
        self.heads[head] = number as u8 + 1;
    }

    /// For looking, whatever the number of words is.
    pub(crate) const fn table(&'static self) -> Table {
        Table {
            words: &self.words,
            heads: &self.heads,
            next: &self.next,
        }
    }
}

/// Some [`Words`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    words: &'static [Wanted],
    heads: &'static [u8; SLOTS],
    next: &'static [u8],
}

impl Table {
    /// Where words stand in `text`, and the number of each; in order.
    pub(crate) fn hits(self, text: &[u8]) -> impl Iterator<Item = (usize, usize)> {
        let (mut key, mut end, mut id) = (0, 0_usize, 0);
        core::iter::from_fn(move || {
            loop {
                while let Some(number) = usize::from(id).checked_sub(1) {
                    id = self.next.get(number).copied().unwrap_or(0);
                    let at = end.checked_sub(KEY)?;
                    if self.words.get(number)?.is_at(text, at) {
                        return Some((at, number));
                    }
                }
                key = shift(key, *text.get(end)?);
                end += 1;
                id = if end < KEY { 0 } else { self.head(key) };
            }
        })
    }

    fn head(self, key: u32) -> u8 {
        self.heads.get(slot(key)).copied().unwrap_or(0)
    }

    /// The number of a word.
    fn number(self, wanted: Wanted) -> Option<usize> {
        let head = wanted.word.bytes().take(KEY).fold(0, shift);
        let mut id = self.head(head);
        loop {
            let number = usize::from(id).checked_sub(1)?;
            if self.words.get(number) == Some(&wanted) {
                return Some(number);
            }
            id = self.next.get(number).copied()?;
        }
    }
}

/// Where in a text each of the words stands that were looked for.
#[derive(Debug)]
pub(crate) struct Sought {
    table: Table,
    /// The places of all words, one word's behind another's.
    places: Vec<usize>,
    /// For each word, where in `places` those of the next one begin; empty where no word stands in the text.
    ends: Vec<usize>,
}

impl Sought {
    /// Looks through `text`.
    pub(crate) fn of(text: &str, table: Table) -> Self {
        let mut hits: Vec<(usize, usize)> = table.hits(text.as_bytes()).collect();
        let mut out = Self {
            table,
            places: Vec::new(),
            ends: Vec::new(),
        };
        if hits.is_empty() {
            return out;
        }
        // Of one word, where the next may begin.
        let mut free = alloc::vec![0; table.words.len()];
        hits.retain(|(at, number)| {
            let len = table.words.get(*number).map_or(0, |w| w.word.len());
            free.get_mut(*number)
                .filter(|free| **free <= *at)
                .map(|free| *free = at + len)
                .is_some()
        });
        free.fill(0);
        for (_, number) in &hits {
            if let Some(count) = free.get_mut(*number) {
                *count += 1;
            }
        }
        let mut begin = 0;
        for count in &mut free {
            begin += core::mem::replace(count, begin);
        }
        out.places = alloc::vec![0; hits.len()];
        for (at, number) in hits {
            if let Some(next) = free.get_mut(number) {
                if let Some(place) = out.places.get_mut(*next) {
                    *place = at;
                }
                *next += 1;
            }
        }
        out.ends = free;
        out
    }

    /// Where `wanted` begins, in order, without overlaps.
    pub(crate) fn places(&self, wanted: Wanted) -> &[usize] {
        debug_assert!(
            self.table.number(wanted).is_some(),
            "nobody looked for `{}`",
            wanted.word
        );
        if self.ends.is_empty() {
            return &[];
        }
        let span = self.table.number(wanted).and_then(|number| {
            let begin = number.checked_sub(1).and_then(|n| self.ends.get(n));
            Some(begin.copied().unwrap_or(0)..*self.ends.get(number)?)
        });
        span.and_then(|span| self.places.get(span)).unwrap_or(&[])
    }

    /// Where a word begins that is written exactly like this.
    pub(crate) fn exactly(&self, word: &'static str) -> &[usize] {
        self.places(Wanted::exactly(word))
    }

    /// Whether a word stands there that is written exactly like this.
    pub(crate) fn has(&self, word: &'static str) -> bool {
        !self.exactly(word).is_empty()
    }

    /// Whether one of `words` stands there in any case.
    pub(crate) fn any(&self, words: &[&'static str]) -> bool {
        let stands = |word: &&'static str| !self.places(Wanted::in_any_case(word)).is_empty();
        words.iter().any(stands)
    }
}

/// `key` with one more byte, the oldest one dropped. Both cases of a letter count as one.
const fn shift(key: u32, byte: u8) -> u32 {
    ((key << 8) | (byte | 0x20) as u32) & 0x00ff_ffff
}

const fn slot(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> 21) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &[&[Wanted]] = &[
        &[
            Wanted::exactly("ssl"),
            Wanted::in_any_case("ssl"),
            Wanted::exactly("sslmode"),
        ],
        &[
            Wanted::exactly("aaa"),
            Wanted::in_any_case("user"),
            Wanted::exactly("ssl"),
            Wanted::exactly("5432").beginning().ending(),
        ],
    ];
    static WORDS: Words<{ count(LISTS) }> = Words::new(LISTS);

    fn sought(text: &str) -> Sought {
        Sought::of(text, WORDS.table())
    }

    #[test]
    fn every_place_is_found_that_one_search_for_each_word_finds() {
        let text = "SSL sslmode=x é ssl\naaaaaaa USERuser uss 5432 54321 a5432";
        let found = sought(text);
        for word in ["ssl", "sslmode", "aaa"] {
            let one: Vec<usize> = text.match_indices(word).map(|(at, _)| at).collect();
            assert_eq!(found.exactly(word), one, "{word}");
        }
        assert_eq!(found.places(Wanted::in_any_case("ssl")), [0, 4, 17]);
        assert_eq!(found.places(Wanted::in_any_case("user")), [29, 33]);
        assert_eq!(
            found.places(Wanted::exactly("5432").beginning().ending()),
            [42]
        );
        assert!(found.has("sslmode") && !sought("").has("sslmode"));
        assert!(sought("x USER").any(&["user"]));
        for text in ["", "ss", "use", "x SL AA"] {
            assert!(!sought(text).any(&["user", "ssl"]), "{text}");
        }
    }

    #[test]
    fn hits_are_in_order() {
        let hits: Vec<(usize, usize)> = WORDS.table().hits(b"aaaa sslmode").collect();
        let places: Vec<usize> = hits.iter().map(|(at, _)| *at).collect();
        assert_eq!(places, [0, 1, 5, 5, 5]);
    }
}

//! Looks for many words in one pass over a text, however many they are.

use alloc::vec::Vec;

/// A word that is looked for; of at least three bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The word.
    pub(crate) word: &'static str,
    /// Whether it counts in whatever case it is written.
    pub(crate) any_case: bool,
}

impl Wanted {
    /// The word as it is written.
    pub(crate) const fn exactly(word: &'static str) -> Self {
        Self {
            word,
            any_case: false,
        }
    }

    /// The word in any case.
    pub(crate) const fn in_any_case(word: &'static str) -> Self {
        Self {
            word,
            any_case: true,
        }
    }
}

/// Where in a text each of the words stands that were looked for.
#[derive(Debug)]
pub(crate) struct Sought {
    /// For each hash of three bytes, one more than the number of the first word that begins with them; 0 for none.
    heads: [u8; SLOTS],
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    wanted: Wanted,
    /// As in `heads`, the next word with the same hash.
    next: u8,
    places: Vec<usize>,
}

/// How many hashes there are: a power of two.
const SLOTS: usize = 1 << 11;
/// How many bytes are hashed.
const KEY: usize = 3;

impl Sought {
    /// Looks through `text`.
    pub(crate) fn of(text: &str, words: impl IntoIterator<Item = Wanted>) -> Self {
        let mut out = Self::new(words);
        for _ in out.seek(text.as_bytes()) {}
        out
    }

    /// Whether one of the words stands in `text`, which is read no further than to the first of them.
    pub(crate) fn any(text: &str, words: impl IntoIterator<Item = Wanted>) -> bool {
        Self::new(words).seek(text.as_bytes()).next().is_some()
    }

    fn new(words: impl IntoIterator<Item = Wanted>) -> Self {
        let mut out = Self {
            heads: [0; SLOTS],
            entries: Vec::new(),
        };
        for wanted in words {
            out.add(wanted);
        }
        out
    }

    /// Where `wanted` begins, in order, without overlaps.
    pub(crate) fn places(&self, wanted: Wanted) -> &[usize] {
        let entry = self.entry(wanted);
        debug_assert!(entry.is_some(), "nobody looked for `{}`", wanted.word);
        entry.map_or(&[], |entry| &entry.places)
    }

    /// Where a word begins that is written exactly like this.
    pub(crate) fn exactly(&self, word: &'static str) -> &[usize] {
        self.places(Wanted::exactly(word))
    }

    /// Whether a word stands there that is written exactly like this.
    pub(crate) fn has(&self, word: &'static str) -> bool {
        !self.exactly(word).is_empty()
    }

    fn entry(&self, wanted: Wanted) -> Option<&Entry> {
        let mut id = self.head(key_of(wanted.word.as_bytes()));
        while let Some(entry) = usize::from(id)
            .checked_sub(1)
            .and_then(|id| self.entries.get(id))
        {
            if entry.wanted == wanted {
                return Some(entry);
            }
            id = entry.next;
        }
        None
    }

    fn head(&self, key: u32) -> u8 {
        self.heads.get(slot(key)).copied().unwrap_or(0)
    }

    fn add(&mut self, wanted: Wanted) {
        if self.entry(wanted).is_some() {
            return;
        }
        let key = key_of(wanted.word.as_bytes());
        let id = u8::try_from(self.entries.len() + 1);
        debug_assert!(wanted.word.len() >= KEY && id.is_ok(), "{}", wanted.word);
        if let (Ok(id), next, Some(head)) = (id, self.head(key), self.heads.get_mut(slot(key))) {
            *head = id;
            self.entries.push(Entry {
                wanted,
                next,
                places: Vec::new(),
            });
        }
    }

    /// Writes down each place where a word stands, and gives it.
    fn seek(&mut self, text: &[u8]) -> impl Iterator<Item = usize> {
        let mut key = 0;
        text.iter().enumerate().filter_map(move |(end, byte)| {
            key = shift(key, *byte);
            let id = self.head(key);
            let at = (end + 1).checked_sub(KEY).filter(|_| id != 0)?;
            self.look(text, at, id).then_some(at)
        })
    }

    /// Looks closely at the place where a word may begin: whether one does.
    #[cold]
    fn look(&mut self, text: &[u8], at: usize, id: u8) -> bool {
        let mut any = false;
        let mut id = id;
        while let Some(entry) = usize::from(id)
            .checked_sub(1)
            .and_then(|id| self.entries.get_mut(id))
        {
            let word = entry.wanted.word.as_bytes();
            let here = text.get(at..at + word.len());
            let found = here.is_some_and(|here| {
                here == word || (entry.wanted.any_case && here.eq_ignore_ascii_case(word))
            });
            let apart = entry
                .places
                .last()
                .is_none_or(|last| last + word.len() <= at);
            if found && apart {
                entry.places.push(at);
            }
            any |= found;
            id = entry.next;
        }
        any
    }
}

/// `key` with one more byte, the oldest one dropped. Both cases of a letter count as one.
const fn shift(key: u32, byte: u8) -> u32 {
    ((key << 8) | (byte | 0x20) as u32) & 0x00ff_ffff
}

/// The key of the first bytes.
fn key_of(bytes: &[u8]) -> u32 {
    bytes.iter().take(KEY).fold(0, |key, b| shift(key, *b))
}

const fn slot(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> 21) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [Wanted; 5] = [
        Wanted::exactly("ssl"),
        Wanted::in_any_case("ssl"),
        Wanted::exactly("sslmode"),
        Wanted::exactly("aaa"),
        Wanted::in_any_case("user"),
    ];

    #[test]
    fn one_word_is_enough_for_any() {
        assert!(Sought::any("x USER", WORDS));
        for text in ["", "ss", "use", "x SL AA"] {
            assert!(!Sought::any(text, WORDS), "{text}");
        }
    }

    #[test]
    fn every_place_is_found_that_one_search_for_each_word_finds() {
        let text = "SSL sslmode=x é ssl\naaaaaaa USERuser uss";
        let sought = Sought::of(text, WORDS);
        for wanted in WORDS.iter().filter(|w| !w.any_case) {
            let one: Vec<usize> = text.match_indices(wanted.word).map(|(at, _)| at).collect();
            assert_eq!(sought.places(*wanted), one, "{}", wanted.word);
        }
        assert_eq!(sought.places(Wanted::in_any_case("ssl")), [0, 4, 17]);
        assert_eq!(sought.places(Wanted::in_any_case("user")), [29, 33]);
        assert!(sought.has("sslmode") && !Sought::of("", WORDS).has("sslmode"));
    }
}

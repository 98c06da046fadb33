//! Changes to an input, as a fuzzer makes them, from a seed: the same seed makes the same changes.

use std::sync::LazyLock;

/// Marsaglia's xorshift: plenty for choosing what to change.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed, which may be any number.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let number = usize::try_from(self.0 >> 33).unwrap_or_default();
        if end == 0 { 0 } else { number % end }
    }
}

/// The words of `fuzz/connlint.dict`, which libFuzzer reads as well.
static WORDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let lines = include_str!("../connlint.dict").lines();
    lines
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .map(unescaped)
        .collect()
});

/// Takes the backslashes of a dictionary's line off.
fn unescaped(word: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = word.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        match (first, behind) {
            (b'\\', [b'x', digits @ ..]) => {
                out.extend(digits.get(..2).and_then(hex));
                rest = digits.get(2..).unwrap_or_default();
            }
            (b'\\', [next, more @ ..]) => {
                out.push(*next);
                rest = more;
            }
            _ => out.push(first),
        }
    }
    out
}

/// How long an input may become.
const LONGEST: usize = 2_000;

/// Changes `data` in one to five places; `other` is an input to take pieces of.
pub fn mutate(data: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(5) {
        let at = random.below(data.len() + 1);
        let len = random.below(12).min(data.len() - at);
        let piece: Vec<u8> = match random.below(7) {
            0 => Vec::new(),
            1 => vec![u8::try_from(random.below(256)).unwrap_or_default()],
            2 => data[at..at + len].repeat(2 + random.below(4)),
            3 => {
                let from = random.below(other.len() + 1);
                let to = from + random.below(other.len() - from + 1);
                other[from..to].to_vec()
            }
            4 => data[at..at + len].to_ascii_uppercase(),
            _ => WORDS[random.below(WORDS.len())].clone(),
        };
        // Half of the pieces come in between, half in the place of something.
        let end = if random.below(2) == 0 { at } else { at + len };
        data.splice(at..end, piece);
        data.truncate(LONGEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_read() {
        assert!(WORDS.len() > 100, "{}", WORDS.len());
        assert!(WORDS.contains(&b"postgresql://".to_vec()));
        assert!(WORDS.contains(&b"\"".to_vec()));
        assert!(WORDS.contains(&b"\\".to_vec()));
        assert!(WORDS.contains(&vec![0xff]));
    }

    #[test]
    fn the_same_seed_makes_the_same_changes() {
        let changed = |seed| {
            let mut data = b"postgresql://u:p@h/db".to_vec();
            mutate(&mut data, b"host=h", &mut Random::new(seed));
            data
        };
        assert_eq!(changed(7), changed(7));
        assert!((0..50).any(|seed| changed(seed) != changed(seed + 1)));
    }
}

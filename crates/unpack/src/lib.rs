//! Packs the page that is one file, and unpacks it again in the browser, smaller than what browsers can unpack themselves.
//!
//! Each bit is written in as much space as it is unlikely after all that came before ([`model`]), by an arithmetic coder.

mod code;
mod counts;
mod model;

use model::Model;
use wasm_bindgen::prelude::wasm_bindgen;

/// How many bytes of a check stand behind each part.
const CHECK: usize = 4;

/// Packs some parts, one behind the other.
#[must_use]
pub fn pack(parts: &[&[u8]]) -> Vec<u8> {
    let mut model = Model::new();
    let mut range = Range::default();
    let mut packed = Vec::new();
    for part in parts {
        for byte in part.iter().chain(&check(part)) {
            for place in (0..8).rev() {
                let bit = u32::from(byte >> place) & 1;
                range.narrow(model.one(), bit);
                model.learn(bit);
                while let Some(byte) = range.settled() {
                    packed.push(byte);
                }
            }
        }
    }
    // Any number in the range says the rest; what is not there is read as zeros.
    packed.extend(range.high.to_be_bytes().iter().take(1));
    packed
}

/// Unpacks what [`pack`] has packed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Unpacker {
    model: Model,
    range: Range,
    /// The place in the range that the packed bytes name.
    at: u32,
    packed: Vec<u8>,
    read: usize,
    part: Vec<u8>,
}

#[wasm_bindgen]
impl Unpacker {
    /// Begins with the first part.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(packed: Vec<u8>) -> Self {
        let mut unpacker = Self {
            model: Model::new(),
            range: Range::default(),
            at: 0,
            packed,
            read: 0,
            part: Vec::new(),
        };
        for _ in 0..4 {
            unpacker.shift();
        }
        unpacker
    }

    /// Reads some more bytes of a part.
    pub fn read(&mut self, length: usize) {
        for _ in 0..length {
            let mut byte = 1;
            while byte < 256 {
                let one = self.model.one();
                let bit = u32::from(self.at <= self.range.middle(one));
                self.range.narrow(one, bit);
                self.model.learn(bit);
                byte = byte << 1 | bit;
                while self.range.settled().is_some() {
                    self.shift();
                }
            }
            self.part.push(byte as u8);
        }
    }

    /// Ends a part and gives it; nothing if it is not what was packed.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        let part = std::mem::take(&mut self.part);
        self.read(CHECK);
        let expected = check(&part);
        (std::mem::take(&mut self.part) == expected).then_some(part)
    }

    /// Takes the next packed byte.
    fn shift(&mut self) {
        let byte = self.packed.get(self.read).copied().unwrap_or_default();
        self.read += 1;
        self.at = self.at << 8 | u32::from(byte);
    }
}

/// What is left of all numbers by the bits so far, both ends included.
#[derive(Debug)]
struct Range {
    low: u32,
    high: u32,
}

impl Default for Range {
    fn default() -> Self {
        Self {
            low: 0,
            high: u32::MAX,
        }
    }
}

impl Range {
    /// The last number of the part that stands for a one, which has this chance of 65536.
    fn middle(&self, one: u32) -> u32 {
        let width = u64::from(self.high - self.low);
        self.low + ((width * u64::from(one)) >> 16) as u32
    }

    /// Goes on with the part that stands for `bit`.
    fn narrow(&mut self, one: u32, bit: u32) {
        let middle = self.middle(one);
        if bit == 1 {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
    }

    /// The first byte of the numbers, if it is the same for all that are left; then the next one is looked at.
    fn settled(&mut self) -> Option<u8> {
        let same = (self.low ^ self.high) >> 24 == 0;
        same.then(|| {
            let byte = (self.high >> 24) as u8;
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
            byte
        })
    }
}

/// Tells a part from what comes out of a broken stream (FNV-1a).
fn check(part: &[u8]) -> [u8; CHECK] {
    let hash = part.iter().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    hash.to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(packed: &[u8], lengths: &[usize]) -> Option<Vec<Vec<u8>>> {
        let mut unpacker = Unpacker::new(packed.to_vec());
        let part = |length: &usize| {
            // In pieces, as single.js reads them.
            unpacker.read(length / 3);
            unpacker.read(length - length / 3);
            unpacker.take()
        };
        lengths.iter().map(part).collect()
    }

    /// The unpacker's own text, and a module with every kind of byte in a function.
    fn parts() -> [Vec<u8>; 3] {
        let text = include_bytes!("lib.rs").to_vec();
        let mut module = b"\0asm\x01\0\0\0\x0a\x8a\x02\x01\x86\x02\0".to_vec();
        module.extend(0..=255_u8);
        [text.clone(), module, text]
    }

    #[test]
    fn what_was_packed_comes_out() {
        let parts = parts();
        let all: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let packed = pack(&all);
        assert!(packed.len() < parts[0].len() / 2, "{}", packed.len());
        let lengths = parts.each_ref().map(Vec::len);
        assert_eq!(unpacked(&packed, &lengths).unwrap(), parts);
        assert_eq!(packed, pack(&all), "always the same");
        assert_eq!(unpacked(&pack(&[]), &[]), Some(Vec::new()));
    }

    #[test]
    fn what_breaks_off_or_is_something_else_gives_nothing() {
        let text = include_bytes!("lib.rs");
        let packed = pack(&[text]);
        assert_eq!(unpacked(&packed[..packed.len() / 2], &[text.len()]), None);
        assert_eq!(unpacked(&packed, &[text.len() - 1]), None);
        assert_eq!(unpacked(b"<!doctype html>", &[100]), None);
        assert_eq!(unpacked(&[], &[1]), None);
        let mut changed = packed;
        changed[500] ^= 1;
        assert_eq!(unpacked(&changed, &[text.len()]), None);
    }
}

//! Unpacks LZMA, which packs the page that is one file better than anything that browsers can unpack themselves.

use lzma_rust2::LzmaReader;
use std::io::Read as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// How much memory a stream may ask for, in KiB: more than any page needs.
const MEMORY_KIB: u32 = 64 * 1024;

/// The first `length` bytes of what a `.lzma` stream holds; nothing if it does not hold so many.
#[must_use]
#[wasm_bindgen]
pub fn unpack(packed: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut reader = LzmaReader::new_mem_limit(packed, MEMORY_KIB, None).ok()?;
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lzma_rust2::{LzmaOptions, LzmaWriter};
    use std::io::Write as _;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let options = LzmaOptions::with_preset(6);
        let size = Some(bytes.len() as u64);
        let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, size).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn what_was_packed_comes_out() {
        let bytes: Vec<u8> = (0..100_000_u32)
            .map(|n| (n.wrapping_mul(n) >> 5) as u8)
            .collect();
        let packed = packed(&bytes);
        assert!(packed.len() < bytes.len());
        assert_eq!(unpack(&packed, bytes.len()).unwrap(), bytes);
    }

    #[test]
    fn what_breaks_off_or_is_something_else_gives_nothing() {
        let packed = packed(&[7; 1000]);
        assert_eq!(unpack(&packed, 1001), None);
        assert_eq!(unpack(&packed[..packed.len() / 2], 1000), None);
        assert_eq!(unpack(b"<!doctype html>", 1), None);
        assert_eq!(unpack(&[], 1), None);
        // 4 GiB of dictionary.
        let mut greedy = packed;
        greedy[1..5].fill(0xff);
        assert_eq!(unpack(&greedy, 1000), None);
    }
}

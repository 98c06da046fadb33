//! Percent-encoding: decoding as the different readers do it, and encoding so that all of them agree.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

/// Where a percent sequence is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadPercent {
    /// No two hexadecimal digits follow the `%` at this byte of the piece.
    Invalid(usize),
    /// `%00` at this byte of the piece.
    Nul(usize),
}

/// Decodes strictly, as libpq (`conninfo_uri_decode`) does; bytes that are no UTF-8 become U+FFFD.
///
/// # Errors
///
/// The first bad sequence.
pub fn decode_strict(piece: &str) -> Result<String, BadPercent> {
    if !piece.contains('%') {
        return Ok(piece.into());
    }
    let mut out = Vec::with_capacity(piece.len());
    let mut bytes = piece.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        match (bytes.next().and_then(hex), bytes.next().and_then(hex)) {
            (Some(high), Some(low)) => match high << 4 | low {
                0 => return Err(BadPercent::Nul(at)),
                byte => out.push(byte),
            },
            _ => return Err(BadPercent::Invalid(at)),
        }
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Decodes leniently, as WHATWG's percent-decode does: what is no sequence stays as it is.
#[must_use]
pub fn decode_lenient(piece: &str) -> String {
    if !piece.contains('%') {
        return piece.into();
    }
    String::from_utf8_lossy(&bytes(piece)).into_owned()
}

/// As [`decode_lenient`], or `None` where the bytes are no UTF-8.
#[must_use]
pub fn decode_utf8(piece: &str) -> Option<String> {
    if !piece.contains('%') {
        return Some(piece.into());
    }
    String::from_utf8(bytes(piece)).ok()
}

/// What Python says of a piece whose decoded bytes are no UTF-8.
pub(super) fn not_utf8(piece: &str) -> Option<String> {
    let bytes = bytes(piece);
    let error = core::str::from_utf8(&bytes).err()?;
    let at = error.valid_up_to();
    let byte = bytes.get(at)?;
    let why = match error.error_len() {
        None => "unexpected end of data",
        Some(_) if (0xc2..=0xf4).contains(byte) => "invalid continuation byte",
        Some(_) => "invalid start byte",
    };
    Some(alloc::format!(
        "'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {why}"
    ))
}

/// What Rust says of a piece whose decoded bytes are no UTF-8.
pub(super) fn not_utf8_in_rust(piece: &str) -> Option<String> {
    core::str::from_utf8(&bytes(piece))
        .err()
        .map(|error| alloc::format!("{error}"))
}

/// The inside of Go's quotes (`%q`), where that is another text than the one quoted.
pub(super) fn go_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a String cannot fail.
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            // What cannot be seen.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c if c != ' ' && (c.is_whitespace() || c.is_control()) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

fn bytes(piece: &str) -> Vec<u8> {
    let bytes = piece.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = (byte == b'%')
            .then(|| {
                let high = hex((at + 1, *bytes.get(at + 1)?))?;
                let low = hex((at + 2, *bytes.get(at + 2)?))?;
                Some(high << 4 | low)
            })
            .flatten();
        match pair {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// Encodes every byte that is not unreserved (RFC 3986, 2.3): the one spelling that all readers agree on.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn hex((_, byte): (usize, u8)) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_decoding_stops_at_what_libpq_refuses() {
        assert_eq!(decode_strict("p%40ss"), Ok("p@ss".into()));
        assert_eq!(decode_strict("caf%C3%A9"), Ok("café".into()));
        assert_eq!(decode_strict("100%"), Err(BadPercent::Invalid(3)));
        assert_eq!(decode_strict("p%ss"), Err(BadPercent::Invalid(1)));
        assert_eq!(decode_strict("a%00"), Err(BadPercent::Nul(1)));
    }

    #[test]
    fn lenient_decoding_keeps_what_is_no_sequence() {
        assert_eq!(decode_lenient("p%ss%41%"), "p%ssA%");
        assert_eq!(decode_lenient("é%C3%A9"), "éé");
    }

    #[test]
    fn encoding_leaves_only_unreserved_characters() {
        assert_eq!(encode("aZ9-._~"), "aZ9-._~");
        assert_eq!(encode("p@s/é+"), "p%40s%2F%C3%A9%2B");
    }
}

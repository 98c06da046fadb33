//! Base64 (RFC 4648, section 4), as Kubernetes writes the values of a secret.

use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Why a text cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is no base64.
    NoBase64,
    /// It stands for bytes that are no text in UTF-8.
    NoText,
}

/// What `text` stands for. Line breaks and blanks are passed over.
///
/// # Errors
///
/// [`Refusal`] where it is no base64, or stands for no text.
pub(crate) fn decode(text: &str) -> Result<String, Refusal> {
    String::from_utf8(bytes(text).ok_or(Refusal::NoBase64)?).map_err(|_| Refusal::NoText)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut digits, mut padding) = (0_u32, 0_u32, 0_u32);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
        if byte == b'=' {
            padding += 1;
            continue;
        }
        if padding > 0 {
            return None;
        }
        bits = (bits << 6) | digit(byte)?;
        digits += 1;
        if digits == 4 {
            out.extend([(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]);
            (bits, digits) = (0, 0);
        }
    }
    match (digits, padding) {
        (0, 0) => {}
        (2, 2) => out.push((bits >> 4) as u8),
        (3, 1) => out.extend([(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => return None,
    }
    Some(out)
}

/// Writes `text` with padding, on one line.
#[must_use]
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for at in 0..4_usize {
            let digit = (bits >> (18 - 6 * at)) & 63;
            let shown = ALPHABET.get(digit as usize).copied().unwrap_or(b'A');
            out.push(if at > chunk.len() {
                '='
            } else {
                char::from(shown)
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vectors_of_the_standard() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(text), encoded);
            assert_eq!(decode(encoded).as_deref(), Ok(text));
        }
        assert_eq!(decode("Zm9v\n  YmFy").as_deref(), Ok("foobar"));
        for other in ["Zg", "Zg=", "Zg=a", "Zm9v=", "p@ss", "postgres:"] {
            assert_eq!(decode(other), Err(Refusal::NoBase64), "{other}");
        }
        assert_eq!(decode("/////w=="), Err(Refusal::NoText));
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_itself(text in any::<String>()) {
            prop_assert_eq!(decode(&encode(&text)), Ok(text));
        }
    }
}

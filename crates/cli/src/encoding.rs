//! How a text is written in bytes: UTF-8, or UTF-16 as Windows programs write it, with a mark before it.

/// The encoding of a file, so that it can be written back in the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, with or without a mark.
    #[default]
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

impl Encoding {
    /// What the mark at the beginning of a file says.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xff, 0xfe, ..] => Self::Utf16Le,
            [0xfe, 0xff, ..] => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// The text that `bytes` stand for. The mark before it stays in it.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as the end of a sentence that the file's name begins.
    pub(crate) fn decode(self, bytes: Vec<u8>) -> Result<String, String> {
        let from: fn([u8; 2]) -> u16 = match self {
            Self::Utf8 => {
                return String::from_utf8(bytes).map_err(|error| {
                    let at = error.utf8_error().valid_up_to();
                    format!("is not UTF-8 text: byte {at} does not belong there. Save it as UTF-8")
                });
            }
            Self::Utf16Le => u16::from_le_bytes,
            Self::Utf16Be => u16::from_be_bytes,
        };
        let (pairs, rest) = bytes.as_chunks::<2>();
        if !rest.is_empty() {
            return Err("is UTF-16 text with an odd number of bytes. Save it as UTF-8".into());
        }
        let units = pairs.iter().map(|pair| from(*pair));
        let mut out = String::with_capacity(bytes.len());
        for (number, c) in char::decode_utf16(units).enumerate() {
            out.push(c.map_err(|_| {
                format!("is not UTF-16 text: character {number} is half a one. Save it as UTF-8")
            })?);
        }
        Ok(out)
    }

    /// The bytes of `text`.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let to: fn(u16) -> [u8; 2] = match self {
            Self::Utf8 => return text.as_bytes().to_vec(),
            Self::Utf16Le => u16::to_le_bytes,
            Self::Utf16Be => u16::to_be_bytes,
        };
        text.encode_utf16().flat_map(to).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        let text = "\u{feff}postgresql://ü:日@h/😀\r\n";
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
            let bytes = encoding.encode(text);
            assert_eq!(Encoding::of(&bytes), encoding);
            assert_eq!(encoding.decode(bytes), Ok(text.into()));
        }
    }

    #[test]
    fn what_is_broken_is_said() {
        for (encoding, bytes, said) in [
            (Encoding::Utf8, &b"caf\xe9"[..], "byte 3"),
            (Encoding::Utf16Le, b"\xff\xfea", "odd number"),
            (Encoding::Utf16Be, b"\xfe\xff\x00a\xd8\x00", "character 2"),
        ] {
            let error = encoding.decode(bytes.to_vec()).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

        #[test]
        fn whatever_can_be_read_is_written_the_same(
            mark in prop::sample::select(vec![&b""[..], b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"]),
            bytes in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let bytes = [mark, &bytes].concat();
            let encoding = Encoding::of(&bytes);
            match encoding.decode(bytes.clone()) {
                Ok(text) => prop_assert_eq!(encoding.encode(&text), bytes),
                Err(message) => prop_assert!(!message.is_empty()),
            }
        }
    }
}

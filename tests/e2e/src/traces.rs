//! Looks for a secret in bytes, in whole or in part, in the disguises that software gives it.

use crate::http::find;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::fmt::Write as _;

/// How many characters of the secret in a row give it away. A shorter piece could be there by chance.
const PIECE: usize = 6;

/// An invented password whose traces are looked for.
#[derive(Clone, Copy)]
pub struct Secret(pub &'static str);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.0
    }

    /// The first trace of the secret in these bytes, described without the secret's text.
    #[must_use]
    pub fn trace_in(self, bytes: impl AsRef<[u8]>) -> Option<String> {
        let bytes = bytes.as_ref();
        let mut forms = self.disguises().into_iter();
        forms.find_map(|(name, form)| {
            let at = find(bytes, form.as_bytes())?;
            Some(format!("{name}, at byte {at} of {}", bytes.len()))
        })
    }

    fn disguises(self) -> Vec<(String, String)> {
        let mut forms = Vec::new();
        let mut add = |name: &str, form: String| forms.push((name.to_owned(), form));
        let characters: Vec<char> = self.0.chars().collect();
        for (at, piece) in characters.windows(PIECE).enumerate() {
            let piece: String = piece.iter().collect();
            add(
                &format!("{PIECE} characters from character {at}"),
                piece.clone(),
            );
            let percent = piece.bytes().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "%{byte:02X}");
                text
            });
            add("percent-encoded", percent.to_lowercase());
            add("percent-encoded", percent.clone());
            add("hexadecimal", percent.replace('%', "").to_lowercase());
            add("hexadecimal", percent.replace('%', ""));
            add("backwards", piece.chars().rev().collect());
        }
        // As encodeURIComponent writes it, and as some write a space.
        let encoded = self.0.bytes().fold(String::new(), |mut text, byte| {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    text.push(char::from(byte));
                }
                _ => {
                    let _ = write!(text, "%{byte:02X}");
                }
            }
            text
        });
        add("percent-encoded where needed", encoded);
        // Base64 looks different at each of the three places that the secret may begin at; the
        // characters at both ends depend on its neighbours.
        for before in 0..3 {
            let shifted = [&vec![0; before][..], self.0.as_bytes()].concat();
            for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                let text = engine.encode(&shifted);
                add(
                    "Base64",
                    text[before.div_ceil(3) * 4..text.len() - 2].to_owned(),
                );
            }
        }
        forms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: Secret = Secret("Kumquat&7-Lantern");

    #[test]
    fn the_secret_is_seen_in_its_disguises() {
        for text in [
            "x Kumquat&7-Lantern y",
            "only quat&7 of it",
            "Kumquat%267-Lantern",
            "%4b%75%6d%71%75%61",
            "4b756d717561",
            "nretnaL-7&tauqmuK",
        ] {
            assert!(SECRET.trace_in(text).is_some(), "{text}");
        }
        for before in ["", "a", "ab", "postgresql://u:"] {
            let text = format!("{before}{}@h", SECRET.text());
            let encoded = STANDARD_NO_PAD.encode(text);
            assert!(SECRET.trace_in(&encoded).is_some(), "{encoded}");
        }
    }

    #[test]
    fn other_text_is_no_trace() {
        for text in ["", "Kumqu", "postgresql://u:***@h", "a lamp and fruit"] {
            assert_eq!(SECRET.trace_in(text), None, "{text}");
        }
        assert!(SECRET.trace_in([0xff; 100]).is_none());
    }
}

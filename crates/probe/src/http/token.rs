//! The token that proves that a caller has seen what the operator was told.

use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use subtle::ConstantTimeEq;

/// A token. Only its digest is compared, so that neither content nor length shows in the time.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// Why a text cannot be a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Fewer than [`Token::SHORTEST`] characters.
    TooShort,
    /// A character that the header or the address would not carry as it is.
    Character,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => write!(
                f,
                "a token needs at least {} characters; `openssl rand -hex 16` gives a good one",
                Token::SHORTEST
            ),
            Self::Character => {
                f.write_str("a token may have letters, digits, '-', '_', '.' and '~'")
            }
        }
    }
}

impl std::error::Error for TokenError {}

impl Token {
    /// The fewest characters that a token may have.
    pub const SHORTEST: usize = 16;

    /// A token that the operator chose.
    ///
    /// # Errors
    /// [`TokenError`] if it is short, or has characters that an address does not carry.
    pub fn new(text: &str) -> Result<Self, TokenError> {
        if text.len() < Self::SHORTEST {
            return Err(TokenError::TooShort);
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
        if !text.bytes().all(plain) {
            return Err(TokenError::Character);
        }
        Ok(Self::of(text))
    }

    /// A new one from the system's randomness, 128 bits, with its text; `None` if there is none.
    #[must_use]
    pub fn random() -> Option<(Self, String)> {
        let text = random_hex()?;
        Some((Self::of(&text), text))
    }

    fn of(text: &str) -> Self {
        let mut bytes = [0; 32];
        for (to, from) in bytes
            .iter_mut()
            .zip(digest(&SHA256, text.as_bytes()).as_ref())
        {
            *to = *from;
        }
        Self(bytes)
    }

    /// Whether this is the token.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        Self::of(text).0.ct_eq(&self.0).into()
    }
}

/// 128 random bits in hexadecimal.
pub(super) fn random_hex() -> Option<String> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = Token::new("0123456789abcdef").unwrap();
        assert!(token.is("0123456789abcdef"));
        for other in [
            "",
            "0123456789abcde",
            "0123456789abcdeF",
            "0123456789abcdef0",
        ] {
            assert!(!token.is(other), "{other}");
        }
        assert!(!format!("{token:?}").contains("0123"));
    }

    #[test]
    fn random_tokens_differ_and_can_stand_in_an_address() {
        let (first, text) = Token::random().unwrap();
        let (second, _) = Token::random().unwrap();
        assert!(first.is(&text) && !second.is(&text));
        assert!(Token::new(&text).is_ok());
    }

    #[test]
    fn weak_tokens_are_refused() {
        assert_eq!(Token::new("short").err(), Some(TokenError::TooShort));
        assert_eq!(
            Token::new("with space and more").err(),
            Some(TokenError::Character)
        );
    }
}

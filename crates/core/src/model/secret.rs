//! A text that must not be shown.

use alloc::string::String;
use core::fmt;

/// A password or another secret: it has no `Display`, and its `Debug` shows a fixed mark, whatever its length.
///
/// ```
/// let secret = connlint_core::Secret::new("hunter2".into());
/// assert_eq!(format!("{secret:?}"), "Secret(***)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// What stands in a secret's place wherever something has to stand there.
    pub const MASK: &'static str = "***";

    /// Wraps `text`.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for comparing and re-encoding. What comes of it must not reach any output but the
    /// user's own text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

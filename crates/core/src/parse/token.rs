//! Lossless tokens: put back together, they are the text.

use crate::order::Order as _;
use crate::text::Span;
use alloc::vec::Vec;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// `postgresql://`, `jdbc:postgresql:`
    Scheme,
    /// Punctuation that separates parts.
    Delimiter,
    /// A user name.
    User,
    /// A password.
    Password,
    /// A host.
    Host,
    /// A port.
    Port,
    /// A database name.
    Database,
    /// A keyword.
    Key,
    /// A keyword's value.
    Value,
    /// A quote character round a value.
    Quote,
    /// Blanks between parts.
    Space,
    /// Anything that the grammar has no name for.
    Other,
}

impl TokenKind {
    /// A short lower-case name, for CSS classes and the like.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scheme => "scheme",
            Self::Delimiter => "delimiter",
            Self::User => "user",
            Self::Password => "password",
            Self::Host => "host",
            Self::Port => "port",
            Self::Database => "database",
            Self::Key => "key",
            Self::Value => "value",
            Self::Quote => "quote",
            Self::Space => "space",
            Self::Other => "other",
        }
    }
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// Collects tokens in any order and fills what is between them, so that nothing of the text is lost.
#[derive(Debug)]
pub struct TokenSink {
    tokens: Vec<Token>,
}

impl Default for TokenSink {
    fn default() -> Self {
        // As many as most strings have.
        Self {
            tokens: Vec::with_capacity(32),
        }
    }
}

impl TokenSink {
    /// Adds a token; an empty one is dropped.
    pub fn push(&mut self, kind: TokenKind, span: Span) {
        if !span.is_empty() {
            self.tokens.push(Token { kind, span });
        }
    }

    /// The tokens of a text of `len` bytes, in order and without gaps.
    #[must_use]
    pub fn finish(mut self, len: usize) -> Vec<Token> {
        // Each where the one before it ends: nothing is to be done.
        let mut end = 0;
        if self
            .tokens
            .iter()
            .all(|t| core::mem::replace(&mut end, t.span.end) == t.span.start)
            && end == len
        {
            return self.tokens;
        }
        self.tokens.order_by_key(|t| (t.span.start, t.span.end));
        let mut out = Vec::with_capacity(self.tokens.len() + 2);
        let mut done = 0;
        for token in self.tokens {
            let start = token.span.start.max(done);
            let end = token.span.end.min(len);
            if start >= end {
                continue;
            }
            if start > done {
                out.push(Token {
                    kind: TokenKind::Other,
                    span: Span::new(done, start),
                });
            }
            out.push(Token {
                kind: token.kind,
                span: Span::new(start, end),
            });
            done = end;
        }
        if done < len {
            out.push(Token {
                kind: TokenKind::Other,
                span: Span::new(done, len),
            });
        }
        out
    }
}
